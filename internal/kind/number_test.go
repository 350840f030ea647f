package kind

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNumbers(t *testing.T) {
	t.Parallel()
	tests := []struct {
		why, subject string
		want         []string
	}{
		{"in brackets", "Re: [CSIRT#20080412-03] phishing", []string{"CSIRT#20080412-03"}},
		{"of several desks", "Re: [ABC-99123] [CSIRT#0412] phishing", []string{"ABC-99123", "CSIRT#0412"}},
		{"without brackets", "【回答】CSIRT#20100077 の件", []string{"CSIRT#20100077"}},
		{"behind a word", "貴サイトについて (整理番号 20090702-3)", []string{"20090702-3"}},
		{"letters, year and number", "Re: Request for assistance, TD-2010-2457", []string{"TD-2010-2457"}},
		{"with a number of the letter", "Re: 【CSIRT】偽サイトについて TD-2010-2480-3", []string{"TD-2010-2480-3"}},
		{"a hole has a number, too", "CVE-2008-1447 and JVNDB-2008-001495", nil},
		{"a date is none", "log of 2008-04-12, day-2008-x", nil},
		{"each once", "[CSIRT#0412] CSIRT#0412", []string{"CSIRT#0412"}},
		{"a tag is none", "[SPAM] hello", nil},
		{"a sentence in brackets is none", "[ 2008 was a year with many words in it ]", nil},
		{"nothing", "", nil},
	}
	for _, tt := range tests {
		got := readMail(Input{Subject: tt.subject}).numbers()
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.why, diff)
		}
	}
}

// A status that tells of success alone is a receipt, not a bounce.
func TestDeliveryReceipt(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ status, want string }{
		{"Reporting-MTA: dns; mx.example.org\n\nFinal-Recipient: rfc822; a@example.org\nAction: relayed\nStatus: 2.0.0\n", "auto-reply"},
		{"Final-Recipient: rfc822; a@example.org\nAction: delivered\n\nFinal-Recipient: rfc822; b@example.org\nAction: failed\n", "bounce"},
		{"Final-Recipient: rfc822; a@example.org\n", "bounce"},
	} {
		s := sample{From: "MAILER-DAEMON@mx.example.org", Subject: "Delivery status", Text: "See below.", Parts: []string{"multipart/report", "message/delivery-status"}}
		in := s.input()
		in.DeliveryStatus = tt.status
		if got := Decide(in).Kind; string(got) != tt.want {
			t.Errorf("%q: %s, want %s", tt.status, got, tt.want)
		}
	}
}
