package blame

import (
	"net/netip"
	"slices"
	"strings"

	"todoke/internal/blame/cue"
	"todoke/internal/desk"
)

// ownLast decides on the reporter's own machines: they are at fault where the harm must be stopped at them, not at somebody who is
// told.
func (r *reader) ownLast() {
	others := r.anySource()
	attacker := r.attackerTold() || r.intruderTold()
	for i := range r.ev.Findings {
		f := &r.ev.Findings[i]
		if !f.own {
			continue
		}
		if r.ownAtFault(f, attacker, others) {
			f.Role, f.Why = desk.RoleSource, "the reporter's own machine, where the harm must be stopped"
		} else {
			f.Role, f.Why = desk.RoleReporter, "the reporter's own"
		}
	}
	if !r.anySource() {
		r.ownSites()
	}
}

// ownAtFault tells whether the harm must be stopped at one of the reporter's own machines: it is infected, open to misuse, sends
// what does harm, shows a forged or an altered page, or was broken into by somebody who is not told.
func (r *reader) ownAtFault(f *Finding, attacker, others bool) bool {
	mine, here := f.side.own, Scores{}
	if f.Passage >= 0 {
		here = r.ev.scores[f.Passage]
	}
	switch f.Harm.Group() {
	case "intrusion":
		if (mine || r.alteredHere(f)) && (!attacker && (!others || r.ev.Succeeded(f.Passage)) || f.Harm == desk.IntrusionDefacement && here.Of(desk.IntrusionDefacement) > 0 && r.ev.Succeeded(f.Passage)) {
			return true
		}
	case "phishing":
		if (mine || f.Kind == desk.IndicatorURL && !f.side.toward && !f.side.legit && strings.Count(f.Value, "/") > 4) && f.side.way == to || r.hosts(f) {
			return true
		}
	}
	switch {
	case !mine:
		return r.alteredHere(f) && r.leadsElsewhere(f)
	case f.side.stopped && others:
		return false
	case f.Harm == desk.MalwareInfected:
		return !others || here.Of(desk.MalwareInfected) > 0 && !r.blamedFor(desk.MalwareInfected)
	case f.Harm == desk.Vulnerable:
		return f.side.way != from && (!others || here.Of(desk.Vulnerable) > 0 && f.side.way != to)
	case f.side.misused && (f.Harm == desk.DoS || f.Harm == desk.Spam):
		return true
	case f.side.misused && f.Harm == "":
		r.ev.scores[f.Passage].Add(desk.Vulnerable, 2) // what lets itself be used is open to all
		return true
	case f.side.way == from && !others && !isSite(f.Harm):
		return true
	}
	return isHost(f) && r.leadsElsewhere(f)
}

// testers takes the blame from what is only told as the place from which others were found to be vulnerable.
func (r *reader) testers() {
	best, _ := r.ev.mail.Best()
	open := func(f *Finding) bool {
		return f.Role == desk.RoleSource && (f.Harm == desk.Vulnerable || f.Harm == "" && best == desk.Vulnerable)
	}
	found := func(f *Finding) bool { return open(f) && f.side.way != from }
	if !slices.ContainsFunc(r.ev.Findings, func(f Finding) bool { return found(&f) }) {
		return
	}
	for i := range r.ev.Findings {
		f := &r.ev.Findings[i]
		if open(f) && isIP(f) && f.Log < 0 && f.side.way == from && f.side.noun == nowhere {
			f.Role, f.Why = desk.RoleReporter, "from there others were found to be vulnerable"
		}
	}
}

// intruderTold tells whether an IP that is not the reporter's is taken to be at fault for an intrusion.
func (r *reader) intruderTold() bool {
	for i := range r.ev.Findings {
		if f := &r.ev.Findings[i]; f.Role == desk.RoleSource && isIP(f) && !f.own && !f.Leads && f.Harm.Group() == "intrusion" {
			return true
		}
	}
	return false
}

// blamedFor tells whether anybody else is at fault for a harm.
func (r *reader) blamedFor(harm desk.Class) bool {
	for i := range r.ev.Findings {
		if f := &r.ev.Findings[i]; f.Role == desk.RoleSource && f.Harm == harm && !f.own {
			return true
		}
	}
	return false
}

// ownSites blames the reporter's own sites where a harm of sites is told and nobody else is at fault: who finds something strange
// on a page tells which page it is.
func (r *reader) ownSites() {
	best, _ := r.ev.mail.Best()
	if r.doc.Reply {
		return
	}
	if best == "" && (r.ev.aftermath > 0 || r.ev.Succeeded(-1)) {
		best = desk.IntrusionSystem
	}
	if !isSite(best) || best == desk.PhishingSite && r.ownBrand() {
		return
	}
	for i := range r.ev.Findings {
		f := &r.ev.Findings[i]
		if f.own && isHost(f) && f.Log < 0 && f.Passage >= 0 && !f.side.legit && !f.side.stopped && r.ev.Passages[f.Passage].Speaks() && r.tellsNear(f.Passage) {
			f.Role, f.Why = desk.RoleSource, "the reporter's own site, and nobody else is told to be at fault"
		}
	}
}

// tellsNear tells whether the paragraph of a passage speaks of a harm or of an entry, so that what stands there is no more than a
// signature.
func (r *reader) tellsNear(passage int) bool {
	tells := func(i int) bool {
		success, failure := r.ev.outcome(i)
		return r.ev.scores[i].any() || success > failure
	}
	found := tells(passage)
	r.ev.block(passage, func(i int) { found = found || tells(i) })
	return found
}

// ownBrand tells whether the reporter's own site is said to be imitated.
func (r *reader) ownBrand() bool {
	for i := range r.ev.Passages {
		for _, c := range r.ev.Passages[i].Cues {
			if c.Rule.Sense == cue.Brand || c.Rule.Sense == cue.Role && (c.Rule.Value == "imitated" || c.Rule.Value == "imitates") {
				return true
			}
		}
	}
	return false
}

// leadsElsewhere tells whether a page is said to lead its visitors, or what they type, somewhere: the page was altered then,
// whoever did it.
func (r *reader) leadsElsewhere(f *Finding) bool {
	altered := r.ev.mail.Of(desk.IntrusionDefacement) > 0 || r.ev.Succeeded(-1)
	for i := range r.ev.Findings {
		g := &r.ev.Findings[i]
		if g.Role == desk.RoleSource && (g.side.leads || altered && isHost(g) && g.side.way == to) {
			if !altered {
				r.ev.scores[f.Passage].Add(desk.IntrusionDefacement, 3) // the leading tells of it
			}
			return true
		}
	}
	return false
}

// hosts tells whether the passage that calls a machine the reporter's own tells itself of a forged page, and no other page is told:
// "my server 203.0.113.5 was hosting a fake page".
func (r *reader) hosts(f *Finding) bool {
	if f.Passage < 0 || r.ev.scores[f.Passage].Of(desk.PhishingSite) == 0 {
		return false
	}
	p := &r.ev.Passages[f.Passage]
	text := strings.ToLower(r.ev.Text(f.PartIndex)[p.Start:p.End])
	if !containsAny(text, "hosting", "hosted", "serving", "placed on", "uploaded", "planted", "作られ", "作成され", "設置", "置かれ", "設けられ", "仕込まれ", "アップロードされ") {
		return false
	}
	for i := range r.ev.Findings {
		if g := &r.ev.Findings[i]; g.Role == desk.RoleSource && !g.own && !g.Sends() && g.Log < 0 {
			return false
		}
	}
	return true
}

func containsAny(s string, words ...string) bool {
	for _, w := range words {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

// brokenInto blames the machine that a message calls the attacked one where it tells that the attack worked and names nobody
// else: there the harm must be stopped.
func (r *reader) brokenInto() {
	led := r.onlyLed()
	if !r.ev.Succeeded(-1) && !led || r.anySource() && !led {
		return
	}
	for i := range r.ev.Findings {
		f := &r.ev.Findings[i]
		if (f.Harm.Group() == "intrusion" || led && isHost(f)) && f.Role == desk.RoleTarget && f.side.noun == to && !f.side.trap && f.Log < 0 && !isPrivate(f.Value) {
			f.Role, f.Why = desk.RoleSource, "the machine that was broken into, and nobody else is told to be at fault"
		}
	}
}

// onlyLed tells whether all that is at fault is where altered pages lead: then the pages are told as well.
func (r *reader) onlyLed() bool {
	led := false
	for i := range r.ev.Findings {
		switch f := &r.ev.Findings[i]; {
		case f.Role != desk.RoleSource:
		case !f.side.leads:
			return false
		default:
			led = true
		}
	}
	return led
}

// alteredHere tells whether the finding's own passage says that a page was altered.
func (r *reader) alteredHere(f *Finding) bool {
	return isHost(f) && f.Passage >= 0 && r.ev.scores[f.Passage].Of(desk.IntrusionDefacement) > 0 && r.ev.Passages[f.Passage].Speaks()
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
