package intake_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"todoke/internal/blame"
	"todoke/internal/classify"
	"todoke/internal/intake"
	"todoke/internal/mail"
	"todoke/internal/match"
	"todoke/internal/read"
	"todoke/internal/store"
)

// writeMails writes mails of the sizes, in the order of their names.
func writeMails(t *testing.T, dir string, sizes []int) {
	t.Helper()
	for i, size := range sizes {
		head := fmt.Sprintf("From: a@example.org\r\nSubject: %d\r\nMessage-ID: <%d@example.org>\r\nContent-Type: application/octet-stream\r\n\r\n", size, i)
		raw := append([]byte(head), bytes.Repeat([]byte("x"), size)...)
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%02d.eml", i)), raw, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func importer(t *testing.T, workers int) *intake.Importer {
	t.Helper()
	s, err := store.Open(t.Context(), "sqlite:"+t.TempDir()+"/test.db", store.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	brands := classify.Known()
	reader := read.New(read.Settings{Brands: brands, Limits: mail.DefaultLimits(), Blame: blame.Config{Legitimate: brands.Legitimate}})
	return &intake.Importer{Store: s, Reader: reader, Rules: match.Rules{Window: 30 * 24 * time.Hour, Zone: time.UTC}, Workers: workers, Now: time.Now}
}

// Long mails wait for room that short ones take, and the other way round: no order of them may bring the import to a halt.
func TestImportOfLongMails(t *testing.T) {
	t.Parallel()
	const k, m = 1 << 10, 1 << 20
	for _, test := range []struct {
		why   string
		sizes []int
	}{
		{"one that fills the room behind short ones", []int{3 * k, 4 * k, 17 * m, 5 * k}},
		{"several that fill the room", []int{17 * m, 18 * m, 19 * m}},
		{"long ones that together fill the room", []int{5 * m, 6 * m, 7 * m, 3 * k, 8 * m}},
		{"many just longer than a piece", []int{1*m + 1, 1*m + 2, 1*m + 3, 1*m + 4, 1*m + 5, 1*m + 6, 1*m + 7, 1*m + 8, 15 * m}},
		{"nothing in it", []int{0}},
	} {
		for _, workers := range []int{1, 4} {
			t.Run(fmt.Sprintf("%s, %d workers", test.why, workers), func(t *testing.T) {
				t.Parallel()
				dir := t.TempDir()
				writeMails(t, dir, test.sizes)
				im := importer(t, workers)
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				n := len(test.sizes)
				for _, want := range []intake.Result{{Seen: n, Added: n}, {Seen: n}} { // the second time they are known
					got, err := im.Import(ctx, []string{dir})
					if err != nil {
						t.Fatal(err)
					}
					if diff := cmp.Diff(want, got); diff != "" {
						t.Errorf("(-want +got)\n%s", diff)
					}
				}
			})
		}
	}
}
