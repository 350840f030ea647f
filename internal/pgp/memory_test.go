//go:build !race

// The race detector's own memory would be counted.

package pgp

import (
	"runtime"
	"strings"
	"testing"
)

// TestMemory: to be opened, a mail takes no more memory than its text does: the mail with the text put in is made in the
// same place.
func TestMemory(t *testing.T) {
	ring := newRing(t)
	must[Key](t)(ring.Make("desk", deskBox, 0, secret))
	raw := []byte(head("s") + mimeEncrypted(packets(t, ring, literalOf([]byte(text(strings.Repeat("x\r\n", 4<<20/3)))))))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	opened, _ := ring.Open(raw)
	runtime.ReadMemStats(&after)
	if got, most := after.TotalAlloc-before.TotalAlloc, uint64(len(raw)); got > most || len(opened.Raw) < 4<<20 {
		t.Errorf("%d bytes for a mail of %d", got, len(raw))
	}
}
