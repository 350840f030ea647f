package blame

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// TestWhoseMachine holds whose machine a sentence, a cell or a name makes of an address.
func TestWhoseMachine(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"SSH の総当りです。203.0.113.5 から来ます。こちらのIPは 192.0.2.3 です。":                                  {"203.0.113.5=source", "192.0.2.3=reporter"},
		"SSH の総当りです。\nwho: 203.0.113.5\nwhere: うち（192.0.2.3）の22番\n":                           {"203.0.113.5=source", "192.0.2.3=reporter"},
		"192.0.2.3（うちのVPN装置）に 203.0.113.5 が SSH の総当りをしました。":                                   {"192.0.2.3=reporter", "203.0.113.5=source"},
		"SQL injection by 203.0.113.5. You will see 192.0.2.3 too, that is our proxy server.": {"203.0.113.5=source", "192.0.2.3=reporter"},
		"203.0.113.5 is a port scanner. It is sweeping 192.0.2.0/24 on port 23.":              {"203.0.113.5=source", "192.0.2.0/24=target"},
		"203.0.113.5 が 192.0.2.0/24 を順に調べるポートスキャンです。":                                         {"203.0.113.5=source", "192.0.2.0/24=target"},
		"192.0.2.0/24 のほとんどのホストから SSH の総当りが来ます。":                                              {"192.0.2.0/24=source"},
		"My firewall blocks 203.0.113.5 all night, a port scan.":                              {"203.0.113.5=source"},
		"203.0.113.5 hammering our ssh": {"203.0.113.5=source"},
		"ポートスキャンです。203.0.113.9 からの通信は当社が委託した診断会社によるものでした。203.0.113.5 は心当たりがありません。": {
			"203.0.113.9=reference", "203.0.113.5=source"},
		"203.0.113.9 turned out to be a penetration test we ordered ourselves. SSH brute force comes from 203.0.113.5.": {
			"203.0.113.9=reference", "203.0.113.5=source"},
		"Phishing at http://www.evil.example.net/x/ and that is not www.northgate.example at all.":      {"http://www.evil.example.net/x/=source", "www.northgate.example=reference"},
		"改ざんされたページは http://www.evil.example.net/ です。掲示板 (http://board.example.org/) に載っていました。":          {"http://www.evil.example.net/=source", "http://board.example.org/=reference"},
		"The trojan, a build of last year, talks to 203.0.113.5 all day.":                               {"203.0.113.5=source"},
		"Another port scan, unrelated to the rest: 203.0.113.5 tries our ssh.":                          {"203.0.113.5=source"},
		"Phishing, or is this real? http://www.evil.example.net/x/":                                     {"http://www.evil.example.net/x/=source"},
		"Phishing page http://www.evil.example.net/x/ found.\nnserver: ns1.dns.example.org\n":           {"http://www.evil.example.net/x/=source", "ns1.dns.example.org=unknown"},
		"Malware at http://www.evil.example.net/x/ which spares Java 1.6.0.7 only.":                     {"http://www.evil.example.net/x/=source", "1.6.0.7=unknown"},
		"Phishing.\n> http://www.evil.example.net/nu/x.php\n> Northgate  http://www.northgate.example/": {"http://www.evil.example.net/nu/x.php=source", "http://www.northgate.example/=reference"},
	} {
		if diff := cmp.Diff(want, roles(Find(report(text), config))); diff != "" {
			t.Errorf("%s (-want +got)\n%s", text, diff)
		}
	}
}

// TestPairsOfOneMachine holds other ways to say that a name and an IP are one machine.
func TestPairsOfOneMachine(t *testing.T) {
	t.Parallel()
	want := []Pair{{Host: "a.example.net", IP: "203.0.113.5"}}
	for _, text := range []string{
		"Apr  2 11:04:10 gw sshd[881]: Invalid user bob from a.example.net\nApr  2 11:04:10 gw sshd[881]: Failed password for invalid user bob from 203.0.113.5 port 2211 ssh2\n",
		"Our crawler found a trojan at http://a.example.net/count.php?o=2 (203.0.113.5).",
		"C&C サーバです。\n\nhttp://a.example.net/x\n（名前解決すると 203.0.113.5）\n",
		"The fake page http://a.example.net/e/ is on 203.0.113.5.",
	} {
		if diff := cmp.Diff(want, Find(report(text), config).Pairs, cmpopts.IgnoreFields(Pair{}, "Why")); diff != "" {
			t.Errorf("%s (-want +got)\n%s", text, diff)
		}
	}
}

// TestALogInThatIsNobodysOwn holds a log line of a success, where nobody else is told.
func TestALogInThatIsNobodysOwn(t *testing.T) {
	t.Parallel()
	text := "メールの設定が変えられていました。\n2009/03/02 03:14:10 ログイン成功 203.0.113.5\n"
	if diff := cmp.Diff([]string{"203.0.113.5=source"}, roles(Find(report(text), config))); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
