// Package cue keeps the words by which reporters tell what an address is and what harm it does.
//
// "攻撃元", "is attacking us", "改ざん", "phishing page", "22番ポート", "ログインには成功していない": each is a cue, and each
// cue has a sense (a role, a harm, a service, an outcome …). The files of the folder rules list them in Japanese and English.
// How they are looked for, see todoke/internal/cue.
//
// What a cue means for an address is decided by its readers: package blame takes roles from cues, package classify harms.
package cue

import (
	"embed"
	"fmt"
	"sync"

	"todoke/internal/cue"
)

// Sense says what kind of thing a cue tells.
type Sense string

// The senses. The value of a rule is said beside each.
const (
	Role      Sense = "role"      // what an address near it is: source, target, own, legit, reference …
	Harm      Sense = "harm"      // a class of the contract
	Service   Sense = "service"   // "ssh 22/tcp": a service or port that is told
	Outcome   Sense = "outcome"   // success, failure, negation, hedge
	Worm      Sense = "worm"      // a worm or bot is at work
	Way       Sense = "way"       // a way into a system
	Aftermath Sense = "aftermath" // what was done in a system
	Brand     Sense = "brand"     // the reporter's own brand is imitated
	Nothing   Sense = "nothing"   // a longer phrase that takes its words from other rules
)

// Rule is one thing to say and all the ways of saying it.
type Rule struct {
	Name   string
	Sense  Sense
	Value  string
	Weight float64 // of a harm: 1 suggests it, 3 names it
	Words  []string

	Examples []string // texts in which the rule must be found
	Never    []string // texts in which it must not
}

// Vocabulary is a set of rules, ready to be looked for. It is safe for use by many readers at once.
type Vocabulary struct {
	Rules   []*Rule
	senses  []uint8 // by the number of a rule
	phrases cue.Phrases
}

// New makes a vocabulary of rules.
func New(rules []*Rule) (*Vocabulary, error) {
	v := &Vocabulary{Rules: rules, senses: make([]uint8, len(rules))}
	for i, rule := range rules {
		v.senses[i] = senseNumber(rule.Sense)
		for _, word := range rule.Words {
			if err := v.phrases.Add(i, word); err != nil {
				return nil, fmt.Errorf("rule %q: %w", rule.Name, err)
			}
		}
	}
	v.phrases.Build()
	return v, nil
}

//go:embed rules/*.toml
var files embed.FS

// file is the shape of a file of rules.
type file struct{ Rule []*Rule }

// Default is the vocabulary of the files in folder rules. They are part of the program and a test loads them, so that an
// error here is a programmer's.
var Default = sync.OnceValue(func() *Vocabulary {
	loaded, err := cue.Load[file](files, "rules/*.toml")
	if err != nil {
		panic(fmt.Errorf("blame/cue: %w", err))
	}
	var rules []*Rule
	for _, f := range loaded {
		rules = append(rules, f.Rule...)
	}
	v, err := New(rules)
	if err != nil {
		panic(fmt.Errorf("blame/cue: %w", err))
	}
	return v
})

// senses is how many kinds of cue are told apart when they lie inside one another.
const senses = 9

const nothing = 0

// senseNumber numbers the senses; those of other vocabularies (brands) share the last number.
func senseNumber(s Sense) uint8 {
	switch s {
	case Nothing:
		return nothing
	case Role:
		return 1
	case Harm:
		return 2
	case Service:
		return 3
	case Outcome:
		return 4
	case Worm:
		return 5
	case Way:
		return 6
	case Aftermath:
		return 7
	}
	return 8
}
