package app_test

import (
	"fmt"
	"maps"
	"net/mail"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// letterFields are those of our letters, as package mail spells them.
var letterFields = []string{"Date", "From", "To", "Reply-To", "Subject", "Message-Id", "In-Reply-To", "References", "Auto-Submitted",
	"X-Auto-Response-Suppress", "X-Loop", "Mime-Version", "Content-Type", "Content-Transfer-Encoding"}

// headerInjection: what a mail says of itself must not become a field of our letter.
func headerInjection(t *testing.T, s *scene) {
	for i, fields := range []string{
		"From: =?utf-8?Q?x=0D=0ABcc:_victim@ginko.example.jp?= <fay@isp.example>\r\nSubject: =?utf-8?Q?scan=0D=0ABcc:_victim@ginko.example.jp=0D=0A=0D=0Aspam?=\r\nMessage-ID: <%s>\r\n",
		"From: fay@isp.example\r\nReply-To: =?utf-8?Q?fay@isp.example=0D=0ABcc:_victim@ginko.example.jp?= <fay@isp.example>\r\nSubject: scan\r\nMessage-ID: <%s>\r\n",
		"From: \"x\rBcc: victim@ginko.example.jp\" <fay@isp.example>\r\nSubject: scan\rBcc: victim@ginko.example.jp\r\nMessage-ID: <%s\rBcc: victim@ginko.example.jp>\r\n",
		"From: fay@isp.example\r\nSubject: scan\r\nMessage-ID: <%s>\r\n Bcc: victim@ginko.example.jp\r\nReferences: <a@isp.example>\rBcc:victim@ginko.example.jp\r\n",
		"From: fay@isp.example, victim@ginko.example.jp\r\nSubject: scan\r\nMessage-ID: <%s>\r\n",
		"From: fay@isp.example\r\nSubject: scan\r\nMessage-ID: <被害.%s>\r\nReferences: <被害\x85Bcc:victim@ginko.example.jp>\r\n",
	} {
		address := fmt.Sprintf("203.0.113.%d", 30+i)
		header := fmt.Sprintf(fields, "trick."+address+"@isp.example")
		answers, _ := s.brings(t, envelope{"fay@isp.example", ours, header + "To: " + ours + "\r\n\r\nThe host " + address + " scanned port 22 of our server.\r\n"})
		for _, l := range answers {
			m := l.parse(t)
			if len(l.Recipients) != 1 || l.Recipients[0] != "fay@isp.example" {
				t.Errorf("%q: the letter goes to %q", header, l.Recipients)
			}
			for _, name := range slices.Sorted(maps.Keys(m.Header)) {
				if !slices.Contains(letterFields, name) {
					t.Errorf("%q: the letter has the field %s:\n%s", header, name, l.Raw)
				}
			}
			if strings.ContainsFunc(string(l.Raw), func(r rune) bool { return r > unicode.MaxASCII }) {
				t.Errorf("%q: the letter has bytes that no header may have:\n%s", header, l.Raw)
			}
			if n := strings.Count(string(l.Raw), "\r") - strings.Count(string(l.Raw), "\r\n"); n != 0 {
				t.Errorf("%q: the letter has %d bare carriage returns", header, n)
			}
			l.number(t)
		}
		if len(answers) != 1 {
			t.Errorf("%q: %d letters", header, len(answers))
		}
	}
}

// roundInCircles: a mail that went through 60 servers is refused, and Postfix tells its sender, not us.
func roundInCircles(t *testing.T, s *scene) {
	before, letters, kept := s.counts(), len(s.sink.letters()), s.metrics()[`deliveries_total outcome="kept"`]
	mail := reports("gus@isp.example", "203.0.113.40")
	swaksRaw(t, s.postfix.Address, mail.from, mail.to, strings.Repeat("Received: from a.isp.example by b.isp.example; Mon, 23 Nov 2026 09:00:00 +0900\r\n", 60)+mail.raw)
	if bounce := s.postfix.returned("gus@isp.example"); !strings.Contains(bounce, "554 5.4.6") {
		t.Errorf("its sender is told:\n%s", bounce)
	}
	diff(t, "the figures", before, s.counts())
	diff(t, "letters, deliveries", []int{letters, kept}, []int{len(s.sink.letters()), s.metrics()[`deliveries_total outcome="kept"`]})
}

// unknownRecipients: of two recipients one is unknown. The other has its mail, and Postfix tells the sender of the one.
func unknownRecipients(t *testing.T, s *scene) {
	letters := len(s.sink.letters())
	mail := reports("hugo@isp.example", "203.0.113.41")
	swaksRaw(t, s.postfix.Address, mail.from, "nobody@csirt.example.jp,"+ours, mail.raw)
	s.kept++
	s.settled(s.kept)
	if bounce := s.postfix.returned("hugo@isp.example"); !strings.Contains(bounce, "<nobody@csirt.example.jp>") || !strings.Contains(bounce, "550 5.1.1") ||
		strings.Contains(bounce, "Final-Recipient: rfc822; "+ours) {
		t.Errorf("its sender is told:\n%s", bounce)
	}
	if n := len(s.sink.letters()) - letters; n != 1 {
		t.Errorf("%d letters answer it", n)
	}
}

// stopped: what comes while the desk is stopped waits in Postfix's queue, and comes in once.
func stopped(t *testing.T, s *scene) {
	const mails = 12
	before, letters := s.counts(), len(s.sink.letters())
	if status := s.stop(); status != 0 {
		t.Errorf("the program ended with status %d", status)
	}
	for i := range mails {
		mail := reports(fmt.Sprintf("ida%d@isp.example", i), fmt.Sprintf("203.0.113.%d", 50+i))
		swaksRaw(t, s.postfix.Address, mail.from, mail.to, mail.raw)
	}
	s.postfix.until("Postfix has tried to deliver", func() bool { return strings.Count(s.postfix.log(), "status=deferred") >= mails })
	if n := s.postfix.queued(); n != mails {
		t.Errorf("%d mails wait in the queue", n)
	}
	s.start()
	s.kept = mails
	s.postfix.flush()
	s.postfix.until("the queue is empty", func() bool { return s.postfix.queued() == 0 })
	s.settled(s.kept)
	diff(t, "the figures", map[string]int{"messages": mails, "reports": mails, "addresses": mails, "outbound": mails}, difference(before, s.counts()))
	to := map[string]int{}
	for _, l := range s.sink.letters()[letters:] {
		to[l.Recipients[0]]++
	}
	for i := range mails {
		if n := to[fmt.Sprintf("ida%d@isp.example", i)]; n != 1 {
			t.Errorf("reporter %d got %d letters", i, n)
		}
	}
}

// TestPeersRelay: letters leave through Postfix, which puts them into the reporter's mailbox; the reporter's answer to one comes back by
// the same way and joins the report.
func TestPeersRelay(t *testing.T) {
	t.Parallel()
	p := startPostfix(t)
	d := startDesk(t, p.Socket, fmt.Sprintf("relay = %q\n", p.Address))
	first := reports("jane@isp.example", "203.0.113.70")
	swaksRaw(t, p.Address, first.from, first.to, first.raw)
	p.until("the letter is in the mailbox", func() bool { return len(p.mailbox()) == 1 })
	got := letter{Raw: p.mailbox()[0]}
	number := got.number(t)
	diff(t, "Return-Path, To, In-Reply-To", []string{"<>", "jane@isp.example", "<203.0.113.70@isp.example>"},
		[]string{got.field(t, "Return-Path"), got.mailAddress(t, "To"), got.field(t, "In-Reply-To")})

	to, err := mail.ParseAddress(got.parse(t).Header.Get("Reply-To"))
	if err != nil {
		t.Fatal(err)
	}
	swaksRaw(t, p.Address, "jane@isp.example", to.Address, "From: jane@isp.example\r\nTo: "+to.Address+"\r\nSubject: Re: "+got.field(t, "Subject")+
		"\r\nMessage-ID: <re@isp.example>\r\nIn-Reply-To: "+got.field(t, "Message-ID")+"\r\n\r\nThank you. It has not come back since.\r\n")
	d.settled(2)
	diff(t, "the report", []string{"incident 203.0.113.70 scan.port 22", "report jane@isp.example", letterLine, "follow-up jane@isp.example"}, d.report(number).summary())
	p.until("the queue is empty", func() bool { return p.queued() == 0 })
	if n := len(p.mailbox()); n != 1 {
		t.Errorf("%d letters for one person and matter", n)
	}
}

// TestPeersVerify: Postfix asks the desk about a recipient before it takes a mail, so that it has nobody to send a bounce to.
func TestPeersVerify(t *testing.T) {
	t.Parallel()
	p := startPostfix(t)
	d := startDesk(t, p.Socket, "")
	said, status := swaks(t, p.Address, "--from", "kim@isp.example", "--to", "nobody@csirt.example.jp")
	if status == 0 || !strings.Contains(said, "<** 550 5.1.1") {
		t.Errorf("exit %d\n%s", status, said)
	}
	mail := reports("kim@isp.example", "203.0.113.80")
	swaksRaw(t, p.Address, mail.from, mail.to, mail.raw)
	until(t, "the mail is kept", func() bool { return d.metrics()[`deliveries_total outcome="kept"`] == 1 })
	p.until("the queue is empty", func() bool { return p.queued() == 0 })
}
