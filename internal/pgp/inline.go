package pgp

import (
	"bytes"
	"encoding/base64"
	"path"
	"strings"

	"github.com/ProtonMail/go-crypto/openpgp/clearsign"
	openpgp "github.com/ProtonMail/go-crypto/openpgp/v2"

	"todoke/internal/mail"
	"todoke/internal/mail/charset"
)

// leaf opens a part that is no container: a file that is a message, or armored blocks within a text.
func (o *opener) leaf(e entity, whole bool) []byte {
	if name := fileName(e); isMessageFile(name) {
		return o.file(e, name, whole)
	}
	if !isText(e) || !bytes.Contains(e.decoded(), []byte(blockBegin)) {
		return nil
	}
	part := mail.Parse(e.raw, mail.Limits{}).Root
	body, label := part.Body, part.Charset
	if part.HTML {
		body, label = []byte(part.Text), charset.UTF8
	}
	text, changed := o.inline(body, label, whole)
	if !changed {
		return nil
	}
	return e.carry(textEntity(text), nil)
}

// isText tells whether a part can hold armored text: texts, and what was sent under no better type than "any bytes".
func isText(e entity) bool {
	return strings.HasPrefix(e.mediaType, "text/") || e.mediaType == "application/pgp"
}

// textEntity is a part with a text of ours.
func textEntity(text []byte) entity {
	return readEntity(append([]byte("Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"), text...))
}

const (
	blockBegin = "-----BEGIN PGP "
	blockEnd   = "-----END PGP "
	dashes     = "-----"
)

// block is an armored block (RFC 9580, 6.2) in a text.
type block struct {
	span
	kind string // "MESSAGE", "SIGNED MESSAGE", "PUBLIC KEY BLOCK"
}

// ends says which line ends a kind of block. Other kinds are left alone.
var ends = map[string]string{
	"MESSAGE":          "\n" + blockEnd + "MESSAGE" + dashes,
	"SIGNED MESSAGE":   "\n" + blockEnd + "SIGNATURE" + dashes,
	"PUBLIC KEY BLOCK": "\n" + blockEnd + "PUBLIC KEY BLOCK" + dashes,
}

// maxBlocks bounds the blocks looked at in one text.
const maxBlocks = 100

// blocks finds the armored blocks of a text: from a line that begins one to the line that ends it.
func blocks(text []byte) []block {
	var list []block
	unended := map[string]bool{} // kinds whose end does not come any more
	for pos := 0; len(list) < maxBlocks; {
		i := bytes.Index(text[pos:], []byte(blockBegin))
		if i < 0 {
			return list
		}
		at := pos + i
		pos = at + len(blockBegin)
		kind, ok := kindOf(text, at)
		if !ok || unended[kind] {
			continue
		}
		end := bytes.Index(text[pos:], []byte(ends[kind]))
		if end < 0 {
			unended[kind] = true
			continue
		}
		pos = lineEnd(text, pos+end+1)
		list = append(list, block{span{at, pos}, kind})
	}
	return list
}

// kindOf reads the line that begins a block; ok is false where it begins none that is known.
func kindOf(text []byte, at int) (kind string, ok bool) {
	if at > 0 && text[at-1] != '\n' {
		return "", false
	}
	rest := text[at+len(blockBegin):]
	line := rest[:min(len(rest), 80)]
	line = bytes.TrimRight(line[:lineEnd(line, 0)], " \t\r\n")
	kind, ok = strings.CutSuffix(string(line), dashes)
	return kind, ok && ends[kind] != ""
}

// inline opens the blocks of a text and gives the text, as UTF-8, with what they hold in their place.
func (o *opener) inline(body []byte, label string, whole bool) (text []byte, changed bool) {
	pos := 0
	list := blocks(body)
	whole = whole && len(list) == 1 && len(bytes.TrimSpace(body[:list[0].start])) == 0 && len(bytes.TrimSpace(body[list[0].end:])) == 0
	for _, b := range list {
		inner, ok := o.block(body[b.start:b.end], b.kind, label, whole)
		if !ok {
			continue
		}
		text = append(text, charset.ToUTF8(body[pos:b.start], label).Text...)
		text = append(text, inner...)
		if len(inner) > 0 && inner[len(inner)-1] != '\n' {
			text = append(text, '\n')
		}
		pos, changed = b.end, true
	}
	if !changed {
		return nil, false
	}
	return append(text, charset.ToUTF8(body[pos:], label).Text...), true
}

// block opens one armored block. A key stays where it is and is offered.
func (o *opener) block(armored []byte, kind, label string, whole bool) (text string, ok bool) {
	switch kind {
	case "PUBLIC KEY BLOCK":
		o.offer(armored)
	case "MESSAGE":
		if !o.cover(OpenPGP, whole) {
			return "", false
		}
		if plain, ok := o.message(armored, whole); ok {
			return innerText(plain, label), true
		}
	case "SIGNED MESSAGE":
		if o.cover(OpenPGP, whole) {
			return o.clearsigned(armored, label, whole)
		}
	}
	return "", false
}

// innerText is the text that an inline message held. Its charset is told by the armor, or is that of its mail, or shows
// itself; Japanese mailers encrypted what they would have sent in clear, in ISO-2022-JP.
func innerText(plain plaintext, label string) string {
	if name, known := charset.Canonical(plain.charset); known && name != "" {
		label = name
	}
	return charset.ToUTF8(plain.data, label).Text
}

// clearsigned verifies a cleartext signature (RFC 9580, 7) and gives the text without its frame.
func (o *opener) clearsigned(armored []byte, label string, whole bool) (text string, ok bool) {
	signed, _ := clearsign.Decode(armored)
	if signed == nil {
		o.note(Finding{Method: OpenPGP, Signature: true, Outcome: Unreadable, Whole: whole})
		return "", false
	}
	start := bytes.LastIndex(armored, []byte(blockBegin+"SIGNATURE"))
	o.detached(signed.Bytes, armored[start:], whole)
	return charset.ToUTF8(signed.Plaintext, label).Text, true
}

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

var _ openpgp.KeyRing = (*Ring)(nil)
