package classify

import (
	"cmp"
	"embed"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"todoke/internal/blame"
	"todoke/internal/blame/cue"
	phrases "todoke/internal/cue"
	"todoke/internal/desk"
)

// Whoever tells what happened says what was done, and to what: "copied our drawings", "図面を持ち出され". The verbs and the things
// are many, what they tell together are few. So deeds.toml lists sets of words, and deeds: sets whose words stand near each
// other in one sentence, in either order. Single words that tell a harm are cues (package cue).

// deed is what words of several sets tell together.
type deed struct {
	Sense    cue.Sense
	Value    string
	Weight   float64
	Of       []string // names of sets
	Not      string   // a set of which no word may stand nearer to the first word than the others do
	Within   int      // how far apart the words may stand, in bytes; reach where not said
	Examples []string
	Never    []string

	sets wordSets // Of
}

// deeds are all deeds, and the words in which they are told.
type deeds struct {
	list   []*deed
	number map[string]int // of a set
	things wordSets       // sets of things: of things that stand inside of one another the longest holds
	words  phrases.Phrases
}

//go:embed deeds.toml
var deedsFile embed.FS

// knownDeeds is the table that comes with the program.
var knownDeeds = sync.OnceValue(func() *deeds {
	files, err := phrases.Load[deedTable](deedsFile, "deeds.toml")
	if err == nil {
		var d *deeds
		if d, err = newDeeds(files[0]); err == nil {
			return d
		}
	}
	panic("classify: deeds.toml: " + err.Error()) // embedded: a test finds it first
})

// LoadDeeds reads the table of deeds, which is part of the program, unless it is read. It panics at a wrong one: at its start the
// program shall fail for that, not at each mail.
func LoadDeeds() { knownDeeds() }

// deedTable is the shape of deeds.toml.
type deedTable struct {
	Verbs  map[string][]string
	Things map[string][]string
	Deed   []*deed
}

func newDeeds(table deedTable) (*deeds, error) {
	if n := len(table.Verbs) + len(table.Things); n > maxSets {
		return nil, fmt.Errorf("%d sets of words: at most %d are possible", n, maxSets)
	}
	d := &deeds{list: table.Deed, number: map[string]int{}}
	for _, sets := range []map[string][]string{table.Verbs, table.Things} {
		for name, words := range sets {
			n := len(d.number)
			if _, taken := d.number[name]; taken {
				return nil, fmt.Errorf("two sets are called %s", name)
			}
			d.number[name] = n
			for _, word := range words {
				if err := d.words.Add(n, word); err != nil {
					return nil, fmt.Errorf("set %s: %w", name, err)
				}
			}
		}
	}
	for name := range table.Things {
		d.things.add(d.number[name])
	}
	d.words.Build()
	for _, one := range d.list {
		one.Within = cmp.Or(one.Within, reach)
		for _, name := range one.Of {
			n, known := d.number[name]
			if !known {
				return nil, fmt.Errorf("deed %s %s: no set %q", one.Sense, one.Value, name)
			}
			one.sets.add(n)
		}
	}
	return d, nil
}

// maxSets is how many sets of words a table may have.
const maxSets = 128

// wordSets is a choice of a table's sets of words, one bit for each.
type wordSets [maxSets / 64]uint64

func (s *wordSets) add(set int)      { s[set/64] |= 1 << (set % 64) }
func (s *wordSets) has(set int) bool { return s[set/64]>>(set%64)&1 == 1 }

// hold tells whether all sets of another choice are in this one.
func (s *wordSets) hold(others wordSets) bool {
	return others[0]&^s[0] == 0 && others[1]&^s[1] == 0
}

// act is a deed that a passage tells.
type act struct {
	*deed
	start, end int // bytes in the part's text
	words      []uttered
	supposed   bool // "may be infected machines"
}

// uttered is a word of a set and where it stands.
type uttered struct {
	set        int
	start, end int
}

// reach is how far apart, in bytes, the words of a deed may stand: some forty Japanese characters, or a dozen English words.
const reach = 120

// maxUttered bounds the words that are weighed in one passage.
const maxUttered = 48

// readDeeds finds the acts that the document tells, by passage.
func (p *proposer) readDeeds() {
	p.acts = map[int][]act{}
	known := knownDeeds()
	passage, finding := 0, 0
	for part := blame.SubjectPart; part < len(p.doc.Parts); part++ {
		var words []uttered
		text := p.ev.Folded(part)
		known.words.Find(text, func(set int, at phrases.Hit) {
			if insideKatakana(text.String(), at.Start) {
				return
			}
			start, end := text.Source(at.Start, at.End)
			if here := p.passageAt(passage, part, start); here != passage {
				p.tellActs(known, passage, words)
				passage, words = here, nil
			}
			finding = p.findingAt(finding, part, start)
			if len(words) < maxUttered && !p.inside(finding, part, start) {
				words = append(words, uttered{set, start, end})
			}
		})
		p.tellActs(known, passage, words)
	}
}

// insideKatakana tells whether a place is in the middle of a katakana word, where none starts.
func insideKatakana(text string, at int) bool {
	r, _ := utf8.DecodeRuneInString(text[at:])
	before, _ := utf8.DecodeLastRuneInString(text[:at])
	return unicode.Is(unicode.Katakana, r) && unicode.Is(unicode.Katakana, before)
}

// findingAt is the first indicator, not before the given one, that ends behind a place of a part.
func (p *proposer) findingAt(finding, part, at int) int {
	for finding < len(p.ev.Findings) {
		if f := &p.ev.Findings[finding]; f.PartIndex > part || f.PartIndex == part && f.End > at {
			break
		}
		finding++
	}
	return finding
}

// inside tells whether a place stands in an address or URL: the "login" of a URL says nothing.
func (p *proposer) inside(finding, part, at int) bool {
	if finding == len(p.ev.Findings) {
		return false
	}
	f := &p.ev.Findings[finding]
	return f.PartIndex == part && f.Start <= at && at < f.End && f.Host != ""
}

// passageAt is the passage, not before the given one, in which a place of a part stands.
func (p *proposer) passageAt(passage, part, at int) int {
	for passage < len(p.ev.Passages) {
		if ps := &p.ev.Passages[passage]; ps.PartIndex > part || ps.PartIndex == part && ps.End > at {
			break
		}
		passage++
	}
	return passage
}

// tellActs notes the acts that the words of a passage tell and that are not denied.
func (p *proposer) tellActs(known *deeds, passage int, words []uttered) {
	if len(words) < 2 || passage >= len(p.ev.Passages) || !p.ev.Passages[passage].Speaks() || p.ev.Passages[passage].Kind == blame.LogLine {
		return
	}
	for _, a := range known.told(words) {
		if !p.denies(&p.ev.Passages[passage], a) {
			a.supposed = p.supposes(&p.ev.Passages[passage], a)
			p.acts[passage] = append(p.acts[passage], a)
		}
	}
}

// whole leaves out things inside of longer ones.
func (d *deeds) whole(words []uttered) []uttered {
	kept := make([]uttered, 0, len(words))
	for _, w := range words {
		if !d.things.has(w.set) || !slices.ContainsFunc(words, func(long uttered) bool {
			return d.things.has(long.set) && long.start <= w.start && w.end <= long.end && long.end-long.start > w.end-w.start
		}) {
			kept = append(kept, w)
		}
	}
	return kept
}

// told gives the deeds whose words stand near each other, each once.
func (d *deeds) told(words []uttered) []act {
	words = d.whole(words)
	var sets wordSets
	for _, w := range words {
		sets.add(w.set)
	}
	var acts []act
	for _, one := range d.list {
		if !sets.hold(one.sets) || len(words) < len(one.Of) {
			continue
		}
		if used := d.near(one, words); used != nil {
			acts = append(acts, newAct(one, used))
		}
	}
	return acts
}

func newAct(one *deed, words []uttered) act {
	a := act{deed: one, start: words[0].start, end: words[0].end, words: words}
	for _, w := range words {
		a.start, a.end = min(a.start, w.start), max(a.end, w.end)
	}
	return a
}

// near finds words of all sets of a deed within reach of a word of its first set; nil where there are none.
func (d *deeds) near(one *deed, words []uttered) []uttered {
	for _, verb := range words {
		if verb.set != d.number[one.Of[0]] {
			continue
		}
		used, within := []uttered{verb}, 0
		for _, name := range one.Of[1:] {
			if other := nearest(words, verb, d.number[name], one.Within); other != nil {
				used, within = append(used, *other), max(within, gap(verb, *other))
			}
		}
		if len(used) == len(one.Of) && (one.Not == "" || nearest(words, verb, d.number[one.Not], within) == nil) {
			return used
		}
	}
	return nil
}

// nearest is the word of a set that stands nearest to another word, nil where none is within reach.
func nearest(words []uttered, verb uttered, set, within int) *uttered {
	var best *uttered
	away := within
	for i := range words {
		w := &words[i]
		if w.set != set || w.start < verb.end && verb.start < w.end {
			continue
		}
		if g := gap(verb, *w); g < away {
			best, away = w, g
		}
	}
	return best
}

// gap is how many bytes stand between two words.
func gap(a, b uttered) int { return max(b.start-a.end, a.start-b.end) }

// undone are the words right behind an act that was only tried, or did not happen: "ログインしようと", "認証成功は0件".
var undone = []string{"ようと", "は0", "は０", "はゼロ", "0件", "０件", "なし"}

// denies tells whether a passage says that an act was not done: behind it in Japanese, before or within it in English. A
// negation inside of its words ("never arrived") denies nothing.
func (p *proposer) denies(at *blame.Passage, a act) bool {
	text := p.ev.Text(at.PartIndex)
	if slices.ContainsFunc(undone, func(word string) bool { return strings.HasPrefix(text[a.end:], word) }) {
		return true
	}
	for _, m := range at.Cues {
		if m.Rule.Sense != cue.Outcome || m.Rule.Value != "negation" ||
			slices.ContainsFunc(a.words, func(w uttered) bool { return w.start <= m.Start && m.End <= w.end }) {
			continue
		}
		switch behind := m.Start - a.end; {
		case text[m.Start] >= 0x80:
			if (behind >= 0 || behind == -len("て") && strings.HasPrefix(text[m.Start:], "て")) && behind <= 60 && !strings.ContainsAny(text[a.end:max(a.end, m.Start)], "、。，") {
				return true
			}
		case behind < 0 && m.End > a.start-25 && !strings.ContainsAny(text[m.End:max(m.End, a.start)], ",;.()"):
			return true
		}
	}
	return false
}

// supposes tells whether an act is only supposed: a hedge stands within it, right before it in English or behind it in Japanese.
func (p *proposer) supposes(at *blame.Passage, a act) bool {
	text := p.ev.Text(at.PartIndex)
	return slices.ContainsFunc(at.Cues, func(m cue.Match) bool {
		if m.Rule.Sense != cue.Outcome || m.Rule.Value != "hedge" {
			return false
		}
		if text[m.Start] >= utf8.RuneSelf {
			return m.End > a.start && m.Start-a.end < 30 && !strings.ContainsAny(text[a.end:max(a.end, m.Start)], "、。，")
		}
		return m.Start < a.end && a.start-m.End < 25 && !strings.ContainsAny(text[m.End:max(m.End, a.start)], ",;.")
	})
}

// surveyActs weighs the harm that acts tell beside no address.
func (p *proposer) surveyActs() {
	weight := 0.5
	if p.alone {
		weight = 1.5
	}
	for _, passage := range slices.Sorted(maps.Keys(p.acts)) {
		if p.elsewhere[passage] {
			continue
		}
		for _, a := range p.acts[passage] {
			addAct(&p.commonly, a, weight)
		}
	}
}

// doubted is how much an act weighs that no plain word bears out, where plain words tell of another harm and the mail is like those
// about that: the words of an act are common ones, and may stand near each other for another reason.
const doubted = 0.3

// hearActs adds what the acts around an address's places tell of it, and less of those told beside no address.
func (p *proposer) hearActs(c *accused) {
	acts := p.actsAround(c)
	like, said := p.ev.Resembles(), p.ev.Said()
	for i, class := range desk.Classes() {
		if like != "" && said != "" && c.scores[i] <= 0 && class.Group() != like.Group() && class.Group() != said.Group() {
			acts[i] *= doubted
		}
	}
	c.scores.Plus(&acts, 1)
}

// actsAround is what acts tell of an address.
func (p *proposer) actsAround(c *accused) blame.Scores {
	scores := p.commonly
	near := map[int]float64{}
	for passage := range c.heard {
		p.ev.Around(passage, func(i int, weight float64) {
			if c.heard[i] || !p.elsewhere[i] {
				near[i] = max(near[i], weight)
			}
		})
	}
	for _, passage := range slices.Sorted(maps.Keys(near)) {
		for _, a := range p.acts[passage] {
			addAct(&scores, a, near[passage])
		}
	}
	return scores
}

// addAct adds what an act tells of harm.
func addAct(s *blame.Scores, a act, weight float64) {
	if a.Sense != cue.Harm {
		return
	}
	class := desk.Class(a.Value)
	if a.supposed {
		weight *= blame.Supposed(class)
	}
	s.Add(class, weight*a.Weight)
}
