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
	name string
	dir  string
	n    int
	size int // bytes
	seed uint64
}

// writer makes up mails and texts.
type writer struct {
	random            *rand.Rand
	japanese, english language
	attackers, people *rand.Zipf
}

func newWriter(seed uint64) *writer {
	words := rand.New(rand.NewPCG(99, 0)) // the same words in all sets
	random := rand.New(rand.NewPCG(seed, 0))
	w := &writer{random: random, japanese: newLanguage(words, japaneseWord), english: newLanguage(words, englishWord)}
	w.attackers, w.people = rand.NewZipf(random, 1.05, 1000, 1<<20-1), rand.NewZipf(random, 1.2, 10, 5000)
	return w
}

// textDir is the folder of the mails' texts in UTF-8, which are indexed alone.
func textDir(dir string) string { return dir + "-text" }

func (set mailSet) write() error {
	for _, dir := range []string{set.dir, textDir(set.dir)} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	w := newWriter(set.seed)
	at := time.Date(2008, 4, 1, 0, 0, 0, 0, zone)
	for i := range set.n {
		at = at.Add(20 * 24 * time.Hour / time.Duration(set.n))
		raw, text := w.mail(fmt.Sprintf("<%d.%d@mail.example.org>", set.seed, i), set.size, i%2 == 0, at)
		if err := os.WriteFile(filepath.Join(set.dir, fmt.Sprintf("%06d.eml", i)), raw, 0o644); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(textDir(set.dir), fmt.Sprintf("%06d.txt", i)), []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// mail returns the bytes of a mail, and the text that is indexed of it.
func (w *writer) mail(id string, size int, inJapanese bool, at time.Time) (raw []byte, text string) {
	person := w.person()
	var b strings.Builder
	fmt.Fprintf(&b, "Received: from mx%d.example.net (mx.example.net [198.51.100.%d])\r\n\tby mail.csirt.example.jp with ESMTP; %s\r\n",
		w.random.IntN(50), w.random.IntN(250), at.Format(time.RFC1123Z))
	fmt.Fprintf(&b, "Date: %s\r\nFrom: <%s>\r\nTo: report@csirt.example.jp\r\nMessage-ID: %s\r\nMIME-Version: 1.0\r\n", at.Format(time.RFC1123Z), person, id)
	var subject string
	if inJapanese {
		subject, text = "不正アクセスの届出", w.japaneseText(size*5/4) // a character takes three bytes, and two of them in ISO-2022-JP
		body, err := japanese.ISO2022JP.NewEncoder().String(text)
		if err != nil {
			panic(err) // all words are of JIS X 0208
		}
		b.WriteString("Subject: =?ISO-2022-JP?B?GyRCSVRANSUiJS8lOyU5JE5GTz1QGyhC?=\r\nContent-Type: text/plain; charset=ISO-2022-JP\r\n")
		b.WriteString("Content-Transfer-Encoding: 7bit\r\n\r\n" + body)
	} else {
		subject, text = "Attacks from your neighbourhood", w.englishText(size-500, at)
		b.WriteString("Subject: " + subject + "\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n" + text)
	}
	return []byte(b.String()), strings.Join([]string{subject, person, "report@csirt.example.jp", text}, "\n")
}

// address is one of a million; some are told of much more often than others.
func (w *writer) address() string {
	n := w.attackers.Uint64()
	return fmt.Sprintf("61.%d.%d.%d", n>>16, n>>8&255, n&255)
}

func (w *writer) person() string {
	n := w.people.Uint64()
	return fmt.Sprintf("reporter%d@site%d.example.org", n, n%700)
}

// japaneseText has some sentences of an attack, and many of anything.
func (w *writer) japaneseText(size int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "ご担当者様\r\n\r\nお世話になっております。当社のサーバに %s から不正なアクセスがありました。\r\n", w.address())
	b.WriteString("ポート 22/tcp に対するパスワードの総当たりです。調査をお願いいたします。\r\n\r\n")
	for b.Len() < size {
		for range 4 + w.random.IntN(8) {
			b.WriteString(w.japanese.word())
			b.WriteString(pick(w.random, "を", "が", "に", "の", "は", "と", "から", "への"))
		}
		b.WriteString(pick(w.random, "です。\r\n", "ます。", "した。\r\n"))
	}
	return b.String()
}

// englishText has sentences of anything, and a block of log lines of one attacker.
func (w *writer) englishText(size int, at time.Time) string {
	var b strings.Builder
	attacker := w.address()
	b.WriteString("Dear colleagues,\r\n\r\nplease stop the attacks from " + attacker + " against our hosts.\r\n\r\n")
	for b.Len() < size/2 {
		for range 6 + w.random.IntN(8) {
			b.WriteString(w.english.word() + " ")
		}
		b.WriteString("\r\n")
	}
	b.WriteString("\r\nFailed logins:\r\n\r\n")
	for b.Len() < size {
		at = at.Add(time.Second)
		fmt.Fprintf(&b, "%s www sshd[%d]: Failed password for %s from %s port %d ssh2\r\n", at.Format("Jan _2 15:04:05"),
			w.random.IntN(30_000), pick(w.random, "root", "admin", "invalid user "+w.english.word()), attacker, 1024+w.random.IntN(60_000))
	}
	return b.String()
}
