package blame

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestMachinesTellingOfThemselves holds the reporter's machines that logs, ban notices and look-ups of today name.
func TestMachinesTellingOfThemselves(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		why, text string
		want      []string
	}{
		{"the host that wrote the log", "We banned 203.0.113.5 from gate.shop.example.net for password guessing.\n\n2025-05-04T10:00:01+09:00 gate.shop.example.net sshd[77]: Failed password for root from 203.0.113.5 port 4022 ssh2\n",
			[]string{"203.0.113.5=source", "gate.shop.example.net=reporter"}},
		{"the server of a blocked client", "Our filter has stopped SQL injection. The source is below.\n\nclient: 203.0.113.5\nserver: shop.example.net:443\nverdict: blocked\n",
			[]string{"203.0.113.5=source", "shop.example.net=target"}},
		{"the name server on the command line", "フィッシングサイトです。\nhttps://login.evil.example.net/a\n\n> nslookup login.evil.example.net 192.0.2.53\nServer: 192.0.2.53\nAddress: 192.0.2.53#53\n\nName: login.evil.example.net\nAddress: 203.0.113.5\n",
			[]string{"https://login.evil.example.net/a=source", "login.evil.example.net=source", "192.0.2.53=reference", "203.0.113.5=source"}},
		{"letters of an error number excuse nobody", "Tries at our database:\n\n2025-06-30T09:38:34Z 15 [Note] [MY-010926] [Server] Access denied for user 'root'@'203.0.113.5' (using password: YES)\n",
			[]string{"203.0.113.5=source"}},
		{"the server comes first in the line", "ルータの脆弱性を狙ったリクエストがありました。\n\n2025-05-04T18:33:40+09:00 192.0.2.8:80 203.0.113.5 \"GET /shell?cd+/tmp;wget HTTP/1.1\" 400 0 \"-\" \"-\"\n",
			[]string{"192.0.2.8=target", "203.0.113.5=source"}},
	} {
		got := roles(Find(report(test.text), config))
		for _, want := range test.want {
			if !slices.Contains(got, want) {
				t.Errorf("%s: %s is not in %v", test.why, want, cmp.Diff(test.want, got))
			}
		}
	}
}
