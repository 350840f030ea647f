package read

import "strings"

// excerpt is a text put together from stretches of the parts' texts. Where it is all one stretch it shares the part's memory,
// as one text may be nearly as long as the mail.
type excerpt struct {
	stretches  []string
	text       string // of the part that is being read
	start, end int    // of the last stretch in it; end is -1 where there is none yet
}

// begin turns to the next part.
func (e *excerpt) begin(text string) { e.text, e.end = text, -1 }

// add adds a stretch of the part. One that goes on where the last one ended makes that one longer.
func (e *excerpt) add(start, end int) {
	if e.end == start {
		e.end = end
		e.stretches[len(e.stretches)-1] = e.text[e.start:end]
		return
	}
	e.start, e.end = start, end
	e.stretches = append(e.stretches, e.text[start:end])
}

// endLine ends the line behind a part. At the end of the whole text there is none.
func (e *excerpt) endLine() { e.stretches, e.end = append(e.stretches, "\n"), -1 }

// String is the text.
func (e *excerpt) String() string {
	n := len(e.stretches)
	for n > 0 && e.stretches[n-1] == "\n" {
		n--
	}
	return strings.Join(e.stretches[:n], "")
}
