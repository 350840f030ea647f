package sample

import (
	"fmt"
	"html"
	"math/rand/v2"
	"regexp"
	"strings"
	"time"
)

// bytes is the message as it lies in our archive.
func (m *message) bytes() ([]byte, error) {
	rnd := rand.New(rand.NewPCG(m.seed, 7))
	charset := encodable(m.charset, m.body, m.subject, m.from.Name)
	var b strings.Builder
	m.writeReceived(&b)
	fmt.Fprintf(&b, "Message-ID: %s\n", m.id)
	fmt.Fprintf(&b, "Date: %s\n", m.wrote.In(m.from.zone()).Format("Mon, 2 Jan 2006 15:04:05 -0700"))
	fmt.Fprintf(&b, "From: %s\n", address(charset, m.from.Name, m.from.Mail, rnd.IntN(5)))
	if m.from.form != "" {
		fmt.Fprintf(&b, "Reply-To: %s\n", m.from.form)
	}
	fmt.Fprintf(&b, "To: %s\n", m.to)
	if m.cc != "" {
		fmt.Fprintf(&b, "Cc: %s\n", m.cc)
	}
	fmt.Fprintf(&b, "Subject: %s\n", headerText(charset, m.subject))
	if m.answers != nil {
		threading := rnd.IntN(10)
		if threading != 0 {
			fmt.Fprintf(&b, "In-Reply-To: %s\n", m.answers.id)
		}
		if threading != 1 {
			fmt.Fprintf(&b, "References: %s\n", strings.Join(m.references(), "\n "))
		}
	}
	for _, h := range m.headers {
		b.WriteString(h + "\n")
	}
	if m.from.mua.header != "" && m.kind != KindBounce {
		b.WriteString(m.from.mua.header + "\n")
	}
	if err := m.writeBody(&b, charset, rnd); err != nil {
		return nil, err
	}
	text := b.String()
	if m.seed%4 > 0 {
		text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\n", "\r\n")
	}
	return []byte(text), nil
}

// references lists the thread above the message, the oldest first.
func (m *message) references() []string {
	var ids []string
	for a := m.answers; a != nil && len(ids) < 8; a = a.answers {
		ids = append([]string{a.id}, ids...)
	}
	return ids
}

// writeReceived writes the way of the mail, the topmost line being that of our
// own server at the time of receipt.
func (m *message) writeReceived(b *strings.Builder) {
	if m.kind == KindOutbound && m.archived {
		return
	}
	rnd := rand.New(rand.NewPCG(m.path, 11))
	id := func() string { return fmt.Sprintf("%X", 0x1000000000+rnd.Int64N(0xE000000000)) }
	stamp := func(t time.Time) string { return t.In(tokyo).Format("Mon, _2 Jan 2006 15:04:05 -0700 (MST)") }
	if m.kind == KindOutbound {
		fmt.Fprintf(b, "Received: from desk%d.csirt.example.jp (desk.csirt.example.jp [192.0.2.25])\n\tby mx.csirt.example.jp (Postfix) with ESMTP id %s\n\tfor <archive@csirt.example.jp>; %s\n", 1+rnd.IntN(3), id(), stamp(m.received))
		return
	}
	domain := m.from.Domain()
	relay := []string{"mail", "mx1", "smtp", "mta02", "relay"}[rnd.IntN(5)] + "." + domain
	fmt.Fprintf(b, "Return-Path: <%s>\n", m.returnPath())
	fmt.Fprintf(b, "Received: from %s (%s [%s])\n\tby mx.csirt.example.jp (Postfix) with ESMTP id %s\n\tfor <%s>; %s\n", relay, relay, m.from.mtaIP, id(), m.to, stamp(m.received))
	before := m.wrote
	if m.received.Sub(before) > 12*time.Hour {
		before = m.received.Add(-20 * time.Second)
	}
	switch rnd.IntN(4) {
	case 0:
		fmt.Fprintf(b, "Received: from [192.168.%d.%d] (unknown [10.1.%d.%d])\n\tby %s (8.13.8/8.13.8) with ESMTP id m4%s;\n\t%s\n", rnd.IntN(9), 2+rnd.IntN(200), rnd.IntN(9), 2+rnd.IntN(200), relay, id()[:8], before.In(m.from.zone()).Format(time.RFC1123Z))
	case 1:
		fmt.Fprintf(b, "Received: (qmail %d invoked from network); %s\n", 2000+rnd.IntN(30000), before.UTC().Format("2 Jan 2006 15:04:05 -0000"))
	case 2:
		fmt.Fprintf(b, "Received: from localhost (localhost [127.0.0.1])\n\tby %s (Postfix) with ESMTP id %s;\n\t%s\n", relay, id(), before.In(m.from.zone()).Format(time.RFC1123Z))
	}
}

func (m *message) returnPath() string {
	if m.kind == KindBounce {
		return ""
	}
	return m.from.Mail
}

// address writes a From field in one of the usual forms.
func address(charset, name, mail string, form int) string {
	switch {
	case form == 0:
		return mail
	case strings.ContainsFunc(name, func(r rune) bool { return r > '~' }):
		return headerText(charset, name) + " <" + mail + ">"
	case strings.ContainsAny(name, ".,'") || form == 1:
		return `"` + name + `" <` + mail + ">"
	}
	return name + " <" + mail + ">"
}

// writeBody writes the content headers and the body: one text, alternatives of
// a text, or a text with attachments.
func (m *message) writeBody(b *strings.Builder, charset string, rnd *rand.Rand) error {
	shape := m.shape
	if shape == "" && m.from.mua.html && len(m.parts) == 0 && rnd.IntN(3) > 0 {
		shape = "alternative"
	}
	if m.from.mua.bare && charset == "iso-2022-jp" && shape == "" && len(m.parts) == 0 {
		raw, err := encodeText(charset, m.body)
		b.WriteString("\n" + raw)
		return err
	}
	b.WriteString("MIME-Version: 1.0\n")
	boundary := fmt.Sprintf("----=_Part_%d_%08X", rnd.IntN(90000), rnd.Uint32())
	if len(m.parts) == 0 {
		return m.writeText(b, shape, boundary, charset, rnd)
	}
	fmt.Fprintf(b, "Content-Type: %s;\n\tboundary=\"%s\"\n\nThis is a multi-part message in MIME format.\n\n", m.mixed(), boundary)
	fmt.Fprintf(b, "--%s\n", boundary)
	if err := m.writeText(b, shape, "a"+boundary, charset, rnd); err != nil {
		return err
	}
	for _, p := range m.parts {
		fmt.Fprintf(b, "\n--%s\n", boundary)
		if err := writePart(b, p, charset, rnd); err != nil {
			return err
		}
	}
	fmt.Fprintf(b, "\n--%s--\n", boundary)
	return nil
}

// mixed is the type of a message with attachments. Reports of machines are
// those of RFC 3462.
func (m *message) mixed() string {
	for _, p := range m.parts {
		switch p.name {
		case "feedback":
			return "multipart/report; report-type=feedback-report"
		case "delivery-status":
			return "multipart/report; report-type=delivery-status"
		}
	}
	return "multipart/mixed"
}

func (m *message) writeText(b *strings.Builder, shape, boundary, charset string, rnd *rand.Rand) error {
	switch shape {
	case "html":
		return writeLeaf(b, "text/html", "", charset, asHTML(m.body), rnd)
	case "rawhtml":
		return writeLeaf(b, "text/html", "", charset, m.body, rnd)
	case "alternative":
		fmt.Fprintf(b, "Content-Type: multipart/alternative;\n\tboundary=\"%s\"\n\n--%s\n", boundary, boundary)
		if err := writeLeaf(b, "text/plain", "", charset, m.body, rnd); err != nil {
			return err
		}
		fmt.Fprintf(b, "\n--%s\n", boundary)
		if err := writeLeaf(b, "text/html", "", charset, asHTML(m.body), rnd); err != nil {
			return err
		}
		fmt.Fprintf(b, "\n--%s--\n", boundary)
		return nil
	}
	return writeLeaf(b, "text/plain", "", charset, m.body, rnd)
}

// writeLeaf writes one text with its content headers.
func writeLeaf(b *strings.Builder, kind, disposition, charset, text string, rnd *rand.Rand) error {
	raw, err := encodeText(charset, text)
	if err != nil {
		return fmt.Errorf("encoding into %s: %w", charset, err)
	}
	encoding, body := transfer(charset, raw, rnd.IntN(42))
	fmt.Fprintf(b, "Content-Type: %s; charset=%s\n%sContent-Transfer-Encoding: %s\n\n%s", kind, label(charset, rnd.IntN(6)), disposition, encoding, body)
	return nil
}

// writePart writes one attachment.
func writePart(b *strings.Builder, p filled, charset string, rnd *rand.Rand) error {
	switch p.name {
	case "rfc822":
		fmt.Fprintf(b, "Content-Type: message/rfc822\nContent-Disposition: attachment\n\n%s", p.text)
	case "rfc822-headers":
		fmt.Fprintf(b, "Content-Type: text/rfc822-headers\n\n%s", p.text)
	case "feedback":
		fmt.Fprintf(b, "Content-Type: message/feedback-report\n\n%s", p.text)
	case "delivery-status":
		fmt.Fprintf(b, "Content-Type: message/delivery-status\n\n%s", p.text)
	default:
		disposition := fmt.Sprintf("Content-Disposition: attachment; filename=\"%s\"\n", p.name)
		if strings.HasSuffix(p.name, ".log") && rnd.IntN(2) == 0 {
			fmt.Fprintf(b, "Content-Type: application/octet-stream; name=\"%s\"\n%sContent-Transfer-Encoding: base64\n\n%s", p.name, disposition, base64Lines(p.text))
			return nil
		}
		kind := "text/plain"
		if strings.HasSuffix(p.name, ".csv") {
			kind = "text/csv"
		}
		return writeLeaf(b, fmt.Sprintf("%s; name=\"%s\"", kind, p.name), disposition, encodable(charset, p.text), p.text, rnd)
	}
	return nil
}

var links = regexp.MustCompile(`https?://[^\s<>&"'()]+`)

// asHTML is a text as mail programs put it into HTML, with its links.
func asHTML(text string) string {
	body := links.ReplaceAllString(html.EscapeString(text), `<a href="$0">$0</a>`)
	return "<html>\n<head><style type=\"text/css\">p { margin: 0 }</style></head>\n<body bgcolor=\"#ffffff\">\n<div><font size=\"2\">" +
		strings.ReplaceAll(body, "\n", "<br>\n") + "</font></div>\n</body>\n</html>\n"
}
