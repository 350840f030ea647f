package blame

import (
	"todoke/internal/blame/logline"
	"todoke/internal/desk"
)

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

// attackerTold tells whether somebody is expressly said to have attacked.
func (r *reader) attackerTold() bool {
	for i := range r.ev.Findings {
		if f := &r.ev.Findings[i]; f.Role == desk.RoleSource && f.Explicit && !f.own && (f.Sends() || f.Log >= 0) {
			return true
		}
	}
	return false
}
