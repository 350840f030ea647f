package forms

import (
	"strings"
	"unicode/utf8"
)

// line is one line of the text, without the marks of a quote.
type line struct {
	raw        string
	start, end int // byte offsets of raw in the text
}

// splitLines cuts a text into lines, leaving quote marks and space around each out.
func splitLines(text string) []line {
	lines := make([]line, 0, strings.Count(text, "\n")+1)
	for pos := 0; pos < len(text); {
		end := strings.IndexByte(text[pos:], '\n')
		if end < 0 {
			end = len(text)
		} else {
			end += pos
		}
		start := pos + len(text[pos:end]) - len(strings.TrimLeft(text[pos:end], "> |＞｜\t\u3000"))
		stop := start + len(strings.TrimRight(text[start:end], " \t\r\u3000"))
		lines = append(lines, line{text[start:stop], start, stop})
		pos = end + 1
	}
	return lines
}

// maxLabel is how many bytes may stand before the colon of a label.
const maxLabel = 90

// cut divides a line at its first colon into label and value. The value is given by its offset in the text.
func (l line) cut() (label string, valueAt int, ok bool) {
	for i, r := range l.raw {
		if i > maxLabel {
			return "", 0, false
		}
		switch r {
		case ':', '：', '﹕', '︰', '∶', '＝', '=':
			at := l.start + i + utf8.RuneLen(r)
			if r == ':' && strings.HasPrefix(l.raw[i:], "://") {
				return "", 0, false
			}
			return l.raw[:i], at, i > 0
		}
	}
	return "", 0, false
}

// item gives the number at the beginning of a line, as "1-2" or "3", and what follows it.
func (l line) item() (number, rest string) {
	folded := foldWidth(l.raw)
	i := 0
	for i < len(folded) && (isDigit(folded[i]) || (folded[i] == '-' || folded[i] == '.') && i > 0 && i+1 < len(folded) && isDigit(folded[i+1])) {
		i++
	}
	if i == 0 || i > 5 {
		return "", folded
	}
	rest = strings.TrimLeft(folded[i:], " ")
	if rest == "" || strings.HasPrefix(rest, ":") {
		return "", folded
	}
	rest = strings.TrimLeft(strings.TrimLeft(rest, ".)"), " ")
	return strings.ReplaceAll(folded[:i], ".", "-"), rest
}

// isRule tells whether a line only divides: "------".
func (l line) isRule() bool {
	return len(l.raw) >= 3 && strings.Trim(l.raw, "-=_*─━―－＝＿・") == ""
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// foldWidth turns full-width ASCII and the ideographic space into plain ASCII, and all dashes into "-".
func foldWidth(s string) string {
	ascii := true
	for i := 0; i < len(s) && ascii; i++ {
		ascii = s[i] < utf8.RuneSelf
	}
	if ascii {
		return s
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '！' && r <= '～':
			return r - '！' + '!'
		case r == '\u3000':
			return ' '
		case r == '‐' || r == '−' || r == '–' || r == '―':
			return '-'
		}
		return r
	}, s)
}
