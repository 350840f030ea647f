package kind

import (
	"strconv"
	"strings"

	"todoke/internal/desk"
)

// spamEnough is the evidence that makes spam of a mail that no filter marked.
const spamEnough = 6

// spam tells whether a filter before us marked the mail, or its words sell to everyone. Whoever passes spam on to complain
// of it reports, and so does whoever tells of an incident, whatever he quotes.
func (m *mail) spam() []string {
	marked, why := m.spamMarked()
	if thread, _ := m.answersUs(); thread > 1 && marked == 0 {
		return nil // nobody else knows the Message-IDs of our mails
	}
	if m.declared() {
		return m.reasons("declared", "spam")
	}
	if m.tells() && (marked == 0 || m.tellingScore() > 0 || m.showsHeader()) {
		return nil
	}
	words := m.sells()
	if marked == 0 && words < spamEnough && (words == 0 || words+m.salesman() < 4 || m.tellingScore() > 0 || m.score("ask") >= 4) {
		return m.advertisement()
	}
	if m.Form.Name != "" || m.complains() {
		return nil
	}
	if marked > 0 && words == 0 && (m.blames() || m.tellingScore()+m.score("ask") >= 3) {
		return nil // filters take what is quoted in reports for spam
	}
	return once(append(why, m.reasons("spam-subject", "spam")...))
}

// sells is the score of the words of spam. In a subject that tells of harm they name what the harm is about, such as a bank, and in the
// address of a page they are a name that reporters too must write.
func (m *mail) sells() int {
	sum := 0
	for _, f := range m.text.found {
		if f.For == "spam" && (f.Ways > 1 || !beginsInURL(m.text.text.String(), f.Start)) {
			sum += f.Weight + min(f.Ways-1, 2)
		}
	}
	if m.subject.score("harm") > 0 {
		return sum
	}
	return sum + m.subject.score("spam")
}

// beginsInURL tells whether what begins at a place of a text is part of a URL.
func beginsInURL(text string, start int) bool {
	return strings.HasSuffix(text[:start], "/") || strings.HasSuffix(text[:start], "www.")
}

// declared tells whether the sender himself calls his mail an advertisement at the head of its subject, as the law demands (in Japan since
// 2002), and no complaint about such a mail follows.
func (m *mail) declared() bool {
	for _, f := range m.subject.found {
		if f.For == "declared" && f.Start == 0 {
			return m.text.score("passed-on") == 0 && !m.showsDottedNumbers() && !m.showsHeader() && !m.carriesEvidence()
		}
	}
	return false
}

// showsHeader tells whether the text shows the way of a mail, as only those do who complain of it.
func (m *mail) showsHeader() bool { return m.text.says("received: from", "received: by") }

// tells tells whether the mail surely tells of an incident: with what is done at some address, with an address that was made
// harmless, as only those do who warn of it, or with a bare IP, to which no customer is led.
func (m *mail) tells() bool {
	if m.defangs() || m.showsDottedNumbers() || m.blamesIP() && m.sells() < spamEnough {
		return true
	}
	for _, t := range m.Tellings {
		switch group, _, _ := strings.Cut(string(t.Class), "."); {
		case t.Address == "" || t.Class == "" || t.Class == desk.Other || t.Inherit: // no harm is told
		case group != "phishing" && group != "malware" && group != "spam" && (m.sells() < spamEnough || m.tellingScore() > 0):
			return true
		case m.said("act")+m.said("inform")+m.said("passed-on") > 0 || m.said("harm") >= max(1, m.sells()):
			return true // the words of the bad mail itself would look alike
		}
	}
	return false
}

// advertisement tells whether a mail, though none of its words is sure, leads to a place, price or telephone and does nothing else:
// it asks for no help, names nothing of the desk's, belongs to no thread of ours, and tells and asks less than it offers.
// Advertisements come in ever new words, of hackers too; who tells or asks the desk something says so.
func (m *mail) advertisement() []string {
	thread, _ := m.answersUs()
	if thread > 0 || len(m.numbers()) > 0 || m.Form.Name != "" || m.tells() || m.carriesEvidence() || m.passesOn() {
		return nil
	}
	if m.said("act")+m.said("passed-on")+m.score("machine")+m.score("desk") > 0 || answered(m.Subject) && m.score("party")+m.score("reporter") > 0 {
		return nil
	}
	words, telling := m.sells(), m.tellingScore()
	if words == 0 && (m.score("trade") == 0 && m.asks() || telling > 0 || m.blames() || m.score("narrates") > 0) {
		return nil // the look of it is no proof
	}
	if words == 0 && m.salesman() == 0 && (m.likely(desk.KindInquiry, surelyLike) || m.text.score("absence")+m.text.score("receipt") > 0) {
		return nil // a question or an automatic answer with a merchant's word in it
	}
	if offers := words + m.score("trade") + m.salesman(); offers <= m.score("ask")+m.score("nothing")+m.subject.score("ask-subject")+telling {
		return nil
	}
	return append(m.reasons("spam", "trade"), "says nothing to the desk")
}

// carriesEvidence tells whether the mail carries another one, or quotes: who sells to everybody does not.
func (m *mail) carriesEvidence() bool {
	return m.outerPart("message/rfc822") || strings.TrimSpace(m.QuotedText) != ""
}

// defangs tells whether the mail writes an address so that nobody follows it by mistake.
func (m *mail) defangs() bool {
	return m.text.says("hxxp", "[.]", "(.)", "[dot]", "(dot)", "[:]//", "[:]/")
}

// complains tells whether the sender speaks about a bad mail or site rather than being one.
func (m *mail) complains() bool {
	if m.text.early("passed-on", 600)+m.subject.score("passed-on") > 0 {
		return true
	}
	if m.score("machine") > 0 && m.blames() || m.passesOn() {
		return true
	}
	if !m.harmFirst() {
		return false
	}
	return m.score("act")+m.score("inform")+m.score("passed-on") > 0 || m.blames() && m.score("harm") > m.sells()
}

// passesOn tells whether a person passes a mail on with some words of his own before it.
func (m *mail) passesOn() bool {
	s := strings.ToLower(strings.TrimSpace(m.Subject))
	for strings.HasPrefix(s, "re:") { // or goes on about it
		s = strings.TrimSpace(s[len("re:"):])
	}
	if !strings.HasPrefix(s, "fw") && !strings.HasPrefix(s, "転送") && !strings.HasPrefix(s, "[fwd") {
		return false
	}
	for _, f := range m.text.found {
		if f.For == "spam" {
			return f.Start > 20
		}
	}
	return true
}

// harmFirst tells whether the mail speaks of harm before it says anything that spam says.
func (m *mail) harmFirst() bool {
	if m.subject.score("harm") > 0 {
		return true
	}
	for _, harm := range m.text.found {
		if harm.For != "harm" {
			continue
		}
		first := true
		for _, sp := range m.text.found {
			first = first && (sp.For != "spam" || sp.Start > harm.Start)
		}
		if first {
			return true
		}
	}
	return false
}

// spamMarked reads the marks of the filters in use: SpamAssassin, Bogofilter, DSPAM, Barracuda, Exchange, Rspamd and
// those who write in the subject.
func (m *mail) spamMarked() (weight int, why []string) {
	mark := func(name string) (int, []string) {
		return 6, []string{"marked as spam by a filter before us (" + name + ")"}
	}
	yes := func(name string, values ...string) bool {
		got := strings.ToLower(m.header(name))
		for _, v := range values {
			if got == v || strings.HasPrefix(got, v+",") || strings.HasPrefix(got, v+" ") || strings.HasPrefix(got, v+";") {
				return true
			}
		}
		return false
	}
	for _, name := range []string{"X-Spam-Flag", "X-Spam-Status", "X-Spam", "X-Barracuda-Spam-Flag", "X-Spam-Result", "X-DSPAM-Result", "X-Bogosity", "X-Rspamd-Action", "X-Spampanel-Class", "X-TM-AS-Spam", "X-PMX-Spam-Flag"} {
		if yes(name, "yes", "spam", "true", "bulkmail", "add header", "rewrite subject") {
			return mark(name)
		}
	}
	for _, name := range []string{"X-MS-Exchange-Organization-SCL", "X-MS-Exchange-AntiSpam-SCL"} {
		if level, err := strconv.Atoi(m.header(name)); err == nil && level >= 5 {
			return mark(name)
		}
	}
	if strings.Contains(strings.ToUpper(m.header("X-Forefront-Antispam-Report")), "SFV:SPM") {
		return mark("X-Forefront-Antispam-Report")
	}
	if n := strings.Count(m.header("X-Spam-Level"), "*"); n >= 5 {
		return mark("X-Spam-Level")
	}
	if m.subject.score("spam-subject") > 0 {
		return 6, nil
	}
	return 0, nil
}

// salesman weighs the look of a mail that is written for everybody: it leads to a place or a telephone, names a price,
// shouts, hides its words from filters, or was sent in bulk; and it says nothing to a security team.
func (m *mail) salesman() int {
	text := m.text.text.String()
	looks := m.disguised() * 3
	for _, mark := range []string{"http", "$", "%", "円", "£", "€"} {
		if strings.Contains(text, mark) {
			looks++
		}
	}
	if m.has("List-Unsubscribe") || m.has("Feedback-ID") || strings.EqualFold(m.header("Precedence"), "bulk") {
		looks += 2
	}
	if looks > 0 { // who only shouts may be angry
		looks += m.score("decoration") + strings.Count(text[:min(len(text), 400)], "!")
	}
	return max(0, min(looks, maxLooks)-m.score("desk"))
}

// maxLooks is the most that looks alone weigh: never enough without a word.
const maxLooks = 3

// disguised is 1 where a word of the subject or of the text's beginning has digits in the place of letters, as "rep1ica".
func (m *mail) disguised() int {
	text := m.text.text.String()
	for word := range strings.FieldsFuncSeq(m.subject.text.String()+" "+text[:min(len(text), 400)], func(r rune) bool { return r == ' ' || r == '\n' || r == ',' || r == '"' }) {
		if disguise(word) {
			return 1
		}
	}
	return 0
}

// disguise tells whether a word is of letters but for one or two digits or marks that look like letters, inside it.
func disguise(word string) bool {
	if len(word) < 5 || len(word) > 14 {
		return false
	}
	marks := 0
	for i := range len(word) {
		c := word[i]
		switch {
		case 'a' <= c && c <= 'z':
		case strings.IndexByte("013!$", c) >= 0 && i > 0 && i < len(word)-1:
			marks++
		default:
			return false
		}
	}
	return marks == 1 || marks == 2
}
