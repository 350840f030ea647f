package commentary_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"todoke/internal/publish/commentary"
	"todoke/internal/publish/history"
)

var reports = commentary.Subject{JA: "届出", Counter: "件", Singular: "report", Plural: "reports"}

// now is the quarter of all tests.
var now = history.Span{First: history.Month{Year: 2008, Month: time.April}, Months: 3}

// gap stands for a quarter without figures.
const gap = -1

// quarters makes a measure of the present number and those of the quarters before it, the latest first.
func quarters(present int, earlier ...int) commentary.Measure {
	file := "month,reports\n"
	for i, n := range earlier {
		if n == gap {
			continue
		}
		first := now.Back(i + 1).First
		file += fmt.Sprintf("%s,%d\n%s,0\n%s,0\n", first, n, first.Add(1), first.Add(2))
	}
	series, err := history.Read(strings.NewReader(file))
	if err != nil {
		panic(err)
	}
	return commentary.Measure{Subject: reports, Field: history.Reports, Now: present, Span: now, Series: series}
}

// TestSentences has sentences whose numbers were worked out by hand.
func TestSentences(t *testing.T) {
	t.Parallel()
	seed := quarters(584)
	seed.Series = history.JPCERT()
	for _, test := range []struct {
		why    string
		m      commentary.Measure
		ja, en string
	}{
		{"the seed: 39/545 is 7.16%, 67/651 is 10.29%", seed,
			"届出は584件で、前期（2008年1月から3月）の545件より39件（7.2%）増え、前年同期（2007年4月から6月）の651件より67件（10.3%）減りました。",
			"There were 584 reports, 39 (7.2%) more than in January to March 2008 (545) and 67 (10.3%) fewer than in April to June 2007 (651)."},
		{"no change", quarters(20, 20, 1, 2, 20),
			"届出は20件で、前期（2008年1月から3月）の20件と同数で、前年同期（2007年4月から6月）の20件と同数でした。",
			"There were 20 reports, as many as in January to March 2008 and as many as in April to June 2007."},
		{"from none: nothing to divide by", quarters(5, 0, 9, 9, 9),
			"届出は5件で、前期（2008年1月から3月）の0件より5件増え、前年同期（2007年4月から6月）の9件より4件減りました。",
			"There were 5 reports, 5 more than in January to March 2008 (0) and 4 fewer than in April to June 2007 (9)."},
		{"to none; of ten a percentage is given", quarters(0, 10, 0, 1, 3),
			"届出は0件で、前期（2008年1月から3月）の10件より10件（100.0%）減り、前年同期（2007年4月から6月）の3件より3件減りました。",
			"There were no reports, 10 (100.0%) fewer than in January to March 2008 (10) and 3 fewer than in April to June 2007 (3)."},
		{"one", quarters(1, 2, 1, 0, 0),
			"届出は1件で、前期（2008年1月から3月）の2件より1件減り、前年同期（2007年4月から6月）の0件より1件増えました。",
			"There was 1 report, 1 fewer than in January to March 2008 (2) and 1 more than in April to June 2007 (0)."},
		{"the quarter before is a gap", quarters(30, gap, 5, 5, 20),
			"届出は30件で、前年同期（2007年4月から6月）の20件より10件（50.0%）増えました。2008年1月から3月は数値がないため、比較していません。",
			"There were 30 reports, 10 (50.0%) more than in April to June 2007 (20). No comparison: no figures for January to March 2008."},
		{"nothing to compare with", quarters(30),
			"届出は30件でした。2008年1月から3月と2007年4月から6月は数値がないため、比較していません。",
			"There were 30 reports. No comparison: no figures for January to March 2008 and for April to June 2007."},
		{"the third rise in a row, from 40", quarters(70, 60, 50, 40, 45),
			"届出は70件で、前期（2008年1月から3月）の60件より10件（16.7%）増え、前年同期（2007年4月から6月）の45件より25件（55.6%）増えました。" +
				"2007年7月から9月を起点に3期続けて増えています。数値が続けてそろう2007年4月から6月以降で最も多くなっています。",
			"There were 70 reports, 10 (16.7%) more than in January to March 2008 (60) and 25 (55.6%) more than in April to June 2007 (45). " +
				"The number has risen 3 times in a row since July to September 2007. That is the highest number in the unbroken figures, which begin in April to June 2007."},
		{"the highest since", quarters(70, 60, 61, 60, 61, 80),
			"届出は70件で、前期（2008年1月から3月）の60件より10件（16.7%）増え、前年同期（2007年4月から6月）の61件より9件（14.8%）増えました。2007年1月から3月の80件以来の多さです。",
			"There were 70 reports, 10 (16.7%) more than in January to March 2008 (60) and 9 (14.8%) more than in April to June 2007 (61). That is the highest number since January to March 2007 (80)."},
		{"the lowest since; as low counts as reached", quarters(50, 60, 61, 60, 61, 50),
			"届出は50件で、前期（2008年1月から3月）の60件より10件（16.7%）減り、前年同期（2007年4月から6月）の61件より11件（18.0%）減りました。2007年1月から3月の50件以来の少なさです。",
			"There were 50 reports, 10 (16.7%) fewer than in January to March 2008 (60) and 11 (18.0%) fewer than in April to June 2007 (61). That is the lowest number since January to March 2007 (50)."},
		{"three quarters between are too few for a record", quarters(70, 60, 61, 60, 80),
			"届出は70件で、前期（2008年1月から3月）の60件より10件（16.7%）増え、前年同期（2007年4月から6月）の80件より10件（12.5%）減りました。",
			"There were 70 reports, 10 (16.7%) more than in January to March 2008 (60) and 10 (12.5%) fewer than in April to June 2007 (80)."},
	} {
		if diff := cmp.Diff(test.ja, strings.Join(test.m.Sentences("ja"), "")); diff != "" {
			t.Errorf("%s, ja (-want +got):\n%s", test.why, diff)
		}
		if diff := cmp.Diff(test.en, strings.Join(test.m.Sentences("en"), " ")); diff != "" {
			t.Errorf("%s, en (-want +got):\n%s", test.why, diff)
		}
	}
}

func TestOneComparisonForAYear(t *testing.T) {
	t.Parallel()
	m := quarters(1200)
	m.Series, m.Span = history.JPCERT(), history.Span{First: history.Month{Year: 2009, Month: time.January}, Months: 12}
	// 2008: 545 + 584 + (347+775+226) + (192+189+181) = 545 + 584 + 1348 + 562 = 3039
	if got := m.Sentences("ja")[0]; !strings.HasPrefix(got, "届出は1,200件で、前年（2008年）の3,039件より1,839件（60.5%）減りました。") {
		t.Error(got)
	}
	if got := m.Sentences("en")[0]; got != "There were 1,200 reports, 1,839 (60.5%) fewer than in 2008 (3,039)." {
		t.Error(got)
	}
}

func TestPercent(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		part, whole int
		want        string
	}{
		{1, 16, "6.3%"},      // 6.25 goes up
		{1, 3, "33.3%"},      //
		{2, 3, "66.7%"},      //
		{1, 2000, "0.1%"},    // 0.05 goes up
		{1, 2001, "0.0%"},    // just below
		{999, 1000, "99.9%"}, //
		{3, 2, "150.0%"},     //
		{0, 5, "0.0%"},       //
		{0, 0, "–"},          // nothing to divide by
	} {
		if got := commentary.Percent(test.part, test.whole); got != test.want {
			t.Errorf("Percent(%d, %d) = %s, want %s", test.part, test.whole, got, test.want)
		}
	}
}

func TestShares(t *testing.T) {
	t.Parallel()
	whole := commentary.Subject{JA: "インシデント", Counter: "アドレス", Singular: "address", Plural: "addresses"}
	parts := []commentary.Part{{Name: "scan", N: 350}, {Name: "none", N: 0}, {Name: "intrusion", N: 18}}
	if got, want := commentary.Shares("en", whole, 734, parts), "Of 734 addresses: scan 350 (47.7%), intrusion 18 (2.5%)."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := commentary.Shares("ja", whole, 734, parts), "インシデント734アドレスの内訳は、scanが350（47.7%）、intrusionが18（2.5%）です。"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := commentary.Shares("en", whole, 0, parts); got != "" {
		t.Errorf("of nothing: %q", got)
	}
}

// TestAnyNumbers asks only that any numbers make sentences, without a panic and without a percentage of nothing.
func TestAnyNumbers(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := quarters(rapid.IntRange(0, 2000).Draw(t, "now"), rapid.SliceOfN(rapid.IntRange(gap, 2000), 0, 12).Draw(t, "earlier")...)
		for _, lang := range []string{"ja", "en"} {
			text := strings.Join(m.Sentences(lang), "")
			if strings.ContainsAny(text, "–\n") || strings.Contains(text, "NaN") || strings.Contains(text, "%!") {
				t.Fatalf("%s", text)
			}
		}
	})
}
