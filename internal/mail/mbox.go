package mail

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"time"
)

// MboxMessage is one mail of an mbox file.
type MboxMessage struct {
	Raw  []byte    // without the From_ line, unescaped
	From time.Time // of the From_ line; zero where it has none that can be read
	Cut  bool      // longer than the size allowed; the rest was skipped
}

// SplitMbox reads an mbox (RFC 4155) mail by mail, holding one in memory at a time. A mail begins at a From_
// line, which is a line "From sender date" at the start or behind an empty line. ">From " is read as "From "
// (mboxo, mboxrd). Of a mail longer than maxSize the first maxSize bytes are given. An error of r ends the
// sequence; what had been read of the last mail is given before it.
func SplitMbox(r io.Reader, maxSize int64) iter.Seq2[MboxMessage, error] {
	return func(yield func(MboxMessage, error) bool) {
		s := mboxSplitter{r: bufio.NewReaderSize(r, 64<<10), maxSize: maxSize, blank: true}
		for {
			m, ok, err := s.next()
			if ok && !yield(m, nil) {
				return
			}
			if err != nil {
				if !errors.Is(err, io.EOF) {
					yield(MboxMessage{}, fmt.Errorf("reading mbox: %w", err))
				}
				return
			}
		}
	}
}

// mboxSplitter is the state between two mails.
type mboxSplitter struct {
	r       *bufio.Reader
	maxSize int64
	blank   bool // the line before was empty
	started bool // a From_ line has been read, whose mail comes next
	from    time.Time
	raw     gathered
	cut     bool
}

// next reads one mail; ok is false where there is none. err is that of the reader.
func (s *mboxSplitter) next() (m MboxMessage, ok bool, err error) {
	s.raw, s.cut = gathered{}, false
	from := s.from
	for {
		line, whole, err := s.line()
		if len(line) > 0 && whole && s.blank && isFromLine(line) {
			done := s.started || !s.raw.blank()
			date := fromDate(line)
			s.started, s.blank, s.from = true, false, date
			if done {
				return MboxMessage{Raw: trimLastBlank(s.raw.join()), From: from, Cut: s.cut}, true, nil
			}
			from = date
			continue
		}
		s.add(line)
		if err != nil {
			ok := s.started || !s.raw.blank()
			s.started = false
			return MboxMessage{Raw: trimLastBlank(s.raw.join()), From: from, Cut: s.cut}, ok, err
		}
	}
}

// line reads a line with its end. A line longer than the buffer comes in pieces, of which only the first can
// be a From_ line; whole tells whether this piece begins a line.
func (s *mboxSplitter) line() (line []byte, begins bool, err error) {
	line, err = s.r.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		err = nil
	}
	return line, s.begins(), err
}

// begins tells whether the next piece begins a line.
func (s *mboxSplitter) begins() bool {
	return s.raw.size == 0 || s.raw.last[len(s.raw.last)-1] == '\n' || s.cut
}

// add appends a line, unescaped, as far as there is room.
func (s *mboxSplitter) add(line []byte) {
	s.blank = len(bytes.TrimRight(line, "\r\n")) == 0
	if quoted := bytes.TrimLeft(line, ">"); len(quoted) < len(line) && bytes.HasPrefix(quoted, []byte("From ")) && s.begins() {
		line = line[1:]
	}
	room := s.maxSize - int64(s.raw.size)
	if int64(len(line)) > room {
		line = line[:max(0, room)]
		s.cut = true
	}
	s.raw.add(line)
}

// gathered is the bytes of a mail whose length is not known before its end. A long one is gathered in blocks and put together
// once, as a buffer that grows leaves copies of itself behind that are together longer than the mail.
type gathered struct {
	blocks [][]byte // full ones
	last   []byte
	size   int
}

// gatherBlock is from how many bytes on a block is full.
const gatherBlock = 1 << 20

func (g *gathered) add(line []byte) {
	if len(line) == 0 {
		return
	}
	if len(g.last) >= gatherBlock {
		g.blocks = append(g.blocks, g.last)
		g.last = make([]byte, 0, gatherBlock+len(line))
	}
	g.last = append(g.last, line...)
	g.size += len(line)
}

// blank tells whether there is nothing but white space.
func (g *gathered) blank() bool { return len(g.blocks) == 0 && len(bytes.TrimSpace(g.last)) == 0 }

// join gives all bytes.
func (g *gathered) join() []byte {
	if len(g.blocks) == 0 {
		return g.last
	}
	all := make([]byte, 0, g.size)
	for i, block := range g.blocks {
		all = append(all, block...)
		g.blocks[i] = nil
	}
	return append(all, g.last...)
}

// trimLastBlank takes off the empty line that separates mails.
func trimLastBlank(raw []byte) []byte {
	if t, ok := bytes.CutSuffix(raw, []byte("\r\n\r\n")); ok {
		return raw[:len(t)+2]
	}
	if bytes.HasSuffix(raw, []byte("\n\n")) {
		return raw[:len(raw)-1]
	}
	return raw
}

// isFromLine tells a From_ line from a sentence that begins with "From": it has a time of day.
func isFromLine(line []byte) bool {
	if !bytes.HasPrefix(line, []byte("From ")) || len(line) > 500 {
		return false
	}
	for i := len("From "); i+4 < len(line); i++ {
		if line[i+2] == ':' && isDigit(line[i+1]) && isDigit(line[i+3]) && isDigit(line[i+4]) {
			return true
		}
	}
	return false
}

// fromDate is the date of a From_ line: what stands behind the sender. Without a zone it is UTC (RFC 4155).
func fromDate(line []byte) time.Time {
	fields := strings.Fields(string(line))
	for i := 2; i < len(fields); i++ {
		if t, ok := ParseDate(strings.Join(fields[i:], " ")); ok {
			return t.UTC()
		}
		if i > 4 {
			break
		}
	}
	return time.Time{}
}
