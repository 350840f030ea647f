package cue

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"todoke/internal/cue"
)

// TestRules runs what the rules say of themselves: each is found in its examples, and in none of its counter-examples.
func TestRules(t *testing.T) {
	t.Parallel()
	v := Default()
	if len(v.Rules) == 0 {
		t.Fatal("no rules")
	}
	names := map[string]bool{}
	for _, rule := range v.Rules {
		if names[rule.Name] {
			t.Errorf("two rules are named %q", rule.Name)
		}
		names[rule.Name] = true
		for _, wrong := range cue.Untrue(rule.Examples, rule.Never, func(text string) bool { return hits(v, rule, text) }) {
			t.Errorf("rule %q %s", rule.Name, wrong)
		}
	}
}

func hits(v *Vocabulary, rule *Rule, text string) bool {
	for _, m := range v.Find(Fold(text)) {
		if m.Rule == rule {
			return true
		}
	}
	return false
}

func vocabulary(t *testing.T) *Vocabulary {
	t.Helper()
	v, err := New([]*Rule{
		{Name: "altered", Sense: Harm, Words: []string{"改ざん"}},
		{Name: "unaltered", Sense: Harm, Words: []string{"改ざんされていない"}},
		{Name: "attacker", Sense: Role, Words: []string{"攻撃元"}},
		{Name: "attack", Sense: Harm, Words: []string{"攻撃", "attack*"}},
		{Name: "port", Sense: Service, Words: []string{"ポート"}},
		{Name: "server", Sense: Service, Words: []string{"サーバー"}},
		{Name: "guess", Sense: Harm, Words: []string{"brute-force"}},
		{Name: "scan", Sense: Harm, Words: []string{"scan"}},
		{Name: "checked", Sense: Nothing, Words: []string{"virus scan"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestFind(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		why, text string
		want      []string
	}{
		{"plain", "サイトの改ざん", []string{"altered 改ざん"}},
		{"a longer word of the sense takes the shorter away", "改ざんされていない", []string{"unaltered 改ざんされていない"}},
		{"words of other senses stay", "攻撃元", []string{"attacker 攻撃元", "attack 攻撃"}},
		{"a longer word of no sense takes all away", "virus scan", []string{"checked virus scan"}},
		{"line wrapped inside a word", "サイトの改\nざん", []string{"altered 改\nざん"}},
		{"quoted and wrapped", "> 改\n> ざん", []string{"altered 改\n> ざん"}},
		{"no cue reaches over a blank line", "改\n\nざん", nil},
		{"half-width kana with voiced marks", "ﾎﾟｰﾄ", []string{"port ﾎﾟｰﾄ"}},
		{"full-width letters", "ＡＴＴＡＣＫ", []string{"attack ＡＴＴＡＣＫ"}},
		{"katakana inside a longer word", "サポート", nil},
		{"with and without the prolonged sound mark", "サーバ", []string{"server サーバ"}},
		{"hyphen or space", "Brute force", []string{"guess Brute force"}},
		{"open end", "attackers", []string{"attack attack"}},
		{"whole words only", "rescan scanner", nil},
	} {
		var got []string
		for _, m := range vocabulary(t).Find(Fold(test.text)) {
			got = append(got, m.Rule.Name+" "+test.text[m.Start:m.End])
		}
		less := func(a, b string) bool { return a < b }
		if diff := cmp.Diff(sorted(test.want, less), sorted(got, less)); diff != "" {
			t.Errorf("%s: %q (-want +got)\n%s", test.why, test.text, diff)
		}
	}
}

func sorted(list []string, less func(a, b string) bool) []string {
	for i := range list {
		for j := i; j > 0 && less(list[j], list[j-1]); j-- {
			list[j], list[j-1] = list[j-1], list[j]
		}
	}
	return list
}

func FuzzFind(f *testing.F) {
	f.Add("攻撃元は 203.0.113.5 です")
	f.Add("Brute-force ﾎﾟｰﾄ\xff\x80")
	v := Default()
	f.Fuzz(func(t *testing.T, text string) {
		for _, m := range v.Find(Fold(text)) {
			if m.Start < 0 || m.End > len(text) || m.Start > m.End {
				t.Fatalf("cue at %d to %d of %d bytes", m.Start, m.End, len(text))
			}
		}
	})
}

func BenchmarkFind(b *testing.B) {
	text := strings.Repeat("当社の Web サーバに対し、以下のアドレスから SQL インジェクション攻撃がありました。\nWe saw a brute-force attack from the host below.\n", 20)
	v := Default()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		v.Find(Fold(text))
	}
}
