package text_test

import (
	"bytes"
	"strings"
	"testing"

	"todoke/internal/publish/document"
	"todoke/internal/publish/text"
)

// TestSafe sets words that ISO-2022-JP cannot carry as they are; each has one plain form.
func TestSafe(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"–5 “x” …":  `-5 "x" ...`, // forms that JIS X 0208 lacks or that tables map differently
		"ｶﾞｷﾞ ﾎﾟｰﾄ": "ガギ ポート",     // half-width kana join with their sound marks
		"ﾟ":         "〓",          // a sound mark alone is nothing that could be carried
		"🐡 é 한":     "〓 〓 〓",      // not in the case
		"a\x1b$Bb":  "a $Bb",      // an escape would begin another character set
		"a\x00\tb":  "a  b",
		"\xff":      "〓",
	} {
		var b bytes.Buffer
		if err := text.Write(&b, document.Document{Lang: "ja", Blocks: []document.Block{document.Text("ja", in)}}); err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
		if got := lines[len(lines)-1]; got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}

// TestTable has a table whose columns are found by eye: a kanji takes two columns, numbers stand to the right.
func TestTable(t *testing.T) {
	t.Parallel()
	table := document.Table{Caption: "表", Unit: "件", Sum: true,
		Columns: []document.Column{{Head: "名"}, {Head: "数", Numbers: true}, {Head: "単位"}},
		Rows:    [][]document.Run{{{Text: "漢字", Mark: "*2"}, {Text: "7"}, {Text: "件"}}, {{Text: "a"}, {Text: "1,234"}, {Text: "件"}}, {{Text: "計"}, {Text: "1,241"}, {}}}}
	var b bytes.Buffer
	if err := text.Write(&b, document.Document{Lang: "ja", Blocks: []document.Block{table}}); err != nil {
		t.Fatal(err)
	}
	want := `
  表
  単位: 件
  名            数  単位
  ----------------------
  漢字 (*2)      7  件
  a          1,234  件
  ----------------------
  計         1,241
`
	if !strings.HasSuffix(b.String(), want) {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
}
