package read_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"todoke/internal/read"
)

// TestCorpus reads every file of the corpus's mails and reports as a mail: each gets a reading, and the program fails on none.
func TestCorpus(t *testing.T) {
	t.Parallel()
	corpus := os.Getenv("TODOKE_CORPUS")
	if corpus == "" {
		t.Skip("skipped: TODOKE_CORPUS does not name a folder of mails")
	}
	r, files := reader(), 0
	for _, folder := range []string{"mails", "reports"} {
		err := filepath.WalkDir(filepath.Join(corpus, folder), func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			raw, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			files++
			got := r.Read(raw, read.Envelope{Now: now})
			if !got.Kind.Valid() || got.Received == nil {
				t.Errorf("%s: no kind or no time", path)
			}
			for _, problem := range got.Problems {
				if strings.HasPrefix(problem.Problem, read.Fault) {
					t.Errorf("%s: %s", path, problem.Problem)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if files < 500 {
		t.Errorf("the corpus has only %d files", files)
	}
}
