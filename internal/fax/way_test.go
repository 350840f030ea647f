package fax_test

import (
	"strings"
	"testing"

	"todoke/internal/fax"
	"todoke/internal/mail"
)

// TestWay is the whole way of a fax: a gateway's mail, its document, the picture, the text.
func TestWay(t *testing.T) {
	t.Parallel()
	need(t, "tesseract")
	need(t, "pdftoppm")
	raw := gatewayMail("From: <fax@gw.example.jp>\nSubject: FAX受信のお知らせ\n", "発信者番号：03-5555-0100\n枚数：1枚\n", "fax.pdf", string(pdf(t, []string{"改ざんされたページの報告"})))
	told, is := fax.Known().Recognise(mail.Parse([]byte(raw), mail.DefaultLimits()), own)
	if !is || told.Number != "+81355550100" || len(told.Attachments) != 1 {
		t.Fatalf("recognised %v as %+v", is, told)
	}
	opened := pages(t, told.Attachments[0].Data)
	if len(opened.Pages) != told.Pages {
		t.Fatalf("%d pages, of %d told; problems %q", len(opened.Pages), told.Pages, opened.Problems)
	}
	read := ocr(t, opened.Pages[0].PNG)
	if !strings.Contains(read.Text, "ページの報告") {
		t.Errorf("read %q", read.Text)
	}
}

func BenchmarkRecognise(b *testing.B) {
	for name, raw := range map[string]string{
		"report": "From: <a@example.com>\r\nSubject: scan\r\n\r\n" + strings.Repeat("Jun  3 10:00:00 host sshd: from 192.0.2.1\r\n", 70),
		"fax":    gatewayMail("From: <info@fax.example.jp>\nSubject: FAX受信のお知らせ\n", "受信日時：2008年6月3日 9時05分\n発信者番号：03-5555-0102\n受信枚数：4枚\n", "fax.pdf", somePDF),
	} {
		m := mail.Parse([]byte(raw), mail.DefaultLimits())
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				fax.Known().Recognise(m, own)
			}
		})
	}
}
