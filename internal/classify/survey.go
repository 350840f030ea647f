package classify

import (
	"todoke/internal/blame"
	"todoke/internal/blame/cue"
	"todoke/internal/desk"
)

// survey finds what the whole message tells, so that each address costs no more than its own surroundings.
func (p *proposer) survey() {
	p.general, p.portsAt = votes{}, map[int][]int{}
	for i := range p.ev.Findings {
		f := &p.ev.Findings[i]
		if f.Kind == desk.IndicatorPort {
			p.portsAt[f.Passage] = append(p.portsAt[f.Passage], i)
		}
		p.sites = p.sites || f.Role == desk.RoleSource && (f.Kind == desk.IndicatorURL || f.Kind == desk.IndicatorHost)
		p.isLed = p.isLed || f.Leads || f.Role == desk.RoleSource && isProgram(f)
	}
	p.portal = p.portalPorts()
	p.harmOfPorts()
	p.surveyBrand()
	p.readDeeds()
	p.surveyStory()
	p.surveyActs()
	p.cuesOf(cue.Harm, func(r *cue.Rule) {
		p.specific = p.specific || r.Weight >= 1
		p.deceit = p.deceit || r.Weight >= 1 && r.Value == string(desk.PhishingSite)
	})
	p.cuesOf(cue.Outcome, func(r *cue.Rule) { p.denied = p.denied || r.Value == "failure" })
	for i := range p.ev.Passages {
		at := &p.ev.Passages[i]
		if p.elsewhere[i] || !at.Speaks() {
			continue
		}
		if at.Kind != blame.LogLine {
			p.portWords(i, 1, p.general)
		}
		yes, no := p.wormWords(i)
		p.wormYes, p.wormNo = p.wormYes || yes, p.wormNo || no
	}
}
