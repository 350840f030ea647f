// Package commentary makes sentences out of figures: what rose, what fell, by how much, since when. It is pure; each
// sentence can be checked by hand against the numbers it is made of, and nothing is said that they do not show.
//
// Rules, told to the reader by Rounding: percentages are rounded to one decimal, halves upwards; none is given of a base
// under ten, where it would say more than the cases can; "the highest since" is said only where at least four periods lie
// between; where a period has no figures, that is said instead of a comparison.
package commentary

import (
	"fmt"
	"strconv"
	"strings"

	"todoke/internal/publish/history"
)

// Subject names what is counted, in both languages.
type Subject struct {
	JA       string // 届出
	Counter  string // the counter word that follows the number in Japanese: 件, 通, アドレス
	Singular string // report
	Plural   string // reports
}

// smallestBase is the least number of which a percentage is given.
const smallestBase = 10

// recordSpan is the least number of periods that "the highest since" must look back over.
const recordSpan = 4

// Measure is one figure of a period, to be set against the same figure of earlier periods.
type Measure struct {
	Subject Subject
	Field   history.Field
	Now     int
	Span    history.Span
	Series  history.Series
}

// Sentences tells the measure, its change against the period before and the year before, and what is remarkable in it.
func (m Measure) Sentences(lang string) []string {
	spans := []history.Span{m.Span.Back(1)}
	if before := m.Span.YearBefore(); before != spans[0] {
		spans = append(spans, before)
	}
	words := wordsOf(lang)
	var known []change
	var gaps []history.Span
	for _, span := range spans {
		if base, ok := m.Series.Sum(span, m.Field); ok {
			known = append(known, change{span: span, base: base, now: m.Now})
		} else {
			gaps = append(gaps, span)
		}
	}
	sentences := []string{words.change(m, known)}
	if len(gaps) > 0 {
		sentences = append(sentences, words.gap(gaps))
	}
	if s := m.streak(words); s != "" {
		sentences = append(sentences, s)
	}
	if s := m.record(words); s != "" {
		sentences = append(sentences, s)
	}
	return sentences
}

// change is a figure against its base, the figure of an earlier span.
type change struct {
	span      history.Span
	base, now int
}

func (c change) size() int { return max(c.now-c.base, c.base-c.now) }

// percent returns the size of the change in percent of its base, in brackets that fit the language, or "".
func (c change) percent(open, shut string) string {
	if c.base < smallestBase {
		return ""
	}
	return open + Percent(c.size(), c.base) + shut
}

// Percent writes part as a percentage of whole with one decimal, halves rounded upwards: "47.7%". It is "–" where whole is 0.
func Percent(part, whole int) string {
	if whole <= 0 {
		return "–"
	}
	tenths := (2000*part + whole) / (2 * whole)
	return fmt.Sprintf("%d.%d%%", tenths/10, tenths%10)
}

// streak tells of a rise or fall that goes on for three periods or longer.
func (m Measure) streak(words language) string {
	direction, n := 0, 0
	now := m.Now
	for {
		base, ok := m.Series.Sum(m.Span.Back(n+1), m.Field)
		if !ok || base == now {
			break
		}
		d := 1
		if base > now {
			d = -1
		}
		if direction != 0 && d != direction {
			break
		}
		direction, now = d, base
		n++
	}
	if n < 3 {
		return ""
	}
	return words.streak(m, direction > 0, n, m.Span.Back(n))
}

// record tells of a figure that is the highest or lowest for at least recordSpan periods.
func (m Measure) record(words language) string {
	for _, highest := range []bool{true, false} {
		n, reached := m.lookBack(highest)
		if n < recordSpan {
			continue
		}
		if reached {
			since := m.Span.Back(n + 1)
			base, _ := m.Series.Sum(since, m.Field)
			return words.record(m, highest, since, base)
		}
		return words.recordOfAll(m, highest, m.Span.Back(n))
	}
	return ""
}

// lookBack counts the earlier spans that the measure surpasses, from the latest backwards. reached is false where the
// figures end, by a gap or their beginning, before one that it does not surpass.
func (m Measure) lookBack(highest bool) (n int, reached bool) {
	for {
		base, ok := m.Series.Sum(m.Span.Back(n+1), m.Field)
		if !ok {
			return n, false
		}
		if highest && base >= m.Now || !highest && base <= m.Now {
			return n, true
		}
		n++
	}
}

// Part is one share of a whole.
type Part struct {
	Name string
	N    int
}

// Shares tells how a whole is divided, largest part first as given. It is "" where the whole is 0.
func Shares(lang string, whole Subject, total int, parts []Part) string {
	if total <= 0 {
		return ""
	}
	var told []string
	for _, part := range parts {
		if part.N > 0 {
			told = append(told, wordsOf(lang).share(part, total))
		}
	}
	return wordsOf(lang).shares(whole, total, told)
}

// Rounding tells the reader how numbers in the sentences are rounded.
func Rounding(lang string) string {
	if lang == "ja" {
		return fmt.Sprintf("百分率は小数第2位を四捨五入しています。もとの数が%d未満のときは百分率を示しません。", smallestBase)
	}
	return fmt.Sprintf("Percentages are rounded to one decimal, halves upwards; none is given of a number below %d.", smallestBase)
}

// Count writes n with commas.
func Count(n int) string {
	text := strconv.Itoa(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// Of writes a number of the subject: 584件, 584 reports, 1 report.
func (s Subject) Of(lang string, n int) string {
	switch {
	case lang == "ja":
		return Count(n) + s.Counter
	case n == 1:
		return "1 " + s.Singular
	}
	return Count(n) + " " + s.Plural
}

func join(items []string, comma, last string) string {
	if len(items) < 2 {
		return strings.Join(items, "")
	}
	return strings.Join(items[:len(items)-1], comma) + last + items[len(items)-1]
}
