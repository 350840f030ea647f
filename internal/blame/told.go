package blame

import (
	"strings"
	"unicode/utf8"

	"todoke/internal/blame/cue"
	"todoke/internal/desk"
)

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
	if r.oursQuoted(f) {
		f.set(desk.RoleReference, "in the quote of a mail of ours")
		return
	}
	switch why := r.noPart(f); {
	case why != "":
		f.inert, f.Why = true, why
	case f.printed:
		f.set(desk.RoleReference, "an example that the form prints")
	case f.Kind == desk.IndicatorEmail:
		f.set(desk.RoleReference, "a mail address is nobody's machine")
	case f.Host == "" && f.Kind != desk.IndicatorCIDR:
	case f.Host != "" && r.cfg.isOwn(f.Host):
		f.set(desk.RoleReporter, "ours")
	case f.Kind == desk.IndicatorIP && isNetwork(f.Value):
		f.set(desk.RoleUnknown, "a network written short")
	case r.lookedUp(f):
		f.set(desk.RoleReference, "in the answer of a name server or a registry")
	case !r.cfg.private && (isPrivate(f.Value) || isPrivate(f.Host)):
		f.set(desk.RoleTarget, "a private address")
	case r.byKey(f):
	case f.Log >= 0:
		r.fromLog(f)
	default:
		r.fromSide(f)
	}
}

// noPart says why a finding plays no part where it stands, "" where it may.
func (r *reader) noPart(f *Finding) string {
	text := r.ev.Text(f.PartIndex)
	switch {
	case isIP(f) && f.Start > 0 && text[f.Start-1] == '@' && !isHostmask(text[:f.Start]) && !(f.Log >= 0 && f.isEnd(&r.ev.Logs[f.Log].Event.Source)) && !strings.HasSuffix(text[:f.Start], "?@"):
		return "the domain of somebody's address"
	case isIP(f) && isVersion(text[:f.Start]):
		return "the version of a program"
	case r.isHop(f):
		return "a hop of a traced route"
	case f.Kind == desk.IndicatorHost && isFileName(f.Value):
		return "the name of a file"
	}
	return ""
}

// oursQuoted tells whether a finding stands below a line "From: …" that names an address of ours: what an answer quotes of our notice
// is told by nobody else.
func (r *reader) oursQuoted(f *Finding) bool {
	if f.Passage < 0 || r.ev.Passages[f.Passage].Foreign {
		return false
	}
	p := &r.ev.Passages[f.Passage]
	for i := f.Passage - 1; i >= 0 && i >= f.Passage-8; i-- {
		q := &r.ev.Passages[i]
		if q.PartIndex != p.PartIndex || q.Block != p.Block {
			break
		}
		line := strings.TrimLeft(strings.ToLower(r.ev.Text(q.PartIndex)[q.Start:q.End]), " 　\t>|│")
		if _, domain, ok := strings.Cut(line, "@"); ok && (strings.HasPrefix(line, "from:") || strings.HasPrefix(line, "差出人:") || strings.HasPrefix(line, "差出人：") || strings.HasPrefix(line, "送信者:")) {
			return r.cfg.isOwn(strings.TrimRight(strings.TrimSpace(domain), ">]) "))
		}
	}
	return false
}

// maxProgram is how many bytes before a version may tell the name of its program.
const maxProgram = 80

// isVersion tells whether four numbers stand behind the name of the program that wrote the mail, "-- Watcher 2.3.0.1", or of one that
// looks for viruses: "detected by Kaspersky 7.0.0.125".
func isVersion(before string) bool {
	before = before[max(0, len(before)-maxProgram):]
	line := before[strings.LastIndexByte(before, '\n')+1:]
	word := strings.ToLower(strings.TrimRight(line, " "))
	if scanners[word[strings.LastIndexAny(word, " (（、。")+1:]] || endsIn(word, "バージョン", "バージョンは", "version", "版", "build") {
		return true
	}
	name, ok := strings.CutPrefix(strings.TrimLeft(line, " "), "-- ")
	name = strings.Trim(strings.ToLower(name), " v(")
	return ok && len(name) > 2 && len(name) < 30 && strings.Count(name, " ") < 3 && !strings.ContainsAny(name, ":=") && name[0] < utf8.RuneSelf
}

// scanners are the names of programs that look for viruses, and words for a version.
var scanners = set("kaspersky", "symantec", "norton", "mcafee", "clamav", "sophos", "avast", "avira", "antivir", "bitdefender", "nod32", "f-secure", "drweb", "version", "ver.", "java", "jre", "jdk", "reader", "acrobat", "flash", "player", "quicktime", "realplayer", "firefox", "chrome", "opera", "safari", "thunderbird", "explorer", "msie", "silverlight", "shockwave", "office", "update", "firmware", "php", "apache", "nginx", "joomla", "wordpress", "plugin")

// isHostmask tells whether the text before a host is that of a client of IRC (RFC 2812, section 2.3): "nick!user@".
func isHostmask(before string) bool {
	word := before[max(0, len(before)-60):]
	word = word[strings.LastIndexAny(word, " \t\n")+1:]
	return strings.Contains(word, "!")
}

// isFileName tells whether a name ends like a packed file and bears letters that few domains have: a top-level domain is called
// zip, but who writes "会議資料.zip" means a file.
func isFileName(value string) bool {
	return strings.HasPrefix(value, "xn--") && (strings.HasSuffix(value, ".zip") || strings.HasSuffix(value, ".mov")) && strings.Count(value, ".") == 1
}

// isAnswer tells whether a subject is that of an answer.
func isAnswer(subject string) bool {
	return len(subject) > 3 && strings.EqualFold(subject[:3], "re:") || strings.HasPrefix(subject, "Re：") || strings.HasPrefix(subject, "返信")
}

// set gives a role that is told.
func (f *Finding) set(role desk.Role, why string) { f.Role, f.Why, f.Explicit = role, why, true }

func (r *reader) fromSide(f *Finding) {
	s := f.side
	scores := r.ev.HarmAt(f.Passage)
	harm, _ := scores.Best()
	f.Harm = harm
	if f.Passage >= 0 && r.ev.Passages[f.Passage].Kind == Bare && r.alone(f) && (!s.sends() || s.above) {
		if word := r.marked(f.Passage); word != "" {
			f.set(desk.RoleReporter, "the line is marked \""+word+"\"")
			return
		}
	}
	if r.harmless(f, harm) || r.owned(f, harm) {
		return
	}
	switch {
	case s.leads:
		if scores.Of(desk.IntrusionDefacement) > 0 {
			f.Harm = desk.MalwareSite
			f.Leads = true
		}
		f.set(desk.RoleSource, s.why)
	case s.trap:
		f.set(desk.RoleTarget, s.why)
	case s.way == from && s.noun == nowhere && isHost(f) && r.writes(f.Host):
		f.set(desk.RoleReporter, "wrote the log lines")
	case s.noun == from:
		f.set(desk.RoleSource, s.why)
	case s.served && harm != "" && !isSite(harm), s.noun == to && !(isVisited(harm) || harm == desk.MalwareInfected):
		f.set(desk.RoleTarget, s.why)
	case s.reference && !isIP(f):
		f.soft = true
		f.set(desk.RoleReference, s.why)
	case s.way == from && harm != "":
		f.set(desk.RoleSource, s.why)
	case s.way == to && harm != "" && (!isSite(harm) || harm == desk.Vulnerable && s.toward):
		f.set(desk.RoleTarget, s.why)
	case isHost(f) && r.cfg.isReporters(f.Host) && !isVisited(harm):
	case (s.way == to || s.noun == to) && harm != "" && harm.Group() != "intrusion" && harm != desk.Vulnerable:
		f.set(desk.RoleSource, s.why)
	}
}

// owned notes that an address is the reporter's own, and tells whether it is. What is told to be the victim as well has that role.
func (r *reader) owned(f *Finding, harm desk.Class) bool {
	s := f.side
	switch {
	case s.leads || s.trap:
		return false
	case s.own && s.noun == to:
		f.set(desk.RoleTarget, s.why)
	case s.own, isHost(f) && r.cfg.isReporters(f.Host) && !s.sends() && isVisited(harm):
		f.own = true
	default:
		return false
	}
	return true
}

// harmless gives the role of an address that the words beside it excuse, and tells whether they do.
func (r *reader) harmless(f *Finding, harm desk.Class) bool {
	s := f.side
	switch {
	case s.stopped && r.doc.Reply && !s.sends():
		f.set(desk.RoleReference, "not told again: "+s.why) // in a first report it is told all the same
	case s.innocent, s.blameless && !isSite(harm) && harm != "":
		f.set(desk.RoleReference, "not to blame: "+s.why)
	case s.legit && !isIP(f) && !r.disguised(f.Value) && !r.alteredOnly(f), f.deceives, isHost(f) && r.cfg.legitimate(f.Host) && !s.own:
		f.Imitated = true
		f.set(desk.RoleReference, "the legitimate site")
	case s.infrastructure && !s.own && !r.misuseTold(f.Passage), isReference(f.Host):
		f.set(desk.RoleReference, "a site for looking things up")
	case s.named && isHost(f) && harm == desk.PhishingSite && !r.disguised(f.Value):
		f.Imitated = true
		f.set(desk.RoleReference, "stands behind a name")
	default:
		return false
	}
	return true
}

// misuseTold tells whether a sentence says that what it names was used for harm by others.
func (r *reader) misuseTold(passage int) bool {
	if passage < 0 {
		return false
	}
	for _, c := range r.ev.Passages[passage].Cues {
		if c.Rule.Sense == cue.Role && c.Rule.Value == "misused" {
			return true
		}
	}
	return false
}

// alteredOnly tells whether the finding's own sentence tells of an alteration and of no imitation: a legitimate site was tampered with.
func (r *reader) alteredOnly(f *Finding) bool {
	if f.Passage < 0 || r.ev.scores[f.Passage].Of(desk.PhishingSite) > 0 {
		return false
	}
	success, failure := r.ev.outcome(f.Passage)
	return r.alteredHere(f) || success > failure && r.ev.mail.Of(desk.PhishingSite) == 0
}

// isSite tells whether the harm is done by a machine that is visited or stands there, not by a sender.
func isSite(class desk.Class) bool {
	switch class.Group() {
	case "phishing", "malware", "vulnerable", "intrusion":
		return true
	}
	return false
}

// isVisited tells whether the victims go to the address: what they connect to is at fault.
func isVisited(class desk.Class) bool {
	return class == desk.PhishingSite || class == desk.MalwareSite || class == desk.MalwareC2
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
