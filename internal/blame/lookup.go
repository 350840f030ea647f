package blame

import (
	"strings"
)

// registryKeys are the keys of what a registry answers (RFC 3912, RFC 2622 section 2): the network, its name, who answers for
// it. They describe an address that is told elsewhere.
var registryKeys = set("inetnum", "inet6num", "netrange", "netname", "nethandle", "cidr", "route", "route6", "origin", "descr", "abuse-mailbox", "remarks", "remark", "mnt-by",
	"nserver", "name server", "nameserver", "orgname", "org-name", "parent", "registrar url", "whois server", "referral url", "source", "ネームサーバ", "ipネットワークアドレス")

// lookedUp tells whether a finding stands in the answer of a registry, or in what the tools that ask name servers print of
// themselves: ";; SERVER: 192.0.2.53#53".
func (r *reader) lookedUp(f *Finding) bool {
	if f.Passage < 0 || f.Log >= 0 {
		return false
	}
	p := &r.ev.Passages[f.Passage]
	text := r.ev.Text(f.PartIndex)
	if strings.HasPrefix(text[f.End:], "#53") {
		return true
	}
	if r.isResolver(f.Passage) {
		return true
	}
	line := strings.TrimLeft(text[p.Start:max(p.Start, f.Start)], " \t>|　")
	if strings.HasPrefix(line, ";") && p.Kind != Prose {
		return true
	}
	key, _, ok := strings.Cut(strings.ToLower(line), ":")
	return ok && registryKeys[strings.Trim(key, "[] 　\t")] && r.besideRegistry(f.Passage, key)
}

// isResolver tells whether a line is of the head that nslookup prints: "Server: …" and below it "Address: …".
func (r *reader) isResolver(passage int) bool {
	key := func(i int) string {
		if i < 0 || i >= len(r.ev.Passages) || r.ev.Passages[i].Block != r.ev.Passages[passage].Block {
			return ""
		}
		q := &r.ev.Passages[i]
		key, _, _ := strings.Cut(strings.ToLower(r.ev.Text(q.PartIndex)[q.Start:q.End]), ":")
		return strings.Trim(key, " \t>|")
	}
	return key(passage) == "server" && key(passage+1) == "address" || key(passage) == "address" && key(passage-1) == "server"
}

// isHop tells whether a finding stands in a line of a traced route: "3   12 ms  203.0.113.1".
func (r *reader) isHop(f *Finding) bool {
	if f.Passage < 0 || r.ev.Passages[f.Passage].Kind == Prose {
		return false
	}
	p := &r.ev.Passages[f.Passage]
	line := strings.TrimLeft(r.ev.Text(f.PartIndex)[p.Start:p.End], " \t>|")
	return line != "" && line[0] >= '0' && line[0] <= '9' && (strings.Contains(line, " ms ") || strings.HasSuffix(strings.TrimSpace(line), " ms"))
}

// asked tells whether an IP is that of a name server which the message's author asked, and so no site's.
func (r *reader) asked(ip string) bool {
	if r.servers == nil {
		r.servers = map[string]bool{}
		for i := range r.ev.Findings {
			if f := &r.ev.Findings[i]; isIP(f) && strings.HasPrefix(r.ev.Text(f.PartIndex)[f.End:], "#53") {
				r.servers[f.Value] = true
			}
		}
	}
	return r.servers[ip]
}

// besideRegistry tells whether another line next to this one has a key of a registry's answer, so that "source: 203.0.113.5" alone
// is none.
func (r *reader) besideRegistry(passage int, key string) bool {
	p := &r.ev.Passages[passage]
	found := false
	r.ev.block(passage, func(i int) {
		q := &r.ev.Passages[i]
		other, _, ok := strings.Cut(strings.ToLower(r.ev.Text(q.PartIndex)[q.Start:q.End]), ":")
		other = strings.Trim(other, " \t>|　")
		found = found || ok && q.PartIndex == p.PartIndex && other != key && registryKeys[other] && other != "source"
	})
	return found
}
