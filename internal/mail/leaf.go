package mail

import (
	"bytes"
	"strconv"
	"strings"
	"unsafe"

	"todoke/internal/mail/charset"
	"todoke/internal/mail/htmltext"
	"todoke/internal/mail/rtftext"
)

// leaf decodes the body of p, which stands in p.Raw, and reads it by its type.
func (r *reader) leaf(p *Part, enc transferEncoding, depth int) {
	p.Body = r.decode(p, p.Raw, enc)
	switch {
	case isMessage(p.Type) && depth < r.lim.Depth:
		r.embed(&cursor{raw: p.Body}, p, depth)
	case isTNEF(p):
		r.readTNEF(p, depth)
	case isTextual(p):
		r.readText(p)
	}
}

// decode gives the transfer-decoded bytes of raw.
func (r *reader) decode(p *Part, raw []byte, enc transferEncoding) []byte {
	if enc == encBase64 && !looksBase64(raw) {
		r.problem(p, "labelled base64 but is not; read as not encoded")
		return raw
	}
	switch {
	case enc == encIdentity, enc == encQuotedPrintable && bytes.IndexByte(raw, '=') < 0:
		return raw
	case enc == encUuencode:
		return r.decodeUuencode(p, raw)
	}
	size := int64(len(raw))
	if enc == encBase64 {
		size = size/4*3 + 3
	}
	if size > r.decoded {
		r.problem(p, "decoded body too long; cut")
		raw = raw[:max(0, r.decoded-3)]
		size = int64(len(raw))
	}
	data := make([]byte, 0, size)
	if enc == encQuotedPrintable {
		data = appendQuotedPrintable(data, raw)
	} else {
		var junk int
		if data, junk = appendBase64(data, raw); junk > 0 {
			r.problem(p, plural(junk, "byte", "bytes")+" in base64 that fit nothing left out")
		}
	}
	r.decoded -= int64(cap(data))
	return data
}

// decodeUuencode gives the file in a body that is uuencoded as a whole.
func (r *reader) decodeUuencode(p *Part, raw []byte) []byte {
	f, ok := findUuencode(raw, 0, r.decoded)
	if !ok {
		r.problem(p, "labelled uuencode but is not; read as not encoded")
		return raw
	}
	r.decoded -= int64(cap(f.data))
	if p.Name == "" {
		p.Name = fileName(decodeParam(f.name, ""))
	}
	return f.data
}

// textTypes are the types beside text/… that are read as text.
var textTypes = map[string]bool{
	"message/delivery-status": true, "message/disposition-notification": true, "message/feedback-report": true,
	"message/global-delivery-status": true, "message/rfc822-headers": true, "message/partial": true, "message/external-body": true,
	"application/json": true, "application/xml": true, "application/x-yaml": true, "application/yaml": true, "application/csv": true,
	"application/x-csv": true, "application/xhtml+xml": true, "application/x-arf": true, "application/pgp": true, "application/x-ndjson": true,
	"application/log": true, "application/rtf": true, "application/x-log": true, "application/txt": true, "application/text": true, "application/sql": true,
}

// textNames are the ends of file names whose content is text whatever the type says.
var textNames = []string{".txt", ".log", ".csv", ".tsv", ".json", ".xml", ".yaml", ".yml", ".md", ".text", ".eml", ".ioc", ".list", ".lst", ".conf"}

// isTextual tells whether the body of p is to be read as text.
func isTextual(p *Part) bool {
	if p.isText() && p.Name != "" && !looksText(p.Body) && !charset.IsWide(p.Params.Get("charset")) {
		return false // a file under a wrong type, as some mailers call everything text/plain
	}
	if p.isText() || textTypes[p.Type] || strings.HasSuffix(p.Type, "+json") || strings.HasSuffix(p.Type, "+xml") {
		return true
	}
	if p.Type != "application/octet-stream" && !strings.HasPrefix(p.Type, "application/x-") {
		return false
	}
	name := strings.ToLower(p.Name)
	for _, end := range textNames {
		if strings.HasSuffix(name, end) {
			return looksText(p.Body)
		}
	}
	return false
}

// looksText tells whether a file is text: no NUL and hardly a control character at its beginning, or UTF-16.
func looksText(body []byte) bool {
	sample := body[:min(len(body), 4096)]
	if bytes.HasPrefix(sample, []byte{0xFF, 0xFE}) || bytes.HasPrefix(sample, []byte{0xFE, 0xFF}) {
		return true
	}
	controls := 0
	for _, c := range sample {
		if c < 0x20 && c != '\n' && c != '\r' && c != '\t' && c != '\f' && c != 0x1B {
			controls++
		}
	}
	return controls*64 <= len(sample)
}

// readText fills p.Text from p.Body.
func (r *reader) readText(p *Part) {
	body := r.takeUuencoded(p)
	if int64(len(body)) > r.text {
		r.problem(p, "text too long; cut")
		body = body[:r.text]
	}
	r.text -= int64(len(body))
	body = bytes.TrimPrefix(body, []byte("\xEF\xBB\xBF"))
	p.HTML = p.Type == "text/html" || p.Type == "application/xhtml+xml"
	label := p.Params.Get("charset")
	if label == "" && p.HTML {
		label = htmltext.DeclaredCharset(body)
	}
	res := charset.ToUTF8(body, label)
	p.Charset = res.Charset
	if res.Guess != "" {
		r.problem(p, res.Guess)
	}
	if res.Bad > 0 {
		r.problem(p, plural(res.Bad, "character", "characters")+" unreadable in "+res.Charset)
	}
	if p.HTML {
		doc := htmltext.Convert(res.Text)
		if doc.Cut {
			r.problem(p, "HTML that shows more than it holds; cut")
		}
		p.Text = cleanText(doc.Text)
		for _, l := range doc.Links {
			p.Links = append(p.Links, Link(l))
		}
		return
	}
	if isRTF(p) {
		p.Text = cleanText([]byte(rtftext.Convert(body).Text))
		return
	}
	// The text was made a moment ago and nobody else holds it: it may be cleaned in place.
	p.Text = cleanText(unsafe.Slice(unsafe.StringData(res.Text), len(res.Text)))
	if strings.EqualFold(p.Params.Get("format"), "flowed") {
		p.Text = unflow(p.Text, strings.EqualFold(p.Params.Get("delsp"), "yes"))
	}
}

// takeUuencoded makes children of the uuencoded files in a text and gives the text without them.
func (r *reader) takeUuencoded(p *Part) []byte {
	body := p.Body
	if p.HTML || !bytes.Contains(body, []byte("begin ")) {
		return body
	}
	var text []byte
	at := 0
	for at < len(body) {
		f, ok := findUuencode(body, at, r.decoded)
		if !ok {
			break
		}
		r.decoded -= int64(cap(f.data))
		child := r.child(p)
		if child == nil {
			break
		}
		child.Path = section(p.Path, strconv.Itoa(len(p.Children)))
		child.Type = "application/octet-stream"
		child.Name = fileName(decodeParam(f.name, ""))
		child.Disposition = "attachment"
		child.Raw, child.Body = body[f.start:f.end], f.data
		r.msg.Parts = append(r.msg.Parts, child)
		if isTextual(child) {
			r.readText(child)
		}
		text = append(text, body[at:f.start]...)
		at = f.end
	}
	if at == 0 {
		return body
	}
	return append(text, body[at:]...)
}

// cleanText makes of decoded text what a reader gets: lines end in \n, other control characters go. It works
// in place.
func cleanText(b []byte) string {
	n := 0
	for i := 0; i < len(b); i++ {
		c := b[i]
		switch {
		case c >= 0x20 && c != 0x7F && c != 0xC2 || c == '\n' || c == '\t':
			b[n] = c
			n++
		case c == '\r':
			if i+1 < len(b) && (b[i+1] == '\n' || b[i+1] == '\r') {
				continue
			}
			b[n] = '\n'
			n++
		case c == '\f' || c == '\v':
			b[n] = '\n'
			n++
		case c == 0xC2:
			if i+1 < len(b) && b[i+1] < 0xA0 { // C1 controls
				i++
				continue
			}
			b[n] = c
			n++
		}
	}
	return unsafe.String(unsafe.SliceData(b), n)
}

// markLesser marks, among the parts of a multipart/alternative, those that another says better as text: plain
// text goes before HTML unless it is a stub.
func markLesser(p *Part) {
	best, bestScore := -1, -1
	for i, child := range p.Children {
		plain, html := textSize(child)
		score := 0
		switch {
		case plain > 0:
			score = 3
		case html > 0:
			score = 2
		}
		if score > bestScore {
			best, bestScore = i, score
		}
	}
	if best < 0 || bestScore == 0 {
		return
	}
	plain, _ := textSize(p.Children[best])
	for i, child := range p.Children {
		if _, html := textSize(child); html > 200 && plain > 0 && plain*8 < html {
			best = i
		}
	}
	for i, child := range p.Children {
		if i != best {
			lesser(child)
		}
	}
}

// textSize is the length of plain text and of HTML text in p and below.
func textSize(p *Part) (plain, html int) {
	if n := len(strings.TrimSpace(p.Text)); n > 0 && p.Disposition != "attachment" {
		switch {
		case p.HTML:
			html = n
		case p.Type == "text/plain":
			plain = n
		}
	}
	for _, child := range p.Children {
		a, b := textSize(child)
		plain, html = plain+a, html+b
	}
	return plain, html
}

// lesser marks the texts of p and below, attachments excepted.
func lesser(p *Part) {
	p.Lesser = p.Disposition != "attachment"
	for _, child := range p.Children {
		lesser(child)
	}
}
