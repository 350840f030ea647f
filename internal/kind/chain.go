package kind

import (
	"fmt"
	"slices"
	"strings"

	"todoke/internal/cue"
)

// nearby is how many bytes may stand in the place of a "~" in a chain: some ten words of English, twenty characters of
// Japanese.
const nearby = 60

// maxAlternatives bounds what the alternatives of one phrase multiply to.
const maxAlternatives = 4000

// chain is a row of phrases that stand in one sentence, in order.
type chain []link

// link is one phrase of a chain.
type link struct {
	spellings []string // of which any will do
	phrase    int      // its number among all phrases
	far       bool     // it may stand anywhere later in the sentence, not only nearby
}

// parseChain reads a chain:
//
//	we have (removed|closed)   alternatives
//	{stop} ~ (please|kindly)   {stop} is a list of words; "~" lets a few words stand between, "~~" the rest of the sentence
//	remov*                     the word may go on
func parseChain(text string, lists map[string][]string) (chain, error) {
	var c chain
	far := false
	for {
		before, after, more := strings.Cut(text, "~")
		spellings, err := expand(strings.TrimSpace(before), lists)
		if err != nil {
			return nil, err
		}
		for _, spelling := range spellings {
			if strings.Contains(strings.Trim(spelling, "*"), "*") {
				return nil, fmt.Errorf("a * inside %q", spelling)
			}
		}
		c = append(c, link{spellings: spellings, far: far})
		if !more {
			return c, nil
		}
		text, far = strings.CutPrefix(after, "~")
	}
}

// expand multiplies the alternatives of a phrase out. They may nest.
func expand(s string, lists map[string][]string) ([]string, error) {
	open := strings.IndexAny(s, "({")
	if open < 0 {
		return []string{s}, nil
	}
	choices, rest, err := alternatives(s[open:], lists)
	if err != nil {
		return nil, err
	}
	tails, err := expand(rest, lists)
	if err != nil {
		return nil, err
	}
	if len(choices)*len(tails) > maxAlternatives {
		return nil, fmt.Errorf("more than %d alternatives", maxAlternatives)
	}
	if open == 0 && rest == "" {
		return choices, nil
	}
	all := make([]string, 0, len(choices)*len(tails))
	for _, choice := range choices {
		for _, tail := range tails {
			all = append(all, s[:open]+choice+tail)
		}
	}
	return all, nil
}

// alternatives reads the group at the beginning of s, and gives what follows it too.
func alternatives(s string, lists map[string][]string) (choices []string, rest string, err error) {
	if s[0] == '{' {
		name, rest, ok := strings.Cut(s[1:], "}")
		if !ok || lists[name] == nil {
			return nil, "", fmt.Errorf("no list %q", name)
		}
		for _, each := range lists[name] {
			inner, err := expand(each, lists)
			if err != nil {
				return nil, "", err
			}
			choices = append(choices, inner...)
		}
		return choices, rest, nil
	}
	depth, start := 0, 1
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '(':
			depth++
		case ')':
			depth--
		}
		if depth > 1 || depth == 1 && s[i] != '|' {
			continue
		}
		inner, err := expand(s[start:i], lists)
		if err != nil {
			return nil, "", err
		}
		choices = append(choices, inner...)
		start = i + 1
		if depth == 0 {
			return choices, s[i+1:], nil
		}
	}
	return nil, "", fmt.Errorf("a bracket is not closed in %q", s)
}

// find finds a place at which the chain stands and that is accepted.
func (c chain) find(t cue.Text, hits [][]cue.Hit, accept func(cue.Hit) bool) (cue.Hit, bool) {
	for _, first := range hits[c[0].phrase] {
		_, sentenceEnd := t.Sentence(first.Start)
		end, ok := c[1:].follow(first, sentenceEnd, hits)
		if at := (cue.Hit{Start: first.Start, End: end}); ok && accept(at) {
			return at, true
		}
	}
	return cue.Hit{}, false
}

// follow looks for the chain's phrases behind a hit, each as early as it comes, and gives where the last one ends.
func (c chain) follow(from cue.Hit, sentenceEnd int, hits [][]cue.Hit) (end int, ok bool) {
	for _, link := range c {
		limit := sentenceEnd
		if !link.far {
			limit = min(limit, from.End+nearby)
		}
		all := hits[link.phrase]
		next, _ := slices.BinarySearchFunc(all, from.End, func(h cue.Hit, at int) int { return h.Start - at })
		if next == len(all) || all[next].Start > limit || all[next].End > sentenceEnd {
			return 0, false
		}
		from = all[next]
	}
	return from.End, true
}
