package classify

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"todoke/internal/blame"
	"todoke/internal/desk"
)

// TestWhatIsSeen holds that what a machine does is its harm, not what the reporter supposes behind it.
func TestWhatIsSeen(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ why, subject, text, want string }{
		{"an infection that is supposed", "web shop", "203.0.113.5 appends union select to the number of each article. It may be an infected machine.", "203.0.113.5 scan.web 80/tcp"},
		{"a motive", "変な要求", "ウェブサーバに 203.0.113.5 から CONNECT 要求が来ました。スパムの中継に使うつもりだったのでしょう。", "203.0.113.5 scan.web 80/tcp"},
		{"proxies that are looked for", "proxies", "203.0.113.5 looks for open proxies in our range on 3128/tcp.", "203.0.113.5 scan.port 3128/tcp"},
		{"a word in a request", "LFI", "LFI probes:\n\n203.0.113.5 \"GET /index.php?option=a&controller=../../etc/passwd HTTP/1.1\" 404\n", "203.0.113.5 scan.web 80/tcp"},
		{"nothing came through", "Linux", "自宅のサーバに 203.0.113.5 からログインを試した跡がありました。全部はじかれています。SSH です。", "203.0.113.5 scan.bruteforce 22/tcp"},
		{"a log-in that worked", "会員のID", "会員の ID で、本人ではない者がログインに成功しております。接続元は 203.0.113.5 です。", "203.0.113.5 intrusion.account"},
		{"a program is no page", "Fwd: 荷物", "宅配便を装ったメールの案内です。\n\nhttp://dl.evil.example.net/get/slip.scr\n", "dl.evil.example.net malware.site"},
		{"numbers that are sold", "売買", "http://mise.evil.example.net/ では他人のカード番号が値段を付けて売られています。", "mise.evil.example.net other"},
	} {
		_, tellings := propose(test.subject, test.text)
		got := ""
		if len(tellings) > 0 {
			got = short(tellings[0])
		}
		if got != test.want {
			t.Errorf("%s: got %q, want %q", test.why, got, test.want)
		}
	}
}

// TestBarePorts holds which numbers are ports where no word says so.
func TestBarePorts(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		why, text string
		want      []service
	}{
		{"a known number", "445 を叩かれています", []service{{"", 445}}},
		{"in brackets", "電話の中継機（5060）に来ています", []service{{"", 5060}}},
		{"behind a preposition", "swept our network on 22 last night", []service{{"", 22}}},
		{"joined to its protocol", "signature sweep_udp_1027", []service{{"udp", 1027}}},
		{"in a row", "203.0.113.5;78;3389", []service{{"", 3389}}},
		{"a count", "1433 knocks, 8080 回、3389 times", nil},
		{"a day", "on 22 March", nil},
		{"a time and a date", "at 22:10, 2012-03-25, 23.5", nil},
		{"the sender's", "source port 1433", nil},
		{"a small number without a word", "about 25 of them", nil},
	} {
		if diff := cmp.Diff(test.want, barePorts(test.text), cmp.AllowUnexported(service{})); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", test.why, diff)
		}
	}
}

// TestDestinationPort holds rows of no known format, from behind the sender on.
func TestDestinationPort(t *testing.T) {
	t.Parallel()
	for row, want := range map[string]int{
		":4012 -> 192.0.2.9:445":           445,
		"(4012) 192.0.2.9(445) tcp":        445,
		" 4012 -> x.x.x.9 445 TCP":         445,
		"\t4012\t192.0.2.9\t445\t6\tS":     445,
		":4012 to 192.0.2.9:1433, tcp":     1433,
		" was seen at 2012-03-05 10:00":    0,
		" → 192.0.2.9 2012-03-05 10:00:01": 0,
		" -> 192.0.2.9":                    0,
	} {
		if got := destinationPort(row); got != want {
			t.Errorf("%q: got %d, want %d", row, got, want)
		}
	}
}

// TestGuessSaysSo holds that a class of which nothing is told is called a guess.
func TestGuessSaysSo(t *testing.T) {
	t.Parallel()
	ev := blame.Evidence{}
	p := newProposer(blame.Document{}, &ev, Known())
	p.general = votes{{"tcp", 22}: 1}
	c := &accused{findings: []*blame.Finding{{Passage: -1, Log: -1}}}
	p.guess(c)
	class, share := c.scores.Best()
	want := []string{"", "no harm is told: scan.bruteforce is a guess from the service that was told or logged"}
	if diff := cmp.Diff(want, reasons(c, class, share)); class != desk.ScanBruteforce || diff != "" {
		t.Errorf("class %s, reasons (-want +got)\n%s", class, diff)
	}
}
