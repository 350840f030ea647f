package logline

import "sync"

// automaton finds many words in a text in one pass (Aho and Corasick, 1975).
// Letters are folded into the few classes that the words use, so that the
// table stays small.
type automaton struct {
	class [256]uint8
	width int
	next  []int32 // state*width + class
	out   [][]int32
}

func newAutomaton(words []string) *automaton {
	a := &automaton{width: 1}
	for _, w := range words {
		for i := range len(w) {
			if a.class[w[i]] == 0 {
				a.class[w[i]] = uint8(a.width)
				a.width++
			}
		}
	}
	a.addState()
	for id, w := range words {
		a.insert(w, int32(id))
	}
	a.link()
	return a
}

func (a *automaton) addState() int32 {
	a.out = append(a.out, nil)
	for range a.width {
		a.next = append(a.next, -1)
	}
	return int32(len(a.out) - 1)
}

func (a *automaton) insert(word string, id int32) {
	state := int32(0)
	for i := range len(word) {
		edge := int(state)*a.width + int(a.class[word[i]])
		if a.next[edge] < 0 {
			a.next[edge] = a.addState()
		}
		state = a.next[edge]
	}
	a.out[state] = append(a.out[state], id)
}

// link fills the missing edges with those of the longest proper suffix.
func (a *automaton) link() {
	fail := make([]int32, len(a.out))
	queue := make([]int32, 0, len(a.out))
	for c := range a.width {
		if to := a.next[c]; to > 0 {
			queue = append(queue, to)
		} else {
			a.next[c] = 0
		}
	}
	for k := 0; k < len(queue); k++ {
		state := queue[k]
		a.out[state] = append(a.out[state], a.out[fail[state]]...)
		for c := range a.width {
			edge := int(state)*a.width + c
			suffix := a.next[int(fail[state])*a.width+c]
			if to := a.next[edge]; to >= 0 {
				fail[to] = suffix
				queue = append(queue, to)
			} else {
				a.next[edge] = suffix
			}
		}
	}
}

// each calls found with the id of every word that ends somewhere in text.
func (a *automaton) each(text string, found func(id int32)) {
	state := int32(0)
	for i := range len(text) {
		state = a.next[int(state)*a.width+int(a.class[text[i]])]
		for _, id := range a.out[state] {
			found(id)
		}
	}
}

// table holds the phrases of all services and the words of the generic reading.
type table struct {
	words   *automaton
	phrases [][]*phrase // by id of the automaton
	meaning []meaning   // by id; zero for anchors of phrases
}

// findings is what one look at a message found.
type findings struct {
	phrases []*phrase
	meaning meaning
}

// lexicon is built at its first use.
var lexicon = sync.OnceValue(func() *table {
	ids := map[string]int{}
	var words []string
	t := &table{}
	id := func(word string) int {
		n, ok := ids[word]
		if !ok {
			n = len(words)
			ids[word] = n
			words = append(words, word)
			t.phrases = append(t.phrases, nil)
			t.meaning = append(t.meaning, 0)
		}
		return n
	}
	add := func(s *service, o Outcome, patterns []string) {
		for _, pattern := range patterns {
			p := compile(s, o, pattern)
			n := id(p.anchor)
			t.phrases[n] = append(t.phrases[n], p)
		}
	}
	for _, s := range services() {
		add(s, Tried, s.tried)
		add(s, Succeeded, s.succeeded)
		add(s, Neutral, s.neutral)
	}
	for m, list := range meanings {
		for _, word := range list {
			t.meaning[id(word)] |= m
		}
	}
	t.words = newAutomaton(words)
	return t
})

// maxCandidates bounds the phrases that are matched against one line.
const maxCandidates = 64

func (t *table) look(message string) findings {
	var f findings
	seen := int32(-1)
	t.words.each(message, func(id int32) {
		f.meaning |= t.meaning[id]
		if id == seen || len(f.phrases) >= maxCandidates {
			return
		}
		seen = id
		f.phrases = append(f.phrases, t.phrases[id]...)
	})
	return f
}
