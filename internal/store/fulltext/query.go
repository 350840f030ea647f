package fulltext

import (
	"slices"
	"strings"
	"unicode"
)

// Query is what is searched: texts that hold every phrase.
type Query struct {
	phrases [][]wanted
}

// wanted is one term of a phrase.
type wanted struct {
	term   string
	prefix bool // any term that begins with it: a single character of Chinese or Japanese
	place  int  // distance from the phrase's first term
}

// ParseQuery reads what a person wrote: words, all of which must be found; "quoted words" must stand side by side.
// What a word holds besides letters and digits parts it into words side by side: 203.0.113.7.
func ParseQuery(text string) Query {
	var q Query
	for i, piece := range strings.Split(strings.Map(straightQuote, text), `"`) {
		if i%2 == 1 {
			q.add(piece)
			continue
		}
		for _, word := range strings.FieldsFunc(piece, unicode.IsSpace) {
			q.add(word)
		}
	}
	return q
}

// straightQuote makes one of the ways to write a quotation mark.
func straightQuote(r rune) rune {
	switch r {
	case '“', '”', '„', '＂':
		return '"'
	}
	return r
}

func (q *Query) add(text string) {
	var phrase []wanted
	Terms(text, func(term []byte, place int) {
		phrase = append(phrase, wanted{term: string(term), place: place})
	})
	if phrase = dropCovered(dropNumbers(phrase)); len(phrase) > 0 {
		q.phrases = append(q.phrases, phrase)
	}
}

// dropNumbers takes out the numbers of an address, whose one term holds them all.
func dropNumbers(phrase []wanted) []wanted {
	covered := map[int]bool{}
	isAddress := func(w wanted) bool { return strings.Contains(w.term, ".") }
	for _, w := range phrase {
		for back := range 4 {
			if isAddress(w) {
				covered[w.place-back] = true
			}
		}
	}
	return slices.DeleteFunc(phrase, func(w wanted) bool { return covered[w.place] && !isAddress(w) })
}

// dropCovered takes out the last character of a run where the pair before it holds it already, for in a text the run may
// go on; where it stands alone it is a prefix.
func dropCovered(phrase []wanted) []wanted {
	var kept []wanted
	for i, w := range phrase {
		runes := []rune(w.term)
		if len(runes) != 1 || !isCJK(runes[0]) {
			kept = append(kept, w)
			continue
		}
		if i > 0 {
			before := []rune(phrase[i-1].term)
			if len(before) == 2 && isCJK(before[0]) && before[1] == runes[0] {
				continue
			}
		}
		w.prefix = true
		kept = append(kept, w)
	}
	return kept
}

// Empty tells whether nothing is searched.
func (q Query) Empty() bool { return len(q.phrases) == 0 }

// Lookup finds the postings of a term in one segment, or of all terms with the prefix.
type Lookup func(term string, prefix bool) ([][]byte, error)

// Documents lists, ascending, the documents of one segment that answer the query.
func (q Query) Documents(lookup Lookup) ([]int64, error) {
	var found []int64
	for i, phrase := range q.phrases {
		docs, err := phraseDocuments(phrase, lookup, found, i > 0)
		if err != nil || len(docs) == 0 {
			return nil, err
		}
		found = docs
	}
	return found, nil
}

// occurrences are the documents of one term and the places in each.
type occurrences interface {
	next() bool
	current() int64 // 0 before the first call of next
	appendPlaces(to []int) []int
}

func (l *list) current() int64 {
	if !l.begun {
		return 0
	}
	return l.doc
}

// phraseDocuments lists the documents in which the phrase stands, of those in among where restricted.
func phraseDocuments(phrase []wanted, lookup Lookup, among []int64, restricted bool) ([]int64, error) {
	terms := make([]occurrences, len(phrase))
	for i, w := range phrase {
		found, err := lookup(w.term, w.prefix)
		if err != nil || len(found) == 0 {
			return nil, err
		}
		if terms[i], err = openLists(found); err != nil {
			return nil, err
		}
	}
	var docs []int64
	var at matcher
	intersect(terms, among, restricted, func(doc int64) {
		if len(phrase) == 1 || at.adjacent(phrase, terms) {
			docs = append(docs, doc)
		}
	})
	return docs, nil
}

// intersect calls yield for each document that stands in all lists (and in among where restricted), all of which then
// stand at it. Documents are numbered from 1.
func intersect(terms []occurrences, among []int64, restricted bool, yield func(doc int64)) {
	for target := int64(1); ; {
		if restricted {
			for len(among) > 0 && among[0] < target {
				among = among[1:]
			}
			if len(among) == 0 {
				return
			}
			target = among[0]
		}
		reached, ok := advance(terms, target)
		if !ok {
			return
		}
		if reached == target {
			yield(target)
			reached++
		}
		target = reached
	}
}

// advance moves each list to its first document from target on and returns the furthest of these.
func advance(terms []occurrences, target int64) (reached int64, ok bool) {
	reached = target
	for _, term := range terms {
		for term.current() < target {
			if !term.next() {
				return 0, false
			}
		}
		reached = max(reached, term.current())
	}
	return reached, true
}

// matcher holds the places of a phrase's terms in one document.
type matcher struct {
	places [][]int
}

// adjacent tells whether the terms stand at their distances somewhere in the current document.
func (m *matcher) adjacent(phrase []wanted, terms []occurrences) bool {
	for len(m.places) < len(terms) {
		m.places = append(m.places, nil)
	}
	for i, term := range terms {
		m.places[i] = term.appendPlaces(m.places[i][:0])
	}
	for _, start := range m.places[0] {
		if m.standsAt(start-phrase[0].place, phrase) {
			return true
		}
	}
	return false
}

func (m *matcher) standsAt(start int, phrase []wanted) bool {
	for i := 1; i < len(phrase); i++ {
		if _, ok := slices.BinarySearch(m.places[i], start+phrase[i].place); !ok {
			return false
		}
	}
	return true
}

// openLists reads one list, or several as one.
func openLists(postings [][]byte) (occurrences, error) {
	lists := make([]list, len(postings))
	for i, each := range postings {
		var err error
		if lists[i], err = readList(each); err != nil {
			return nil, err
		}
	}
	if len(lists) == 1 {
		return &lists[0], nil
	}
	return newUnion(lists), nil
}

// union reads several lists as one. Its documents and places are decoded at once: only a single character asks for it.
type union struct {
	docs   []int64
	places map[int64][]int
	doc    int64
}

func newUnion(lists []list) *union {
	u := &union{places: map[int64][]int{}}
	for i := range lists {
		for l := &lists[i]; l.next(); {
			u.places[l.doc] = l.appendPlaces(u.places[l.doc])
		}
	}
	for doc := range u.places {
		u.docs = append(u.docs, doc)
	}
	slices.Sort(u.docs)
	return u
}

func (u *union) next() bool {
	if len(u.docs) == 0 {
		return false
	}
	u.doc, u.docs = u.docs[0], u.docs[1:]
	return true
}

func (u *union) current() int64 { return u.doc }

func (u *union) appendPlaces(to []int) []int {
	to = append(to, u.places[u.doc]...)
	slices.Sort(to)
	return to
}
