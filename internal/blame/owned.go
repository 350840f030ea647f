package blame

import (
	"net/netip"
	"strings"

	"todoke/internal/desk"
)

// ownLast decides on the reporter's own machines: they are at fault where they are infected or vulnerable, and where they
// were broken into by somebody who is not told.
func (r *reader) ownLast() {
	attacker, others := r.attackerTold(), r.anySource()
	for i := range r.ev.Findings {
		f := &r.ev.Findings[i]
		if !f.own {
			continue
		}
		switch group := f.Harm.Group(); {
		case f.side.own && (f.Harm == desk.MalwareInfected || f.Harm == desk.Vulnerable && !others), group == "intrusion" && !attacker && (f.side.own || r.alteredHere(f)),
			f.side.own && isHost(f) && r.leadsElsewhere(),
			group == "phishing" && (f.side.own && f.side.way == to || r.hosts(f)):
			f.Role, f.Why = desk.RoleSource, "the reporter's own machine, and nobody else is told to be at fault"
		default:
			f.Role, f.Why = desk.RoleReporter, "the reporter's own"
		}
	}
}

// leadsElsewhere tells whether an altered page is said to lead its visitors somewhere: the page is at fault then, whoever broke in.
func (r *reader) leadsElsewhere() bool {
	if r.ev.mail.Of(desk.IntrusionDefacement) == 0 {
		return false
	}
	for i := range r.ev.Findings {
		if f := &r.ev.Findings[i]; f.side.leads && f.Role == desk.RoleSource {
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
	if !r.ev.Succeeded(-1) || r.anySource() {
		return
	}
	for i := range r.ev.Findings {
		f := &r.ev.Findings[i]
		if f.Harm.Group() == "intrusion" && f.Role == desk.RoleTarget && f.side.noun == to && !f.side.trap && f.Log < 0 && !isPrivate(f.Value) {
			f.Role, f.Why = desk.RoleSource, "the machine that was broken into, and nobody else is told to be at fault"
		}
	}
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
