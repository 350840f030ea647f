package forms

import (
	"strings"
	"unicode/utf8"

	"todoke/internal/desk"
)

// reader goes through a form line by line. At each line one field may be open: its value goes on until something that the
// form printed.
type reader struct {
	text    string
	section string
	purpose purpose
	fields  []Field

	open     string // name of the open field, "" for none
	printing bool   // the form's own words are still going on after a heading
	parts    []line // lines of the open field's value
}

func (r *reader) line(l line) {
	switch {
	case l.raw == "":
		r.printing = false
		if !goesOn[r.open] {
			r.close()
		}
	case l.isRule():
		r.close()
	case r.option(l) || r.heading(l) || r.label(l):
	case r.printing && isPrinted(l.raw):
		r.printing = !endsSentence(l.raw)
	case r.open != "" && !isHint(l.raw):
		r.printing = false
		if len(r.parts) == 0 || goesOn[r.open] || severalLines[r.open] {
			r.parts = append(r.parts, l)
		}
	}
}

// goesOn are the fields whose value may be of several paragraphs; severalLines those of several lines up to a blank one.
// All others are of one line.
var (
	goesOn       = map[string]bool{"log": true, "details": true, "purpose_text": true, "method": true}
	severalLines = map[string]bool{"source": true, "source_host": true, "target": true, "target_host": true, "discovery": true}
)

// option reads a line that offers or chooses a purpose.
func (r *reader) option(l line) bool {
	if r.section != sectionPurpose {
		return false
	}
	return r.purpose.read(l.raw)
}

// heading opens a section or item: "3. …", "2-2 …", "- アクセス元の情報". Some items are answered below their heading.
func (r *reader) heading(l line) bool {
	number, rest := l.item()
	if number == "" {
		number, rest = bulleted(l, r.section)
	}
	if number == "" || isAddress(l.raw) {
		return false
	}
	if _, _, hasColon := l.cut(); hasColon && !endsSentence(rest) {
		if fieldOf(rest, r.section) == "" && rest[0] >= utf8.RuneSelf {
			r.close() // a label that we do not know ends the value before it
		}
		return false // a numbered label with its value
	}
	if r.open == "incident_type" && !endsSentence(rest) {
		return true // one of the types that the form offers
	}
	section := sectionOf(rest)
	field := fieldOf(rest, r.section)
	if section == "" && field == "" && !endsSentence(rest) && !strings.Contains(number, "-") {
		return false
	}
	r.close()
	if section != "" || number == "-" || !strings.Contains(number, "-") {
		r.section = section
	}
	if strings.HasPrefix(number, "2-2") && r.purpose.offered() {
		field = "purpose_text"
	}
	if field != "" && field != "purpose" {
		r.open = field
	}
	r.printing = !endsSentence(rest)
	return true
}

// bulleted reads a heading behind a bullet, as "- 該当ログ".
func bulleted(l line, section string) (number, rest string) {
	for _, bullet := range []string{"- ", "・", "-", "－", "‐"} {
		rest, ok := strings.CutPrefix(l.raw, bullet)
		if _, _, colon := l.cut(); ok && !colon && len(rest) < maxLabel && (sectionOf(rest) != "" || fieldOf(rest, section) != "") {
			return "-", strings.TrimSpace(rest)
		}
	}
	return "", ""
}

// label opens a field and takes what stands behind the colon.
func (r *reader) label(l line) bool {
	label, at, ok := l.cut()
	if !ok {
		if section := sectionOf(strings.Trim(l.raw, "・-－■◆【】[]<>()（） ")); section != "" && len(l.raw) < maxLabel && r.open != "log" && r.open != "details" {
			r.close()
			r.section = section
			return true
		}
		return false
	}
	field := fieldOf(label, r.section)
	if field == "" || r.open == "log" && len(label) > 30 {
		return false
	}
	r.close()
	value := strings.TrimLeft(r.text[at:l.end], " \t\u3000")
	if field == "purpose" {
		r.purpose.choose(value)
	}
	r.open = field
	if value != "" && !isHint(value) {
		r.parts = append(r.parts, line{value, l.end - len(value), l.end})
	}
	return true
}

// close ends the open field and keeps it where it was filled.
func (r *reader) close() {
	name, parts := r.open, r.parts
	r.open, r.parts, r.printing = "", nil, false
	if name == "" || len(parts) == 0 || len(r.fields) >= maxFields {
		return
	}
	values := make([]string, len(parts))
	for i, p := range parts {
		values[i] = p.raw
	}
	value := strings.TrimSpace(checked(strings.TrimSpace(strings.Join(values, "\n"))))
	if value == "" {
		return
	}
	r.fields = append(r.fields, Field{Name: name, Value: value, Start: parts[0].start, End: parts[len(parts)-1].end})
}

// checked keeps of a row of boxes the chosen ones: "■あり □なし" is "あり".
func checked(value string) string {
	if !strings.ContainsAny(value, "■☑☒✓✔") && !strings.HasPrefix(value, "□") && !strings.HasPrefix(value, "☐") {
		return value
	}
	var chosen []string
	for _, piece := range strings.FieldsFunc(markBoxes(value), func(r rune) bool { return r == '\x00' }) {
		if rest, ok := strings.CutPrefix(piece, "\x01"); ok {
			chosen = append(chosen, strings.Trim(rest, " \u3000\n・,、"))
		}
	}
	return strings.Join(chosen, ", ")
}

// markBoxes puts a NUL before each box and a \x01 in the place of a chosen one.
func markBoxes(s string) string {
	return boxes.Replace(s)
}

var boxes = strings.NewReplacer("\x00", "", "\x01", "", "□", "\x00", "☐", "\x00", "■", "\x00\x01", "☑", "\x00\x01", "☒", "\x00\x01", "✓", "\x00\x01", "✔", "\x00\x01")

// isAddress tells whether a line that begins with a number is rather an address, a date or a log line.
func isAddress(s string) bool {
	s = foldWidth(s)
	dots := 0
	for i := 0; i < len(s) && i < 16 && (isDigit(s[i]) || s[i] == '.' || s[i] == '/' || s[i] == '-' && i > 3); i++ {
		if s[i] == '.' {
			dots++
		}
		if s[i] == '/' {
			return true
		}
	}
	return dots >= 2 && !strings.HasSuffix(s, ".") || len(s) > 4 && isDigit(s[0]) && isDigit(s[1]) && isDigit(s[2]) && isDigit(s[3])
}

// endsSentence tells whether a line closes what the form prints.
func endsSentence(s string) bool {
	for _, end := range []string{"。", ".", "）", ")", "さい", "か?", "か？"} {
		if strings.HasSuffix(s, end) {
			return true
		}
	}
	return false
}

// isPrinted tells whether a line right below a heading goes on with the form's own words.
func isPrinted(s string) bool {
	return strings.Contains(s, "下さい") || strings.Contains(s, "ください") || endsSentence(s) && !strings.ContainsAny(s, "0123456789") || !strings.ContainsAny(s, ".:0123456789/")
}

// isHint tells whether a line is an explanation that the form prints in brackets.
func isHint(s string) bool {
	s = foldWidth(s)
	return strings.HasPrefix(s, "(例") || strings.HasPrefix(s, "(下記") || strings.HasPrefix(s, "(記入") || strings.HasPrefix(s, "(該当") || strings.HasPrefix(s, "※") ||
		strings.HasPrefix(s, "(") && (strings.Contains(s, "ください") || strings.Contains(s, "下さい"))
}

// purpose gathers what was chosen of the three purposes of the JPCERT/CC form: 1 information, 2 question, 3 contact with
// the sites concerned.
type purpose struct {
	shown  [4]bool // options whose line was seen
	marked [4]bool // options marked on their line
	told   [4]bool // numbers written as the answer
}

var optionWords = [4]string{1: "情報提供", 2: "質問", 3: "関係サイトへの連絡"}

// marksChosen are what people put to an option.
const marksChosen = "■●○◎◯☑✓✔レ✔︎→⇒★*"

// read takes a line of the purpose section: an option, or an answer of numbers only.
func (p *purpose) read(raw string) bool {
	s := foldWidth(raw)
	for n := 1; n <= 3; n++ {
		if strings.Contains(s, optionWords[n]) && len(s) < 80 && strings.ContainsAny(s, string('0'+rune(n))+"■□●○◎[(") {
			p.shown[n] = true
			p.marked[n] = p.marked[n] || strings.ContainsAny(s, marksChosen) || strings.Contains(strings.ToLower(s), "[x]") || strings.Contains(strings.ToLower(s), "(x)")
			return true
		}
	}
	if strings.Trim(s, "123[](){}<>,.:;、・と および及番目的回答\t") == "" && strings.ContainsAny(s, "123") {
		p.choose(s)
		return true
	}
	return false
}

// choose takes the numbers of an answer: "3", "[1],[3]".
func (p *purpose) choose(answer string) {
	answer = foldWidth(answer)
	for n := 1; n <= 3; n++ {
		if strings.ContainsRune(answer, '0'+rune(n)) || strings.Contains(answer, optionWords[n]) {
			p.told[n] = true
		}
	}
}

// offered tells whether the form's options were seen, or answered.
func (p *purpose) offered() bool {
	return p.shown != [4]bool{} || p.told != [4]bool{}
}

// chosen is the weightiest purpose that was chosen: a report for which contact is wanted may ask and inform too.
func (p *purpose) chosen() desk.Purpose {
	left := 0 // a form of which all other options were deleted
	for n := 1; n <= 3; n++ {
		if p.shown[n] {
			left++
		}
	}
	is := func(n int) bool { return p.told[n] || p.marked[n] || left == 1 && p.shown[n] }
	switch {
	case is(3):
		return desk.PurposeCoordination
	case is(2):
		return desk.PurposeQuestion
	}
	return desk.PurposeInformation
}
