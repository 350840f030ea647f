package app

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestStoppedImport tells an import to end: it must say so in one line, with exit status 1, and how to go on.
func TestStoppedImport(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a.eml"), []byte("Subject: a\n\nb\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	var out, errs bytes.Buffer
	status := run(ctx, []string{"import", "--db", "sqlite:" + filepath.Join(dir, "todoke.db"), dir}, Streams{Out: &out, Err: &errs}, time.Now)
	if want := "todoke: stopped; import again to go on\n"; status != exitFailed || errs.String() != want || out.Len() > 0 {
		t.Errorf("exit %d, said %q and %q; want %d and %q", status, errs.String(), out.String(), exitFailed, want)
	}
}

// TestUnopenedFileIsTold imports a folder in which one file cannot be opened: the rest goes in, and the last line tells.
func TestUnopenedFileIsTold(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a.eml"), []byte("Subject: a\n\nb\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("nowhere", filepath.Join(dir, "b.eml")); err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	run(t.Context(), []string{"import", "--db", "sqlite:" + filepath.Join(t.TempDir(), "todoke.db"), dir}, Streams{Out: &out, Err: &errs}, time.Now)
	if !strings.HasPrefix(out.String(), "1 messages seen, 1 new, 1 could not be opened; in the store: ") {
		t.Errorf("said %q and %q", out.String(), errs.String())
	}
}
