package compose

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"todoke/internal/read"
)

// TestHostileSizes: bodies made to cost much are read in one pass.
func TestHostileSizes(t *testing.T) {
	t.Parallel()
	const size = 8 << 20
	fill := func(head, each, tail string) []byte {
		return []byte(head + strings.Repeat(each, size/len(each)) + tail)
	}
	for why, body := range map[string][]byte{
		"brackets":        fill("", "[", ""),
		"closed brackets": fill("", "]", ""),
		"quotes":          fill("", `"`, ""),
		"backslashes":     fill(`{"text":"`, `\\`, `"}`),
		"unknown names":   fill(`{"text":"x"`, `,"a":1`, "}"),
		"one long name":   fill(`{"`, "a", `":1}`),
		"one long number": fill(`{"incidents":[{"port":`, "1", "}]}"),
		"an unknown list": fill(`{"a":[0`, ",0", "]}"),
		"incidents":       fill(`{"incidents":[{}`, ",{}", "]}"),
		"hosts":           fill(`{"incidents":[{"hosts":["a.example"`, `,"a.example"`, "]}]}"),
	} {
		if report, faults := decodeReport(body, testNow); report != nil || len(faults) == 0 || len(faults) > MaxFaults {
			t.Errorf("%s: %d faults", why, len(faults))
		}
		if _, faults := checkXARF(body); len(faults) == 0 {
			t.Errorf("%s: taken as X-ARF", why)
		}
	}
}

// TestLargest: the largest report that the schema allows becomes a mail that the reader takes whole.
func TestLargest(t *testing.T) {
	t.Parallel()
	report := &Report{Language: "en", Purpose: "information", Text: strings.Repeat("語", MaxText)}
	for n := range MaxIncidents {
		report.Incidents = append(report.Incidents, Incident{Address: fmt.Sprintf("2001:db8::%x", n+1), Class: "dos", URLs: []string{"http://www.example.com/" + strings.Repeat("é", MaxURL/2)}})
	}
	raw := writeReport(report, testEnvelope)
	for line := range bytes.SplitSeq(raw, []byte("\r\n")) {
		if len(line) > 998 {
			t.Fatalf("a line has %d bytes (RFC 5322, section 2.1.1)", len(line))
		}
	}
	if reading := reader().Read(raw, read.Envelope{Now: testNow, Live: true}); len(reading.Incidents) != MaxIncidents {
		t.Errorf("%d incidents are read, want %d; %v", len(reading.Incidents), MaxIncidents, reading.Problems)
	}
}

// TestWrongFeedback: a boundary that is not the body's, or none, makes no mail.
func TestWrongFeedback(t *testing.T) {
	t.Parallel()
	for why, boundary := range map[string]string{"another": "other", "one that would end the header": "a\r\n\r\nb", "one too long": strings.Repeat("b", 71)} {
		body := "--a\r\n--a--" + "--a\r\n\r\nb--" + strings.Repeat("b", 71)
		if raw, faults := Feedback([]byte(body), boundary, testEnvelope); len(faults) == 0 {
			t.Errorf("%s: made\n%s", why, raw)
		}
	}
}
