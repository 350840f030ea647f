package blame

import (
	"net/netip"
	"strings"

	"todoke/internal/blame/cue"
	"todoke/internal/blame/logline"
	"todoke/internal/desk"
)

// assign gives every finding its role: first where it is told, then to other places of the same address, then by
// default.
func (r *reader) assign() {
	r.countIPs()
	for i := range r.ev.Findings {
		r.explicit(&r.ev.Findings[i])
	}
	r.received()
	r.carry()
	r.defaults()
	r.nothingElse()
	r.ownLast()
	r.follow()
}

// readSides reads the words around each finding, one run of listed addresses at a time.
func (r *reader) readSides() {
	list := r.ev.Findings
	for i := 0; i < len(list); {
		f := &list[i]
		j := i + 1
		if f.Passage < 0 || f.Log >= 0 {
			i = j
			continue
		}
		text := r.ev.Text(f.PartIndex)
		for j < len(list) && list[j].Passage == f.Passage && r.together(text, &list[j-1], &list[j]) {
			j++
		}
		p := &r.ev.Passages[f.Passage]
		prev, next := p.Start, p.End
		if i > 0 && list[i-1].Passage == f.Passage {
			prev = list[i-1].End
		}
		if j < len(list) && list[j].Passage == f.Passage {
			next = list[j].Start
		}
		s := sideOf(text, p, f.Start, max(f.Start, list[j-1].End), min(prev, f.Start), max(next, list[j-1].End))
		if !s.told() && p.Heading >= 0 && p.Kind != Prose {
			s = r.sideOfHeading(p.Heading)
		}
		for k := i; k < j; k++ {
			list[k].side = s
		}
		i = j
	}
}

// together tells whether two findings of a passage play one part.
func (r *reader) together(text string, a, b *Finding) bool {
	between := text[a.End:max(a.End, b.Start)]
	if joined(between) {
		return true
	}
	return (isHost(a) && isIP(b) || isIP(a) && isHost(b)) && besideWhy(between, r.ev.Passages[a.Passage].Kind) != ""
}

// joined tells whether what stands between two addresses makes them one list.
func joined(between string) bool {
	b := strings.Trim(strings.ToLower(between), " \t\n　,、・/()（）[]「」<>\"'|&+;＜＞")
	switch b {
	case "", "と", "や", "か", "及び", "および", "ならびに", "並びに", "または", "又は", "and", "or", "ip", "ipアドレス", "ip address", "そして", "~", "～":
		return true
	}
	return false
}

// sideOfHeading reads what the words above a list say of it. Where the last sentence speaks of the victim, the one before
// may announce the list.
func (r *reader) sideOfHeading(heading int) side {
	s := r.sideOfSentence(heading)
	for back := 1; back <= 2 && s.noun != from && s.way != from && !s.legit && !s.leads; back++ {
		i := heading - back
		if i < 0 || r.ev.Passages[heading].Kind != Prose || r.ev.Passages[i].PartIndex != r.ev.Passages[heading].PartIndex || r.ev.Passages[i].Block != r.ev.Passages[heading].Block || r.ev.Passages[i].Kind != Prose {
			break
		}
		if earlier := r.sideOfSentence(i); earlier.sends() || earlier.leads || earlier.legit {
			s = earlier
		}
	}
	s.infrastructure, s.trap, s.named = false, false, false
	if r.ev.Passages[heading].Kind == Prose {
		s.own, s.innocent, s.reference = false, false, s.reference && s.way == nowhere
	}
	if s.told() {
		s.why += " above the list"
	}
	return s
}

// sideOfSentence reads a heading at its pointing word ("以下の", "the following"), else at its end.
func (r *reader) sideOfSentence(heading int) side {
	p := &r.ev.Passages[heading]
	text := r.ev.Text(p.PartIndex)
	var s side
	if p.Kind == KeyValue {
		at := p.Start + itemStart(text[p.Start:p.End])
		at += keyEnd(text[at:p.End])
		s = sideOf(text, p, at, at, p.Start, at)
	}
	for i := len(p.Cues) - 1; i >= 0 && !s.told(); i-- {
		c := p.Cues[i]
		if c.Rule.Sense == cue.Role && c.Rule.Value == "pointer" {
			s = sideOf(text, p, c.Start, c.End, p.Start, p.End)
		}
	}
	if !s.told() {
		end := p.Start + len(strings.TrimRight(text[p.Start:p.End], " \t\n:：。.」】)）"))
		s = sideOf(text, p, end, end, p.Start, end)
		if s.way != nowhere && !endsInPreposition(text[p.Start:end]) {
			s.way = nowhere
		}
	}
	return s
}

// endsInPreposition tells whether a heading breaks off before the list: "attacks from".
func endsInPreposition(heading string) bool {
	word := strings.ToLower(heading[strings.LastIndexAny(heading, " \n")+1:])
	switch word {
	case "from", "by", "to", "against", "at", "on":
		return true
	}
	return strings.HasSuffix(heading, "→") || strings.HasSuffix(heading, "->")
}

// explicit gives the role that is told for a finding.
func (r *reader) explicit(f *Finding) {
	if f.Passage >= 0 {
		switch p := &r.ev.Passages[f.Passage]; {
		case p.Held:
			f.set(desk.RoleReference, "in quoted text that the desk holds")
			return
		case p.PartIndex == SubjectPart && r.doc.Reply && isAnswer(r.doc.Subject):
			f.set(desk.RoleReference, "in the subject of the mail that this one answers")
			f.echo = true
			return
		case p.Segment == SegmentSignature, p.Segment == SegmentDisclaimer:
			f.set(desk.RoleReporter, "in the signature")
			return
		}
	}
	switch {
	case f.Kind == desk.IndicatorEmail:
		f.set(desk.RoleReference, "a mail address is nobody's machine")
	case f.Host == "" && f.Kind != desk.IndicatorCIDR:
	case f.Host != "" && r.cfg.isOwn(f.Host):
		f.set(desk.RoleReporter, "ours")
	case f.Kind == desk.IndicatorIP && isNetwork(f.Value):
		f.set(desk.RoleUnknown, "a network written short")
	case !r.cfg.private && (isPrivate(f.Value) || isPrivate(f.Host)):
		f.set(desk.RoleTarget, "a private address")
	case f.Log >= 0:
		r.fromLog(f)
	default:
		r.fromSide(f)
	}
}

// isAnswer tells whether a subject is that of an answer.
func isAnswer(subject string) bool {
	return len(subject) > 3 && strings.EqualFold(subject[:3], "re:") || strings.HasPrefix(subject, "Re：") || strings.HasPrefix(subject, "返信")
}

// set gives a role that is told.
func (f *Finding) set(role desk.Role, why string) { f.Role, f.Why, f.Explicit = role, why, true }

func (r *reader) fromLog(f *Finding) {
	line := &r.ev.Logs[f.Log]
	e := &line.Event
	if marked := r.marked(line.Passage); marked != "" {
		f.set(desk.RoleReporter, "the log line is marked \""+marked+"\"")
		return
	}
	switch {
	case f.isEnd(&e.Source):
		f.side.way = from
		f.accused = e.Outcome
		if e.Blames() {
			f.Harm = desk.Class(e.Class)
			f.set(desk.RoleSource, e.What)
		}
	case f.isEnd(&e.Target):
		f.set(desk.RoleTarget, "the target in a log line")
	case isHost(f) && included(e) && r.ev.mail.Of(desk.MalwareSite) > 0:
		f.Leads, f.Harm = true, desk.MalwareSite
		f.set(desk.RoleSource, "the file that the request wanted to have run lies there")
	default:
		f.inert = true
		f.Why = "inside a log line"
	}
}

// included tells whether a request names a file on another machine that the attacked one should fetch and run.
func included(e *logline.Event) bool {
	return e.Injection == logline.FileInclusion || e.Injection == logline.CodeInjection
}

// isEnd tells whether the finding is one end of a log event.
func (f *Finding) isEnd(e *logline.Endpoint) bool {
	return e.End > e.Start && f.Start < e.End && e.Start < f.End || e.Addr.IsValid() && e.Addr.String() == f.Value || e.Host != "" && e.Host == f.Value
}

// marked gives the word by which a reporter excuses a log line ("← これは私です"), "" where there is none.
func (r *reader) marked(passage int) string {
	for _, c := range r.ev.Passages[passage].Cues {
		if c.Rule.Sense == cue.Role && (c.Rule.Value == "own" || c.Rule.Value == "innocent") {
			return c.Rule.Name
		}
	}
	return ""
}

// isSite tells whether the harm is done by a machine that is visited or stands there, not by a sender.
func isSite(class desk.Class) bool {
	switch class.Group() {
	case "phishing", "malware", "vulnerable", "intrusion":
		return true
	}
	return false
}

// alone tells whether no other IP stands in the finding's passage.
func (r *reader) alone(f *Finding) bool { return r.ips[f.Passage] == 1 }

// countIPs counts the distinct IPs of each passage, up to two.
func (r *reader) countIPs() {
	r.ips = map[int]int{}
	first := map[int]string{}
	for i := range r.ev.Findings {
		f := &r.ev.Findings[i]
		switch old, ok := first[f.Passage]; {
		case !isIP(f) || f.Passage < 0:
		case !ok:
			first[f.Passage], r.ips[f.Passage] = f.Value, 1
		case old != f.Value:
			r.ips[f.Passage] = 2
		}
	}
}

// isVisited tells whether the victims go to the address: what they connect to is at fault.
func isVisited(class desk.Class) bool {
	return class == desk.PhishingSite || class == desk.MalwareSite || class == desk.MalwareC2
}

func (r *reader) fromSide(f *Finding) {
	s := f.side
	scores := r.ev.HarmAt(f.Passage)
	harm, _ := scores.Best()
	f.Harm = harm
	if f.Passage >= 0 && r.ev.Passages[f.Passage].Kind == Bare && r.alone(f) {
		if word := r.marked(f.Passage); word != "" {
			f.set(desk.RoleReporter, "the line is marked \""+word+"\"")
			return
		}
	}
	switch {
	case s.innocent:
		f.set(desk.RoleReference, "not to blame: "+s.why)
	case s.legit && !isIP(f) && !r.disguised(f.Value), f.deceives, isHost(f) && r.cfg.legitimate(f.Host) && !s.own:
		f.Imitated = true
		f.set(desk.RoleReference, "the legitimate site")
	case s.infrastructure, isReference(f.Host):
		f.set(desk.RoleReference, "a site for looking things up")
	case s.leads:
		if scores.Of(desk.IntrusionDefacement) > 0 {
			f.Harm = desk.MalwareSite
			f.Leads = true
		}
		f.set(desk.RoleSource, s.why)
	case s.named && isHost(f) && harm == desk.PhishingSite && !r.disguised(f.Value):
		f.Imitated = true
		f.set(desk.RoleReference, "stands behind a name")
	case s.trap, s.own && s.noun == to:
		f.set(desk.RoleTarget, s.why)
	case s.own:
		f.own = true
	case s.noun == from:
		f.set(desk.RoleSource, s.why)
	case s.noun == to && !(isVisited(harm) || harm == desk.MalwareInfected):
		f.set(desk.RoleTarget, s.why)
	case s.reference:
		f.set(desk.RoleReference, s.why)
	case s.way == from && harm != "":
		f.set(desk.RoleSource, s.why)
	case s.way == to && harm != "" && !isSite(harm):
		f.set(desk.RoleTarget, s.why)
	case (s.way == to || s.noun == to) && harm != "" && harm.Group() != "intrusion":
		f.set(desk.RoleSource, s.why)
	}
}

// carry takes a role told for an address at one place to its other places. A host that is told to be legitimate or
// innocent is so with all its URLs.
func (r *reader) carry() {
	rank := map[desk.Role]int{desk.RoleSource: 4, desk.RoleReporter: 3, desk.RoleTarget: 2, desk.RoleReference: 1}
	told, hosts, own := map[string]*Finding{}, map[string]*Finding{}, map[string]bool{}
	for i := range r.ev.Findings {
		f := &r.ev.Findings[i]
		if f.own {
			own[f.Host] = true
		}
		if !f.Explicit || f.echo || f.Role == desk.RoleUnknown || f.Passage >= 0 && !r.ev.Passages[f.Passage].Speaks() {
			continue
		}
		if old, ok := told[f.Value]; !ok || rank[f.Role] > rank[old.Role] {
			told[f.Value] = f
		}
		if f.Role == desk.RoleReference && f.Host != "" {
			hosts[f.Host] = f
		}
	}
	for i := range r.ev.Findings {
		f := &r.ev.Findings[i]
		if f.Explicit {
			continue
		}
		f.own = f.own || f.Host != "" && own[f.Host]
		if t, ok := told[f.Value]; ok && !f.own {
			f.Role, f.Why, f.Explicit, f.Imitated = t.Role, t.Why, true, t.Imitated
		} else if t, ok := hosts[f.Host]; ok && isHost(f) && f.Host != "" {
			f.Role, f.Why, f.Explicit, f.Imitated = t.Role, t.Why, true, t.Imitated
		}
	}
}

// defaults gives a role to addresses of which nothing is said.
func (r *reader) defaults() {
	accused, tried := r.accusations()
	attacker := r.attackerTold()
	near := r.targetNets()
	for i := range r.ev.Findings {
		f := &r.ev.Findings[i]
		if f.Role != desk.RoleUnknown || f.Explicit || f.own || f.inert || f.Host == "" && f.Kind != desk.IndicatorCIDR || f.Kind == desk.IndicatorEmail {
			continue
		}
		switch {
		case f.Log >= 0:
			if !tried && f.side.way == from && f.accused != logline.Succeeded {
				f.Role, f.Why = desk.RoleSource, "the sender in a log line"
			}
		case r.cfg.isReporters(f.Host):
			f.own = true
		case f.Harm == "", r.cfg.isNever(f.Host):
		case !isSite(f.Harm) && (isHost(f) || accused[f.Passage] || tried || attacker && !r.speaksOfHarm(f.Passage)):
		case f.Harm.Group() == "intrusion" && isIP(f) && (accused[f.Passage] || attacker):
		case !isSite(f.Harm) && near.has(f.Value):
			f.Role, f.Why = desk.RoleTarget, "in the network of the targets"
		default:
			f.Role, f.Why = desk.RoleSource, "told beside "+string(f.Harm)+", with no other part in it"
		}
	}
}

// speaksOfHarm tells whether a passage names a harm itself, or is a line of a list.
func (r *reader) speaksOfHarm(passage int) bool {
	if passage < 0 {
		return false
	}
	_, share := r.ev.scores[passage].Best()
	return share > 0 || r.ev.Passages[passage].Kind == Bare
}

// nets are networks of the size that one site has.
type nets map[netip.Prefix]bool

// targetNets are the /24 (IPv4) and /48 (IPv6) networks of the targets that are told.
func (r *reader) targetNets() nets {
	n := nets{}
	for i := range r.ev.Findings {
		if f := &r.ev.Findings[i]; f.Explicit && f.Role == desk.RoleTarget || f.own {
			if p, ok := siteNet(f.Host); ok && !isPrivate(f.Host) {
				n[p] = true
			}
		}
	}
	return n
}

func (n nets) has(value string) bool {
	value, _, _ = strings.Cut(value, "/")
	p, ok := siteNet(value)
	return ok && n[p]
}

func siteNet(value string) (netip.Prefix, bool) {
	a, err := netip.ParseAddr(value)
	if err != nil {
		return netip.Prefix{}, false
	}
	bits := 24
	if a.Is6() {
		bits = 48
	}
	p, err := a.Prefix(bits)
	return p, err == nil
}

// accusations gives the passages that accuse somebody expressly, and whether a log line does.
func (r *reader) accusations() (passages map[int]bool, tried bool) {
	passages = map[int]bool{}
	for i := range r.ev.Findings {
		f := &r.ev.Findings[i]
		if f.Explicit && f.Role == desk.RoleSource {
			passages[f.Passage] = true
			tried = tried || f.Log >= 0
		}
	}
	return passages, tried
}

// nothingElse blames the IPs of a message that names them and tells nothing at all: a reporter who sends a bare address
// wants it looked at.
func (r *reader) nothingElse() {
	if _, share := r.ev.mail.Best(); share > 0 {
		return
	}
	for i := range r.ev.Findings {
		if r.ev.Findings[i].Role == desk.RoleSource {
			return
		}
	}
	for i := range r.ev.Findings {
		f := &r.ev.Findings[i]
		if f.Role == desk.RoleUnknown && !f.Explicit && !f.inert && !f.own && isIP(f) && f.Log < 0 && !r.cfg.isNever(f.Value) {
			f.Role, f.Why = desk.RoleSource, "the only address, and nothing else is told"
		}
	}
}

// ownLast decides on the reporter's own machines: they are at fault where they are infected or vulnerable, and where they
// were broken into by somebody who is not told.
func (r *reader) ownLast() {
	attacker := r.attackerTold()
	for i := range r.ev.Findings {
		f := &r.ev.Findings[i]
		if !f.own {
			continue
		}
		switch group := f.Harm.Group(); {
		case f.side.own && (f.Harm == desk.MalwareInfected || f.Harm == desk.Vulnerable), group == "intrusion" && !attacker && (f.side.own || r.alteredHere(f)),
			group == "phishing" && f.side.own && f.side.way == to:
			f.Role, f.Why = desk.RoleSource, "the reporter's own machine, and nobody else is told to be at fault"
		default:
			f.Role, f.Why = desk.RoleReporter, "the reporter's own"
		}
	}
}

// alteredHere tells whether the finding's own passage says that a page was altered.
func (r *reader) alteredHere(f *Finding) bool {
	return isHost(f) && f.Passage >= 0 && r.ev.scores[f.Passage].Of(desk.IntrusionDefacement) > 0 && r.ev.Passages[f.Passage].Speaks()
}

// attackerTold tells whether somebody is expressly said to have attacked.
func (r *reader) attackerTold() bool {
	for i := range r.ev.Findings {
		if f := &r.ev.Findings[i]; f.Role == desk.RoleSource && f.Explicit && !f.own && (f.Sends() || f.Log >= 0) {
			return true
		}
	}
	return false
}

// follow gives a host the role of the IP that it is said to be.
func (r *reader) follow() {
	roles := map[string]*Finding{}
	for i := range r.ev.Findings {
		if f := &r.ev.Findings[i]; isIP(f) && f.Role != desk.RoleUnknown {
			roles[f.Value] = f
		}
	}
	for i := range r.ev.Findings {
		f := &r.ev.Findings[i]
		if ip := r.ev.pairOf[f.Host]; ip != "" && f.Role == desk.RoleUnknown && roles[ip] != nil {
			f.Role, f.Why = roles[ip].Role, "is "+ip
		}
	}
}

// referenceHosts are sites where reporters look things up.
var referenceHosts = []string{"virustotal.com", "urlscan.io", "abuseipdb.com", "shodan.io", "jpcert.or.jp", "ipa.go.jp", "cve.mitre.org", "nvd.nist.gov", "web.archive.org",
	"phishtank.com", "dshield.org", "apnic.net", "ripe.net", "arin.net", "nic.ad.jp", "jprs.jp", "spamhaus.org", "spamcop.net", "dnsstuff.com", "whois.sc", "robtex.com",
	"urlvoid.com", "antiphishing.org", "antiphishing.jp", "apwg.org", "cert.org", "us-cert.gov", "wikipedia.org", "first.org", "iana.org", "w3.org", "malwaredomainlist.com",
	"team-cymru.org", "shadowserver.org", "senderbase.org", "abuse.ch", "anubis.iseclab.org", "hybrid-analysis.com", "any.run", "blocklist.de", "openresolverproject.org", "fortinet.com", "snort.org", "emergingthreats.net"}

func isReference(host string) bool { return under(host, referenceHosts) }
