package linebreak_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"todoke/internal/publish/linebreak"
)

func columns(text string) float64 { return float64(linebreak.Columns(text)) }

func TestColumns(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{"": 0, "abc": 3, "漢字": 4, "（": 2, "ｱ": 1, "※": 2, "a漢": 3} {
		if got := linebreak.Columns(text); got != want {
			t.Errorf("Columns(%q) = %d, want %d", text, got, want)
		}
	}
}

func TestLines(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		why, text string
		limit     float64
		want      []string
	}{
		{"between any two kanji", "届出通知連絡", 8, []string{"届出通知", "連絡"}},
		{"a full stop does not begin a line", "届出通知。連絡", 8, []string{"届出通", "知。連絡"}},
		{"nor a long-vowel sign", "これはサーバ", 8, []string{"これは", "サーバ"}},
		{"nor a small kana", "これはきっと", 8, []string{"これは", "きっと"}},
		{"a bracket does not end a line", "これは（注意）", 8, []string{"これは", "（注意）"}},
		{"two closing signs stay together", "「これは」。次", 8, []string{"「これ", "は」。次"}},
		{"words are not cut", "one two three", 8, []string{"one two", "three"}},
		{"a word between kanji stays whole", "届出phishing", 8, []string{"届出", "phishing"}},
		{"a number stays with its counter", "合計は584件", 10, []string{"合計は", "584件"}},
		{"a word that is too long is cut", "abcdefghij", 4, []string{"abcd", "efgh", "ij"}},
		{"one that is too wide stands alone", "漢字", 1, []string{"漢", "字"}},
		{"nothing is one empty line", "", 8, []string{""}},
	} {
		if diff := cmp.Diff(test.want, linebreak.Lines(test.text, test.limit, columns)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.why, diff)
		}
	}
}

// TestLinesLoseNothing cuts text of any kind: nothing but spaces is lost, and no line is too wide.
func TestLinesLoseNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		runes := rapid.SliceOfN(rapid.SampledFrom([]rune("漢字かなカナー。、（）「」っ a1b2.%")), 0, 120).Draw(t, "text")
		limit := rapid.IntRange(2, 40).Draw(t, "limit")
		text := string(runes)
		lines := linebreak.Lines(text, float64(limit), columns)
		if got, want := strings.ReplaceAll(strings.Join(lines, ""), " ", ""), strings.ReplaceAll(text, " ", ""); got != want {
			t.Fatalf("text became %q", got)
		}
		for _, line := range lines {
			if linebreak.Columns(line) > limit {
				t.Fatalf("line %q is wider than %d", line, limit)
			}
		}
	})
}

// TestLongText cuts a long paragraph, and a long run without a place to break; both must end at once.
func TestLongText(t *testing.T) {
	t.Parallel()
	for _, text := range []string{strings.Repeat("届出の数、", 20000), strings.Repeat("）", 100000), strings.Repeat("x", 100000)} {
		lines := linebreak.Lines(text, 72, columns)
		if got := len(strings.Join(lines, "")); got != len(text) {
			t.Errorf("%d of %d bytes are left", got, len(text))
		}
	}
}
