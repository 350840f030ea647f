package fulltext

import (
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
	ids     map[string]uint32 // number of each term
	names   []string
	numbers []uint32 // term of each occurrence
	places  []uint64 // document (by its place in docs) and place of each occurrence
	docs    []int64
	sorted  []uint64 // places in order of term, kept for the next Build
}

// NewBuilder makes a builder without texts.
func NewBuilder() *Builder { return &Builder{ids: map[string]uint32{}} }

// Add takes one text in. Documents must come in ascending order.
func (b *Builder) Add(doc int64, text string) {
	ordinal := uint64(len(b.docs)) << 32
	b.docs = append(b.docs, doc)
	Terms(text, func(term []byte, place int) {
		number, ok := b.ids[string(term)]
		if !ok {
			number = uint32(len(b.names))
			name := string(term)
			b.ids[name] = number
			b.names = append(b.names, name)
		}
		b.numbers = append(b.numbers, number)
		b.places = append(b.places, ordinal|uint64(place))
	})
}

// Size is the number of occurrences taken in; twelve bytes are held for each.
func (b *Builder) Size() int { return len(b.places) }

// Build returns the blocks of a segment with all texts added, and forgets the texts.
func (b *Builder) Build() []Block {
	places, starts := b.byTerm()
	order := make([]uint32, len(b.names))
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(x, y uint32) int { return compare(b.names[x], b.names[y]) })
	var w blockWriter
	var postings []byte
	for _, number := range order {
		postings = b.postings(postings[:0], places[starts[number]:starts[number+1]])
		w.add(b.names[number], postings)
	}
	blocks := w.finish()
	b.Reset()
	return blocks
}

// Reset forgets all texts but keeps the memory.
func (b *Builder) Reset() {
	clear(b.ids)
	b.names, b.numbers, b.places, b.docs = b.names[:0], b.numbers[:0], b.places[:0], b.docs[:0]
}

func compare(x, y string) int {
	switch {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
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
