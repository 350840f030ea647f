package mail

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding/japanese"
)

// mail3KB makes a mail of about 3 KB in the given charset label, with encode making its bytes.
func mail3KB(label, line string, encode func(string) string) []byte {
	header := "Return-Path: <reporter@example.jp>\r\n" +
		"Received: from mail.example.jp (mail.example.jp [192.0.2.25])\r\n\tby mx.csirt.example.jp (Postfix) with ESMTP id 4F0B21\r\n\tfor <report@csirt.example.jp>; Sat, 12 Apr 2008 03:20:21 +0900 (JST)\r\n" +
		"Message-ID: <20080412032000.A1B2@example.jp>\r\nDate: Sat, 12 Apr 2008 03:20:00 +0900\r\n" +
		"From: =?ISO-2022-JP?B?GyRCOzNFREJATzobKEI=?= <yamada@example.jp>\r\nTo: report@csirt.example.jp\r\n" +
		"Subject: =?ISO-2022-JP?B?GyRCSVQ1XTYvGyhC?= SSH\r\nMIME-Version: 1.0\r\n" +
		"Content-Type: text/plain; charset=" + label + "\r\nContent-Transfer-Encoding: 8bit\r\nX-Mailer: Example 1.0\r\n\r\n"
	var body strings.Builder
	for body.Len() < 2300 {
		body.WriteString(encode(line) + "\r\n")
	}
	return []byte(header + body.String())
}

func benchmarkParse(b *testing.B, raw []byte) {
	b.ReportAllocs()
	b.SetBytes(int64(len(raw)))
	for b.Loop() {
		m := Parse(raw, Limits{})
		if m.Root.Text == "" {
			b.Fatal("no text")
		}
	}
}

func encoder(encode func(string) (string, error)) func(string) string {
	return func(s string) string {
		out, err := encode(s)
		if err != nil {
			panic(err) // the fixture has a character that the charset has not
		}
		return out
	}
}

const japaneseLine = "当社のサーバに対して、貴管理下と思われるアドレスから不審な接続が続いています。"

func BenchmarkParseISO2022JP(b *testing.B) {
	benchmarkParse(b, mail3KB("iso-2022-jp", japaneseLine, encoder(japanese.ISO2022JP.NewEncoder().String)))
}

func BenchmarkParseShiftJIS(b *testing.B) {
	benchmarkParse(b, mail3KB("shift_jis", japaneseLine, encoder(japanese.ShiftJIS.NewEncoder().String)))
}

func BenchmarkParseEnglish(b *testing.B) {
	benchmarkParse(b, mail3KB("us-ascii", "Apr 12 03:01:02 host sshd[1234]: Failed password for root from 203.0.113.7", func(s string) string { return s }))
}

func BenchmarkHeader(b *testing.B) {
	m := Parse(mail3KB("us-ascii", "text", func(s string) string { return s }), Limits{})
	b.ReportAllocs()
	for b.Loop() {
		m.Header.Subject()
		m.Header.AddressList("From")
		m.Header.Date()
		m.Header.MessageID()
	}
}

func BenchmarkSegments(b *testing.B) {
	text := Parse(mail3KB("iso-2022-jp", japaneseLine, encoder(japanese.ISO2022JP.NewEncoder().String)), Limits{}).Root.Text +
		"\n-- \n山田太郎\n"
	b.ReportAllocs()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		Segments(text)
	}
}
