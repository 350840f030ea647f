package classify

import (
	"sort"

	"todoke/internal/blame"
	"todoke/internal/blame/cue"
	"todoke/internal/desk"
)

// intrusion says how a system was entered and what was done in it.
func (p *proposer) intrusion(c *accused, t *desk.Telling) {
	ways := map[string]float64{}
	after := map[string]bool{}
	for i := range p.ev.Passages {
		at := &p.ev.Passages[i]
		if !at.Speaks() {
			continue
		}
		for j, m := range at.Cues {
			if m.Rule.Sense != cue.Way && m.Rule.Sense != cue.Aftermath || p.ev.Polarity(at, j).Negated {
				continue
			}
			if m.Rule.Sense == cue.Way {
				ways[m.Rule.Value] += m.Rule.Weight
			} else {
				after[m.Rule.Value] = true
			}
		}
	}
	for _, l := range c.logs {
		switch {
		case l.Event.Injection == "sql-injection":
			ways["sql-injection"] += 2
		case l.Event.Injection != "":
			ways["web-application"] += 2
		case l.Event.Class == string(desk.ScanBruteforce):
			ways["password"] += 2
		}
	}
	for way, n := range ways {
		if n > ways[t.Way] || n == ways[t.Way] && way < t.Way {
			t.Way = way
		}
	}
	for a := range after {
		t.Aftermath = append(t.Aftermath, a)
	}
	if t.Class == desk.IntrusionDefacement && !after["defacement"] {
		t.Aftermath = append(t.Aftermath, "defacement")
	}
	sort.Strings(t.Aftermath)
}

// succeeded tells whether a passage and what stands around it say that a try worked.
func (p *proposer) succeeded(passage int) bool {
	yes, no := 0.0, 0.0
	count := func(i int, weight float64) {
		at := &p.ev.Passages[i]
		if !at.Speaks() || at.Kind == blame.LogLine {
			return
		}
		for j, m := range at.Cues {
			if m.Rule.Sense != cue.Outcome {
				continue
			}
			switch m.Rule.Value {
			case "success":
				if pol := p.ev.Polarity(at, j); pol.Negated {
					no += weight
				} else if !pol.Hedged {
					yes += weight
				}
			case "failure":
				no += weight / 2
			}
		}
	}
	for i := range p.ev.Passages {
		count(i, 1)
	}
	p.ev.Around(passage, count)
	return yes > no
}

// worm tells whether a worm or bot is said to be behind the traffic.
func (p *proposer) worm(c *accused) bool {
	for _, l := range c.logs {
		if l.Event.Worm {
			return true
		}
	}
	yes, no := 0, 0
	for i := range p.ev.Passages {
		at := &p.ev.Passages[i]
		if !at.Speaks() {
			continue
		}
		for j, m := range at.Cues {
			if m.Rule.Sense != cue.Worm {
				continue
			}
			if m.Rule.Value == "no-worm" || p.ev.Polarity(at, j).Negated {
				no++
			} else {
				yes++
			}
		}
	}
	return yes > 0 && no == 0
}
