package forms

import (
	"strings"

	"todoke/internal/desk"
)

// The form on the desk's own page makes a message of what was typed. Its text is a form like the others, so that the one way of
// reading serves all doors, and so that a person reads it as well as the program:
//
//	Todoke 届出フォーム 第1版
//
//	■ インシデントの種類
//	スキャン
//
//	■ 攻撃元のアドレス
//	192.0.2.1
//
// A line that begins with ■ is a heading and nothing else: WriteTodoke puts a space before such a line of a value, and Read
// takes one away (as RFC 3676, section 4.4, does it for quotes). So nothing typed can pass for another field.

// TodokeName is the name of that form in desk.Form.
const TodokeName = "todoke-form"

// Words are the same words in both languages of the desk.
type Words struct{ JA, EN string }

// In is the words in a language, "ja" or "en".
func (w Words) In(lang string) string {
	if lang == "en" {
		return w.EN
	}
	return w.JA
}

// Choice is one answer that a field of the form offers: its value in desk.Form.Fields, the words for it, and a note for those who
// choose. The note is not written: its words would be read as words about the incident.
type Choice struct {
	Value       string
	Words, Note Words
}

// The choices of the form. Values of the first two stand in Fields as "incident_type" and "naming"; those of the third are
// desk.Form.Purpose.
var (
	todokeKinds = []Choice{
		{"scan", Words{"スキャン", "Scan"}, Words{"不正なログインの試みも", "also attempts to log in"}},
		{"forged", Words{"送信元を偽ったメール", "Mail with a forged sender"}, Words{}},
		{"intrusion", Words{"侵入", "Intrusion"}, Words{"Web ページの改ざんも", "also defaced web pages"}},
		{"phishing", Words{"フィッシング", "Phishing"}, Words{}},
		{"malware", Words{"マルウェア", "Malware"}, Words{"ウイルスなど", "viruses and the like"}},
		{"dos", Words{"サービス運用妨害（DoS）", "Denial of service (DoS)"}, Words{}},
		{"other", Words{"その他", "Other"}, Words{}},
		{"unknown", Words{"わからない", "Do not know"}, Words{}},
	}
	todokeNaming = []Choice{
		{"nobody", Words{"誰にも伝えない", "To nobody"}, Words{}},
		{"parties", Words{"対応を依頼する先に限り、伝えてよい", "Only to those who are asked to act"}, Words{}},
	}
	todokePurposes = []Choice{
		{string(desk.PurposeInformation), Words{"情報提供", "To give information"}, Words{}},
		{string(desk.PurposeQuestion), Words{"質問", "To ask a question"}, Words{}},
		{string(desk.PurposeCoordination), Words{"関係者への連絡を希望", "To have those concerned contacted"}, Words{}},
	}
)

// TodokeKinds are the kinds of incident that the form offers, in its order.
func TodokeKinds() []Choice { return append([]Choice{}, todokeKinds...) }

// TodokeNaming are the answers to whether the reporter may be named.
func TodokeNaming() []Choice { return append([]Choice{}, todokeNaming...) }

// TodokePurposes are the purposes of a report; their values are those of desk.Purpose.
func TodokePurposes() []Choice { return append([]Choice{}, todokePurposes...) }

// todokePurpose stands among the headings for desk.Form.Purpose.
const todokePurpose = "purpose"

// todokeFields are the fields in their order, each with its heading. The log is last: it is the longest, and where a text is cut
// the rest has been read.
var todokeFields = []struct {
	name    string
	heading Words
	choices []Choice // nil for a field of free text
}{
	{"incident_type", Words{"インシデントの種類", "Kind of incident"}, todokeKinds},
	{todokePurpose, Words{"届出の目的", "Purpose of this report"}, todokePurposes},
	{"naming", Words{"届出者の名前を伝えてよい範囲", "The reporter may be named"}, todokeNaming},
	{"name", Words{"お名前", "Name"}, nil},
	{"organization", Words{"組織名", "Organisation"}, nil},
	{"email", Words{"返信先", "Reply address"}, nil},
	{"started", Words{"発生日時", "Began"}, nil},
	{"ended", Words{"終了日時", "Ended"}, nil},
	{"timezone", Words{"タイムゾーン", "Time zone"}, nil},
	{"source", Words{"攻撃元のアドレス", "Source addresses"}, nil},
	{"target", Words{"攻撃先のアドレス", "Target addresses"}, nil},
	{"details", Words{"何が起きたか", "What happened"}, nil},
	{"log", Words{"ログ", "Log"}, nil},
}

var todokeTitle = Words{"Todoke 届出フォーム 第1版", "Todoke report form, version 1"}

// todokeMark begins each heading.
const todokeMark = "■"

// WriteTodoke writes the form's text in a language, "ja" or "en". Read gives the form back, its name being TodokeName and
// its values without the space around them; a field that the form does not have is left out. Lines end with LF.
func WriteTodoke(lang string, form desk.Form) string {
	var b strings.Builder
	b.WriteString(todokeTitle.In(lang) + "\n")
	for _, f := range todokeFields {
		value := form.Fields[f.name]
		if f.name == todokePurpose {
			value = string(form.Purpose)
		}
		value = strings.TrimSpace(inWords(value, f.choices, lang))
		if value == "" {
			continue
		}
		b.WriteString("\n" + todokeMark + " " + f.heading.In(lang) + "\n")
		for line := range strings.SplitSeq(value, "\n") {
			if isStuffed(line) {
				b.WriteByte(' ')
			}
			b.WriteString(line + "\n")
		}
	}
	return b.String()
}

// inWords is the words of a chosen value; what is none of the choices stays as it is.
func inWords(value string, choices []Choice, lang string) string {
	for _, c := range choices {
		if c.Value == value {
			return c.Words.In(lang)
		}
	}
	return value
}

// isStuffed tells whether a line of a value could be read as a heading: spaces, then the mark.
func isStuffed(line string) bool {
	return strings.HasPrefix(strings.TrimLeft(line, " "), todokeMark)
}

// isTodoke tells whether a text begins with the form's title.
func isTodoke(text string) bool {
	first, _, _ := strings.Cut(strings.TrimLeft(text, " \t\r\n\ufeff"), "\n")
	first = strings.TrimSpace(first)
	return first == todokeTitle.JA || first == todokeTitle.EN
}

// readTodoke reads a text that isTodoke.
func readTodoke(text string) (desk.Form, []Field) {
	r := todokeReader{text: text, form: desk.Form{Name: TodokeName, Purpose: desk.PurposeInformation, Fields: map[string]string{}}, open: -1}
	for pos := 0; pos < len(text); {
		end := pos + strings.IndexByte(text[pos:], '\n')
		if end < pos {
			end = len(text)
		}
		r.line(pos, end)
		pos = end + 1
	}
	r.close(len(text))
	return r.form, r.fields
}

// todokeReader goes through the text line by line. A field is open from its heading to the next.
type todokeReader struct {
	text   string
	form   desk.Form
	fields []Field
	open   int // in todokeFields; -1 for none
	from   int // where the open field's lines begin
}

func (r *todokeReader) line(start, end int) {
	label, isHeading := strings.CutPrefix(r.text[start:end], todokeMark)
	if !isHeading {
		return
	}
	r.close(start)
	label = strings.TrimSpace(label)
	for i, f := range todokeFields {
		if label == f.heading.JA || label == f.heading.EN {
			r.open, r.from = i, min(end+1, len(r.text))
			return
		}
	}
}

// close ends the open field before the byte end and keeps it.
func (r *todokeReader) close(end int) {
	if r.open < 0 {
		return
	}
	field := todokeFields[r.open]
	r.open = -1
	written := r.text[r.from:end]
	start := r.from + len(written) - len(strings.TrimLeft(written, " \t\r\n"))
	written = strings.TrimSpace(written)
	if written == "" || len(r.fields) >= maxFields {
		return
	}
	value := valueOf(written, field.choices)
	if field.name == todokePurpose {
		r.choose(value)
		return
	}
	if _, told := r.form.Fields[field.name]; !told {
		r.form.Fields[field.name] = value
	}
	r.fields = append(r.fields, Field{Name: field.name, Value: value, Start: start, End: start + len(written)})
}

func (r *todokeReader) choose(value string) {
	for _, c := range todokePurposes {
		if c.Value == value {
			r.form.Purpose = desk.Purpose(value)
		}
	}
}

// valueOf undoes what WriteTodoke did to a value.
func valueOf(written string, choices []Choice) string {
	for _, c := range choices {
		if written == c.Words.JA || written == c.Words.EN {
			return c.Value
		}
	}
	lines := strings.Split(written, "\n")
	for i, line := range lines {
		line = strings.TrimSuffix(line, "\r")
		if strings.HasPrefix(line, " ") && isStuffed(line) {
			line = line[1:]
		}
		lines[i] = line
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}
