package history

import (
	"fmt"
	"time"

	"todoke/internal/count"
)

// Month is one calendar month.
type Month struct {
	Year  int
	Month time.Month
}

// ParseMonth reads YYYY-MM.
func ParseMonth(text string) (Month, error) {
	t, err := time.Parse("2006-01", text)
	if err != nil {
		return Month{}, fmt.Errorf("%q is not a month; write YYYY-MM", text)
	}
	return Month{t.Year(), t.Month()}, nil
}

// Add returns the month n months later, or earlier where n is negative.
func (m Month) Add(n int) Month {
	t := time.Date(m.Year, m.Month+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	return Month{t.Year(), t.Month()}
}

// Before tells whether m is earlier than o.
func (m Month) Before(o Month) bool { return m.ordinal() < o.ordinal() }

// String writes the month as YYYY-MM.
func (m Month) String() string { return fmt.Sprintf("%04d-%02d", m.Year, int(m.Month)) }

func (m Month) ordinal() int { return m.Year*12 + int(m.Month) }

// Span is a run of whole calendar months, such as a quarter. Only spans of one length can be compared.
type Span struct {
	First  Month
	Months int // at least 1
}

// SpanOf returns the months of a period, or false where the period does not begin and end with a month: such a period has
// nothing in a monthly history to be compared with.
func SpanOf(p count.PeriodInfo) (Span, bool) {
	from, err := time.Parse(time.DateOnly, p.From)
	if err != nil || from.Day() != 1 {
		return Span{}, false
	}
	to, err := time.Parse(time.DateOnly, p.To)
	if err != nil || to.AddDate(0, 0, 1).Day() != 1 || to.Before(from) {
		return Span{}, false
	}
	first, last := Month{from.Year(), from.Month()}, Month{to.Year(), to.Month()}
	return Span{First: first, Months: last.ordinal() - first.ordinal() + 1}, true
}

// Last is the span's last month.
func (s Span) Last() Month { return s.First.Add(s.Months - 1) }

// Back returns the span of the same length that lies n lengths earlier.
func (s Span) Back(n int) Span { return Span{First: s.First.Add(-n * s.Months), Months: s.Months} }

// YearBefore returns the same months of the year before.
func (s Span) YearBefore() Span { return Span{First: s.First.Add(-12), Months: s.Months} }

// IsQuarter tells whether the span is a calendar quarter.
func (s Span) IsQuarter() bool { return s.Months == 3 && s.First.Month%3 == 1 }

// Name writes the span for people, in "ja" or English: 2008年4月から6月, April to June 2008.
func (s Span) Name(lang string) string {
	first, last := s.First, s.Last()
	wholeYear := s.Months == 12 && first.Month == time.January
	if lang == "ja" {
		switch {
		case wholeYear:
			return fmt.Sprintf("%d年", first.Year)
		case s.Months == 1:
			return fmt.Sprintf("%d年%d月", first.Year, int(first.Month))
		case first.Year == last.Year:
			return fmt.Sprintf("%d年%d月から%d月", first.Year, int(first.Month), int(last.Month))
		}
		return fmt.Sprintf("%d年%d月から%d年%d月", first.Year, int(first.Month), last.Year, int(last.Month))
	}
	switch {
	case wholeYear:
		return fmt.Sprint(first.Year)
	case s.Months == 1:
		return fmt.Sprintf("%s %d", first.Month, first.Year)
	case first.Year == last.Year:
		return fmt.Sprintf("%s to %s %d", first.Month, last.Month, first.Year)
	}
	return fmt.Sprintf("%s %d to %s %d", first.Month, first.Year, last.Month, last.Year)
}

// Label writes the span in few characters, for the axis of a chart: 2008Q2, 2008-04, 2008.
func (s Span) Label() string {
	switch {
	case s.IsQuarter():
		return fmt.Sprintf("%dQ%d", s.First.Year, (int(s.First.Month)+2)/3)
	case s.Months == 12 && s.First.Month == time.January:
		return fmt.Sprint(s.First.Year)
	}
	return s.First.String()
}
