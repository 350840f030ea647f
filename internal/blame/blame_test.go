package blame

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"todoke/internal/desk"
)

func report(text string) Document {
	return Document{
		Subject: "ご連絡", From: desk.Mailbox{Address: "noc@reporter.example"},
		Parts: []Part{{Path: "1", Type: "text/plain", Text: text}},
	}
}

var config = Config{
	OwnAddresses: []string{"@csirt.example.jp"},
	Legitimate:   func(host string) bool { return host == "www.realbank.example" },
}

// roles gives the role of each address, "value=role", in order of place and without repetition.
func roles(ev Evidence) []string {
	var list []string
	seen := map[string]bool{}
	for _, f := range ev.Findings {
		if f.Kind == desk.IndicatorPort || f.Kind == desk.IndicatorEmail {
			continue
		}
		if item := f.Value + "=" + string(f.Role); !seen[item] {
			seen[item] = true
			list = append(list, item)
		}
	}
	return list
}

func TestRoles(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		why, text string
		want      []string
	}{
		{"particles", "203.0.113.5 から 192.0.2.8 に対して SSH のスキャンがありました。", []string{"203.0.113.5=source", "192.0.2.8=target"}},
		{"prepositions", "We saw a port scan from 203.0.113.5 against 192.0.2.8 today.", []string{"203.0.113.5=source", "192.0.2.8=target"}},
		{"an arrow", "Port scan: 203.0.113.5 -> 192.0.2.8", []string{"203.0.113.5=source", "192.0.2.8=target"}},
		{"own server in brackets", "当社の Web サーバ (192.0.2.8) が 203.0.113.5 からスキャンされました。", []string{"192.0.2.8=reporter", "203.0.113.5=source"}},
		{"said to be ours", "203.0.113.5 scanned us. 192.0.2.8 is our mail server.", []string{"203.0.113.5=source", "192.0.2.8=reporter"}},
		{"key and value", "ポートスキャンの件\n攻撃元: 203.0.113.5\n攻撃先: 192.0.2.8", []string{"203.0.113.5=source", "192.0.2.8=target"}},
		{"a heading gives its list a role", "スキャンの送信元は以下のとおりです。\n\n203.0.113.5\n203.0.113.6\n", []string{"203.0.113.5=source", "203.0.113.6=source"}},
		{"pointing word with a preposition", "The scans come from the following hosts:\n\n203.0.113.5\n203.0.113.6\n", []string{"203.0.113.5=source", "203.0.113.6=source"}},
		{"members of a list share the particle", "203.0.113.5、203.0.113.6 及び 203.0.113.7 からスキャンを受けています。", []string{"203.0.113.5=source", "203.0.113.6=source", "203.0.113.7=source"}},
		{"an excused line", "スキャンを検知しました。送信元は 203.0.113.5 です。なお 203.0.113.9 は無関係です。", []string{"203.0.113.5=source", "203.0.113.9=reference"}},
		{"the true site of an unknown brand", "フィッシングサイト http://203.0.113.5/login/ を見つけました。正規サイトは https://www.shop.example.jp/ です。",
			[]string{"http://203.0.113.5/login/=source", "https://www.shop.example.jp/=reference"}},
		{"a known brand's own site", "A phishing page at http://www.evil.example.net/ copies the pictures of https://www.realbank.example/logo.gif",
			[]string{"http://www.evil.example.net/=source", "https://www.realbank.example/logo.gif=reference"}},
		{"what victims connect to", "感染端末が 203.0.113.5 に接続して指令を受けています。C&C サーバと思われます。", []string{"203.0.113.5=source"}},
		{"private addresses", "10.1.2.3 から 203.0.113.5 への C2 通信を検知しました。", []string{"10.1.2.3=target", "203.0.113.5=source"}},
		{"ours", "報告先は www.csirt.example.jp でよいですか。203.0.113.5 からスキャンがありました。", []string{"www.csirt.example.jp=reporter", "203.0.113.5=source"}},
		{"own site defaced, nobody told", "弊社のサイト http://www.mise.example.jp/ が改ざんされました。", []string{"http://www.mise.example.jp/=source"}},
		{"own machine entered from a told address", "当社サーバ 192.0.2.8 に侵入されました。侵入元は 203.0.113.5 です。", []string{"192.0.2.8=reporter", "203.0.113.5=source"}},
		{"script leads from a defaced page", "http://www.mise.example.jp/ が改ざんされ、次のタグが埋め込まれています。\n<script src=http://www.evil.example.net/1.js></script>",
			[]string{"http://www.mise.example.jp/=source", "http://www.evil.example.net/1.js=source"}},
	} {
		if diff := cmp.Diff(test.want, roles(Find(report(test.text), config))); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", test.why, diff)
		}
	}
}

func TestLogLinesWinOverDefaults(t *testing.T) {
	t.Parallel()
	text := "SSH の総当たりです。サーバは 192.0.2.8 です。\n\n" +
		"Apr 12 01:02:03 www sshd[211]: Failed password for root from 203.0.113.5 port 40022 ssh2\n"
	want := []string{"192.0.2.8=target", "203.0.113.5=source"}
	if diff := cmp.Diff(want, roles(Find(report(text), config))); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestHeldTextIsNotBlamed(t *testing.T) {
	t.Parallel()
	text := "まだ続いています。\n> 攻撃元は 203.0.113.5 です。\n"
	doc := report(text)
	at := strings.Index(text, ">")
	doc.Parts[0].Segments = []Segment{{Kind: SegmentNew, End: at}, {Kind: SegmentQuoted, Start: at, End: len(text), Held: true}}
	want := []string{"203.0.113.5=reference"}
	if diff := cmp.Diff(want, roles(Find(doc, config))); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	doc.Parts[0].Segments[1].Held = false // foreign text that is passed on is evidence
	want = []string{"203.0.113.5=source"}
	if diff := cmp.Diff(want, roles(Find(doc, config))); diff != "" {
		t.Errorf("not held: (-want +got)\n%s", diff)
	}
}

func TestPairs(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ why, text, host, ip string }{
		{"in brackets", "フィッシング http://www.evil.example.net/a (203.0.113.5)", "www.evil.example.net", "203.0.113.5"},
		{"resolved", "The phishing host www.evil.example.net resolves to 203.0.113.5 now.", "www.evil.example.net", "203.0.113.5"},
		{"lines of one record", "Phishing:\nURL: http://www.evil.example.net/a\nIP: 203.0.113.5\n", "www.evil.example.net", "203.0.113.5"},
		{"told below", "偽サイトです。\n\nhttp://www.evil.example.net/a\n\nIPアドレスは 203.0.113.5 です。", "www.evil.example.net", "203.0.113.5"},
		{"the name in the subject's sentence", "Phishing at http://www.evil.example.net/a\n\nBrand is Bank Y. IP of the box: 203.0.113.5. Nobody answers the phone.", "www.evil.example.net", "203.0.113.5"},
		{"runs from", "There is a phishing page at http://www.evil.example.net/a running from 203.0.113.5 which copies Bank Y.", "www.evil.example.net", "203.0.113.5"},
		{"dotted leaders", "Phishing.\n\nCounterfeit page ....... http://www.evil.example.net/a\nAddress of the server ... 203.0.113.5\n", "www.evil.example.net", "203.0.113.5"},
		{"by a machine", "The page at http://www.evil.example.net/a deceives our customers, a phishing page. It is delivered by the machine with the number 203.0.113.5.", "www.evil.example.net", "203.0.113.5"},
		{"the sender of the mail that leads there", "Phishing mail came from 203.0.113.5 and its link goes to http://www.evil.example.net/a .", "www.evil.example.net", ""},
		{"two ends of one scan are no pair", "host.example.net から 203.0.113.5 へのスキャンです。", "host.example.net", ""},
	} {
		ev := Find(report(test.text), config)
		if got := ev.pairOf[test.host]; got != test.ip {
			t.Errorf("%s: %s is %q, want %q", test.why, test.host, got, test.ip)
		}
	}
}

func TestSharedNetworksMergeNothing(t *testing.T) {
	t.Parallel()
	cfg := config
	cfg.SharedNetworks = []string{"203.0.113.0/24"}
	ev := Find(report("フィッシング http://www.evil.example.net/a (203.0.113.5)"), cfg)
	if len(ev.Pairs) != 0 {
		t.Errorf("joined %v", ev.Pairs)
	}
	want := []string{"http://www.evil.example.net/a=source", "203.0.113.5=reference"}
	if diff := cmp.Diff(want, roles(ev)); diff != "" {
		t.Errorf("of a shared address and its host only the host is at fault (-want +got)\n%s", diff)
	}
}

func TestReceived(t *testing.T) {
	t.Parallel()
	header := "Received: from mx.reporter.example (mx.reporter.example [192.0.2.25]) by mail.reporter.example with ESMTP\n" +
		"Received: from bank.example (unknown [203.0.113.5]) by mx.reporter.example with SMTP\n" +
		"Received: from victim.example (victim.example [198.51.100.9]) by bank.example\n" +
		"From: Boss <noc@reporter.example>\n"
	doc := report("差出人を詐称したメールが届きました。添付します。")
	doc.Parts = append(doc.Parts, Part{Path: "2.1", Type: "text/plain", Text: "Please pay.", Embedded: true, Header: header})
	want := []string{"203.0.113.5=source"}
	if diff := cmp.Diff(want, roles(Find(doc, config))); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestLinkThatIsNotWritten(t *testing.T) {
	t.Parallel()
	doc := report("フィッシングメールです。こちらをクリック")
	doc.Parts[0].HTML = true
	doc.Parts[0].Links = []Link{{Text: "こちら", URL: "http://www.evil.example.net/login"}}
	want := []string{"http://www.evil.example.net/login=source"}
	if diff := cmp.Diff(want, roles(Find(doc, config))); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestForms(t *testing.T) {
	t.Parallel()
	ev := Find(report("被害内容:\n  □ワーム感染 ■ページの改ざん □踏み台\n"), config)
	for _, p := range ev.Passages {
		for _, c := range p.Cues {
			if c.Rule.Name == "worm" {
				t.Error("an empty box tells something")
			}
		}
	}
	mail := ev.mail
	if best, _ := mail.Best(); best != desk.IntrusionDefacement {
		t.Errorf("the ticked box tells %q", best)
	}
}

func TestNumberedChoice(t *testing.T) {
	t.Parallel()
	ev := Find(report("インシデント種別 : 1\n  1. スキャンの検出\n  2. ワームの感染\n  3. システムへの侵入\n\n3. 備考\n"), config)
	mail := ev.mail
	if best, share := mail.Best(); best != desk.ScanPort || share < 1 {
		t.Errorf("the chosen number tells %q with %.2f of all", best, share)
	}
}

func TestPlaceOfAFinding(t *testing.T) {
	t.Parallel()
	ev := Find(report("一行目\n攻撃元は 203.0.113.5 です。スキャンです。"), config)
	if len(ev.Findings) != 1 {
		t.Fatalf("%d findings, want 1", len(ev.Findings))
	}
	if f := ev.Findings[0]; f.Offset != 9 || f.Line != 2 || f.Part != "1" {
		t.Errorf("at %s:%d, offset %d; want 1:2, offset 9", f.Part, f.Line, f.Offset)
	}
}

func TestHostileSizes(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"one endless sentence":  strings.Repeat("攻撃元 203.0.113.5 から ", 40_000),
		"a million bare lines":  strings.Repeat("203.0.113.5\n", 80_000),
		"endless keys":          strings.Repeat("a: ", 300_000),
		"open brackets":         strings.Repeat("（", 300_000),
		"cues and nothing else": strings.Repeat("フィッシング", 50_000),
	} {
		if ev := Find(report(text), config); len(ev.Passages) == 0 {
			t.Errorf("%s: nothing was read", name)
		}
	}
}

func TestLongTextIsCutAndSaid(t *testing.T) {
	t.Parallel()
	if ev := Find(report(strings.Repeat("x", maxText+1)), config); !ev.Truncated {
		t.Error("the cut is not said")
	}
}

func FuzzFind(f *testing.F) {
	f.Add("攻撃元: 203.0.113.5\n> (192.0.2.8) から", 3, 20)
	f.Add("Received: from a (b [203.0.113.5])\n\tby c\nFrom: <noc@reporter.example>\n□ ワーム", 0, 5)
	f.Fuzz(func(t *testing.T, text string, start, end int) {
		doc := report(text)
		if 0 <= start && start <= end && end <= len(text) {
			doc.Parts[0].Segments = []Segment{{Kind: SegmentQuoted, Start: start, End: end, Held: true}}
		}
		doc.Parts = append(doc.Parts, Part{Path: "2", Text: text, Embedded: true, Header: text, Links: []Link{{Text: text, URL: "http://203.0.113.5/" + text}}})
		ev := Find(doc, config)
		for _, finding := range ev.Findings {
			if finding.Passage >= len(ev.Passages) || finding.Role == "" {
				t.Fatalf("finding %+v", finding)
			}
		}
		for _, p := range ev.Passages {
			if p.Start < 0 || p.End < p.Start || p.End > len(ev.Text(p.PartIndex)) || p.Heading >= len(ev.Passages) {
				t.Fatalf("passage %+v", p)
			}
		}
	})
}
