// Package cue finds the words by which reporters tell what happened.
//
// "攻撃元", "is attacking us", "改ざん", "phishing page", "22番ポート", "ログインには成功していない": each is a cue, and each
// cue has a sense (a role, a harm, a service, an outcome …). Cues are data: the files of the folder rules list
// them in Japanese and English, every rule with sentences in which it must be found and sentences in which it must not;
// the tests run them. All cues of all rules are found in one pass over a text (see Find), so that more rules cost
// no more time.
//
// What a cue means for an address is decided by its readers: package blame takes roles from cues, package classify harms.
package cue

import (
	"embed"
	"fmt"
	"sync"

	"github.com/BurntSushi/toml"
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
	Rules []*Rule
	root  map[rune]*node
}

// New gives a vocabulary without rules.
func New() *Vocabulary { return &Vocabulary{root: map[rune]*node{}} }

//go:embed rules/*.toml
var files embed.FS

// Default is the vocabulary of the files in folder rules.
var Default = sync.OnceValue(func() *Vocabulary {
	v := New()
	entries, err := files.ReadDir("rules")
	if err != nil {
		panic(err) // embedded: cannot fail
	}
	for _, entry := range entries {
		text, err := files.ReadFile("rules/" + entry.Name())
		if err != nil {
			panic(err)
		}
		if err := v.Add(string(text)); err != nil {
			panic(fmt.Sprintf("cue: %s: %v", entry.Name(), err)) // embedded: a test finds it first
		}
	}
	return v
})

// Add takes in the rules of one file.
func (v *Vocabulary) Add(text string) error {
	var file struct{ Rule []*Rule }
	meta, err := toml.Decode(text, &file)
	if err != nil {
		return fmt.Errorf("reading rules: %w", err)
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		return fmt.Errorf("reading rules: unknown key %s", unknown[0])
	}
	for _, rule := range file.Rule {
		v.AddRule(rule)
	}
	return nil
}

// AddRule takes in one rule. It is not for use while others read.
func (v *Vocabulary) AddRule(rule *Rule) {
	v.Rules = append(v.Rules, rule)
	for _, spelling := range rule.Words {
		open := false
		if n := len(spelling); n > 1 && spelling[n-1] == '*' {
			open, spelling = true, spelling[:n-1]
		}
		runes := fold(spelling, len(spelling)).runes
		if len(runes) == 0 {
			continue
		}
		n := v.root[runes[0]]
		if n == nil {
			n = &node{}
			v.root[runes[0]] = n
		}
		for _, r := range runes[1:] {
			n = n.grow(r)
		}
		n.words = append(n.words, word{rule, senseNumber(rule.Sense), open})
	}
}

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
