package kind

import (
	"strings"
)

// A bounce needs this much evidence from who sends it, its subject and its words together.
const bounceEnough = 6

// fromMailSystem tells whether a mail system gives a mail back, or says that it is late. Evidence is added up, because each
// single piece also occurs in a person's complaint about bounces: those are reports.
func (m *mail) fromMailSystem() []string {
	if m.outerPart("message/feedback-report") {
		return nil
	}
	if m.has("X-Failed-Recipients") {
		return []string{"names failed recipients in its header"}
	}
	sender, why := m.mailSystemSender()
	if m.own(m.From.Address) && sender < 4 {
		return nil
	}
	if m.outerPart("message/delivery-status") && !m.onlySuccess() {
		return append([]string{"carries a delivery status (RFC 3464)"}, why...)
	}
	if m.onlySuccess() || sender == 0 && m.subject.score("bounce-subject") == 0 {
		return nil
	}
	subject := 0
	if !forwarded(m.Subject) {
		subject = m.subject.score("bounce-subject")
	}
	text := m.deliveryText()
	words := min(text.early("bounce", 2000), 9)
	enough := bounceEnough
	if sender == 0 {
		enough++ // parcels are not delivered either
	}
	if words == 0 && sender >= surelySystem && text.score("absence")+text.score("receipt")+m.autoSubject() == 0 && !m.personComplains() {
		return why // in whatever language
	}
	if words == 0 && (subject == 0 || sender < 4) || sender+subject+words < enough {
		return nil
	}
	if (sender < 3 || sender == 3 && subject == 0) && m.personComplains() {
		return nil
	}
	why = append(why, m.subject.reasons("bounce-subject")...)
	return once(append(why, text.reasons("bounce")...))
}

// surelySystem is the weight of a sender that is a mail system by its name and by its empty return path.
const surelySystem = 5

// onlySuccess tells whether the delivery status says of every recipient that the mail came through: a receipt that the
// sender asked for (RFC 3464 section 2.3.3).
func (m *mail) onlySuccess() bool {
	told := false
	for line := range strings.Lines(strings.ToLower(m.DeliveryStatus)) {
		action, ok := strings.CutPrefix(strings.TrimSpace(line), "action:")
		if !ok {
			continue
		}
		switch strings.TrimSpace(action) {
		case "delivered", "relayed", "expanded":
			told = true
		default:
			return false
		}
	}
	return told
}

// deliveryText is where a mail system's words stand: it quotes nothing, but what it returns may look like a quote.
func (m *mail) deliveryText() view {
	if m.text.score("bounce") > 0 || strings.TrimSpace(m.FullText) == "" {
		return m.text
	}
	return look(m.FullText, maxQuoted)
}

// mailSystemSender weighs who sends: the names of mail systems (RFC 2142 section 4, RFC 5321 section 6.1) and the empty
// return path that RFC 5321 section 4.5.5 demands of notifications.
func (m *mail) mailSystemSender() (weight int, why []string) {
	name := strings.ToLower(m.From.Name)
	local := localPart(m.From.Address)
	path := strings.ToLower(strings.Trim(m.header("Return-Path"), "<> "))
	switch {
	case strings.Contains(local, "mailer-daemon") || strings.Contains(name, "mailer-daemon") || strings.Contains(name, "mail deliver") || strings.Contains(name, "mailer daemon"):
		weight, why = 4, []string{"sent by a mail system"}
	case strings.HasPrefix(local, "postmaster") || local == "poostmaster" || local == "mail.delivery.system" || strings.Contains(name, "postmaster") || strings.Contains(name, "system administrator") || strings.Contains(name, "mail administrator"):
		weight, why = 3, []string{"sent by a postmaster"}
	}
	if m.has("Return-Path") && (path == "" || strings.HasPrefix(path, "mailer-daemon")) {
		weight += 2
		why = append(why, "has an empty return path")
	}
	auto := strings.ToLower(m.header("Auto-Submitted"))
	if strings.Contains(auto, "(failure)") || strings.Contains(auto, "(warning-timeout)") || strings.Contains(auto, "-notification)") {
		weight += 4
		why = append(why, "is marked as a failure's notification")
	}
	if m.From.Address == "" && m.From.Name == "" {
		weight++
	}
	return weight, why
}

// forwarded tells whether a subject is that of a mail passed on or answered by a person.
func forwarded(subject string) bool {
	s := strings.ToLower(strings.TrimSpace(subject))
	for _, prefix := range []string{"fw:", "fwd:", "re:", "fw：", "転送:", "[fwd:", "wg:", "tr:"} {
		if strings.HasPrefix(s, prefix) {
			return true
		}
	}
	return false
}

// personComplains tells whether a person speaks to us about an incident.
func (m *mail) personComplains() bool {
	return m.blamesPlainly() || !m.noReply() && m.text.score("act")+m.text.score("inform") > 0 || m.text.score("passed-on")+m.text.score("narrates") > 0 && m.text.score("harm") > 0
}

// machineReport tells whether the mail is in a format in which machines and forms report.
func (m *mail) machineReport() []string {
	switch {
	case m.outerPart("message/feedback-report"):
		return []string{"is a feedback report (RFC 5965)"}
	case m.has("X-XARF") || m.has("X-ARF"):
		return []string{"is an X-ARF report"}
	case m.Form.Name != "" && (m.blames() || m.score("harm") > 0):
		return []string{"is a filled report form (" + m.Form.Name + ")"}
	case m.blames() && m.score("machine") > 0 && !forwarded(m.Subject):
		return append(m.reasons("machine"), "tells of an incident")
	}
	return nil
}

// unreadable tells whether there is nothing that a reader could judge.
func (m *mail) unreadable() []string {
	text := strings.TrimSpace(m.FullText)
	if text == "" {
		text = strings.TrimSpace(m.NewText + m.QuotedText)
	}
	switch {
	case armored(text):
		return []string{"is encrypted and could not be opened"}
	case text != "" || m.blames() || m.score("harm")+m.score("ask") > 0 || m.outerPart("message/rfc822"):
		return nil // or the subject, an attachment or a carried mail says what there is
	case m.outerPart("application/pgp-encrypted") || m.outerPart("application/pkcs7-mime") || m.outerPart("application/x-pkcs7-mime"):
		return []string{"is encrypted and could not be opened"}
	}
	return []string{"has no text that could be read"}
}

// armored tells whether a text is nothing but an encrypted message of OpenPGP (RFC 9580 section 6.2).
func armored(text string) bool {
	rest, ok := strings.CutPrefix(text, "-----BEGIN PGP MESSAGE-----")
	if !ok {
		return false
	}
	_, after, _ := strings.Cut(rest, "-----END PGP MESSAGE-----")
	return strings.TrimSpace(after) == ""
}

// autoEnough is the evidence that makes an automatic answer of a mail.
const autoEnough = 6

// automaticAnswer tells whether a machine answers: for somebody absent, for a ticket system, with a receipt, with a
// challenge, or with statistics. A machine that writes unasked of an incident reports.
func (m *mail) automaticAnswer() []string {
	switch {
	case m.outerPart("message/disposition-notification"):
		return []string{"is a read receipt (RFC 8098)"}
	case m.outerPart("message/delivery-status") && m.onlySuccess():
		return []string{"tells that a mail was delivered (RFC 3464)"}
	case m.dmarcAggregate():
		return []string{"is a DMARC aggregate report, a statistic (RFC 7489)"}
	}
	marked, why := m.autoMarked()
	answer := m.text.score("absence") + m.text.score("receipt") + m.autoSubject()
	if !answered(m.Subject) && !forwarded(m.Subject) {
		answer += m.subject.score("receipt")
	}
	if m.autoSubject() > 0 && m.inThread() && m.text.score("party") == 0 {
		answer += m.text.score("auto-subject") / 2 // says again that it was received
	}
	automatic := m.score("automatic")
	tells := m.blames() || m.text.score("harm") > 0
	switch {
	case m.absenceNote() && (marked.answer > 0 || !m.partyActs()):
		return m.reasons("auto-subject", "absence")
	case marked.machine >= surelyMachine && m.inThread() && !m.blames():
		// a machine that answers, in whatever words
	case marked.answer+marked.machine+answer+automatic < autoEnough:
		return nil
	case marked.answer+answer == 0 && !m.inThread():
		return nil // a machine that writes unasked
	case tells && marked.answer+marked.machine+m.text.score("absence")+m.text.score("receipt")+automatic == 0:
		return nil // a subject alone
	case tells && marked.answer == 0 && m.text.score("absence") == 0 && (answer < 4 || m.score("machine") > 0):
		return nil
	case m.blamesPlainly() && m.blamesIP() && marked.answer+m.text.score("absence") == 0 && !m.inThread() && !m.addressed():
		return nil // the ticket that a machine opened of what it saw
	case marked.answer+marked.machine+automatic+m.autoSubject() == 0 && m.partyActs():
		return nil // a person who acts, and names his ticket or who is away
	case m.blames() && marked.answer+answer == 0:
		return nil
	}
	return once(append(why, m.reasons("auto-subject", "absence", "receipt", "automatic")...))
}

// surelyMachine is the weight of a mail that its header says a machine wrote (RFC 3834 section 5).
const surelyMachine = 4

// addressed tells whether the text speaks of what the reader sent.
func (m *mail) addressed() bool {
	return m.text.says("your ", "you sent", "thank you for", "thanks for", "ありがとう", "受け付け", "受付", "お問い合わせ")
}

// partyActs tells whether the sender says what he does about the matter, and not only that somebody is away.
func (m *mail) partyActs() bool {
	party := m.text.score("party")
	return party >= 4 && m.text.score("absence") == 0 || party > 0 && answered(m.Subject)
}

// inThread tells whether the mail answers another.
func (m *mail) inThread() bool {
	return m.has("In-Reply-To") || m.has("References") || answered(m.Subject)
}

// shortNote is how long a note of absence may be, in bytes of folded text, that says nothing else.
const shortNote = 800

// absenceNote tells whether the mail says little more than that somebody is away.
func (m *mail) absenceNote() bool {
	absence := m.text.score("absence")
	return absence > 0 && m.score("ask") < 4 && len(m.text.text.String()) < shortNote && (!m.blames() || m.inThread() && !m.blamesIP()) && m.text.score("harm") == 0 && m.text.score("party") <= absence
}

// autoSubject is what the subject says, unless a person passes that mail on.
func (m *mail) autoSubject() int {
	if forwarded(m.Subject) && m.text.score("absence")+m.text.score("receipt")+m.text.score("automatic") == 0 {
		return 0
	}
	weight := m.subject.score("auto-subject")
	for _, f := range m.subject.found {
		if f.For == "auto-subject" && f.Start == 0 {
			return weight + 2 // mail programs put it there
		}
	}
	return weight
}

// marks weighs what header fields say: that a machine wrote, and that it answers.
type marks struct{ machine, answer int }

// autoMarked weighs the header fields by which automatic answers mark themselves: RFC 3834 section 5 and the many that
// are older or of one product.
func (m *mail) autoMarked() (marked marks, why []string) {
	mark := func(sum *int, weight int, reason string) {
		*sum += weight
		why = append(why, reason)
	}
	auto := strings.ToLower(m.header("Auto-Submitted"))
	switch {
	case strings.HasPrefix(auto, "auto-replied") || strings.HasPrefix(auto, "auto-notified"):
		mark(&marked.answer, 7, "is marked auto-replied (RFC 3834)")
	case auto != "" && !strings.HasPrefix(auto, "no"):
		mark(&marked.machine, 4, "is marked "+auto+" (RFC 3834)")
	}
	for _, name := range []string{"X-Autoreply", "X-Autorespond", "X-AutoReply-From", "X-Mail-Autoreply", "X-Autoreply-Domain", "X-Autogenerated", "X-AutoResponder", "X-Vacation", "X-Cron-Env", "X-FC-MachineGenerated", "X-POST-MessageClass", "Delivered-By-The-Graces-Of-Vacation"} {
		if m.has(name) && !strings.EqualFold(m.header(name), "no") {
			mark(&marked.answer, 7, "has the field "+name)
			break
		}
	}
	switch strings.ToLower(m.header("Precedence")) {
	case "auto_reply", "auto-reply":
		mark(&marked.answer, 7, "has the precedence of an automatic answer")
	case "bulk", "junk", "list":
		mark(&marked.machine, 2, "has the precedence of bulk mail")
	}
	if m.has("X-Auto-Response-Suppress") {
		mark(&marked.machine, 2, "suppresses automatic answers")
	}
	if m.has("Return-Path") && strings.Trim(m.header("Return-Path"), "<> ") == "" {
		mark(&marked.machine, 3, "has an empty return path")
	}
	if m.noReply() {
		mark(&marked.machine, 2, "comes from an address that takes no answers")
	}
	return marked, why
}

// noReply tells whether the sender's address takes no answers.
func (m *mail) noReply() bool {
	local := localPart(m.From.Address)
	for _, name := range []string{"noreply", "no-reply", "no_reply", "donotreply", "do-not-reply", "autoreply", "auto-reply"} {
		if strings.Contains(local, name) {
			return true
		}
	}
	return false
}

// dmarcAggregate tells whether this is the daily report of RFC 7489 section 7.2.1.1, whose subject has a fixed form.
func (m *mail) dmarcAggregate() bool {
	s := strings.ToLower(m.Subject)
	if strings.Contains(s, "report domain:") && strings.Contains(s, "submitter:") {
		return true
	}
	if !strings.Contains(s, "dmarc") && !strings.Contains(strings.ToLower(m.From.Address), "dmarc") {
		return false
	}
	for _, p := range m.Parts {
		switch strings.ToLower(p.Type) {
		case "application/gzip", "application/zip", "application/x-gzip", "application/x-zip-compressed":
			return true
		}
	}
	return false
}
