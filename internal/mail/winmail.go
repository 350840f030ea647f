package mail

import (
	"bytes"
	"strconv"
	"strings"

	"todoke/internal/mail/charset"
	"todoke/internal/mail/rtftext"
	"todoke/internal/mail/tnef"
)

var tnefSignature = []byte{0x78, 0x9F, 0x3E, 0x22}

// isTNEF tells whether p is the "winmail.dat" of Outlook.
func isTNEF(p *Part) bool {
	return bytes.HasPrefix(p.Body, tnefSignature) &&
		(strings.HasSuffix(p.Type, "ms-tnef") || p.Type == "application/octet-stream" || strings.EqualFold(p.Name, "winmail.dat"))
}

// readTNEF makes children of what is in the TNEF stream p.
func (r *reader) readTNEF(p *Part, depth int) {
	m, err := tnef.Parse(p.Body, tnef.Limits{
		Attachments: r.lim.Parts - len(r.msg.Parts),
		Depth:       r.lim.Depth - depth,
		RTF:         min(r.decoded, r.text),
	})
	if err != nil {
		r.problem(p, "TNEF broken: "+err.Error())
	}
	r.tnefMessage(p, m)
}

// tnefMessage makes children of p of the text and the attachments of m. The text is the lesser of two where the
// mail has it as a part of its own too.
func (r *reader) tnefMessage(p *Part, m *tnef.Message) {
	said := r.hasPlainText(p.Embedded)
	switch {
	case len(m.HTML) > 0:
		r.tnefPart(p, "text/html", m.Charset, m.HTML, said)
	case len(m.RTF) > 0:
		r.decoded -= int64(cap(m.RTF))
		doc := rtftext.Convert(m.RTF)
		mediaType := "text/plain"
		if doc.HTML {
			mediaType = "text/html"
		}
		r.tnefPart(p, mediaType, charset.UTF8, []byte(doc.Text), said)
	case len(m.Text) > 0:
		r.tnefPart(p, "text/plain", m.Charset, m.Text, said)
	}
	for i := range m.Attachments {
		r.tnefAttachment(p, &m.Attachments[i])
	}
}

func (r *reader) tnefAttachment(p *Part, a *tnef.Attachment) {
	mediaType := "application/octet-stream"
	if major, minor, ok := strings.Cut(a.MediaType, "/"); ok && isToken(major) && isToken(minor) && major != "multipart" && major != "message" {
		mediaType = a.MediaType
	}
	if a.Embedded != nil {
		mediaType = "application/ms-tnef"
	}
	child := r.tnefChild(p, mediaType, a.Data)
	if child == nil {
		return
	}
	child.Name, child.ContentID, child.Disposition = fileName(a.Name), a.ContentID, "attachment"
	switch {
	case a.Embedded != nil:
		child.Embedded = true
		r.tnefMessage(child, a.Embedded)
	case isTextual(child):
		r.readText(child)
	}
}

// tnefPart makes a text of the TNEF stream p a child of it.
func (r *reader) tnefPart(p *Part, mediaType, label string, body []byte, lesser bool) {
	child := r.tnefChild(p, mediaType, body)
	if child == nil {
		return
	}
	if label != "" {
		child.Params = Params{{"charset", label}}
	}
	child.Lesser = lesser
	r.readText(child)
}

func (r *reader) tnefChild(p *Part, mediaType string, body []byte) *Part {
	child := r.child(p)
	if child == nil {
		return nil
	}
	child.Path = section(p.Path, strconv.Itoa(len(p.Children)))
	child.Type, child.Body = mediaType, body
	r.msg.Parts = append(r.msg.Parts, child)
	return child
}

// hasPlainText tells whether a readable text has been met already, in embedded messages or outside of them.
func (r *reader) hasPlainText(embedded bool) bool {
	for _, p := range r.msg.Parts {
		if p.Embedded == embedded && p.Type == "text/plain" && p.Disposition != "attachment" && strings.TrimSpace(p.Text) != "" {
			return true
		}
	}
	return false
}

func isRTF(p *Part) bool {
	return p.Type == "text/rtf" || p.Type == "application/rtf" || p.Type == "text/richtext" && bytes.HasPrefix(p.Body, []byte(`{\rtf`))
}
