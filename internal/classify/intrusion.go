package classify

import (
	"maps"
	"slices"

	"todoke/internal/blame"
	"todoke/internal/blame/cue"
	"todoke/internal/blame/logline"
	"todoke/internal/desk"
)

// story is how a system was entered and what was done in it, as some passages tell it.
type story struct {
	ways      map[string]float64 // by weight
	aftermath map[string]bool
	succeeded bool // a try is said to have worked
}

func newStory() *story { return &story{ways: map[string]float64{}, aftermath: map[string]bool{}} }

// hear takes in what a stretch of a passage tells.
func (p *proposer) hear(s *story, passage int, in clause) {
	at := &p.ev.Passages[passage]
	if !at.Speaks() {
		return
	}
	for j, m := range at.Cues {
		if m.Rule.Sense != cue.Way && m.Rule.Sense != cue.Aftermath || !in.holds(m.Start) || p.ev.Polarity(at, j).Negated {
			continue
		}
		s.tell(m.Rule.Sense, m.Rule.Value, m.Rule.Weight)
	}
	for _, a := range p.acts[passage] {
		if in.holds(a.start) {
			s.tell(a.Sense, a.Value, a.Weight)
		}
	}
}

func (s *story) tell(sense cue.Sense, value string, weight float64) {
	switch sense {
	case cue.Way:
		s.ways[value] += weight
	case cue.Aftermath:
		s.aftermath[value] = true
	case cue.Outcome:
		s.succeeded = s.succeeded || value == "success"
	}
}

// story is what the message tells of an address: the passages about no other, and its own clauses. Only where they are silent,
// what is told beside others holds for it too.
func (p *proposer) story(c *accused) *story {
	if c.story != nil {
		return c.story
	}
	s := &story{ways: maps.Clone(p.common.ways), aftermath: maps.Clone(p.common.aftermath), succeeded: p.common.succeeded}
	for _, f := range c.findings[:min(len(c.findings), maxClauses)] {
		if f.Passage >= 0 {
			own, _ := p.clauseOf(f)
			p.hear(s, f.Passage, own)
		}
	}
	if len(s.ways) == 0 {
		s.ways = p.whole.ways
	}
	if len(s.aftermath) == 0 {
		s.aftermath = p.whole.aftermath
	}
	c.story = s
	return s
}

// surveyStory finds what is told beside no address, and what is told at all.
func (p *proposer) surveyStory() {
	p.common, p.whole = newStory(), newStory()
	for i := range p.ev.Passages {
		at := &p.ev.Passages[i]
		p.hear(p.whole, i, clause{at.Start, at.End})
		if !p.elsewhere[i] {
			p.hear(p.common, i, clause{at.Start, at.End})
		}
	}
}

// intrusions says how systems were entered and what was done in them. Where one address alone did it, all that is told is told of
// it, even beside others ("the stolen data went to …").
func (p *proposer) intrusions(cases []*accused, tellings []desk.Telling) {
	n := 0
	for i := range tellings {
		if tellings[i].Class.Group() == "intrusion" {
			n++
		}
	}
	for i, c := range cases {
		t := &tellings[i]
		if t.Class.Group() != "intrusion" {
			continue
		}
		aftermath := p.story(c).aftermath
		if n == 1 {
			aftermath = p.whole.aftermath
		}
		t.Way = p.wayTold(c)
		t.Aftermath = append(t.Aftermath, slices.Sorted(maps.Keys(aftermath))...)
		if t.Class == desk.IntrusionDefacement && !slices.Contains(t.Aftermath, "defacement") {
			t.Aftermath = append(t.Aftermath, "defacement")
			slices.Sort(t.Aftermath)
		}
	}
}

// wayTold is the way into the system that is told most, by words and by log lines.
func (p *proposer) wayTold(c *accused) string {
	ways := maps.Clone(p.story(c).ways)
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
