package compose

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/textproto"
	"strings"
	"time"
)

// Envelope is what a message needs beside what was posted.
type Envelope struct {
	To      string                    // the desk's address that takes reports
	NoReply string                    // the sender where no reporter is told
	Own     func(address string) bool // tells the desk's own addresses: none of them reports. Nil: there are none
	ID      [16]byte                  // of the message
	Now     time.Time
}

func (e Envelope) own(address string) bool { return e.Own != nil && e.Own(address) }

// host is the domain of Message-IDs.
func (e Envelope) host() string {
	_, host, _ := strings.Cut(e.NoReply, "@")
	return host
}

// field is one field of a header.
type field struct{ name, value string }

// header begins a message with the fields that every message has (RFC 5322, section 3.6) and those that are given. Nothing that was
// posted gets into it but as an encoded word (RFC 2047) or a checked address.
func header(b *bytes.Buffer, e Envelope, from mail.Address, subject string, more ...field) {
	if from.Address == "" {
		from.Address = e.NoReply
	}
	fields := append([]field{
		{"Date", e.Now.Format("Mon, 02 Jan 2006 15:04:05 -0700")},
		{"From", from.String()},
		{"To", "<" + e.To + ">"},
		{"Subject", mime.BEncoding.Encode("utf-8", subject)},
		{"Message-ID", "<" + hex.EncodeToString(e.ID[:]) + "@" + e.host() + ">"},
		{"MIME-Version", "1.0"},
	}, more...)
	for _, f := range fields {
		// Encoded words and the address are the only places where a long line can be folded (RFC 5322, section 2.2.3).
		b.WriteString(f.name + ": " + foldable.Replace(f.value) + "\r\n")
	}
}

var foldable = strings.NewReplacer("?= =?", "?=\r\n =?", "?= <", "?=\r\n <", "\" <", "\"\r\n <")

// parts begins a multipart/mixed body (RFC 2046, section 5.1.3). Its boundary is made of the message's id.
func parts(b *bytes.Buffer, e Envelope) *multipart.Writer {
	w := multipart.NewWriter(b)
	w.SetBoundary("todoke-" + hex.EncodeToString(e.ID[:]))
	b.WriteString("Content-Type: multipart/mixed;\r\n boundary=\"" + w.Boundary() + "\"\r\n\r\n")
	return w
}

// writePart writes a part of text in quoted-printable (RFC 2045, section 6.7), so that what is ASCII stays readable as it is.
// A name makes it an attachment.
func writePart(w *multipart.Writer, contentType, name, text string) {
	h := textproto.MIMEHeader{"Content-Type": {contentType}, "Content-Transfer-Encoding": {"quoted-printable"}}
	if name != "" {
		h.Set("Content-Disposition", "attachment; filename=\""+name+"\"")
	}
	part, _ := w.CreatePart(h) // a buffer takes everything
	q := quotedprintable.NewWriter(part)
	io.WriteString(q, text) // it ends lines with CRLF
	q.Close()
}

// lineLen is how many bytes make a line of base64 (RFC 2045, section 6.8): 76 characters.
const lineLen = 57

func writeBase64(w io.Writer, data []byte) {
	line := make([]byte, 78)
	for len(data) > 0 {
		n := min(lineLen, len(data))
		base64.StdEncoding.Encode(line, data[:n])
		end := base64.StdEncoding.EncodedLen(n)
		line[end], line[end+1] = '\r', '\n'
		w.Write(line[:end+2])
		data = data[n:]
	}
}
