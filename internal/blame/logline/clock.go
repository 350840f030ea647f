package logline

import (
	"strconv"
	"strings"
	"time"
)

// stamp is a time read from a line.
type stamp struct {
	time  time.Time
	known bool
	zoned bool
}

// readStamp reads a time at s[i:] in one of the ways that logs write it, and
// gives the index after it; end == i where there is none.
func readStamp(s string, i int) (st stamp, end int) {
	if i >= len(s) {
		return stamp{}, i
	}
	c := &cursor{s: s, i: i}
	switch {
	case isAlpha(s[i]):
		st = c.named()
	case isDigit(s[i]):
		st = c.numeric()
	}
	if !st.known {
		return stamp{}, i
	}
	return st, c.i
}

// cursor reads fields of a time one after another; after the first failure
// all further reads fail.
type cursor struct {
	s   string
	i   int
	bad bool
}

func (c *cursor) peek() byte {
	if c.i < len(c.s) {
		return c.s[c.i]
	}
	return 0
}

// lit passes one of the given bytes.
func (c *cursor) lit(any string) bool {
	if c.bad || c.i >= len(c.s) || strings.IndexByte(any, c.s[c.i]) < 0 {
		c.bad = true
		return false
	}
	c.i++
	return true
}

func (c *cursor) spaces() {
	for c.i < len(c.s) && c.s[c.i] == ' ' {
		c.i++
	}
}

// num reads lo to hi digits.
func (c *cursor) num(lo, hi int) int {
	n, k := 0, 0
	for c.i < len(c.s) && k < hi && isDigit(c.s[c.i]) {
		n = n*10 + int(c.s[c.i]-'0')
		c.i++
		k++
	}
	if k < lo {
		c.bad = true
	}
	return n
}

var months = [...]string{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}

func (c *cursor) month() time.Month {
	if c.i+3 <= len(c.s) {
		word := strings.ToLower(c.s[c.i : c.i+3])
		for k, m := range months {
			if m == word {
				c.i += 3
				for c.i < len(c.s) && isAlpha(c.s[c.i]) {
					c.i++ // the month in full
				}
				if c.peek() == '.' {
					c.i++
				}
				return time.Month(k + 1)
			}
		}
	}
	c.bad = true
	return 0
}

var weekdays = "sun mon tue wed thu fri sat "

// clockTime reads 14:34:33, with fraction, and AM or PM.
func (c *cursor) clockTime() (h, m, s, ns int) {
	h = c.num(1, 2)
	c.lit(":")
	m = c.num(2, 2)
	if c.peek() == ':' {
		c.i++
		s = c.num(2, 2)
	}
	if p := c.peek(); (p == '.' || p == ',') && c.i+1 < len(c.s) && isDigit(c.s[c.i+1]) {
		c.i++
		digits := c.i
		for c.i < len(c.s) && isDigit(c.s[c.i]) {
			c.i++
		}
		text := (c.s[digits:min(c.i, digits+9)] + "000000000")[:9]
		ns, _ = strconv.Atoi(text)
	}
	if rest := c.s[c.i:]; len(rest) >= 3 && rest[0] == ' ' && rest[2]|0x20 == 'm' && (rest[1]|0x20 == 'p' || rest[1]|0x20 == 'a') {
		if rest[1]|0x20 == 'p' && h < 12 {
			h += 12
		} else if rest[1]|0x20 == 'a' && h == 12 {
			h = 0
		}
		c.i += 3
	}
	if h > 24 || m > 59 || s > 60 {
		c.bad = true
	}
	return h, m, s, ns
}

// zone reads Z, +09:00, +0900, -05, " UTC", " JST"; nil where none is written.
func (c *cursor) zone() *time.Location {
	save := c.i
	if c.peek() == ' ' {
		c.i++
	}
	switch rest := c.s[c.i:]; {
	case strings.HasPrefix(rest, "Z"):
		c.i++
		return time.UTC
	case strings.HasPrefix(rest, "UTC"), strings.HasPrefix(rest, "GMT"):
		c.i += 3
		return time.UTC
	case strings.HasPrefix(rest, "JST"):
		c.i += 3
		return time.FixedZone("JST", 9*3600)
	case len(rest) >= 3 && (rest[0] == '+' || rest[0] == '-') && isDigit(rest[1]) && isDigit(rest[2]):
		c.i++
		h := c.num(2, 2)
		if c.peek() == ':' {
			c.i++
		}
		m := 0
		if c.i+1 < len(c.s) && isDigit(c.s[c.i]) && isDigit(c.s[c.i+1]) {
			m = c.num(2, 2)
		}
		if h > 14 || m > 59 || c.i < len(c.s) && isAlnum(c.s[c.i]) {
			break
		}
		offset := h*3600 + m*60
		if rest[0] == '-' {
			offset = -offset
		}
		return time.FixedZone("", offset)
	}
	c.i = save
	return nil
}

func (c *cursor) stamp(y int, mo time.Month, d, h, m, s, ns int) stamp {
	if c.bad || mo < 1 || mo > 12 || d < 1 || d > 31 {
		return stamp{}
	}
	zone := c.zone()
	st := stamp{known: true, zoned: zone != nil}
	if zone == nil {
		zone = time.UTC
	}
	st.time = time.Date(y, mo, d, h, m, s, ns, zone).UTC()
	return st
}

// named reads times that begin with a word: "Jun  8 14:34:33", "Sat Jun 01
// 02:17:42 2013", "Apr 15, 2013 8:34:08 PM", "Thu, 14 Oct 2021 15:24:12".
func (c *cursor) named() stamp {
	if c.i+4 <= len(c.s) && strings.Contains(weekdays, strings.ToLower(c.s[c.i:c.i+3])+" ") {
		c.i += 3
		if c.peek() == ',' {
			c.i++
		}
		c.spaces()
		if isDigit(c.peek()) {
			return c.numeric()
		}
	}
	mo := c.month()
	if c.bad {
		return stamp{}
	}
	c.spaces()
	d := c.num(1, 2)
	y := 0
	if c.peek() == ',' {
		c.i++
	}
	c.spaces()
	if save := c.i; c.i+4 < len(c.s) && isDigit(c.s[c.i+3]) && c.s[c.i+4] == ' ' { // "Jan 18 2013 17:39:50"
		y = c.num(4, 4)
		c.spaces()
		if c.bad {
			c.bad, c.i, y = false, save, 0
		}
	}
	h, m, s, ns := c.clockTime()
	if c.bad {
		return stamp{}
	}
	if y == 0 {
		y = c.yearAfter()
	}
	return c.stamp(y, mo, d, h, m, s, ns)
}

// yearAfter reads " 2013" or " JST 2013" behind the clock; 0 and nothing read where none stands there.
func (c *cursor) yearAfter() int {
	rest := c.s[c.i:]
	k := 0
	if len(rest) > 9 && rest[0] == ' ' && (strings.HasPrefix(rest[1:], "JST ") || strings.HasPrefix(rest[1:], "UTC ")) {
		k = 4
	}
	if len(rest) < k+5 || rest[k] != ' ' || rest[k+1] != '1' && rest[k+1] != '2' || len(rest) > k+5 && isAlnum(rest[k+5]) {
		return 0
	}
	y, err := strconv.Atoi(rest[k+1 : k+5])
	if err != nil || y < 1980 || y > 2100 {
		return 0
	}
	if k == 0 {
		c.i += 5
	}
	return y
}

// numeric reads times that begin with a digit.
func (c *cursor) numeric() stamp {
	start := c.i
	n := 0
	for c.i < len(c.s) && isDigit(c.s[c.i]) && n < 20 {
		c.i++
		n++
	}
	sep := c.peek()
	c.i = start
	switch {
	case n == 4 && (sep == '-' || sep == '/' || sep == ':' || sep == '.'):
		return c.yearFirst(sep)
	case n == 4 && strings.HasPrefix(c.s[c.i+4:], "年"):
		return c.yearFirst(0)
	case n <= 2 && (sep == '/' || sep == '-' || sep == ' ' || sep == '.'):
		return c.dayFirst(sep)
	case n == 6 && sep == ' ':
		return c.sixDigits()
	case n == 10 && (sep == '.' || sep == ' ' || sep == ']' || sep == 0):
		return c.epoch()
	case n == 14:
		return c.fourteenDigits()
	}
	return stamp{}
}

// yearFirst reads 2013-12-31T17:39:54.76+09:00, 2013/12/31 17:39:54,
// 2014:07:02-00:17:45, 2013年12月31日 17:39:54.
func (c *cursor) yearFirst(sep byte) stamp {
	y := c.num(4, 4)
	part := func(japanese string) {
		if strings.HasPrefix(c.s[c.i:], japanese) {
			c.i += len(japanese)
			return
		}
		c.lit(string(sep))
	}
	part("年")
	mo := c.num(1, 2)
	part("月")
	d := c.num(1, 2)
	if strings.HasPrefix(c.s[c.i:], "日") {
		c.i += len("日")
	}
	if c.bad {
		return stamp{}
	}
	save := c.i
	if strings.IndexByte("T -_,", c.peek()) >= 0 && c.peek() != 0 {
		c.i++
		if strings.HasPrefix(c.s[c.i:], "- ") { // "2022/02/07 - 10:49:33"
			c.i += 2
		}
		c.spaces()
	} else if sep != 0 {
		return stamp{}
	}
	if !isDigit(c.peek()) {
		c.i = save
		return stamp{}
	}
	h, m, s, ns := c.clockTime()
	return c.stamp(y, time.Month(mo), d, h, m, s, ns)
}

// dayFirst reads 20/Jan/2015:19:53:28 +0100, 22-Jan-2013 22:28:21, 8 Jun 2008
// 14:34:33, and the month-first 08/09/2008 14:22:33 and 08/09-14:22:33 of
// Windows and Snort.
func (c *cursor) dayFirst(sep byte) stamp {
	a := c.num(1, 2)
	c.lit(string(sep))
	if isAlpha(c.peek()) {
		mo := c.month()
		c.lit("/- ")
		y := c.num(4, 4)
		c.lit(": ")
		h, m, s, ns := c.clockTime()
		return c.stamp(y, mo, a, h, m, s, ns)
	}
	if sep == ' ' || sep == '.' && !isDigit(c.peek()) {
		return stamp{}
	}
	b := c.num(1, 2)
	y := 0
	if c.peek() == sep {
		c.i++
		if y = c.num(2, 4); y < 100 {
			y += 2000
		}
	}
	if c.peek() == ',' {
		c.i++
	}
	c.lit("- ")
	c.spaces()
	h, m, s, ns := c.clockTime()
	if c.bad || y == 0 && sep == '.' {
		return stamp{}
	}
	if a > 12 || sep == '.' { // 31/12/2008, 31.12.2008
		a, b = b, a
	}
	return c.stamp(y, time.Month(a), b, h, m, s, ns)
}

// sixDigits reads 130324  0:04:00 of MySQL.
func (c *cursor) sixDigits() stamp {
	y, mo, d := c.num(2, 2), c.num(2, 2), c.num(2, 2)
	c.spaces()
	h, m, s, ns := c.clockTime()
	return c.stamp(2000+y, time.Month(mo), d, h, m, s, ns)
}

func (c *cursor) fourteenDigits() stamp {
	y, mo, d := c.num(4, 4), c.num(2, 2), c.num(2, 2)
	h, m, s := c.num(2, 2), c.num(2, 2), c.num(2, 2)
	if y < 1980 || h > 23 || m > 59 || s > 60 {
		return stamp{}
	}
	return c.stamp(y, time.Month(mo), d, h, m, s, 0)
}

// epoch reads seconds since 1970 with a fraction, as squid and the kernel's audit write.
func (c *cursor) epoch() stamp {
	start := c.i
	for c.i < len(c.s) && isDigit(c.s[c.i]) {
		c.i++
	}
	secs, err := strconv.ParseInt(c.s[start:c.i], 10, 64)
	if err != nil || secs < 300_000_000 {
		return stamp{}
	}
	ns := 0
	if c.peek() == '.' {
		c.i++
		digits := c.i
		for c.i < len(c.s) && isDigit(c.s[c.i]) {
			c.i++
		}
		ns, _ = strconv.Atoi((c.s[digits:min(c.i, digits+9)] + "000000000")[:9])
	}
	return stamp{time: time.Unix(secs, int64(ns)).UTC(), known: true, zoned: true}
}
