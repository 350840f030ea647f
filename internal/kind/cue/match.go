package cue

import (
	"cmp"
	"encoding/binary"
	"slices"
	"strings"
)

// hit is one place in a text at which a phrase stands.
type hit struct{ start, end int }

// maxHits bounds how many places of one phrase are kept; a text that says the same more often says no more.
const maxHits = 64

// minLiteral is the length of the shortest literal, in bytes: what is shorter stands everywhere.
const minLiteral = 3

// literals finds the words of many phrases in one pass over a text, by a trie of their bytes. A literal that begins with a
// letter or digit of ASCII stands only at the beginning of a word, any other one anywhere.
type literals struct {
	added []literal // until the trie is made
	nodes []node
	wide  [][256]int32 // for nodes with many children: each child by its byte, 0 for none; the first is the root's
	ends  []end
	count int // of phrases
}

// literal is one of the words that a phrase may be.
type literal struct {
	word   string
	start  uint64 // its first bytes, by which most are told apart at once
	open   bool   // the word may go on
	phrase int
}

func (l literal) compare(other literal) int {
	if l.start != other.start {
		return cmp.Compare(l.start, other.start)
	}
	if c := strings.Compare(l.word, other.word); c != 0 {
		return c
	}
	if l.open == other.open {
		return l.phrase - other.phrase
	}
	if other.open { // whole words first
		return -1
	}
	return 1
}

// node is a place in the trie. What all words below it go on with is skipped at once; then its children stand together,
// from first on, in the order of their bytes.
type node struct {
	skip  string // the bytes that all words below have in common
	bytes string // the next bytes, one for each child
	first int32  // of the children, in nodes
	wide  int32  // index in wide, 0 for a node with few children
	ends  int32  // index in ends of what ends behind skip, 0 for nothing
}

// few is up to how many children are looked for one by one.
const few = 6

// end is what a literal that ends at a node stands for.
type end struct {
	whole []int // phrases, where the word ends here
	open  []int // phrases for which the word may go on
}

// expected is for how many literals room is made at once.
const expected = 1 << 15

func newLiterals() *literals { return &literals{added: make([]literal, 0, expected)} }

// add takes the literals of a phrase in and gives the phrase's number.
func (l *literals) add(words []string) int {
	id := l.count
	l.count++
	for _, w := range words {
		word, open := strings.CutSuffix(w, "*")
		var start [8]byte
		copy(start[:], word)
		l.added = append(l.added, literal{word, binary.BigEndian.Uint64(start[:]), open, id})
	}
	return id
}

// build makes the trie. Nothing can be added afterwards.
func (l *literals) build() {
	slices.SortFunc(l.added, literal.compare)
	all := slices.Compact(l.added)
	l.added = nil
	l.nodes = append(make([]node, 0, len(all)+len(all)/2), node{})
	l.ends = append(make([]end, 0, len(all)+1), end{})
	l.grow(0, all, 0)
	l.widen(0)
	for at := 1; at < len(l.nodes); at++ {
		if len(l.nodes[at].bytes) > few {
			l.nodes[at].wide = int32(len(l.wide))
			l.widen(at)
		}
	}
}

// widen makes the table of a node's children.
func (l *literals) widen(at int) {
	var children [256]int32
	for i, c := range []byte(l.nodes[at].bytes) {
		children[c] = l.nodes[at].first + int32(i)
	}
	l.wide = append(l.wide, children)
}

// grow makes a node and what is below it: the words are sorted, and alike in their first depth bytes.
func (l *literals) grow(at int, words []literal, depth int) {
	if at > 0 { // the root is found by the first byte and skips none
		skip := commonPrefix(words[0].word[depth:], words[len(words)-1].word[depth:])
		l.nodes[at].skip = words[0].word[depth : depth+skip]
		depth += skip
	}
	here := 0
	for here < len(words) && len(words[here].word) == depth {
		here++
	}
	if here > 0 {
		l.nodes[at].ends = l.end(words[:here])
	}
	if here < len(words) {
		l.branch(at, words[here:], depth)
	}
}

func commonPrefix(a, b string) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}

// branch makes the children of a node, one for each of the bytes that may be next.
func (l *literals) branch(at int, words []literal, depth int) {
	var next [256]byte
	var from [257]int // where the words of each child begin
	children := 0
	for i, w := range words {
		if c := w.word[depth]; children == 0 || next[children-1] != c {
			next[children], from[children] = c, i
			children++
		}
	}
	from[children] = len(words)
	first := len(l.nodes)
	l.nodes[at].bytes, l.nodes[at].first = string(next[:children]), int32(first)
	for range children {
		l.nodes = append(l.nodes, node{})
	}
	for i := range children {
		l.grow(first+i, words[from[i]:from[i+1]], depth+1)
	}
}

// end keeps what one word stands for, given once for each of its phrases, and gives its index.
func (l *literals) end(same []literal) int32 {
	phrases := make([]int, len(same))
	whole := 0
	for i, w := range same {
		phrases[i] = w.phrase
		if !w.open {
			whole++
		}
	}
	l.ends = append(l.ends, end{whole: phrases[:whole], open: phrases[whole:]})
	return int32(len(l.ends) - 1)
}

// places are where the phrases stand in one text. They are used again for the next text.
type places struct {
	of    [][]hit // by the number of the phrase, each list ascending
	found []int   // the phrases that have any
}

func (p *places) clear() {
	for _, id := range p.found {
		p.of[id] = p.of[id][:0]
	}
	p.found = p.found[:0]
}

func (p *places) keep(phrases []int, h hit) {
	for _, id := range phrases {
		switch len(p.of[id]) {
		case maxHits:
			continue
		case 0:
			p.found = append(p.found, id)
		}
		p.of[id] = append(p.of[id], h)
	}
}

// find looks for all phrases in the text.
func (l *literals) find(text string, p *places) {
	wordBefore := false
	for i := range len(text) {
		word := isWord(text[i])
		inside := word && wordBefore || text[i]&0xC0 == 0x80 // or a continuation byte of UTF-8
		wordBefore = word
		if !inside {
			l.walk(text, i, p)
		}
	}
}

// walk follows the trie from a place in the text and keeps all literals that it passes.
func (l *literals) walk(text string, start int, p *places) {
	next := l.wide[0][text[start]]
	for i := start + 1; next != 0; i++ {
		at := &l.nodes[next]
		if !strings.HasPrefix(text[i:], at.skip) {
			return
		}
		i += len(at.skip)
		if at.ends != 0 {
			l.keep(at.ends, text, hit{start, i}, p)
		}
		if i == len(text) {
			return
		}
		next = l.child(at, text[i])
	}
}

// keep keeps a place at which a literal stands, for the phrases that may be it.
func (l *literals) keep(index int32, text string, here hit, p *places) {
	ends := &l.ends[index]
	p.keep(ends.open, here)
	if here.end == len(text) || !isWord(text[here.end]) || !isWord(text[here.end-1]) {
		p.keep(ends.whole, here)
	}
}

// child is the child of a node by a byte, 0 for none.
func (l *literals) child(at *node, c byte) int32 {
	if at.wide != 0 {
		return l.wide[at.wide][c]
	}
	for i := range len(at.bytes) {
		if at.bytes[i] == c {
			return at.first + int32(i)
		}
	}
	return 0
}

func isWord(c byte) bool { return 'a' <= c && c <= 'z' || '0' <= c && c <= '9' }
