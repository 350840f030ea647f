package kind

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"todoke/internal/cue"
)

const rules = `
[lists]
stop = ["stop", "remove"]

[[cue]]
says = "asks to stop"
for = "notice"
weight = 3
any = ["please ~ {stop}", "(kindly|do) {stop}", "halt*", "停止~お願い", "must ~~ cease"]
not = ["do not"]
`

func chains(t *testing.T) *cueSet {
	t.Helper()
	set, err := loadCues(fstest.MapFS{"a.toml": {Data: []byte(rules)}}, "*.toml")
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func TestChains(t *testing.T) {
	t.Parallel()
	set := chains(t)
	for _, test := range []struct {
		why, text string
		found     bool
	}{
		{"words between", "Please do something to stop it", true},
		{"an alternative", "kindly remove it", true},
		{"over a wrapped line", "please\nstop", true},
		{"not over a sentence's end", "Please. Stop", false},
		{"not over a paragraph's end", "please\n\nstop", false},
		{"not too far", "please " + strings.Repeat("yes ", 20) + "stop", false},
		{"far where the chain says so", "must " + strings.Repeat("yes ", 20) + "cease", true},
		{"whole words only", "please stopper", false},
		{"not inside a word", "displease stop", false},
		{"an open word", "halting", true},
		{"Japanese", "アクセスの停止をお願いします", true},
		{"unsaid in the same sentence", "do not please stop", false},
		{"unsaid in another sentence", "Do not worry. Please stop.", true},
		{"said after it was unsaid", "Do not please stop. Please stop.", true},
		{"nothing", "", false},
	} {
		if got := len(set.find(cue.Fold(test.text))) > 0; got != test.found {
			t.Errorf("%s: found %v in %q, want %v", test.why, got, test.text, test.found)
		}
	}
}

func TestFoundPlace(t *testing.T) {
	t.Parallel()
	text := cue.Fold("We halt. Kindly stop it.")
	found := chains(t).find(text)
	if len(found) != 1 {
		t.Fatalf("%d cues found, want 1", len(found))
	}
	got := []any{text.String()[found[0].Start:found[0].End], found[0].Ways}
	if diff := cmp.Diff([]any{"halt", 2}, got); diff != "" {
		t.Errorf("first place and ways (-want +got):\n%s", diff)
	}
}

func TestCuesRefused(t *testing.T) {
	t.Parallel()
	one := func(any string) string {
		return "[[cue]]\nsays = \"x\"\nfor = \"y\"\nweight = 1\nany = [\"" + any + "\"]\n"
	}
	for _, test := range []struct{ why, data, want string }{
		{"an unknown key", one("abc") + "colour = 1\n", "unknown key"},
		{"no topic", "[[cue]]\nsays = \"x\"\nweight = 1\nany = [\"abc\"]\n", "needed"},
		{"an unknown list", one("{nothing}"), "no list"},
		{"an open bracket", one("(a|b"), "not closed"},
		{"too short", one("(|a)"), "too short"},
		{"a star inside", one("colo*r"), "inside"},
		{"too many alternatives", one(strings.Repeat("(aaa|bbb|ccc|ddd)", 7)), "more than"},
	} {
		_, err := loadCues(fstest.MapFS{"a.toml": {Data: []byte(test.data)}}, "*.toml")
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v, want one with %q", test.why, err, test.want)
		}
	}
}
