// Package history keeps monthly figures of times that this desk did not count itself, so that a first report already has
// a trend. A figure is known or it is not: what nobody published is a gap, never zero, and a sum over a gap is a gap too.
//
// The file format is CSV: a column "month" (YYYY-MM) and one column for each Field; lines that begin with # are comments,
// and "# source.ja:" and "# source.en:" among them say whose figures these are.
package history

import (
	"bufio"
	_ "embed"
	"encoding/csv"
	"fmt"
	"io"
	"maps"
	"strconv"
	"strings"

	"todoke/internal/count"
)

// Field names one thing that is counted by month; the types of incident are fields by their own names.
type Field string

// The fields. Counters first, then types, then what is only known as a sum.
const (
	Messages         Field = "messages"
	Reports          Field = "reports"
	Addresses        Field = "addresses"
	Notices          Field = "notices"
	Requests         Field = "requests"
	Inquiries        Field = "inquiries"
	Scan             Field = "scan"
	Forged           Field = "forged"
	Intrusion        Field = "intrusion"
	Defacement       Field = "defacement"
	Phishing         Field = "phishing"
	PhishingDomestic Field = "phishing_domestic"
	PhishingOverseas Field = "phishing_overseas"
	PhishingUnknown  Field = "phishing_unknown"
	Malware          Field = "malware"
	DoS              Field = "dos"
	Targeted         Field = "targeted"
	ICS              Field = "ics"
	Other            Field = "other"
	ForgedAndOther   Field = "forged_and_other" // forged mail and other in the scheme jpcert-2008, where a history cannot tell them apart
	Rest             Field = "rest"             // dos, targeted, ics and other in the scheme jpcert-2010
)

var fields = []Field{Messages, Reports, Addresses, Notices, Requests, Inquiries, Scan, Forged, Intrusion, Defacement, Phishing,
	PhishingDomestic, PhishingOverseas, PhishingUnknown, Malware, DoS, Targeted, ICS, Other, ForgedAndOther, Rest}

// Series is a monthly history. The zero Series is empty and has gaps only. A Series is not changed once it is made.
type Series struct {
	Source map[string]string // whose figures these are, by language
	months map[Month]map[Field]int
	own    map[Month]bool // months that With has taken from figures of our own
}

//go:embed jpcert.csv
var jpcert string

// JPCERT returns the history that the program carries: the monthly figures published by JPCERT/CC since April 2004.
func JPCERT() Series {
	series, err := Read(strings.NewReader(jpcert))
	if err != nil {
		panic("the embedded history cannot be read: " + err.Error()) // a fault of the build, shown by the package's first test
	}
	return series
}

// Read reads a history. An error names the line; a history is taken whole or not at all, since a lost month would look like a gap.
func Read(r io.Reader) (Series, error) {
	series := Series{Source: map[string]string{}, months: map[Month]map[Field]int{}}
	body, err := readComments(r, series.Source)
	if err != nil {
		return Series{}, err
	}
	table := csv.NewReader(strings.NewReader(strings.TrimPrefix(body, "\uFEFF"))) // a spreadsheet begins a file with it
	header, err := table.Read()
	if err != nil {
		return Series{}, fmt.Errorf("reading the header of the history: %w", err)
	}
	if err := checkHeader(header); err != nil {
		return Series{}, err
	}
	for {
		row, err := table.Read()
		if err == io.EOF {
			return series, nil
		}
		if err != nil {
			return Series{}, fmt.Errorf("reading the history: %w", err)
		}
		if err := series.add(header, row); err != nil {
			return Series{}, err
		}
	}
}

// maxSize bounds a history file; a century of months needs less than a tenth of it.
const maxSize = 1 << 20

func readComments(r io.Reader, source map[string]string) (body string, err error) {
	var rest strings.Builder
	lines := bufio.NewScanner(io.LimitReader(r, maxSize))
	for lines.Scan() {
		comment, ok := strings.CutPrefix(lines.Text(), "#")
		if !ok {
			rest.WriteString(lines.Text() + "\n")
			continue
		}
		key, value, _ := strings.Cut(strings.TrimSpace(comment), ":")
		if lang, ok := strings.CutPrefix(key, "source."); ok {
			source[lang] = strings.TrimSpace(value)
		}
	}
	return rest.String(), lines.Err()
}

func checkHeader(header []string) error {
	known := map[string]bool{}
	for _, field := range fields {
		known[string(field)] = true
	}
	if header[0] != "month" {
		return fmt.Errorf("the first column of a history is %q, not \"month\"", header[0])
	}
	for _, name := range header[1:] {
		if !known[name] {
			return fmt.Errorf("the history has a column %q that is none of %v", name, fields)
		}
	}
	return nil
}

func (s Series) add(header, row []string) error {
	month, err := ParseMonth(row[0])
	if err != nil {
		return fmt.Errorf("the history: %w", err)
	}
	if s.months[month] != nil {
		return fmt.Errorf("the history has the month %s twice", month)
	}
	values := map[Field]int{}
	for i, cell := range row[1:] {
		if cell == "" {
			continue
		}
		n, err := strconv.Atoi(cell)
		if err != nil || n < 0 {
			return fmt.Errorf("the history: %s of %s is %q, not a count", header[i+1], month, cell)
		}
		values[Field(header[i+1])] = n
	}
	s.months[month] = values
	return nil
}

// Value returns one figure of one month, or false where it is not known.
func (s Series) Value(m Month, f Field) (int, bool) {
	n, ok := s.months[m][f]
	return n, ok
}

// Sum returns the figure of a span, or false where one of its months is not known.
func (s Series) Sum(span Span, f Field) (int, bool) {
	total := 0
	for i := range span.Months {
		n, ok := s.Value(span.First.Add(i), f)
		if !ok {
			return 0, false
		}
		total += n
	}
	return total, true
}

// Foreign tells whether the figures of a month are known and not of our own counting.
func (s Series) Foreign(m Month) bool { return len(s.months[m]) > 0 && !s.own[m] }

// With returns the series with the months of our own figures in place of the history's. Figures of a period that is not
// made of whole months belong into an empty series, since their first or last month is only a piece.
func (s Series) With(f count.Figures) Series {
	joined := Series{Source: s.Source, months: map[Month]map[Field]int{}, own: map[Month]bool{}}
	maps.Copy(joined.months, s.months)
	maps.Copy(joined.own, s.own)
	for _, row := range f.Months {
		if month, err := ParseMonth(row.Month); err == nil {
			joined.months[month], joined.own[month] = ownMonth(row, f), true
		}
	}
	return joined
}

// ownMonth takes a month of our own figures. A type of the scheme that the month does not name had no incident in it.
func ownMonth(row count.MonthRow, f count.Figures) map[Field]int {
	values := map[Field]int{Messages: row.Messages, Reports: row.Reports, Addresses: row.Addresses,
		Notices: row.Notices, Inquiries: row.Inquiries}
	for origin, n := range row.Brands {
		values[Phishing+"_"+Field(origin)] = n
	}
	for _, typ := range f.Types {
		values[Field(typ.Type)] = row.Types[typ.Type]
	}
	switch f.Scheme {
	case "jpcert-2008":
		values[ForgedAndOther] = row.Types["forged"] + row.Types["other"]
	case "jpcert-2010":
		values[Rest] = row.Types["dos"] + row.Types["targeted"] + row.Types["ics"] + row.Types["other"]
	}
	return values
}
