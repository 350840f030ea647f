package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/text/encoding/japanese"
)

// mailSet is a folder of mails of about one size: half of them Japanese, half English with logs.
type mailSet struct {
	dir  string
	n    int
	size int // bytes
	seed uint64
}

func (set mailSet) write() error {
	if err := os.MkdirAll(set.dir, 0o755); err != nil {
		return err
	}
	random := rand.New(rand.NewPCG(set.seed, 0))
	at := time.Date(2008, 4, 1, 0, 0, 0, 0, time.FixedZone("", 9*3600))
	for i := range set.n {
		at = at.Add(time.Duration(random.IntN(600)) * time.Second)
		raw, text := set.mail(i, at, random)
		name := filepath.Join(set.dir, fmt.Sprintf("%06d", i))
		if err := os.WriteFile(name+".eml", raw, 0o644); err != nil {
			return err
		}
		if err := os.MkdirAll(textDir(set.dir), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(textDir(set.dir), filepath.Base(name)+".txt"), []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// textDir is the folder of the mails' texts in UTF-8, which are indexed alone.
func textDir(dir string) string { return dir + "-text" }

func (set mailSet) mail(i int, at time.Time, random *rand.Rand) (raw []byte, text string) {
	var b strings.Builder
	fmt.Fprintf(&b, "Received: from mx%d.example.net ([198.51.100.%d]) by mail.csirt.example.jp; %s\r\n", random.IntN(50), random.IntN(250), at.Format(time.RFC1123Z))
	fmt.Fprintf(&b, "Date: %s\r\nFrom: reporter%d@site%d.example.org\r\nTo: report@csirt.example.jp\r\n", at.Format(time.RFC1123Z), random.IntN(500), random.IntN(200))
	fmt.Fprintf(&b, "Message-ID: <%d.%d.%d@site.example.org>\r\nMIME-Version: 1.0\r\n", set.seed, i, random.Uint32())
	if i%2 == 0 {
		text = set.japanese(random)
		body, err := japanese.ISO2022JP.NewEncoder().String(text)
		if err != nil {
			panic(err) // the words below are all of JIS X 0208
		}
		b.WriteString("Subject: =?ISO-2022-JP?B?GyRCSXQ+WiQrJGkbKEI=?=\r\nContent-Type: text/plain; charset=ISO-2022-JP\r\nContent-Transfer-Encoding: 7bit\r\n\r\n")
		b.WriteString(body)
	} else {
		b.WriteString("Subject: Attacks from your neighbourhood\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n")
		text = set.english(at, random)
		b.WriteString(text)
	}
	return []byte(b.String()), text
}

// address is drawn from some 60,000, so that some are told again.
func address(random *rand.Rand) string {
	return fmt.Sprintf("61.%d.%d.%d", random.IntN(4), random.IntN(60), 1+random.IntN(250))
}

var kanji = []rune("不正侵入攻撃元管理者確認依頼通知連絡対応停止削除調査結果報告記録接続試行認証失敗成功利用者端末回線業者窓口担当様宛先送信受信本文件名添付資料画面表示偽装銀行口座番号暗証入力誘導設置改竄発見検出遮断防御設定変更更新適用脆弱性製品公開情報提供協力感謝")

// japanese writes sentences of two- and three-character words and kana, an address in every fourth.
func (set mailSet) japanese(random *rand.Rand) string {
	var b strings.Builder
	for b.Len() < set.size*5/4 { // UTF-8 takes three bytes where ISO-2022-JP takes two, and escapes
		for range 4 + random.IntN(6) {
			for range 2 + random.IntN(2) {
				b.WriteRune(kanji[random.IntN(len(kanji))])
			}
			b.WriteString([]string{"を", "が", "に", "の", "は", "して", "から", "への"}[random.IntN(8)])
		}
		if random.IntN(4) == 0 {
			fmt.Fprintf(&b, "、攻撃元は %s です", address(random))
		}
		b.WriteString("。\r\n")
	}
	return b.String()
}

// english writes sentences of invented words, and a block of log lines of one attacker.
func (set mailSet) english(at time.Time, random *rand.Rand) string {
	var b strings.Builder
	attacker := address(random)
	for b.Len() < set.size/3 {
		for range 6 + random.IntN(10) {
			for range 1 + random.IntN(3) {
				b.WriteString([]string{"ba", "ke", "lo", "min", "ter", "ra", "so", "vi", "port", "con", "act", "ion"}[random.IntN(12)])
			}
			b.WriteByte(' ')
		}
		b.WriteString("\r\n")
	}
	b.WriteString("\r\nwe see attempts to log in by password:\r\n\r\n")
	for b.Len() < set.size*4/5 {
		at = at.Add(time.Second)
		fmt.Fprintf(&b, "%s host sshd[%d]: Failed password for root from %s port %d ssh2\r\n", at.Format("Jan _2 15:04:05"), random.IntN(30000), attacker, 1024+random.IntN(60000))
	}
	return b.String()
}
