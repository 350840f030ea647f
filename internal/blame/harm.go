package blame

import (
	"strings"
	"unicode/utf8"

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
	if triedOnly(text, at) {
		p.Negated = true
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

// triedOnly tells whether a deed was no more than tried: "からログイン" in "203.0.113.5 からログインを試した跡".
func triedOnly(text string, at cue.Match) bool {
	entry := at.Rule.Sense == cue.Outcome || at.Rule.Sense == cue.Harm && desk.Class(at.Rule.Value).Group() == desk.IntrusionAccount.Group()
	if !entry || !strings.HasSuffix(text[at.Start:at.End], "ログイン") {
		return false
	}
	for _, try := range []string{"を試", "の試", "試行", "しようと", "に失敗", "の失敗", "失敗", "を繰り返", "を何度", "要求", "画面", "攻撃", "エラー"} {
		if strings.HasPrefix(text[at.End:], try) {
			return true
		}
	}
	return false
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
		class, weight := toldBy(text, p.Cues, i)
		if weight == 0 {
			continue
		}
		if n < len(seen) {
			seen[n] = c.Rule
			n++
		}
		s.Add(class, weight)
	}
	return s
}

// toldBy is the harm that a cue tells and how plainly: 0 where it is negated, or tells of something else.
func toldBy(text string, cues []cue.Match, i int) (desk.Class, float64) {
	c := cues[i]
	polarity, class, weight := polarityOf(text, cues, i), desk.Class(c.Rule.Value), c.Rule.Weight
	switch {
	case polarity.Negated, weight < 1 && insideRole(around(cues, i), c), class.Group() != desk.ScanWeb.Group() && inRequest(text, c):
		return class, 0
	case class == desk.Vulnerable && sought(text, c):
		return desk.ScanPort, weight
	case polarity.Hedged:
		return class, weight * Supposed(class)
	}
	return class, weight
}

// Tells is the harm that cue i of a passage tells, and how plainly: 0 where it is negated, or tells of something else.
func (e *Evidence) Tells(p *Passage, i int) (desk.Class, float64) {
	return toldBy(e.Text(p.PartIndex), p.Cues, i)
}

// supposed is how much a harm weighs that the reporter only supposes behind what was seen: "may be an infected machine", "スパムを送るつもり
// だったのでしょう". What was seen is told without a doubt.
const supposed = 0.3

// Supposed is the share at which a harm is heard where it is only supposed: less for what people suppose behind a machine that scans.
func Supposed(class desk.Class) float64 {
	switch class {
	case desk.MalwareInfected, desk.MalwareSite, desk.Spam, desk.IntrusionSystem:
		return supposed
	}
	return 1
}

// inRequest tells whether a word stands in the parameters of a request, where it is the attacker's: "?option=x&controller=../".
func inRequest(text string, c cue.Match) bool {
	return c.Start > 0 && (text[c.Start-1] == '&' || text[c.Start-1] == '?') || c.End < len(text) && text[c.End] == '=' && text[c.Start] < utf8.RuneSelf
}

// sought tells whether somebody looks for a thing: who hunts for open proxies has none.
func sought(text string, c cue.Match) bool {
	before := strings.ToLower(text[max(0, c.Start-24):c.Start])
	for _, verb := range []string{"look for", "looks for", "looking for", "looked for", "search for", "searches for", "searching for", "searched for", "hunt for", "hunts for", "hunting for", "scans for", "scanning for", "probes for", "probing for", "seeking", "seeks"} {
		if at := strings.LastIndex(before, verb); at >= 0 && !clauseBreak(before[at:]) {
			return true
		}
	}
	after := text[c.End:min(len(text), c.End+24)]
	return strings.HasPrefix(after, "を探") || strings.HasPrefix(after, "の探") || strings.HasPrefix(after, "探し") || strings.HasPrefix(after, "を物色")
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
