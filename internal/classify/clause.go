package classify

import (
	"sort"
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
	if f.Passage < 0 {
		return clause{}, false
	}
	at := &p.ev.Passages[f.Passage]
	c = clause{at.Start, at.End}
	before, after := p.neighbours(f)
	text := p.ev.Text(at.PartIndex)
	if before != nil {
		if b := lastBreak(text[before.End:f.Start]); b >= 0 {
			c.start, split = before.End+b, true
		}
	}
	if after != nil {
		if b := lastBreak(text[f.End:after.Start]); b >= 0 {
			c.end, split = f.End+b, true
		}
	}
	return c, split
}

// neighbours are the nearest other addresses at fault on both sides of a finding in its passage, nil where there is none.
func (p *proposer) neighbours(f *blame.Finding) (before, after *blame.Finding) {
	address := p.ev.AddressOf(f)
	list := p.accusedAt[f.Passage]
	at := sort.Search(len(list), func(i int) bool { return p.ev.Findings[list[i]].Start >= f.Start })
	for i := at - 1; i >= 0 && before == nil; i-- {
		if other := &p.ev.Findings[list[i]]; other.End <= f.Start && p.ev.AddressOf(other) != address {
			before = other
		}
	}
	for i := at; i < len(list) && after == nil; i++ {
		if other := &p.ev.Findings[list[i]]; other.Start >= f.End && p.ev.AddressOf(other) != address {
			after = other
		}
	}
	return before, after
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

// firstBreak is where the first clause of a text ends, -1 where it is one.
func firstBreak(s string) int {
	first := -1
	for _, mark := range []string{"、", "。", "，", ", ", "; ", ". ", " while "} {
		if i := strings.Index(s, mark); i >= 0 && (first < 0 || i+len(mark) < first) {
			first = i + len(mark)
		}
	}
	return first
}

// heardAt adds what an address's own clause, or its row of a table, tells of it: it outweighs what stands around. Where a try
// is said to have worked, the words of the try tell no more than that.
func (p *proposer) heardAt(c *accused, f *blame.Finding) {
	own, split := p.clauseOf(f)
	if f.Passage < 0 || !split && !p.inTable(f) && p.alone {
		return
	}
	weight := float64(ownClause)
	if !split && !p.inTable(f) {
		weight = ownSentence
	}
	at := &p.ev.Passages[f.Passage]
	succeeded := p.ev.Succeeded(f.Passage)
	for j, m := range at.Cues {
		if m.Rule.Sense != cue.Harm || !own.holds(m.Start) {
			continue
		}
		if class, told := p.ev.Tells(at, j); !succeeded || class.Group() != desk.ScanPort.Group() {
			c.scores.Add(class, weight*told)
		}
	}
	for _, a := range p.acts[f.Passage] {
		if own.holds(a.start) && own.holds(a.end-1) {
			addAct(&c.scores, a, weight)
		}
	}
}

// inTable tells whether a finding stands in a row of a table.
func (p *proposer) inTable(f *blame.Finding) bool {
	return f.Passage >= 0 && f.Log >= 0 && p.ev.Logs[f.Log].Event.Product == "table"
}

// ownClause is how much more the words of an address's own clause weigh than those of the message.
const ownClause = 8

// ownSentence is how much more those of its sentence weigh, where the message tells of other addresses elsewhere.
const ownSentence = 2
