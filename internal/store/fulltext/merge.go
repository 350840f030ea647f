package fulltext

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

// Source gives the blocks of one segment in their order, and nil at the end.
type Source func() ([]byte, error)

// Merge makes one segment of neighbouring ones, the oldest first; each document of a source must come before those of the
// next. It holds one block of each source and hands finished blocks to keep.
func Merge(sources []Source, keep func([]Block) error) error {
	m := merger{cursors: make([]cursor, len(sources))}
	for i, source := range sources {
		m.cursors[i].source = source
		if err := m.cursors[i].advance(); err != nil {
			return err
		}
	}
	for {
		first := m.least()
		if first == nil {
			return keep(m.w.finish())
		}
		if err := m.mergeTerm(first); err != nil {
			return fmt.Errorf("merging the term %q: %w", first.term, err)
		}
		if blocks := m.w.take(); len(blocks) > 0 {
			if err := keep(blocks); err != nil {
				return err
			}
		}
	}
}

// cursor stands at one term of a segment.
type cursor struct {
	source   Source
	rest     []byte // of the block
	term     []byte
	head     uint64 // of the term
	postings []byte
	ended    bool
}

func (c *cursor) advance() error {
	for len(c.rest) == 0 {
		data, err := c.source()
		if err != nil {
			return err
		}
		if data == nil {
			c.ended = true
			return nil
		}
		c.rest = data
	}
	var ok bool
	if c.term, c.rest, ok = cutBytes(c.rest); !ok {
		return errBlock
	}
	if c.postings, c.rest, ok = cutBytes(c.rest); !ok {
		return errBlock
	}
	c.head = head(c.term)
	return nil
}

// before orders cursors by their terms.
func (c *cursor) before(other *cursor) bool {
	if c.head != other.head {
		return c.head < other.head
	}
	return bytes.Compare(c.term, other.term) < 0
}

// merger goes through all segments at once, term by term. Its lists are kept from term to term for their memory, as most
// terms have few postings.
type merger struct {
	cursors          []cursor
	w                blockWriter
	term             []byte
	lists            []list
	pieces, places   [][]byte
	header, distance []byte
}

// least finds the first cursor at the least term, nil where all have ended.
func (m *merger) least() *cursor {
	var first *cursor
	for i := range m.cursors {
		if c := &m.cursors[i]; !c.ended && (first == nil || c.before(first)) {
			first = c
		}
	}
	return first
}

// mergeTerm puts the postings of all cursors at the term of the first one behind the other and moves these cursors on.
func (m *merger) mergeTerm(first *cursor) error {
	m.lists = m.lists[:0]
	front := first.head
	m.term = append(m.term[:0], first.term...)
	at := func(c *cursor) bool { return !c.ended && c.head == front && bytes.Equal(c.term, m.term) }
	for i := range m.cursors {
		if c := &m.cursors[i]; at(c) {
			l, err := readList(c.postings)
			if err != nil {
				return err
			}
			m.lists = append(m.lists, l)
		}
	}
	m.concat()
	m.w.add(string(m.term), m.pieces...)
	for i := range m.cursors {
		if c := &m.cursors[i]; at(c) {
			if err := c.advance(); err != nil {
				return err
			}
		}
	}
	return nil
}

// concat makes the pieces of the postings of all lists together. The first document of a list is written as 0 after its
// own beginning; behind another list that one byte becomes its distance from the last document there.
func (m *merger) concat() {
	whole := header{first: m.lists[0].first}
	m.pieces, m.places, m.distance = append(m.pieces[:0], nil), m.places[:0], m.distance[:0]
	size := 0
	for i, l := range m.lists {
		documents := l.docs
		if i > 0 {
			begin := len(m.distance)
			m.distance = binary.AppendUvarint(m.distance, uint64(l.first-whole.last))
			m.pieces, documents = append(m.pieces, m.distance[begin:]), documents[1:]
			size += len(m.distance) - begin
		}
		m.pieces, m.places = append(m.pieces, documents), append(m.places, l.places)
		size += len(documents)
		whole.n += l.n
		whole.last = l.last
	}
	m.header = appendHeader(m.header[:0], whole, size)
	m.pieces[0] = m.header
	m.pieces = append(m.pieces, m.places...)
}
