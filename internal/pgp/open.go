package pgp

import (
	"bytes"

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

	protected []field // header fields that the contents of the mail speak for

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
