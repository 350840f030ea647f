package fulltext

import (
	"encoding/binary"
	"fmt"
)

// Source gives the blocks of one segment in their order, and nil at the end.
type Source func() ([]byte, error)

// Merge makes one segment of neighbouring ones, the oldest first; each document of a source must come before those of the
// next. It holds one block of each source and hands finished blocks to keep.
func Merge(sources []Source, keep func([]Block) error) error {
	cursors := make([]*cursor, len(sources))
	for i, source := range sources {
		cursors[i] = &cursor{source: source}
		if err := cursors[i].advance(); err != nil {
			return err
		}
	}
	var w blockWriter
	for {
		term, ok := leastTerm(cursors)
		if !ok {
			return keep(w.finish())
		}
		if err := mergeTerm(&w, term, cursors); err != nil {
			return fmt.Errorf("merging the term %q: %w", term, err)
		}
		if blocks := w.take(); len(blocks) > 0 {
			if err := keep(blocks); err != nil {
				return err
			}
		}
	}
}

// cursor stands at one term of a segment.
type cursor struct {
	source Source
	rest   []byte
	entry  Entry
	ended  bool
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
	term, rest, ok := cutBytes(c.rest)
	if !ok {
		return errBlock
	}
	postings, rest, ok := cutBytes(rest)
	if !ok {
		return errBlock
	}
	c.entry, c.rest = Entry{string(term), postings}, rest
	return nil
}

func leastTerm(cursors []*cursor) (term string, ok bool) {
	for _, c := range cursors {
		if !c.ended && (!ok || c.entry.Term < term) {
			term, ok = c.entry.Term, true
		}
	}
	return term, ok
}

// mergeTerm puts the postings of all cursors at the term one behind the other and moves these cursors on.
func mergeTerm(w *blockWriter, term string, cursors []*cursor) error {
	var lists []list
	var at []*cursor
	for _, c := range cursors {
		if !c.ended && c.entry.Term == term {
			l, err := readList(c.entry.Postings)
			if err != nil {
				return err
			}
			lists, at = append(lists, l), append(at, c)
		}
	}
	w.add(term, concat(lists)...)
	for _, c := range at {
		if err := c.advance(); err != nil {
			return err
		}
	}
	return nil
}

// concat returns the pieces of the postings of all lists together. The first document of a list is written as 0 after its
// own beginning; behind another list that one byte becomes its distance from the last document there.
func concat(lists []list) [][]byte {
	whole := header{first: lists[0].first}
	var docs, places [][]byte
	size := 0
	for i, l := range lists {
		documents := l.docs
		if i > 0 {
			distance := binary.AppendUvarint(nil, uint64(l.first-whole.last))
			docs, documents = append(docs, distance), documents[1:]
			size += len(distance)
		}
		docs, places = append(docs, documents), append(places, l.places)
		size += len(documents)
		whole.n += l.n
		whole.last = l.last
	}
	pieces := append([][]byte{appendHeader(nil, whole, size)}, docs...)
	return append(pieces, places...)
}
