package form

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxName is how many code points the name of a file may have.
const maxName = 200

// fileName makes a name that can be shown and put into a header: without a path, control characters and what turns the
// direction of writing.
func fileName(name string) string {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = oneLine(name)
	if utf8.RuneCountInString(name) > maxName {
		runes := []rune(name)
		name = string(runes[:maxName/2]) + "…" + string(runes[len(runes)-maxName/2+1:])
	}
	if strings.Trim(name, ".") == "" {
		return "file"
	}
	return name
}

// oneLine is a text without line ends, control characters and marks that turn the direction of writing, which would show a
// file "exe.pdf" for one "fdp.exe".
func oneLine(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\t':
			return ' '
		case unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029' || r == '\ufeff':
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD")))
}
