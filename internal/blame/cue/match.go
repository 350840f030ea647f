package cue

import (
	"unicode/utf8"

	"todoke/internal/cue"
)

// Match is one cue in a text.
type Match struct {
	Rule       *Rule
	Start, End int // byte offsets in the text as written
}

// Text is a text in the spelling in which cues are looked for.
type Text = cue.Text

// Fold makes it, with the way back to the text as written.
func Fold(text string) Text { return cue.FoldMapped(text) }

// Find gives the cues of a text in order of their place. Where a cue lies inside a longer one of
// its sense, only the longer is given: a rule is excepted by writing the longer phrase. A cue of sense Nothing takes away
// all that lie inside it.
func (v *Vocabulary) Find(text Text) []Match {
	s := search{vocabulary: v, text: text}
	v.phrases.Find(text, s.take)
	s.settle()
	return s.matches
}

// search is one pass over a text.
type search struct {
	vocabulary *Vocabulary
	text       Text
	matches    []Match
	covered    [senses]int // by sense: up to here lies a match of it
	start      int         // the place at which those of found start
	found      []ending    // the shorter before the longer
}

// ending is a rule's word and where it ends.
type ending struct{ rule, end int }

// take keeps a word until all that start at its place are known.
func (s *search) take(rule int, at cue.Hit) {
	if at.Start != s.start {
		s.settle()
		s.start = at.Start
	}
	s.found = append(s.found, ending{rule, at.End})
}

// settle adds the words that start at one place: of each sense the longest.
func (s *search) settle() {
	if len(s.found) == 0 || insideKatakana(s.text.String(), s.start) {
		s.found = s.found[:0]
		return
	}
	taken := s.covered
	var longest [senses]int
	for k := len(s.found) - 1; k >= 0; k-- {
		f := s.found[k]
		sense := s.vocabulary.senses[f.rule]
		if f.end <= max(taken[sense], taken[nothing]) || f.end < longest[sense] {
			continue
		}
		longest[sense] = f.end
		s.covered[sense] = max(s.covered[sense], f.end)
		if sense == nothing {
			taken[nothing] = max(taken[nothing], f.end)
		}
		from, to := s.text.Source(s.start, f.end)
		s.matches = append(s.matches, Match{s.vocabulary.Rules[f.rule], from, to})
	}
	s.found = s.found[:0]
}

// insideKatakana tells whether a place is in the middle of a katakana word, where none starts: サポート is no ポート.
func insideKatakana(text string, at int) bool {
	r, _ := utf8.DecodeRuneInString(text[at:])
	if !isKatakana(r) {
		return false
	}
	before, _ := utf8.DecodeLastRuneInString(text[:at])
	return isKatakana(before)
}

func isKatakana(r rune) bool { return r >= 0x30A1 && r <= 0x30FA }
