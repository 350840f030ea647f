package pgp

import (
	"bytes"
	"strings"

	"github.com/ProtonMail/go-crypto/openpgp/clearsign"

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

// isText tells whether a part can hold armored text: texts, and what mailers before PGP/MIME called application/pgp.
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
