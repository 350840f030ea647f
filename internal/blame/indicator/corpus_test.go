package indicator

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func corpus(t *testing.T, parts ...string) string {
	t.Helper()
	root := os.Getenv("TODOKE_CORPUS")
	if root == "" {
		t.Skip("TODOKE_CORPUS is not set: no corpus of public indicator lists")
	}
	text, err := os.ReadFile(filepath.Join(append([]string{root, "ioc"}, parts...)...))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestFangedAndDefanged compares two texts that differ in defanging only: what
// a line gives is what its defanged form gives.
func TestFangedAndDefanged(t *testing.T) {
	plain := strings.Split(corpus(t, "ioc-fang+ioc_fanger", "tests", "sample_text_fanged.txt"), "\n")
	hidden := strings.Split(corpus(t, "ioc-fang+ioc_fanger", "tests", "sample_text_defanged.txt"), "\n")
	all, found := 0, 0
	for k := range min(len(plain), len(hidden)) {
		seen := map[string]bool{}
		for _, f := range Find(hidden[k]) {
			seen[string(f.Kind)+" "+f.Value] = true
		}
		for _, f := range Find(plain[k]) {
			all++
			if seen[string(f.Kind)+" "+f.Value] {
				found++
			} else {
				t.Logf("%s %s is not in %q: %v", f.Kind, f.Value, hidden[k], brief(Find(hidden[k])))
			}
		}
	}
	t.Logf("%d of %d", found, all)
	if all == 0 || found*1000 < all*990 {
		t.Errorf("only %d of %d are found when defanged", found, all)
	}
}

// TestPlainLinesAreRead asks that nearly every line of the plain list gives something.
func TestPlainLinesAreRead(t *testing.T) {
	lines, read := 0, 0
	for line := range strings.SplitSeq(corpus(t, "ioc-fang+ioc_fanger", "tests", "sample_text_fanged.txt"), "\n") {
		if !strings.Contains(line, ".") || strings.ContainsAny(line, " \t") {
			continue
		}
		if lines++; len(Find(line)) > 0 {
			read++
		} else {
			t.Logf("nothing in %q", line)
		}
	}
	if read*100 < lines*99 {
		t.Errorf("only %d of %d lines are read", read, lines)
	}
}

func TestOnionNames(t *testing.T) {
	for name := range strings.FieldsSeq(corpus(t, "malicialab+iocsearcher", "tests", "onion_valid.ioc")) {
		if got := Find(name + ".onion"); len(got) != 1 || got[0].Kind != Host {
			t.Errorf("%s.onion gave %v", name, brief(got))
		}
	}
}
