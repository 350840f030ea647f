package mail

import (
	"strings"
	"unicode/utf8"

	"todoke/internal/mail/charset"
)

// decodeValue makes one line of UTF-8 of a raw header value: unfolded, with encoded words (RFC 2047) and raw
// bytes decoded, and without control characters.
func decodeValue(raw, hint string) string {
	raw = strings.Trim(raw, " \t\r\n")
	if isPlainLine(raw) {
		return raw
	}
	return cleanLine(decodeWords(unfold(raw), hint))
}

// isPlainLine tells whether a raw value reads as it is: printable ASCII in one line, without encoded words.
func isPlainLine(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= 0x7F || c < 0x20 && c != '\t' || c == '=' && i+1 < len(s) && s[i+1] == '?' {
			return false
		}
		// "$B" is how Japanese begins that lost its escapes.
		if c == '$' && i+1 < len(s) && (s[i+1] == 'B' || s[i+1] == '@') {
			return false
		}
	}
	return true
}

// unfold joins the lines of a folded value (RFC 5322, 2.2.3).
func unfold(s string) string {
	if strings.IndexByte(s, '\n') < 0 && strings.IndexByte(s, '\r') < 0 {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '\r' || s[i] == '\n' {
			for i+1 < len(s) && (s[i+1] == '\r' || s[i+1] == '\n') {
				i++
			}
			// A fold is one space, whatever white space it was made with.
			if i+1 < len(s) && (s[i+1] == ' ' || s[i+1] == '\t') {
				i++
			}
			b = append(b, ' ')
			continue
		}
		b = append(b, s[i])
	}
	return string(b)
}

// cleanLine drops control characters from s.
func cleanLine(s string) string {
	clean := true
	for i := 0; i < len(s) && clean; i++ {
		clean = s[i] >= 0x20 && s[i] < 0x7F || s[i] >= 0xC3
	}
	if clean {
		return s
	}
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n' || r == '\r':
			return ' '
		case r < 0x20 || r >= 0x7F && r < 0xA0:
			return -1
		}
		return r
	}, s))
}

// word is an encoded word as found: its charset label and the bytes it stands for.
type word struct {
	label string
	data  []byte
}

// decodeWords decodes the encoded words in an unfolded value. Words of one charset that follow each other are
// decoded as one run of bytes, because mailers split characters and escape sequences between them.
func decodeWords(s, hint string) string {
	if !strings.Contains(s, "=?") {
		return decodeUnencoded(s, hint)
	}
	d := wordDecoder{hint: hint}
	for len(s) > 0 {
		start := strings.Index(s, "=?")
		if start < 0 {
			break
		}
		w, n := parseWord(s[start:])
		if n == 0 {
			d.text(s[:start+2])
			s = s[start+2:]
			continue
		}
		if between := s[:start]; !d.open || strings.Trim(between, " \t") != "" {
			d.text(between)
		}
		d.word(w)
		s = s[start+n:]
	}
	d.text(s)
	return d.out.String()
}

// wordDecoder collects words until their charset or the text between them ends the run.
type wordDecoder struct {
	hint    string
	out     strings.Builder
	pending word
	open    bool // there is a run in pending
}

func (d *wordDecoder) text(s string) {
	d.flush()
	d.out.WriteString(decodeUnencoded(s, d.hint))
}

func (d *wordDecoder) word(w word) {
	if d.open && sameCharset(d.pending.label, w.label) {
		d.pending.data = append(d.pending.data, w.data...)
		return
	}
	d.flush()
	d.pending, d.open = w, true
}

func (d *wordDecoder) flush() {
	if d.open {
		d.out.WriteString(charset.ToUTF8(d.pending.data, d.pending.label).Text)
		d.open = false
	}
}

// decodeUnencoded decodes text between encoded words, where Japanese may stand raw or without its escapes.
func decodeUnencoded(s, hint string) string {
	if isPlainLine(s) {
		return s
	}
	if !isPlainASCII(s) {
		return decodeRaw(s, hint)
	}
	return charset.ToUTF8([]byte(s), "").Text
}

func sameCharset(a, b string) bool {
	if strings.EqualFold(a, b) {
		return true
	}
	x, _ := charset.Canonical(a)
	y, _ := charset.Canonical(b)
	return x == y
}

// parseWord reads the encoded word that s begins with, and its length; 0 where it is none. It forgives
// spaces inside, as mailers leave them in Q words, and a missing end.
func parseWord(s string) (word, int) {
	label, rest, ok := cutWithin(s[2:], '?', 80)
	if !ok || len(rest) < 2 || rest[1] != '?' || label == "" || strings.ContainsAny(label, " \t()<>@,;\"") {
		return word{}, 0
	}
	encoding, text := rest[0]|0x20, rest[2:]
	if encoding != 'b' && encoding != 'q' {
		return word{}, 0
	}
	head := len(s) - len(text)
	end, skip := wordEnd(text, encoding)
	data := make([]byte, 0, end)
	if encoding == 'b' {
		data, _ = appendBase64(data, []byte(text[:end]))
	} else {
		data = appendQ(data, text[:end])
	}
	return word{label: label, data: data}, head + end + skip
}

// cutWithin cuts s at the first sep among its first limit bytes.
func cutWithin(s string, sep byte, limit int) (before, after string, ok bool) {
	i := strings.IndexByte(s[:min(len(s), limit)], sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+1:], true
}

// wordEnd finds where the text of an encoded word ends, and the length of its "?=". A word without one ends
// at white space (B) or where the next word begins.
func wordEnd(text string, encoding byte) (end, skip int) {
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '?' && i+1 < len(text) && text[i+1] == '=':
			if encoding == 'q' && isRawQuestion(text[i:]) {
				continue
			}
			return i, 2
		case c == '=' && i+1 < len(text) && text[i+1] == '?' && !strings.HasPrefix(text[i+2:], "="):
			return i, 0 // the next word begins; "=?=" is padding and the end
		case c == '"' && encoding == 'b':
			return i, 0
		case c == '?' && i+1 == len(text):
			return i, 1
		}
	}
	return len(text), 0
}

// isRawQuestion tells whether the "?=" that s begins with is a question mark that was left as it is and an escape
// ("?=41"), rather than the end of the word: the end comes later, in the same run of characters.
func isRawQuestion(s string) bool {
	if len(s) < 4 || !isHex(s[2]) || !isHex(s[3]) {
		return false
	}
	rest, _, ok := strings.Cut(s[4:min(len(s), 80)], "?=")
	return ok && !strings.ContainsAny(rest, " \t?")
}

// appendQ decodes the Q encoding (RFC 2047, 4.2).
func appendQ(dst []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '_':
			dst = append(dst, ' ')
		case c == '=' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			dst = append(dst, unhex(s[i+1])<<4|unhex(s[i+2]))
			i += 2
		default:
			dst = append(dst, c)
		}
	}
	return dst
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

func unhex(c byte) byte {
	switch {
	case c <= '9':
		return c - '0'
	case c >= 'a':
		return c - 'a' + 10
	}
	return c - 'A' + 10
}

// validText makes sure that s is UTF-8.
func validText(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}
