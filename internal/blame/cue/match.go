package cue

// node is a step of the trie of all words. Most nodes have one child; the root has thousands, and a map of its own.
type node struct {
	keys     []rune
	children []*node
	words    []word // that end here
}

// word is one spelling of a rule.
type word struct {
	rule  *Rule
	sense uint8
	open  bool // may go on with more letters: "scan*"
}

func (n *node) child(r rune) *node {
	for i, key := range n.keys {
		if key == r {
			return n.children[i]
		}
	}
	return nil
}

func (n *node) grow(r rune) *node {
	if c := n.child(r); c != nil {
		return c
	}
	c := &node{}
	n.keys = append(n.keys, r)
	n.children = append(n.children, c)
	return c
}

// Match is one cue in a text.
type Match struct {
	Rule       *Rule
	Start, End int // byte offsets in the text as written
}

// Find gives the cues of a text in order of their place, reading at most limit bytes. Where a cue lies inside a longer one of
// its sense, only the longer is given: a rule is excepted by writing the longer phrase. A cue of sense Nothing takes away
// all that lie inside it.
func (v *Vocabulary) Find(text string, limit int) []Match {
	s := search{text: fold(text, limit)}
	for i, r := range s.text.runes {
		if !startsHere(s.text.runes, i) {
			continue // cheaper than the map, and true of most Latin letters
		}
		if n := v.root[r]; n != nil {
			s.from(n, i)
		}
	}
	return s.matches
}

// search is one pass over a text.
type search struct {
	text    folded
	matches []Match
	covered [senses]int // by sense: up to here lies a match of it
	found   []ending    // the words that start at one place
}

// ending is a word and where it ends.
type ending struct {
	word word
	end  int
}

// from adds the words that start at rune i: of each sense the longest.
func (s *search) from(n *node, i int) {
	s.found = s.found[:0]
	runes := s.text.runes
	for j := i + 1; n != nil; j++ {
		for _, w := range n.words {
			if w.open || wordEnds(runes, j) {
				s.found = append(s.found, ending{w, j})
			}
		}
		if j == len(runes) {
			break
		}
		n = n.child(runes[j])
	}
	taken := s.covered
	for k := len(s.found) - 1; k >= 0; k-- {
		f := s.found[k]
		sense := f.word.sense
		if f.end <= max(taken[sense], taken[nothing]) || f.end < s.longest(sense) {
			continue
		}
		s.covered[sense] = max(s.covered[sense], f.end)
		if sense == nothing {
			taken[nothing] = max(taken[nothing], f.end)
		}
		s.matches = append(s.matches, Match{
			Rule: f.word.rule, Start: int(s.text.offsets[i]), End: int(s.text.ends[f.end-1]),
		})
	}
}

// longest is where the longest word of a sense ends among those that start here.
func (s *search) longest(sense uint8) int {
	end := 0
	for _, f := range s.found {
		if f.word.sense == sense {
			end = f.end
		}
	}
	return end
}

// startsHere tells whether a word may start at rune i: Latin words and katakana words start only where no letter of
// their own kind stands before (サポート is no ポート).
func startsHere(runes []rune, i int) bool {
	if i == 0 {
		return true
	}
	switch r, before := runes[i], runes[i-1]; {
	case isAlnum(r):
		return !isAlnum(before)
	case isKatakana(r):
		return !isKatakana(before)
	}
	return true
}

func wordEnds(runes []rune, end int) bool {
	return end == len(runes) || !isAlnum(runes[end-1]) || !isAlnum(runes[end])
}
