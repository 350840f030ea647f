package classify

import (
	"maps"
	"sort"

	"todoke/internal/blame"
	"todoke/internal/blame/cue"
	"todoke/internal/blame/logline"
	"todoke/internal/desk"
)

// intrusion says how a system was entered and what was done in it.
func (p *proposer) intrusion(c *accused, t *desk.Telling) {
	t.Way = p.wayTold(c)
	for a := range p.aftermath {
		t.Aftermath = append(t.Aftermath, a)
	}
	if t.Class == desk.IntrusionDefacement && !p.aftermath["defacement"] {
		t.Aftermath = append(t.Aftermath, "defacement")
	}
	sort.Strings(t.Aftermath)
}

// wayTold is the way into the system that is told most, by words and by log lines.
func (p *proposer) wayTold(c *accused) string {
	ways := maps.Clone(p.ways)
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
	yes, no := p.wormYes, p.wormNo
	for passage := range c.heard {
		p.ev.Around(passage, func(i int, _ float64) {
			y, n := p.wormWords(i)
			yes, no = yes || y, no || n
		})
	}
	return yes && !no
}

func (p *proposer) wormWords(passage int) (yes, no bool) {
	at := &p.ev.Passages[passage]
	if !at.Speaks() || p.doc.Reply && at.PartIndex == blame.SubjectPart {
		return false, false
	}
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
