package classify

import (
	"sort"

	"todoke/internal/blame"
	"todoke/internal/blame/cue"
	"todoke/internal/blame/logline"
	"todoke/internal/desk"
)

// intrusion says how a system was entered and what was done in it.
func (p *proposer) intrusion(c *accused, t *desk.Telling) {
	t.Way = p.wayTold(c)
	after := map[string]bool{}
	p.cuesOf(cue.Aftermath, func(r *cue.Rule) { after[r.Value] = true })
	if t.Class == desk.IntrusionDefacement {
		after["defacement"] = true
	}
	for a := range after {
		t.Aftermath = append(t.Aftermath, a)
	}
	sort.Strings(t.Aftermath)
}

// wayTold is the way into the system that is told most, by words and by log lines.
func (p *proposer) wayTold(c *accused) string {
	ways := map[string]float64{}
	p.cuesOf(cue.Way, func(r *cue.Rule) { ways[r.Value] += r.Weight })
	for _, l := range c.logs {
		switch {
		case l.Event.Injection == logline.SQLInjection:
			ways["sql-injection"] += 2
		case l.Event.Injection != "":
			ways["web-application"] += 2
		case l.Event.Class == string(desk.ScanBruteforce):
			ways["password"] += 2
		}
	}
	best := ""
	for way, n := range ways {
		if n > ways[best] || n == ways[best] && way < best {
			best = way
		}
	}
	return best
}

// cuesOf visits the cues of a sense in the whole message that are not negated.
func (p *proposer) cuesOf(sense cue.Sense, visit func(*cue.Rule)) {
	for i := range p.ev.Passages {
		at := &p.ev.Passages[i]
		if !at.Speaks() {
			continue
		}
		for j, m := range at.Cues {
			if m.Rule.Sense == sense && !p.ev.Polarity(at, j).Negated {
				visit(m.Rule)
			}
		}
	}
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
		if at := &p.ev.Passages[i]; !at.Speaks() || !near[i] && p.elsewhere[i] || p.doc.Reply && at.PartIndex == blame.SubjectPart {
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
