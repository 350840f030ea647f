package kind

import (
	"strings"

	"todoke/internal/cue"
)

// How much of a text is read for cues, in bytes. What a mail is, is said at its beginning; logs follow.
const (
	maxNew    = 12 << 10
	maxQuoted = 6 << 10
)

// mail is an Input with what its words say.
type mail struct {
	Input
	subject, text, quoted view
}

// view is a text and the cues found in it.
type view struct {
	text  cue.Text
	found []found
}

func readMail(in Input) *mail {
	m := &mail{Input: in}
	m.subject = look(in.Subject, 1<<10)
	written := in.NewText
	if strings.TrimSpace(written) == "" && strings.TrimSpace(in.QuotedText) == "" {
		written = in.FullText
	}
	m.text = look(written, maxNew)
	m.quoted = look(outerQuote(in.QuotedText), maxQuoted)
	return m
}

// outerQuote leaves out what is quoted within a quote: it is not the words of whom the sender answers.
func outerQuote(quoted string) string {
	var kept strings.Builder
	outer := -1
	for line := range strings.Lines(quoted[:min(len(quoted), 2*maxQuoted)]) {
		depth := quoteDepth(line)
		if outer < 0 && strings.TrimSpace(line) != "" {
			outer = depth
		}
		if depth <= max(outer, 0) {
			kept.WriteString(line)
		}
	}
	return kept.String()
}

// quoteDepth counts the marks of quoting before a line.
func quoteDepth(line string) int {
	depth := 0
	for _, c := range line {
		switch c {
		case '>':
			depth++
		case ' ', '\t':
		default:
			return depth
		}
	}
	return depth
}

func look(s string, limit int) view {
	text := cue.Fold(s[:min(len(s), limit)])
	return view{text, cues().find(text)}
}

// score adds the topic's cues up. A cue that is said in several ways weighs a little more.
func (v view) score(topic string) int {
	return v.early(topic, len(v.text.String())+1)
}

// early is the score of the cues that stand in the first n bytes of the folded text.
func (v view) early(topic string, n int) int {
	sum := 0
	for _, f := range v.found {
		if f.For == topic && f.Start < n {
			sum += f.Weight + min(f.Ways-1, 2)
		}
	}
	return sum
}

// says tells whether the text has one of the words, in folded form.
func (v view) says(words ...string) bool {
	for _, word := range words {
		if strings.Contains(v.text.String(), word) {
			return true
		}
	}
	return false
}

// reasons says in words which cues of the topics were found.
func (v view) reasons(topics ...string) []string {
	var all []string
	for _, topic := range topics {
		for _, f := range v.found {
			if f.For == topic {
				all = append(all, f.Says)
			}
		}
	}
	return all
}

// score of a topic in the subject and in what the sender wrote.
func (m *mail) score(topic string) int {
	return m.subject.score(topic) + m.text.score(topic)
}

// reasons of the topics in the subject and in what the sender wrote, each once.
func (m *mail) reasons(topics ...string) []string {
	return once(append(m.subject.reasons(topics...), m.text.reasons(topics...)...))
}

func once(all []string) []string {
	seen := map[string]bool{}
	kept := all[:0]
	for _, s := range all {
		if !seen[s] {
			seen[s] = true
			kept = append(kept, s)
		}
	}
	return kept
}

// header gives the topmost value of a field, trimmed.
func (m *mail) header(name string) string {
	if values := m.headers(name); len(values) > 0 {
		return strings.TrimSpace(values[0])
	}
	return ""
}

func (m *mail) headers(name string) []string {
	if m.Input.Header == nil {
		return nil
	}
	return m.Input.Header(name)
}

// has tells whether the header field is there, be it empty.
func (m *mail) has(name string) bool { return len(m.headers(name)) > 0 }

func (m *mail) own(address string) bool {
	return address != "" && m.Own != nil && m.Own(address)
}

// outerPart tells whether the mail itself has a part of the type: not one inside a mail that it carries.
func (m *mail) outerPart(mediaType string) bool {
	var carried []string // paths of the mails carried
	for _, p := range m.Parts {
		if inside(p.Path, carried) {
			continue
		}
		if strings.EqualFold(p.Type, mediaType) {
			return true
		}
		if strings.EqualFold(p.Type, "message/rfc822") || strings.EqualFold(p.Type, "message/global") {
			carried = append(carried, p.Path)
		}
	}
	return false
}

func inside(path string, outer []string) bool {
	for _, o := range outer {
		if o != "" && strings.HasPrefix(path, o+".") {
			return true
		}
	}
	return false
}

// localPart of a mail address, in lower case.
func localPart(address string) string {
	local, _, _ := strings.Cut(strings.ToLower(address), "@")
	return local
}

// blames tells whether the mail tells of an incident that has an address.
func (m *mail) blames() bool {
	for _, t := range m.Tellings {
		if t.Address != "" {
			return true
		}
	}
	return false
}
