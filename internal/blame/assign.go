package blame

import (
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
	r.remarks()
	r.networks()
	r.domains()
	r.imitated()
	r.carry()
	r.defaults()
	r.nothingElse()
	r.ownLast()
	r.brokenInto()
	r.follow()
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
		if old, ok := told[f.Value]; !ok || old.side.above && !f.side.above || rank[f.Role] > rank[old.Role] && (old.side.above || !f.side.above) {
			told[f.Value] = f
		}
		if f.Role == desk.RoleReference && f.Host != "" {
			hosts[f.Host] = f
		}
	}
	for i := range r.ev.Findings {
		f := &r.ev.Findings[i]
		if t := told[f.Value]; f.Explicit && f.side.above && t != nil && t.excused() {
			f.Explicit = false // a heading speaks of most of its list, not of each line
		}
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

// excused tells whether the words beside a finding itself say that it is not at fault.
func (f *Finding) excused() bool {
	return !f.side.above && f.Log < 0 && (f.side.trap || f.side.innocent || f.side.legit || f.side.infrastructure)
}
