package canon

import (
	"bytes"
	"crypto/sha256"
	"hash"
)

// BodySum is the SHA-256 of a canonical body, and its length in bytes.
type BodySum struct {
	Sum    [sha256.Size]byte
	Length int64
}

var crlf = []byte("\r\n")

// BodySum hashes the body in that form. The sum is kept for the next signature.
func (m *Message) BodySum(form Form) BodySum {
	if sum, known := m.bodies[form]; known {
		return sum
	}
	w := &bodyWriter{hash: sha256.New(), relaxed: form == Relaxed}
	for pos := 0; pos < len(m.Body); {
		line, next := nextLine(m.Body, pos)
		w.line(line)
		pos = next
	}
	sum := w.sum()
	if m.bodies == nil {
		m.bodies = make(map[Form]BodySum)
	}
	m.bodies[form] = sum
	return sum
}

// bodyWriter hashes lines in canonical form. What it writes is gathered in a buffer of fixed size: a line may be as long
// as the mail.
type bodyWriter struct {
	hash    hash.Hash
	relaxed bool
	empty   int64 // lines at the end so far that are empty: they count only when another line follows
	length  int64
	buf     [4096]byte
	used    int
}

// line takes one line without its break (RFC 6376, 3.4.3 and 3.4.4).
func (w *bodyWriter) line(line []byte) {
	if w.relaxed {
		line = bytes.TrimRight(line, " \t")
	}
	if len(line) == 0 {
		w.empty++
		return
	}
	for ; w.empty > 0; w.empty-- {
		w.write(crlf)
	}
	if w.relaxed {
		w.squeezed(line)
	} else {
		w.write(line)
	}
	w.write(crlf)
}

// squeezed writes a line, which does not end with blanks, with each run of them as one space.
func (w *bodyWriter) squeezed(line []byte) {
	blank := false
	for _, c := range line {
		if isBlank(c) {
			if blank {
				continue
			}
			c, blank = ' ', true
		} else {
			blank = false
		}
		if w.used == len(w.buf) {
			w.flush()
		}
		w.buf[w.used] = c
		w.used++
		w.length++
	}
}

func (w *bodyWriter) write(p []byte) {
	w.length += int64(len(p))
	if len(p) > len(w.buf)-w.used {
		w.flush()
	}
	if len(p) >= len(w.buf) {
		w.hash.Write(p)
		return
	}
	w.used += copy(w.buf[w.used:], p)
}

func (w *bodyWriter) flush() {
	w.hash.Write(w.buf[:w.used])
	w.used = 0
}

// sum ends the body. The simple form of a body without any line is one line break, the relaxed form is nothing.
func (w *bodyWriter) sum() BodySum {
	if w.length == 0 && !w.relaxed {
		w.write(crlf)
	}
	w.flush()
	s := BodySum{Length: w.length}
	w.hash.Sum(s.Sum[:0])
	return s
}
