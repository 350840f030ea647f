package blame

import (
	"sort"
	"strings"

	"todoke/internal/blame/cue"
)

// Report forms print what may be told: boxes to tick, numbered kinds of incident, examples. What was not chosen is nobody's
// telling, so that its words are no cues.

// chosen leaves out the cues that stand behind an empty box, in a list of numbers to choose from, or in a form's examples.
func chosen(text string, cues []cue.Match) []cue.Match {
	offers := append(offered(text), unchosen(text)...)
	sort.Slice(offers, func(i, j int) bool { return offers[i].start < offers[j].start })
	if len(offers) == 0 && !strings.Contains(text, "□") {
		return cues
	}
	kept := cues[:0]
	for _, c := range cues {
		for len(offers) > 0 && offers[0].end <= c.Start {
			offers = offers[1:]
		}
		if len(offers) > 0 && offers[0].start <= c.Start || unticked(text, c.Start) {
			continue
		}
		kept = append(kept, c)
	}
	return kept
}

// unticked tells whether the last box before a place on its line is empty.
func unticked(text string, at int) bool {
	line := text[max(0, strings.LastIndexByte(text[:at], '\n')):at]
	return strings.LastIndex(line, "□") > max(strings.LastIndex(line, "■"), strings.LastIndex(line, "☑"))
}

// unchosen finds the numbered lines below a key that has a number as its value ("インシデント種別 : 1"), but for the line of that
// number.
func unchosen(text string) []stretch {
	var list []stretch
	choice := byte(0)
	at := 0
	for line := range strings.Lines(text) {
		trimmed := strings.TrimSpace(line)
		number, isItem := itemNumber(trimmed)
		switch {
		case isItem && choice != 0:
			if number != choice {
				list = append(list, stretch{at, at + len(line)})
			}
		default:
			choice = chosenNumber(trimmed)
		}
		at += len(line)
	}
	return list
}

// itemNumber is the digit of "1. …" and "1: …".
func itemNumber(line string) (byte, bool) {
	if len(line) > 2 && line[0] >= '0' && line[0] <= '9' && (line[1] == '.' || line[1] == ':') {
		return line[0], true
	}
	return 0, false
}

// chosenNumber is the digit of "種別 : 1", 0 where the line is no such choice.
func chosenNumber(line string) byte {
	i := strings.LastIndexAny(line, ":： ")
	if i <= 0 || i+2 != len(line) || line[i+1] < '0' || line[i+1] > '9' || !strings.ContainsAny(line, ":：") {
		return 0
	}
	return line[i+1]
}

type stretch struct{ start, end int }

// offered finds the lists and examples that a form prints.
func offered(text string) []stretch {
	var list []stretch
	for at := 0; at < len(text); {
		start, opens := nextOffer(text[at:])
		if start < 0 {
			return list
		}
		start += at
		length := strings.Index(text[start:], opens.until)
		if length < 0 || length > 600 {
			length = min(len(opens.mark), len(text)-start)
		}
		list = append(list, stretch{start, start + length})
		at = start + max(length, 1)
	}
	return list
}

// offers are the words that open what a form prints, and what ends it.
var offers = []struct{ mark, until string }{
	{"番号から選択", "\n\n"},
	{exampleMark, "\n"},
	{"(例", ")"},
	{"（例", "）"},
}

// exampleMark opens an example of how to fill a form in.
const exampleMark = "記入例"

// printed gives the addresses that stand in a form's examples no part.
func (r *reader) printed(index int, text string) {
	if !strings.Contains(text, exampleMark) {
		return
	}
	examples := offered(text)
	for i := range r.ev.Findings {
		f := &r.ev.Findings[i]
		if f.PartIndex != index {
			continue
		}
		for len(examples) > 0 && examples[0].end <= f.Start {
			examples = examples[1:]
		}
		if len(examples) > 0 && examples[0].start <= f.Start && strings.HasPrefix(text[examples[0].start:], exampleMark) {
			f.printed = true
		}
	}
}

func nextOffer(text string) (int, struct{ mark, until string }) {
	best, found := -1, offers[0]
	for _, o := range offers {
		if i := strings.Index(text, o.mark); i >= 0 && (best < 0 || i < best) {
			best, found = i, o
		}
	}
	return best, found
}
