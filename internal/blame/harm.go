package blame

import (
	"strings"

	"todoke/internal/blame/cue"
	"todoke/internal/desk"
)

// classIndex numbers the classes, so that scores are an array.
var classIndex = func() map[desk.Class]int {
	index := map[desk.Class]int{}
	for i, class := range desk.Classes() {
		index[class] = i
	}
	return index
}()

const classCount = 19

// Scores says how much each class is told in a stretch of text, by the order of desk.Classes.
type Scores [classCount]float64

// Of is the score of one class.
func (s *Scores) Of(class desk.Class) float64 { return s[classIndex[class]] }

// Add adds to the score of one class.
func (s *Scores) Add(class desk.Class, by float64) { s[classIndex[class]] += by }

// Plus adds other scores, weighted.
func (s *Scores) Plus(other *Scores, weight float64) {
	for i := range s {
		s[i] += weight * other[i]
	}
}

// Best is the class with the highest score, the first of several, and its share of the whole; "" where nothing is told.
func (s *Scores) Best() (desk.Class, float64) {
	best, sum := -1, 0.0
	for i, score := range s {
		sum += max(score, 0)
		if score > 0 && (best < 0 || score > s[best]) {
			best = i
		}
	}
	if best < 0 {
		return "", 0
	}
	return desk.Classes()[best], s[best] / sum
}

// any tells whether any harm is told.
func (s *Scores) any() bool {
	_, share := s.Best()
	return share > 0
}

// Polarity says how a cue is meant.
type Polarity struct{ Negated, Hedged bool }

// polarityOf reads the clause around cue i of a passage: a Japanese predicate is negated behind it, an English
// one before it.
func polarityOf(text string, cues []cue.Match, i int) Polarity {
	var p Polarity
	at := cues[i]
	for _, c := range around(cues, i) {
		if c.Rule.Sense == cue.Outcome && c.Rule.Value == "failure" && c.Start <= at.Start && at.End <= c.End && at.Rule.Sense == cue.Harm {
			p.Negated = true // "侵入されていません" holds "侵入され"
		}
	}
	for j := i + 1; j < len(cues) && cues[j].Start-at.End < 90; j++ {
		c := cues[j]
		if c.Rule.Sense != cue.Outcome || c.Start < at.End {
			continue
		}
		between := text[at.End:c.Start]
		if clauseBreak(between) {
			break
		}
		switch c.Rule.Value {
		case "negation":
			p.Negated = p.Negated || isWide(text, c.Start) && c.Start-at.End <= 36 && !connects(between)
		case "hedge":
			p.Hedged = true
		}
	}
	for j := i - 1; j >= 0 && at.Start-cues[j].End < 60; j-- {
		c := cues[j]
		if c.Rule.Sense != cue.Outcome || c.End > at.Start {
			continue
		}
		if clauseBreak(text[c.End:at.Start]) {
			break
		}
		switch c.Rule.Value {
		case "negation", "failure": // "no sign of an intruder"
			p.Negated = p.Negated || !isWide(text, c.Start) && at.Start-c.End <= 25
		case "hedge":
			p.Hedged = p.Hedged || !isWide(text, c.Start)
		}
	}
	return p
}

// connects tells whether a clause goes on after a verb ("警告が出て表示され"): what follows negates another thing.
func connects(s string) bool {
	for {
		i := strings.Index(s, "て")
		if i < 0 {
			return false
		}
		s = s[i+len("て"):]
		if !strings.HasPrefix(s, "い") && !strings.HasPrefix(s, "お") && !strings.HasPrefix(s, "は") && !strings.HasPrefix(s, "も") && s != "" {
			return true
		}
	}
}

func clauseBreak(s string) bool {
	return strings.ContainsAny(s, "、。，") || strings.Contains(s, ", ") || strings.Contains(s, "; ") || strings.Contains(s, ". ")
}

func isWide(text string, at int) bool { return at < len(text) && text[at] >= 0x80 }

// scoresOf weighs the harm cues of a passage; each rule counts once.
func scoresOf(text string, p *Passage) Scores {
	var s Scores
	var seen [64]*cue.Rule
	n := 0
next:
	for i, c := range p.Cues {
		if c.Rule.Sense != cue.Harm {
			continue
		}
		for _, rule := range seen[:n] {
			if rule == c.Rule {
				continue next
			}
		}
		if polarityOf(text, p.Cues, i).Negated || c.Rule.Weight < 1 && insideRole(around(p.Cues, i), c) {
			continue
		}
		if n < len(seen) {
			seen[n] = c.Rule
			n++
		}
		s.Add(desk.Class(c.Rule.Value), c.Rule.Weight)
	}
	return s
}

// promote moves what is told of tries, and of what a broken-in machine was used for, to the intrusion that they led to.
func (s *Scores) promote() {
	into := desk.IntrusionSystem
	for _, class := range []desk.Class{desk.IntrusionAccount, desk.IntrusionDefacement} {
		if s.Of(class) > s.Of(into) {
			into = class
		}
	}
	if s.Of(into) == 0 {
		return
	}
	for _, class := range []desk.Class{desk.ScanPort, desk.ScanBruteforce, desk.ScanWeb, desk.Spam} {
		s.Add(into, s.Of(class))
		s.Add(class, -s.Of(class))
	}
}

// settle weighs the machine's own state against what it is used for: a phishing page or malware on a broken-in server is
// phishing or a malware site.
func (s *Scores) settle() {
	if s.Of(desk.PhishingSite) >= 3 || s.Of(desk.MalwareSite) >= 3 && s.Of(desk.IntrusionDefacement) == 0 {
		for _, class := range []desk.Class{desk.IntrusionSystem, desk.IntrusionAccount} {
			s.Scale(class, 0.3)
		}
	}
}

// Move moves a share of one class's score to another.
func (s *Scores) Move(of, to desk.Class, share float64) {
	moved := share * s.Of(of)
	s.Add(of, -moved)
	s.Add(to, moved)
}

// Scale multiplies the score of a class.
func (s *Scores) Scale(class desk.Class, by float64) { s[classIndex[class]] *= by }

// ScaleAll multiplies all scores.
func (s *Scores) ScaleAll(by float64) {
	for i := range s {
		s[i] *= by
	}
}

// around are the cues next to cue i: those that may overlap it.
func around(cues []cue.Match, i int) []cue.Match {
	return cues[max(0, i-6):min(len(cues), i+7)]
}

// insideRole tells whether a cue is part of a word for a role: the attack in "攻撃元" tells of no harm.
func insideRole(cues []cue.Match, c cue.Match) bool {
	for _, other := range cues {
		if other.Rule.Sense == cue.Role && other.Start <= c.Start && c.End <= other.End && other.End-other.Start > c.End-c.Start {
			return true
		}
	}
	return false
}

// tellsOfSites tells whether most of what is told are pages and programs that victims go to, or altered pages.
func (s *Scores) tellsOfSites() bool {
	best, _ := s.Best()
	return isVisited(best) || best == desk.IntrusionDefacement || best == desk.Vulnerable || best == ""
}
