package desk

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Period is a span of whole days in one time zone, such as a calendar quarter.
type Period struct {
	Name  string    // as it is written: 2008Q2, 2008-04, 2008, FY2008, 2008-04-01..2008-06-30
	First time.Time // midnight that begins the first day, in the period's zone
	Last  time.Time // midnight that begins the last day, in the period's zone
}

// Start is the first instant of the period.
func (p Period) Start() time.Time { return p.First }

// End is the first instant after the period.
func (p Period) End() time.Time { return p.Last.AddDate(0, 0, 1) }

// Contains tells whether t lies in the period.
func (p Period) Contains(t time.Time) bool { return !t.Before(p.Start()) && t.Before(p.End()) }

// WholeMonths tells whether the period begins and ends with a month.
func (p Period) WholeMonths() bool { return p.First.Day() == 1 && p.End().Day() == 1 }

// Months cuts the period at the edges of calendar months, oldest first. A period that does not begin or end with a month
// has a shorter first or last piece.
func (p Period) Months() []Period {
	var months []Period
	for first := p.First; !first.After(p.Last); {
		next := time.Date(first.Year(), first.Month()+1, 1, 0, 0, 0, 0, first.Location())
		last := next.AddDate(0, 0, -1)
		if last.After(p.Last) {
			last = p.Last
		}
		months = append(months, Period{Name: first.Format("2006-01"), First: first, Last: last})
		first = next
	}
	return months
}

var (
	quarterForm = regexp.MustCompile(`^(\d{4})Q([1-4])$`)
	monthForm   = regexp.MustCompile(`^(\d{4})-(\d{2})$`)
	yearForm    = regexp.MustCompile(`^(FY)?(\d{4})$`)
)

// The years that a period may touch, and how long it may be: what lies outside is a slip of the pen, and counting month by
// month over ten thousand years would take minutes.
const (
	firstYear = 1970
	lastYear  = 2100
	maxYears  = 10
)

// ParsePeriod reads a period: 2008Q2 (calendar quarter), 2008-04, 2008, FY2008 (April to March) or
// 2008-04-01..2008-06-30 (both days included). The error says which forms there are, or which bound the period breaks.
func ParsePeriod(name string, zone *time.Location) (Period, error) {
	p, ok := parsePeriod(strings.ToUpper(name), zone)
	switch {
	case !ok:
		return Period{}, fmt.Errorf("%q is not a period; write 2008Q2, 2008-04, 2008, FY2008 or 2008-04-01..2008-06-30", name)
	case p.First.Year() < firstYear || p.Last.Year() > lastYear:
		return Period{}, fmt.Errorf("%q leaves the years %d to %d; write a period inside them", name, firstYear, lastYear)
	case p.End().After(p.First.AddDate(maxYears, 0, 0)):
		return Period{}, fmt.Errorf("%q is longer than %d years; write a shorter period", name, maxYears)
	}
	return p, nil
}

func parsePeriod(name string, zone *time.Location) (p Period, ok bool) {
	if m := quarterForm.FindStringSubmatch(name); m != nil {
		year, quarter := atoi(m[1]), atoi(m[2])
		return months(name, year, time.Month(quarter*3-2), 3, zone), true
	}
	if m := monthForm.FindStringSubmatch(name); m != nil {
		month := atoi(m[2])
		return months(name, atoi(m[1]), time.Month(month), 1, zone), month >= 1 && month <= 12
	}
	if m := yearForm.FindStringSubmatch(name); m != nil {
		if m[1] == "FY" {
			return months(name, atoi(m[2]), time.April, 12, zone), true
		}
		return months(name, atoi(m[2]), time.January, 12, zone), true
	}
	if from, to, ok := strings.Cut(name, ".."); ok {
		first, err1 := time.ParseInLocation(time.DateOnly, from, zone)
		last, err2 := time.ParseInLocation(time.DateOnly, to, zone)
		return Period{Name: name, First: first, Last: last}, err1 == nil && err2 == nil && !last.Before(first)
	}
	return Period{}, false
}

func months(name string, year int, month time.Month, n int, zone *time.Location) Period {
	first := time.Date(year, month, 1, 0, 0, 0, 0, zone)
	return Period{Name: name, First: first, Last: first.AddDate(0, n, -1)}
}

func atoi(digits string) int {
	n, _ := strconv.Atoi(digits) // the forms above let digits through and nothing else
	return n
}
