package classify

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"todoke/internal/blame"
	"todoke/internal/desk"
)

func propose(subject, text string) (desk.ClassProposal, []desk.Telling) {
	brands := Known()
	doc := blame.Document{
		Subject: subject, Language: "ja", From: desk.Mailbox{Address: "noc@reporter.example"},
		Parts: []blame.Part{{Path: "1", Type: "text/plain", Text: text}},
	}
	ev := blame.Find(doc, blame.Config{Legitimate: brands.Legitimate})
	return Propose(doc, ev, brands, Config{})
}

// surveyed reads a text as Propose does before it comes to the addresses.
func surveyed(text string) *proposer {
	doc := blame.Document{Language: "ja", Parts: []blame.Part{{Path: "1", Type: "text/plain", Text: text}}}
	ev := blame.Find(doc, blame.Config{})
	p := newProposer(doc, &ev, Known())
	p.cases()
	p.survey()
	return p
}

// short writes a telling on one line, leaving out what is empty.
func short(t desk.Telling) string {
	s := t.Address + " " + string(t.Class)
	if t.Port > 0 {
		s += fmt.Sprintf(" %d/%s", t.Port, t.Proto)
	}
	if t.Worm {
		s += " worm"
	}
	for _, word := range []string{t.Brand, string(t.BrandOrigin), t.Way, strings.Join(t.Aftermath, "+")} {
		if word != "" {
			s += " " + word
		}
	}
	return s
}

func TestPropose(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		why, text string
		want      []string
	}{
		{"port by number", "203.0.113.5 から 5900 番ポートへのスキャンがありました。", []string{"203.0.113.5 scan.port 5900/tcp"}},
		{"port by columns", "FW のスキャン拒否ログです。\n\n203.0.113.5, tcp, 3306, 392\n", []string{"203.0.113.5 scan.port 3306/tcp"}},
		{"a log-in only tried", "知らない人が SSH にログインしようとしていました。入られてはいないようです。攻撃元は 203.0.113.5 です。", []string{"203.0.113.5 scan.bruteforce 22/tcp"}},
		{"no log-in accepted", "POP3(110) へのログインを試みられています。攻撃元は 203.0.113.5 です。認証成功は0件。", []string{"203.0.113.5 scan.bruteforce 110/tcp"}},
		{"a named server that scans", "ショッピングカート（443番）に、Nikto らしきツールで 1101 リクエスト。相手：scanner.example.net\n応答はすべて 400 番台です。", []string{"scanner.example.net scan.web 443/tcp"}},
		{"port by service", "SSH サーバへの総当たり攻撃です。攻撃元は 203.0.113.5 です。すべて失敗しています。", []string{"203.0.113.5 scan.bruteforce 22/tcp"}},
		{"a number wins over the service", "SSH (port 2222) brute force attempts from 203.0.113.5, all failed.", []string{"203.0.113.5 scan.bruteforce 2222/tcp"}},
		{"a web attack without port", "203.0.113.5 から SQL インジェクションの試みがあり、遮断しました。", []string{"203.0.113.5 scan.web 80/tcp"}},
		{"UDP by its service", "SIP の REGISTER を繰り返すスキャンです。送信元: 203.0.113.5", []string{"203.0.113.5 scan.port 5060/udp"}},
		{"worm suspected", "203.0.113.5 から 445/tcp へのスキャンがあり、ワームと思われます。", []string{"203.0.113.5 scan.port 445/tcp worm"}},
		{"worm denied", "203.0.113.5 から 445/tcp へのスキャンですが、ワームではないようです。", []string{"203.0.113.5 scan.port 445/tcp"}},
		{"known brand", "PayPal を装ったフィッシングサイトです。http://203.0.113.5/a/", []string{"203.0.113.5 phishing.site PayPal overseas"}},
		{"brand in the URL", "フィッシングです。http://www.mizuho-login.example.net/", []string{"www.mizuho-login.example.net phishing.site みずほ銀行 domestic"}},
		{"unknown brand, true site told", "偽サイト http://203.0.113.5/x/ です。本物のサイトは https://www.kumanoya.example.jp/ です。",
			[]string{"203.0.113.5 phishing.site www.kumanoya.example.jp domestic"}},
		{"no brand told", "フィッシングサイトを見つけました。http://203.0.113.5/x/", []string{"203.0.113.5 phishing.site unknown"}},
		{"phishing on a broken-in server is phishing", "A hacked server hosts a phishing page: http://203.0.113.5/x/", []string{"203.0.113.5 phishing.site unknown"}},
		{"own site defaced", "弊社サイト http://www.mise.example.jp/ が SQL インジェクションにより改ざんされました。",
			[]string{"www.mise.example.jp intrusion.defacement sql-injection defacement"}},
		{"success makes an intrusion", "当社サーバに侵入されました。弱いパスワードを総当たりで破られたものです。攻撃元は 203.0.113.5 です。迷惑メールを送信されていました。",
			[]string{"203.0.113.5 intrusion.system password mail-sending"}},
		{"malware site", "マルウェアが置かれています。http://203.0.113.5/a.exe", []string{"203.0.113.5 malware.site"}},
		{"command server", "ボットネットの C&C サーバは 203.0.113.5 です。", []string{"203.0.113.5 malware.c2"}},
		{"infected", "以下の端末がボットに感染しています。\n\n203.0.113.5\n203.0.113.6", []string{"203.0.113.5 malware.infected", "203.0.113.6 malware.infected"}},
		{"denial of service", "203.0.113.5 から DDoS 攻撃を受けています。", []string{"203.0.113.5 dos"}},
		{"vulnerable", "203.0.113.5 はオープンリゾルバになっています。", []string{"203.0.113.5 vulnerable"}},
		{"forged sender", "差出人を詐称したメールが届きました。送信元は 203.0.113.5 です。", []string{"203.0.113.5 forged.spoof"}},
		{"two harms in two sections", "■SSH 総当たり\n203.0.113.5\n\n■フィッシングサイト\nhttp://203.0.113.80/x/", []string{"203.0.113.5 scan.bruteforce 22/tcp", "203.0.113.80 phishing.site unknown"}},
		{"each address by its own clause", "203.0.113.5 is guessing SSH passwords, and 203.0.113.6 is scanning tcp port 135.",
			[]string{"203.0.113.5 scan.bruteforce 22/tcp", "203.0.113.6 scan.port 135/tcp"}},
		{"each address by its own row", "攻撃元\t宛先ポート\t内容\n203.0.113.5\t22\tパスワード総当たり\n203.0.113.6\t3306\tTCP SYN スキャン\n",
			[]string{"203.0.113.5 scan.bruteforce 22/tcp", "203.0.113.6 scan.port 3306/tcp"}},
		{"a port after its protocol", "203.0.113.5 sweeps our network on TCP 2967 since midnight.", []string{"203.0.113.5 scan.port 2967/tcp"}},
		{"the sender's port is not the service", "203.0.113.5 (source port 6000) is scanning us for port 1433.", []string{"203.0.113.5 scan.port 1433/tcp"}},
		{"knocks at a port are no virus", "送信元 203.0.113.5 から 5900番 (tcp) に何度も来ます。ウイルスでしょうか。", []string{"203.0.113.5 scan.port 5900/tcp"}},
		{"filtered injections are tries", "203.0.113.5 tried to inject script tags into our databases; all requests were filtered.", []string{"203.0.113.5 scan.web 80/tcp"}},
		{"stolen data show that an injection worked", "顧客情報が SQL インジェクションで抜き取られました。攻撃元は 203.0.113.5 です。", []string{"203.0.113.5 intrusion.system sql-injection data-theft"}},
		{"a mail to chosen readers is targeted, whatever it abuses", "標的型攻撃メールを受信しました。添付は文書の脆弱性を突いた攻撃です。送信元は 203.0.113.5 です。", []string{"203.0.113.5 targeted"}},
		{"a brand that only its name tells, Japanese", "すみれ中央銀行を装ったフィッシングサイトです。http://203.0.113.5/a/", []string{"203.0.113.5 phishing.site すみれ中央銀行 domestic"}},
		{"a brand that only its name tells, foreign", "This page is a copy of Larkspur Savings Bank: http://203.0.113.5/a/ (phishing)", []string{"203.0.113.5 phishing.site Larkspur Savings Bank overseas"}},
		{"nobody knows whom the page imitates", "フィッシングサイトです。どこの会社の偽物か分かりません。http://203.0.113.5/a/", []string{"203.0.113.5 phishing.site unknown"}},
		{"the longer of two names of the table", "Yahoo! JAPAN のフィッシングサイトです。http://203.0.113.5/yahoo/", []string{"203.0.113.5 phishing.site Yahoo! JAPAN domestic"}},
		{"nothing at fault", "脆弱性の公表日について教えてください。", []string{}},
	} {
		_, tellings := propose("ご連絡", test.text)
		got := []string{}
		for _, telling := range tellings {
			got = append(got, short(telling))
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", test.why, diff)
		}
	}
}

func TestInherit(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		why, text string
		want      bool
	}{
		{"no word of a harm", "もう1件ありました。203.0.113.5", true},
		{"an attack, but not which", "Same attack from 203.0.113.5 this morning.", true},
		{"a service, but no harm", "203.0.113.5 からも来ました。同じく POP3 です。", true},
		{"the harm is told", "203.0.113.5 からポートスキャンがありました。", false},
		{"the log tells it", sshLog, false},
	} {
		_, tellings := propose("Re: ご連絡", test.text)
		if len(tellings) != 1 || tellings[0].Inherit != test.want {
			t.Errorf("%s: %+v, want one telling that says %v", test.why, tellings, test.want)
		}
	}
}

const sshLog = "SSH の総当たりを受けました。\n\n" +
	"2008-04-12T01:02:03+09:00 www sshd[1]: Failed password for root from 203.0.113.5 port 40022 ssh2\n" +
	"2008-04-12T01:09:40+09:00 www sshd[2]: Failed password for root from 203.0.113.5 port 40023 ssh2\n"

func TestLogEvidence(t *testing.T) {
	t.Parallel()
	_, tellings := propose("ご連絡", sshLog)
	if len(tellings) != 1 {
		t.Fatalf("%d tellings, want 1", len(tellings))
	}
	got := tellings[0]
	if got.Weight != 2 {
		t.Errorf("weight %d, want one for each of 2 lines", got.Weight)
	}
	if diff := cmp.Diff([]string{"1:3-4"}, got.Evidence); diff != "" {
		t.Errorf("evidence (-want +got)\n%s", diff)
	}
	first := time.Date(2008, 4, 11, 16, 2, 3, 0, time.UTC)
	if got.FirstSeen == nil || !got.FirstSeen.Equal(first) {
		t.Errorf("first seen %v, want %v", got.FirstSeen, first)
	}
	if got.LastSeen == nil || got.LastSeen.Sub(first) != 7*time.Minute+37*time.Second {
		t.Errorf("last seen %v", got.LastSeen)
	}
}

func TestMessageClass(t *testing.T) {
	t.Parallel()
	class, _ := propose("ご連絡", sshLog)
	if class.Class != desk.ScanBruteforce || class.Confidence < 0.8 || len(class.Reasons) == 0 {
		t.Errorf("proposed %+v", class)
	}
	if class, _ := propose("質問", "教えてください。"); class.Class != "" || class.Reasons == nil {
		t.Errorf("a message that tells nothing is %+v", class)
	}
}

func TestBrandTable(t *testing.T) {
	t.Parallel()
	brands := Known()
	if n := len(brands.byName); n < 150 {
		t.Errorf("%d brands, want at least 150", n)
	}
	for _, test := range []struct {
		host, owner string
	}{
		{"www.paypal.com", "PayPal"},
		{"paypal.com", "PayPal"},
		{"www.paypal.com.evil.example", ""},
		{"notpaypal.com", ""},
		{"p1234.tokyo.ocn.ne.jp", ""}, // a customer's line, not the provider's own site
		{"www.ocn.ne.jp", "OCN"},
	} {
		got := ""
		if b := brands.Owner(test.host); b != nil {
			got = b.Name
		}
		if got != test.owner {
			t.Errorf("%s belongs to %q, want %q", test.host, got, test.owner)
		}
	}
	for url, want := range map[string]string{
		"http://www.paypa1.example/":               "PayPal",
		"http://203.0.113.5/~a/ebay/signin.php":    "eBay",
		"http://203.0.113.5/~a/orangejuice/":       "",
		"http://secure-natwestonline.example.net/": "NatWest",
	} {
		got := ""
		if b := brands.InURL(url); b != nil {
			got = b.Name
		}
		if got != want {
			t.Errorf("%s bears %q, want %q", url, got, want)
		}
	}
}

func TestLoad(t *testing.T) {
	t.Parallel()
	write := func(text string) string {
		path := filepath.Join(t.TempDir(), "brands.toml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	brands, err := Load(write("[[brand]]\nname = \"くま銀行\"\norigin = \"domestic\"\ndomains = [\"kumabank.example.jp\"]\n\n[[brand]]\nname = \"PayPal\"\norigin = \"domestic\"\n"))
	if err != nil {
		t.Fatal(err)
	}
	if b := brands.Owner("www.kumabank.example.jp"); b == nil || b.Name != "くま銀行" {
		t.Errorf("the user's brand is not known: %v", b)
	}
	if b := brands.byName["PayPal"]; b.Origin != desk.OriginDomestic {
		t.Error("the user's brand does not replace the known one")
	}
	if brands.Owner("www.ebay.com") == nil {
		t.Error("the known brands are lost")
	}
	for why, text := range map[string]string{
		"a misspelt key":    "[[brand]]\nname = \"a\"\norigin = \"domestic\"\nnaems = []\n",
		"an unknown origin": "[[brand]]\nname = \"a\"\norigin = \"here\"\n",
		"no name":           "[[brand]]\norigin = \"domestic\"\n",
		"no TOML":           "[[",
	} {
		if _, err := Load(write(text)); err == nil {
			t.Errorf("%s was taken", why)
		}
	}
	if _, err := Load(filepath.Join(t.TempDir(), "none")); err == nil {
		t.Error("a file that is not there was read")
	}
}
