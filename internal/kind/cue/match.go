package cue

import "strings"

// hit is one place in a text at which a literal stands.
type hit struct{ start, end int }

// maxHits bounds how many places of one literal are kept; a text that says the same more often says no more.
const maxHits = 32

// keyLen is how many bytes of a literal decide where it is looked up. No literal is shorter.
const keyLen = 3

// literals finds many literals in one pass over a text. A literal that begins with a letter or digit of ASCII stands only
// at the beginning of a word, any other one anywhere, so that few places need looking at.
type literals struct {
	words   []string // by id
	open    []bool   // by id: its last word may go on ("remov*")
	ids     map[string]int
	buckets map[uint32][]int // ids by the first keyLen bytes
	known   [1 << 12]bool    // a cheap filter in front of buckets
}

func newLiterals() *literals {
	return &literals{ids: map[string]int{}, buckets: map[uint32][]int{}}
}

func slot(key uint32) uint32 { return (key * 2654435761) >> 20 } // Knuth's multiplicative hash, 12 bits

// add takes a literal in, once, and gives its id. A final "*" leaves its last word open.
func (l *literals) add(literal string) int {
	if id, ok := l.ids[literal]; ok {
		return id
	}
	word, open := strings.CutSuffix(literal, "*")
	id := len(l.words)
	l.ids[literal] = id
	l.words = append(l.words, word)
	l.open = append(l.open, open)
	key := uint32(word[0]) | uint32(word[1])<<8 | uint32(word[2])<<16
	l.buckets[key] = append(l.buckets[key], id)
	l.known[slot(key)] = true
	return id
}

// find gives the places of all literals in the text, by id, each list ascending.
func (l *literals) find(text string) map[int][]hit {
	hits := make(map[int][]hit, 64)
	wordBefore := false
	for i := 0; i+keyLen <= len(text); i++ {
		word := isWord(text[i])
		inside := word && wordBefore || text[i]&0xC0 == 0x80 // or a continuation byte of UTF-8
		wordBefore = word
		if inside {
			continue
		}
		key := uint32(text[i]) | uint32(text[i+1])<<8 | uint32(text[i+2])<<16
		if !l.known[slot(key)] {
			continue
		}
		for _, id := range l.buckets[key] {
			if l.stands(id, text, i) && len(hits[id]) < maxHits {
				hits[id] = append(hits[id], hit{i, i + len(l.words[id])})
			}
		}
	}
	return hits
}

// stands tells whether a literal is at this place, as whole words unless it is open.
func (l *literals) stands(id int, text string, at int) bool {
	word := l.words[id]
	if !strings.HasPrefix(text[at:], word) {
		return false
	}
	end := at + len(word)
	return l.open[id] || end == len(text) || !isWord(text[end]) || !isWord(text[end-1])
}

func isWord(c byte) bool { return 'a' <= c && c <= 'z' || '0' <= c && c <= '9' }
