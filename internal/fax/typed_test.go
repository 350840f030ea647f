package fax_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"todoke/internal/fax"
	"todoke/internal/mail"
)

var typing = fax.Typing{To: "report@csirt.example.jp", NoReply: "paper@fax.example.jp", Nonce: [16]byte{1, 2, 3}}

// TestTyped: what a handler typed is read again, and looks like a fax of the desk's own gateway.
func TestTyped(t *testing.T) {
	t.Parallel()
	paper := fax.Paper{
		Number: "03-5555-0100", Sender: "例示株式会社 山田", Pages: 2, Received: at(9, 41, 0), Handler: "佐藤",
		Text: "不正アクセスがありました。\n攻撃元: 192.0.2.7\n", Scan: []byte(someTIFF),
	}
	raw := fax.Typed(paper, typing)
	m := mail.Parse(raw, mail.DefaultLimits())
	got, is := fax.Known().Recognise(m, own)
	if !is {
		t.Fatal("not recognised")
	}
	want := fax.Fax{Profile: "typed", Gateway: true, Number: "+81355550100", Told: "+81355550100", Pages: 2, Received: paper.Received,
		Attachments: []fax.Attachment{{Path: "2", Name: "fax.tiff", Type: "image/tiff", Data: []byte(someTIFF)}}}
	got.Received = got.Received.In(tokyo)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if text := m.BodyText(); text != paper.Text {
		t.Errorf("text %q", text)
	}
	if from := m.Header.AddressList("From"); len(from) != 1 || from[0].Name != paper.Sender || from[0].Address != typing.NoReply {
		t.Errorf("from %v", from)
	}
	if id := m.Header.MessageID(); id != "<01020300000000000000000000000000@fax.example.jp>" {
		t.Errorf("Message-ID %s", id)
	}
	if len(m.Problems) > 0 {
		t.Errorf("problems %v", m.Problems)
	}
	if !bytes.Equal(raw, fax.Typed(paper, typing)) {
		t.Error("the same paper is another message")
	}
	for line := range strings.SplitSeq(strings.TrimSuffix(string(raw), "\r\n"), "\r\n") {
		if len(line) > 998 || strings.ContainsAny(line, "\r\n") {
			t.Errorf("line %q", line)
		}
	}
}

// TestTypedHostile: what is typed makes no header field.
func TestTypedHostile(t *testing.T) {
	t.Parallel()
	const evil = "x\r\nBcc: victim@example.com\r\n\r\nbody"
	raw := fax.Typed(fax.Paper{Number: evil, Sender: evil, Handler: strings.Repeat(evil, 100), Text: evil, Received: at(1, 2, 3), Scan: []byte("MZ")}, typing)
	m := mail.Parse(raw, mail.DefaultLimits())
	if m.Header.Has("Bcc") {
		t.Error("a field was typed")
	}
	if len(m.Parts) != 2 { // the multipart and its text: what is no document is left out
		t.Errorf("%d parts", len(m.Parts))
	}
	if got, is := fax.Known().Recognise(m, own); !is || got.Number != "" || len(got.Attachments) > 0 {
		t.Errorf("recognised %v as %+v", is, got)
	}
}
