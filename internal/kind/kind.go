// Package kind says what one mail is to an incident desk: a report, an inquiry, a party's answer to a notice, our own
// mail, a bounce, a machine's answer, spam, or nothing that can be read.
//
// The question is put in the order in which a mail can be told apart most surely. Who sent it decides first: our own
// address makes it outbound. Then what machines write: delivery status notifications (RFC 3464, and the free text of the
// systems that know no RFC), feedback reports (RFC 5965), read receipts (RFC 8098), automatic answers (RFC 3834). Then
// what a filter before us or plain words show to be spam. What is left was written by people: whoever answers a notice of
// ours replies, whoever tells of an incident reports, whoever asks inquires; and where a mail does both, it is a report.
//
// A machine's report of abuse is a report, though it is Auto-Submitted. A DMARC aggregate report (RFC 7489 section 7.2) is
// none: it is a statistic that a mail system sends unasked every day, so it counts as an auto-reply. A mail that is
// encrypted and cannot be read is unreadable.
//
// Reporters quote what they were sent, and name the shop or the offer that is a fraud. So a telling beats the words of spam: an incident
// with its class, or an address made harmless ("hxxp", "[.]"), as only those write who warn.
//
// Advertisements come in ever new words. So beside what sells plainly, a mail is spam that leads to a page or names a price and
// says nothing else: nothing of an incident, nothing of the desk, no question greater than its offer.
//
// Last, likeness to mails whose kind is known (package likeness) decides where the cues heard nothing, and makes a question of what they
// heard as a telling where the mail is like the questions.
//
// What people write is weighed by cues: words that speak for one thing or another, kept with their examples in the files
// of the folder cues (see package cue).
package kind

import (
	"todoke/internal/desk"
)

// Input is what is known of one mail when its kind is asked: no mail syntax, only what has been read.
type Input struct {
	Header func(name string) []string // decoded values of a header field, topmost first; nil where there are none

	From    desk.Mailbox
	ReplyTo string
	To, Cc  []string
	Subject string

	NewText     string // what the sender wrote in this mail, without quotes and signature
	QuotedText  string // what is quoted of earlier mail
	FullText    string // all text of the mail
	Attribution string // the line before the quote ("On … X wrote:")

	Parts          []desk.PartInfo
	DeliveryStatus string // text of the message/delivery-status parts
	Form           desk.Form
	Tellings       []desk.Telling // incidents that the text tells of
	Places         int            // how many hosts and URLs the text names that are neither the sender's nor a mere reference, and how many IPs and log lines
	Words          []string       // features by which the mail is like others (package likeness)
	Language       string         // "ja" or "en"

	Own func(addr string) bool // tells whether a mail address is one of the desk's
}

// Decision is the kind of a mail, and why.
type Decision struct {
	Kind    desk.Kind
	Reasons []string // in words, the weightiest first
	Notice  bool     // an outbound mail that asks a party to act
	Numbers []string // our own report numbers named in subject or text, in order, each once
}

// Decide says which kind a mail is. It never gives follow-up or duplicate: for these the other mails must be known.
func Decide(in Input) Decision {
	m := readMail(in)
	kind, reasons := m.kind()
	d := Decision{Kind: kind, Reasons: reasons, Numbers: m.numbers()}
	if kind == desk.KindOutbound {
		notice, why := m.notice()
		d.Notice = notice
		d.Reasons = append(d.Reasons, why...)
	}
	return d
}

// kind asks the questions in order; the first that is answered decides.
func (m *mail) kind() (desk.Kind, []string) {
	questions := []struct {
		kind desk.Kind
		is   func() []string // the reasons; none where it is not
	}{
		{desk.KindBounce, m.fromMailSystem},
		{desk.KindOutbound, m.fromUs},
		{desk.KindReport, m.machineReport},
		{desk.KindUnreadable, m.unreadable},
		{desk.KindAutoReply, m.automaticAnswer},
		{desk.KindSpam, m.spam},
		{desk.KindReply, m.replyToNotice},
		{desk.KindInquiry, m.inquiry},
		{desk.KindSpam, m.likeSpam},
		{desk.KindAutoReply, m.likeAnswers},
		{desk.KindInquiry, m.quietInquiry},
		{desk.KindInquiry, m.likeQuestions},
	}
	for _, q := range questions {
		if reasons := q.is(); len(reasons) > 0 {
			return q.kind, reasons
		}
	}
	return desk.KindReport, m.report()
}

// fromUs tells whether we sent the mail.
func (m *mail) fromUs() []string {
	if m.own(m.From.Address) {
		return []string{"sent from our address " + m.From.Address}
	}
	return nil
}
