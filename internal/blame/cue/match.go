package cue

// node is a step of the trie of all words. Most nodes have one child; the root has thousands, and a map of its own.
type node struct {
	keys     []rune
	children []*node
	words    []word // that end here
}

// word is one spelling of a rule.
type word struct {
	rule *Rule
	open bool // may go on with more letters: "scan*"
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

// Find gives the cues of a text in order of their place, reading at most limit bytes. Where one cue lies inside a longer
// one ("改ざん" in "改ざんされていない"), only the longer is given: a rule is excepted by writing the longer phrase.
func (v *Vocabulary) Find(text string, limit int) []Match {
	f := fold(text, limit)
	var matches []Match
	covered := 0 // runes up to here lie inside a match
	for i, r := range f.runes {
		if n := v.root[r]; n != nil && startsHere(f.runes, i) {
			var end int
			matches, end = v.longest(matches, n, &f, i, covered)
			covered = max(covered, end)
		}
	}
	return matches
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

// longest adds the matches of the longest word that starts at rune i, unless it ends inside what is covered already.
func (v *Vocabulary) longest(matches []Match, n *node, f *folded, i, covered int) ([]Match, int) {
	var best *node
	end := 0
	for j := i + 1; ; j++ {
		if len(n.words) > 0 && endsHere(n, f.runes, j) {
			best, end = n, j
		}
		if j == len(f.runes) {
			break
		}
		if n = n.child(f.runes[j]); n == nil {
			break
		}
	}
	if best == nil || end <= covered {
		return matches, 0
	}
	for _, w := range best.words {
		if w.open || wordEnds(f.runes, end) {
			matches = append(matches, Match{Rule: w.rule, Start: int(f.offsets[i]), End: int(f.ends[end-1])})
		}
	}
	return matches, end
}

func endsHere(n *node, runes []rune, end int) bool {
	if wordEnds(runes, end) {
		return true
	}
	for _, w := range n.words {
		if w.open {
			return true
		}
	}
	return false
}

func wordEnds(runes []rune, end int) bool {
	return end == len(runes) || !isAlnum(runes[end-1]) || !isAlnum(runes[end])
}
