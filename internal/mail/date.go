package mail

import (
	"strings"
	"time"
)

// maxDate bounds the length of a date that is looked at, in bytes.
const maxDate = 200

// ParseDate reads a date of RFC 5322, 3.3 and 4.3, and those that mailers write instead: asctime, ISO 8601,
// names of zones, two-digit years, Japanese. A date without a zone is taken as UTC.
func ParseDate(s string) (t time.Time, ok bool) {
	if len(s) > maxDate {
		s = s[:maxDate]
	}
	d := dateReader{day: -1, month: -1, year: -1, hour: -1}
	d.read(s)
	return d.time()
}

// dateReader collects the fields of a date in whatever order they come.
type dateReader struct {
	day, month, year  int
	hour, minute, sec int
	offset            int // seconds east of UTC
	zoned             bool
	zoneRank          int // how sure the zone is: a name in a comment is less than an offset
	pm, am            bool
}

func (d *dateReader) read(s string) {
	comment := 0
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c == '(':
			comment++
			i++
		case c == ')':
			comment = max(0, comment-1)
			i++
		case isDigit(c):
			i += d.number(s[i:], comment > 0)
		case (c == '+' || c == '-') && i+1 < len(s) && isDigit(s[i+1]) && d.hour >= 0 && comment == 0:
			i += d.zoneOffset(s[i:])
		case isLetter(c):
			end := i
			for end < len(s) && isLetter(s[end]) {
				end++
			}
			d.word(s[i:end], comment > 0)
			i = end
		default:
			i++
		}
	}
}

func isDigit(c byte) bool  { return c >= '0' && c <= '9' }
func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// digits reads up to 9 digits.
func digits(s string) (value, n int) {
	for n < len(s) && n < 9 && isDigit(s[n]) {
		value = value*10 + int(s[n]-'0')
		n++
	}
	return value, n
}

// number reads what begins with a digit: a time of day, a date in digits, or one number.
func (d *dateReader) number(s string, comment bool) int {
	v, n := digits(s)
	if comment {
		return n
	}
	rest := s[n:]
	switch {
	case d.hour < 0 && n <= 2 && len(rest) > 1 && (rest[0] == ':' || rest[0] == '.' && d.month >= 0) && isDigit(rest[1]):
		return n + d.clock(v, rest)
	case d.hour < 0 && strings.HasPrefix(rest, "時"):
		d.hour = v
		return n
	case strings.HasPrefix(rest, "分"):
		d.minute = v
		return n
	case strings.HasPrefix(rest, "秒"):
		d.sec = v
		return n
	case strings.HasPrefix(rest, "年"):
		d.setYear(v, n)
		return n
	case strings.HasPrefix(rest, "月"):
		d.month = v
		return n
	case strings.HasPrefix(rest, "日"):
		d.day = v
		return n
	case len(rest) > 1 && (rest[0] == '-' || rest[0] == '/' || rest[0] == '.') && isDigit(rest[1]) && d.month < 0:
		return n + d.digitalDate(v, n, rest)
	}
	switch {
	case n >= 3 && d.year < 0:
		d.setYear(v, n)
	case d.day < 0 && v >= 1 && v <= 31:
		d.day = v
	case d.year < 0:
		d.setYear(v, n)
	}
	return n
}

// clock reads ":MM:SS" behind the hour.
func (d *dateReader) clock(hour int, rest string) int {
	d.hour = hour
	m, n := digits(rest[1:])
	d.minute = m
	used := 1 + n
	if rest = rest[used:]; len(rest) > 1 && (rest[0] == ':' || rest[0] == '.') && isDigit(rest[1]) {
		s, n := digits(rest[1:])
		d.sec = s
		used += 1 + n
		if rest = rest[1+n:]; len(rest) > 1 && (rest[0] == '.' || rest[0] == ',') && isDigit(rest[1]) {
			_, n := digits(rest[1:])
			used += 1 + n
		}
	}
	return used
}

// digitalDate reads "-MM-DD" behind a year, or "/DD/YYYY" behind a month as Americans write it.
func (d *dateReader) digitalDate(first, width int, rest string) int {
	sep := rest[0]
	b, n := digits(rest[1:])
	used := 1 + n
	if rest = rest[used:]; len(rest) < 2 || rest[0] != sep || !isDigit(rest[1]) {
		return used
	}
	c, n := digits(rest[1:])
	used += 1 + n
	switch {
	case width == 4:
		d.year, d.month, d.day = first, b, c
	case n == 4 && first > 12 || sep == '.' && n == 4:
		d.day, d.month, d.year = first, b, c
	case n == 4:
		d.month, d.day, d.year = first, b, c
	default:
		d.setYear(first, width)
		d.month, d.day = b, c
	}
	return used
}

// setYear takes a year of two or three digits as RFC 5322, 4.3 says.
func (d *dateReader) setYear(v, width int) {
	switch {
	case width <= 2 && v < 50:
		v += 2000
	case width <= 3:
		v += 1900
	}
	d.year = v
}

// zoneOffset reads "+0900", "+09:00", "+9".
func (d *dateReader) zoneOffset(s string) int {
	v, n := digits(s[1:])
	used := 1 + n
	hours, minutes := v, 0
	switch {
	case n >= 3:
		hours, minutes = v/100, v%100
	case used+1 < len(s) && s[used] == ':' && isDigit(s[used+1]):
		m, k := digits(s[used+1:])
		minutes = m
		used += 1 + k
	}
	if hours > 23 || minutes > 59 || d.zoneRank >= 3 {
		return used
	}
	d.offset = hours*3600 + minutes*60
	if s[0] == '-' {
		d.offset = -d.offset
	}
	d.zoned, d.zoneRank = true, 3
	return used
}

// zones are the names of RFC 5322, 4.3 and those of Asia and Europe that mailers write, in hours east.
var zones = map[string]float64{
	"ut": 0, "utc": 0, "gmt": 0, "z": 0, "wet": 0,
	"est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "akst": -9, "akdt": -8, "hst": -10,
	"jst": 9, "kst": 9, "hkt": 8, "sgt": 8, "ist": 5.5, "msk": 3, "msd": 4, "ict": 7, "wib": 7, "pht": 8,
	"bst": 1, "cet": 1, "met": 1, "mez": 1, "cest": 2, "mest": 2, "mesz": 2, "eet": 2, "eest": 3, "sast": 2, "brt": -3,
	"aest": 10, "aedt": 11, "acst": 9.5, "awst": 8, "nzst": 12, "nzdt": 13,
}

var months = [...]string{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}

func (d *dateReader) word(w string, comment bool) {
	w = strings.ToLower(w)
	if !comment && d.month < 0 && len(w) >= 3 {
		for i, m := range months {
			if w[:3] == m {
				d.month = i + 1
				return
			}
		}
	}
	switch w {
	case "am":
		d.am = true
	case "pm":
		d.pm = true
	}
	hours, known := zones[w]
	rank := 2
	if comment {
		rank = 1
	}
	if known && d.zoneRank < rank && d.hour >= 0 {
		d.offset, d.zoned, d.zoneRank = int(hours*3600), true, rank
	}
}

// time checks the fields and makes a time of them.
func (d *dateReader) time() (time.Time, bool) {
	if d.day < 1 || d.day > 31 || d.month < 1 || d.month > 12 || d.year < 1900 || d.year > 9999 {
		return time.Time{}, false
	}
	if d.hour < 0 {
		d.hour = 0
	}
	switch {
	case d.pm && d.hour < 12:
		d.hour += 12
	case d.am && d.hour == 12:
		d.hour = 0
	}
	if d.hour > 24 || d.minute > 59 || d.sec > 60 {
		return time.Time{}, false
	}
	zone := time.UTC
	if d.zoned && d.offset != 0 {
		zone = time.FixedZone("", d.offset)
	}
	t := time.Date(d.year, time.Month(d.month), d.day, d.hour, d.minute, d.sec, 0, zone)
	return t, t.Month() == time.Month(d.month) || d.hour == 24 || d.sec == 60
}
