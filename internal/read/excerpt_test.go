package read

import (
	"testing"
	"unsafe"
)

func TestExcerpt(t *testing.T) {
	t.Parallel()
	const first, second = "one two three", "four five six"
	for _, test := range []struct {
		why   string
		build func(e *excerpt)
		want  string
	}{
		{"nothing", func(*excerpt) {}, ""},
		{"stretches that go on", func(e *excerpt) { e.begin(first); e.add(0, 3); e.add(3, 7) }, "one two"},
		{"with a gap", func(e *excerpt) { e.begin(first); e.add(0, 3); e.add(7, 13) }, "one three"},
		{"of two parts, the second where the first ended", func(e *excerpt) { e.begin(first); e.add(0, 4); e.begin(second); e.add(4, 9) }, "one  five"},
		{"with a line end between the parts, none behind", func(e *excerpt) {
			e.begin(first)
			e.add(0, 3)
			e.endLine()
			e.begin(second)
			e.add(0, 4)
			e.endLine()
		}, "one\nfour"},
		{"a part that is left out", func(e *excerpt) { e.begin(first); e.endLine(); e.begin(second); e.add(0, 4); e.endLine() }, "\nfour"},
	} {
		var e excerpt
		test.build(&e)
		if got := e.String(); got != test.want {
			t.Errorf("%s: %q, want %q", test.why, got, test.want)
		}
	}
}

// A text that is all of one part is not held twice.
func TestExcerptSharesMemory(t *testing.T) {
	t.Parallel()
	text := string([]byte("all of it"))
	var e excerpt
	e.begin(text)
	e.add(0, 4)
	e.add(4, len(text))
	e.endLine()
	if got := e.String(); got != text || unsafe.StringData(got) != unsafe.StringData(text) {
		t.Errorf("%q is a copy", got)
	}
}
