package publish

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"todoke/internal/count"
	"todoke/internal/publish/commentary"
	"todoke/internal/publish/document"
	"todoke/internal/publish/history"
)

// composer writes the report of one edition in one language.
type composer struct {
	Edition
	lang    string
	span    history.Span
	whole   bool // the period is made of whole months, so that it can be compared
	running bool // the period was not over on the day of publishing, so that it must not be compared
	series  history.Series
	doc     document.Document
}

// Compose writes the report in the language, "ja" or "en". It does not ask whether the figures hold; Write and the writers of
// single formats do.
func Compose(e Edition, lang string) document.Document {
	c := &composer{Edition: e, lang: lang, running: e.Running()}
	c.span, c.whole = history.SpanOf(e.Figures.Period)
	if c.whole {
		c.series = e.History.With(e.Figures)
	} else {
		c.series = history.Series{}.With(e.Figures)
	}
	c.head()
	c.state()
	c.erratum()
	c.overview()
	c.reporters()
	c.notices()
	c.types()
	c.inquiries()
	c.notCounted()
	c.method()
	return c.doc
}

// say chooses between the two languages.
func (c composer) say(ja, en string) string {
	if c.lang == "ja" {
		return ja
	}
	return en
}

func (c *composer) add(blocks ...document.Block) { c.doc.Blocks = append(c.doc.Blocks, blocks...) }

func (c *composer) heading(level int, id, ja, en string) {
	c.add(document.Heading{Level: level, ID: id, Text: c.say(ja, en)})
}

func (c *composer) text(sentences ...string) {
	sentences = slices.DeleteFunc(sentences, func(s string) bool { return s == "" })
	if len(sentences) > 0 {
		c.add(document.Text(c.lang, sentences...))
	}
}

// number is a figure in a table or sentence; the key leads to its rows.
func number(n int, key string) document.Run {
	return document.Run{Text: commentary.Count(n), Figure: key}
}

func plain(text string) document.Run { return document.Run{Text: text} }

func (c *composer) head() {
	p := c.Figures.Period
	c.doc.Lang = c.lang
	c.doc.Title = c.say("インシデント対応窓口 四半期報告", "Quarterly report of the incident desk")
	if !c.whole || !c.span.IsQuarter() {
		c.doc.Title = c.say("インシデント対応窓口 期間報告", "Report of the incident desk")
	}
	c.doc.Period = c.day(p.From) + c.say("から", " to ") + c.day(p.To) + c.say("まで", "")
	c.doc.Desk = c.say(c.Desk.NameJA, c.Desk.NameEN)
	day := c.day(c.Published.Format(time.DateOnly))
	c.doc.Date = c.say("公表日 ", "Published ") + day
	if c.Preliminary {
		c.doc.Date = c.say("集計 ", "Counted ") + day + c.Published.Format(" 15:04") + c.say("（公表前）", ", not published")
	}
}

// state says before all else what keeps the figures from being final.
func (c *composer) state() {
	if c.Preliminary {
		c.text(c.say("【暫定】公表した版ではありません。いま数えた数で、今後変わることがあります。", "Preliminary: these figures were counted just now and are not published. They may change."))
	}
	if c.running {
		c.text(c.say("【途中】期間がまだ終わっていません。数は途中までのものです。", "Unfinished: the period is not over, and the figures are those so far."))
	}
}

// day writes a day of the form YYYY-MM-DD in words.
func (c composer) day(iso string) string {
	t, err := time.Parse(time.DateOnly, iso)
	if err != nil {
		return iso
	}
	if c.lang == "ja" {
		return fmt.Sprintf("%d年%d月%d日", t.Year(), int(t.Month()), t.Day())
	}
	return t.Format("2 January 2006")
}

// trend is the commentary on one figure, or nothing where the period cannot be compared.
func (c composer) trend(subject commentary.Subject, field history.Field, now int) []string {
	if !c.whole || c.running {
		return nil
	}
	return commentary.Measure{Subject: subject, Field: field, Now: now, Span: c.span, Series: c.series}.Sentences(c.lang)
}

func (c *composer) overview() {
	k := c.Figures.Counters
	c.heading(2, "overview", "概況", "Overview")
	c.add(c.summary(k))
	c.add(c.countersTable(k))
	c.add(document.Note{Mark: "*1", Text: c.say(
		"一つの事案を複数の人が伝えることも、同じ人が続けて伝えることもあります。事案ごとにまとめたものが届出、届いた一通ごとに数えたものがメールとファクスです。",
		"One matter may be told by several people, and by one person more than once. Reports count matters; messages count each mail or fax that came.")})
	c.text(c.trend(counterSubjects["reports"], history.Reports, k.Reports)...)
	if k.Incidents != nil { // this rulebook counts reports as they come
		c.text(c.trend(counterSubjects["messages"], history.Messages, k.Messages)...)
	}
	switch {
	case c.running:
		c.text(c.say("期間がまだ終わっていないため、以前の期とは比較していません。", "The period is not over, so it is not compared with earlier ones."))
	case !c.whole:
		c.text(c.say("期間が月の初めから終わりまでにそろわないため、以前の期とは比較していません。", "The period does not consist of whole months, so it is not compared with earlier ones."))
	}
	c.add(c.countersChart())
	c.lastPeriods("periods", c.say("最近の期ごとの数", "The last periods"), c.say("件。メールは通、アドレスはアドレス", "as the column heads say"), []line{
		{c.say("届出", "Reports"), history.Reports},
		{c.say("メール", "Messages"), history.Messages},
		{c.say("アドレス", "Addresses"), history.Addresses},
		{c.say("通知連絡", "Notices"), history.Notices},
		{c.say("問い合わせ", "Inquiries"), history.Inquiries},
	})
}

// lastPeriods adds a table of the periods that the charts show, for editions without charts and readers who want numbers. It
// is left out where there is nothing before the report's own period.
func (c *composer) lastPeriods(id, caption, unit string, lines []line) {
	if !c.trendShown() {
		return
	}
	t := document.Table{ID: id, Caption: caption, Unit: unit + c.say("。–は数値なし", "; – where there are no figures"),
		Columns: []document.Column{{Head: c.say("期間", "Period")}}}
	for _, l := range lines {
		t.Columns = append(t.Columns, document.Column{Head: l.name, Numbers: true})
	}
	for i := range windowSpans {
		span := c.span.Back(windowSpans - 1 - i)
		row := []document.Run{plain(span.Label())}
		for _, l := range lines {
			cell := plain("–")
			if n, known := c.series.Sum(span, l.field); known {
				cell = number(n, "")
			}
			row = append(row, cell)
		}
		t.Rows = append(t.Rows, row)
	}
	c.add(t)
}

func (c *composer) summary(k count.Counters) document.Paragraph {
	messages := document.Run{Text: commentary.Count(k.Messages) + c.say("通", ""), Figure: "messages", Mark: "*1"}
	addresses := number(k.Addresses, "addresses")
	if c.lang == "ja" {
		return document.Paragraph{Runs: []document.Run{
			plain("この期間に受け付けた届出は"), number(k.Reports, "reports"), plain("件です。届出を伝えるメールとファクスは延べ"), messages,
			plain("で、届け出られたインシデントをアドレスごとに数えると"), addresses, plain("アドレスになります。関係先への通知連絡は"),
			number(k.Notices, "notices"), plain("件、届出ではない問い合わせは"), number(k.Inquiries, "inquiries"), plain("件でした。")}}
	}
	return document.Paragraph{Runs: []document.Run{
		plain("In this period the desk took in "), number(k.Reports, "reports"), plain(plural(k.Reports, " report", " reports") + ". They came in "),
		messages, plain(plural(k.Messages, " message", " messages") + " and tell of incidents on "), addresses,
		plain(plural(k.Addresses, " address", " addresses") + ". "), number(k.Notices, "notices"),
		plain(plural(k.Notices, " notice was", " notices were") + " sent to those who can act, and "), number(k.Inquiries, "inquiries"),
		plain(plural(k.Inquiries, " inquiry was", " inquiries were") + " no report.")}}
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

func (c *composer) countersTable(k count.Counters) document.Table {
	unit := func(ja, en string) document.Run { return plain(c.say(ja, en)) }
	row := func(ja, en string, n int, key, unitJA, unitEN string) []document.Run {
		return []document.Run{plain(c.say(ja, en)), number(n, key), unit(unitJA, unitEN)}
	}
	t := document.Table{ID: "counters", Caption: c.say("この期間の数", "The period in numbers"), Unit: c.say("行ごとに示す", "as told in each row"),
		Columns: []document.Column{{Head: c.say("数えたもの", "Counted")}, {Head: c.say("数", "Number"), Numbers: true}, {Head: c.say("単位", "Unit")}},
		Rows: [][]document.Run{
			row("届出", "Reports", k.Reports, "reports", "件", "matters"),
			row("届出のメールとファクス（延べ）", "Messages of reports", k.Messages, "messages", "通", "mails and faxes"),
			row("インシデント（アドレスと害の種類ごと）", "Incidents, by address and kind of harm", k.Addresses, "addresses", "アドレス", "addresses"),
			row("うち異なるアドレス", "Distinct addresses among them", k.DistinctAddresses, "distinct_addresses", "アドレス", "addresses"),
			row("通知連絡", "Notices", k.Notices, "notices", "件", "notices sent"),
			row("問い合わせ", "Inquiries", k.Inquiries, "inquiries", "件", "threads"),
		}}
	if k.Incidents != nil {
		t.Rows = append(t.Rows, row("インシデント件数", "Incidents", *k.Incidents, "incidents", "件", "incidents"))
	}
	if k.Requests != nil {
		t.Rows = append(t.Rows, row("調整件数", "Requests to act", *k.Requests, "requests", "件", "one a party and incident"))
	}
	return t
}

// shownTLDs is how many top-level domains have a row of their own; where the last of them is tied, up to maxShownTLDs.
const (
	shownTLDs    = 5
	maxShownTLDs = 12
)

func (c *composer) reporters() {
	c.heading(2, "reporters", "届出者のトップレベルドメイン", "Top-level domains of the reporters")
	c.text(c.say("届出者のメールアドレスをトップレベルドメインで分けたものです。攻撃元の所在を示すものではありません。すべての行は表データ（CSV）にあります。",
		"Reports by the top-level domain of the reporter's mail address. The table says nothing about where attacks come from. All rows are in the table's CSV file."))
	t := document.Table{ID: "reporter-tlds", Caption: c.say("届出者のトップレベルドメイン", "Reports by the reporter's top-level domain"), Unit: c.say("件", "reports"), Sum: true,
		Columns: []document.Column{{Head: c.say("ドメイン", "Domain")}, {Head: c.say("届出", "Reports"), Numbers: true}, {Head: c.say("割合", "Share"), Numbers: true}}}
	shown, total, rest := 0, 0, 0
	var without *count.TLDRow
	last := 0
	for _, row := range c.Figures.ReporterTLDs {
		total += row.Reports
		switch {
		case row.TLD == "":
			without = &row
		case shown < shownTLDs || row.Reports == last && shown < maxShownTLDs && tiesFit(c.Figures.ReporterTLDs, last):
			shown, last = shown+1, row.Reports
			t.Rows = append(t.Rows, []document.Run{plain("." + row.TLD), number(row.Reports, "tld:"+row.TLD), {}})
		default:
			rest += row.Reports
		}
	}
	if rest > 0 {
		others := len(c.Figures.ReporterTLDs) - shown
		if without != nil {
			others--
		}
		t.Rows = append(t.Rows, []document.Run{plain(fmt.Sprintf(c.say("その他（%dドメイン）", "Others (%d domains)"), others)), number(rest, ""), {}})
	}
	if without != nil {
		t.Rows = append(t.Rows, []document.Run{plain(c.say("メールドメインなし（ファクスなど）", "No mail domain (fax and the like)")), number(without.Reports, "tld:"), {}})
	}
	c.add(c.withShares(t, total))
}

// tiesFit tells whether all rows with n or more fit among those shown, so that no row is left out for its letter.
func tiesFit(rows []count.TLDRow, n int) bool {
	fit := 0
	for _, row := range rows {
		if row.TLD != "" && row.Reports >= n {
			fit++
		}
	}
	return fit <= maxShownTLDs
}

// withShares fills the last column with each row's share of the total, and adds the row of the sum.
func (c composer) withShares(t document.Table, total int) document.Table {
	last := len(t.Columns) - 1
	for _, row := range t.Rows {
		n, _ := strconv.Atoi(strings.ReplaceAll(row[last-1].Text, ",", ""))
		row[last].Text = commentary.Percent(n, total)
	}
	sum := make([]document.Run, len(t.Columns))
	sum[0], sum[last-1] = plain(c.say("合計", "Total")), number(total, "")
	t.Rows = append(t.Rows, sum)
	return t
}

func (c *composer) notices() {
	c.heading(2, "notices", "通知連絡", "Notices")
	c.text(c.say("害を止められる立場にある人、たとえばサイトの管理者、接続事業者、協力組織に、対応を求めて送ったものです。一通を一件と数えます。",
		"Requests to act, sent to those who can put a stop to the harm: owners of sites, providers, partner teams. Each one sent to one party counts once."))
	c.text(c.trend(counterSubjects["notices"], history.Notices, c.Figures.Counters.Notices)...)
	if requests := c.Figures.Counters.Requests; requests != nil {
		c.text(c.trend(counterSubjects["requests"], history.Requests, *requests)...)
	}
}

func (c *composer) inquiries() {
	k := c.Figures.Counters
	c.heading(2, "inquiries", "届出ではない問い合わせ", "Inquiries that are no report")
	c.text(c.say("質問や相談など、対応すべきインシデントの届出ではないものです。やり取りの数で数え、届出の数には含めていません。",
		"Questions and requests for advice that tell of no incident to act on. They are counted by thread and are not among the reports."))
	c.add(document.Paragraph{Runs: []document.Run{plain(c.say("この期間は", "In this period: ")), number(k.Inquiries, "inquiries"), plain(c.say("件でした。", "."))}})
	if _, known := c.series.Sum(c.span.Back(1), history.Inquiries); known && c.whole {
		c.text(c.trend(counterSubjects["inquiries"], history.Inquiries, k.Inquiries)...)
	}
}

func (c *composer) notCounted() {
	c.heading(2, "not-counted", "数えていないもの", "What is not counted")
	c.text(c.say("次のメールは窓口に届いたか窓口から出たものですが、上のメールとファクスの数には入れていません。",
		"The following mail came to the desk or left it, but is not among the messages above."))
	t := document.Table{ID: "not-counted", Caption: c.say("数えていないメール", "Mail that is not counted"), Unit: c.say("通", "messages"), Sum: true,
		Columns: []document.Column{{Head: c.say("種類", "Kind")}, {Head: c.say("通", "Messages"), Numbers: true}}}
	total := 0
	for _, kind := range sortedKeys(c.Figures.NotCounted) {
		n := c.Figures.NotCounted[kind]
		total += n
		t.Rows = append(t.Rows, []document.Run{plain(in(c.lang, kindNames, kind)), number(n, "not-counted:"+kind)})
	}
	t.Rows = append(t.Rows, []document.Run{plain(c.say("合計", "Total")), number(total, "")})
	c.add(t)
}

func sortedKeys(counts map[string]int) []string {
	var keys []string
	for key := range counts {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b string) int {
		if counts[a] != counts[b] {
			return counts[b] - counts[a]
		}
		return strings.Compare(a, b)
	})
	return keys
}

func (c *composer) method() {
	f := c.Figures
	c.heading(2, "method", "数え方", "How it was counted")
	c.text(fmt.Sprintf(c.say("数え方の規則は%s第%d版、型の体系は%s、期間の区切りは%sの時刻です。", "Rulebook %s, version %d; scheme of types %s; the period's edges are in the time of %s."),
		f.Rulebook.Name, f.Rulebook.Version, f.Scheme, f.Period.Zone), c.asOf())
	c.unconfirmed()
	c.text(commentary.Rounding(c.lang))
	if c.historyShown() {
		c.text(fmt.Sprintf(c.say("図と比較にある以前の期の数のうち、当窓口が数えていないものは%sを引いたものです。数え方の細部は異なることがあります。",
			"Of the earlier figures in charts and comparisons, those not counted by this desk are %s. Their counting may differ in detail."), c.historySource()))
	}
	c.identities()
}

// unconfirmed tells what is counted with a reservation.
func (c *composer) unconfirmed() {
	f := c.Figures
	reports, addresses := number(f.Unconfirmed.Reports, "unconfirmed:reports"), number(f.Unconfirmed.Addresses, "unconfirmed:addresses")
	without := number(f.ReportsWithoutIncident, "reports_without_incident")
	runs := []document.Run{plain("Not yet confirmed by a handler: "), reports, plain(" reports and "), addresses,
		plain(" addresses. Reports with nobody at fault, and so without an incident: "), without, plain(".")}
	if c.lang == "ja" {
		runs = []document.Run{plain("担当者がまだ確認していないものは、届出"), reports, plain("件、アドレス"), addresses,
			plain("です。害のもとが分からず、インシデントのない届出は"), without, plain("件です。")}
	}
	c.add(document.Paragraph{Runs: runs})
}

func (c composer) asOf() string {
	if c.Figures.AsOf == nil {
		return ""
	}
	t := *c.Figures.AsOf
	if zone, err := time.LoadLocation(c.Figures.Period.Zone); err == nil {
		t = t.In(zone)
	}
	return fmt.Sprintf(c.say("数えた最も新しい事実は%sのものです。", "The newest fact counted is of %s."), t.Format("2006-01-02 15:04:05 -07:00"))
}

func (c *composer) identities() {
	if len(c.Figures.Identities) == 0 {
		return
	}
	c.text(c.say("次の二つの数は別々に求めたもので、一致しなければ公表しません。", "The two numbers of each row were found in different ways; unless they agree nothing is published."))
	t := document.Table{ID: "identities", Caption: c.say("検算", "Sums that must hold"), Unit: c.say("各行の数", "as counted in each row"),
		Columns: []document.Column{{Head: c.say("検算", "Sum")}, {Head: c.say("表の合計", "Tables"), Numbers: true}, {Head: c.say("元の行の数", "Rows"), Numbers: true}}}
	for _, i := range c.Figures.Identities {
		t.Rows = append(t.Rows, []document.Run{plain(i.Name), number(i.Left, ""), number(i.Right, "")})
	}
	c.add(t)
}
