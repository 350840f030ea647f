package mail

import (
	"bytes"
	"strconv"
	"strings"
	"unsafe"
)

// headerReader reads one header block, line by line.
type headerReader struct {
	r     *reader
	c     *cursor
	p     *Part
	h     Header
	start int  // where the block begins
	cut   bool // a limit was reached: what follows is skipped
	junk  int  // lines that are no fields
}

// header reads the header block at the cursor, up to and with the empty line behind it. A delimiter ends it
// too, and a line that can only be text.
func (r *reader) header(c *cursor, p *Part) Header {
	hr := headerReader{r: r, c: c, p: p, start: c.pos}
	for c.pos < len(c.raw) && hr.line() {
	}
	if hr.cut {
		r.problem(p, "header too long; cut after "+strconv.Itoa(len(hr.h.fields))+" fields")
	}
	if hr.junk > 0 {
		r.problem(p, plural(hr.junk, "header line that is no field", "header lines that are no fields")+" left out")
	}
	return hr.h
}

// line reads a line at the cursor; false where the header ends with it or before it.
func (hr *headerReader) line() bool {
	c := hr.c
	line, next := nextLine(c.raw, c.pos)
	switch {
	case len(line) == 0:
		c.pos = next
		return false
	case line[0] == '-' && c.isDelimiter(line).index >= 0:
		return false
	case line[0] == ' ' || line[0] == '\t':
		return hr.continuation(line, next)
	}
	n := fieldName(line)
	if n == 0 {
		return hr.noField(line, next)
	}
	if int64(c.pos-hr.start) > hr.r.lim.HeaderSize || hr.r.fields <= 0 {
		hr.cut = true
	}
	if !hr.cut {
		hr.add(line, n)
	}
	c.pos = next
	return true
}

// continuation takes a line that begins with white space. One of white space only goes on a folded field (RFC
// 5322, 4.2), or is the empty line behind the header, by what follows.
func (hr *headerReader) continuation(line []byte, next int) bool {
	goesOn := !isBlank(line) || hr.c.headerGoesOn(next)
	if goesOn && len(hr.h.fields) > 0 && !hr.cut {
		hr.extend(line)
	}
	hr.c.pos = next
	return goesOn
}

// noField takes a line that is neither field nor continuation: the From_ line of an mbox, junk among the fields,
// or the body that begins without an empty line.
func (hr *headerReader) noField(line []byte, next int) bool {
	if !hr.c.headerGoesOn(next) {
		if len(hr.h.fields) > 0 {
			hr.r.problem(hr.p, "no empty line between header and body")
		}
		return false
	}
	if !bytes.HasPrefix(line, []byte("From ")) && !bytes.HasPrefix(line, []byte(">From ")) {
		hr.junk++
	}
	hr.c.pos = next
	return true
}

// add appends the field on line, whose name is n bytes long. The strings share the memory of the mail.
func (hr *headerReader) add(line []byte, n int) {
	if hr.h.fields == nil {
		hr.h.fields = make([]field, 0, 12)
	}
	hr.r.fields--
	s := unsafe.String(unsafe.SliceData(line), len(line))
	hr.h.fields = append(hr.h.fields, field{name: s[:n], value: s[n+strings.IndexByte(s[n:], ':')+1:], at: hr.c.pos})
}

// extend makes the last field's value reach to the end of the continuation line at the cursor.
func (hr *headerReader) extend(line []byte) {
	f := &hr.h.fields[len(hr.h.fields)-1]
	whole := hr.c.raw[f.at : hr.c.pos+len(line)]
	s := unsafe.String(unsafe.SliceData(whole), len(whole))
	n := len(f.name)
	f.value = s[n+strings.IndexByte(s[n:], ':')+1:]
}

// maxFieldName bounds the name of a header field.
const maxFieldName = 200

// fieldName is the length of the field name (RFC 5322, 2.2) that line begins with, 0 where it is no field.
// White space before the colon is forgiven.
func fieldName(line []byte) int {
	for i, c := range line {
		switch {
		case c == ':':
			return i
		case c == ' ' || c == '\t':
			rest := bytes.TrimLeft(line[i:], " \t")
			if i > 0 && len(rest) > 0 && rest[0] == ':' {
				return i
			}
			return 0
		case c < 33 || c > 126 || i > maxFieldName:
			return 0
		}
	}
	return 0
}

func isBlank(line []byte) bool { return len(bytes.TrimLeft(line, " \t")) == 0 }

// headerGoesOn tells whether one of the next lines at pos is a well-known field, before an empty line.
func (c *cursor) headerGoesOn(pos int) bool {
	for n := 0; n < 4 && pos < len(c.raw); n++ {
		line, next := nextLine(c.raw[:min(len(c.raw), pos+2000)], pos)
		if len(line) == 0 {
			return false
		}
		if k := fieldName(line); k > 0 && isKnownField(string(line[:k])) {
			return true
		}
		pos = next
	}
	return false
}

// isKnownField tells whether name is a field that mail has, rather than a word before a colon in a text.
func isKnownField(name string) bool {
	switch strings.ToLower(name) {
	case "received", "return-path", "from", "to", "cc", "bcc", "subject", "date", "message-id", "mime-version", "reply-to", "sender",
		"in-reply-to", "references", "delivered-to", "importance", "priority", "precedence", "user-agent", "thread-topic", "thread-index",
		"dkim-signature", "domainkey-signature", "authentication-results", "list-id", "list-unsubscribe", "errors-to", "status", "lines",
		"auto-submitted", "organization", "return-receipt-to", "disposition-notification-to":
		return true
	}
	return hasPrefixFold(name, "content-") || hasPrefixFold(name, "x-") || hasPrefixFold(name, "resent-") || hasPrefixFold(name, "arc-")
}
