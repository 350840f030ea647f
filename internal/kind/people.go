package kind

import (
	"net/netip"
	"slices"
	"strings"
	"unicode/utf8"

	"todoke/internal/desk"
)

// replyToNotice tells whether a party answers a notice of ours. That the mail answers one is shown by what it quotes, by
// its thread or number, or by its words; that it is a party by what it says that it does.
func (m *mail) replyToNotice() []string {
	party := m.score("party")
	thread, why := m.answersUs()
	quotesNotice := m.quotesNotice()
	if quotesNotice {
		why = append(why, "quotes a notice of ours")
	}
	reporter := m.score("reporter")
	switch {
	case answered(m.Subject) && m.subject.score("answer") > 0 && !quotesNotice && (party < surelyParty || reporter > 0):
		return nil // answers our acknowledgement
	case m.underQuestion() && !quotesNotice:
		return nil // answers our answer to a question
	case m.text.score("allows") > 0:
		return nil // a reporter answers whether his name may be told
	case m.score("anew") > 0 && m.blames():
		return nil // a new matter, under whatever subject
	case m.reportersSubject() && !quotesNotice:
		return nil // a reporter began the thread
	case quotesNotice && (party > 0 || m.newTelling() < 6):
	case thread > 0 && m.numberLeads() && m.said("act")+reporter == 0 && (m.tellingScore() == 0 || !m.blames()) && m.score("ask") < 4 && (party > 0 || !m.blamesIP()):
	case thread > 0 && m.numberLeads() && m.score("ours") > 0 && m.said("act") == 0 && party >= reporter:
	case thread > 0 && m.namesRequest() && reporter == 0 && (m.newTelling() == 0 || thread > 1 && !m.blames()):
		why = append(why, "answers under the subject of a request")
	case thread > 1 && m.namesRequest() && reporter == 0 && party > 0 && m.said("act")+m.said("passed-on") == 0:
		why = append(why, "answers under the subject of a request")
	case thread > 0 && party >= 3 && party > m.newTelling() && reporter < surelyReporter && (party >= reporter || m.score("ours") > 0):
	case thread > 1 && m.underIncident() && !m.blames() && reporter == 0 && (party > 0 || m.newTelling() == 0):
		why = append(why, "answers under the subject of an incident")
	case (m.score("ours") > 0 || answered(m.Subject) && m.score("ask") == 0 && !m.blamesPlainly()) && party >= 4 && party > m.newTelling() && party >= reporter && m.score("elsewhere") == 0 &&
		(thread > 0 || m.said("act")+m.said("passed-on") == 0 && (answered(m.Subject) || !m.blamesPlainly())):
	default:
		return nil
	}
	return once(append(why, m.reasons("party", "ours")...))
}

// answersUs tells whether the mail belongs to a thread with a mail of ours.
func (m *mail) answersUs() (weight int, why []string) {
	for _, name := range []string{"In-Reply-To", "References"} {
		for _, value := range m.headers(name) {
			if m.ownMessageID(value) {
				return 2, []string{"answers a mail of ours (" + name + ")"}
			}
		}
	}
	if m.own(attributed(m.Attribution)) {
		return 2, []string{"quotes a mail of ours"}
	}
	if answered(m.Subject) && len(m.numbers()) > 0 {
		return 1, []string{"answers under the number " + m.numbers()[0]}
	}
	return 0, nil
}

// ownMessageID tells whether one of the Message-IDs was made by a host of ours: its right side is one of our domains.
func (m *mail) ownMessageID(ids string) bool {
	for _, id := range strings.Fields(ids) {
		id = strings.Trim(id, "<>,;")
		at := strings.LastIndexByte(id, '@')
		if at < 0 {
			continue
		}
		for domain := id[at+1:]; strings.Contains(domain, "."); _, domain, _ = strings.Cut(domain, ".") {
			if m.own("postmaster@" + domain) {
				return true
			}
		}
	}
	return false
}

// attributed gives the mail address in the line before a quote.
func attributed(line string) string {
	at := strings.LastIndexByte(line, '@')
	if at < 0 {
		return ""
	}
	start, end := at, at
	for start > 0 && !strings.ContainsRune(" <>()[]\"':;,\t\n", rune(line[start-1])) {
		start--
	}
	for end < len(line) && !strings.ContainsRune(" <>()[]\"';,\t\n", rune(line[end])) {
		end++
	}
	return line[start:end]
}

// answered tells whether a subject is that of an answer.
func answered(subject string) bool {
	s := strings.ToLower(strings.TrimSpace(subject))
	for !beginsAnswer(s) { // but with the number, list or remark of the answerer's own system
		closing := map[string]string{"[": "]", "【": "】"}
		opening, rest := firstRune(s)
		_, rest, ok := strings.Cut(rest, closing[opening])
		if closing[opening] == "" || !ok {
			return false
		}
		s = strings.TrimSpace(rest)
	}
	return true
}

// firstRune takes the first character off.
func firstRune(s string) (first, rest string) {
	_, size := utf8.DecodeRuneInString(s)
	return s[:size], s[size:]
}

// beginsAnswer tells whether a subject in lower case begins with what mail programs and people write before one that they answer.
func beginsAnswer(s string) bool {
	for _, prefix := range []string{"re:", "re：", "re[", "re^", "res:", "aw:", "sv:", "rv:", "antw:", "回复:", "答复:", "返信:", "ｒｅ", "【回答】", "【返信】", "回答:", "回答：", "ご回答"} {
		if strings.HasPrefix(s, prefix) {
			return true
		}
	}
	return false
}

// quotesNotice tells whether the quoted text is a request of ours to act.
func (m *mail) quotesNotice() bool {
	if m.quoted.text.String() == "" {
		return false
	}
	ours := m.own(attributed(m.Attribution))
	if thread, _ := m.answersUs(); !ours && thread == 0 {
		return false
	}
	notice, answer := m.quoted.score("notice"), m.quoted.score("answer")
	return notice >= 3 && notice > answer
}

// namesRequest tells whether the subject under which the sender answers is that of a notice.
func (m *mail) namesRequest() bool { return answered(m.Subject) && m.subject.score("notice") >= 3 }

// underIncident tells whether the subject under which the sender answers is about an incident.
func (m *mail) underIncident() bool {
	return answered(m.Subject) && (m.subject.score("harm")+m.subject.score("notice") > m.subject.score("desk") || len(m.numbers()) > 0 || namesIP(m.Subject))
}

// namesIP tells whether an IP stands in a subject.
func namesIP(subject string) bool {
	for word := range strings.FieldsSeq(subject) {
		if _, err := netip.ParseAddr(strings.Trim(word, "()[],;:.")); err == nil {
			return true
		}
	}
	return false
}

// reportersSubject tells whether the subject, answered or not, is in the words of one who tells us of a bad mail or site.
func (m *mail) reportersSubject() bool {
	return m.subject.score("passed-on")+m.subject.score("narrates") > 0 && m.subject.score("notice") == 0 && !m.numberLeads()
}

// numberLeads tells whether the subject answered begins with a number: the subject of a mail with which we began, as our
// notices do, while an acknowledgement answers under the reporter's subject.
func (m *mail) numberLeads() bool {
	if !answered(m.Subject) || m.subject.score("answer") > 0 {
		return false
	}
	_, subject, _ := strings.Cut(m.Subject, ":")
	subject = strings.TrimSpace(subject)
	inner, _, ok := strings.Cut(strings.TrimPrefix(subject, "["), "]")
	return ok && strings.HasPrefix(subject, "[") && isNumber(inner)
}

// said is the score of a topic in the sender's own words: the subject of an answer is not his.
func (m *mail) said(topic string) int {
	if answered(m.Subject) {
		return m.text.score(topic)
	}
	return m.score(topic)
}

// tellingScore weighs the telling of an incident. Everything may be shared for information; only with harm is it a telling.
func (m *mail) tellingScore() int {
	sum := m.said("harm") + m.said("act") + m.said("inform") + m.said("passed-on")
	if sum > 0 {
		sum += m.said("shares")
	}
	return sum
}

// newTelling weighs how far the sender himself tells us of an incident and wants something done. That his own server was
// broken into, a party says too.
func (m *mail) newTelling() int {
	sum := m.text.score("act") + m.text.score("passed-on")
	if m.blames() {
		sum += m.text.score("harm")
	}
	return sum
}

// surelyParty is the score of a single plain word of a party that acted.
const surelyParty = 4

// surelyReporter is the score of a single plain word of a reporter; thanks for an answer are less.
const surelyReporter = 5

// inquiry tells whether the mail asks or tells something that is surely no report of an incident to act on.
func (m *mail) inquiry() []string {
	why, quiet := m.asksOrTells()
	if quiet {
		return nil
	}
	return why
}

// quietInquiry tells whether the mail is a question for want of any telling, and not all the same like the reports.
func (m *mail) quietInquiry() []string {
	why, quiet := m.asksOrTells()
	if !quiet || m.likely(desk.KindReport, surelyLike) {
		return nil
	}
	return why
}

// asksOrTells gives the reasons for which the mail is a question or a message that is no report. Quiet is one in which the cues heard
// neither that it asks nor that it tells.
func (m *mail) asksOrTells() (why []string, quiet bool) {
	ask, elsewhere, telling := m.score("ask"), m.said("elsewhere"), m.tellingScore()+m.score("machine")+m.score("reporter")+m.score("allows")
	if m.underIncident() {
		telling += m.score("thanks")
	}
	why = m.reasons("ask", "elsewhere", "bulletin", "idle", "nothing")
	switch {
	case m.underAcknowledgement(), m.passesOn() && m.score("spam") > 0:
		return nil, false // goes on with his report, or hands on what he got
	case m.score("idle") > 0 && m.befellHim():
		return nil, false // wants it counted
	case elsewhere > 0 && m.said("act") == 0 && !m.befellHim() && (!m.blames() || elsewhere >= 6 || !m.blamesIP() && m.score("idle") > 0):
		return why, false
	case m.score("bulletin") > 0 && m.said("act") == 0 && !m.blames():
		return why, false
	case m.otherMatter() && m.said("harm")+m.said("act")+m.said("passed-on")+m.score("machine")+m.score("narrates") == 0 && !m.blamesIP() && !m.defangs():
		return why, false // the page named is only the asker's own
	case m.score("idle") > 0 && m.said("act")+m.said("harm") == 0 && !m.blames() && m.Places == 0:
		return why, false // wants nothing, and tells of nothing
	case ask >= 4 && telling == 0 && !m.blamesPlainly() && (m.Places == 0 || m.otherMatter()):
		return why, false // an address named in passing
	case m.questions() && m.score("nothing") > 0 && m.said("act") == 0 && (!m.blamesPlainly() || !m.blamesIP() && m.said("harm") == 0):
		return why, false // of a case that may come
	case m.blames():
		return nil, false
	case m.Form.Name != "" && m.Form.Purpose == "question" && m.score("harm") == 0:
		return []string{"is a form that asks a question"}, false
	case m.Form.Name != "":
		return nil, false
	case ask > telling && (m.Places == 0 || m.otherMatter() && m.said("harm") == 0):
		return why, false
	case m.underQuestion() && m.newTelling()+m.text.score("harm")+m.text.score("allows") == 0 && m.text.score("reporter") < surelyReporter:
		return append(why, "answers under the subject of a question"), false
	case telling == 0 && m.asks() && !m.underReportNumber() && (m.Places == 0 || m.otherMatter()):
		return append(why, "asks, and tells of no incident"), true
	case telling+m.score("narrates")+m.score("self") == 0 && m.Places == 0 && !m.underIncident() && !m.carriesFile() && !m.showsDottedNumbers():
		return append(why, "tells of no incident"), true
	}
	return nil, false
}

// befellHim tells whether the sender speaks of harm that his own side suffered.
func (m *mail) befellHim() bool { return m.said("harm") > 0 && m.said("self") > 0 }

// carriesFile tells whether something came along with the mail, which may be the evidence.
func (m *mail) carriesFile() bool {
	return m.outerPart("message/rfc822") || slices.ContainsFunc(m.Parts, func(p desk.PartInfo) bool { return p.Name != "" && !strings.HasPrefix(p.Type, "image/") })
}

// showsDottedNumbers tells whether numbers with dots stand in the text as in addresses, with their port behind them in some logs, be
// they understood or not, and in no URL or name.
func (m *mail) showsDottedNumbers() bool {
	text := m.text.text.String()
	for start := 0; start < len(text); start++ {
		end := start
		for end < len(text) && (text[end] == '.' || '0' <= text[end] && text[end] <= '9') {
			end++
		}
		if end == start {
			continue
		}
		if numbers := strings.Trim(text[start:end], "."); (strings.Count(numbers, ".") == 3 || strings.Count(numbers, ".") == 4) && !strings.Contains(numbers, "..") &&
			!bordersName(text[:start], true) && !bordersName(text[end:], false) {
			return true
		}
		start = end
	}
	return false
}

// bordersName tells whether a text ends, or begins, as it does where a URL, a name or a version goes on.
func bordersName(text string, ends bool) bool {
	if text == "" {
		return false
	}
	c := text[0]
	if ends {
		c = text[len(text)-1]
	}
	return 'a' <= c && c <= 'z' || c == '-' || c == '_' || c == '@' || ends && c == '/'
}

// otherMatter tells whether what the sender asks is surely no help in an incident.
func (m *mail) otherMatter() bool {
	for _, f := range slices.Concat(m.subject.found, m.text.found) {
		if f.For == "ask" && f.Weight >= surelyOther {
			return true
		}
	}
	return false
}

// surelyOther is the weight of a word that asks for another thing than help; mere questions weigh less.
const surelyOther = 4

// underAcknowledgement tells whether the mail answers our acknowledgement of a report.
func (m *mail) underAcknowledgement() bool {
	return answered(m.Subject) && m.subject.score("answer") > 0 && m.subject.score("ask")+m.subject.score("ask-subject") == 0
}

// questions tells whether the sender puts a question, in whatever words.
func (m *mail) questions() bool {
	return m.score("ask")+m.subject.score("ask-subject") > 0 || m.text.says("?", "ますか", "でしょうか", "ませんか", "よろしいか")
}

// asks tells whether the sender puts a question or a request, or speaks of something of ours.
func (m *mail) asks() bool {
	return m.questions() || m.score("desk") > 0 || m.text.says("お願い", "would like", "would love", "grateful", "please", "wonder")
}

// underQuestion tells whether the mail goes on under the subject of a question.
func (m *mail) underQuestion() bool {
	asks := m.subject.score("ask") + m.subject.score("ask-subject")
	return answered(m.Subject) && len(m.numbers()) == 0 && asks > 0 && asks >= m.subject.score("notice")
}

// underReportNumber tells whether the mail answers one of ours that bears the number of a report.
func (m *mail) underReportNumber() bool { return answered(m.Subject) && len(m.numbers()) > 0 }

// blamesPlainly tells whether some incident was told with what it does.
func (m *mail) blamesPlainly() bool {
	for _, t := range m.Tellings {
		if t.Address != "" && t.Class != "" && t.Class != desk.Other {
			return true
		}
	}
	return false
}

// blamesIP tells whether some incident was told with an IP or a network, and not only with the name of a site.
func (m *mail) blamesIP() bool {
	return slices.ContainsFunc(m.Tellings, func(t desk.Telling) bool {
		ip, _, _ := strings.Cut(t.Address, "/")
		_, err := netip.ParseAddr(ip)
		return err == nil
	})
}

// report gives the reasons for which what is left is a report.
func (m *mail) report() []string {
	why := m.reasons("harm", "inform", "act", "passed-on", "machine", "reporter")
	if m.blames() {
		why = append([]string{"tells of an incident at " + m.Tellings[0].Address}, why...)
	}
	if m.Form.Name != "" {
		why = append([]string{"is a filled report form (" + m.Form.Name + ")"}, why...)
	}
	if len(why) == 0 {
		why = []string{"nothing speaks for another kind"}
	}
	return once(why)
}
