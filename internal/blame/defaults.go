package blame

import (
	"strings"

	"todoke/internal/blame/logline"
	"todoke/internal/desk"
)

// defaults gives a role to addresses of which nothing is said.
func (r *reader) defaults() {
	accused, tried := r.accusations()
	attacker := r.attackerTold()
	near := r.targetNets()
	var aside []*Finding
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
		case isNameServer(f):
		case f.Harm == "", r.cfg.isNever(f.Host):
		case !isSite(f.Harm) && (isHost(f) || accused[f.Passage] || tried || attacker && !r.speaksOfHarm(f.Passage)):
		case f.Harm.Group() == "intrusion" && isIP(f) && (accused[f.Passage] || attacker):
		case (!isSite(f.Harm) || isVisited(f.Harm) && isIP(f)) && near.has(f.Value):
			f.Role, f.Why = desk.RoleTarget, "in the network of the targets"
		case isHost(f) && !r.isPointedOut(f):
			aside = append(aside, f)
		default:
			f.Role, f.Why = desk.RoleSource, besideHarm(f)
		}
	}
	if r.anySite() {
		return
	}
	for _, f := range aside {
		f.Role, f.Why = desk.RoleSource, besideHarm(f)
	}
}

// isNameServer tells whether a bare host bears the name of a name server, which is told beside a site without being at fault.
func isNameServer(f *Finding) bool {
	if f.Kind != desk.IndicatorHost || f.Defanged {
		return false
	}
	label, rest, _ := strings.Cut(f.Host, ".")
	switch strings.TrimRight(label, "0123456789") {
	case "ns", "dns", "nameserver", "pdns", "a.ns":
		return strings.Contains(rest, ".")
	}
	return false
}

// anySite tells whether somebody is at fault who is more than the place to which an altered page leads, or than the sender of the
// mails that lure victims to a site.
func (r *reader) anySite() bool {
	led := map[string]bool{}
	for i := range r.ev.Findings {
		if f := &r.ev.Findings[i]; f.side.leads || f.side.way == to {
			led[r.ev.AddressOf(f)] = true
		}
	}
	for i := range r.ev.Findings {
		f := &r.ev.Findings[i]
		if mails := isVisited(f.Harm) && f.Sends() && f.side.noun == nowhere; f.Role == desk.RoleSource && !led[r.ev.AddressOf(f)] && !mails {
			return true
		}
	}
	return false
}

func besideHarm(f *Finding) string {
	return "told beside " + string(f.Harm) + ", with no other part in it"
}

// isPointedOut tells whether a site is what the message is about: it was made unclickable, stands in a list or behind a key that
// says what address it is, or a harm is told in its sentence or above it. Any other is named aside, where better ones are told.
func (r *reader) isPointedOut(f *Finding) bool {
	if f.Defanged || f.Passage < 0 {
		return true
	}
	p := &r.ev.Passages[f.Passage]
	if p.Kind == Bare || p.PartIndex == SubjectPart || r.ev.scores[f.Passage].any() || p.Heading >= 0 && r.ev.scores[p.Heading].any() {
		return true
	}
	text := r.ev.Text(f.PartIndex)
	return p.Kind == KeyValue && namesAddress(text[p.Start:f.Start]) || p.Kind == Prose && countWords(text[p.Start:f.Start])+countWords(text[f.End:p.End]) <= 4
}

// speaksOfHarm tells whether a passage names a harm itself, or is a line of a list.
func (r *reader) speaksOfHarm(passage int) bool {
	if passage < 0 {
		return false
	}
	if r.ev.scores[passage].any() {
		return true
	}
	p := &r.ev.Passages[passage]
	return p.Kind == Bare && (p.Heading < 0 || r.ev.scores[p.Heading].any() || r.ev.Passages[p.Heading].Kind == Prose)
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

// alienLogin blames who logged in by a log line where nobody else is told to be at fault: nobody hands in a log-in of his own.
func (r *reader) alienLogin() bool {
	entered := func(f *Finding) bool {
		return f.Log >= 0 && f.accused == logline.Succeeded && f.Role == desk.RoleUnknown && !f.own && !r.cfg.isReporters(f.Host)
	}
	if !r.blameAll("logged in, and nobody else is told", entered) {
		return false
	}
	for i := range r.ev.Findings {
		if f := &r.ev.Findings[i]; f.Log >= 0 && f.accused == logline.Succeeded && f.Role == desk.RoleSource {
			f.Harm = desk.IntrusionAccount
		}
	}
	return true
}

// nothingElse blames what a message names that blames nobody: a reporter who sends a bare address wants it looked at. It is
// the IPs, or where there is none the URLs and the hosts that stand in a list or behind a key, then any host, and at last what may
// only be meant for reading.
func (r *reader) nothingElse() {
	if r.anySource() || r.alienLogin() {
		return
	}
	open := func(f *Finding) bool {
		return f.Role == desk.RoleUnknown && !f.Explicit && !f.inert && !f.own && f.Log < 0 && !r.cfg.isNever(f.Host) && !r.cfg.isReporters(f.Host)
	}
	address := func(f *Finding) bool {
		return (isIP(f) || f.Kind == desk.IndicatorCIDR && f.side.sends()) && open(f) && !r.harmTold()
	}
	if r.blameAll("the only address that is no goal, and nothing else is told", func(f *Finding) bool { return address(f) && (f.side.way != to || f.side.above) }) ||
		r.blameAll("the only address, and nothing else is told", address) {
		return
	}
	site := func(f *Finding) bool {
		return f.Passage >= 0 && (f.Kind == desk.IndicatorURL || f.Kind == desk.IndicatorHost && r.ev.Passages[f.Passage].Kind != Prose)
	}
	best, _ := r.ev.mail.Best()
	soft := func(f *Finding) bool { return f.soft && isSite(best) && r.harmTold() && !r.cfg.isReporters(f.Host) }
	for _, meant := range []func(*Finding) bool{
		func(f *Finding) bool { return isHost(f) && f.Passage >= 0 && open(f) && r.isPointedOut(f) },
		func(f *Finding) bool { return site(f) && open(f) },
		func(f *Finding) bool {
			return open(f) && f.Kind == desk.IndicatorHost && f.Passage >= 0 && r.ev.Passages[f.Passage].Speaks() && !r.ownTold()
		},
		func(f *Finding) bool { return site(f) && soft(f) && r.isPointedOut(f) },
		func(f *Finding) bool { return site(f) && soft(f) },
		func(f *Finding) bool {
			return site(f) && f.Role == desk.RoleTarget && f.side.way == to && !f.side.toward && f.side.noun == nowhere && !f.own && f.Log < 0
		},
	} {
		if r.blameAll("the only site, and nothing else is told", meant) {
			return
		}
	}
}

// ownTold tells whether the message names a host of the reporter's own.
func (r *reader) ownTold() bool {
	for i := range r.ev.Findings {
		if f := &r.ev.Findings[i]; f.own && isHost(f) && f.Log < 0 {
			return true
		}
	}
	return false
}

// blameAll makes all findings that are meant sources, and tells whether there was one.
func (r *reader) blameAll(why string, meant func(*Finding) bool) bool {
	any := false
	for i := range r.ev.Findings {
		if f := &r.ev.Findings[i]; meant(f) {
			f.Role, f.Why = desk.RoleSource, why
			any = true
		}
	}
	return any
}

// harmTold tells whether the message names any harm.
func (r *reader) harmTold() bool {
	return r.ev.said != ""
}

// anySource tells whether anybody is at fault so far.
func (r *reader) anySource() bool {
	for i := range r.ev.Findings {
		if r.ev.Findings[i].Role == desk.RoleSource {
			return true
		}
	}
	return false
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
