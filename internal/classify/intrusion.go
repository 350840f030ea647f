package classify

import (
	"sort"

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

// worm tells whether a worm or bot is said to be behind the traffic: in the log lines or the words near them, or in words
// that stand beside no other address.
func (p *proposer) worm(c *accused) bool {
	near := map[int]bool{}
	for _, f := range c.findings {
		p.ev.Around(f.Passage, func(i int, weight float64) { near[i] = true })
	}
	yes, no := false, false
	for i := range p.ev.Passages {
		if at := &p.ev.Passages[i]; !at.Speaks() || !near[i] && p.elsewhere[i] {
			continue
		}
		y, n := p.wormWords(i)
		yes, no = yes || y, no || n
	}
	return yes && !no
}

func (p *proposer) wormWords(passage int) (yes, no bool) {
	at := &p.ev.Passages[passage]
	for j, m := range at.Cues {
		if m.Rule.Sense != cue.Worm {
			continue
		}
		if m.Rule.Value == "no-worm" || p.ev.Polarity(at, j).Negated {
			no = true
		} else {
			yes = true
		}
	}
	return yes, no
}
