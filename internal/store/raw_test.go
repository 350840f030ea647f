package store

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"runtime"
	"testing"
	"weak"

	"github.com/pressly/goose/v3"

	"todoke/internal/desk"
)

// letter is a message of n bytes that cannot be compressed much.
func letter(n int) Accepted {
	raw := make([]byte, n)
	random := rand.New(rand.NewPCG(uint64(n), 0))
	for i := range raw {
		raw[i] = byte(random.Uint32())
	}
	return Accepted{SHA256: sha256.Sum256(raw), Raw: raw, Received: begin, ReceivedFrom: desk.ReceivedFromHeader, Source: "test"}
}

// The bytes of a message come back as they were, whatever its length; of a long one no row holds more than a piece.
func TestRawInPieces(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, url string) {
		s := open(t, url)
		for _, test := range []struct{ size, rest int }{
			{0, 0}, {1, 0}, {pieceSize, 0}, {pieceSize + 1, 1}, {2 * pieceSize, 1}, {3*pieceSize + 7, 3},
		} {
			want := letter(test.size)
			sent := bytes.Clone(want.Raw)
			if _, err := s.Accept(t.Context(), []Accepted{want}); err != nil {
				t.Fatal(err)
			}
			got, err := s.Raw(t.Context(), want.SHA256)
			if err != nil || !bytes.Equal(got, sent) {
				t.Errorf("%d bytes: %d came back, %v", test.size, len(got), err)
			}
			if rows, longest := pieces(t, s, want.SHA256); rows != test.rest || longest > pieceSize+pieceSize/64 {
				t.Errorf("%d bytes: %d more pieces, the longest of %d; want %d", test.size, rows, longest, test.rest)
			}
		}
	})
}

func pieces(t *testing.T, s *Store, sum [32]byte) (rows, longest int) {
	t.Helper()
	err := s.db.QueryRowContext(t.Context(), `SELECT count(*), coalesce(max(length(data)), 0) FROM body_rest
		WHERE message = (SELECT id FROM message WHERE sha256 = $1)`, sum[:]).Scan(&rows, &longest)
	if err != nil {
		t.Fatal(err)
	}
	return rows, longest
}

// A long message and short ones of one batch; the batch delivered again adds nothing.
func TestLongMessageAmongShortOnes(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, url string) {
		s := open(t, url)
		batch := []Accepted{letter(10), letter(2*pieceSize + 10), letter(20)}
		for _, want := range []int{3, 0} {
			added, err := s.Accept(t.Context(), batch)
			if err != nil || added != want {
				t.Errorf("%d added, %v; want %d", added, err, want)
			}
		}
		for _, each := range batch {
			if got, err := s.Raw(t.Context(), each.SHA256); err != nil || !bytes.Equal(got, each.Raw) {
				t.Errorf("of %d bytes %d came back, %v", len(each.Raw), len(got), err)
			}
		}
	})
}

// A message that was kept before there were pieces stands in one row, and comes back from it.
func TestRawOfAnOlderStore(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, url string) {
		s := open(t, url)
		old := letter(10)
		if _, err := s.Accept(t.Context(), []Accepted{old}); err != nil {
			t.Fatal(err)
		}
		folder, _ := fs.Sub(migrations, "migrations/"+s.dialect.name)
		provider, err := goose.NewProvider(s.dialect.goose, s.db, folder)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := provider.DownTo(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
		whole := letter(3*pieceSize + 1).Raw
		if _, err := s.db.ExecContext(t.Context(), "UPDATE body SET raw = $1", compress(whole)); err != nil {
			t.Fatal(err)
		}
		if _, err := s.db.ExecContext(t.Context(), "UPDATE message SET size = $1", len(whole)); err != nil {
			t.Fatal(err)
		}
		carried := open(t, url)
		if got, err := carried.Raw(t.Context(), old.SHA256); err != nil || !bytes.Equal(got, whole) {
			t.Errorf("of %d bytes %d came back, %v", len(whole), len(got), err)
		}
		fresh := letter(pieceSize + 5)
		if _, err := carried.Accept(t.Context(), []Accepted{fresh}); err != nil {
			t.Fatal(err)
		}
		if got, err := carried.Raw(t.Context(), fresh.SHA256); err != nil || !bytes.Equal(got, fresh.Raw) {
			t.Errorf("a new one: of %d bytes %d came back, %v", len(fresh.Raw), len(got), err)
		}
	})
}

// What waits to be written must not hold the message that it was made of: a batch has a thousand.
func TestPackedLetsGoOfTheMessage(t *testing.T) {
	t.Parallel()
	m := letter(pieceSize)
	m.Reading = &desk.Reading{Subject: fmt.Sprint("subject ", len(m.Raw)), Text: fmt.Sprint("text ", len(m.Raw))}
	m.Match.MessageID, m.SearchText = "<1@example.org>", "searched"
	raw, reading := weak.Make(&m.Raw[0]), weak.Make(m.Reading)
	packed, err := Pack(m)
	if err != nil || packed.HoldsRaw() {
		t.Fatalf("%v, holds the bytes: %v", err, packed.HoldsRaw())
	}
	m = Accepted{}
	runtime.GC()
	if raw.Value() != nil || reading.Value() != nil {
		t.Errorf("held: raw bytes %v, reading %v", raw.Value() != nil, reading.Value() != nil)
	}
	runtime.KeepAlive(packed)
}

func TestPackedHoldsALongMessage(t *testing.T) {
	t.Parallel()
	packed, err := Pack(letter(pieceSize + 1))
	if err != nil || !packed.HoldsRaw() {
		t.Errorf("%v, holds the bytes: %v", err, packed.HoldsRaw())
	}
	if _, err := open(t, "sqlite:"+t.TempDir()+"/test.db").Raw(t.Context(), [32]byte{}); !errors.Is(err, ErrNotFound) {
		t.Errorf("no message: %v", err)
	}
}
