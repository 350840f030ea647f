// Package linebreak cuts a paragraph of Japanese, English or both into lines. Japanese may be cut between almost any two
// characters, but some may not begin a line (。、）」 and small kana) and some may not end one (（「): the rules called kinsoku
// shori (JIS X 4051). What would begin a line wrongly takes the character before it along to the next line.
package linebreak

import (
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

const (
	notAtStart = "、。，．,.・：；:;？！?!゛゜ヽヾゝゞ々〻ー’”）〕］｝〉》」』】)]}%％‰℃" +
		"ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ～〜…‥"
	notAtEnd = "‘“（〔［｛〈《「『【([{"
)

// Columns measures text as a terminal with Japanese fonts shows it: wide, full-width and ambiguous characters take two
// columns, all others one (Unicode Standard Annex #11).
func Columns(text string) int {
	columns := 0
	for _, r := range text {
		columns += RuneColumns(r)
	}
	return columns
}

// RuneColumns is Columns for one character.
func RuneColumns(r rune) int {
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth, width.EastAsianAmbiguous:
		return 2
	}
	return 1
}

// Lines cuts text into lines that measure at most limit. A piece that cannot be cut by the rules and is wider than limit is
// cut anyway, character by character, so that no line is ever too wide, save where one character alone is.
func Lines(text string, limit float64, measure func(string) float64) []string {
	var lines []string
	line := ""
	flush := func() {
		lines = append(lines, strings.TrimRight(line, " "))
		line = ""
	}
	for _, piece := range pieces(text) {
		if line != "" && measure(strings.TrimRight(line+piece, " ")) > limit {
			flush()
		}
		if line == "" {
			piece = strings.TrimLeft(piece, " ")
		}
		if measure(strings.TrimRight(piece, " ")) <= limit {
			line += piece
			continue
		}
		for _, r := range piece {
			if line != "" && measure(line+string(r)) > limit {
				flush()
			}
			line += string(r)
		}
	}
	if line != "" || len(lines) == 0 {
		flush()
	}
	return lines
}

// pieces cuts text at every place where a line may end. Spaces stay with the piece before them.
func pieces(text string) []string {
	var out []string
	runes := []rune(text)
	start := 0
	for i := 1; i < len(runes); i++ {
		if mayBreak(runes[i-1], runes[i]) {
			out = append(out, string(runes[start:i]))
			start = i
		}
	}
	if start < len(runes) {
		out = append(out, string(runes[start:]))
	}
	return out
}

// mayBreak tells whether a line may end after before and the next begin with after.
func mayBreak(before, after rune) bool {
	if after == ' ' || strings.ContainsRune(notAtStart, after) || strings.ContainsRune(notAtEnd, before) {
		return false
	}
	if before == ' ' {
		return true
	}
	if unicode.IsDigit(before) && isIdeographic(after) {
		return false // a number stays with its counter: 584件
	}
	return isIdeographic(before) || isIdeographic(after)
}

// isIdeographic tells of the scripts that are written without spaces between words.
func isIdeographic(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) || r >= 0x3000 && r <= 0x303f || r == 'ー' || r >= 0xff01 && r <= 0xff60
}
