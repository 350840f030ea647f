package fax

import (
	"strings"

	"golang.org/x/text/unicode/norm"
)

// japan is the country code of numbers that tell none.
const japan = "81"

// Bounds of a number's digits: E.164 allows fifteen, and what has fewer than three is none.
const (
	maxDigits = 15
	minDigits = 3
)

// Normalise makes one spelling of a fax number: "+" and the digits of E.164 where the country is told or follows from country (the
// code of the desk's own, "" for Japan), the digits alone where it cannot be known (extensions, numbers of networks), and "" where
// the caller withheld the number or told a name.
func Normalise(told, country string) string {
	if country == "" {
		country = japan
	}
	told = norm.NFKC.String(told)
	international := strings.HasPrefix(strings.TrimLeft(told, " \t(\"<"), "+")
	if international {
		told = strings.Replace(told, "(0)", "", 1) // "+81 (0)3 …": for those who call from within
	}
	digits, letters := digitsOf(told)
	if len(digits) < minDigits || len(digits) > maxDigits || letters > len(digits) {
		return ""
	}
	switch {
	case international:
		return "+" + digits
	case strings.HasPrefix(digits, "010") && country == japan && len(digits) > 11: // Japan's prefix for calls abroad
		return "+" + digits[3:]
	case strings.HasPrefix(digits, "00") && len(digits) > 10:
		return "+" + digits[2:]
	case strings.HasPrefix(digits, "0"):
		return "+" + country + digits[1:]
	case strings.HasPrefix(digits, country) && len(digits) >= len(country)+9:
		return "+" + digits
	}
	return digits
}

// digitsOf are the digits of a text, and how many letters stand there: a machine's name may hold a digit or two.
func digitsOf(text string) (digits string, letters int) {
	var b strings.Builder
	for _, r := range text {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case r > 0x7f, r|0x20 >= 'a' && r|0x20 <= 'z':
			letters++
		}
	}
	return b.String(), letters
}
