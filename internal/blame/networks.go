package blame

import (
	"net/netip"

	"todoke/internal/desk"
)

// maxNetworks is how many networks at fault are told apart in one message.
const maxNetworks = 64

// networks finds the machines that lie in a network which is itself at fault: "the whole network 203.0.113.64/27 is sending
// spam, a sample: …". The network is the one address.
func (r *reader) networks() {
	var nets []netip.Prefix
	for i := range r.ev.Findings {
		f := &r.ev.Findings[i]
		if f.Kind != desk.IndicatorCIDR || f.Role != desk.RoleSource || len(nets) == maxNetworks {
			continue
		}
		if p, err := netip.ParsePrefix(f.Value); err == nil {
			nets = append(nets, p)
		}
	}
	if len(nets) == 0 {
		return
	}
	for i := range r.ev.Findings {
		f := &r.ev.Findings[i]
		if !isIP(f) || f.Role != desk.RoleSource {
			continue
		}
		a, err := netip.ParseAddr(f.Value)
		if err != nil {
			continue
		}
		for _, p := range nets {
			if p.Contains(a) {
				r.ev.netOf[f.Value] = p.String()
				break
			}
		}
	}
}
