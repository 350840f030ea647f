package classify

import (
	"strings"

	"todoke/internal/blame"
	"todoke/internal/blame/cue"
	"todoke/internal/desk"
)

// A sentence may tell of two addresses: "203.0.113.5 guesses passwords, and 203.0.113.6 scans port 135". Then each has
// its own clause, and what is told there is not told of the other. A row of a log or table is a clause of its own.

// clause is a stretch of a passage in bytes of its part's text.
type clause struct{ start, end int }

func (c clause) holds(at int) bool { return c.start <= at && at < c.end }

// clauseOf is the part of its passage that tells of a finding; split is false where the passage tells of no other address, or
// of several together.
func (p *proposer) clauseOf(f *blame.Finding) (c clause, split bool) {
	at := &p.ev.Passages[f.Passage]
	c = clause{at.Start, at.End}
	text := p.ev.Text(at.PartIndex)
	for _, i := range p.accusedAt[f.Passage] {
		other := &p.ev.Findings[i]
		if p.ev.AddressOf(other) == p.ev.AddressOf(f) {
			continue
		}
		if other.End <= f.Start {
			if b := lastBreak(text[other.End:f.Start]); b >= 0 {
				c.start, split = other.End+b, true
			}
		} else if other.Start >= f.End {
			if b := lastBreak(text[f.End:other.Start]); b >= 0 {
				c.end, split = f.End+b, true
			}
			break
		}
	}
	return c, split
}

// lastBreak is where the last clause of a text begins, -1 where it is one.
func lastBreak(s string) int {
	last := -1
	for _, mark := range []string{"、", "。", "，", ", ", "; ", ". ", ",\n", ";\n", " and ", " while ", " whereas ", "\n"} {
		if i := strings.LastIndex(s, mark); i >= 0 {
			last = max(last, i+len(mark))
		}
	}
	return last
}

// heardAt adds what an address's own clause, or its row, tells of it: it outweighs what stands around.
func (p *proposer) heardAt(c *accused, f *blame.Finding) {
	if f.Passage < 0 {
		return
	}
	at := &p.ev.Passages[f.Passage]
	own, split := p.clauseOf(f)
	if !split && at.Kind != blame.LogLine || !at.Speaks() {
		return
	}
	for j, m := range at.Cues {
		if m.Rule.Sense == cue.Harm && own.holds(m.Start) && !p.ev.Polarity(at, j).Negated {
			c.scores.Add(desk.Class(m.Rule.Value), ownClause*m.Rule.Weight)
		}
	}
}

// ownClause is how much more the words of an address's own clause weigh than those of the message.
const ownClause = 8
