package publish

import (
	"fmt"
	"slices"
	"strings"

	"todoke/internal/publish/commentary"
	"todoke/internal/publish/document"
	"todoke/internal/publish/history"
)

// typeOrder is the order in which the sections of types stand; a type that is not in it follows in the order of the table.
var typeOrder = []string{"scan", "forged", "intrusion", "defacement", "phishing", "malware", "dos", "targeted", "ics", "other"}

func (c *composer) types() {
	c.heading(2, "types", "インシデントの型", "Incidents by type")
	t := document.Table{ID: "types", Caption: c.say("インシデントの型", "Incidents by type"), Unit: c.say("アドレス", "addresses"), Sum: true,
		Columns: []document.Column{{Head: c.say("型", "Type")}, {Head: c.say("アドレス", "Addresses"), Numbers: true}, {Head: c.say("割合", "Share"), Numbers: true}}}
	total := 0
	var parts []commentary.Part
	for _, row := range c.Figures.Types {
		total += row.Addresses
		parts = append(parts, commentary.Part{Name: shortName(in(c.lang, typeNames, row.Type)), N: row.Addresses})
		t.Rows = append(t.Rows, []document.Run{plain(in(c.lang, typeNames, row.Type)), number(row.Addresses, "type:"+row.Type), {}})
	}
	whole := commentary.Subject{JA: "インシデント", Counter: "アドレス", Singular: "address", Plural: "addresses"}
	c.text(commentary.Shares(c.lang, whole, total, parts))
	c.add(c.withShares(t, total), c.typesChart())
	c.lastPeriods("type-periods", c.say("最近の期ごとの型", "Types in the last periods"), c.say("アドレス", "addresses"), c.bands())
	ordered := c.orderedTypes()
	for i, typ := range ordered {
		c.typeSection(i+1, typ)
	}
	c.detailsElsewhere(ordered)
}

// detailsElsewhere adds the tables that belong to a type of the scheme jpcert-2008 where the edition's scheme has no type of that
// name, so that every edition has the same tables.
func (c *composer) detailsElsewhere(ordered []string) {
	details := []struct {
		typ  string
		name name
		add  func()
		any  bool
	}{
		{"scan", name{"スキャンのポート", "Ports of scans"}, c.ports, len(c.Figures.ScanPorts) > 0},
		{"intrusion", name{"侵入の方法とその後", "Intrusions: how and what for"}, c.intrusion, len(c.Figures.Intrusion.Ways)+len(c.Figures.Intrusion.Aftermath) > 0},
		{"phishing", name{"フィッシングのブランド", "Brands of phishing"}, c.brands, true},
	}
	for _, detail := range details {
		if detail.any && !slices.Contains(ordered, detail.typ) {
			c.heading(3, "detail-"+detail.typ, detail.name.ja, detail.name.en)
			detail.add()
		}
	}
}

// shortName is a type's name without its code in brackets.
func shortName(name string) string {
	short, _, _ := strings.Cut(name, "（")
	short, _, _ = strings.Cut(short, " (")
	return short
}

func (c composer) orderedTypes() []string {
	present := map[string]bool{}
	for _, row := range c.Figures.Types {
		present[row.Type] = true
	}
	var ordered []string
	for _, typ := range typeOrder {
		if present[typ] {
			ordered = append(ordered, typ)
			delete(present, typ)
		}
	}
	for _, row := range c.Figures.Types {
		if present[row.Type] && row.Addresses > 0 {
			ordered = append(ordered, row.Type)
		}
	}
	return ordered
}

func (c composer) typeCount(typ string) int {
	for _, row := range c.Figures.Types {
		if row.Type == typ {
			return row.Addresses
		}
	}
	return 0
}

func (c *composer) typeSection(n int, typ string) {
	title := fmt.Sprintf(c.say("（%d）%s", "(%d) %s"), n, in(c.lang, typeNames, typ))
	c.add(document.Heading{Level: 3, ID: fmt.Sprintf("type-%d", n), Text: title})
	c.text(in(c.lang, typeTexts, typ))
	c.text(c.typeTrend(typ)...)
	switch typ {
	case "scan":
		c.ports()
	case "intrusion":
		c.intrusion()
	case "phishing":
		c.brands()
	}
}

// typeTrend is the commentary on a type. Under the scheme jpcert-2008 the history knows forged mail and other only as a sum,
// which is told once, with other.
func (c composer) typeTrend(typ string) []string {
	n := c.typeCount(typ)
	subject := typeSubject(typ)
	if c.Figures.Scheme != "jpcert-2008" || typ != "forged" && typ != "other" {
		return c.trend(subject, history.Field(typ), n)
	}
	count := c.say(fmt.Sprintf("%sは%sでした。", subject.JA, subject.Of("ja", n)), fmt.Sprintf("There %s %s.", plural(n, "was", "were"), subject.Of("en", n)))
	if typ == "forged" {
		return []string{count}
	}
	both := commentary.Subject{JA: "送信者を偽ったメールとその他の合計", Counter: "アドレス", Singular: "address of the types forged and other", Plural: "addresses of the types forged and other"}
	return append([]string{count}, c.trend(both, history.ForgedAndOther, n+c.typeCount("forged"))...)
}

func (c *composer) ports() {
	t := document.Table{ID: "scan-ports", Caption: c.say("探索されたポート", "Scanned ports"), Unit: c.say("アドレス", "addresses"), Sum: true,
		Columns: []document.Column{{Head: c.say("ポート", "Port")}, {Head: c.say("サービス", "Service")}, {Head: c.say("アドレス", "Addresses"), Numbers: true}, {Head: c.say("割合", "Share"), Numbers: true}}}
	total, worms := 0, false
	for _, row := range c.Figures.ScanPorts {
		total += row.Addresses
		port := document.Run{Text: fmt.Sprintf("%d/%s", row.Port, row.Proto)}
		key := fmt.Sprintf("port:%s/%d", row.Proto, row.Port)
		if row.Port == 0 {
			port.Text, key = c.say("ポート不明", "Port not told"), "port:0"
		}
		if row.Worm {
			port.Mark, worms = "*2", true
		}
		t.Rows = append(t.Rows, []document.Run{port, plain(row.Service), number(row.Addresses, key), {}})
	}
	c.add(c.withShares(t, total))
	if worms {
		c.add(document.Note{Mark: "*2", Text: c.say("少なくとも一つの届出で、ワームの感染活動、またはワームが残した入口を使う試みと疑われるものです。",
			"In at least one report of the row the traffic is suspected to be that of a worm, or to seek a door that a worm has left.")})
	}
}

func (c *composer) intrusion() {
	ways := document.Table{ID: "intrusion-ways", Caption: c.say("入り込んだ方法", "Ways in"), Unit: c.say("アドレス", "addresses"),
		Columns: []document.Column{{Head: c.say("方法", "Way")}, {Head: c.say("アドレス", "Addresses"), Numbers: true}}}
	for _, row := range c.Figures.Intrusion.Ways {
		ways.Rows = append(ways.Rows, []document.Run{plain(in(c.lang, wayNames, row.Way)), number(row.Addresses, "way:"+row.Way)})
	}
	after := document.Table{ID: "intrusion-aftermath", Caption: c.say("入り込んだ後に行われたこと", "What was done afterwards"),
		Unit:    c.say("アドレス。一つのアドレスが複数の行に入ることがあります", "addresses; one address may stand in several rows"),
		Columns: []document.Column{{Head: c.say("内容", "Deed")}, {Head: c.say("アドレス", "Addresses"), Numbers: true}}}
	for _, row := range c.Figures.Intrusion.Aftermath {
		after.Rows = append(after.Rows, []document.Run{plain(in(c.lang, aftermathNames, row.Aftermath)), number(row.Addresses, "aftermath:"+row.Aftermath)})
	}
	for _, t := range []document.Table{ways, after} {
		if len(t.Rows) > 0 {
			c.add(t)
		}
	}
}

func (c *composer) brands() {
	t := document.Table{ID: "phishing-brands", Caption: c.say("装われたブランドの内外", "Phishing by the home of the imitated brand"), Unit: c.say("アドレス", "addresses"), Sum: true,
		Columns: []document.Column{{Head: c.say("ブランド", "Brand")}, {Head: c.say("アドレス", "Addresses"), Numbers: true}, {Head: c.say("割合", "Share"), Numbers: true}}}
	total, unknown := 0, 0
	for _, row := range c.Figures.PhishingBrands {
		total += row.Addresses
		name := document.Run{Text: in(c.lang, originNames, row.Origin)}
		if row.Origin == "unknown" {
			unknown = row.Addresses
			name.Mark = "*3"
		}
		t.Rows = append(t.Rows, []document.Run{name, number(row.Addresses, "brand:"+row.Origin), {}})
	}
	c.add(c.withShares(t, total))
	if unknown > 0 {
		c.add(document.Note{Mark: "*3", Text: c.say(
			fmt.Sprintf("%sについては、どのサービスに見せかけたものかが届出から分かりませんでした。", commentary.Count(unknown)+"アドレス"),
			fmt.Sprintf("For %s the reports do not tell which service was imitated.", counterSubjects["addresses"].Of("en", unknown)))})
	}
	c.add(c.brandsChart())
}
