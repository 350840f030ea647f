// Package canon cuts a mail into the pieces that signatures are made over, and brings these into the canonical forms of
// DKIM (RFC 6376, section 3.4), which ARC (RFC 8617) uses too.
//
// Mail changes a little on its way: relays fold header fields anew, or strip blanks at the ends of lines. So what is signed
// is not the bytes themselves. The form "simple" forgives almost nothing, "relaxed" forgives changes of white space. In
// both, lines end with CRLF, whatever ends them in the bytes that we hold.
//
// The bytes are foreign. Splitting is one pass, bounded by [Limits]; a body is hashed without a copy of it, at most once
// for each form, however many signatures there are.
package canon

import (
	"bytes"
	"strings"
)

// Form is a canonical form.
type Form string

// The forms of RFC 6376, section 3.4.
const (
	Simple  Form = "simple"
	Relaxed Form = "relaxed"
)

// Limits bound the header that is looked at.
type Limits struct {
	Header int // bytes
	Fields int
}

// Message is a mail, cut into its header fields and its body. It remembers sums, so one goroutine at a time may use it.
type Message struct {
	Fields []Field // as they stand, topmost first
	Body   []byte  // what follows the empty line
	Cut    bool    // the header is longer than the limits: Fields are its beginning, and Body is empty

	byName map[string][]int
	bodies map[Form]BodySum
}

// Field is one header field, or a line among them that is none.
type Field struct {
	Name string // in lower case; "" for a line that is no field
	Raw  []byte // name, colon and value, folded as they stand, without the line break at the end
}

// Value is what follows the colon.
func (f Field) Value() []byte {
	if f.Name == "" {
		return nil
	}
	return f.Raw[bytes.IndexByte(f.Raw, ':')+1:]
}

// Split cuts a mail. It shares the memory of raw.
func Split(raw []byte, lim Limits) *Message {
	m := &Message{}
	start := 0 // of the last field
	for pos := 0; pos < len(raw); {
		line, next := nextLine(raw, pos)
		if len(line) == 0 {
			m.Body = raw[next:]
			return m
		}
		end := pos + len(line)
		if last := len(m.Fields) - 1; last >= 0 && isBlank(line[0]) {
			m.Fields[last].Raw = raw[start:end] // a folded field goes on (RFC 5322, 2.2.3)
		} else {
			start = pos
			m.Fields = append(m.Fields, Field{Name: fieldName(line), Raw: line})
		}
		if end > lim.Header || len(m.Fields) > lim.Fields {
			m.Cut = true
			m.Fields = m.Fields[:len(m.Fields)-1]
			return m
		}
		pos = next
	}
	return m
}

// nextLine is the line at pos without its break, LF or CRLF, and where the one after it begins.
func nextLine(raw []byte, pos int) (line []byte, next int) {
	n := bytes.IndexByte(raw[pos:], '\n')
	if n < 0 {
		return raw[pos:], len(raw)
	}
	return bytes.TrimSuffix(raw[pos:pos+n], []byte("\r")), pos + n + 1
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }

// fieldName is the name of the field that line begins, "" where it begins none. Blanks before the colon are forgiven
// (RFC 5322, 4.5.8), as the reader of mails forgives them.
func fieldName(line []byte) string {
	colon := bytes.IndexByte(line, ':')
	if colon < 0 {
		return ""
	}
	name := bytes.TrimRight(line[:colon], " \t")
	for _, c := range name {
		if c <= ' ' || c > '~' {
			return ""
		}
	}
	return strings.ToLower(string(name))
}

// All are the fields of that name (in lower case), topmost first.
func (m *Message) All(name string) []Field {
	var fields []Field
	for _, i := range m.index()[name] {
		fields = append(fields, m.Fields[i])
	}
	return fields
}

// index tells where the fields of each name stand.
func (m *Message) index() map[string][]int {
	if m.byName == nil {
		m.byName = make(map[string][]int)
		for i, f := range m.Fields {
			m.byName[f.Name] = append(m.byName[f.Name], i)
		}
	}
	return m.byName
}

// Pick gives the fields that the h= tag names, in its order: of several with one name the lowest first, each once. Names
// of which no field is left are passed over (RFC 6376, section 5.4.2).
func (m *Message) Pick(names []string) []Field {
	var fields []Field
	used := make(map[string]int)
	for _, name := range names {
		if at := m.index()[name]; name != "" && used[name] < len(at) {
			used[name]++
			fields = append(fields, m.Fields[at[len(at)-used[name]]])
		}
	}
	return fields
}

// Append appends the canonical field, without its line break, to dst.
func (f Field) Append(dst []byte, form Form) []byte {
	if form == Simple {
		return appendSimple(dst, f.Raw)
	}
	return appendRelaxed(dst, f)
}

// appendSimple changes nothing but the line breaks of a folded field, which are CRLF wherever it was signed.
func appendSimple(dst, raw []byte) []byte {
	for pos := 0; pos < len(raw); {
		line, next := nextLine(raw, pos)
		dst = append(dst, line...)
		if next < len(raw) {
			dst = append(dst, '\r', '\n')
		}
		pos = next
	}
	return dst
}

// appendRelaxed writes the name in lower case and the value in one line with single spaces (RFC 6376, 3.4.2).
func appendRelaxed(dst []byte, f Field) []byte {
	dst = append(dst, f.Name...)
	dst = append(dst, ':')
	value := f.Value()
	space, begun := false, false
	for i, c := range value {
		switch {
		case isBlank(c) || c == '\n' || c == '\r' && i+1 < len(value) && value[i+1] == '\n':
			space = true
			continue
		case space && begun:
			dst = append(dst, ' ')
		}
		space, begun = false, true
		dst = append(dst, c)
	}
	return dst
}
