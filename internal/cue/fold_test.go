package cue

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestFold(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ why, in, want string }{
		{"lower case and one space", "Please  STOP\tit", "please stop it"},
		{"full width is ASCII", "ＡＢＣ　１２３！", "abc 123!"},
		{"half-width katakana with voiced marks", "ﾊﾟﾝﾀﾞ", "パンダ"},
		{"compatibility forms", "№ ①", "no 1"},
		{"a wrapped English line is one sentence", "take the\nsite down", "take the site down"},
		{"a wrapped Japanese line has no space", "ご連絡\nください", "ご連絡ください"},
		{"no space beside Japanese", "Web サーバへ SSH で", "webサバへsshで"},
		{"a blank line stays, for Japanese too", "一\n\n二", "一\n二"},
		{"marks of quoting fall away", "> one\n> | two\nif a > b", "one two if a > b"},
		{"hyphen and underscore are spaces", "Brute-force log_in", "brute force log in"},
		{"so are the dashes of typesetters", "brute–force", "brute force"},
		{"a drawn line stays", "--- Original", "--- original"},
		{"with and without the prolonged sound mark", "サーバー サーバ", "サバサバ"},
		{"spellings are unified", "御連絡頂き有難う御座います。対応致します", "ご連絡いただきありがとうご座います。対応いたします"},
		{"a noun is no verb", "頂上", "頂上"},
		{"curly quotes are plain", "don’t “go”", `don't "go"`},
		{"broken UTF-8 falls away", "a\xffb", "ab"},
		{"what is shown as nothing falls away", "pass\u200bwo\u00adrd", "password"},
		{"space around falls away", "  \n x \n ", "x"},
		{"nothing", "", ""},
	} {
		if got := Fold(test.in).String(); got != test.want {
			t.Errorf("%s: %q, want %q", test.why, got, test.want)
		}
		if got := FoldMapped(test.in).String(); got != test.want {
			t.Errorf("%s, mapped: %q, want %q", test.why, got, test.want)
		}
	}
}

// What was folded is folded: else a phrase would be spelt otherwise than the texts in which it is looked for.
func TestFoldTwice(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"Ｗｅｂ－サーバー を\n停止 して 下さい。", "ヴィールス", "-- x --", "①－②"} {
		once := Fold(text).String()
		if twice := Fold(once).String(); twice != once {
			t.Errorf("%q folds to %q, and that to %q", text, once, twice)
		}
	}
}

func TestSentence(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ why, text, at, want string }{
		{"a full stop and a space", "One. Two. Three", "two", " two."},
		{"no full stop inside a word", "see a.example now", "see", "see a.example now"},
		{"a Japanese full stop", "一。二。三", "二", "二。"},
		{"a full-width mark", "何！次", "次", "次"},
		{"a blank line", "one\n\ntwo", "one", "one"},
		{"an item of a list", "one\n- two\n* three", "two", " two"},
		{"a quoted line", "one\n> two", "two", " two"},
		{"a wrapped line is no end", "one\ntwo", "two", "one two"},
	} {
		text := Fold(test.text)
		start, end := text.Sentence(strings.Index(text.String(), test.at))
		if got := text.String()[start:end]; got != test.want {
			t.Errorf("%s: %q, want %q", test.why, got, test.want)
		}
	}
}

func TestSource(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ why, text, folded, want string }{
		{"as written", "an attack", "attack", "attack"},
		{"other case", "an ATTACK", "attack", "ATTACK"},
		{"behind white space that was drawn together", "a \r\n\t b", "b", "b"},
		{"over a wrapped line", "改\n> ざん", "改ざん", "改\n> ざん"},
		{"full width", "ＡＴＴＡＣＫ!", "tack", "ＴＡＣＫ"},
		{"a run of half-width kana is one", "22ﾎﾟｰﾄ番", "ポト", "ﾎﾟｰﾄ"},
		{"with the sound mark behind it", "サーバーを", "サバ", "サーバー"},
		{"without the one behind the next", "サーバー", "サ", "サー"},
		{"another spelling", "対応致します", "いたし", "致し"},
		{"behind another spelling", "対応致します", "ます", "ます"},
		{"one character for several", "㈱例", "例", "例"},
		{"broken UTF-8 inside", "at\xfftack", "attack", "at\xfftack"},
	} {
		text := FoldMapped(test.text)
		at := strings.Index(text.String(), test.folded)
		if at < 0 {
			t.Errorf("%s: %q is not in %q", test.why, test.folded, text)
			continue
		}
		from, to := text.Source(at, at+len(test.folded))
		if got := test.text[from:to]; got != test.want {
			t.Errorf("%s: %q, want %q", test.why, got, test.want)
		}
	}
}

func FuzzFold(f *testing.F) {
	f.Add("ご連絡\nください。 Please, stop.\n\nx")
	f.Add("> Brute-force ﾎﾟｰﾄ\xff\x80 サーバー 致し")
	f.Fuzz(func(t *testing.T, s string) {
		text := FoldMapped(s)
		if text.String() != Fold(s).String() || !utf8.ValidString(text.String()) {
			t.Fatalf("folded to %q and %q", text, Fold(s))
		}
		for i := 1; i < len(text.breaks); i++ {
			if text.breaks[i] <= text.breaks[i-1] || text.breaks[i] > len(text.folded) {
				t.Fatalf("breaks %v of a text of %d", text.breaks, len(text.folded))
			}
		}
		before := 0
		for i := range len(text.folded) {
			from, to := text.Source(i, i+1)
			if from < before || to < from || to > len(s) {
				t.Fatalf("byte %d of %q was written at %d to %d of %q", i, text, from, to, s)
			}
			before = from
		}
	})
}

func BenchmarkFold(b *testing.B) {
	text := strings.Repeat("当社の Web サーバに対し、以下のアドレスから SQL インジェクション攻撃がありました。\nWe saw a brute-force attack from the host below.\n", 20)
	for name, fold := range map[string]func(string) Text{"plain": Fold, "mapped": FoldMapped} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				fold(text)
			}
		})
	}
}
