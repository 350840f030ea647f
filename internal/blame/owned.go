package blame

import (
	"net/netip"
	"strings"

	"todoke/internal/desk"
)

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
