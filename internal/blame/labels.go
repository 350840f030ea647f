package blame

import (
	"strings"

	"golang.org/x/net/publicsuffix"
)

// labelPairs reads sentences that name hosts by one label: "shop and blog both on 203.0.113.5", said of shop.example.com and
// blog.example.com.
func (r *reader) labelPairs() {
	labels := r.labels()
	if len(labels) == 0 {
		return
	}
	for i := range r.ev.Findings {
		f := &r.ev.Findings[i]
		if !isIP(f) || f.Passage < 0 || f.Log >= 0 {
			continue
		}
		p := &r.ev.Passages[f.Passage]
		start := p.Start
		if i > 0 && r.ev.Findings[i-1].Passage == f.Passage {
			start = r.ev.Findings[i-1].End
		}
		lead := strings.ToLower(r.ev.Text(f.PartIndex)[min(start, f.Start):f.Start])
		if len(lead) > 200 || !statesIP(lead) && !endsIn(lead, "=", " on", " is", ":", "は", "→", "->") {
			continue
		}
		for _, word := range strings.FieldsFunc(lead, func(c rune) bool { return c >= 0x80 || !isLabelByte(byte(c)) }) {
			if host := labels[word]; host != "" {
				r.pair(host, f.Value, "named by its label")
			}
		}
	}
}

func endsIn(s string, ends ...string) bool {
	s = strings.TrimRight(s, " 　\t\n")
	for _, end := range ends {
		if strings.HasSuffix(s, end) {
			return true
		}
	}
	return false
}

func isLabelByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-'
}

// labels gives the hosts that are told, each by those of its labels that no other host has. Labels that are words of their own
// (www, mail) name nothing.
func (r *reader) labels() map[string]string {
	hosts := map[string]string{}
	for i := range r.ev.Findings {
		f := &r.ev.Findings[i]
		if !isHost(f) || f.Passage < 0 || !r.ev.Passages[f.Passage].Speaks() || isReference(f.Host) || r.cfg.legitimate(f.Host) {
			continue
		}
		for label := range strings.SplitSeq(ownLabels(f.Host), ".") {
			if len(label) < 4 || isCommonLabel(label) {
				continue
			}
			if old, ok := hosts[label]; ok && old != f.Host {
				hosts[label] = "" // of two hosts
			} else {
				hosts[label] = f.Host
			}
		}
	}
	return hosts
}

// ownLabels are the labels that the owner of a host chose: those before its public suffix. The domains kept for examples
// (RFC 2606) count as suffixes.
func ownLabels(host string) string {
	if i := strings.Index(host, ".example."); i >= 0 {
		return host[:i]
	}
	suffix, _ := publicsuffix.PublicSuffix(host)
	return strings.TrimSuffix(strings.TrimSuffix(host, suffix), ".")
}

func isCommonLabel(label string) bool {
	switch label {
	case "mail", "login", "secure", "account", "accounts", "online", "update", "server", "host", "site", "page", "both", "home", "user", "users", "info", "these", "that", "with", "hosted", "address", "ipv4", "ipv6":
		return true
	}
	return false
}
