package fax

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"mime"
	"mime/multipart"
	"net/mail"
	"net/textproto"
	"strings"
	"time"
)

// Paper is a fax that a handler typed in.
type Paper struct {
	Number   string    // the caller's, as printed on the fax; "" where it is not
	Sender   string    // the person or house that wrote it, "" where not told
	Pages    int       // 0 where not counted
	Received time.Time // when the fax came, not when it was typed
	Text     string    // what it says
	Handler  string    // who typed it
	Scan     []byte    // a scan of the paper (TIFF or PDF), nil for none
}

// Typing is what the message needs beside the paper.
type Typing struct {
	To      string   // the desk's address for reports
	NoReply string   // the sender of such messages; it must be one of the settings' fax_gateways
	Country string   // as in Own
	Nonce   [16]byte // random; it makes the Message-ID, so that a form sent twice is one message
}

// Typed writes the message (RFC 5322, RFC 2045) of a fax that was typed in; it is to be deposited with the door "fax". Recognise reads
// the number and the pages again. Nothing that was typed stands in the header but the name, as an encoded word, and digits.
func Typed(paper Paper, typing Typing) []byte {
	var b bytes.Buffer
	number := Normalise(paper.Number, typing.Country)
	from := mail.Address{Name: cut(strings.TrimSpace(paper.Sender), maxLine), Address: typing.NoReply}
	if from.Name == "" {
		from.Name = number
	}
	_, host, _ := strings.Cut(typing.NoReply, "@")
	for _, field := range [][2]string{
		{"Date", paper.Received.Format("Mon, 02 Jan 2006 15:04:05 -0700")},
		{"From", from.String()},
		{"To", "<" + typing.To + ">"},
		{"Subject", mime.BEncoding.Encode("utf-8", strings.TrimSpace("FAX "+number))},
		{"Message-ID", "<" + hex.EncodeToString(typing.Nonce[:]) + "@" + host + ">"},
		{"X-Todoke-Fax", fmt.Sprintf("typed; number=%s; pages=%d", number, max(0, paper.Pages))},
		{"X-Todoke-Handler", mime.BEncoding.Encode("utf-8", cut(paper.Handler, maxLine))},
		{"MIME-Version", "1.0"},
	} {
		// A line is folded between encoded words, the only places with spaces in what may be long (RFC 5322, section 2.2.3).
		value := strings.NewReplacer("?= =?", "?=\r\n =?", "?= <", "?=\r\n <").Replace(field[1])
		b.WriteString(field[0] + ": " + value + "\r\n")
	}
	parts := multipart.NewWriter(&b)
	parts.SetBoundary("todoke-" + hex.EncodeToString(typing.Nonce[:]))
	b.WriteString("Content-Type: multipart/mixed;\r\n boundary=\"" + parts.Boundary() + "\"\r\n\r\n")
	text := strings.NewReplacer("\r\n", "\r\n", "\r", "\r\n", "\n", "\r\n").Replace(strings.TrimRight(paper.Text, "\r\n") + "\n")
	writePart(parts, "text/plain; charset=utf-8", "", []byte(text))
	if kind, err := jobFor(paper.Scan); err == nil {
		writePart(parts, map[JobKind]string{JobTIFF: "image/tiff", JobPDF: "application/pdf"}[kind], "fax."+string(kind), paper.Scan)
	}
	parts.Close()
	return b.Bytes()
}

// lineLen is how many bytes make a line of base64 (RFC 2045, section 6.8): 76 characters.
const lineLen = 57

func writePart(parts *multipart.Writer, mediaType, name string, data []byte) {
	header := textproto.MIMEHeader{"Content-Type": {mediaType}, "Content-Transfer-Encoding": {"base64"}}
	if name != "" {
		header.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	}
	w, _ := parts.CreatePart(header) // into memory: no error
	for ; len(data) > 0; data = data[min(lineLen, len(data)):] {
		fmt.Fprintf(w, "%s\r\n", base64.StdEncoding.EncodeToString(data[:min(lineLen, len(data))]))
	}
}
