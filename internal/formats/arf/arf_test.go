package arf

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"todoke/internal/desk"
)

func TestParse(t *testing.T) {
	t.Parallel()
	tests := []struct {
		why  string
		text string
		want Report
		err  error
	}{
		{"only what is required", "Feedback-Type: abuse\nUser-Agent: Example/1\nVersion: 1\n", Report{FeedbackType: "abuse", UserAgent: "Example/1", Version: "1", Incidents: 1}, nil},
		{"all fields, folded and repeated", "Feedback-Type: Fraud\r\nSource-IP: 192.0.2.9\r\nSource-Port: 4711\r\nArrival-Date: Thu, 3 Apr 2008\r\n 10:00:00 +0900\r\nIncidents: 7\r\n" +
			"Original-Mail-From: <a@example.org>\r\nOriginal-Rcpt-To: <b@example.jp>\r\nOriginal-Rcpt-To: <c@example.jp>\r\nReporting-MTA: dns; mail.example.jp\r\nReported-Domain: EXAMPLE.org\r\nReported-URI: http://example.org/x\r\nAuth-Failure: dmarc\r\n",
			Report{FeedbackType: "fraud", SourceIP: netip.MustParseAddr("192.0.2.9"), SourcePort: 4711, ArrivalDate: time.Date(2008, 4, 3, 10, 0, 0, 0, time.FixedZone("", 9*3600)), Incidents: 7,
				OriginalMailFrom: "a@example.org", OriginalRcptTo: []string{"b@example.jp", "c@example.jp"}, ReportingMTA: "mail.example.jp", ReportedDomains: []string{"example.org"}, ReportedURIs: []string{"http://example.org/x"}, AuthFailure: "dmarc"}, nil},
		{"IPv6 in the form of RFC 5321", "Source-IP: [IPv6:2001:db8::5]\n", Report{SourceIP: netip.MustParseAddr("2001:db8::5"), Incidents: 1}, nil},
		{"mapped IPv4 is IPv4", "Source-IP: ::ffff:192.0.2.1\n", Report{SourceIP: netip.MustParseAddr("192.0.2.1"), Incidents: 1}, nil},
		{"what cannot be read is left out", "Source-IP: unknown\nIncidents: many\nSource-Port: 99999\nReceived-Date: yesterday\n", Report{Incidents: 1}, nil},
		{"nothing of the format", "Hello\nworld: yes\n", Report{Incidents: 1}, ErrNoFields},
		{"empty", "", Report{Incidents: 1}, ErrNoFields},
	}
	for _, tt := range tests {
		got, err := Parse(tt.text)
		if diff := cmp.Diff(tt.want, got, cmpopts.EquateComparable(netip.Addr{})); diff != "" || err != tt.err {
			t.Errorf("%s: error %v, want %v (-want +got):\n%s", tt.why, err, tt.err, diff)
		}
	}
}

func TestClass(t *testing.T) {
	t.Parallel()
	for feedback, want := range map[string]desk.Class{"abuse": desk.Spam, "fraud": desk.PhishingSite, "virus": desk.MalwareInfected, "auth-failure": desk.ForgedSpoof, "not-spam": "", "opt-out": "", "other": desk.Other} {
		if got := (Report{FeedbackType: feedback}).Class(); got != want {
			t.Errorf("class of feedback %q = %q, want %q", feedback, got, want)
		}
	}
}

// A report of a hostile size is read in one pass, and its repeated fields are bounded.
func TestParseBounds(t *testing.T) {
	t.Parallel()
	r, err := Parse(strings.Repeat("Reported-URI: http://example.org/\n", 100_000) + strings.Repeat(" x", 1<<20))
	if err != nil || len(r.ReportedURIs) != maxValues {
		t.Errorf("kept %d URIs, error %v; want %d and none", len(r.ReportedURIs), err, maxValues)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("Feedback-Type: abuse\nSource-IP: 192.0.2.1\nArrival-Date: Thu, 3 Apr 2008 10:00:00 +0900\n")
	f.Add("Source-IP: [IPv6:]\n folded\n")
	f.Fuzz(func(t *testing.T, text string) {
		r, err := Parse(text)
		if r.Incidents < 1 {
			t.Fatalf("%d incidents", r.Incidents)
		}
		if err != nil && (r.SourceIP.IsValid() || r.FeedbackType != "") {
			t.Fatalf("error %v beside fields", err)
		}
	})
}
