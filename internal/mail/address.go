package mail

import (
	"cmp"
	"strings"
)

// Address is a mailbox: a display name and an address. Address is "" where only a name stands.
type Address struct {
	Name, Address string
}

// maxAddresses bounds the addresses read from one header.
const maxAddresses = 2000

// AddressList reads the addresses of all fields of that name (RFC 5322, 3.4): with groups dissolved, comments
// as names where no other stands, and brackets, quotes and commas forgiven where they are missing.
func (h Header) AddressList(name string) []Address {
	var list []Address
	for _, raw := range h.rawValues(name) {
		list = appendAddresses(list, raw, h.hint)
	}
	return list
}

// ParseAddresses reads a list of addresses as it stands in a header field.
func ParseAddresses(value string) []Address { return appendAddresses(nil, value, "") }

func appendAddresses(list []Address, raw, hint string) []Address {
	value := unfold(strings.TrimSpace(raw))
	if !isPlainASCII(value) {
		// Raw ISO-2022-JP and Shift_JIS have commas and brackets among their bytes.
		value = decodeRaw(value, hint)
	}
	for value != "" && len(list) < maxAddresses {
		var m mailbox
		m, value = nextMailbox(value)
		if a, ok := m.address(hint); ok {
			list = append(list, a)
		}
	}
	return list
}

// mailbox is one address of a list in pieces, still encoded.
type mailbox struct {
	phrase  string // what stands outside of brackets and comments
	angle   string // what stands in <>
	comment string
	hasAddr bool // there were <>
}

// nextMailbox reads up to the next comma or semicolon that separates.
func nextMailbox(s string) (m mailbox, rest string) {
	var phrase strings.Builder
	for i := 0; i < len(s); {
		switch c := s[i]; {
		case c == ',' || c == ';':
			m.phrase = phrase.String()
			return m, s[i+1:]
		case c == ':' && !m.hasAddr && strings.IndexByte(phrase.String(), '@') < 0:
			phrase.Reset() // it was the name of a group
			i++
		case c == '"':
			i += m.quoted(&phrase, s[i:])
		case c == '(':
			text, n := parenthesized(s[i:])
			m.comment = cmp.Or(m.comment, text)
			i += n
		case c == '<':
			text, n := angled(s[i:])
			m.angle, m.hasAddr = cmp.Or(m.angle, text), true
			i += n
			if beginsMailbox(s[i:]) {
				m.phrase = phrase.String()
				return m, s[i:]
			}
		default:
			n := 1
			if strings.HasPrefix(s[i:], "=?") {
				if _, length := parseWord(s[i:]); length > 0 {
					n = length // commas inside are part of the word
				}
			}
			phrase.WriteString(s[i : i+n])
			i += n
		}
	}
	m.phrase = phrase.String()
	return m, ""
}

// quoted takes a quoted string into the phrase: with its quotes where it is a local part, else without.
func (m *mailbox) quoted(phrase *strings.Builder, s string) int {
	text, n := quotedString(s)
	if n < len(s) && s[n] == '@' {
		text = s[:n]
	}
	phrase.WriteString(text)
	return n
}

// beginsMailbox tells whether s, behind a mailbox, begins another one although no comma parts them.
func beginsMailbox(s string) bool {
	i := strings.IndexAny(s, "<,;")
	return i >= 0 && s[i] == '<' && strings.TrimSpace(s[:i]) != ""
}

// quotedString reads a quoted string; one that does not end in this list ends at the bracket behind it.
func quotedString(s string) (text string, n int) {
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			if i+1 < len(s) {
				i++
				b.WriteByte(s[i])
			}
		case '"':
			return b.String(), i + 1
		default:
			b.WriteByte(s[i])
		}
	}
	end := strings.IndexByte(s, '<')
	if end < 0 {
		end = len(s)
	}
	return s[1:end], end
}

// parenthesized reads a comment, which may nest.
func parenthesized(s string) (text string, n int) {
	depth := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return s[1:i], i + 1
			}
		}
	}
	return s[1:], len(s)
}

// angled reads an address in brackets; a missing bracket is put at the next comma.
func angled(s string) (text string, n int) {
	end := strings.IndexByte(s, '>')
	if end < 0 {
		if end = strings.IndexAny(s, ",; "); end < 0 {
			end = len(s)
		}
		return s[1:end], end
	}
	start := strings.LastIndexByte(s[:end], '<')
	n = end + 1
	for n < len(s) && s[n] == '>' {
		n++
	}
	return s[start+1 : end], n
}

// address puts a mailbox together.
func (m mailbox) address(hint string) (Address, bool) {
	phrase := strings.TrimSpace(m.phrase)
	if m.hasAddr {
		a := Address{Name: cleanName(decodeValue(phrase, hint)), Address: cleanAddress(m.angle)}
		if a.Name == "" {
			a.Name = cleanName(decodeValue(m.comment, hint))
		}
		if strings.IndexByte(a.Address, '@') < 0 { // "<Name> user@host"
			if name, addr, ok := splitBare(a.Name); ok {
				a = Address{Name: strings.TrimSpace(a.Address + " " + name), Address: addr}
			}
		}
		return a, a != Address{}
	}
	decoded := decodeValue(phrase, hint)
	if strings.Contains(decoded, "<") { // the whole mailbox stood in an encoded word or in quotes
		if inner, _ := nextMailbox(decoded); inner.hasAddr {
			return inner.address(hint)
		}
	}
	name, addr, ok := splitBare(decoded)
	switch {
	case ok:
	case decoded != "" && !strings.ContainsAny(decoded, " \t") && isPlainASCII(decoded): // a local name: "postmaster"
		name, addr = "", decoded
	default:
		name = decoded
	}
	if name == "" {
		name = decodeValue(m.comment, hint)
	}
	a := Address{Name: cleanName(name), Address: addr}
	return a, a != Address{}
}

// splitBare finds the word with an @ in a phrase without brackets.
func splitBare(s string) (name, addr string, ok bool) {
	if strings.HasPrefix(s, `"`) { // a quoted local part
		if _, n := quotedString(s); n < len(s) && s[n] == '@' {
			return "", cleanAddress(s), true
		}
	}
	words := strings.Fields(s)
	for i := len(words) - 1; i >= 0; i-- {
		if w := cleanAddress(words[i]); strings.IndexByte(w, '@') > 0 && !strings.HasSuffix(w, "@") {
			return strings.Join(append(words[:i:i], words[i+1:]...), " "), w, true
		}
	}
	return "", "", false
}

func cleanName(s string) string {
	return strings.Trim(strings.TrimSpace(s), `"'`+" \t")
}

// cleanAddress strips what surrounds an address: white space, quotes, "mailto:", a source route (RFC 5322, 4.4).
func cleanAddress(s string) string {
	s = validText(cleanLine(strings.TrimSpace(s)))
	if hasPrefixFold(s, "mailto:") {
		s = s[len("mailto:"):]
	}
	if strings.HasPrefix(s, "@") {
		if i := strings.LastIndexByte(s, ':'); i >= 0 {
			s = s[i+1:]
		}
	}
	switch {
	case strings.HasPrefix(s, `"`): // a quoted local part
	case strings.Contains(s, "@["): // an address literal
		s = strings.Trim(s, `<>'"(),;: `)
	default:
		s = strings.Trim(s, `<>'"[](),;: `)
	}
	return s
}
