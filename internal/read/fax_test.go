package read_test

import (
	"testing"

	"todoke/internal/read"
)

// TestFaxGateways: what a gateway sends has no reporter's mail domain, be the gateway set by its address or by its domain; a
// domain above or beside it is another.
func TestFaxGateways(t *testing.T) {
	t.Parallel()
	r := read.New(read.Settings{FaxGateways: []string{"fax@gw.example.jp", "@fax.example.net"}})
	for from, want := range map[string]string{
		"FAX@gw.example.jp": "", "other@gw.example.jp": "jp", "0312345678@Fax.example.net": "", "x@more.fax.example.net": "net", "x@example.net": "net",
	} {
		raw := []byte("From: " + from + "\r\nSubject: scan\r\n\r\nscan from 192.0.2.1\r\n")
		if got := r.Read(raw, read.Envelope{Now: now}).ReporterTLD; got != want {
			t.Errorf("%s: got %q, want %q", from, got, want)
		}
	}
}
