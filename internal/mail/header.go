package mail

import (
	"strings"
	"time"

	"todoke/internal/mail/charset"
)

// Header is a block of header fields in the order in which they stand.
type Header struct {
	fields []field
	// hint is the charset of the text that the header belongs to, for values in raw 8-bit bytes.
	hint string
}

// field is one header field: its name and what follows the colon, folded and encoded as in the mail.
type field struct {
	name, value string
	at          int // where it begins in the bytes that were read
}

// Len is the number of fields.
func (h Header) Len() int { return len(h.fields) }

// Field gives the name of the i-th field as written, and its value decoded.
func (h Header) Field(i int) (name, value string) {
	return h.fields[i].name, decodeValue(h.fields[i].value, h.hint)
}

// Raw is the value of the first field of that name as it stands in the mail, line breaks included.
func (h Header) Raw(name string) string {
	for i := range h.fields {
		if f := &h.fields[i]; len(f.name) == len(name) && strings.EqualFold(f.name, name) {
			return f.value
		}
	}
	return ""
}

// Has tells whether there is a field of that name.
func (h Header) Has(name string) bool {
	for i := range h.fields {
		if f := &h.fields[i]; len(f.name) == len(name) && strings.EqualFold(f.name, name) {
			return true
		}
	}
	return false
}

// Get is the value of the first field of that name: unfolded, encoded words decoded, as UTF-8 in one line.
func (h Header) Get(name string) string { return decodeValue(h.Raw(name), h.hint) }

// Values are the values of all fields of that name, as Get gives them, topmost first.
func (h Header) Values(name string) []string {
	var values []string
	for _, raw := range h.rawValues(name) {
		values = append(values, decodeValue(raw, h.hint))
	}
	return values
}

func (h Header) rawValues(name string) []string {
	var values []string
	for i := range h.fields {
		if f := &h.fields[i]; len(f.name) == len(name) && strings.EqualFold(f.name, name) {
			values = append(values, f.value)
		}
	}
	return values
}

// Subject is the decoded subject.
func (h Header) Subject() string { return h.Get("Subject") }

// Date is the time of the Date field; ok is false where it is missing or unreadable.
func (h Header) Date() (t time.Time, ok bool) { return ParseDate(h.Get("Date")) }

// MessageID is the message identifier with its angle brackets, "" where there is none.
func (h Header) MessageID() string {
	if ids := messageIDs(h.Raw("Message-ID"), 1); len(ids) > 0 {
		return ids[0]
	}
	return ""
}

// maxIDs bounds the identifiers read from one field.
const maxIDs = 200

// References are the message identifiers of the References field, with their angle brackets, oldest first.
func (h Header) References() []string { return messageIDs(h.Raw("References"), maxIDs) }

// InReplyTo are the message identifiers of the In-Reply-To field, which old mailers filled with prose too.
func (h Header) InReplyTo() []string { return messageIDs(h.Raw("In-Reply-To"), maxIDs) }

// messageIDs reads up to limit identifiers. Where no angle brackets stand at all, a lone word with an @ is
// taken for one.
func messageIDs(value string, limit int) []string {
	var ids []string
	for rest := value; len(ids) < limit; {
		open := strings.IndexByte(rest, '<')
		if open < 0 {
			break
		}
		rest = rest[open:]
		end := strings.IndexByte(rest, '>')
		if end < 0 {
			break
		}
		if next := strings.LastIndexByte(rest[:end], '<'); next > 0 {
			rest, end = rest[next:], end-next
		}
		if id := cleanID(rest[1:end]); id != "" {
			ids = append(ids, "<"+id+">")
		}
		rest = rest[end+1:]
	}
	if len(ids) > 0 {
		return ids
	}
	if id := strings.Trim(cleanID(value), "<>"); strings.Count(id, "@") == 1 && !strings.ContainsAny(id, " \"(") {
		return []string{"<" + id + ">"}
	}
	return nil
}

// cleanID takes out white space, which folding in the middle of an identifier leaves.
func cleanID(id string) string {
	id = strings.TrimSpace(id)
	if !strings.ContainsAny(id, "\r\n\t") {
		return id
	}
	return strings.Map(func(r rune) rune {
		if r == '\r' || r == '\n' || r == '\t' || r == ' ' {
			return -1
		}
		return r
	}, id)
}

// Received are the values of the Received fields, unfolded, topmost (newest) first.
func (h Header) Received() []string { return h.Values("Received") }

// ReceivedDate is the time of a Received value: what stands behind its last semicolon (RFC 5321, 4.4).
func ReceivedDate(value string) (t time.Time, ok bool) {
	i := strings.LastIndexByte(value, ';')
	if i < 0 {
		return time.Time{}, false
	}
	return ParseDate(value[i+1:])
}

// ContentType is the media type in lower case ("" where the field is missing or unreadable) and its
// parameters, by name in lower case.
func (h Header) ContentType() (mediaType string, params map[string]string) {
	ct := parseContentType(h.Raw("Content-Type"), h.hint)
	params = make(map[string]string, len(ct.params))
	for _, p := range ct.params {
		params[p.Name] = p.Value
	}
	return ct.mediaType, params
}

// rawCharset is the charset of header bytes that are 8-bit or ISO-2022-JP without being encoded: that of the
// mail's text where they fit it, else the one that they look like.
func rawCharset(src []byte, hint string) string {
	found := charset.Detect(src)
	switch hint {
	case "", found, charset.ASCII, charset.UTF8, charset.ISO2022JP:
		return found
	}
	if found == charset.UTF8 || found == charset.ISO2022JP {
		return found
	}
	if _, bad := charset.Append(nil, src, hint); bad > 0 {
		return found
	}
	return hint
}

// decodeRaw makes UTF-8 of header bytes that may be raw 8-bit or raw ISO-2022-JP.
func decodeRaw(value, hint string) string {
	if isPlainASCII(value) {
		return value
	}
	src := []byte(value)
	text, _ := charset.Append(nil, src, rawCharset(src, hint))
	return string(text)
}

// isPlainASCII tells whether s has neither 8-bit bytes nor escapes.
func isPlainASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c >= 0x80 || c == 0x1B || c == 0x0E {
			return false
		}
	}
	return true
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}
