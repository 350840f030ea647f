package pgp

import (
	"bytes"
	"strings"

	"todoke/internal/desk"
)

// Open takes the covers off a mail. It is false where the mail has none and offers no key; Opened.Raw is the mail as it
// was then. Open never fails: what could not be opened stays as it is, and the findings say why.
func (r *Ring) Open(raw []byte) (Opened, bool) {
	o := &opener{ring: r, lim: r.cfg.Limits, unpacked: r.cfg.Limits.Unpacked, parts: r.cfg.Limits.Parts}
	root := readEntity(raw)
	o.outer = root
	o.from = senders(root)
	opened := o.open(root, 0, true)
	o.autocrypt(root)
	result := Opened{
		Raw: raw, PGP: summary(o.findings), Findings: o.findings, Wants: wanted(o.findings), Offered: o.offered, Problems: o.problems,
	}
	if opened != nil {
		result.Raw = opened
	}
	return result, len(o.findings) > 0 || len(o.offered) > 0
}

// opener is the state of opening one mail: what it has found and what it may still spend.
type opener struct {
	ring     *Ring
	lim      Limits
	outer    entity   // the mail
	from     []string // addresses of its sender
	findings []Finding
	offered  []Key
	problems []desk.Problem
	unpacked int64 // bytes that may still be unpacked
	parts    int   // parts that may still be looked at
	covers   int   // covers worked on
	tries    int   // private-key operations done
	full     bool  // it was noted that there are too many covers
}

// note adds a finding and gives its place.
func (o *opener) note(f Finding) int {
	o.findings = append(o.findings, f)
	return len(o.findings) - 1
}

// cover tells whether one more cover may be worked on.
func (o *opener) cover(method Method, whole bool) bool {
	if o.covers++; o.covers <= o.lim.Covers {
		return true
	}
	if !o.full {
		o.full = true
		o.note(Finding{Method: method, Outcome: TooDeep, Whole: whole})
	}
	return false
}

// open gives e with what could be opened in it put in its place, nil where nothing was. Whole tells that nothing of the
// mail stands outside e.
func (o *opener) open(e entity, depth int, whole bool) []byte {
	o.parts--
	if depth > o.lim.Depth || o.parts < 0 {
		return nil
	}
	switch {
	case e.mediaType == "multipart/encrypted":
		return o.encrypted(e, depth, whole)
	case e.mediaType == "multipart/signed":
		return o.signed(e, depth, whole)
	case e.isMultipart():
		return o.multipart(e, depth)
	case e.mediaType == "message/rfc822" || e.mediaType == "message/global":
		return o.forwarded(e, depth)
	case isCMS(e):
		return o.cms(e, depth, whole)
	case e.mediaType == "application/pgp-keys":
		o.offer(e.decoded())
		return nil
	case e.mediaType == "application/pgp-encrypted", e.mediaType == "application/pgp-signature":
		return nil
	}
	return o.leaf(e, whole)
}

// multipart opens the parts of e. Exchange servers are known to make multipart/mixed of PGP/MIME, with its two parts left
// behind an empty text; there the pair is the message.
func (o *opener) multipart(e entity, depth int) []byte {
	parts := e.parts(o.lim.Parts)
	news := make([][]byte, len(parts))
	for i := 0; i < len(parts); i++ {
		part := readEntity(e.raw[parts[i].start:parts[i].end])
		if part.mediaType == "application/pgp-encrypted" && i+1 < len(parts) && bytes.Contains(part.raw[part.body:], []byte("Version")) {
			i++
			message := readEntity(e.raw[parts[i].start:parts[i].end])
			news[i] = o.ciphertext(message, message, depth, false)
			continue
		}
		news[i] = o.open(part, depth+1, false)
	}
	return e.replaced(parts, news)
}

// forwarded opens the mail inside message/rfc822. What it says is its writer's, not that of the mail around it.
func (o *opener) forwarded(e entity, depth int) []byte {
	inner := readEntity(e.raw[e.body:])
	around := o.from
	o.from = senders(inner)
	opened := o.open(inner, depth+1, false)
	o.from = around
	if opened == nil {
		return nil
	}
	return append(bytes.Clone(e.raw[:e.body]), opened...)
}

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
	protected := o.protected(inner, whole)
	if opened := o.open(inner, depth+1, whole); opened != nil {
		inner = readEntity(opened)
		protected = append(o.protected(inner, whole), protected...)
	}
	return carrier.carry(inner, protected)
}

// protected are the fields of the mail that a content around which the cover lies speaks for.
func (o *opener) protected(inner entity, whole bool) []field {
	if !whole {
		return nil
	}
	return protectedFields(inner, o.outer.header)
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
	content := e.raw[parts[0].start:parts[0].end]
	o.verify(e, content, readEntity(e.raw[parts[1].start:parts[1].end]), whole)

	inner := readEntity(content)
	protected := o.protected(inner, whole)
	opened := o.open(inner, depth+1, whole)
	if opened == nil {
		if whole && depth == 0 {
			return e.withFields(protected)
		}
		return nil
	}
	inner = readEntity(opened)
	return e.carry(inner, append(o.protected(inner, whole), protected...))
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
		out = append(out, bytes.TrimSuffix(line, []byte("\r"))...)
		if broken {
			out = append(out, "\r\n"...)
		} else if len(line) > 0 && line[len(line)-1] == '\r' {
			out = append(out, '\r')
		}
		pos = end
	}
	return out
}
