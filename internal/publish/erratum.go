package publish

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"todoke/internal/count"
	"todoke/internal/publish/commentary"
	"todoke/internal/publish/document"
)

// Erratum tells how an edition differs from the one of the same period and rulebook before it.
type Erratum struct {
	Since   time.Time       `json:"since"` // when the edition before was published
	Numbers []ChangedNumber `json:"numbers"`
	Changes []Change        `json:"changes"`
}

// ChangedNumber is a figure that is another now.
type ChangedNumber struct {
	Figure string `json:"figure"` // its key
	Was    int    `json:"was"`
	Is     int    `json:"is"`
}

// Change is one thing that a counter takes in now and did not then, or the reverse.
type Change struct {
	Counter    string `json:"counter"`
	Added      bool   `json:"added"` // else removed
	Identifier string `json:"identifier"`
	Cause      string `json:"cause"` // a code, "" where none is known
	Detail     string `json:"detail"`
}

// How names the direction of a change.
func (c Change) How() string {
	if c.Added {
		return "added"
	}
	return "removed"
}

// Empty tells whether nothing is different.
func (e Erratum) Empty() bool { return len(e.Numbers)+len(e.Changes) == 0 }

// Changed lists the numbers that differ between two counts of a period, in the order of the report. A number that one of them
// does not have is zero there.
func Changed(then, now count.Figures) []ChangedNumber {
	was, is := numbers(then), numbers(now)
	keys := slices.Clone(is.keys)
	for _, key := range was.keys {
		if _, both := is.of[key]; !both {
			keys = append(keys, key)
		}
	}
	var changed []ChangedNumber
	for _, key := range keys {
		if was.of[key] != is.of[key] && !was.sums[key] && !is.sums[key] {
			changed = append(changed, ChangedNumber{key, was.of[key], is.of[key]})
		}
	}
	return changed
}

var causeNames = map[string]name{
	"imported-later": {"前の版の後に取り込んだメールによる", "told by mail that was taken in after that edition"},
	"joined":         {"ほかのものと一つにまとめた", "made a part of another"},
	"split":          {"届出を分けた", "a report was split"},
	"moved":          {"メールを別の届出に移した", "mail was moved to another report"},
	"undone":         {"以前の操作を取り消した", "an earlier operation was taken back"},
	"other-period":   {"別の期間に属することになった", "belongs to another period now"},
	"":               {"理由の記録なし", "no reason is on record"},
}

// erratum is the section that stands before all others where the edition corrects an earlier one.
func (c *composer) erratum() {
	if c.Erratum == nil {
		return
	}
	c.heading(2, "erratum", "正誤", "Erratum")
	at := c.Erratum.Since.In(c.Published.Location())
	since := c.day(at.Format(time.DateOnly)) + at.Format(" 15:04")
	c.text(fmt.Sprintf(c.say("この版は%sに公表した版に代わるものです。前の版から変わったことを次に示します。数えたものの名前は一つずつ表データ（erratum.csv）にあります。",
		"This edition takes the place of the one published on %s. What is different is told here; the table's file erratum.csv names each thing."), since))
	c.changeCauses()
	c.changedNumbers()
}

func (c *composer) changedNumbers() {
	if len(c.Erratum.Numbers) == 0 {
		c.text(c.say("数そのものに変わりはありません。", "The numbers themselves are the same."))
		return
	}
	t := document.Table{ID: "erratum-numbers", Caption: c.say("変わった数", "Numbers that changed"), Unit: c.say("各行の数", "as counted in each row"),
		Columns: []document.Column{{Head: c.say("数えたもの", "Counted")}, {Head: c.say("前の版", "Then"), Numbers: true}, {Head: c.say("この版", "Now"), Numbers: true}}}
	for _, changed := range c.Erratum.Numbers {
		t.Rows = append(t.Rows, []document.Run{plain(FigureName(c.lang, changed.Figure)), number(changed.Was, ""), number(changed.Is, "")})
	}
	c.add(t)
}

// changeCauses counts the changes of each counter by their causes.
func (c *composer) changeCauses() {
	type group struct{ counter, cause string }
	added, removed := map[group]int{}, map[group]int{}
	var groups []group
	for _, change := range c.Erratum.Changes {
		g := group{change.Counter, change.Cause}
		if added[g]+removed[g] == 0 {
			groups = append(groups, g)
		}
		if change.Added {
			added[g]++
		} else {
			removed[g]++
		}
	}
	if len(groups) == 0 {
		return
	}
	slices.SortStableFunc(groups, func(a, b group) int { return cmp.Compare(a.counter, b.counter) })
	t := document.Table{ID: "erratum-causes", Caption: c.say("変わった理由", "Why they changed"), Unit: c.say("数えたものの数", "things counted"),
		Columns: []document.Column{{Head: c.say("数えたもの", "Counted")}, {Head: c.say("理由", "Why")},
			{Head: c.say("加えた", "Added"), Numbers: true}, {Head: c.say("除いた", "Removed"), Numbers: true}}}
	for _, g := range groups {
		t.Rows = append(t.Rows, []document.Run{plain(FigureName(c.lang, g.counter)), plain(in(c.lang, causeNames, g.cause)),
			{Text: commentary.Count(added[g])}, {Text: commentary.Count(removed[g])}})
	}
	c.add(t)
}

// erratumTable names each thing that is counted otherwise.
func erratumTable(e Erratum) CSVTable {
	t := CSVTable{Name: "erratum", Header: []string{"counter", "change", "identifier", "cause", "detail"}}
	for _, change := range e.Changes {
		t.Rows = append(t.Rows, []string{change.Counter, change.How(), change.Identifier, change.Cause, change.Detail})
	}
	return t
}
