package blame

import (
	"strings"
	"unicode/utf8"

	"todoke/internal/blame/cue"
	"todoke/internal/desk"
)

// maxStatuses is how many words of a table are read as excuses; nobody explains more.
const maxStatuses = 8

// statuses reads what a reporter says above or below a table of the words in its columns: "状態が「復旧済」のものは連絡不要です", "Rows
// marked FP are false positives". The addresses of the rows that bear such a word are not to blame, nor are those of rows that
// themselves say that it has stopped, where other rows remain.
func (r *reader) statuses() {
	words := r.statusWords()
	var kept, excused []*Finding
	for i := range r.ev.Findings {
		f := &r.ev.Findings[i]
		if f.Passage < 0 || r.ev.Passages[f.Passage].Kind == Prose || !r.ev.Passages[f.Passage].Speaks() {
			continue
		}
		if f.side.stopped && r.ev.Passages[f.Passage].Kind == Bare || len(words) > 0 && r.rowBears(f, words) {
			excused = append(excused, f)
		} else {
			kept = append(kept, f)
		}
	}
	if len(kept) == 0 {
		return
	}
	for _, f := range excused {
		f.own = false
		f.set(desk.RoleReference, "its row says that nothing is left to do")
	}
}

// statusWords are the words that sentences put in quotation marks, or behind "marked" and the like, and say to need nothing.
func (r *reader) statusWords() map[string]bool {
	words := map[string]bool{}
	for i := range r.ev.Passages {
		p := &r.ev.Passages[i]
		if p.Kind != Prose || !p.Speaks() || !r.excuses(p) {
			continue
		}
		for _, word := range quotedWords(r.ev.Text(p.PartIndex)[p.Start:p.End]) {
			if len(words) < maxStatuses {
				words[word] = true
			}
		}
	}
	return words
}

// excuses tells whether a sentence says that something needs nothing to be done.
func (r *reader) excuses(p *Passage) bool {
	for _, c := range p.Cues {
		if c.Rule.Sense == cue.Role && (c.Rule.Value == "innocent" || c.Rule.Value == "stopped") {
			return true
		}
	}
	return containsAny(strings.ToLower(r.ev.Text(p.PartIndex)[p.Start:p.End]), "不要", "false positive", "no action", "skip", "誤検知", "need nothing", "only for completeness")
}

// quotedWords are the short words of a sentence in quotation marks, and those behind words that name a cell of a table.
func quotedWords(sentence string) []string {
	var words []string
	add := func(word string) {
		word = strings.ToLower(strings.Trim(word, " 　.,:;\"'"))
		if n := utf8.RuneCountInString(word); n > 0 && n <= 16 {
			words = append(words, word)
		}
	}
	for _, marks := range [][2]string{{"「", "」"}, {"『", "』"}, {"“", "”"}, {"\"", "\""}} {
		rest := sentence
		for range maxStatuses {
			_, inner, open := strings.Cut(rest, marks[0])
			word, behind, closed := strings.Cut(inner, marks[1])
			if !open || !closed {
				break
			}
			add(word)
			rest = behind
		}
	}
	fields := strings.Fields(sentence)
	for i := range len(fields) - 1 {
		switch strings.ToLower(fields[i]) {
		case "marked", "flagged", "labelled", "labeled", "tagged", "disposition", "status", "state":
			add(fields[i+1])
		}
	}
	return words
}

// rowBears tells whether a cell of the finding's row is one of the words.
func (r *reader) rowBears(f *Finding, words map[string]bool) bool {
	p := &r.ev.Passages[f.Passage]
	line := r.ev.Text(p.PartIndex)[p.Start:p.End]
	if len(line) > maxSentence {
		return false
	}
	for _, cell := range cellsOf(line) {
		if words[strings.ToLower(strings.Trim(line[cell.start:cell.end], " 　\t()（）[]"))] {
			return true
		}
	}
	return false
}
