package forms

import (
	"strings"

	"todoke/internal/desk"
)

// Field is one filled field of a form and where its value stands in the text.
type Field struct {
	Name  string // English name, as in desk.Form.Fields: see labels
	Value string // trimmed, without the quote marks of the lines
	// Start and End are byte offsets in the text given to Read. Between them stand the value's lines as they were
	// written, quote marks included.
	Start, End int
}

// Bounds on what is read of one text.
const (
	maxText   = 1 << 20
	maxFields = 200
)

// Read finds a filled report form in the text. Where there is none, the form's Name is "" and there are no fields.
// A field that was told twice is twice among the fields; the map of the form holds the first. A purpose that was not
// chosen is information, as the forms say.
func Read(text string) (desk.Form, []Field) {
	if len(text) > maxText {
		text = text[:maxText]
	}
	if isTodoke(text) {
		return readTodoke(text)
	}
	name := recognise(text)
	if name == "" {
		return desk.Form{}, nil
	}
	r := reader{text: text}
	for _, l := range splitLines(text) {
		r.line(l)
	}
	r.close()
	form := desk.Form{Name: name, Purpose: r.purpose.chosen(), Fields: map[string]string{}}
	for _, f := range r.fields {
		if _, told := form.Fields[f.Name]; !told {
			form.Fields[f.Name] = f.Value
		}
	}
	return form, r.fields
}

// titles are what the forms call themselves, without spaces.
var titles = []struct{ name, title string }{
	{"ntt-cert-1.1", "NTT-CERTインシデント報告様式"},
	{"ipa-virus", "コンピュータウイルス届出様式"},
	{"ipa-virus", "コンピュータウイルスの発見・感染届出"},
	{"ipa-access", "コンピュータ不正アクセス届出様式"},
	{"ipa-access", "コンピュータ不正アクセス被害について"},
	{"jpcert-3.02", "コンピュータセキュリティインシデント報告様式"},
	{"jpcert-3.02", "インシデント報告様式"},
	{"jpcert-3.02", "この報告の目的"},
}

// enoughLabels is how many different printed labels make a form of a text that has lost its title.
const enoughLabels = 5

// recognise gives the name of the form that the text is, "" for none. A title alone may stand in a mail that speaks about
// the form, so that some labels must be there too.
func recognise(text string) string {
	if !strings.Contains(text, "様式") && !strings.Contains(text, "報告の目的") && !strings.Contains(text, "組織名") {
		return ""
	}
	labels := countLabels(text)
	if labels < 3 {
		return ""
	}
	compact := strings.Map(dropSpace, text)
	for _, t := range titles {
		if strings.Contains(compact, strings.Map(dropSpace, t.title)) {
			return t.name
		}
	}
	if labels >= enoughLabels && strings.Contains(compact, "組織名称") && strings.Contains(compact, "部署名") {
		return "jpcert-3.02"
	}
	return ""
}

func dropSpace(r rune) rune {
	switch r {
	case ' ', '\t', '\r', '\n', '\u3000', '>', '＞', '|':
		return -1
	case 'ー': // コンピューター and コンピュータ are both written
		return -1
	}
	return r
}

// countLabels counts the different fields whose labels begin lines.
func countLabels(text string) int {
	seen := map[string]bool{}
	for _, l := range splitLines(text) {
		if label, _, ok := l.cut(); ok {
			if field := fieldOf(label, ""); field != "" {
				seen[field] = true
			}
		}
	}
	return len(seen)
}
