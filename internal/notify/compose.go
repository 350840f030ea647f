package notify

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"mime"
	"net/mail"
	"strings"
	"time"
	"unicode"
)

// Letter is an acknowledgement to be written.
type Letter struct {
	Language  string // "ja" or "en"
	DeskName  string
	Number    string
	Inquiry   bool
	From      string // our address, to which the report came
	ReplyTo   string // the same with the token
	To        string
	MessageID string   // with angle brackets
	InReplyTo string   // the message that it answers, "" where it has no Message-ID
	Refs      []string // its References
	Date      time.Time
}

// maxReferences is how many earlier messages an answer names; more than that no mailer needs.
const maxReferences = 20

// header writes the header fields of the letter but those of its content. Auto-Submitted tells other machines to keep silent (RFC 3834,
// section 5); X-Loop names us, so that we know our own mail again.
func (l Letter) header() []byte {
	var b bytes.Buffer
	field := func(name string, words ...string) {
		for i := range words {
			words[i] = oneLine(words[i])
		}
		if value := strings.Join(words, "\r\n "); value != "" {
			fmt.Fprintf(&b, "%s: %s\r\n", name, value)
		}
	}
	words := wordsOf(l.Language)
	field("Date", l.Date.Format(time.RFC1123Z))
	field("From", (&mail.Address{Name: l.DeskName, Address: l.From}).String())
	field("To", (&mail.Address{Address: l.To}).String())
	field("Reply-To", (&mail.Address{Name: l.DeskName, Address: l.ReplyTo}).String())
	field("Subject", mime.BEncoding.Encode("utf-8", oneLine(words.fill(words.subject, l.Number, l.DeskName))))
	field("Message-ID", l.MessageID)
	field("In-Reply-To", messageID(l.InReplyTo))
	field("References", l.references()...)
	field("Auto-Submitted", "auto-replied")
	field("X-Auto-Response-Suppress", "All")
	field("X-Loop", l.From)
	return b.Bytes()
}

// body writes the letter's content as a MIME entity.
func (l Letter) body() []byte {
	words := wordsOf(l.Language)
	text := words.report
	if l.Inquiry {
		text = words.inquiry
	}
	text = strings.ReplaceAll(words.fill(text, l.Number, l.DeskName), "\n", "\r\n")
	var b bytes.Buffer
	if isASCII(text) {
		b.WriteString("Content-Type: text/plain; charset=us-ascii\r\nContent-Transfer-Encoding: 7bit\r\n\r\n" + text)
		return b.Bytes()
	}
	b.WriteString("Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n")
	encoded := base64.StdEncoding.EncodeToString([]byte(text))
	for len(encoded) > 0 {
		n := min(76, len(encoded)) // RFC 2045, section 6.8
		b.WriteString(encoded[:n] + "\r\n")
		encoded = encoded[n:]
	}
	return b.Bytes()
}

// Bytes is the whole letter.
func (l Letter) Bytes() []byte {
	return append(append(l.header(), "MIME-Version: 1.0\r\n"...), l.body()...)
}

// references are those of the answered message and the message itself (RFC 5322, section 3.6.4).
func (l Letter) references() []string {
	var refs []string
	for _, ref := range append(append([]string{}, l.Refs...), l.InReplyTo) {
		if ref = messageID(ref); ref != "" {
			refs = append(refs, ref)
		}
	}
	if len(refs) > maxReferences {
		refs = append(refs[:1:1], refs[len(refs)-maxReferences+1:]...)
	}
	return refs
}

// messageID is a foreign Message-ID as it may stand in a field of ours, "" where it may not.
func messageID(id string) string {
	if len(id) < 3 || len(id) > 250 || id[0] != '<' || id[len(id)-1] != '>' || !isASCII(id) || strings.ContainsFunc(id, func(r rune) bool { return r <= ' ' || r == 0x7f }) ||
		strings.ContainsAny(id[1:len(id)-1], "<>") {
		return ""
	}
	return id
}

// oneLine takes out what would end a header field.
func oneLine(value string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return -1
		}
		return r
	}, value)
}

func isASCII(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return r > 0x7e }) < 0
}
