package read_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/japanese"

	"todoke/internal/blame"
	"todoke/internal/classify"
	"todoke/internal/mail"
	"todoke/internal/read"
)

func reader() *read.Reader {
	brands := classify.Known()
	own := []string{"@csirt.example.jp"}
	return read.New(read.Settings{
		OwnAddresses: own, Brands: brands, Limits: mail.DefaultLimits(),
		Blame: blame.Config{OwnAddresses: own, Legitimate: brands.Legitimate},
	})
}

// BenchmarkRead reads one mail of 3 KB: Japanese prose, or English with a log.
func BenchmarkRead(b *testing.B) {
	const header = "Received: from mx.example.net by mail.csirt.example.jp; Tue, 1 Apr 2008 09:00:00 +0900\r\nFrom: a@example.org\r\n" +
		"To: report@csirt.example.jp\r\nSubject: attack\r\nMessage-ID: <1@example.org>\r\nMIME-Version: 1.0\r\n"
	prose := strings.Repeat("当方のサーバに対して不正なアクセスが繰り返されており、管理者への連絡をお願いいたします。攻撃元は 203.0.113.7 です。\r\n", 24)
	encoded, err := japanese.ISO2022JP.NewEncoder().String(prose)
	if err != nil {
		b.Fatal(err)
	}
	var log strings.Builder
	log.WriteString("somebody tries passwords on our server, please have it stopped:\r\n\r\n")
	for i := range 30 {
		fmt.Fprintf(&log, "Apr  1 09:00:%02d host sshd[%d]: Failed password for root from 203.0.113.7 port %d ssh2\r\n", i, 100+i, 4000+i)
	}
	for name, raw := range map[string]string{
		"ja": header + "Content-Type: text/plain; charset=iso-2022-jp\r\n\r\n" + encoded,
		"en": header + "Content-Type: text/plain; charset=us-ascii\r\n\r\n" + log.String(),
	} {
		b.Run(name, func(b *testing.B) {
			r := reader()
			now := time.Now()
			b.SetBytes(int64(len(raw)))
			b.ReportAllocs()
			for b.Loop() {
				r.Read([]byte(raw), read.Envelope{Now: now})
			}
		})
	}
}
