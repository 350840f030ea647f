package publish

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestSwapTakesBack puts three staged files into place of which the last is missing: the first, which replaced an old file,
// and the second, which was new, must be taken back.
func TestSwapTakesBack(t *testing.T) {
	t.Parallel()
	dir, staging := t.TempDir(), t.TempDir()
	for path, content := range map[string]string{
		filepath.Join(dir, "a"): "old", filepath.Join(staging, "a"): "new", filepath.Join(staging, "b"): "new"} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := swap(dir, staging, []string{"a", "b", "c"}); err == nil {
		t.Fatal("no error")
	}
	got := map[string]string{}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		content, _ := os.ReadFile(filepath.Join(dir, entry.Name()))
		got[entry.Name()] = string(content)
	}
	if diff := cmp.Diff(map[string]string{"a": "old"}, got); diff != "" {
		t.Errorf("folder (-want +got):\n%s", diff)
	}
}
