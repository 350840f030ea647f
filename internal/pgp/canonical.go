package pgp

import (
	"bytes"
	"errors"
	"fmt"
	"mime/quotedprintable"
	"strings"
)

// protection is what is added to the header of a content that goes under a cover.
type protection struct {
	hp     string // the parameter of its Content-Type (RFC 9788, 2.1.1)
	fields []byte
}

// canonical is the content of a mail as it is signed (RFC 3156, 3 and 5): the fields that describe it, CRLF at the end of
// every line, nothing but 7-bit characters and nothing that a mail server changes: white space at line ends, lines that
// are too long or begin with "From ". Texts that have such are encoded anew.
func canonical(e entity, in protection) ([]byte, error) {
	var out bytes.Buffer
	out.Write(in.fields)
	if err := writeCanonical(&out, e, in.hp, 0); err != nil {
		return nil, err
	}
	if !isASCII(out.Bytes()) {
		return nil, errNotASCII
	}
	return out.Bytes(), nil
}

const (
	maxLine  = 998 // RFC 5322, 2.1.1
	maxDepth = 50
)

var errNotASCII = errors.New("a header field that is signed must be ASCII")

// writeCanonical writes an entity in canonical form. A hp that is not empty goes to its Content-Type.
func writeCanonical(out *bytes.Buffer, e entity, hp string, depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("parts nest deeper than %d", maxDepth)
	}
	if e.isMultipart() {
		writeContentFields(out, e, hp, "")
		return writeParts(out, e, depth)
	}
	body := e.raw[e.body:]
	if travels(body) {
		writeContentFields(out, e, hp, "")
		out.WriteString("\r\n")
		out.Write(bytes.TrimSuffix(canonicalLines(body), []byte("\r\n")))
		out.WriteString("\r\n")
		return nil
	}
	switch {
	case strings.HasPrefix(e.mediaType, "message/"):
		return errors.New("a mail that is attached and signed must be 7-bit: message/rfc822 cannot be encoded (RFC 2046, 5.2.1)")
	case strings.HasPrefix(e.mediaType, "text/"):
		writeContentFields(out, e, hp, "quoted-printable")
		out.WriteString("\r\n")
		return writeQuoted(out, canonicalLines(e.decoded()))
	}
	writeContentFields(out, e, hp, "base64")
	out.WriteString("\r\n")
	writeBase64(out, e.decoded())
	return nil
}

// writeQuoted writes a text in quoted-printable, with "From " at the start of a line encoded too (RFC 3156, 5).
func writeQuoted(out *bytes.Buffer, text []byte) error {
	start := out.Len()
	w := quotedprintable.NewWriter(out)
	if _, err := w.Write(text); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	quoted := bytes.ReplaceAll(out.Bytes()[start:], []byte("\nFrom "), []byte("\nFrom=20"))
	if rest, ok := bytes.CutPrefix(quoted, []byte("From ")); ok {
		quoted = append([]byte("From=20"), rest...)
	}
	quoted = bytes.Clone(bytes.TrimSuffix(quoted, []byte("\r\n")))
	out.Truncate(start)
	out.Write(quoted)
	out.WriteString("\r\n")
	return nil
}

func isASCII(b []byte) bool {
	for _, c := range b {
		if c >= 0x80 {
			return false
		}
	}
	return true
}

// travels tells whether a body comes through mail servers unchanged.
func travels(body []byte) bool {
	for pos := 0; pos < len(body); {
		end := lineEnd(body, pos)
		line := bytes.TrimRight(body[pos:end], "\r\n")
		if len(line) > maxLine || bytes.HasPrefix(line, []byte("From ")) || bytes.HasSuffix(line, []byte(" ")) || bytes.HasSuffix(line, []byte("\t")) {
			return false
		}
		for _, c := range line {
			if c >= 0x80 || c == 0 || c == '\r' {
				return false
			}
		}
		pos = end
	}
	return true
}

// writeContentFields writes the fields that describe a body, with another transfer encoding where one is given.
func writeContentFields(out *bytes.Buffer, e entity, hp, encoding string) {
	typed := false
	for _, f := range fields(e.raw[:e.body]) {
		switch {
		case !structural(f.name) || strings.EqualFold(f.name, "MIME-Version"):
		case strings.EqualFold(f.name, "Content-Transfer-Encoding") && encoding != "":
		case strings.EqualFold(f.name, "Content-Type"):
			typed = true
			writeType(out, f, hp)
		default:
			out.Write(canonicalLines(appendField(nil, f)))
		}
	}
	if !typed {
		writeType(out, field{"Content-Type", []byte("Content-Type: text/plain; charset=us-ascii")}, hp)
	}
	if encoding != "" {
		out.WriteString("Content-Transfer-Encoding: " + encoding + "\r\n")
	}
}

// writeType writes Content-Type with the mark of protected headers, and the older mark beside it.
func writeType(out *bytes.Buffer, f field, hp string) {
	raw := canonicalLines(appendField(nil, f))
	if hp != "" {
		raw = append(bytes.TrimRight(raw, "; \t\r\n"), (";\r\n hp=\"" + hp + "\"; protected-headers=\"v1\"\r\n")...)
	}
	out.Write(raw)
}

// writeParts writes the parts of a multipart, and not what stands before and behind them.
func writeParts(out *bytes.Buffer, e entity, depth int) error {
	parts := e.parts(DefaultLimits().Parts)
	if len(parts) == 0 {
		return errors.New("a multipart without parts cannot be signed")
	}
	for _, part := range parts {
		fmt.Fprintf(out, "\r\n--%s\r\n", e.params["boundary"])
		if err := writeCanonical(out, readEntity(e.raw[part.start:part.end]), "", depth+1); err != nil {
			return err
		}
	}
	fmt.Fprintf(out, "\r\n--%s--\r\n", e.params["boundary"])
	return nil
}
