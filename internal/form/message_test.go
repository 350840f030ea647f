package form_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	netmail "net/mail"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"todoke/internal/blame"
	"todoke/internal/classify"
	"todoke/internal/desk"
	"todoke/internal/form"
	"todoke/internal/mail"
	"todoke/internal/read"
)

// reader reads as the desk does.
func reader() *read.Reader {
	own := []string{"@csirt.example.jp"}
	return read.New(read.Settings{
		OwnAddresses: own, FaxGateways: []string{form.Default().NoReply}, Brands: classify.Known(), Limits: mail.DefaultLimits(),
		Blame: blame.Config{OwnAddresses: own, Legitimate: classify.Known().Legitimate},
	})
}

// What was typed is read as it was meant: the class, who is at fault and who is not, what is wanted and of whom.
func TestReading(t *testing.T) {
	t.Parallel()
	type seen struct {
		Kind      desk.Kind
		Purpose   desk.Purpose
		Incidents string // class and address of each
		TLD       string
		Language  string
	}
	tests := []struct {
		why, lang string
		typed     []string
		want      seen
	}{
		{"guessed passwords", "ja", []string{"kind", "scan", "details", "SSH のパスワード総当たりが続いています。", "source", "203.0.113.7\n203.0.113.8", "target", "192.0.2.10"},
			seen{desk.KindReport, desk.PurposeInformation, "scan.bruteforce 203.0.113.7, scan.bruteforce 203.0.113.8", "", "ja"}},
		{"a scan: the note beside the choice is not read", "ja", []string{"kind", "scan", "details", "445/tcp へのスキャンを受けています。", "source", "203.0.113.7", "target", "192.0.2.1"},
			seen{desk.KindReport, desk.PurposeInformation, "scan.port 203.0.113.7", "", "ja"}},
		{"an intrusion by a stranger", "ja", []string{"kind", "intrusion", "details", "サーバに侵入され、バックドアを置かれました。", "source", "203.0.113.7", "target", "192.0.2.1"},
			seen{desk.KindReport, desk.PurposeInformation, "intrusion.system 203.0.113.7", "", "ja"}},
		{"an intrusion by nobody known: the own machine", "ja", []string{"kind", "intrusion", "details", "サーバに侵入されました。", "target", "192.0.2.1"},
			seen{desk.KindReport, desk.PurposeInformation, "intrusion.system 192.0.2.1", "", "ja"}},
		{"a defaced page", "ja", []string{"kind", "intrusion", "details", "トップページが書き換えられています。", "source", "http://www.shop.example/"},
			seen{desk.KindReport, desk.PurposeInformation, "intrusion.defacement www.shop.example", "", "ja"}},
		{"forged mail", "en", []string{"kind", "forged", "details", "Mail with our address as sender comes from this host.", "source", "203.0.113.7"},
			seen{desk.KindReport, desk.PurposeInformation, "forged.spoof 203.0.113.7", "", "en"}},
		{"nobody at fault", "ja", []string{"kind", "unknown", "details", "変な画面が出ました。"},
			seen{desk.KindReport, desk.PurposeInformation, "", "", "ja"}},
		{"phishing, contact wanted, in English", "en", []string{"kind", "phishing", "details", "A page that asks for card numbers.", "source", "hxxp://login.bad[.]example/card", "purpose", "coordination", "email", "jo@shop.example.org"},
			seen{desk.KindReport, desk.PurposeCoordination, "phishing.site login.bad.example", "org", "en"}},
		{"a question", "ja", []string{"kind", "unknown", "details", "パスワードの管理方法について教えてください。", "purpose", "question", "email", "k@shoji.example.jp"},
			seen{desk.KindInquiry, desk.PurposeQuestion, "", "jp", "ja"}},
		{"malware, the log names the source", "ja", []string{"kind", "malware", "details", "ウイルスを配布しているサイトを見つけました。", "source", "http://dl.bad.example/setup.exe"},
			seen{desk.KindReport, desk.PurposeInformation, "malware.site dl.bad.example", "", "ja"}},
		{"denial of service", "en", []string{"kind", "dos", "details", "Our web server was flooded.", "source", "198.51.100.20", "target", "192.0.2.80"},
			seen{desk.KindReport, desk.PurposeInformation, "dos 198.51.100.20", "", "en"}},
		{"a log alone", "ja", []string{"kind", "scan", "details", "下記のとおりです。", "log", "Apr  1 09:30:11 gw sshd[311]: Failed password for root from 203.0.113.7 port 4022 ssh2"},
			seen{desk.KindReport, desk.PurposeInformation, "scan.bruteforce 203.0.113.7", "", "ja"}},
	}
	for _, tt := range tests {
		d := open(t, settings())
		b := d.browser()
		b.send("/report?lang="+tt.lang, b.fresh(tt.typed...)).want(http.StatusSeeOther)
		reading := reader().Read(d.one().Raw, read.Envelope{Now: d.clock.Now()})
		var incidents []string
		for _, i := range reading.Incidents {
			incidents = append(incidents, fmt.Sprintf("%s %s", i.Class, i.Address))
		}
		got := seen{reading.Kind, reading.Form.Purpose, strings.Join(incidents, ", "), reading.ReporterTLD, reading.Language}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			whole, _ := json.MarshalIndent(reading, "", " ")
			t.Errorf("%s (-want +got):\n%s\n%s", tt.why, diff, whole)
		}
		if len(reading.Problems) > 0 {
			t.Errorf("%s: problems: %v", tt.why, reading.Problems)
		}
	}
}

// The message has what was typed, each thing in its place: header, text, key and files.
func TestMessage(t *testing.T) {
	t.Parallel()
	d := open(t, settings())
	b := d.browser()
	const key = "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nxjMEZ\n-----END PGP PUBLIC KEY BLOCK-----"
	binary := string(bytes.Repeat([]byte{0, 255, '\r', '\n'}, 1000))
	values := b.fresh("kind", "intrusion", "details", "一行目\r\n■ 返信先\r\nx@evil.example\r\n三行目", "email", "Taro@例え.テスト", "name", "川口 太郎", "organization", "架空商事", "naming", "parties", "pgp", key, "started", "2026/4/1 9:30", "ended", "2026-04-01", "zone", "Europe/London")
	b.send("/report?lang=ja", values, attached{"証拠 \"1\".exe", "application/x-msdownload", binary}, attached{"mail.eml", "message/rfc822", "Subject: forged\n\nhello\n"}, attached{"../../etc/passwd", "multipart/mixed; boundary=x", "root"}).want(http.StatusSeeOther)

	m := mail.Parse(d.one().Raw, mail.DefaultLimits())
	if len(m.Problems) > 0 {
		t.Errorf("the mail reader finds problems: %v", m.Problems)
	}
	type part struct{ Type, Name, Body string }
	var parts []part
	for _, p := range m.Parts {
		if len(p.Children) == 0 && !p.Embedded {
			parts = append(parts, part{p.Type, p.Name, string(p.Body)})
		}
	}
	wantText := "Todoke 届出フォーム 第1版\n\n■ インシデントの種類\n侵入\n\n■ 届出の目的\n情報提供\n\n■ 届出者の名前を伝えてよい範囲\n対応を依頼する先に限り、伝えてよい\n\n■ お名前\n川口 太郎\n\n■ 組織名\n架空商事\n\n■ 返信先\nTaro@xn--r8jz45g.xn--zckzah\n\n■ 発生日時\n2026-04-01 09:30 +0100\n\n■ 終了日時\n2026-04-01\n\n■ タイムゾーン\nEurope/London\n\n■ 何が起きたか\n一行目\n ■ 返信先\nx@evil.example\n三行目\n"
	want := []part{
		{"text/plain", "", strings.ReplaceAll(wantText, "\n", "\r\n")},
		{"application/pgp-keys", "key.asc", key + "\n"},
		{"application/x-msdownload", `証拠 "1".exe`, binary},
		{"application/octet-stream", "passwd", "root"},
	}
	if len(parts) == 4 {
		if diff := cmp.Diff(want, parts); diff != "" {
			t.Errorf("parts (-want +got):\n%s", diff)
		}
	} else {
		t.Errorf("parts: %q", parts)
	}
	if e := m.Parts[len(m.Parts)-2]; !strings.Contains(string(d.one().Raw), "filename=mail.eml") {
		t.Errorf("the mail that was attached is not there: %v", e)
	}

	standard, err := netmail.ReadMessage(bytes.NewReader(d.one().Raw))
	if err != nil {
		t.Fatal(err)
	}
	subject, _ := new(mime.WordDecoder).DecodeHeader(standard.Header.Get("Subject"))
	from, err := standard.Header.AddressList("From")
	if err != nil {
		t.Fatal(err)
	}
	got := []string{subject, from[0].Name, from[0].Address, standard.Header.Get("To"), standard.Header.Get("Date"), standard.Header.Get("Content-Language"), standard.Header.Get("X-Todoke-Form")}
	if diff := cmp.Diff([]string{"Web フォームからの届出：侵入", "川口 太郎", "Taro@xn--r8jz45g.xn--zckzah", "<report@csirt.example.jp>", "Thu, 02 Apr 2026 19:01:00 +0900", "ja", "todoke-form; version=1"}, got); diff != "" {
		t.Errorf("header (-want +got):\n%s", diff)
	}
	for i, line := range strings.Split(string(d.one().Raw), "\r\n") {
		if len(line) > 998 || strings.ContainsAny(line, "\r\n") && !strings.Contains(line, "\x00") {
			t.Errorf("line %d is no line of RFC 5322: %q", i, line)
		}
	}
}

// Long names and subjects are folded, each line as long as RFC 2047 allows.
func TestFolding(t *testing.T) {
	t.Parallel()
	d := open(t, settings())
	b := d.browser()
	name := strings.Repeat("寿限無", 60)
	b.send("/report?lang=ja", b.fresh("kind", "dos", "name", name, "email", "jugemu@shoji.example.jp")).want(http.StatusSeeOther)
	head, _, _ := strings.Cut(string(d.one().Raw), "\r\n\r\n")
	for line := range strings.SplitSeq(head, "\r\n") {
		if len(line) > 76 {
			t.Errorf("%d characters: %s", len(line), line)
		}
	}
	reading := reader().Read(d.one().Raw, read.Envelope{Now: d.clock.Now()})
	if diff := cmp.Diff([]string{name, "jugemu@shoji.example.jp", "Web フォームからの届出：サービス運用妨害（DoS）"}, []string{reading.From.Name, reading.From.Address, reading.Subject}); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Nothing that is typed reaches the header but the checked address and the name, and neither can end its line.
func TestHeaderInjection(t *testing.T) {
	t.Parallel()
	evil := "x\r\nBcc: all@example.org\r\n\r\nbody"
	for _, values := range []url.Values{
		{"name": {evil}}, {"organization": {evil}}, {"name": {"=?utf-8?q?x=0D=0ABcc:_y?="}}, {"name": {`a" <b@example.org>, "c`}}, {"details": {evil}}, {"source": {evil}},
	} {
		d := open(t, settings())
		b := d.browser()
		all := b.fresh("email", "a@example.org")
		for name, v := range values {
			all[name] = v
		}
		b.send("/report?lang=ja", all, attached{"a\r\nBcc: x.txt", "text/plain\r\nBcc: y", "z"}).want(http.StatusSeeOther)
		m, err := netmail.ReadMessage(bytes.NewReader(d.one().Raw))
		if err != nil {
			t.Fatal(err)
		}
		from, err := m.Header.AddressList("From")
		if err != nil || len(from) != 1 || from[0].Address != "a@example.org" || m.Header.Get("Bcc") != "" || len(m.Header) != 9 {
			t.Errorf("%v: From %v, %v; header %v", values, from, err, m.Header)
		}
		if strings.Contains(string(d.one().Raw), "\nBcc:") {
			t.Errorf("%v: a line of a header was made", values)
		}
	}
	d := open(t, settings())
	b := d.browser()
	for _, email := range []string{"a@example.org\r\nBcc: b@example.org", "a@example.org, b@example.org", "X <a@example.org>", "\"a b\"@example.org", "a@localhost", "@example.org", strings.Repeat("a", 65) + "@example.org", "ä@example.org"} {
		if page := b.send("/report?lang=ja", b.fresh("email", email)); page.status != http.StatusUnprocessableEntity || text(page.id("email-fault")) == "" {
			t.Errorf("the address %q was taken: %d", email, page.status)
		}
	}
}
