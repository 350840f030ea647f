package store

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"todoke/internal/desk"
	"todoke/internal/match"
)

var tokyo = time.FixedZone("Asia/Tokyo", 9*60*60)

var rules = match.Rules{Window: 30 * 24 * time.Hour, Zone: tokyo}

// mail is what a test says of one message.
type mail struct {
	at       time.Time
	id       string
	refs     []string
	from     string
	to       []string
	kind     desk.Kind
	notice   bool
	subject  string
	text     string
	tellings []desk.Telling
	mentions []string
	tld      string
}

// accepted makes of it what an import hands over.
func (m mail) accepted() Accepted {
	raw := fmt.Sprintf("Message-ID: %s\r\nFrom: %s\r\nDate: %s\r\nSubject: %s\r\n\r\n%s", m.id, m.from, m.at.Format(time.RFC1123Z), m.subject, m.text)
	content := sha256.Sum256([]byte(m.subject + m.text))
	return Accepted{
		SHA256: sha256.Sum256([]byte(raw)), Raw: []byte(raw), Received: m.at, ReceivedFrom: desk.ReceivedFromDate, Source: "test",
		Reading: &desk.Reading{
			Kind: m.kind, MessageID: m.id, From: desk.Mailbox{Address: m.from}, To: m.to, Subject: m.subject, Text: m.text,
			Incidents: m.tellings, Notice: m.notice,
		},
		SearchText: m.subject + "\n" + m.text,
		Match: match.Message{
			Received: m.at, MessageID: m.id, Content: fmt.Sprintf("%x", content), Refs: m.refs, Kind: m.kind, Notice: m.notice,
			People: []string{m.from}, To: m.to, TLD: m.tld, Tellings: m.tellings, Mentions: m.mentions,
		},
		Confirmed: true,
	}
}

// traffic makes the mail of a desk: reports of many kinds on so many addresses, follow-ups, notices, inquiries, spam. The
// same numbers give the same mail.
func traffic(seed uint64, n, addresses int, begin time.Time, every time.Duration) []mail {
	random := rand.New(rand.NewPCG(seed, 1))
	mails := make([]mail, 0, n)
	for i := range n {
		m := mail{
			at:   begin.Add(time.Duration(i) * every),
			id:   fmt.Sprintf("<%d.%d@mail.example.net>", seed, i),
			from: fmt.Sprintf("reporter%d@example.com", random.IntN(n/3+1)), to: []string{"desk@csirt.example.jp"},
			tld:  []string{"jp", "com", "net", "de", ""}[random.IntN(5)],
			kind: desk.KindReport,
		}
		place := random.IntN(addresses)
		address := fmt.Sprintf("198.%d.%d.%d", 18+place>>16, place>>8&255, place&255)
		m.subject = fmt.Sprintf("不正アクセスの届出 %d (%s)", i, address)
		switch choice := random.IntN(20); {
		case choice < 10:
			m.tellings = []desk.Telling{scan(address, []int{22, 80, 139, 5900}[random.IntN(4)])}
		case choice < 13:
			m.tellings = []desk.Telling{{Address: address, Class: desk.PhishingSite, Brand: "Example Bank", BrandOrigin: desk.OriginDomestic,
				Hosts: []string{fmt.Sprintf("www%d.example.org", i)}, URLs: []string{fmt.Sprintf("http://www%d.example.org/login", i)}, Weight: 1}}
		case choice < 14:
			m.tellings = []desk.Telling{{Address: address, Class: desk.IntrusionDefacement, Way: "sql-injection",
				Aftermath: []string{"defacement", "file-replacement"}, Weight: 2}}
		case choice < 17:
			m.kind, m.notice, m.from, m.to = desk.KindOutbound, true, "desk@csirt.example.jp", []string{"abuse@example.net"}
			if i > 0 && len(mails[i-1].tellings) > 0 {
				m.mentions = []string{mails[i-1].tellings[0].Address}
				m.subject = "対応のお願い " + m.mentions[0]
			}
		case choice < 18:
			m.kind = desk.KindInquiry
		case choice < 19:
			m.kind = desk.KindSpam
		default:
			if i > 0 {
				m.refs, m.from = []string{mails[i-1].id}, mails[i-1].from
			}
		}
		m.text = prose(random, i%2 == 0, address)
		mails = append(mails, m)
	}
	return mails
}

func scan(address string, port int) desk.Telling {
	return desk.Telling{Address: address, Class: desk.ScanPort, Proto: "tcp", Port: port, Weight: 3,
		Ports: []desk.PortEvidence{{Proto: "tcp", Port: port, Evidence: 3}}}
}

// prose makes some 3 KB of text, half of it Japanese, the other half English and log lines.
func prose(random *rand.Rand, japanese bool, address string) string {
	var b strings.Builder
	words := strings.Fields("server reported access attempt from the network please check host found suspicious login page customer bank address time zone log attached regards security team abuse notice")
	kanji := []rune("不正接続確認調査依頼攻撃元通信記録管理者報告対応停止設置偽装金融機関利用者被害発生送信日時住所情報漏洩改竄感染検体解析")
	kana := []rune("のにをはがでとからまですいますしたこのそのよりについてお願いたします")
	for b.Len() < 3000 {
		if japanese {
			for range 20 + random.IntN(20) {
				for range 1 + random.IntN(3) {
					b.WriteRune(kanji[random.IntN(len(kanji))])
				}
				b.WriteRune(kana[random.IntN(len(kana))])
			}
			b.WriteString("。\n")
			continue
		}
		if random.IntN(2) == 0 {
			fmt.Fprintf(&b, "Apr %d %02d:%02d:%02d gw%d sshd[%d]: Failed password for root from %s port %d ssh2\n", 1+random.IntN(30), random.IntN(24),
				random.IntN(60), random.IntN(60), random.IntN(9), random.IntN(30000), address, random.IntN(65536))
			continue
		}
		for range 12 {
			b.WriteString(words[random.IntN(len(words))])
			b.WriteByte(' ')
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func acceptedOf(mails []mail) []Accepted {
	batch := make([]Accepted, len(mails))
	for i, m := range mails {
		batch[i] = m.accepted()
	}
	return batch
}
