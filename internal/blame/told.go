package blame

import (
	"strings"

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
	switch {
	case isIP(f) && f.Start > 0 && r.ev.Text(f.PartIndex)[f.Start-1] == '@':
		f.inert, f.Why = true, "the domain of somebody's address"
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
	if r.harmless(f, harm) {
		return
	}
	switch {
	case s.leads:
		if scores.Of(desk.IntrusionDefacement) > 0 {
			f.Harm = desk.MalwareSite
			f.Leads = true
		}
		f.set(desk.RoleSource, s.why)
	case s.trap, s.own && s.noun == to:
		f.set(desk.RoleTarget, s.why)
	case s.own:
		f.own = true
	case isHost(f) && r.cfg.isReporters(f.Host) && !s.sends() && isVisited(harm):
		f.own = true
	case s.way == from && s.noun == nowhere && isHost(f) && r.writes(f.Host):
		f.set(desk.RoleReporter, "wrote the log lines")
	case s.noun == from:
		f.set(desk.RoleSource, s.why)
	case s.noun == to && !(isVisited(harm) || harm == desk.MalwareInfected):
		f.set(desk.RoleTarget, s.why)
	case s.reference && !isIP(f):
		f.soft = true
		f.set(desk.RoleReference, s.why)
	case s.way == from && harm != "":
		f.set(desk.RoleSource, s.why)
	case s.way == to && harm != "" && !isSite(harm):
		f.set(desk.RoleTarget, s.why)
	case (s.way == to || s.noun == to) && harm != "" && harm.Group() != "intrusion" && harm != desk.Vulnerable:
		f.set(desk.RoleSource, s.why)
	}
}

// harmless gives the role of an address that the words beside it excuse, and tells whether they do.
func (r *reader) harmless(f *Finding, harm desk.Class) bool {
	s := f.side
	switch {
	case s.stopped && r.doc.Reply && !s.sends():
		f.set(desk.RoleReference, "not told again: "+s.why) // in a first report it is told all the same
	case s.innocent:
		f.set(desk.RoleReference, "not to blame: "+s.why)
	case s.legit && !isIP(f) && !r.disguised(f.Value), f.deceives, isHost(f) && r.cfg.legitimate(f.Host) && !s.own:
		f.Imitated = true
		f.set(desk.RoleReference, "the legitimate site")
	case s.infrastructure && !s.own, isReference(f.Host):
		f.set(desk.RoleReference, "a site for looking things up")
	case s.named && isHost(f) && harm == desk.PhishingSite && !r.disguised(f.Value):
		f.Imitated = true
		f.set(desk.RoleReference, "stands behind a name")
	default:
		return false
	}
	return true
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
