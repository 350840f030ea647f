package blame

import (
	"fmt"
	"strings"
	"testing"
)

// A text of more addresses than are read is cut at the end of a line, and that is told.
func TestTooManyAddresses(t *testing.T) {
	t.Parallel()
	list := func(n int, end string) string {
		var text strings.Builder
		for i := range n {
			fmt.Fprintf(&text, "61.0.%d.%d%s", i>>8, i&255, end)
		}
		return text.String()
	}
	for _, test := range []struct {
		why, text string
		found     int
		truncated bool
	}{
		{"as many as are read", list(maxFindings, "\n"), maxFindings, false},
		{"one more", list(maxFindings+1, "\n"), maxFindings, true},
		{"all in one line", list(maxFindings+1, " "), maxFindings, true},
	} {
		ev := Find(Document{Parts: []Part{{Path: "1", Type: "text/plain", Text: test.text}}}, Config{})
		if got := len(ev.Findings); got != test.found || ev.Truncated != test.truncated {
			t.Errorf("%s: %d findings, truncated %v; want %d, %v", test.why, got, ev.Truncated, test.found, test.truncated)
		}
	}
}
