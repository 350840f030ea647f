package kind

import (
	"strings"

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
	case answered(m.Subject) && m.subject.score("answer") > 0 && !quotesNotice:
		return nil // answers our acknowledgement
	case m.underQuestion() && !quotesNotice:
		return nil // answers our answer to a question
	case m.text.score("allows") > 0:
		return nil // a reporter answers whether his name may be told
	case m.score("anew") > 0 && m.blames():
		return nil // a new matter, under whatever subject
	case quotesNotice && (party > 0 || m.newTelling() < 6):
	case thread > 0 && m.numberLeads() && m.said("act")+reporter == 0 && (m.tellingScore() == 0 || !m.blames()) && m.score("ask") < 4:
	case thread > 0 && m.numberLeads() && m.score("ours") > 0 && m.said("act") == 0 && party >= reporter:
	case thread > 0 && m.namesRequest() && m.newTelling()+reporter == 0:
		why = append(why, "answers under the subject of a request")
	case thread > 0 && party >= 3 && party > m.newTelling() && (party >= reporter || m.score("ours") > 0):
	case (m.score("ours") > 0 || answered(m.Subject) && m.score("ask") == 0 && !m.blamesPlainly()) && party >= 4 && party > m.newTelling() && party >= reporter && m.score("elsewhere") == 0:
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
	for strings.HasPrefix(s, "[") { // the number or list of the answerer's own system
		_, rest, ok := strings.Cut(s, "]")
		if !ok {
			break
		}
		s = strings.TrimSpace(rest)
	}
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

// tellingScore weighs the telling of an incident.
func (m *mail) tellingScore() int {
	return m.said("harm") + m.said("act") + m.said("inform") + m.said("passed-on")
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

// surelyReporter is the score of a single plain word of a reporter; thanks for an answer are less.
const surelyReporter = 5

// inquiry tells whether the mail asks or tells something that is no report of an incident to act on.
func (m *mail) inquiry() []string {
	ask, elsewhere, telling := m.score("ask"), m.score("elsewhere"), m.tellingScore()+m.score("reporter")+m.score("allows")
	why := m.reasons("ask", "elsewhere", "nothing")
	switch {
	case elsewhere > 0 && m.said("act") == 0 && (!m.blames() || elsewhere >= 6):
		return why
	case ask >= 4 && telling == 0 && !m.blamesPlainly():
		return why // an address named in passing
	case m.questions() && m.score("nothing") > 0 && m.said("act") == 0 && !m.blamesPlainly():
		return why // of a case that may come
	case m.blames():
		return nil
	case m.Form.Name != "" && m.Form.Purpose == "question" && m.score("harm") == 0:
		return []string{"is a form that asks a question"}
	case m.Form.Name != "":
		return nil
	case ask > telling:
		return why
	case m.underQuestion() && m.newTelling()+m.text.score("harm") == 0 && m.text.score("reporter") < surelyReporter:
		return append(why, "answers under the subject of a question")
	case telling == 0 && m.asks() && !m.underReportNumber():
		return append(why, "asks, and tells of no incident")
	}
	return nil
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
