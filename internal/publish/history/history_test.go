package history_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"todoke/internal/count"
	"todoke/internal/publish/history"
)

// TestJPCERT compares sums of the carried history with those of the published quarterly reports.
func TestJPCERT(t *testing.T) {
	t.Parallel()
	series := history.JPCERT()
	quarter := func(year int, first time.Month) history.Span {
		return history.Span{First: history.Month{Year: year, Month: first}, Months: 3}
	}
	const gap = -1
	for _, test := range []struct {
		why   string
		span  history.Span
		field history.Field
		want  int
	}{
		{"the seed's reports", quarter(2008, 4), history.Reports, 584},
		{"the seed's notices", quarter(2008, 4), history.Notices, 465},
		{"the seed's scans", quarter(2008, 4), history.Scan, 350},
		{"the seed's phishing", quarter(2008, 4), history.Phishing, 138},
		{"the seed's domestic brands", quarter(2008, 4), history.PhishingDomestic, 7},
		{"the seed's intrusions", quarter(2008, 4), history.Intrusion, 18},
		{"the seed's forged (7) and other (221)", quarter(2008, 4), history.ForgedAndOther, 228},
		{"messages were not published by month", quarter(2008, 4), history.Messages, gap},
		{"brands were not told apart in 2006", quarter(2006, 10), history.PhishingDomestic, gap},
		{"in 2010 reports became messages", quarter(2010, 4), history.Reports, gap},
		{"which are known", quarter(2010, 4), history.Messages, 3113},
		{"targeted did not exist before", quarter(2010, 1), history.Targeted, gap},
		{"and one unknown month is enough for a gap", quarter(2010, 2), history.Reports, gap},
		{"before the history", quarter(2004, 1), history.Reports, gap},
		{"after it", quarter(2025, 4), history.Messages, 4053 + 4277 + 6228},
		{"beyond it", quarter(2025, 7), history.Messages, gap},
	} {
		got, ok := series.Sum(test.span, test.field)
		if !ok {
			got = gap
		}
		if got != test.want {
			t.Errorf("%s: %d, want %d", test.why, got, test.want)
		}
	}
	if series.Source["ja"] == "" || series.Source["en"] == "" {
		t.Error("the history does not say whose figures it has")
	}
}

func TestReadRefuses(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ file, want string }{
		{"", "header"},
		{"date,scan\n", `first column of a history is "date"`},
		{"month,scam\n", `column "scam"`},
		{"month,scan\n2008-13,1\n", `"2008-13" is not a month`},
		{"month,scan\n2008-04,-1\n", `scan of 2008-04 is "-1"`},
		{"month,scan\n2008-04,1.5\n", `is "1.5", not a count`},
		{"month,scan\n2008-04,1\n2008-04,2\n", "month 2008-04 twice"},
		{"month,scan\n2008-04,1,2\n", "wrong number of fields"},
	} {
		_, err := history.Read(strings.NewReader(test.file))
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("Read(%q): %v, want it to tell of %s", test.file, err, test.want)
		}
	}
}

func TestEmptyIsNotZero(t *testing.T) {
	t.Parallel()
	series, err := history.Read(strings.NewReader("# a comment\nmonth,scan,dos\n2008-04,0,\n"))
	if err != nil {
		t.Fatal(err)
	}
	april := history.Month{Year: 2008, Month: time.April}
	if n, ok := series.Value(april, history.Scan); n != 0 || !ok {
		t.Errorf("a zero is read as %d, %v", n, ok)
	}
	if _, ok := series.Value(april, history.DoS); ok {
		t.Error("an empty cell is read as a figure")
	}
}

func TestWithOwnFigures(t *testing.T) {
	t.Parallel()
	own := count.Figures{Period: count.PeriodInfo{From: "2008-04-01", To: "2008-04-30"}, Scheme: "jpcert-2008",
		Types: []count.TypeRow{{Type: "scan", Addresses: 5}, {Type: "other", Addresses: 4}, {Type: "forged", Addresses: 3}, {Type: "intrusion"}},
		Months: []count.MonthRow{{Month: "2008-04", Reports: 1, Messages: 2,
			Types: map[string]int{"forged": 3, "other": 4, "scan": 5}, Brands: map[string]int{"domestic": 4}}}}
	before := history.JPCERT()
	joined := before.With(own)
	april, march := history.Month{Year: 2008, Month: time.April}, history.Month{Year: 2008, Month: time.March}
	got := map[history.Field]int{}
	for _, field := range []history.Field{history.Reports, history.Messages, history.ForgedAndOther, history.Scan, history.PhishingDomestic} {
		got[field], _ = joined.Value(april, field)
	}
	want := map[history.Field]int{history.Reports: 1, history.Messages: 2, history.ForgedAndOther: 7, history.Scan: 5, history.PhishingDomestic: 4}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("own month (-want +got):\n%s", diff)
	}
	if n, ok := joined.Value(april, history.Intrusion); n != 0 || !ok {
		t.Errorf("a type without incidents is %d, %v; want a known 0", n, ok)
	}
	if n, ok := joined.Value(april, history.Defacement); ok {
		t.Errorf("a type of another scheme is known as %d", n)
	}
	if n, _ := joined.Value(march, history.Reports); n != 203 {
		t.Errorf("the month before has %d reports, want the history's 203", n)
	}
	if joined.Foreign(april) || !joined.Foreign(march) || joined.Foreign(history.Month{Year: 2003, Month: time.May}) {
		t.Error("only the months of the history that we did not count ourselves are foreign")
	}
	if n, _ := before.Value(april, history.Reports); n != 192 {
		t.Errorf("the history itself was changed: %d", n)
	}
}

func TestSpans(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ from, to, label, ja, en, before, yearBefore string }{
		{"2008-04-01", "2008-06-30", "2008Q2", "2008年4月から6月", "April to June 2008", "2008Q1", "2007Q2"},
		{"2008-01-01", "2008-03-31", "2008Q1", "2008年1月から3月", "January to March 2008", "2007Q4", "2007Q1"},
		{"2008-02-01", "2008-02-29", "2008-02", "2008年2月", "February 2008", "2008-01", "2007-02"},
		{"2008-01-01", "2008-12-31", "2008", "2008年", "2008", "2007", "2007"},
		{"2008-04-01", "2009-03-31", "2008-04", "2008年4月から2009年3月", "April 2008 to March 2009", "2007-04", "2007-04"},
	} {
		span, ok := history.SpanOf(count.PeriodInfo{From: test.from, To: test.to})
		got := []string{span.Label(), span.Name("ja"), span.Name("en"), span.Back(1).Label(), span.YearBefore().Label()}
		want := []string{test.label, test.ja, test.en, test.before, test.yearBefore}
		if diff := cmp.Diff(want, got); diff != "" || !ok {
			t.Errorf("%s to %s (-want +got):\n%s", test.from, test.to, diff)
		}
	}
	for _, p := range []count.PeriodInfo{{From: "2008-04-02", To: "2008-06-30"}, {From: "2008-04-01", To: "2008-06-29"}, {From: "x", To: "y"}, {From: "2008-04-01", To: "2008-03-31"}} {
		if _, ok := history.SpanOf(p); ok {
			t.Errorf("%s to %s passes for whole months", p.From, p.To)
		}
	}
}

// TestRows keeps a history as rows and makes it anew: figures, gaps and zeros are the same.
func TestRows(t *testing.T) {
	t.Parallel()
	before := history.JPCERT()
	after := history.FromRows(before.Source, before.Rows())
	if diff := cmp.Diff(before.Rows(), after.Rows()); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	july := history.Month{Year: 2004, Month: time.July}
	if n, ok := after.Value(july, history.Intrusion); n != 0 || !ok {
		t.Errorf("the zero of 2004-07 is %d, %v", n, ok)
	}
	if _, ok := after.Value(july, history.PhishingDomestic); ok {
		t.Error("the gap of 2004-07 has become a figure")
	}
}
