package indicator

import (
	"bytes"
	"unicode/utf8"
)

// scanner walks once over a folded text. Each reader looks at b[i:], adds a
// finding and gives the index after it, or says no.
type scanner struct {
	*folded
	found []Finding
	most  int // scanning ends with one more
	// done is the index in b up to which text is taken by findings.
	done int
}

func (s *scanner) scan() {
	b := s.b
	for i := messageIDLine(b); i < len(b) && len(s.found) <= s.most; {
		c := b[i]
		switch {
		case c == '\n':
			i++
			if n := messageIDLine(b[i:]); n > 0 {
				i += n
			}
		case isAlnum(c):
			i = s.word(i)
		case c >= utf8.RuneSelf:
			i = s.japanese(i)
		case c == ':':
			i = s.colon(i)
		case c == '.':
			i = s.dot(i)
		default:
			i++
		}
	}
}

// word reads the indicator that starts with the alphanumeric b[i], if any, and
// gives the index from where to go on.
func (s *scanner) word(i int) int {
	end := wordEnd(s.b, i)
	if next, ok := s.url(i, end); ok {
		return next
	}
	if next, ok := s.email(i, end); ok {
		return next
	}
	if next, ok := s.ipv6(i); ok {
		return next
	}
	if isDigit(s.b[i]) {
		if next, ok := s.ipv4(i, end); ok {
			return next
		}
	}
	if next, ok := s.identifier(i, end); ok {
		return next
	}
	if next, ok := s.host(i, end); ok {
		return next
	}
	return end
}

// wordEnd gives the end of the run of letters, digits, dots, hyphens and
// underscores from i.
func wordEnd(b []byte, i int) int {
	for i < len(b) && wordByte[b[i]] {
		i++
	}
	return i
}

var wordByte = byteSet("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_")

func byteSet(members string) (set [256]bool) {
	for i := range len(members) {
		set[members[i]] = true
	}
	return set
}

// colon reads what can start with a colon: "::1", and "://host/" whose scheme
// was taken off.
func (s *scanner) colon(i int) int {
	if bytes.HasPrefix(s.b[i:], []byte("://")) && (i == 0 || !isAlnum(s.b[i-1])) {
		if next, ok := s.urlAfter(i, i+3, "http", true); ok {
			return next
		}
	}
	if i == 0 || !isAlnum(s.b[i-1]) {
		if next, ok := s.ipv6(i); ok {
			return next
		}
	}
	return i + 1
}

// add records a finding at b[start:end].
func (s *scanner) add(f Finding, start, end int) int {
	f.Start, f.End = int(s.at[start]), s.endOf(end)
	if s.defangedIn(start, end) {
		f.Defanged = true
	}
	s.found = append(s.found, f)
	s.done = max(s.done, end)
	return end
}

// endOf gives the original offset where b[end-1] ends, so that invisible
// characters after a finding stay outside.
func (s *scanner) endOf(end int) int {
	last := int(s.at[end-1])
	_, n := utf8.DecodeRuneInString(s.text[last:])
	return last + n
}

// lower makes an ASCII-lower copy of a part of the text.
func lower(b []byte) string {
	return string(bytes.ToLower(b))
}

// messageIDLine gives the length of the part of a header line that holds
// Message-IDs, whose right sides look like mail addresses but are none.
func messageIDLine(b []byte) int {
	if len(b) < 8 {
		return 0
	}
	switch b[0] | 0x20 {
	case 'm', 'r', 'i':
	default:
		return 0
	}
	for _, name := range []string{"message-id:", "references:", "in-reply-to:"} {
		if len(b) > len(name) && bytes.EqualFold(b[:len(name)], []byte(name)) {
			n := bytes.IndexByte(b, '\n')
			for n >= 0 && n+1 < len(b) && (b[n+1] == ' ' || b[n+1] == '\t') {
				next := bytes.IndexByte(b[n+1:], '\n')
				if next < 0 {
					return len(b)
				}
				n += 1 + next
			}
			if n < 0 {
				return len(b)
			}
			return n
		}
	}
	return 0
}
