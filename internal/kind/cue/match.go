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
	phrases map[string][]int // the phrases that each may stand for
	nodes   []node
	wide    [][256]int32 // for nodes with many children: each child by its byte, 0 for none; the first is the root's
	ends    []end
	count   int // of phrases
}

// node is a place in the trie. Its children stand together, from first on, in the order of their bytes.
type node struct {
	bytes string // the next bytes, one for each child
	first int32  // of the children, in nodes
	ends  int32  // index in ends of what ends here, 0 for nothing
	wide  int32  // index in wide, 0 for a node with few children
}

// few is up to how many children are looked for one by one.
const few = 6

// end is what a literal that ends at a node stands for.
type end struct {
	whole []int // phrases, where the word ends here
	open  []int // phrases for which the word may go on
}

func newLiterals() *literals {
	return &literals{phrases: map[string][]int{}}
}

// add takes the literals of a phrase in and gives the phrase's number.
func (l *literals) add(words []string) int {
	id := l.count
	l.count++
	for _, w := range words {
		l.phrases[w] = append(l.phrases[w], id)
	}
	return id
}

// build makes the trie. Nothing can be added afterwards.
func (l *literals) build() {
	byWord := map[string]*end{}
	var words []string
	for literal, phrases := range l.phrases {
		word, open := strings.CutSuffix(literal, "*")
		if byWord[word] == nil {
			byWord[word] = &end{}
			words = append(words, word)
		}
		if open {
			byWord[word].open = phrases
		} else {
			byWord[word].whole = phrases
		}
	}
	slices.Sort(words)
	l.nodes, l.ends = []node{{}}, []end{{}}
	l.grow(0, words, 0, byWord)
	many := 1
	for _, n := range l.nodes {
		if len(n.bytes) > few {
			many++
		}
	}
	l.wide = make([][256]int32, 0, many)
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

// grow makes the children of a node, below which are the words: sorted, and alike in their first depth bytes.
func (l *literals) grow(at int, words []string, depth int, ends map[string]*end) {
	if len(words[0]) == depth {
		l.nodes[at].ends = int32(len(l.ends))
		l.ends = append(l.ends, *ends[words[0]])
		words = words[1:]
	}
	var next []byte
	for _, w := range words {
		if n := len(next); n == 0 || next[n-1] != w[depth] {
			next = append(next, w[depth])
		}
	}
	first := len(l.nodes)
	l.nodes[at].bytes, l.nodes[at].first = string(next), int32(first)
	l.nodes = append(l.nodes, make([]node, len(next))...)
	for i, c := range next {
		n := 0
		for n < len(words) && words[n][depth] == c {
			n++
		}
		l.grow(first+i, words[:n], depth+1, ends)
		words = words[n:]
	}
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
	for i := start + 1; next != 0 && i < len(text); i++ {
		at := &l.nodes[next]
		if next = l.child(at, text[i]); next == 0 {
			return
		}
		at = &l.nodes[next]
		if at.ends == 0 {
			continue
		}
		here := hit{start, i + 1}
		ends := &l.ends[at.ends]
		p.keep(ends.open, here)
		if i+1 == len(text) || !isWord(text[i+1]) || !isWord(text[i]) {
			p.keep(ends.whole, here)
		}
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
