package cue

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
)

// Phrases are words and short chains of words that are looked for in a text, all in one pass: more of them cost no more time.
// A phrase may be spelt in several ways. A spelling that begins or ends with a letter or digit of ASCII is a whole word
// there; one that ends with "*" may go on. Phrases are added, then built, then looked for by many at once.
//
// They are a trie of their bytes (Fredkin, "Trie memory", 1960), its chains of single children drawn together.
type Phrases struct {
	added  []literal // until the trie is built
	nodes  []node
	wide   [][256]int32 // for nodes with many children: each child by its byte, 0 for none; the first is the root's
	ends   [][]end
	starts starts
	folder folder
}

// Hit is a place in a folded text at which a phrase stands, in bytes.
type Hit struct{ Start, End int }

// literal is one spelling of a phrase.
type literal struct {
	word   string
	start  uint64 // its first bytes, by which most are told apart at once
	phrase int
	open   bool // the word may go on
}

func (l literal) compare(other literal) int {
	if l.start != other.start {
		return cmp.Compare(l.start, other.start)
	}
	if c := strings.Compare(l.word, other.word); c != 0 {
		return c
	}
	if l.phrase != other.phrase {
		return cmp.Compare(l.phrase, other.phrase)
	}
	if l.open == other.open {
		return 0
	}
	if l.open { // first, so that the whole word, which says less, is the one left out
		return -1
	}
	return 1
}

// same tells whether the other literal, sorted behind this one, says nothing more.
func (l literal) same(other literal) bool { return l.word == other.word && l.phrase == other.phrase }

// end says that a phrase ends at a node.
type end struct {
	phrase int
	open   bool
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

// shortest is the length of the shortest spelling when folded, in bytes: what is shorter stands everywhere.
const shortest = 2

// Add takes in a spelling of a phrase, which its user has numbered.
func (p *Phrases) Add(phrase int, spelling string) error {
	word := strings.TrimRight(spelling, "*")
	open := word != spelling
	p.folder = folder{out: p.folder.out[:0]}
	p.folder.read(word)
	if word != string(p.folder.out) {
		word = string(p.folder.out)
	}
	if len(word) < shortest {
		return fmt.Errorf("%q is too short", spelling)
	}
	var start [8]byte
	copy(start[:], word)
	p.added = append(p.added, literal{word, binary.BigEndian.Uint64(start[:]), phrase, open})
	return nil
}

// Build makes the phrases ready to be looked for. Nothing can be added afterwards.
func (p *Phrases) Build() {
	slices.SortFunc(p.added, literal.compare)
	all := slices.CompactFunc(p.added, literal.same)
	for _, l := range all {
		p.starts.add(l.word)
	}
	p.added, p.folder = nil, folder{}
	p.nodes = append(make([]node, 0, len(all)+len(all)/2), node{})
	p.ends = append(make([][]end, 0, len(all)+1), nil)
	p.grow(0, all, 0)
	p.widen(0)
	for at := 1; at < len(p.nodes); at++ {
		if len(p.nodes[at].bytes) > few {
			p.nodes[at].wide = int32(len(p.wide))
			p.widen(at)
		}
	}
}

// widen makes the table of a node's children.
func (p *Phrases) widen(at int) {
	var children [256]int32
	for i, c := range []byte(p.nodes[at].bytes) {
		children[c] = p.nodes[at].first + int32(i)
	}
	p.wide = append(p.wide, children)
}

// grow makes a node and what is below it: the words are sorted, and alike in their first depth bytes.
func (p *Phrases) grow(at int, words []literal, depth int) {
	if at > 0 { // the root is found by the first byte and skips none
		skip := commonPrefix(words[0].word[depth:], words[len(words)-1].word[depth:])
		p.nodes[at].skip = words[0].word[depth : depth+skip]
		depth += skip
	}
	here := 0
	for here < len(words) && len(words[here].word) == depth {
		here++
	}
	if here > 0 {
		p.nodes[at].ends = p.end(words[:here])
	}
	if here < len(words) {
		p.branch(at, words[here:], depth)
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
func (p *Phrases) branch(at int, words []literal, depth int) {
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
	first := len(p.nodes)
	p.nodes[at].bytes, p.nodes[at].first = string(next[:children]), int32(first)
	for range children {
		p.nodes = append(p.nodes, node{})
	}
	for i := range children {
		p.grow(first+i, words[from[i]:from[i+1]], depth+1)
	}
}

// end keeps the phrases of which one word is a spelling, and gives the list's index.
func (p *Phrases) end(same []literal) int32 {
	list := make([]end, len(same))
	for i, w := range same {
		list[i] = end{w.phrase, w.open}
	}
	p.ends = append(p.ends, list)
	return int32(len(p.ends) - 1)
}

// Find calls visit for each place at which a phrase stands: in the order in which they begin, of those that begin together
// the shorter before the longer.
func (p *Phrases) Find(t Text, visit func(phrase int, at Hit)) {
	text := t.folded
	wordBefore := false
	for i := range len(text) {
		word := isWord(text[i])
		inside := word && wordBefore || text[i]&0xC0 == 0x80 // or a continuation byte of UTF-8
		wordBefore = word
		if !inside && p.starts.may(text[i:]) {
			p.walk(text, i, visit)
		}
	}
}

// walk follows the trie from a place in the text and visits all phrases that it passes.
func (p *Phrases) walk(text string, start int, visit func(phrase int, at Hit)) {
	next := p.wide[0][text[start]]
	for i := start + 1; next != 0; i++ {
		at := &p.nodes[next]
		if !strings.HasPrefix(text[i:], at.skip) {
			return
		}
		i += len(at.skip)
		if at.ends != 0 {
			whole := i == len(text) || !isWord(text[i]) || !isWord(text[i-1])
			for _, e := range p.ends[at.ends] {
				if whole || e.open {
					visit(e.phrase, Hit{start, i})
				}
			}
		}
		if i == len(text) {
			return
		}
		next = p.child(at, text[i])
	}
}

// child is the child of a node by a byte, 0 for none.
func (p *Phrases) child(at *node, c byte) int32 {
	if at.wide != 0 {
		return p.wide[at.wide][c]
	}
	for i := range len(at.bytes) {
		if at.bytes[i] == c {
			return at.first + int32(i)
		}
	}
	return 0
}

func isWord(c byte) bool { return 'a' <= c && c <= 'z' || '0' <= c && c <= '9' }
