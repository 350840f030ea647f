// Package cue finds what a mail says by the words that people use for it.
//
// A cue is one thing said ("asks to take the site down"), the topic that it speaks for, how strongly it does, and the
// patterns of words by which it is known. Cues are data: TOML files that a reader can follow, each cue with sentences in
// which it must be found and sentences in which it must not, which are run as tests. So a new wording is a line in a file.
//
// Texts are folded before they are compared (see Fold), patterns are short chains of phrases inside one sentence (see
// parsePattern), and all phrases of all cues are looked for in one pass.
package cue

import (
	"fmt"
	"io/fs"
	"slices"
	"sync"

	"github.com/BurntSushi/toml"
)

// Cue is one thing that a text may say.
type Cue struct {
	Says   string   `toml:"says"`   // in words, for the reasons of a decision
	For    string   `toml:"for"`    // the topic
	Weight int      `toml:"weight"` // how strongly it speaks for the topic
	Any    []string `toml:"any"`    // patterns
	Not    []string `toml:"not"`    // patterns that make it void in the same sentence

	Examples []string `toml:"examples"` // texts that say it
	Counter  []string `toml:"counter"`  // texts that do not

	any, not []pattern
}

// Found is a cue and where in the folded text it was found first.
type Found struct {
	*Cue
	Start, End int
	Ways       int // how many of the cue's patterns stand in the text
}

// Set is a set of cues, ready to be looked for. It is safe for concurrent use.
type Set struct {
	cues     []*Cue
	literals *literals
	begun    []int     // by the number of a phrase: the cue whose pattern it begins, -1 where it begins none
	spare    sync.Pool // of *places
}

// file is the shape of a file of cues.
type file struct {
	Lists map[string][]string `toml:"lists"` // words for {name} in the patterns of this file
	Cues  []*Cue              `toml:"cue"`
}

// Load reads the files of cues that match the glob. A key that is not known, an empty cue or a bad pattern is an error.
func Load(fsys fs.FS, glob string) (*Set, error) {
	names, err := fs.Glob(fsys, glob)
	if err != nil || len(names) == 0 {
		return nil, fmt.Errorf("no cues at %q: %v", glob, err)
	}
	s := &Set{literals: newLiterals()}
	for _, name := range names {
		var f file
		meta, err := toml.DecodeFS(fsys, name, &f)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if unknown := meta.Undecoded(); len(unknown) > 0 {
			return nil, fmt.Errorf("%s: unknown key %s", name, unknown[0])
		}
		for _, c := range f.Cues {
			if err := s.add(c, f.Lists); err != nil {
				return nil, fmt.Errorf("%s: cue %q: %w", name, c.Says, err)
			}
		}
	}
	s.literals.build()
	s.spare.New = func() any { return &places{of: make([][]hit, s.literals.count)} }
	return s, nil
}

func (s *Set) add(c *Cue, lists map[string][]string) (err error) {
	if c.Says == "" || c.For == "" || c.Weight == 0 || len(c.Any) == 0 {
		return fmt.Errorf("says, for, weight and any are needed")
	}
	if c.any, err = s.parseAll(c.Any, lists); err != nil {
		return err
	}
	if c.not, err = s.parseAll(c.Not, lists); err != nil {
		return err
	}
	index := len(s.cues)
	s.cues = append(s.cues, c)
	for _, p := range c.any {
		for len(s.begun) < s.literals.count {
			s.begun = append(s.begun, -1)
		}
		s.begun[p.phrases[0].id] = index
	}
	return nil
}

func (s *Set) parseAll(texts []string, lists map[string][]string) ([]pattern, error) {
	var all []pattern
	for _, text := range texts {
		p, err := parsePattern(text, lists, s.literals)
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, nil
}

// Cues lists the set's cues, in the order of the files.
func (s *Set) Cues() []*Cue { return s.cues }

// Find gives the cues that the text says, each once, in the order of the files.
func (s *Set) Find(t Text) []Found {
	if t.folded == "" {
		return nil
	}
	p := s.spare.Get().(*places)
	defer func() {
		p.clear()
		s.spare.Put(p)
	}()
	s.literals.find(t.folded, p)
	var candidates []int
	for _, id := range p.found {
		if id < len(s.begun) && s.begun[id] >= 0 {
			candidates = append(candidates, s.begun[id])
		}
	}
	slices.Sort(candidates)
	var found []Found
	for _, index := range slices.Compact(candidates) {
		if f, ok := s.cues[index].match(t, p.of); ok {
			found = append(found, f)
		}
	}
	return found
}

// match finds the sentences that say the cue and do not unsay it.
func (c *Cue) match(t Text, hits [][]hit) (Found, bool) {
	found := Found{Cue: c}
	for _, p := range c.any {
		at, ok := p.match(t, hits, func(at hit) bool { return !c.unsaid(t, at, hits) })
		if !ok {
			continue
		}
		if found.Ways == 0 || at.start < found.Start {
			found.Start, found.End = at.start, at.end
		}
		found.Ways++
	}
	return found, found.Ways > 0
}

func (c *Cue) unsaid(t Text, at hit, hits [][]hit) bool {
	from, to := t.sentenceStart(at.start), t.sentenceEnd(at.start)
	for _, p := range c.not {
		for _, h := range hits[p.phrases[0].id] {
			if h.start < from || h.end > to {
				continue
			}
			if _, ok := chain(p.phrases[1:], h, to, hits); ok {
				return true
			}
		}
	}
	return false
}
