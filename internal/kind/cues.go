package kind

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"sync"

	"todoke/internal/cue"
)

//go:embed cues/*.toml
var cueFiles embed.FS

// cues is made once. The files are part of the program and a test loads them, so that an error here is a programmer's.
var cues = sync.OnceValue(func() *cueSet {
	set, err := loadCues(cueFiles, "cues/*.toml")
	if err != nil {
		panic(fmt.Errorf("kind: %w", err))
	}
	return set
})

// said is one thing that a text may say, and how it is known.
type said struct {
	Says   string   `toml:"says"`   // in words, for the reasons of a decision
	For    string   `toml:"for"`    // the topic
	Weight int      `toml:"weight"` // how strongly it speaks for the topic
	Any    []string `toml:"any"`    // chains of phrases
	Not    []string `toml:"not"`    // chains that make it void in the same sentence

	Examples []string `toml:"examples"` // texts that say it
	Counter  []string `toml:"counter"`  // texts that do not

	any, not []chain
}

// found is a cue and where in the folded text it was found first.
type found struct {
	*said
	Start, End int
	Ways       int // how many of the cue's chains stand in the text
}

// cueSet is a set of cues, ready to be looked for. It is safe for concurrent use.
type cueSet struct {
	all     []*said
	phrases cue.Phrases
	begun   []int     // by the number of a phrase: the cue whose chain it begins, -1 where it begins none
	spare   sync.Pool // of *places
}

// cueFile is the shape of a file of cues.
type cueFile struct {
	Lists map[string][]string `toml:"lists"` // words for {name} in the chains of this file
	Cues  []*said             `toml:"cue"`
}

// loadCues reads the files of cues that match the glob. A key that is not known, an empty cue or a bad chain is an error.
func loadCues(files fs.FS, glob string) (*cueSet, error) {
	loaded, err := cue.Load[cueFile](files, glob)
	if err != nil {
		return nil, err
	}
	s := &cueSet{}
	for _, f := range loaded {
		for _, c := range f.Cues {
			if err := s.add(c, f.Lists); err != nil {
				return nil, fmt.Errorf("cue %q: %w", c.Says, err)
			}
		}
	}
	s.phrases.Build()
	s.spare.New = func() any { return &places{of: make([][]cue.Hit, len(s.begun))} }
	return s, nil
}

func (s *cueSet) add(c *said, lists map[string][]string) (err error) {
	if c.Says == "" || c.For == "" || c.Weight == 0 || len(c.Any) == 0 {
		return fmt.Errorf("says, for, weight and any are needed")
	}
	if c.any, err = s.parseAll(c.Any, lists); err != nil {
		return err
	}
	if c.not, err = s.parseAll(c.Not, lists); err != nil {
		return err
	}
	for _, chain := range c.any {
		s.begun[chain[0].phrase] = len(s.all)
	}
	s.all = append(s.all, c)
	return nil
}

func (s *cueSet) parseAll(texts []string, lists map[string][]string) ([]chain, error) {
	all := make([]chain, len(texts))
	for i, text := range texts {
		links, err := parseChain(text, lists)
		if err != nil {
			return nil, fmt.Errorf("chain %q: %w", text, err)
		}
		for j := range links {
			links[j].phrase = len(s.begun)
			s.begun = append(s.begun, -1)
			for _, spelling := range links[j].spellings {
				if err := s.phrases.Add(links[j].phrase, spelling); err != nil {
					return nil, fmt.Errorf("chain %q: %w", text, err)
				}
			}
			links[j].spellings = nil // many, and kept by the phrases
		}
		all[i] = links
	}
	return all, nil
}

// find gives the cues that the text says, each once, in the order of the files.
func (s *cueSet) find(t cue.Text) []found {
	if t.String() == "" {
		return nil
	}
	p := s.spare.Get().(*places)
	defer func() {
		p.clear()
		s.spare.Put(p)
	}()
	s.phrases.Find(t, p.keep)
	var candidates []int
	for _, phrase := range p.found {
		if s.begun[phrase] >= 0 {
			candidates = append(candidates, s.begun[phrase])
		}
	}
	slices.Sort(candidates)
	var all []found
	for _, index := range slices.Compact(candidates) {
		if f, ok := s.all[index].find(t, p.of); ok {
			all = append(all, f)
		}
	}
	return all
}

// find finds the sentences that say the cue and do not unsay it.
func (c *said) find(t cue.Text, hits [][]cue.Hit) (found, bool) {
	f := found{said: c}
	for _, chain := range c.any {
		at, ok := chain.find(t, hits, func(at cue.Hit) bool { return !c.unsaid(t, at, hits) })
		if !ok {
			continue
		}
		if f.Ways == 0 || at.Start < f.Start {
			f.Start, f.End = at.Start, at.End
		}
		f.Ways++
	}
	return f, f.Ways > 0
}

func (c *said) unsaid(t cue.Text, at cue.Hit, hits [][]cue.Hit) bool {
	from, to := t.Sentence(at.Start)
	for _, chain := range c.not {
		for _, h := range hits[chain[0].phrase] {
			if h.Start < from || h.End > to {
				continue
			}
			if _, ok := chain[1:].follow(h, to, hits); ok {
				return true
			}
		}
	}
	return false
}

// maxHits bounds how many places of one phrase are kept; a text that says the same more often says no more.
const maxHits = 64

// places are where the phrases stand in one text. They are used again for the next text.
type places struct {
	of    [][]cue.Hit // by the number of the phrase, each list ascending
	found []int       // the phrases that have any
}

func (p *places) clear() {
	for _, phrase := range p.found {
		p.of[phrase] = p.of[phrase][:0]
	}
	p.found = p.found[:0]
}

func (p *places) keep(phrase int, at cue.Hit) {
	switch len(p.of[phrase]) {
	case maxHits:
		return
	case 0:
		p.found = append(p.found, phrase)
	}
	p.of[phrase] = append(p.of[phrase], at)
}
