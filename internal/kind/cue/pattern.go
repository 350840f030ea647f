package cue

import (
	"fmt"
	"slices"
	"strings"
)

// nearby is how many bytes may stand in the place of a "~" in a pattern: some ten words of English, twenty characters of
// Japanese.
const nearby = 60

// maxAlternatives bounds what the alternatives of one phrase multiply to.
const maxAlternatives = 4000

// pattern is a chain of phrases that stand in one sentence, in order.
type pattern struct {
	text    string // as written in the rule
	phrases []phrase
}

// phrase is one link of the chain.
type phrase struct {
	id  int  // its number among the literals, of which any will do
	far bool // it may stand anywhere later in the sentence, not only nearby
}

// parsePattern reads a pattern:
//
//	we have (removed|closed)   alternatives
//	{stop} ~ (please|kindly)   {stop} is a list of words; "~" lets a few words stand between, "~~" the rest of the sentence
//	remov*                     the word may go on
func parsePattern(text string, lists map[string][]string, lits *literals) (pattern, error) {
	p := pattern{text: text}
	far := false
	rest := text
	for {
		before, after, more := strings.Cut(rest, "~")
		expanded, err := expand(strings.TrimSpace(before), lists)
		if err != nil {
			return p, fmt.Errorf("pattern %q: %w", text, err)
		}
		words := make([]string, 0, len(expanded))
		for _, one := range expanded {
			literal := one
			if !isFolded(one) {
				literal = Fold(one, len(one)).folded
			}
			if len(literal) == minLiteral-1 && isWord(literal[0]) && isWord(literal[1]) {
				literal += " " // a word as short as "on"
			}
			if strings.Contains(strings.Trim(literal, "*"), "*") {
				return p, fmt.Errorf("pattern %q: a * inside %q", text, literal)
			}
			if len(strings.TrimSuffix(literal, "*")) < minLiteral {
				return p, fmt.Errorf("pattern %q: %q is too short", text, literal)
			}
			words = append(words, literal)
		}
		p.phrases = append(p.phrases, phrase{lits.add(words), far})
		if !more {
			return p, nil
		}
		rest, far = strings.CutPrefix(after, "~")
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
		return lists[name], rest, nil
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

// match finds a place at which the chain stands and that is accepted.
func (p pattern) match(t Text, hits [][]hit, accept func(hit) bool) (hit, bool) {
	for _, first := range hits[p.phrases[0].id] {
		last, ok := chain(p.phrases[1:], first, t.sentenceEnd(first.start), hits)
		if at := (hit{first.start, last}); ok && accept(at) {
			return at, true
		}
	}
	return hit{}, false
}

// chain looks for the remaining phrases behind a hit, each as early as it comes, and gives where the last one ends.
func chain(phrases []phrase, from hit, sentenceEnd int, hits [][]hit) (end int, ok bool) {
	for _, ph := range phrases {
		limit := sentenceEnd
		if !ph.far {
			limit = min(limit, from.end+nearby)
		}
		all := hits[ph.id]
		next, _ := slices.BinarySearchFunc(all, from.end, func(h hit, at int) int { return h.start - at })
		if next == len(all) || all[next].start > limit || all[next].end > sentenceEnd {
			return 0, false
		}
		from = all[next]
	}
	return from.end, true
}
