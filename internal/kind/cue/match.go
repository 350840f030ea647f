package cue

import (
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
	open   bool // the word may go on
	phrase int
}

func (l literal) compare(other literal) int {
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

// node is a place in the trie. Its children stand together, from first on, in the order of their bytes. A node below which
// there is a single word has no children but that word's remaining bytes.
type node struct {
	bytes    string // the next bytes, one for each child
	tail     string // the rest of the only word below
	first    int32  // of the children, in nodes
	wide     int32  // index in wide, 0 for a node with few children
	ends     int32  // index in ends of what ends here, 0 for nothing
	tailEnds int32  // index in ends of what ends behind the tail
}

// few is up to how many children are looked for one by one.
const few = 6

// end is what a literal that ends at a node stands for.
type end struct {
	whole []int // phrases, where the word ends here
	open  []int // phrases for which the word may go on
}

func newLiterals() *literals { return &literals{} }

// add takes the literals of a phrase in and gives the phrase's number.
func (l *literals) add(words []string) int {
	id := l.count
	l.count++
	for _, w := range words {
		word, open := strings.CutSuffix(w, "*")
		l.added = append(l.added, literal{word, open, id})
	}
	return id
}

// build makes the trie. Nothing can be added afterwards.
func (l *literals) build() {
	slices.SortFunc(l.added, literal.compare)
	all := slices.Compact(l.added)
	l.added = nil
	l.nodes = append(make([]node, 0, 2*len(all)), node{})
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

// grow makes what is below a node: the words are sorted, and alike in their first depth bytes.
func (l *literals) grow(at int, words []literal, depth int) {
	here := 0
	for here < len(words) && len(words[here].word) == depth {
		here++
	}
	if here > 0 {
		l.nodes[at].ends = l.end(words[:here])
		words = words[here:]
	}
	if len(words) == 0 {
		return
	}
	if word := words[0].word; at > 0 && word == words[len(words)-1].word {
		l.nodes[at].tail, l.nodes[at].tailEnds = word[depth:], l.end(words)
		return
	}
	l.branch(at, words, depth)
}

// branch makes the children of a node, one for each of the bytes that may be next.
func (l *literals) branch(at int, words []literal, depth int) {
	var next [256]byte
	children := next[:0]
	for _, w := range words {
		if n := len(children); n == 0 || children[n-1] != w.word[depth] {
			children = append(children, w.word[depth])
		}
	}
	first := len(l.nodes)
	l.nodes[at].bytes, l.nodes[at].first = string(children), int32(first)
	for range children {
		l.nodes = append(l.nodes, node{})
	}
	for i, c := range children {
		n := 0
		for n < len(words) && words[n].word[depth] == c {
			n++
		}
		l.grow(first+i, words[:n], depth+1)
		words = words[n:]
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
		if at.ends != 0 {
			l.keep(at.ends, text, hit{start, i}, p)
		}
		if at.tail != "" {
			if strings.HasPrefix(text[i:], at.tail) {
				l.keep(at.tailEnds, text, hit{start, i + len(at.tail)}, p)
			}
			return
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
