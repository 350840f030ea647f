package cue

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

func TestLoad(t *testing.T) {
	t.Parallel()
	type shape struct{ Word []string }
	files := fstest.MapFS{"b.toml": {Data: []byte(`word = ["two"]`)}, "a.toml": {Data: []byte(`word = ["one"]`)}, "c.txt": {Data: []byte("=")}}
	got, err := Load[shape](files, "*.toml")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]shape{{[]string{"one"}}, {[]string{"two"}}}, got); diff != "" {
		t.Errorf("in order of names (-want +got)\n%s", diff)
	}
	for _, test := range []struct{ why, data, want string }{
		{"no TOML", "=", "a.toml"},
		{"a misspelt key", `wrod = ["one"]`, "unknown key wrod"},
	} {
		_, err := Load[shape](fstest.MapFS{"a.toml": {Data: []byte(test.data)}}, "*.toml")
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v, want one with %q", test.why, err, test.want)
		}
	}
	if _, err := Load[shape](fstest.MapFS{}, "*.toml"); err == nil {
		t.Error("no files: no error")
	}
}

func TestUntrue(t *testing.T) {
	t.Parallel()
	found := func(text string) bool { return strings.Contains(text, "scan") }
	got := Untrue([]string{"a scan", "a probe"}, []string{"a mail", "to scan a page"}, found)
	want := []string{`is not found in its example "a probe"`, `is found in its counter-example "to scan a page"`}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if diff := cmp.Diff([]string{"has no examples"}, Untrue(nil, nil, found)); diff != "" {
		t.Errorf("no examples (-want +got)\n%s", diff)
	}
}
