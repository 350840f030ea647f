package form

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

	"todoke/internal/formats/forms"
)

// envelope is what the message needs beside the answers.
type envelope struct {
	to, noReply string
	lang        string // of the reporter, "ja" or "en"
	nonce       [16]byte
	now         time.Time
	files       []file
}

// compose makes the one message (RFC 5322) of a form. Nothing that was typed stands in the header but the reply address, which
// is checked, and the name, as an encoded word. The Message-ID is made of the stamp, so that a form that was sent twice to two
// nodes is recognisably one.
func compose(c checked, e envelope) []byte {
	var b bytes.Buffer
	b.Grow(messageSize(c, e.files))
	header(&b, c, e)
	parts := multipart.NewWriter(&b)
	parts.SetBoundary("todoke-" + hex.EncodeToString(e.nonce[:]))
	b.WriteString("Content-Type: multipart/mixed;\r\n boundary=\"" + parts.Boundary() + "\"\r\n\r\n")
	writeText(parts, forms.WriteTodoke(e.lang, c.form))
	if c.key != "" {
		writeFile(parts, file{Name: "key.asc", Type: "application/pgp-keys", Data: pieces{[]byte(c.key + "\n")}})
	}
	for _, f := range e.files {
		writeFile(parts, f)
	}
	parts.Close()
	return b.Bytes()
}

// messageSize is about how many bytes compose will make, so that they are asked for once.
func messageSize(c checked, files []file) int {
	size := 8<<10 + 3*len(c.form.Fields["log"]) + 3*len(c.form.Fields["details"]) + 2*len(c.key)
	for _, f := range files {
		size += encodedLen(int(f.Data.size())) + 1<<10
	}
	return size
}

// lineLen is how many bytes make a line of base64 (RFC 2045, section 6.8): 76 characters.
const lineLen = 57

func encodedLen(n int) int { return (n + lineLen - 1) / lineLen * 78 }

func header(b *bytes.Buffer, c checked, e envelope) {
	from := mail.Address{Name: c.name, Address: c.email}
	if c.email == "" {
		from.Address = e.noReply
	}
	_, host, _ := strings.Cut(e.noReply, "@")
	subject := "Report by web form: "
	if e.lang == "ja" {
		subject = "Web フォームからの届出："
	}
	for _, kind := range forms.TodokeKinds() {
		if kind.Value == c.form.Fields["incident_type"] {
			subject += kind.Words.In(e.lang)
		}
	}
	for _, field := range [][2]string{
		{"Date", e.now.Format("Mon, 02 Jan 2006 15:04:05 -0700")},
		{"From", from.String()},
		{"To", "<" + e.to + ">"},
		{"Subject", mime.BEncoding.Encode("utf-8", subject)},
		{"Message-ID", "<" + hex.EncodeToString(e.nonce[:]) + "@" + host + ">"},
		{"Content-Language", e.lang},
		{"X-Todoke-Form", forms.TodokeName + "; version=1"},
		{"MIME-Version", "1.0"},
	} {
		b.WriteString(field[0] + ":" + fold(field[1]) + "\r\n")
	}
}

// fold begins a new line before each encoded word, which may be 75 characters long on a line of 76 (RFC 2047, section 2), and
// before the address behind one. Nothing else that we write is long.
func fold(value string) string {
	return strings.NewReplacer(" =?", "\r\n =?", "?= <", "?=\r\n <").Replace(" " + value)
}

// writeText writes the form's text. What is mostly ASCII stays readable as it is.
func writeText(parts *multipart.Writer, text string) {
	canonical := strings.ReplaceAll(text, "\n", "\r\n")
	other := 0
	for i := range len(text) {
		if text[i] >= 0x80 {
			other++
		}
	}
	h := textproto.MIMEHeader{"Content-Type": {"text/plain; charset=utf-8"}}
	if other*6 > len(text) {
		h.Set("Content-Transfer-Encoding", "base64")
		w, _ := parts.CreatePart(h)
		writeBase64(w, []byte(canonical))
		return
	}
	h.Set("Content-Transfer-Encoding", "quoted-printable")
	w, _ := parts.CreatePart(h)
	q := quotedprintable.NewWriter(w)
	io.WriteString(q, canonical)
	q.Close()
}

func writeFile(parts *multipart.Writer, f file) {
	w, _ := parts.CreatePart(textproto.MIMEHeader{
		"Content-Type":              {attachmentType(f.Type)},
		"Content-Disposition":       {disposition(f.Name)},
		"Content-Transfer-Encoding": {"base64"},
	})
	for _, piece := range f.Data {
		writeBase64(w, piece)
	}
}

// attachmentType is the type that a file has in the message. Browsers guess it, so it is a hint at best. A message or multipart
// is left to the reader to find by its name: neither may be encoded in base64 (RFC 2045, section 6.4), and it must come as it was.
func attachmentType(said string) string {
	t, _, err := mime.ParseMediaType(said)
	if err != nil || strings.HasPrefix(t, "multipart/") || strings.HasPrefix(t, "message/") || mime.FormatMediaType(t, nil) == "" {
		return "application/octet-stream"
	}
	return t
}

// disposition names the file; names beyond ASCII are encoded by RFC 2231.
func disposition(name string) string {
	if d := mime.FormatMediaType("attachment", map[string]string{"filename": name}); d != "" {
		return d
	}
	return "attachment"
}

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
