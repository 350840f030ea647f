package read

import (
	"slices"
	"strings"
	"unicode"

	"todoke/internal/blame"
	"todoke/internal/desk"
	"todoke/internal/formats/forms"
	"todoke/internal/kind"
	"todoke/internal/mail"
)

// texts are the readable texts of a message, laid out by who wrote what.
type texts struct {
	parts       []blame.Part
	all         string // every text
	fresh       string // what the sender wrote in this mail, without quotes and signature
	quoted      string // what is quoted
	kept        string // all but what the desk holds already
	attribution string // whom the first quote quotes
	form        desk.Form
	held        map[string]bool // paths of parts with quotes of what the desk holds
}

// layOut takes the texts of a message apart. A quote is held by the desk where its attribution names one of our addresses,
// or where the mail answers an earlier one, in its thread or under its number: then what it quotes is that mail.
func layOut(m *mail.Message, reading *desk.Reading, own func(string) bool) texts {
	t := texts{held: map[string]bool{}}
	l := layout{texts: &t, own: own, answers: len(reading.InReplyTo)+len(reading.References) > 0 || kind.AnswersNumber(reading.Subject)}
	for _, part := range m.TextParts() {
		laid := l.part(part)
		if part.Embedded {
			laid.Header = embeddedHeader(m, part)
		}
		t.parts = append(t.parts, laid)
		if t.form.Name == "" && !part.Embedded {
			t.form, _ = forms.Read(part.Text)
		}
	}
	if t.form.Fields == nil {
		t.form.Fields = map[string]string{}
	}
	t.all, t.fresh, t.quoted, t.kept = l.all.String(), l.fresh.String(), l.quoted.String(), strings.TrimSpace(l.kept.String())
	return t
}

// layout takes texts apart.
type layout struct {
	*texts
	own     func(string) bool
	answers bool // the mail answers an earlier one

	all, fresh, quoted, kept excerpt
}

// part takes one text apart.
func (l *layout) part(part *mail.Part) blame.Part {
	laid := blame.Part{Path: part.Path, Type: part.Type, Name: part.Name, Text: part.Text, HTML: part.HTML, Embedded: part.Embedded}
	for _, link := range part.Links {
		laid.Links = append(laid.Links, blame.Link(link))
	}
	for _, each := range []*excerpt{&l.all, &l.fresh, &l.quoted, &l.kept} {
		each.begin(part.Text)
	}
	l.all.add(0, len(part.Text))
	for _, segment := range mail.Segments(part.Text) {
		held := segment.Kind == mail.Quoted && !part.Embedded && holds(segment, part.Text[segment.Start:segment.End], l.answers, l.own)
		laid.Segments = append(laid.Segments, blame.Segment{
			Kind: string(segment.Kind), Start: segment.Start, End: segment.End, Held: held,
		})
		switch {
		case segment.Kind == mail.Quoted:
			l.quoted.add(segment.Start, segment.End)
			if l.attribution == "" {
				l.attribution = segment.Attribution
			}
		case segment.Kind != mail.Signature && !part.Embedded && !part.IsAttachment():
			l.fresh.add(segment.Start, segment.End)
		}
		if held {
			l.held[part.Path] = true
		} else {
			l.kept.add(segment.Start, segment.End)
		}
	}
	l.all.endLine()
	l.kept.endLine()
	return laid
}

// holds tells whether the desk holds what a segment quotes.
func holds(segment mail.Segment, text string, answers bool, own func(string) bool) bool {
	if namesOwn(segment.Attribution, own) {
		return true
	}
	return answers || namesOwn(firstLines(text), own)
}

// namesOwn tells whether a line names one of our addresses.
func namesOwn(line string, own func(string) bool) bool {
	for _, word := range strings.FieldsFunc(line, func(c rune) bool { return c > unicode.MaxASCII || strings.ContainsRune(" \t\n<>()[]\"',;:", c) }) {
		if strings.Contains(word, "@") && own(word) {
			return true
		}
	}
	return false
}

// firstLines are the lines at the head of a quote in which mail programs say who wrote it.
func firstLines(text string) string {
	end := 0
	for range 6 {
		next := strings.IndexByte(text[end:], '\n')
		if next < 0 {
			return text
		}
		end += next + 1
	}
	return text[:end]
}

// embeddedHeader is the header, as it came, of the innermost message that holds the part.
func embeddedHeader(m *mail.Message, part *mail.Part) string {
	var holder *mail.Part
	for _, each := range m.Parts {
		if each.Type == "message/rfc822" && strings.HasPrefix(part.Path, each.Path) && (holder == nil || len(each.Path) > len(holder.Path)) {
			holder = each
		}
	}
	if holder == nil || len(holder.Children) == 0 {
		return ""
	}
	var lines strings.Builder
	header := holder.Children[0].Header
	for i := range header.Len() {
		name, value := header.Field(i)
		lines.WriteString(name)
		lines.WriteString(": ")
		lines.WriteString(value)
		lines.WriteByte('\n')
	}
	return lines.String()
}

// document is the message as blame reads it.
func (t texts) document(reading *desk.Reading, hosts []string) blame.Document {
	return blame.Document{
		Subject: reading.Subject, Language: reading.Language, Parts: t.parts, From: reading.From, ReplyTo: reading.ReplyTo,
		To: reading.To, Cc: reading.Cc, Form: t.form, ReporterHosts: hosts, Reply: len(reading.InReplyTo)+len(reading.References) > 0,
	}
}

// language is "ja" for a text with kana, and for one of kanji alone in a charset of Japan or from an address of Japan, since
// a subject like 無題 has no kana; else "en".
func language(m *mail.Message, reading *desk.Reading, text string) string {
	kanji := false
	for _, each := range []string{reading.Subject, reading.From.Name, text} {
		for _, c := range each {
			switch {
			case c >= 0x3041 && c <= 0x30FF, c >= 0xFF66 && c <= 0xFF9D:
				return "ja"
			case unicode.Is(unicode.Han, c):
				kanji = true
			}
		}
	}
	if kanji && (tldOf(reading.From.Address) == "jp" || slices.ContainsFunc(m.Parts, japaneseCharset)) {
		return "ja"
	}
	return "en"
}

func japaneseCharset(part *mail.Part) bool {
	return strings.HasPrefix(part.Charset, "iso-2022-jp") || part.Charset == "shift_jis" || part.Charset == "euc-jp"
}

// tlp finds a label of the traffic light protocol (FIRST TLP 2.0, and the older white).
func tlp(texts ...string) string {
	for _, text := range texts {
		at := strings.Index(text, "TLP:")
		if at < 0 {
			continue
		}
		rest := strings.TrimLeft(text[at+len("TLP:"):], " ")
		for _, label := range []string{"AMBER+STRICT", "AMBER", "RED", "GREEN", "CLEAR", "WHITE"} {
			if strings.HasPrefix(strings.ToUpper(rest[:min(len(rest), 12)]), label) {
				return strings.ToLower(label)
			}
		}
	}
	return ""
}
