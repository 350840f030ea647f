package pgp

import (
	"bytes"
	"encoding/base64"
	"path"
	"strings"

	"todoke/internal/mail"
)

// fileName is the name under which a part is attached.
func fileName(e entity) string {
	if !e.header.Has("Content-Disposition") && e.params["name"] == "" {
		return ""
	}
	return mail.Parse(e.raw[:e.body:e.body], mail.Limits{}).Root.Name
}

// isMessageFile tells whether a file is named as OpenPGP messages are.
func isMessageFile(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".pgp", ".gpg", ".asc":
		return true
	}
	return false
}

// file opens an attached file that is a message: what it held is attached in its place, under the name that the message
// says, or under its own without the ending.
func (o *opener) file(e entity, name string, whole bool) []byte {
	data := e.decoded()
	head := bytes.TrimLeft(data[:min(len(data), 256)], "\xEF\xBB\xBF \t\r\n")
	switch {
	case bytes.HasPrefix(head, []byte(blockBegin+"PUBLIC KEY")):
		o.offer(data)
		return nil
	case bytes.HasPrefix(head, []byte(blockBegin+"SIGNATURE")):
		return nil // of a file beside it, or of nothing that is here
	case bytes.HasPrefix(head, []byte(blockBegin+"SIGNED")):
		text, ok := o.inline(data, "", whole)
		if !ok {
			return nil
		}
		return e.carry(attachment(strings.TrimSuffix(name, path.Ext(name)), text), nil)
	case len(head) == 0 || head[0] != '-' && head[0] < 0x80:
		return nil
	}
	if !o.cover(OpenPGP, whole) {
		return nil
	}
	plain, ok := o.message(data, whole)
	if !ok {
		return nil
	}
	inside := strings.TrimSuffix(name, path.Ext(name))
	if said := path.Base(oneLine(strings.ReplaceAll(plain.name, `\`, "/"))); said != "." && said != "/" && !strings.HasPrefix(said, "_CONSOLE") {
		inside = said
	}
	return e.carry(attachment(inside, plain.data), nil)
}

// attachment is a part with a file.
func attachment(name string, data []byte) entity {
	var b bytes.Buffer
	b.WriteString("Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename*=utf-8''" + percent(name) +
		"\r\nContent-Transfer-Encoding: base64\r\n\r\n")
	writeBase64(&b, data)
	return readEntity(b.Bytes())
}

// percent encodes the value of a parameter (RFC 8187, 3.2).
func percent(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '.' || c == '-' || c == '_' {
			b.WriteByte(c)
			continue
		}
		const digits = "0123456789ABCDEF"
		b.WriteByte('%')
		b.WriteByte(digits[c>>4])
		b.WriteByte(digits[c&15])
	}
	return b.String()
}

// writeBase64 writes data in lines of 76 characters (RFC 2045, 6.8).
func writeBase64(b *bytes.Buffer, data []byte) {
	const perLine = 57
	b.Grow(len(data)/perLine*78 + 80)
	line := make([]byte, 76)
	for len(data) > 0 {
		n := min(len(data), perLine)
		size := base64.StdEncoding.EncodedLen(n)
		base64.StdEncoding.Encode(line[:size], data[:n])
		b.Write(line[:size])
		b.WriteString("\r\n")
		data = data[n:]
	}
}
