package cue

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

func TestFold(t *testing.T) {
	t.Parallel()
	tests := []struct{ why, in, want string }{
		{"lower case and one space", "Please  STOP\tit", "please stop it"},
		{"full width is ASCII", "ＡＢＣ　１２３！", "abc 123!"},
		{"a wrapped English line is one sentence", "take the\nsite down", "take the site down"},
		{"a wrapped Japanese line has no space", "ご連絡\nください", "ご連絡ください"},
		{"spellings are unified", "御連絡頂き有難う御座います。対応致します", "ご連絡いただきありがとうご座います。対応いたします"},
		{"curly quotes are plain", "don’t “go”", `don't "go"`},
		{"broken UTF-8 falls away", "a\xffb", "ab"},
		{"space around falls away", "  \n x \n ", "x"},
	}
	for _, tt := range tests {
		if got := Fold(tt.in, 1<<10).String(); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.why, got, tt.want)
		}
	}
	if got := Fold("あいう", 7).String(); got != "あい" {
		t.Errorf("cut inside a rune: %q, want the whole runes before", got)
	}
}

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

func TestFind(t *testing.T) {
	t.Parallel()
	set, err := Load(fstest.MapFS{"a.toml": {Data: []byte(rules)}}, "*.toml")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		why, text string
		found     bool
	}{
		{"words between", "Please do something to stop it", true},
		{"an alternative", "kindly remove it", true},
		{"over a wrapped line", "please\nstop", true},
		{"not over a sentence's end", "Please. Stop", false},
		{"not over a paragraph's end", "please\n\nstop", false},
		{"not too far", "please " + strings.Repeat("yes ", 20) + "stop", false},
		{"far where the pattern says so", "must " + strings.Repeat("yes ", 20) + "cease", true},
		{"whole words only", "please stopper", false},
		{"not inside a word", "displease stop", false},
		{"an open word", "halting", true},
		{"Japanese", "アクセスの停止をお願いします", true},
		{"unsaid in the same sentence", "do not please stop", false},
		{"unsaid in another sentence", "Do not worry. Please stop.", true},
		{"said after it was unsaid", "Do not please stop. Please stop.", true},
		{"nothing", "", false},
	}
	for _, tt := range tests {
		if got := len(set.Find(Fold(tt.text, 1<<10))) > 0; got != tt.found {
			t.Errorf("%s: found %v in %q, want %v", tt.why, got, tt.text, tt.found)
		}
	}
}

func TestFoundPlace(t *testing.T) {
	t.Parallel()
	set, err := Load(fstest.MapFS{"a.toml": {Data: []byte(rules)}}, "*.toml")
	if err != nil {
		t.Fatal(err)
	}
	text := Fold("We halt. Kindly stop it.", 1<<10)
	found := set.Find(text)
	if len(found) != 1 {
		t.Fatalf("%d cues found, want 1", len(found))
	}
	got := []any{text.String()[found[0].Start:found[0].End], found[0].Ways}
	if diff := cmp.Diff([]any{"halt", 2}, got); diff != "" {
		t.Errorf("first place and ways (-want +got):\n%s", diff)
	}
}

func TestLoadErrors(t *testing.T) {
	t.Parallel()
	cue := func(any string) string {
		return "[[cue]]\nsays = \"x\"\nfor = \"y\"\nweight = 1\nany = [\"" + any + "\"]\n"
	}
	tests := []struct{ why, data, want string }{
		{"no TOML", "=", "a.toml"},
		{"an unknown key", cue("abc") + "colour = 1\n", "unknown key"},
		{"no topic", "[[cue]]\nsays = \"x\"\nweight = 1\nany = [\"abc\"]\n", "needed"},
		{"an unknown list", cue("{nothing}"), "no list"},
		{"an open bracket", cue("(a|b"), "not closed"},
		{"too short", cue("(|a)"), "too short"},
		{"a star inside", cue("colo*r"), "inside"},
		{"too many alternatives", cue(strings.Repeat("(aaa|bbb|ccc|ddd)", 7)), "more than"},
	}
	for _, tt := range tests {
		_, err := Load(fstest.MapFS{"a.toml": {Data: []byte(tt.data)}}, "*.toml")
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error %v, want one with %q", tt.why, err, tt.want)
		}
	}
	if _, err := Load(fstest.MapFS{}, "*.toml"); err == nil {
		t.Error("no files: no error")
	}
}

func FuzzFold(f *testing.F) {
	f.Add("ご連絡\nください。 Please, stop.\n\nx")
	f.Fuzz(func(t *testing.T, s string) {
		once := Fold(s, 1<<12)
		for i := 1; i < len(once.breaks); i++ {
			if once.breaks[i] <= once.breaks[i-1] || once.breaks[i] > len(once.folded) {
				t.Fatalf("breaks %v of a text of %d", once.breaks, len(once.folded))
			}
		}
	})
}

// What is taken for folded must be what folding makes of it; else a literal would never be found.
func TestIsFolded(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"take down", " take", "take ", "a  b", "Take", "停止", "停止 お願い", "url を", "ＡＢＣ", "致します", "don’t", "サーバー", "１", "\u3000x", "円♪", ""} {
		if folded := Fold(s, len(s)).String(); isFolded(s) && folded != s {
			t.Errorf("%q is taken for folded, folding makes %q", s, folded)
		}
	}
	for _, s := range []string{"take down", "停止", "お願い(", "urlを"} {
		if !isFolded(s) {
			t.Errorf("%q is folded, and is not taken for it", s)
		}
	}
}

// Literals that share beginnings, end inside one another or go on must each be found, and no other.
func TestLiterals(t *testing.T) {
	t.Parallel()
	words := []string{"take", "taken*", "take down", "takedown", "停止", "停止中"}
	l := newLiterals()
	for _, w := range words {
		l.add([]string{w})
	}
	l.build()
	tests := []struct {
		text string
		want []string
	}{
		{"take", []string{"take"}},
		{"take down", []string{"take", "take down"}},
		{"takedowns", nil},
		{"takens", []string{"taken*"}},
		{"untaken", nil},
		{"tak", nil},
		{"運用停止中", []string{"停止", "停止中"}},
	}
	for _, tt := range tests {
		p := &places{of: make([][]hit, l.count)}
		l.find(tt.text, p)
		var got []string
		for _, id := range p.found {
			got = append(got, words[id])
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%q: (-want +got)\n%s", tt.text, diff)
		}
	}
}
