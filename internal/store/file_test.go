package store

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// TestFileGone: what is written into a file that nobody finds any more is not kept. The store is opened by a symbolic link, beside which
// there is no log.
func TestFileGone(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "here")
	away, link := folder+"-away", folder+".db"
	if err := errors.Join(os.Mkdir(folder, 0o755), os.Symlink(filepath.Join(folder, "todoke.db"), link)); err != nil {
		t.Fatal(err)
	}
	s := open(t, "sqlite:"+link)
	move := func(from, to string) {
		t.Helper()
		if err := os.Rename(from, to); err != nil {
			t.Fatal(err)
		}
	}
	keeps := func(why string, text string, want bool) {
		t.Helper()
		_, err := s.Deposit(t.Context(), []PackedDelivery{deliveryOf(text)})
		if (err == nil) != want {
			t.Errorf("%s: deposit: %v", why, err)
		}
		if err := s.Ping(t.Context()); (err == nil) != want {
			t.Errorf("%s: ping: %v", why, err)
		}
	}
	keeps("all is there", "one", true)
	move(folder, away)
	keeps("the folder is moved away", "two", false)
	move(away, folder)
	keeps("it is there again", "two", true)
	wal := filepath.Join(folder, "todoke.db-wal")
	move(wal, away)
	keeps("the log is removed", "three", false)
	move(away, wal)
	keeps("it is there again", "three", true)
}
