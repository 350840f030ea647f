package read_test

import (
	"testing"
	"time"

	"todoke/internal/desk"
	"todoke/internal/read"
)

// TestForgedOwn: mail that names one of our addresses in From is ours, unless something shows that it is not.
func TestForgedOwn(t *testing.T) {
	t.Parallel()
	r := read.New(read.Settings{OwnAddresses: []string{"@csirt.example.jp"}})
	raw := []byte("From: report@csirt.example.jp\r\nTo: admin@isp.example\r\nSubject: Please act\r\n\r\nThe host 203.0.113.5 scans. Please stop it.\r\n")
	for _, test := range []struct {
		why  string
		auth *desk.AuthResults
		ours bool
	}{
		{"nobody looked", nil, true},
		{"nothing is known", &desk.AuthResults{SPF: "none", DKIM: "none", DMARC: "none"}, true},
		{"shown to be ours", &desk.AuthResults{SPF: "fail", DKIM: "pass", DMARC: "pass", Trusted: true}, true},
		{"our domain says that it is forged", &desk.AuthResults{DMARC: "fail"}, false},
		{"sent by a machine that is none of ours", &desk.AuthResults{SPF: "fail"}, false},
	} {
		reading := r.Read(raw, read.Envelope{Now: time.Date(2008, 4, 1, 0, 0, 0, 0, time.UTC), Live: true, Auth: test.auth})
		if got := reading.Kind == desk.KindOutbound; got != test.ours {
			t.Errorf("%s: it is %s", test.why, reading.Kind)
		}
	}
}
