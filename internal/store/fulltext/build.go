package fulltext

import (
	"cmp"
	"encoding/binary"
	"slices"
)

// blockSize is the number of bytes after which a block is closed. A block is read whole to find one term in it.
const blockSize = 16 << 10

// Block is a piece of a segment: terms in ascending order with their postings.
type Block struct {
	First string // its first term
	Data  []byte
}

// Builder collects the texts of a batch and makes a segment of them. It can be used again after Build.
type Builder struct {
	short   map[uint64]uint32 // number of each term of up to eight bytes, by its bytes: nearly all, and twice as fast as by a string
	long    map[string]uint32 // … of the others
	names   []string
	heads   []uint64 // head of each name
	numbers []uint32 // term of each occurrence
	places  []uint64 // document (by its place in docs) and place of each occurrence
	docs    []int64
	sorted  []uint64 // places in order of term, kept for the next Build
}

// NewBuilder makes a builder without texts.
func NewBuilder() *Builder { return &Builder{short: map[uint64]uint32{}, long: map[string]uint32{}} }

// Add takes one text in. Documents must come in ascending order, and be above 0.
func (b *Builder) Add(doc int64, text string) {
	ordinal := uint64(len(b.docs)) << 32
	b.docs = append(b.docs, doc)
	Terms(text, func(term []byte, place int) {
		b.numbers = append(b.numbers, b.number(term))
		b.places = append(b.places, ordinal|uint64(place))
	})
}

// number finds the number of a term, or gives it the next one.
func (b *Builder) number(term []byte) uint32 {
	front := head(term)
	if len(term) <= 8 {
		number, ok := b.short[front]
		if !ok {
			number = b.name(term, front)
			b.short[front] = number
		}
		return number
	}
	number, ok := b.long[string(term)]
	if !ok {
		number = b.name(term, front)
		b.long[b.names[number]] = number
	}
	return number
}

func (b *Builder) name(term []byte, front uint64) uint32 {
	b.names, b.heads = append(b.names, string(term)), append(b.heads, front)
	return uint32(len(b.names) - 1)
}

// head is the first eight bytes of a term as a number, which is ordered as the terms are. No term holds a zero byte, so that
// a term of up to eight bytes has its head alone.
func head(term []byte) uint64 {
	if len(term) >= 8 {
		return binary.BigEndian.Uint64(term)
	}
	var front uint64
	for _, b := range term {
		front = front<<8 | uint64(b)
	}
	return front << (8 * (8 - len(term)))
}

// Size is the number of occurrences taken in; twelve bytes are held for each.
func (b *Builder) Size() int { return len(b.places) }

// Build returns the blocks of a segment with all texts added, and forgets the texts.
func (b *Builder) Build() []Block {
	places, starts := b.byTerm()
	var w blockWriter
	var postings []byte
	for _, number := range b.order() {
		postings = b.postings(postings[:0], places[starts[number]:starts[number+1]])
		w.add(b.names[number], postings)
	}
	blocks := w.finish()
	b.Reset()
	return blocks
}

// order lists the terms' numbers in the order of their names.
func (b *Builder) order() []uint32 {
	type named struct {
		head   uint64
		number uint32
	}
	terms := make([]named, len(b.names))
	for i := range terms {
		terms[i] = named{b.heads[i], uint32(i)}
	}
	slices.SortFunc(terms, func(x, y named) int {
		if x.head != y.head {
			return cmp.Compare(x.head, y.head)
		}
		return cmp.Compare(b.names[x.number], b.names[y.number])
	})
	order := make([]uint32, len(terms))
	for i, term := range terms {
		order[i] = term.number
	}
	return order
}

// Reset forgets all texts but keeps the memory.
func (b *Builder) Reset() {
	clear(b.short)
	clear(b.long)
	b.names, b.heads = b.names[:0], b.heads[:0]
	b.numbers, b.places, b.docs = b.numbers[:0], b.places[:0], b.docs[:0]
}

// byTerm sorts the occurrences by term, in linear time; those of one term keep their order. The occurrences of a term
// are places[starts[term]:starts[term+1]].
func (b *Builder) byTerm() (places []uint64, starts []int) {
	starts = make([]int, len(b.names)+1)
	for _, number := range b.numbers {
		starts[number+1]++
	}
	for i := 1; i < len(starts); i++ {
		starts[i] += starts[i-1]
	}
	next := slices.Clone(starts)
	b.sorted = slices.Grow(b.sorted[:0], len(b.places))[:len(b.places)]
	for i, number := range b.numbers {
		b.sorted[next[number]] = b.places[i]
		next[number]++
	}
	return b.sorted, starts
}

// postings appends the postings of one term: number of documents, first document, last less first, length of the list of
// documents; the list of documents: each less the one before it, and the length of its places; all places: each less the
// one before it in the same document.
func (b *Builder) postings(to []byte, occurrences []uint64) []byte {
	var docs, places []byte
	var n int
	first := b.docs[occurrences[0]>>32]
	last := first
	for i := 0; i < len(occurrences); {
		ordinal := occurrences[i] >> 32
		doc, begin, before := b.docs[ordinal], len(places), uint32(0)
		for ; i < len(occurrences) && occurrences[i]>>32 == ordinal; i++ {
			place := uint32(occurrences[i])
			places = binary.AppendUvarint(places, uint64(place-before))
			before = place
		}
		docs = binary.AppendUvarint(docs, uint64(doc-last))
		docs = binary.AppendUvarint(docs, uint64(len(places)-begin))
		last = doc
		n++
	}
	to = appendHeader(to, header{n, first, last}, len(docs))
	to = append(to, docs...)
	return append(to, places...)
}

// header begins the postings of a term.
type header struct {
	n           int // documents
	first, last int64
}

func appendHeader(to []byte, h header, docs int) []byte {
	to = binary.AppendUvarint(to, uint64(h.n))
	to = binary.AppendUvarint(to, uint64(h.first))
	to = binary.AppendUvarint(to, uint64(h.last-h.first))
	return binary.AppendUvarint(to, uint64(docs))
}

// blockWriter puts terms with their postings into blocks. A block is a list of: length of the term, the term, length of
// its postings, the postings.
type blockWriter struct {
	blocks []Block
	first  string
	data   []byte
}

func (w *blockWriter) add(term string, postings ...[]byte) {
	if len(w.data) == 0 {
		w.first = term
	}
	size := 0
	for _, piece := range postings {
		size += len(piece)
	}
	w.data = binary.AppendUvarint(w.data, uint64(len(term)))
	w.data = append(w.data, term...)
	w.data = binary.AppendUvarint(w.data, uint64(size))
	for _, piece := range postings {
		w.data = append(w.data, piece...)
	}
	if len(w.data) >= blockSize {
		w.close()
	}
}

func (w *blockWriter) close() {
	if len(w.data) > 0 {
		w.blocks = append(w.blocks, Block{w.first, w.data})
		w.data = make([]byte, 0, blockSize+blockSize/4)
	}
}

// finish returns the blocks closed since the last call, and the open one.
func (w *blockWriter) finish() []Block {
	w.close()
	return w.take()
}

// take returns the blocks closed since the last call.
func (w *blockWriter) take() []Block {
	blocks := w.blocks
	w.blocks = nil
	return blocks
}
