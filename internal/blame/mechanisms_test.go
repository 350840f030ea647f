package blame

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"todoke/internal/desk"
)

// TestWhoIsNotToBlame holds what a report names beside the address at fault.
func TestWhoIsNotToBlame(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		why, text string
		want      []string
	}{
		{"a page to follow the case", "Malware is spread from this address.\nURL: http://203.0.113.5/a.exe\nRecheck: http://status.tracker.example.net/?id=7",
			[]string{"http://203.0.113.5/a.exe=source", "http://status.tracker.example.net/?id=7=reference"}},
		{"a network that a registry names", "203.0.113.5 is sending spam to us.\n\ninetnum: 203.0.113.0 - 203.0.113.255\nnetname: EXAMPLE-NET\n",
			[]string{"203.0.113.5=source", "203.0.113.0/24=reference"}},
		{"the name server that was asked", "Phishing at http://www.evil.example.net/bank/\n\n;; SERVER: 192.0.2.53#53\n",
			[]string{"http://www.evil.example.net/bank/=source", "192.0.2.53=reference"}},
		{"an example that a form prints", "アクセス元: 203.0.113.5\n内容: ポートスキャン\n記入例) アクセス元: 192.0.2.1\n",
			[]string{"203.0.113.5=source", "192.0.2.1=reference"}},
		{"a site whose name the bad URL bears", "A fake log-in page is at http://203.0.113.5/seasidebank/login.html and the pictures come from http://www.seasidebank.example.com/",
			[]string{"http://203.0.113.5/seasidebank/login.html=source", "http://www.seasidebank.example.com/=reference"}},
		{"a domain named beside its host", "フィッシングサイトです。\nhttp://login.evil.example.net/\n※ evil.example.net の配下です。",
			[]string{"http://login.evil.example.net/=source", "evil.example.net=reference"}},
		{"the proxy of the victims", "ウイルスを配るサイト http://203.0.113.5/a.exe に、社内のプロキシ 192.0.2.7 経由でアクセスがありました。",
			[]string{"http://203.0.113.5/a.exe=source", "192.0.2.7=reporter"}},
		{"a host that asks is the reporter's scanner", "These hosts are open resolvers, no attack was seen:\n\n203.0.113.5\n\nOur scanner is 192.0.2.9.",
			[]string{"203.0.113.5=source", "192.0.2.9=target"}},
		{"pictures of the true site", "偽の銀行のページのソースです。\n<img src=\"https://www.shinbank.example.jp/l.gif\">\n<form action=\"http://203.0.113.5/s.php\">",
			[]string{"https://www.shinbank.example.jp/l.gif=reference", "http://203.0.113.5/s.php=source"}},
		{"an address behind a user", "SIP scan from 203.0.113.5: OPTIONS sip:100@192.0.2.1", []string{"203.0.113.5=source", "192.0.2.1=unknown"}},
		{"monitoring, in prose", "The ssh guesser sits at 203.0.113.5. It is not 203.0.113.9, that's our own monitoring.", []string{"203.0.113.5=source", "203.0.113.9=reference"}},
		{"a test from home", "SSHの総当りです。203.0.113.9 は私が家から試したものなので気にしないでください。問題なのは 203.0.113.5 です。", []string{"203.0.113.9=reference", "203.0.113.5=source"}},
		{"a customer who was infected", "IRC C&C on 203.0.113.5. Our infected customer (192.0.2.7, already cleaned) was talking to it.", []string{"203.0.113.5=source", "192.0.2.7=reporter"}},
		{"the version of a scanner", "Malware on 203.0.113.5, detected by Kaspersky 7.0.0.9.", []string{"203.0.113.5=source", "7.0.0.9=unknown"}},
		{"all hosts of a network as the goal", "ポートスキャンです。192.0.2.0/24 の全ホストに対して調べています。203.0.113.5 です。", []string{"192.0.2.0/24=target", "203.0.113.5=source"}},
		{"a key in brackets", "フィッシングサイトの連絡です。\n[URL] http://203.0.113.5/x/\n[正規] https://www.shinbank.example.jp/\n",
			[]string{"http://203.0.113.5/x/=source", "https://www.shinbank.example.jp/=reference"}},
	} {
		if diff := cmp.Diff(test.want, roles(Find(report(test.text), config))); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", test.why, diff)
		}
	}
}

// TestWhoIsToBlameAllTheSame holds addresses beside which words stand that excuse elsewhere.
func TestWhoIsToBlameAllTheSame(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		why, text string
		want      []string
	}{
		{"an open resolver is no look-up", "The open resolver 203.0.113.5 takes part in a DNS amplification attack on us.", []string{"203.0.113.5=source"}},
		{"our gateway is what was attacked", "弊社ゲートウェイの22番に 203.0.113.5 から総当りがありました。", []string{"203.0.113.5=source"}},
		{"the same target as before", "One more source of the ssh attacks, same target: 203.0.113.5", []string{"203.0.113.5=source"}},
		{"it acts", "The whole network 203.0.113.64/27 is sending spam to us.", []string{"203.0.113.64/27=source"}},
		{"a copy is listed, not the copied", "We found a page imitating Seaside Bank.\n\nhttp://www.evil.example.net/x/\n", []string{"http://www.evil.example.net/x/=source"}},
		{"evidence is no reference where nobody else is told", "A phishing site was found today.\n\nEvidence: http://www.evil.example.net/x/\n", []string{"http://www.evil.example.net/x/=source"}},
		{"only like the real one", "It looks like the real page but is a phishing site: http://www.evil.example.net/x/", []string{"http://www.evil.example.net/x/=source"}},
		{"own page with a forged page on it", "うちのサイト www.mise.example.jp に銀行のフィッシングページが設置されました。", []string{"www.mise.example.jp=source"}},
		{"a proper name below the sentence", "下記のサイトが利用者への注意喚起の対象です。ボットに感染しています。\n\n203.0.113.5 （最終観測 7月1日）\n", []string{"203.0.113.5=source"}},
	} {
		if diff := cmp.Diff(test.want, roles(Find(report(test.text), config))); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", test.why, diff)
		}
	}
}

func TestPairsToldInOtherWays(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		why, text string
		want      []Pair
	}{
		{"the rows of a table", "Phishing:\nurl,ip,brand\nhttp://a.example.net/x/,203.0.113.5,Seaside\nhttp://b.example.net/y/,203.0.113.6,Seaside\n",
			[]Pair{{Host: "a.example.net", IP: "203.0.113.5"}, {Host: "b.example.net", IP: "203.0.113.6"}}},
		{"the key of a resource record", "Phish: http://a.example.net/x/   (A: 203.0.113.5)\n       http://b.example.net/   (A: 203.0.113.6)\n",
			[]Pair{{Host: "a.example.net", IP: "203.0.113.5"}, {Host: "b.example.net", IP: "203.0.113.6"}}},
		{"said to point there", "フィッシングです。a.example.net は昨日まで 203.0.113.5 を指していました。", []Pair{{Host: "a.example.net", IP: "203.0.113.5"}}},
		{"the box behind it", "The phishing link goes to http://a.example.net/x/ and that box is 203.0.113.5. The good one is https://www.realbank.example/",
			[]Pair{{Host: "a.example.net", IP: "203.0.113.5"}}},
		{"named by one label", "Defaced:\nhttp://www.ringo-en.example.jp/\nhttp://mikan-do.example.jp/\n\nIPs: ringo-en and mikan-do both on 203.0.113.5.\n",
			[]Pair{{Host: "www.ringo-en.example.jp", IP: "203.0.113.5"}, {Host: "mikan-do.example.jp", IP: "203.0.113.5"}}},
		{"a private address is nobody's", "Phishing at http://a.example.net/x/ seen on my PC, IP 192.168.1.3", nil},
	} {
		ev := Find(report(test.text), config)
		if diff := cmp.Diff(test.want, ev.Pairs, cmpopts.IgnoreFields(Pair{}, "Why"), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", test.why, diff)
		}
	}
}

func TestANetworkIsOneAddress(t *testing.T) {
	t.Parallel()
	ev := Find(report("The whole network 203.0.113.64/27 is sending spam to us. A sample of the spam came from 203.0.113.70."), config)
	for i := range ev.Findings {
		if f := &ev.Findings[i]; ev.AddressOf(f) != "203.0.113.64/27" {
			t.Errorf("%s counts as %q, want the network", f.Value, ev.AddressOf(f))
		}
	}
}

func TestSeveralIPsOfOneHost(t *testing.T) {
	t.Parallel()
	ev := Find(report("■フィッシングサイト\nhttp://a.example.net/x/\nIPアドレス: 2つあります\n  203.0.113.5 / 203.0.113.6 (切り替わるようです)\n"), config)
	got := map[string]bool{}
	for i := range ev.Findings {
		got[ev.AddressOf(&ev.Findings[i])] = true
	}
	want := map[string]bool{"203.0.113.5": true, "203.0.113.6": true}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("addresses (-want +got)\n%s", diff)
	}
}

func TestRemarksBelowALog(t *testing.T) {
	t.Parallel()
	log := "Apr 12 01:02:03 www sshd[211]: Failed password for root from 203.0.113.5 port 40022 ssh2\n" +
		"Apr 12 01:02:09 www sshd[212]: Failed password for suzuki from 203.0.113.9 port 40023 ssh2\n"
	for _, test := range []struct {
		remark string
		want   []string
	}{
		{"最後の行は社内の人間です。", []string{"203.0.113.5=source", "203.0.113.9=reporter"}},
		{"The first entry was me.", []string{"203.0.113.5=reporter", "203.0.113.9=source"}},
		{"最後の行は昨夜のものです。", []string{"203.0.113.5=source", "203.0.113.9=source"}},
	} {
		if diff := cmp.Diff(test.want, roles(Find(report("SSH の総当りです。\n\n"+log+"\n"+test.remark), config))); diff != "" {
			t.Errorf("%s (-want +got)\n%s", test.remark, diff)
		}
	}
}

// TestWhoLogsInAfterTheGuess holds the address that uses a guessed account without having guessed itself.
func TestWhoLogsInAfterTheGuess(t *testing.T) {
	t.Parallel()
	text := "当社サーバに侵入されました。\n\n" +
		"Apr 12 01:02:03 www sshd[211]: Failed password for test from 203.0.113.5 port 40022 ssh2\n" +
		"Apr 12 02:02:03 www sshd[212]: Accepted password for test from 203.0.113.77 port 40022 ssh2\n" +
		"Apr 12 09:00:00 www sshd[213]: Accepted password for suzuki from 192.0.2.9 port 40022 ssh2\n"
	want := []string{"203.0.113.5=source", "203.0.113.77=source", "192.0.2.9=unknown"}
	if diff := cmp.Diff(want, roles(Find(report(text), config))); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// TestAnUpdateThatItStopped holds that a follow-up which says that a site is gone does not tell of it again, and that a first
// report which says so does.
func TestAnUpdateThatItStopped(t *testing.T) {
	t.Parallel()
	doc := report("Update: www.evil.example.net is no longer reachable from here.")
	doc.Reply = true
	if diff := cmp.Diff([]string{"www.evil.example.net=reference"}, roles(Find(doc, config))); diff != "" {
		t.Errorf("a follow-up (-want +got)\n%s", diff)
	}
	first := report("A phishing page was at www.evil.example.net which is no longer reachable from here.")
	if diff := cmp.Diff([]string{"www.evil.example.net=source"}, roles(Find(first, config))); diff != "" {
		t.Errorf("a first report (-want +got)\n%s", diff)
	}
}

// TestTheTrueSiteInTheSentence holds that a list below a sentence which names the true site is of the copies.
func TestTheTrueSiteInTheSentence(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ text, want string }{
		{"正しいサイトは http://www.truebank.example.org/ です。\n> 口座をご確認ください。\n> http://www.evil.example.net/login/\n", "http://www.evil.example.net/login/=source"},
		{"次は銀行(本物は http://www.truebank.example.org/)のにせものです。\n  http://www.evil.example.net/login/\n", "http://www.evil.example.net/login/=source"},
	} {
		want := []string{"http://www.truebank.example.org/=reference", test.want}
		if diff := cmp.Diff(want, roles(Find(report(test.text), config))); diff != "" {
			t.Errorf("%s (-want +got)\n%s", test.text, diff)
		}
	}
}

// TestUnrelatedToUs holds that a sender who has nothing to do with the reporter is not innocent for that, and that whom a
// letter is addressed to is no target.
func TestUnrelatedToUs(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"差出人を偽った広告の送信元は 203.0.113.7 で、弊社とは無関係です。":                          "203.0.113.7=source",
		"To whom it may concern: 203.0.113.7 tried many passwords on SSH.": "203.0.113.7=source",
		"203.0.113.7 は今回の攻撃とは無関係です。":                                       "203.0.113.7=reference",
	} {
		if diff := cmp.Diff([]string{want}, roles(Find(report(text), config))); diff != "" {
			t.Errorf("%s (-want +got)\n%s", text, diff)
		}
	}
}

// TestHostAndIPAreOne holds the ways to write that a name stands for an address.
func TestHostAndIPAreOne(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"当社のサーバ 203.0.113.7 で www.evil.example.net の表紙が置き換えられました。",
		"These hosts serve malware:\nhttp://www.evil.example.net/a.exe,203.0.113.7,trojan\n",
		"不正なファイルを配布しているサイトです。\nhttp://www.evil.example.net/a.exe ... 偽のプレーヤー / 203.0.113.7\n",
	} {
		ev := Find(report(text), config)
		if len(ev.Pairs) != 1 || ev.Pairs[0].Host != "www.evil.example.net" || ev.Pairs[0].IP != "203.0.113.7" {
			t.Errorf("%s: got %v", text, ev.Pairs)
		}
	}
}

// TestWordsThatSpeakOfAnotherThing holds words near an address that say nothing of it: they belong to another clause, another
// person, or to what the address met.
func TestWordsThatSpeakOfAnotherThing(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"Our web shop is answering nobody because 203.0.113.5 floods it, a denial of service.":                        {"203.0.113.5=source"},
		"My brother paid for a bag at http://www.evil.example.net/ which is a fake shop.":                             {"http://www.evil.example.net/=source"},
		"相談者の御自宅(203.0.113.5)のパソコンがウイルスに感染しています。":                                                                     {"203.0.113.5=source"},
		"This is to report that 203.0.113.5 made a port scan of our network.":                                         {"203.0.113.5=source"},
		"Please talk to the people at 203.0.113.5, they send me spam.":                                                {"203.0.113.5=source"},
		"偽の請求メールの送信元は 203.0.113.5 で、当会とは関係のない機械です。":                                                                   {"203.0.113.5=source"},
		"Forged mail in our name comes from 203.0.113.5, which has nothing to do with us.":                            {"203.0.113.5=source"},
		"These two spam my blog's comments all day: 203.0.113.5 and 203.0.113.6.":                                     {"203.0.113.5=source", "203.0.113.6=source"},
		"The genuine site www.victim.example.net was defaced.":                                                        {"www.victim.example.net=source"},
		"踏み台にされている NTP サーバは 203.0.113.5 で、DoS 攻撃に使われています。":                                                            {"203.0.113.5=source"},
		"https://www.shimbun.example.net/ のニュースで見たフィッシングです。http://www.evil.example.net/ が偽のページです。":                    {"https://www.shimbun.example.net/=reference", "http://www.evil.example.net/=source"},
		"A page pretending to be the Red Hat Bank (theirs is www.bank.example.org): phishing at http://203.0.113.5/x": {"www.bank.example.org=reference", "http://203.0.113.5/x=source"},
	} {
		if diff := cmp.Diff(want, roles(Find(report(text), config))); diff != "" {
			t.Errorf("%s (-want +got)\n%s", text, diff)
		}
	}
}

// TestWhoActs holds what is said behind an address of what it did, or of what it suffers.
func TestWhoActs(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"弊社のサーバが 203.0.113.5 に侵入され、名簿を持ち出されました。":                                         {"203.0.113.5=source"},
		"SSH の総当りです。203.0.113.5 が 1,702 回。192.0.2.3 へ来ました。":                              {"203.0.113.5=source", "192.0.2.3=target"},
		"192.0.2.3 (対局サーバ) がダウンしました。203.0.113.5 からの DoS 攻撃です。":                           {"192.0.2.3=target", "203.0.113.5=source"},
		"SSH の総当りです。\nリモート   203.0.113.5\nローカル   192.0.2.3\n":                            {"203.0.113.5=source", "192.0.2.3=target"},
		"203.0.113.5 がうちのVPN装置に SSH の総当りをしてきます。\nVPN装置は 192.0.2.3 です。":                   {"203.0.113.5=source", "192.0.2.3=reporter"},
		"203.0.113.5 tries passwords on our file server.\nThe file server is 192.0.2.3.": {"203.0.113.5=source", "192.0.2.3=reporter"},
		"These took part in a DoS attack on 192.0.2.3:\n203.0.113.5\n":                   {"192.0.2.3=target", "203.0.113.5=source"},
		"Open resolvers, found by a scan:\n203.0.113.5\n203.0.113.6\n\nThe test was run from 192.0.2.3.": {
			"203.0.113.5=source", "203.0.113.6=source", "192.0.2.3=reporter"},
	} {
		if diff := cmp.Diff(want, roles(Find(report(text), config))); diff != "" {
			t.Errorf("%s (-want +got)\n%s", text, diff)
		}
	}
}

// TestLinesOfAnInnocentAddress holds a log of which some lines are excused by their address.
func TestLinesOfAnInnocentAddress(t *testing.T) {
	t.Parallel()
	text := "The lines with 203.0.113.9 are our own monitoring, never mind them.\n\n" +
		"Jul 20 09:02:53 gate sshd[1]: Failed password for nagios from 203.0.113.9 port 4146 ssh2\n" +
		"Jul 20 09:03:15 gate sshd[2]: Failed password for invalid user joe from 203.0.113.5 port 4961 ssh2\n"
	for _, f := range Find(report(text), config).Findings {
		if blamed := f.Role == desk.RoleSource; blamed != (f.Value == "203.0.113.5") && isIP(&f) {
			t.Errorf("%s is %s: %s", f.Value, f.Role, f.Why)
		}
	}
}

// TestRowsThatNeedNothing holds words in the columns of a table that the text around it explains.
func TestRowsThatNeedNothing(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"判定が「誤検知」の行は対象外です。\n\n203.0.113.5   SSH 総当り   攻撃\n192.0.2.3   SSH 総当り   誤検知\n",
		"Rows marked CLOSED need no action.\n\n203.0.113.5   ssh brute force   OPEN\n192.0.2.3   ssh brute force   CLOSED\n",
	} {
		if diff := cmp.Diff([]string{"203.0.113.5=source", "192.0.2.3=reference"}, roles(Find(report(text), config))); diff != "" {
			t.Errorf("%s (-want +got)\n%s", text, diff)
		}
	}
}

// TestAHostAndBelowItsIP holds lists in which each host stands on one line and its IP on the next, and lists of items of their own.
func TestAHostAndBelowItsIP(t *testing.T) {
	t.Parallel()
	want := []Pair{{Host: "a.example.net", IP: "203.0.113.5"}, {Host: "b.example.net", IP: "203.0.113.6"}}
	for text, want := range map[string][]Pair{
		"Phishing hosts:\n\na.example.net\n203.0.113.5\nb.example.net\n203.0.113.6\n":                   want,
		"フィッシングサイトです。\n\na.example.net\n203.0.113.5\n\nb.example.net\n203.0.113.6\n":                    want,
		"Malware sites:\n\nHost: a.example.net\n  203.0.113.5\nHost: b.example.net\n  203.0.113.6\n":    want,
		"C&C サーバは次の二つです。\n・a.example.net\n・203.0.113.5\n":                                               nil,
		"On 203.0.113.5 we count 900 virtual hosts with the same defacement; example a.example.net.":    want[:1],
		"Phishing:\nName: a.example.net\nNumber: 203.0.113.5\nPage: http://a.example.net/x/\n":          want[:1],
		"Nikto でのスキャンです。相手：a.example.net＝203.0.113.5。":                                                  want[:1],
		"The front page of a.example.net was defaced. Address according to my nslookup is 203.0.113.5.": want[:1],
		"The command server is a.example.net, and this name points to 203.0.113.5 now.":                 want[:1],
	} {
		ev := Find(report(text), config)
		if diff := cmp.Diff(want, ev.Pairs, cmpopts.IgnoreFields(Pair{}, "Why"), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s (-want +got)\n%s", text, diff)
		}
	}
}
