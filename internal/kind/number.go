package kind

import (
	"slices"
	"strings"
)

// maxNumbers bounds how many numbers of one mail are kept.
const maxNumbers = 16

// numbers gives the report numbers in the brackets of the subject: "[CSIRT#2008-0412]". Several desks put theirs side by
// side there; which of them are ours, the store knows.
func (m *mail) numbers() []string { return numbers(m.Subject) }

// AnswersNumber tells whether a subject is that of an answer under the number of a report.
func AnswersNumber(subject string) bool { return answered(subject) && len(numbers(subject)) > 0 }

func numbers(subject string) []string {
	var all []string
	rest := subject
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
	all = append(all, hashNumbers(subject)...)
	return once(append(all, yearNumbers(subject)...))
}

// yearNumbers gives the numbers that stand without brackets and begin with the letters of a desk and a year, as "CSIRT-2008-0412".
func yearNumbers(subject string) []string {
	var all []string
	for _, word := range strings.FieldsFunc(subject, separates) {
		if isYearNumber(word) && len(all) < maxNumbers {
			all = append(all, word)
		}
	}
	return all
}

// isYearNumber tells whether a word is of two to ten letters, a year and a number. Holes are numbered in the same way, but they are no cases.
func isYearNumber(word string) bool {
	desk, rest, _ := strings.Cut(word, "-")
	year, number, _ := strings.Cut(rest, "-")
	if len(desk) < 2 || len(desk) > 10 || strings.Trim(desk, letters) != "" || slices.Contains(holes, strings.ToUpper(desk)) {
		return false
	}
	return len(year) == 4 && (year[:2] == "19" || year[:2] == "20") && len(number) >= 2 && len(number) <= 12 && strings.Trim(year+number, "0123456789-") == ""
}

const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

// holes are the lists that number weaknesses of products.
var holes = []string{"CVE", "CAN", "JVNDB", "CNVD", "CNNVD", "GHSA", "ISO", "RFC"}

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
