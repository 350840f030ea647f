package kind

import (
	"strings"
)

// maxNumbers bounds how many numbers of one mail are kept.
const maxNumbers = 16

// numbers gives the report numbers in the brackets of the subject: "[CSIRT#2008-0412]". Several desks put theirs side by
// side there; which of them are ours, the store knows.
func (m *mail) numbers() []string {
	var all []string
	rest := m.Subject
	for len(all) < maxNumbers {
		_, after, ok := strings.Cut(rest, "[")
		if !ok {
			break
		}
		inner, next, ok := strings.Cut(after, "]")
		if !ok {
			break
		}
		rest = next
		if isNumber(inner) {
			all = append(all, strings.TrimSpace(inner))
		}
	}
	return once(append(all, hashNumbers(m.Subject)...))
}

// hashNumbers gives the numbers that stand without brackets, as "CSIRT#20080412", or behind a word for them, as
// "整理番号 20080412-3".
func hashNumbers(subject string) []string {
	var all []string
	if strings.Contains(subject, "#") {
		for _, word := range strings.FieldsFunc(subject, separates) {
			if strings.Contains(word, "#") && isNumber(word) && len(all) < maxNumbers {
				all = append(all, word)
			}
		}
	}
	if _, after, ok := strings.Cut(subject, "番号"); ok {
		if words := strings.FieldsFunc(strings.TrimLeft(after, " :：　"), separates); len(words) > 0 && isNumber(words[0]) {
			all = append(all, words[0])
		}
	}
	return all
}

// separates tells whether a character ends a number.
func separates(r rune) bool { return r > '~' || strings.ContainsRune(" \t[]()<>,;:\"'", r) }

// isNumber tells whether a bracket holds a number of a case: at least three digits, few words.
func isNumber(s string) bool {
	digits, spaces := 0, 0
	for i := 0; i < len(s); i++ {
		switch {
		case '0' <= s[i] && s[i] <= '9':
			digits++
		case s[i] == ' ':
			spaces++
		}
	}
	return digits >= 3 && spaces <= 3 && len(s) <= 40
}
