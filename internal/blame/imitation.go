package blame

import (
	"net/netip"
	"strings"

	"todoke/internal/desk"
)

// Some parts are told by the addresses themselves: a page that imitates bears the name of the site that it imitates, and a
// site's domain may be named beside the site.

// imitated finds the sites whose name stands in the URL of another: beside http://www.example.net/.examplebank/login the host
// www.examplebank.example is the one that is imitated.
func (r *reader) imitated() {
	if best, _ := r.ev.mail.Best(); best != desk.PhishingSite && best != "" {
		return
	}
	urls := r.openHosts()
	if len(urls) < 2 || len(urls) > 200 {
		return
	}
	for _, f := range urls {
		name := siteName(f.Host)
		if len(name) < 3 || isCommonLabel(name) || f.Defanged || r.ev.pairOf[f.Host] != "" {
			continue
		}
		for _, other := range urls {
			if siteName(other.Host) != name && bears(strings.ToLower(other.Value), name) && !under(other.Host, []string{f.Host}) {
				f.Imitated = true
				f.set(desk.RoleReference, "its name stands in "+other.Host)
				break
			}
		}
	}
}

// spelled finds the site whose name is spelled out before it, as a forged mail ends with the true one, where a page of another site is
// told: "Bank of the Seaside  http://www.bankoftheseaside.example.com/".
func (r *reader) spelled() {
	if best, _ := r.ev.mail.Best(); r.ev.mail.Of(desk.PhishingSite) == 0 && best != "" {
		return
	}
	urls := r.openHosts()
	if len(urls) < 2 || len(urls) > 200 {
		return
	}
	for _, f := range urls {
		name := strings.ReplaceAll(siteName(f.Host), "-", "")
		if len(name) < 5 || hasPath(f.Value) || f.Defanged || f.Explicit || r.ev.pairOf[f.Host] != "" || !r.spellsBefore(f, name) {
			continue
		}
		for _, other := range urls {
			if hasPath(other.Value) && !strings.Contains(other.Host, siteName(f.Host)) {
				f.Imitated = true
				f.set(desk.RoleReference, "its name is spelled out before it, and a page of another site is told")
				break
			}
		}
	}
}

// spellsBefore tells whether the letters shortly before a finding hold a name: "a copy of the Seaside Bank sign-on (www.seasidebank.example)".
func (r *reader) spellsBefore(f *Finding, name string) bool {
	before := strings.ToLower(r.ev.Text(f.PartIndex)[max(0, f.Start-2*len(name)-16):f.Start])
	letters := strings.Map(func(c rune) rune {
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' {
			return c
		}
		return -1
	}, before)
	return strings.Contains(letters, name)
}

// hasPath tells whether a URL names more than a host.
func hasPath(url string) bool {
	_, rest, _ := strings.Cut(url, "://")
	_, path, _ := strings.Cut(rest, "/")
	return path != ""
}

// bears tells whether a name stands in a URL; one of three letters as a whole label or step of a path.
func bears(url, name string) bool {
	if len(name) > 3 {
		return strings.Contains(url, name)
	}
	for _, part := range strings.FieldsFunc(url, func(c rune) bool { return c == '.' || c == '/' || c == ':' || c == '-' }) {
		if part == name {
			return true
		}
	}
	return false
}

// openHosts are the findings that name a host and have no part yet, each host and value once.
func (r *reader) openHosts() []*Finding {
	var list []*Finding
	seen := map[string]bool{}
	for i := range r.ev.Findings {
		f := &r.ev.Findings[i]
		if isHost(f) && (!f.Explicit || f.Role == desk.RoleSource) && !f.own && f.Log < 0 && !seen[f.Value] {
			seen[f.Value] = true
			list = append(list, f)
		}
	}
	return list
}

// siteName is the label that the owner registered: "examplebank" of www.examplebank.co.jp, "" of an IP.
func siteName(host string) string {
	if _, err := netip.ParseAddr(host); err == nil {
		return ""
	}
	labels := ownLabels(host)
	return labels[strings.LastIndexByte(labels, '.')+1:]
}

// domains finds hosts that are named only as the domain of another that is told: they are no sites of their own.
func (r *reader) domains() {
	told := map[string]bool{}
	for i := range r.ev.Findings {
		f := &r.ev.Findings[i]
		if isHost(f) && f.Log < 0 && strings.Count(f.Host, ".") < 12 {
			for host := f.Host; ; {
				_, parent, ok := strings.Cut(host, ".")
				if !ok {
					break
				}
				host = parent
				told[host] = true
			}
		}
	}
	for i := range r.ev.Findings {
		if f := &r.ev.Findings[i]; f.Kind == desk.IndicatorHost && !f.Explicit && told[f.Host] && r.ev.pairOf[f.Host] == "" {
			f.set(desk.RoleReference, "the domain of a host that is told")
		}
	}
}
