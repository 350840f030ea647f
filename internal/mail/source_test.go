package mail

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

const mboxFile = "From a@example.jp Sat Apr 12 03:20:00 2008\nSubject: one\n\ntext\n>From here on\n>>From quoted\n\n" +
	"From me to you, this is a sentence.\n\nFrom b@example.jp  Sat, 12 Apr 2008 03:21:00 +0900\r\nSubject: two\r\n\r\nFrom x 1:2\n\n" +
	"From - Sat Apr 12 03:22:00 2008\nSubject: three\n"

func TestSplitMbox(t *testing.T) {
	var got []string
	for m, err := range SplitMbox(strings.NewReader(mboxFile), 1<<20) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, m.From.Format("15:04 ")+string(m.Raw))
	}
	want := []string{
		"03:20 Subject: one\n\ntext\nFrom here on\n>From quoted\n\nFrom me to you, this is a sentence.\n",
		"18:21 Subject: two\r\n\r\nFrom x 1:2\n",
		"03:22 Subject: three\n",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestSplitMboxLimits(t *testing.T) {
	file := "From a@example.jp Sat Apr 12 03:20:00 2008\n" + strings.Repeat("x", 200_000) + "\n\nFrom a@example.jp Sat Apr 12 03:20:00 2008\nshort\n"
	var sizes []int
	var cut []bool
	for m, err := range SplitMbox(strings.NewReader(file), 1000) {
		if err != nil {
			t.Fatal(err)
		}
		sizes, cut = append(sizes, len(m.Raw)), append(cut, m.Cut)
	}
	if diff := cmp.Diff([]int{1000, 6}, sizes); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]bool{true, false}, cut); diff != "" {
		t.Error(diff)
	}
}

func TestSplitMboxError(t *testing.T) {
	broken := errors.New("disk is broken")
	var subjects []string
	var last error
	for m, err := range SplitMbox(io.MultiReader(strings.NewReader(mboxFile), iotest.ErrReader(broken)), 1<<20) {
		if last = err; err == nil {
			subjects = append(subjects, Parse(m.Raw, Limits{}).Header.Subject())
		}
	}
	if !errors.Is(last, broken) {
		t.Errorf("error is %v", last)
	}
	if diff := cmp.Diff([]string{"one", "two", "three"}, subjects); diff != "" {
		t.Error(diff)
	}
}

func TestOpenPath(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{
		"b.eml":              "Subject: b\n\n",
		"a/mails.mbox":       mboxFile,
		"c/deep/d.txt":       "Subject: d\n\n",
		".hidden":            "Subject: hidden\n\n",
		".git/config":        "Subject: hidden\n\n",
		"md/cur/1:2,S":       "Subject: cur\n\n",
		"md/new/2":           "Subject: new\n\n",
		"md/tmp/3":           "Subject: half\n\n",
		"md/dovecot-uidlist": "3 V1 N2\n",
		"md/.Sent/cur/4":     "Subject: sent\n\n",
		"md/.Sent/new/.keep": "",
		"md/.Sent/tmp/.keep": "",
	} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(dir, filepath.Join(dir, "loop")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("nowhere", filepath.Join(dir, "zz-broken")); err != nil {
		t.Fatal(err)
	}
	var got []string
	var problems []error
	for src, err := range OpenPath(dir) {
		if err != nil {
			problems = append(problems, err)
			continue
		}
		rel, _ := filepath.Rel(dir, src.Path)
		got = append(got, filepath.ToSlash(rel)+" "+Parse(src.Raw, Limits{}).Header.Subject())
	}
	want := []string{"a/mails.mbox#1 one", "a/mails.mbox#2 two", "a/mails.mbox#3 three", "b.eml b", "c/deep/d.txt d", "md/.Sent/cur/4 sent", "md/cur/1:2,S cur", "md/new/2 new"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if len(problems) != 1 || !strings.Contains(problems[0].Error(), "zz-broken") || strings.Contains(problems[0].Error(), "\n") {
		t.Errorf("problems: %v", problems)
	}
}

func TestOpenPathMissing(t *testing.T) {
	n := 0
	for _, err := range OpenPath(filepath.Join(t.TempDir(), "none.eml")) {
		n++
		if err == nil || !strings.Contains(err.Error(), "none.eml") {
			t.Errorf("error is %v", err)
		}
	}
	if n != 1 {
		t.Errorf("%d results", n)
	}
}

func TestOpenPathStops(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"a", "b", "c"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("Subject: x\n\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for range OpenPath(dir) {
		break // a second value after this would panic
	}
}

// A mail that is longer than a block of those in which an mbox is gathered comes out as it is, and so do those around it.
func TestSplitMboxOfLongMails(t *testing.T) {
	t.Parallel()
	line := strings.Repeat("x", 70) + "\n"
	var mbox strings.Builder
	var want []int
	for _, lines := range []int{1, 20_000, 2, 50_000} {
		mbox.WriteString("From a@example.org Tue Apr  1 09:00:00 2008\n" + strings.Repeat(line, lines) + "\n")
		want = append(want, lines*len(line))
	}
	for _, test := range []struct {
		why     string
		maxSize int64
		want    []int
	}{
		{"whole", 1 << 30, want},
		{"cut inside a block", 1<<20 + 100, []int{want[0], 1<<20 + 100, want[2], 1<<20 + 100}},
		{"cut at the end of a block", 1 << 20, []int{want[0], 1 << 20, want[2], 1 << 20}},
	} {
		var got []int
		for m, err := range SplitMbox(strings.NewReader(mbox.String()), test.maxSize) {
			if err != nil {
				t.Fatal(err)
			}
			if strings.Trim(string(m.Raw), "x\n") != "" {
				t.Errorf("%s: a mail has bytes of none", test.why)
			}
			got = append(got, len(m.Raw))
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: lengths (-want +got)\n%s", test.why, diff)
		}
	}
}
