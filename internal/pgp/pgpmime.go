package pgp

import (
	"bytes"
	"strings"
)

// encrypted opens PGP/MIME encrypted (RFC 3156, 4): a part with the version, and one with the message.
func (o *opener) encrypted(e entity, depth int, whole bool) []byte {
	parts := e.parts(4)
	if len(parts) < 2 {
		o.note(Finding{Method: OpenPGP, Outcome: Unreadable, Whole: whole, Detail: "multipart/encrypted without its two parts"})
		return nil
	}
	return o.ciphertext(readEntity(e.raw[parts[1].start:parts[1].end]), e, depth, whole)
}

// ciphertext opens the part that holds the message of PGP/MIME and gives carrier with its content.
func (o *opener) ciphertext(part, carrier entity, depth int, whole bool) []byte {
	if !o.cover(OpenPGP, whole) {
		return nil
	}
	plain, ok := o.message(part.decoded(), whole)
	if !ok {
		return nil
	}
	return o.uncover(carrier, asEntity(plain.data), depth, whole)
}

// uncover gives carrier with inner, in which more is opened, as its content.
func (o *opener) uncover(carrier, inner entity, depth int, whole bool) []byte {
	o.protect(inner, whole)
	if opened := o.open(inner, depth+1, whole); opened != nil {
		inner = readEntity(opened)
	}
	return carrier.carry(inner, o.protectedAt(depth))
}

// protect notes the fields of the mail that a content speaks for around which the cover lies. What lies deeper comes later
// and counts more.
func (o *opener) protect(inner entity, whole bool) {
	if whole {
		o.protected = override(o.protected, protectedFields(inner, o.outer.header))
	}
}

// protectedAt are the protected fields for the mail itself, and none for its parts.
func (o *opener) protectedAt(depth int) []field {
	if depth > 0 {
		return nil
	}
	return o.protected
}

// asEntity reads what was under a cover. Some mailers put a bare text there.
func asEntity(data []byte) entity {
	if looksLikeHeader(data) {
		return readEntity(data)
	}
	return readEntity(append([]byte("Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"), data...))
}

// looksLikeHeader tells whether data begins with fields, one of which describes a body.
func looksLikeHeader(data []byte) bool {
	for _, f := range fields(data[:min(bodyStart(data), 64<<10)]) {
		if structural(f.name) {
			return true
		}
	}
	return false
}

// signed verifies multipart/signed (RFC 1847): the first part, as it stands, and its signature. The mail keeps its form
// unless something in the first part is opened.
func (o *opener) signed(e entity, depth int, whole bool) []byte {
	parts := e.parts(4)
	if len(parts) < 2 {
		o.note(Finding{Method: OpenPGP, Signature: true, Outcome: Unreadable, Whole: whole, Detail: "multipart/signed without its two parts"})
		return o.multipart(e, depth)
	}
	content, signature := e.raw[parts[0].start:parts[0].end], readEntity(e.raw[parts[1].start:parts[1].end])
	// What else a reader is shown was not signed.
	whole = whole && len(parts) == 2 && strings.HasPrefix(signature.mediaType, "application/")
	o.verify(e, content, signature, whole)

	inner := readEntity(content)
	o.protect(inner, whole)
	if opened := o.open(inner, depth+1, whole); opened != nil {
		return e.carry(readEntity(opened), o.protectedAt(depth))
	}
	return e.withFields(o.protectedAt(depth))
}

// verify verifies the signature part of a multipart/signed.
func (o *opener) verify(e entity, content []byte, signature entity, whole bool) {
	protocol := strings.ToLower(e.params["protocol"])
	if protocol == "" {
		protocol = signature.mediaType
	}
	switch {
	case strings.HasSuffix(protocol, "pkcs7-signature"):
		if o.cover(SMIME, whole) {
			o.verifyCMS(signature.decoded(), canonicalLines(content), whole)
		}
	case o.cover(OpenPGP, whole):
		o.detached(canonicalLines(content), signature.decoded(), whole)
	}
}

// canonicalLines ends every line by CRLF: signatures of text are made over that form (RFC 3156, 5), and mails are kept
// with other line ends.
func canonicalLines(text []byte) []byte {
	breaks := bytes.Count(text, []byte("\n"))
	if breaks == bytes.Count(text, []byte("\r\n")) {
		return text
	}
	out := make([]byte, 0, len(text)+breaks)
	for pos := 0; pos < len(text); {
		end := lineEnd(text, pos)
		line, broken := bytes.CutSuffix(text[pos:end], []byte("\n"))
		if broken {
			out = append(append(out, bytes.TrimSuffix(line, []byte("\r"))...), "\r\n"...)
		} else {
			out = append(out, line...)
		}
		pos = end
	}
	return out
}
