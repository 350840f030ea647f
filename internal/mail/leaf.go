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
	if isMailFile(p) {
		p.Type = "message/rfc822"
	}
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
var textNames = []string{".txt", ".log", ".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".xml", ".yaml", ".yml", ".md", ".text", ".eml", ".hdr", ".ioc", ".list", ".lst", ".conf", ".out"}

// isTextual tells whether the body of p is to be read as text.
func isTextual(p *Part) bool {
	if p.isText() && p.Name != "" && !looksText(p.Body) && !charset.IsWide(p.Params.Get("charset")) {
		return false // a file under a wrong type, as some mailers call everything text/plain
	}
	if p.isText() || textTypes[p.Type] || strings.HasSuffix(p.Type, "+json") || strings.HasSuffix(p.Type, "+xml") {
		return true
	}
	return !isMedia(p) && hasTextName(p) && looksText(p.Body)
}

// isMedia tells whether a part is of a type that never holds text. The types of applications are not believed: table programs
// put theirs on every list of values, and a mail program that knows no better calls any file a download.
func isMedia(p *Part) bool {
	major, _, _ := strings.Cut(p.Type, "/")
	switch major {
	case "image", "audio", "video", "font", "model", "multipart", "message":
		return true
	}
	return false
}

// hasTextName tells whether the file is named as texts are: by its ending, also where a number or date of rotation follows it
// ("access.log.1"), or by none at all as the logs of Unix are ("messages").
func hasTextName(p *Part) bool {
	name := strings.TrimSuffix(strings.TrimRight(strings.ToLower(p.Name), "0123456789-_"), ".")
	for _, end := range textNames {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	return name != "" && !strings.Contains(name, ".")
}

// isMailFile tells whether a file is a mail under the type of any file, as programs attach it that know no better.
func isMailFile(p *Part) bool {
	return strings.HasSuffix(strings.ToLower(p.Name), ".eml") && !p.isText() && !isMedia(p) && looksText(p.Body)
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
