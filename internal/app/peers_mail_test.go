package app_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/japanese"
)

// scene is a desk whose letters end in a sink. Its cases share it, in any order: each has its own reporter and its own address at fault,
// and looks at what it adds.
type scene struct {
	*peerDesk
	postfix *postfix // nil where mail comes to the desk itself
	sink    *sink
	door    string // where mail is brought by SMTP
	kept    int    // deliveries since the program's start
}

// behindPostfix is a desk behind Postfix.
func behindPostfix(t *testing.T) *scene {
	t.Helper()
	need(t, "swaks", swaksPackages)
	// Here it is the desk that refuses recipients, and what goes round in circles.
	p := startPostfix(t, "smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination", "hopcount_limit = 200")
	s := startSink(t)
	d := startDesk(t, p.Socket, fmt.Sprintf("relay = %q\n", s.Address))
	return &scene{peerDesk: d, postfix: p, sink: s, door: p.Address}
}

// run runs a case, which fails by itself.
func (s *scene) run(t *testing.T, name string, do func(*testing.T)) {
	t.Run(name, func(t *testing.T) {
		s.t = t
		if s.postfix != nil {
			s.postfix.t = t
		}
		do(t)
	})
}

// brings brings mails and returns the letters that answer them, and by how much the figures grew.
func (s *scene) brings(t *testing.T, mails ...envelope) (answers []letter, more map[string]int) {
	t.Helper()
	letters, before := len(s.sink.letters()), s.counts()
	for _, m := range mails {
		swaksRaw(t, s.door, m.from, m.to, m.raw)
		s.kept++
		s.settled(s.kept)
	}
	return s.sink.letters()[letters:], difference(before, s.counts())
}

func difference(before, after map[string]int) map[string]int {
	more := maps.Clone(after)
	for name, n := range before {
		if more[name] -= n; more[name] == 0 {
			delete(more, name)
		}
	}
	return more
}

// envelope is a mail with its sender and recipient.
type envelope struct{ from, to, raw string }

const (
	ours       = "report@csirt.example.jp"
	letterLine = "outbound " + ours // our letter, in the summary of a report
)

// reports is a mail in English that tells of a scan from an address.
func reports(from, address string) envelope {
	return envelope{from, ours, fmt.Sprintf("From: %s\r\nTo: %s\r\nSubject: Scan from %s\r\nMessage-ID: <%s@isp.example>\r\n"+
		"Date: Mon, 23 Nov 2026 09:00:00 +0900\r\n\r\n"+
		"Hello,\r\n\r\nthe host %s scanned port 22 of our server last night.\r\nPlease look into it.\r\n", from, ours, address, address, address)}
}

// acknowledged brings a report and returns its one letter.
func (s *scene) acknowledged(t *testing.T, from, address string) letter {
	t.Helper()
	answers, _ := s.brings(t, reports(from, address))
	if len(answers) != 1 {
		t.Fatalf("%d letters answer a report", len(answers))
	}
	return answers[0]
}

// wantLetter is what a letter must say to a machine.
type wantLetter struct {
	Sender                                          string
	Recipients                                      []string
	From, To, Subject, InReplyTo, Auto, ReplyToTail string
}

func fieldsOf(t *testing.T, l letter) wantLetter {
	t.Helper()
	_, tail, _ := strings.Cut(l.mailAddress(t, "Reply-To"), "@")
	return wantLetter{l.Sender, l.Recipients, l.mailAddress(t, "From"), l.mailAddress(t, "To"), l.field(t, "Subject"), l.field(t, "In-Reply-To"),
		l.field(t, "Auto-Submitted"), tail}
}

// diff fails the test where got is not what is wanted.
func diff(t *testing.T, what string, want, got any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s (-want +got)\n%s", what, d)
	}
}

// TestPeersPostfix: mail comes through a real Postfix. Each case ends in the right message, report, number and letter.
func TestPeersPostfix(t *testing.T) {
	t.Parallel()
	s := behindPostfix(t)

	s.run(t, "Japanese, in ISO-2022-JP", func(t *testing.T) {
		answers, more := s.brings(t, envelope{"hanako@ginko.example.jp", ours, iso2022jp(t,
			"From: =?ISO-2022-JP?B?GyRCOzNFRBsoQg==?= <hanako@ginko.example.jp>\r\nTo: "+ours+"\r\n"+
				"Subject: =?ISO-2022-JP?B?GyRCSXRANSUiJS8lOyU5GyhC?=\r\nMessage-ID: <ja.1@ginko.example.jp>\r\nMIME-Version: 1.0\r\n"+
				"Content-Type: text/plain; charset=ISO-2022-JP\r\nContent-Transfer-Encoding: 7bit\r\n\r\n"+
				"お世話になっております。山田と申します。\r\n\r\n"+
				"昨夜、203.0.113.11 から当社のサーバーの 22 番ポートに対して、\r\nパスワードの総当たりがありました。侵入はされていません。\r\n"+
				"ご確認をお願いいたします。\r\n")})
		diff(t, "the figures", map[string]int{"messages": 1, "reports": 1, "addresses": 1, "outbound": 1}, more)
		if len(answers) != 1 {
			t.Fatalf("%d letters", len(answers))
		}
		answer := answers[0]
		number := answer.number(t)
		diff(t, "the letter", wantLetter{Sender: "", Recipients: []string{"hanako@ginko.example.jp"}, From: ours, To: "hanako@ginko.example.jp",
			Subject: "受付のお知らせ [" + number + "]", InReplyTo: "<ja.1@ginko.example.jp>", Auto: "auto-replied", ReplyToTail: "csirt.example.jp"}, fieldsOf(t, answer))
		if body := bodyOf(t, answer); !strings.Contains(body, "受け付けました") || !strings.Contains(body, number) {
			t.Errorf("the letter says %q", body)
		}
		diff(t, "the report", []string{"incident 203.0.113.11 scan.bruteforce 22", "report hanako@ginko.example.jp", letterLine}, s.report(number).summary())
	})

	s.run(t, "English", func(t *testing.T) {
		answers, more := s.brings(t, reports("john@isp.example", "203.0.113.12"))
		diff(t, "the figures", map[string]int{"messages": 1, "reports": 1, "addresses": 1, "outbound": 1}, more)
		if len(answers) != 1 {
			t.Fatalf("%d letters", len(answers))
		}
		number := answers[0].number(t)
		diff(t, "the letter", wantLetter{Sender: "", Recipients: []string{"john@isp.example"}, From: ours, To: "john@isp.example",
			Subject: "We have received your message [" + number + "]", InReplyTo: "<203.0.113.12@isp.example>", Auto: "auto-replied",
			ReplyToTail: "csirt.example.jp"}, fieldsOf(t, answers[0]))
		if body := bodyOf(t, answers[0]); !strings.Contains(body, "It is registered under the number\n\n    "+number+"\n") {
			t.Errorf("the letter says %q", body)
		}
		diff(t, "the report", []string{"incident 203.0.113.12 scan.port 22", "report john@isp.example", letterLine}, s.report(number).summary())
	})

	s.run(t, "a question", func(t *testing.T) {
		answers, more := s.brings(t, envelope{"asker@isp.example", ours, "From: asker@isp.example\r\nTo: " + ours + "\r\nSubject: Question\r\n" +
			"Message-ID: <question@isp.example>\r\n\r\nHello,\r\n\r\ncould you tell us where we can read about your training for new teams?\r\n\r\nBest regards\r\n"})
		diff(t, "the figures", map[string]int{"inquiries": 1, "outbound": 1}, more)
		if len(answers) != 1 || !strings.HasPrefix(answers[0].number(t), "TDQ-") || !strings.Contains(bodyOf(t, answers[0]), "Thank you for your question") {
			t.Errorf("the letters are %q", answers)
		}
	})

	s.run(t, "the token, from another address", func(t *testing.T) {
		first := s.acknowledged(t, "anna@isp.example", "203.0.113.13")
		answers, more := s.brings(t, envelope{"boss@ginko.example.jp", first.mailAddress(t, "Reply-To"),
			"From: boss@ginko.example.jp\r\nTo: " + first.mailAddress(t, "Reply-To") + "\r\nSubject: more\r\nMessage-ID: <more@ginko.example.jp>\r\n\r\n" +
				"It went on until six in the morning.\r\n"})
		diff(t, "the figures", map[string]int{"messages": 1, "outbound": 1}, more)
		diff(t, "the report", []string{"incident 203.0.113.13 scan.port 22", "report anna@isp.example", letterLine, "follow-up boss@ginko.example.jp", letterLine},
			s.report(first.number(t)).summary())
		if len(answers) != 1 || answers[0].number(t) != first.number(t) || answers[0].Recipients[0] != "boss@ginko.example.jp" {
			t.Errorf("who writes for the first time gets the same number: %q", answers)
		}
		if again, _ := s.brings(t, envelope{"boss@ginko.example.jp", first.mailAddress(t, "Reply-To"),
			"From: boss@ginko.example.jp\r\nSubject: even more\r\nMessage-ID: <evenmore@ginko.example.jp>\r\n\r\nAnd again this evening.\r\n"}); len(again) != 0 {
			t.Errorf("who has the number gets it again: %q", again)
		}
	})

	s.run(t, "the number alone, from a stranger", func(t *testing.T) {
		first := s.acknowledged(t, "carl@isp.example", "203.0.113.14")
		mail := reports("stranger@ginko.example.jp", "203.0.113.15")
		mail.raw = strings.Replace(mail.raw, "Subject: ", "Subject: Re: ["+first.number(t)+"] ", 1)
		answers, more := s.brings(t, mail)
		diff(t, "the figures", map[string]int{"messages": 1, "reports": 1, "addresses": 1, "outbound": 1}, more)
		if len(answers) != 1 || answers[0].number(t) == first.number(t) {
			t.Fatalf("the stranger is told %q", answers)
		}
		diff(t, "the first report", []string{"incident 203.0.113.14 scan.port 22", "report carl@isp.example", letterLine, "proposed stranger@ginko.example.jp"},
			s.report(first.number(t)).summary())
		diff(t, "the stranger's", []string{"incident 203.0.113.15 scan.port 22", "report stranger@ginko.example.jp", letterLine}, s.report(answers[0].number(t)).summary())
	})

	s.run(t, "machines answer our letter", func(t *testing.T) {
		first := s.acknowledged(t, "dora@isp.example", "203.0.113.16")
		answers, more := s.brings(t, bounceOf(t, first, ours), bounceOf(t, first, first.mailAddress(t, "Reply-To")),
			vacationTo(t, first, "dora@isp.example", "Auto-Submitted: auto-replied (vacation)\r\n", "Auto: out of office"),
			vacationTo(t, first, "", "Auto-Submitted: auto-replied\r\nPrecedence: bulk\r\n", "Out of office"),
			// an old program that marks nothing
			vacationTo(t, first, "dora@isp.example", "", "Out of Office AutoReply: We have received your message"))
		if len(answers) != 0 {
			t.Errorf("a loop begins: %q", answers)
		}
		diff(t, "the figures", map[string]int{"bounce": 2, "auto-reply": 3}, more)
	})

	s.run(t, "our own letter comes back", func(t *testing.T) {
		first := s.acknowledged(t, "emil@isp.example", "203.0.113.17")
		answers, more := s.brings(t, envelope{"", ours, string(first.Raw)}, envelope{"emil@isp.example", ours, "Resent-From: emil@isp.example\r\n" + string(first.Raw)})
		if len(answers) != 0 {
			t.Errorf("a loop begins: %q", answers)
		}
		diff(t, "the figures", map[string]int{"duplicate": 2}, more)
	})

	s.run(t, "fields in fields", func(t *testing.T) { headerInjection(t, s) })
	s.run(t, "round in circles", func(t *testing.T) { roundInCircles(t, s) })
	s.run(t, "unknown recipients", func(t *testing.T) { unknownRecipients(t, s) })
	s.run(t, "stopped", func(t *testing.T) { stopped(t, s) })
}

// iso2022jp encodes a mail of Japanese text.
func iso2022jp(t *testing.T, text string) string {
	t.Helper()
	encoded, err := japanese.ISO2022JP.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	return encoded
}

// bounceOf is what a mail server sends that cannot deliver a letter (RFC 3464).
func bounceOf(t *testing.T, l letter, to string) envelope {
	t.Helper()
	return envelope{"", to, "From: MAILER-DAEMON@mx.isp.example (Mail Delivery System)\r\nTo: " + to + "\r\nSubject: Undelivered Mail Returned to Sender\r\n" +
		"Message-ID: <bounce." + to + ">\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n" +
		"Content-Type: multipart/report; report-type=delivery-status; boundary=\"cut\"\r\n\r\n" +
		"--cut\r\n\r\nThe mail system could not deliver your message.\r\n\r\n" +
		"--cut\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.isp.example\r\n\r\n" +
		"Final-Recipient: rfc822; " + l.Recipients[0] + "\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n" +
		"--cut\r\nContent-Type: message/rfc822\r\n\r\n" + string(l.Raw) + "\r\n--cut--\r\n"}
}

// vacationTo is what answers for a person who is away.
func vacationTo(t *testing.T, l letter, sender, fields, subject string) envelope {
	t.Helper()
	to := l.mailAddress(t, "Reply-To")
	return envelope{sender, to, "From: " + l.Recipients[0] + "\r\nTo: " + to + "\r\nSubject: " + subject + "\r\n" +
		"Message-ID: <away." + fmt.Sprint(len(fields)) + "." + l.Recipients[0] + ">\r\nIn-Reply-To: " + l.field(t, "Message-ID") + "\r\n" + fields +
		"\r\nI am out of the office until Monday and will read your mail then.\r\n"}
}
