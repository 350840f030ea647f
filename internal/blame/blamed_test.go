package blame

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// TestOwnMachinesAtFault holds machines of the reporter's own at which the harm must be stopped.
func TestOwnMachinesAtFault(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		why, text string
		want      []string
	}{
		{"misused by others", "本所の公開 NTP サーバ 192.0.2.8 が反射攻撃の踏み台になっていました。被害側は 203.0.113.5 です。",
			[]string{"192.0.2.8=source", "203.0.113.5=target"}},
		{"misused, in English", "Our public time server 192.0.2.8 was abused for amplification attacks. The victim was 203.0.113.5.",
			[]string{"192.0.2.8=source", "203.0.113.5=target"}},
		{"altered by an attacker who is told", "Our page http://www.mise.example.jp/ was defaced. The attacker came from 203.0.113.5.",
			[]string{"http://www.mise.example.jp/=source", "203.0.113.5=source"}},
		{"a script leads elsewhere", "当社のページ\nhttp://www.mise.example.jp/ の末尾に\n\n<iframe src=\"http://www.evil.example.net/x\"></iframe>\n\nが足されていました。",
			[]string{"http://www.mise.example.jp/=source", "http://www.evil.example.net/x=source"}},
		{"cleaned, and the command server is told", "感染PCは社内(192.0.2.8)ですでに初期化済みです。C&C サーバは 203.0.113.5 でした。",
			[]string{"192.0.2.8=reporter", "203.0.113.5=source"}},
		{"the victim is no place to stop a scan", "当社サーバ 192.0.2.8 に 203.0.113.5 からポートスキャンがありました。", []string{"192.0.2.8=reporter", "203.0.113.5=source"}},
		{"what the attacker met is not what he is", "203.0.113.5 が当社ルータの ssh に総当りを続けています。", []string{"203.0.113.5=source"}},
		{"the author in brackets", "A DDoS came in. Top talkers: 203.0.113.5, 203.0.113.9. We (192.0.2.8) dropped it.",
			[]string{"203.0.113.5=source", "203.0.113.9=source", "192.0.2.8=reporter"}},
		{"we are", "203.0.113.5 floods our stream server, a denial of service. We are 192.0.2.8.", []string{"203.0.113.5=source", "192.0.2.8=reporter"}},
		{"a page of our bank is not our page", "Phishing: a fake page of our bank sits at 203.0.113.5 and asks for passwords.", []string{"203.0.113.5=source"}},
	} {
		if diff := cmp.Diff(test.want, roles(Find(report(test.text), config))); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", test.why, diff)
		}
	}
}

// TestColumnsAndKeys holds addresses whose end only their column or the keys around them tell.
func TestColumnsAndKeys(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		why, text string
		want      []string
	}{
		{"heads of columns", "ssh の総当りです。\n\n受けた側\t番号\t仕掛けた側\n192.0.2.8\t22\t203.0.113.5\n192.0.2.8\t22\t198.51.100.7\n",
			[]string{"192.0.2.8=target", "203.0.113.5=source", "198.51.100.7=source"}},
		{"no heads: the victims stay in one network", "Port scans seen last night:\n\n192.0.2.8  203.0.113.5  300\n192.0.2.9  198.51.100.7  200\n",
			[]string{"192.0.2.8=target", "203.0.113.5=source", "192.0.2.9=target", "198.51.100.7=source"}},
		{"keys of JSON", "Port scan.\n{\"dst\":{\"ip\":\"192.0.2.8\"},\"src\":{\"ip\":\"203.0.113.5\"}}\n", []string{"192.0.2.8=target", "203.0.113.5=source"}},
		{"the outer key speaks", "Port scan.\n{\"resource\": {\"net\": {\"publicIp\": \"192.0.2.8\"}},\n \"remoteIpDetails\": {\"ipAddressV4\": \"203.0.113.5\"}}\n",
			[]string{"192.0.2.8=target", "203.0.113.5=source"}},
		{"elements of XML", "Port scan.\n<localAddress>192.0.2.8</localAddress>\n<remoteAddress>203.0.113.5</remoteAddress>\n", []string{"192.0.2.8=target", "203.0.113.5=source"}},
		{"a traced route", "445番に何度もさわってくる 203.0.113.5 を追いました。\n\n  1   <1 ms  198.51.100.1\n  2   35 ms  203.0.113.5\n",
			[]string{"203.0.113.5=source", "198.51.100.1=unknown", "203.0.113.5=unknown"}},
		{"who was asked for a name", "Server:  ns.example.net\nAddress: 192.0.2.53\n\nName:    www.evil.example.org\nAddress: 203.0.113.5\n\nThe page is a phishing site.",
			[]string{"ns.example.net=reference", "192.0.2.53=reference", "www.evil.example.org=source", "203.0.113.5=source"}},
		{"a client of IRC", "These bots sat in our channel:\n\nnick!~u@203.0.113.5\n", []string{"203.0.113.5=source"}},
	} {
		if diff := cmp.Diff(test.want, roles(Find(report(test.text), config))); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", test.why, diff)
		}
	}
}

// TestPairsOverSentences holds hosts whose machine is told in another sentence.
func TestPairsOverSentences(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		why, text string
		want      []Pair
	}{
		{"the same machine", "A phishing page is at http://203.0.113.5/x/ . A second at http://b.example.net/ resolves to the same machine.",
			[]Pair{{Host: "b.example.net", IP: "203.0.113.5"}}},
		{"one machine for those below", "フィッシングです。同一サーバ(203.0.113.5)に2つの名前があります。\n\n(1) http://a.example.net/x\n(2) http://b.example.net/y\n",
			[]Pair{{Host: "a.example.net", IP: "203.0.113.5"}, {Host: "b.example.net", IP: "203.0.113.5"}}},
		{"both of those above", "Two phishing names:\n\n - a.example.net\n - b.example.net\n\nboth answer from 203.0.113.5.",
			[]Pair{{Host: "b.example.net", IP: "203.0.113.5"}, {Host: "a.example.net", IP: "203.0.113.5"}}},
		{"what the name stands for", "Malware:\n  http://a.example.net/x.exe → 実体 203.0.113.5\n", []Pair{{Host: "a.example.net", IP: "203.0.113.5"}}},
	} {
		ev := Find(report(test.text), config)
		if diff := cmp.Diff(test.want, ev.Pairs, cmpopts.IgnoreFields(Pair{}, "Why"), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", test.why, diff)
		}
	}
}

// TestKeysAreBounded holds that nested and broken objects cost no more than their length.
func TestKeysAreBounded(t *testing.T) {
	t.Parallel()
	scan := objectKeys{text: "{\"src\":{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{\"x"}
	if got := scan.at(len(scan.text)); got != from || len(scan.open) > maxKeys {
		t.Errorf("end %d at depth %d", got, len(scan.open))
	}
}
