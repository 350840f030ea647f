package main

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"todoke/internal/app"
	"todoke/internal/desk"
	"todoke/internal/read"
)

// TestMailsAreRead shows that the bounds and the import do the same work: what is indexed alone is the text that an import
// indexes, and each mail is a report with one address.
func TestMailsAreRead(t *testing.T) {
	reader, err := app.DefaultReader()
	if err != nil {
		t.Fatal(err)
	}
	w := newWriter(7)
	at := time.Date(2008, 4, 1, 0, 0, 0, 0, zone)
	for i := range 40 {
		for _, size := range []int{3 << 10, 60 << 10} {
			raw, text := w.mail("<1@bench>", size, i%2 == 0, at)
			if len(raw) < size*8/10 || len(raw) > size*12/10 {
				t.Errorf("a mail of %d bytes where %d were asked for", len(raw), size)
			}
			reading := reader.Read(raw, read.Envelope{Now: at})
			if reading.Kind != desk.KindReport || len(reading.Incidents) != 1 {
				t.Errorf("read as %s with %d incidents, want one report of one address:\n%.600s", reading.Kind, len(reading.Incidents), text)
			}
			if diff := cmp.Diff(strings.Fields(text), strings.Fields(read.SearchText(reading))); diff != "" {
				t.Fatalf("indexed text (-alone +import):\n%.600s", diff)
			}
		}
	}
}
