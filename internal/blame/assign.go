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
	r.statuses()
	r.networks()
	r.domains()
	r.imitated()
	r.spelled()
	r.carry()
	r.ownIPs()
	r.victimColumns()
	r.defaults()
	r.nothingElse()
	r.testers()
	r.ownLast()
	r.brokenInto()
	r.leftAtFault()
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

// ownIPs makes the IP of one of the reporter's own hosts the reporter's too.
func (r *reader) ownIPs() {
	owners := map[string]*Finding{}
	for i := range r.ev.Findings {
		f := &r.ev.Findings[i]
		if ip := r.ev.pairOf[f.Host]; ip != "" && isHost(f) && (f.own || r.cfg.isReporters(f.Host)) && r.before(i, ip) {
			owners[ip] = f
		}
	}
	for i := range r.ev.Findings {
		f := &r.ev.Findings[i]
		if owner := owners[f.Value]; owner != nil && isIP(f) && !f.Explicit && f.Log < 0 && !f.own {
			f.own, f.side.own = true, f.side.own || owner.side.own
		}
	}
}

// before tells whether the IP that a host is said to be stands next behind it, in no trace of a mail: there a name is what the sender
// says.
func (r *reader) before(host int, ip string) bool {
	list := r.ev.Findings
	if host+1 == len(list) || list[host].Passage < 0 || list[host+1].Passage != list[host].Passage || list[host+1].Value != ip {
		return false
	}
	p := &r.ev.Passages[list[host].Passage]
	return !isReceived(r.ev.Text(p.PartIndex)[p.Start:p.End])
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
