package fulltext

import (
	"encoding/binary"
	"errors"
	"math"
)

var errBlock = errors.New("a block of the search index is damaged")

// Entry is one term of a block with its postings.
type Entry struct {
	Term     string
	Postings []byte
}

// Entries lists the terms of a block in their order, until yield says false.
func Entries(data []byte, yield func(Entry) bool) error {
	for len(data) > 0 {
		term, rest, ok := cutBytes(data)
		if !ok {
			return errBlock
		}
		postings, rest, ok := cutBytes(rest)
		if !ok {
			return errBlock
		}
		if !yield(Entry{string(term), postings}) {
			return nil
		}
		data = rest
	}
	return nil
}

// cutBytes reads a length and as many bytes.
func cutBytes(data []byte) (value, rest []byte, ok bool) {
	size, n := binary.Uvarint(data)
	if n <= 0 || size > uint64(len(data)-n) {
		return nil, nil, false
	}
	return data[n : n+int(size)], data[n+int(size):], true
}

// list is a term's postings, read document by document. It moves by offsets: cutting slices shorter would cost a write
// barrier each.
type list struct {
	header
	docs, places []byte
	at           int   // how much of docs was read
	from, to     int   // the places of the current document in places
	doc          int64 // the current document
	begun        bool  // next was called
}

// readList opens postings.
func readList(postings []byte) (list, error) {
	var values [4]uint64
	for i := range values {
		value, n := binary.Uvarint(postings)
		if n <= 0 {
			return list{}, errBlock
		}
		values[i], postings = value, postings[n:]
	}
	if values[3] == 0 || values[3] > uint64(len(postings)) || values[1] >= math.MaxInt64 {
		return list{}, errBlock
	}
	first := int64(values[1])
	return list{
		header: header{int(values[0]), first, first + int64(values[2])},
		docs:   postings[:values[3]], places: postings[values[3]:],
		doc: first,
	}, nil
}

// next goes to the next document. It is false at the end, and where the list is damaged.
func (l *list) next() bool {
	delta, n := uvarint(l.docs[l.at:])
	size, m := uvarint(l.docs[l.at+n:])
	if n == 0 || m == 0 || size > uint64(len(l.places)-l.to) || delta >= uint64(math.MaxInt64-l.doc) {
		l.at = len(l.docs)
		return false
	}
	l.at += n + m
	l.doc += int64(delta)
	l.from, l.to = l.to, l.to+int(size)
	l.begun = true
	return true
}

// uvarint is binary.Uvarint with the common case of one byte first; n is 0 where there is no number.
func uvarint(data []byte) (value uint64, n int) {
	if len(data) > 0 && data[0] < 0x80 {
		return uint64(data[0]), 1
	}
	value, n = binary.Uvarint(data)
	return value, max(n, 0)
}

// appendPlaces decodes the places of the current document.
func (l *list) appendPlaces(to []int) []int {
	place := 0
	for data := l.places[l.from:l.to]; len(data) > 0; {
		delta, n := uvarint(data)
		if n == 0 {
			return to
		}
		place += int(delta)
		to = append(to, place)
		data = data[n:]
	}
	return to
}
