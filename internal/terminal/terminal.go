// Package terminal makes foreign text safe to show on a terminal.
package terminal

import (
	"strings"
	"unicode"
)

// Clean replaces what could steer a terminal or turn the direction of its text: control characters (escape sequences begin
// with one) and format characters.
func Clean(text string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsControl(c) || unicode.Is(unicode.Cf, c) {
			return '\uFFFD'
		}
		return c
	}, text)
}
