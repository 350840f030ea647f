package publish

import (
	"fmt"
	"slices"
	"time"

	"todoke/internal/count"
	"todoke/internal/publish/chart"
	"todoke/internal/publish/document"
	"todoke/internal/publish/history"
)

// windowMonths is how far the monthly charts look back: eight quarters.
const windowMonths = 24

// windowSpans is how many periods of the report's own length the chart of brands shows.
const windowSpans = 8

// window returns the months of the monthly charts, oldest first, and the column at which the report's period begins. A
// period that is not made of whole months stands alone.
func (c composer) window() (months []history.Month, own int) {
	if !c.whole {
		for _, row := range c.Figures.Months {
			if month, err := history.ParseMonth(row.Month); err == nil {
				months = append(months, month)
			}
		}
		return months, 0
	}
	n := max(windowMonths, c.span.Months)
	for i := range n {
		months = append(months, c.span.Last().Add(i-n+1))
	}
	return months, n - c.span.Months
}

func (c composer) monthly(kind chart.Kind, title, desc, unit string, lines []line) chart.Chart {
	months, own := c.window()
	drawn := chart.Chart{Kind: kind, Title: title, Desc: desc, Unit: unit, Lang: c.lang, NoData: c.noData(),
		Marked: chart.Mark{From: own, To: len(months) - 1, Label: c.markLabel()}}
	year := 0
	for i, month := range months {
		drawn.Columns = append(drawn.Columns, month.String())
		if i%3 == 0 || len(months) < 12 {
			tick := chart.Tick{From: i, Label: c.monthLabel(month)}
			if month.Year != year {
				tick.Year, year = fmt.Sprint(month.Year), month.Year
			}
			drawn.Ticks = append(drawn.Ticks, tick)
		}
	}
	for _, l := range lines {
		series := chart.Series{Name: l.name}
		for _, month := range months {
			n, known := c.series.Value(month, l.field)
			series.Values = append(series.Values, chart.Value{N: n, Known: known && c.begun(month)})
		}
		drawn.Series = append(drawn.Series, series)
	}
	return drawn
}

// line is one series of a monthly chart.
type line struct {
	name  string
	field history.Field
}

func (c composer) monthLabel(m history.Month) string {
	if c.lang == "ja" {
		return fmt.Sprintf("%d月", int(m.Month))
	}
	return time.Month(m.Month).String()[:3]
}

func (c composer) noData() string { return c.say("数値なし", "no figures") }

func (c composer) markLabel() string {
	if c.running {
		return c.say("今期（途中）", "this period, so far")
	}
	return c.say("今期", "this period")
}

// countersChart is the first figure: the five counters by month.
func (c composer) countersChart() document.Chart {
	drawn := c.monthly(chart.Lines,
		c.say("月別の届出、メールとファクス、アドレス、通知連絡、問い合わせ", "Reports, messages, addresses, notices and inquiries by month"),
		c.chartDesc(c.say("月ごとの数を線で示す。", "Numbers by month, as lines.")), c.say("数", "count"),
		[]line{
			{c.say("届出（件）", "reports"), history.Reports},
			{c.say("通知連絡（件）", "notices"), history.Notices},
			{c.say("メール・ファクス（通）", "messages"), history.Messages},
			{c.say("アドレス", "addresses"), history.Addresses},
			{c.say("問い合わせ（件）", "inquiries"), history.Inquiries},
		})
	return document.Chart{Number: 1, Chart: drawn, Notes: c.chartNotes()}
}

// typesChart is the second figure: addresses by type and month. Its bands are those that a history can tell apart.
func (c composer) typesChart() document.Chart {
	drawn := c.monthly(chart.Stack, c.say("月別のインシデントの型", "Incidents by type and month"),
		c.chartDesc(c.say("月ごとの積み上げ棒。", "Stacked bars by month.")), c.say("アドレス", "addresses"), c.bands())
	notes := c.chartNotes()
	if c.Figures.Scheme == "jpcert-2008" && c.historyShown() {
		notes = append(notes, c.say("過去の統計では forged を other から分けられないため、図では全期間を通じて両者を合わせて示します。表では分けています。",
			"The earlier figures do not tell forged mail apart from other, so the chart shows the two as one band throughout; the table tells them apart."))
	}
	return document.Chart{Number: 2, Chart: drawn, Notes: notes}
}

// bands are the series of the types chart under the edition's scheme. For a scheme without history they are the largest
// types, as many as can be told apart.
func (c composer) bands() []line {
	switch c.Figures.Scheme {
	case "jpcert-2008":
		return []line{
			{"scan", history.Scan}, {"forged + other", history.ForgedAndOther},
			{"phishing", history.Phishing}, {"intrusion", history.Intrusion}}
	case "jpcert-2010":
		return []line{
			{"scan", history.Scan}, {"defacement", history.Defacement}, {"phishing", history.Phishing},
			{"malware", history.Malware}, {"dos + targeted + ics + other", history.Rest}}
	}
	var lines []line
	for _, row := range c.Figures.Types[:min(chart.Tones, len(c.Figures.Types))] {
		lines = append(lines, line{row.Type, history.Field(row.Type)})
	}
	return lines
}

// brandsChart is the third figure: phishing by the home of the imitated brand, one bar a period of the report's length.
func (c composer) brandsChart() document.Chart {
	drawn := chart.Chart{Kind: chart.Stack, Lang: c.lang, Unit: c.say("アドレス", "addresses"), NoData: c.noData(),
		Title: c.say("フィッシングが装ったブランドの内外", "Phishing by the home of the imitated brand"),
		Desc:  c.chartDesc(c.say("期ごとの積み上げ棒。", "Stacked bars by period."))}
	origins := []string{"overseas", "domestic", "unknown"}
	for _, origin := range origins {
		drawn.Series = append(drawn.Series, chart.Series{Name: in(c.lang, originNames, origin)})
	}
	drawn.Series = append(drawn.Series, chart.Series{Name: c.say("内訳なし", "not broken down"), Open: true})
	n := 1
	if c.whole {
		n = windowSpans
	}
	drawn.Marked = chart.Mark{From: n - 1, To: n - 1, Label: c.markLabel()}
	year := 0
	for i := range n {
		span := c.span.Back(n - 1 - i)
		drawn.Columns = append(drawn.Columns, c.columnName(span))
		tick := chart.Tick{From: i, Label: c.spanLabel(span)}
		if c.whole && span.First.Year != year {
			tick.Year, year = fmt.Sprint(span.First.Year), span.First.Year
		}
		drawn.Ticks = append(drawn.Ticks, tick)
		values := c.brandValues(span, i == n-1, origins)
		for j := range drawn.Series {
			drawn.Series[j].Values = append(drawn.Series[j].Values, values[j])
		}
	}
	return document.Chart{Number: 3, Chart: dropEmptyOpen(drawn), Notes: c.brandNotes(drawn)}
}

// brandValues returns the bands of one period, the open band last: known origins, or a total that nobody has broken down.
func (c composer) brandValues(span history.Span, own bool, origins []string) []chart.Value {
	if own {
		return ownBrandValues(c.Figures.PhishingBrands, origins)
	}
	values := make([]chart.Value, len(origins)+1)
	total, ok := c.series.Sum(span, history.Phishing)
	if !ok {
		return values
	}
	rest := total
	for i, origin := range origins {
		n, ok := c.series.Sum(span, history.Phishing+"_"+history.Field(origin))
		if !ok {
			values = make([]chart.Value, len(origins)+1)
			rest = total
			break
		}
		values[i] = chart.Value{N: n, Known: true}
		rest -= n
	}
	if rest > 0 {
		values[len(origins)] = chart.Value{N: rest, Known: true}
	}
	return values
}

func ownBrandValues(rows []count.BrandRow, origins []string) []chart.Value {
	values := make([]chart.Value, len(origins)+1)
	for i, origin := range origins {
		values[i].Known = true
		for _, row := range rows {
			if row.Origin == origin {
				values[i].N = row.Addresses
			}
		}
	}
	return values
}

func dropEmptyOpen(drawn chart.Chart) chart.Chart {
	last := len(drawn.Series) - 1
	for _, v := range drawn.Series[last].Values {
		if v.Known {
			return drawn
		}
	}
	drawn.Series = drawn.Series[:last]
	return drawn
}

func (c composer) brandNotes(drawn chart.Chart) []string {
	notes := c.chartNotes()
	if len(dropEmptyOpen(drawn).Series) == len(drawn.Series) {
		notes = append(notes, c.say("「内訳なし」は、数はあるもののブランドの内外に分けた統計がない分です。",
			"\"Not broken down\" is what was counted without telling the brands' homes apart."))
	}
	return notes
}

func (c composer) columnName(span history.Span) string {
	if !c.whole {
		return c.Figures.Period.Name
	}
	return span.Label()
}

func (c composer) spanLabel(span history.Span) string {
	switch {
	case !c.whole:
		return c.Figures.Period.Name
	case span.Months == 1:
		return c.monthLabel(span.First)
	case span.Months == 12 && span.First.Month == time.January:
		return ""
	case c.lang == "ja":
		return fmt.Sprintf("%d-%d月", int(span.First.Month), int(span.Last().Month))
	case span.IsQuarter():
		return span.Label()[4:]
	}
	return c.monthLabel(span.First) + "-" + c.monthLabel(span.Last())
}

// chartDesc adds to a chart's description which time it shows.
func (c composer) chartDesc(what string) string {
	months, _ := c.window()
	if len(months) == 0 {
		return what
	}
	return what + c.say("", " ") + fmt.Sprintf(c.say("%sから%sまで。", "From %s to %s."), months[0], months[len(months)-1])
}

// historyShown tells whether a month of the charts is not of our own counting.
func (c composer) historyShown() bool {
	months, _ := c.window()
	return slices.ContainsFunc(months, c.series.Foreign)
}

// trendShown tells whether any month before the period is known.
func (c composer) trendShown() bool {
	_, known := c.series.Sum(c.span.Back(1), history.Reports)
	return c.whole && (known || c.historyShown())
}

// historySource says whose the figures are that this desk did not count.
func (c composer) historySource() string {
	if source := c.Edition.History.Source[c.lang]; source != "" {
		return source
	}
	return c.say("取り込んだ過去の統計", "an imported history")
}

// chartNotes says whose the earlier figures are, and what a hatched or empty place means.
func (c composer) chartNotes() []string {
	if !c.historyShown() {
		return nil
	}
	return []string{fmt.Sprintf(c.say("当窓口が数えていない月の数は%sによります。数値のないところは空白または斜線とし、0とはしていません。",
		"Of months that this desk did not count the figures are %s. Where there are none the place is empty or hatched; it is not zero."),
		c.historySource())}
}
