package app

import (
	"fmt"
	"io"

	"todoke/internal/intake"
)

// bar shows the progress of an import on a terminal, in one line that is written over.
type bar struct {
	out     io.Writer
	visible bool
	drawn   bool
}

func newBar(out io.Writer, visible bool) *bar { return &bar{out: out, visible: visible} }

func (b *bar) show(p intake.Progress) {
	if !b.visible {
		return
	}
	b.drawn = true
	if p.Phase == intake.Matching {
		fmt.Fprintf(b.out, "\r\x1b[Kmatching  %d messages", p.Matched)
		return
	}
	fmt.Fprintf(b.out, "\r\x1b[Kreading   %d messages", p.Added)
}

// end leaves the line free for what comes next.
func (b *bar) end() {
	if b.drawn {
		fmt.Fprint(b.out, "\r\x1b[K")
	}
}
