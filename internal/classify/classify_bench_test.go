package classify

import (
	"strings"
	"testing"

	"todoke/internal/blame"
)

// 3 KB each, as most reports are.
var (
	japanese = "お世話になっております。株式会社山川商事の田中です。\n\n当社の Web サーバ (www.yamakawa.example.jp, 192.0.2.80) に対し、昨夜より 22 番ポートへの\n" +
		"総当たり攻撃が続いております。ログインには成功していません。\n\n攻撃元IPアドレス：\n  203.0.113.5\n  198.51.100.77\n\n" +
		strings.Repeat("Apr 12 01:02:03 www sshd[2211]: Failed password for root from 203.0.113.5 port 40022 ssh2\n", 10) +
		strings.Repeat("調査のうえ、管理者への連絡をお願いいたします。ご不明な点がございましたらお知らせください。\n", 11)
	english = "Dear team,\n\nwe have found a phishing page that imitates Example Bank (https://www.bank.example.com/) on a host in your country:\n\n" +
		"  hxxp://www.shop[.]example[.]net/~user/.secure/signin.php\n  IP address: 203.0.113.80\n\n" +
		strings.Repeat("Please have the page taken down and keep the log files, since the investigation is going on.\n", 28)
)

func benchmark(b *testing.B, text string) {
	doc := blame.Document{Subject: "report", Parts: []blame.Part{{Path: "1", Type: "text/plain", Text: text}}}
	brands := Known()
	cfg := blame.Config{Legitimate: brands.Legitimate}
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		Propose(doc, blame.Find(doc, cfg), brands, Config{})
	}
}

func BenchmarkJapanese(b *testing.B) { benchmark(b, japanese) }
func BenchmarkEnglish(b *testing.B)  { benchmark(b, english) }
