package blame

import (
	"strings"

	"todoke/internal/desk"
)

// findPairs finds hosts that are said to be an IP: beside it, in brackets, resolved to it, or in the lines of one record.
func (r *reader) findPairs() {
	list := r.ev.Findings
	for i := 1; i < len(list); i++ {
		a, b := &list[i-1], &list[i]
		if a.Passage < 0 || a.Passage != b.Passage || a.Log >= 0 {
			continue
		}
		host, ip := a, b
		if isIP(a) {
			host, ip = b, a
		}
		if !isIP(ip) || !isHost(host) {
			continue
		}
		text := r.ev.Text(a.PartIndex)
		if why := besideWhy(text[a.End:b.Start], r.ev.Passages[a.Passage].Kind); why != "" {
			r.pair(host.Host, ip.Value, why)
		}
	}
	r.recordPairs()
}

func isIP(f *Finding) bool   { return f.Kind == desk.IndicatorIP }
func isHost(f *Finding) bool { return f.Kind == desk.IndicatorHost || f.Kind == desk.IndicatorURL }

func (r *reader) pair(host, ip, why string) {
	if host == ip || host == "" || r.cfg.isShared(ip) {
		return
	}
	if _, ok := r.ev.pairOf[host]; ok {
		return
	}
	r.ev.pairOf[host] = ip
	r.ev.Pairs = append(r.ev.Pairs, Pair{Host: host, IP: ip, Why: why})
}

// besideWhy says why the text between a host and an IP joins them, "" where it does not.
func besideWhy(between string, kind PassageKind) string {
	b := strings.ToLower(between)
	for _, w := range []string{"resolves to", "resolved to", "resolve to", "resolving to", "hosted on", "hosted at", "is hosted", "served from", "currently at", "points at", "のipアドレスは", "の ip アドレスは", "のipは", "ipアドレスは", "ip アドレスは", "in a", "a record", "逆引き", "ホスト名", "is at", "名前解決", "with ip", "ip address"} {
		if len(between) < 80 && strings.Contains(b, w) {
			return "said to be that address"
		}
	}
	rest := strings.Trim(b, " \t\n　([{（「【<>)]）」】\"',、/／=:：;|・")
	switch rest {
	case "":
		if kind != Bare && strings.ContainsAny(b, ",、・") {
			return ""
		}
		return "beside it"
	case "は", "が", "のip", "の ip", "ipは", "ip は", "ip:は", "ip is", "its ip", "their ip", "ip addr", "ipaddr", "ip-address", "ip adresse", "with the ip", "has address", "resolves", "アドレスは", "ipアドレス:", "ip アドレス：", "(ip", "ip=", "ip:", "ip：",
		"ip", "ipアドレス", "ip アドレス", "ip address", "address", "at", "on", "->", "=>", "→", "host", "hostname", "ホスト名", "url", "is", "i.e.", "aka":
		return "beside it"
	}
	return ""
}

// recordPairs joins the lines of a record: "URL: …" and "IP: …" in one paragraph.
func (r *reader) recordPairs() {
	var hosts []*Finding
	var ip *Finding
	block, part := -1, -2
	for i := range r.ev.Findings {
		f := &r.ev.Findings[i]
		if f.Passage < 0 || f.Log >= 0 {
			continue
		}
		p := &r.ev.Passages[f.Passage]
		if p.Kind != KeyValue && p.Kind != Bare {
			hosts, ip = nil, nil
			continue
		}
		if p.Block != block || p.PartIndex != part {
			hosts, ip = nil, nil
			block, part = p.Block, p.PartIndex
		}
		switch {
		case isIP(f) && p.Kind == KeyValue:
			if len(hosts) > 0 && sameSide(r, hosts[0], f) {
				for _, h := range hosts {
					r.pair(h.Host, f.Value, "in one record")
				}
				hosts, ip = nil, nil
			} else {
				ip = f
			}
		case isHost(f):
			if ip != nil && p.Kind == KeyValue && sameSide(r, ip, f) {
				r.pair(f.Host, ip.Value, "in one record")
			} else {
				hosts = append(hosts, f)
			}
		}
	}
}

// sameSide tells whether the keys of two lines of a record do not name different ends.
func sameSide(r *reader, a, b *Finding) bool {
	left, right := r.sideOfFinding(a), r.sideOfFinding(b)
	return left.legit == right.legit && left.reference == right.reference && left.own == right.own &&
		(left.noun == right.noun || left.noun == nowhere || right.noun == nowhere)
}

func (r *reader) sideOfFinding(f *Finding) side {
	p := &r.ev.Passages[f.Passage]
	return sideOf(r.ev.Text(f.PartIndex), p, f.Start, f.End, p.Start, p.End)
}
