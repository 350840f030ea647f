package form

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"sync"

	"todoke/internal/formats/forms"
)

// sent remembers which stamps have been used, so that a form sent twice (a double click, a reload) is one report: the second
// gets the receipt of the first. It is bounded; a stamp that is forgotten is caught by its Message-ID when it is read.
type sent struct {
	mu       sync.Mutex
	now, old map[[16]byte]*sending
}

// sending is one form on its way or taken in.
type sending struct {
	digest [32]byte
	done   chan struct{} // closed once path is right
	path   string        // of the receipt, "" where it failed
}

// maxSent is how many stamps are remembered in each of two generations.
const maxSent = 1 << 14

func newSent() *sent {
	return &sent{now: map[[16]byte]*sending{}, old: map[[16]byte]*sending{}}
}

// begin tells whether the form of a stamp is sent for the first time. Where it is, the caller ends it by end.
// Else it gives the earlier sending once that is done, or nil where that failed or the context ended: then nothing is known,
// and the visitor is asked to send again.
func (s *sent) begin(ctx context.Context, nonce [16]byte, digest [32]byte) (mine, earlier *sending) {
	s.mu.Lock()
	have := s.now[nonce]
	if have == nil {
		have = s.old[nonce]
	}
	if have == nil {
		if len(s.now) >= maxSent {
			s.old, s.now = s.now, map[[16]byte]*sending{}
		}
		mine = &sending{digest: digest, done: make(chan struct{})}
		s.now[nonce] = mine
		s.mu.Unlock()
		return mine, nil
	}
	s.mu.Unlock()
	select {
	case <-have.done:
	case <-ctx.Done():
		return nil, nil
	}
	if have.path == "" {
		return nil, nil
	}
	return nil, have
}

// end tells those who wait where the receipt is. Where there is none (path is ""), the stamp may be used again.
func (s *sent) end(nonce [16]byte, m *sending, path string) {
	m.path = path
	if path == "" {
		s.mu.Lock()
		delete(s.now, nonce)
		delete(s.old, nonce)
		s.mu.Unlock()
	}
	close(m.done)
}

// digestOf tells two forms with the same stamp apart.
func digestOf(c checked, files []file) [32]byte {
	sum := sha256.New()
	add := func(data []byte) {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(data)))
		sum.Write(n[:])
		sum.Write(data)
	}
	add([]byte(forms.WriteTodoke("en", c.form)))
	add([]byte(c.key))
	for _, f := range files {
		add([]byte(f.Name))
		add(binary.BigEndian.AppendUint64(nil, uint64(f.Data.size())))
		for _, piece := range f.Data {
			sum.Write(piece)
		}
	}
	return [32]byte(sum.Sum(nil))
}
