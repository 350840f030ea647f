package pgp

import (
	"bytes"
	"slices"
	"strings"

	"todoke/internal/mail"
)

// entity is a MIME entity (RFC 2045, 2.4) as its bytes: header fields, an empty line, a body. Signatures hold for exact
// bytes, and an opened mail is to differ from the closed one only where it was opened; so the framing works on spans of
// the raw mail, and asks package mail only what a header says.
type entity struct {
	raw       []byte
	body      int // where the body begins in raw
	header    mail.Header
	mediaType string // lower case; "text/plain" where none is given (RFC 2045, 5.2)
	params    map[string]string
}

// maxHeader bounds the header block of a part, in bytes.
const maxHeader = 1 << 20

func readEntity(raw []byte) entity {
	e := entity{raw: raw, body: bodyStart(raw)}
	e.header = mail.Parse(raw[:e.body:e.body], mail.Limits{}).Header
	e.mediaType, e.params = e.header.ContentType()
	if e.mediaType == "" {
		e.mediaType = "text/plain"
	}
	return e
}

// bodyStart is the offset behind the first empty line; the end where there is none.
func bodyStart(raw []byte) int {
	for pos := 0; pos < len(raw) && pos < maxHeader; {
		end := lineEnd(raw, pos)
		if len(bytes.TrimRight(raw[pos:end], "\r\n")) == 0 {
			return end
		}
		pos = end
	}
	return len(raw)
}

// lineEnd is the offset behind the line that begins at pos.
func lineEnd(raw []byte, pos int) int {
	if i := bytes.IndexByte(raw[pos:], '\n'); i >= 0 {
		return pos + i + 1
	}
	return len(raw)
}

func (e entity) isMultipart() bool { return strings.HasPrefix(e.mediaType, "multipart/") }

// decoded is the body without its transfer encoding. Package mail decodes it, under a type that it reads no text of.
func (e entity) decoded() []byte {
	body := e.raw[e.body:]
	encoding := e.header.Get("Content-Transfer-Encoding")
	switch strings.ToLower(strings.TrimSpace(encoding)) {
	case "", "7bit", "8bit", "binary":
		return body
	case "quoted-printable":
		if bytes.IndexByte(body, '=') < 0 {
			return body
		}
	}
	head := "Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: " + encoding + "\r\n\r\n"
	return mail.Parse(append([]byte(head), body...), mail.Limits{}).Root.Body
}

// span is a stretch of bytes.
type span struct{ start, end int }

// parts finds the parts of a multipart, at most limit, as spans of raw. The line break before a boundary belongs to the
// boundary (RFC 2046, 5.1.1), so a part's bytes are those that a signature is made for.
func (e entity) parts(limit int) []span {
	boundary := e.params["boundary"]
	if boundary == "" {
		return nil
	}
	mark := []byte("--" + boundary)
	var parts []span
	open := -1
	for pos := e.body; pos < len(e.raw) && len(parts) < limit; {
		i := bytes.Index(e.raw[pos:], mark)
		if i < 0 {
			break
		}
		at := pos + i
		pos = at + len(mark)
		if at > e.body && e.raw[at-1] != '\n' { // looked at first: so no line is read twice
			continue
		}
		end := lineEnd(e.raw, at)
		rest := bytes.TrimRight(e.raw[pos:end], " \t\r\n")
		closing := string(rest) == "--"
		if len(rest) > 0 && !closing {
			continue
		}
		if open >= 0 {
			parts = append(parts, span{open, beforeBreak(e.raw, open, at)})
		}
		if open = end; closing {
			return parts
		}
		pos = end
	}
	if open >= 0 && open < len(e.raw) && len(parts) < limit { // the closing boundary is missing
		parts = append(parts, span{open, len(e.raw)})
	}
	return parts
}

// beforeBreak is at without the line break before it, but not before start.
func beforeBreak(raw []byte, start, at int) int {
	if at > start && raw[at-1] == '\n' {
		at--
		if at > start && raw[at-1] == '\r' {
			at--
		}
	}
	return at
}

// replaced gives e with some of its parts replaced: those whose new bytes are not nil.
func (e entity) replaced(parts []span, news [][]byte) []byte {
	if !slices.ContainsFunc(news, func(n []byte) bool { return n != nil }) {
		return nil
	}
	size := len(e.raw)
	for _, n := range news {
		size += len(n)
	}
	out := make([]byte, 0, size)
	pos := 0
	for i, part := range parts {
		if news[i] == nil {
			continue
		}
		out = append(out, e.raw[pos:part.start]...)
		out = append(out, news[i]...)
		pos = part.end
	}
	return append(out, e.raw[pos:]...)
}

// field is one header field with its name and its bytes, line ends included.
type field struct {
	name string
	raw  []byte
}

func (f field) sameName(other field) bool { return strings.EqualFold(f.name, other.name) }

// fields splits a header block. Lines that are no fields are left out, with the lines that continue them.
func fields(header []byte) []field {
	var list []field
	start := -1 // of the last field, where it may go on
	for pos := 0; pos < len(header); {
		end := lineEnd(header, pos)
		line := header[pos:end]
		name, _, isField := bytes.Cut(line, []byte(":"))
		switch {
		case line[0] == ' ' || line[0] == '\t':
			if start >= 0 {
				list[len(list)-1].raw = header[start:end]
			}
		case isField && len(name) > 0 && !bytes.ContainsAny(name, " \t\r\n"):
			start = pos
			list = append(list, field{string(name), line})
		default:
			start = -1
		}
		pos = end
	}
	return list
}

// structural tells whether a field describes the body rather than the message.
func structural(name string) bool {
	return len(name) > 8 && strings.EqualFold(name[:8], "Content-") || strings.EqualFold(name, "MIME-Version")
}

// carry gives e with another content: the fields of e that tell of the message, the fields of inner that tell of its
// body, and that body. Of the protected fields (see protected.go) the content's word is taken. The memory of inner, which
// must not be used afterwards, is used again where it has room: a content may be as long as the longest mail.
func (e entity) carry(inner entity, protected []field) []byte {
	header := make([]byte, 0, e.body+inner.body+64)
	for _, f := range override(fields(e.raw[:e.body]), protected) {
		if !structural(f.name) {
			header = appendField(header, f)
		}
	}
	version := false
	for _, f := range fields(inner.raw[:inner.body]) {
		if structural(f.name) {
			version = version || strings.EqualFold(f.name, "MIME-Version")
			header = appendField(header, f)
		}
	}
	if !version && e.header.Has("MIME-Version") {
		header = append(header, "MIME-Version: 1.0\r\n"...)
	}
	header = append(header, "\r\n"...)
	return slices.Replace(inner.raw, 0, inner.body, header...)
}

// appendField appends a field that ends in a line break.
func appendField(out []byte, f field) []byte {
	out = append(out, f.raw...)
	if !bytes.HasSuffix(f.raw, []byte("\n")) {
		out = append(out, "\r\n"...)
	}
	return out
}
