package cue

import "encoding/binary"

// starts tells of most places of a text that no phrase begins there, which spares the way through the trie, whose memory is far
// away. It is a Bloom filter with one hash (Bloom, "Space/time trade-offs in hash coding", 1970) of the first bytes of the
// phrases: of as many of them as the phrase has, up to two Japanese characters, since with one begin too many.
type starts [1 << startBits / 64]uint64

// startBits is the binary logarithm of the filter's size in bits: some thousand phrases set one in twenty.
const startBits = 16

// Masks of the first six, three and two bytes; each phrase has at least two (shortest).
const (
	six   = 1<<48 - 1
	three = 1<<24 - 1
	two   = 1<<16 - 1
)

// add takes in a phrase.
func (s *starts) add(word string) {
	first := firstBytes(word)
	switch {
	case len(word) >= 6:
		first &= six
	case len(word) >= 3:
		first &= three
	default:
		first &= two
	}
	at := startHash(first)
	s[at/64] |= 1 << (at % 64)
}

// may tells whether a phrase may begin where the text does.
func (s *starts) may(text string) bool {
	first := firstBytes(text)
	return s.has(first&six) || s.has(first&three) || s.has(first&two)
}

func (s *starts) has(first uint64) bool {
	at := startHash(first)
	return s[at/64]>>(at%64)&1 == 1
}

// firstBytes are the first eight bytes of a text, as a number whose lowest byte is the first; zeros stand for those it has not.
func firstBytes(text string) uint64 {
	var bytes [8]byte
	copy(bytes[:], text)
	return binary.LittleEndian.Uint64(bytes[:])
}

// startHash spreads first bytes over the filter (Knuth's multiplicative hash, with the golden ratio).
func startHash(first uint64) uint64 { return first * 0x9E3779B97F4A7C15 >> (64 - startBits) }
