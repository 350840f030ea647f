package notify

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"mime"
	"net"
	"net/mail"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/google/go-cmp/cmp"

	"todoke/internal/blame"
	"todoke/internal/classify"
	"todoke/internal/desk"
	"todoke/internal/intake"
	todomail "todoke/internal/mail"
	"todoke/internal/match"
	"todoke/internal/read"
	"todoke/internal/store"
	"todoke/internal/store/pgtest"
)

func TestDecide(t *testing.T) {
	t.Parallel()
	header := func(fields ...string) func(string) string {
		return func(name string) string {
			for i := 0; i+1 < len(fields); i += 2 {
				if strings.EqualFold(fields[i], name) {
					return fields[i+1]
				}
			}
			return ""
		}
	}
	for _, test := range []struct {
		why    string
		change func(*Question)
		limits func(*Limits)
		want   string // words of the reason not to answer; "" where it is answered
	}{
		{"a person's report", func(*Question) {}, nil, ""},
		{"a question", func(q *Question) { q.Kind, q.Number = desk.KindInquiry, "TDQ-2008-00001" }, nil, ""},
		{"a second person of the matter", func(q *Question) { q.Kind = desk.KindFollowUp }, nil, ""},
		{"spam", func(q *Question) { q.Kind = desk.KindSpam }, nil, "kind spam"},
		{"a party's reply", func(q *Question) { q.Kind = desk.KindReply }, nil, "kind reply"},
		{"delivered again", func(q *Question) { q.Kind = desk.KindDuplicate }, nil, "kind duplicate"},
		{"no address", func(q *Question) { q.Person = "" }, nil, "no address"},
		{"our own", func(q *Question) { q.Own = true }, nil, "our own"},
		{"told already", func(q *Question) { q.Acknowledged = true }, nil, "already"},
		{"null sender", func(q *Question) { q.Null = true }, nil, "no sender"},
		{"auto-submitted", func(q *Question) { q.Field = header("Auto-Submitted", "auto-generated") }, nil, "Auto-Submitted"},
		{"auto-submitted: no", func(q *Question) { q.Field = header("Auto-Submitted", " No ") }, nil, ""},
		{"a list", func(q *Question) { q.Field = header("List-Id", "<staff.example.jp>") }, nil, "List-Id"},
		{"bulk", func(q *Question) { q.Field = header("Precedence", "Bulk") }, nil, "bulk"},
		{"answered by a machine before", func(q *Question) { q.Field = header("X-Loop", "x") }, nil, "X-Loop"},
		{"suppressed", func(q *Question) { q.Field = header("X-Auto-Response-Suppress", "OOF, AutoReply") }, nil, "no automatic answer"},
		{"nobody reads it", func(q *Question) { q.Person = "noreply+17@example.jp" }, nil, "noreply"},
		{"the daemon", func(q *Question) { q.Person = "mailer-daemon@example.jp" }, nil, "mailer-daemon"},
		{"a list's owner", func(q *Question) { q.Person = "owner-staff@example.jp" }, nil, "list"},
		{"forged by DMARC", func(q *Question) { q.Auth = &desk.AuthResults{DMARC: "fail", SPF: "pass"} }, nil, "DMARC"},
		{"forged by SPF", func(q *Question) { q.Auth = &desk.AuthResults{SPF: "softfail"} }, nil, "SPF"},
		{"broken signature", func(q *Question) { q.Auth = &desk.AuthResults{DKIM: "fail", SPF: "none"} }, nil, "DKIM"},
		{"broken signature by a forwarder that SPF knows", func(q *Question) { q.Auth = &desk.AuthResults{DKIM: "fail", SPF: "pass"} }, nil, ""},
		{"nothing known", func(q *Question) { q.Auth = &desk.AuthResults{SPF: "none", DKIM: "none", DMARC: "none"} }, nil, ""},
		{"nothing known, and only proven ones are answered", func(*Question) {}, func(l *Limits) { l.Proven = true }, "genuine"},
		{"proven", func(q *Question) { q.Trusted = true }, func(l *Limits) { l.Proven = true }, ""},
		{"a form states its address", func(q *Question) { q.Door, q.Filled, q.Auth = desk.DoorForm, true, &desk.AuthResults{DMARC: "fail"} }, func(l *Limits) { l.Proven = true }, ""},
		{"a mail that a program passes on", func(q *Question) { q.Door = desk.DoorAPI }, nil, "a program brought it"},
		{"a report that a program filled in", func(q *Question) {
			q.Door, q.Filled, q.Field = desk.DoorAPI, true, header("Auto-Submitted", "auto-generated")
		}, nil, ""},
		{"a null sender, as a mailbox keeps it", func(q *Question) { q.Door, q.Field = desk.DoorIMAP, header("Return-Path", "<>") }, nil, "no sender"},
		{"long ago", func(q *Question) { q.Age = 8 * 24 * time.Hour }, nil, "too long ago"},
		{"too many to one", func(q *Question) { q.ToPerson = 10 }, nil, "address got as many"},
		{"too many to a domain", func(q *Question) { q.ToDomain = 100 }, nil, "domain got as many"},
	} {
		q := Question{Kind: desk.KindReport, Number: "TDK-2008-000001", Door: desk.DoorLMTP, Person: "yamada@example.jp", Field: header()}
		test.change(&q)
		limits := DefaultLimits()
		if test.limits != nil {
			test.limits(&limits)
		}
		yes, why := Decide(q, limits)
		if yes != (test.want == "") || !strings.Contains(why, test.want) {
			t.Errorf("%s: %v, %q; want %q", test.why, yes, why, test.want)
		}
	}
}

// TestWhoIsAnswered: a sender is shown for From alone, so that nobody makes us write to a third.
func TestWhoIsAnswered(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		why, from, replyTo, form string
		door                     desk.Door
		want                     string
	}{
		{"From", "Yamada@Example.jp", "", "", desk.DoorLMTP, "yamada@example.jp"},
		{"Reply-To of the same domain", "robot@example.jp", "abuse@example.jp", "", desk.DoorLMTP, "abuse@example.jp"},
		{"Reply-To of another", "a@example.jp", "victim@bank.example", "", desk.DoorLMTP, "a@example.jp"},
		{"a text form's address of another", "a@example.jp", "", "victim@bank.example", desk.DoorSMTP, "a@example.jp"},
		{"the web form's", "form@form.invalid", "", "reporter@example.jp", desk.DoorForm, "reporter@example.jp"},
		{"no address", "", "", "", desk.DoorLMTP, ""},
		{"a list of addresses", "a@example.jp>, <b@example.jp", "", "", desk.DoorLMTP, ""},
		{"a field of another kind", "a@example.jp\r\nBcc: b@example.jp", "", "", desk.DoorLMTP, ""},
	} {
		reading := desk.Reading{From: desk.Mailbox{Address: test.from}, ReplyTo: test.replyTo, Form: desk.Form{Fields: map[string]string{"email": test.form}}}
		if got := personOf(&reading, test.door); got != test.want {
			t.Errorf("%s: %q, want %q", test.why, got, test.want)
		}
	}
}

// TestLetter: whatever a reporter's mail holds, the letter is one mail with the fields that we gave it.
func TestLetter(t *testing.T) {
	t.Parallel()
	at := time.Date(2008, 4, 1, 12, 0, 0, 0, time.FixedZone("JST", 9*3600))
	letter := Letter{
		Language: "ja", DeskName: "とどけ CSIRT", Number: "TDK-2008-000001", From: "report@csirt.example.jp", ReplyTo: "report+x@csirt.example.jp",
		To: "yamada@example.jp", MessageID: "<ack.1@csirt.example.jp>", InReplyTo: "<a@example.jp>\r\nBcc: all@example.net", Date: at,
		Refs: []string{"<1@example.jp>", "<evil\r\nX: y@example.jp>", "no id", "<2@example.jp>"},
	}
	m, err := mail.ReadMessage(bytes.NewReader(letter.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil || subject != "受付のお知らせ [TDK-2008-000001]" {
		t.Errorf("subject %q, %v", subject, err)
	}
	for name, want := range map[string]string{
		"To": "<yamada@example.jp>", "References": "<1@example.jp> <2@example.jp>", "In-Reply-To": "", "Auto-Submitted": "auto-replied", "Bcc": "", "X": "",
		"Date": "Tue, 01 Apr 2008 12:00:00 +0900", "Message-Id": "<ack.1@csirt.example.jp>",
	} {
		if got := m.Header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	read := todomail.Parse(letter.Bytes(), todomail.DefaultLimits())
	if text := read.Root.Text; !strings.Contains(text, "TDK-2008-000001") || !strings.Contains(text, "とどけ CSIRT です。") {
		t.Errorf("the text is %q", text)
	}
	letter.Language, letter.DeskName = "en", "Desk\r\nBcc: all@example.net"
	if raw := string(letter.Bytes()); strings.Contains(raw, "\nBcc:") || !strings.Contains(raw, "This is DeskBcc") || !strings.Contains(raw, "registered under the number") {
		t.Errorf("the letter is %q", raw)
	}
	for _, wording := range wordings {
		for _, text := range []string{wording.report, wording.inquiry} {
			for line := range strings.SplitSeq(text, "\n") {
				if width(line) > 74 {
					t.Errorf("%q is %d columns wide", line, width(line))
				}
			}
		}
	}
}

func width(line string) (n int) {
	for _, r := range line {
		n++
		if r > 0x7e {
			n++
		}
	}
	return n
}

// onEach runs a test on an empty store of each database.
func onEach(t *testing.T, test func(t *testing.T, s *store.Store)) {
	for name, url := range map[string]func() string{
		"sqlite":   func() string { return "sqlite:" + t.TempDir() + "/test.db" },
		"postgres": func() string { return pgtest.Database(t) },
	} {
		t.Run(name, func(t *testing.T) {
			s, err := store.Open(t.Context(), url(), store.Options{Create: true})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { s.Close() })
			test(t, s)
		})
	}
}

func own(address string) bool { return strings.HasSuffix(address, "@csirt.example.jp") }

var noon = time.Date(2008, 4, 1, 3, 0, 0, 0, time.UTC)

func parts(s *store.Store) (*intake.Pump, *Answerer) {
	brands := classify.Known()
	reader := read.New(read.Settings{
		OwnAddresses: []string{"@csirt.example.jp"}, Brands: brands, Limits: todomail.DefaultLimits(),
		Blame: blame.Config{OwnAddresses: []string{"@csirt.example.jp"}, Legitimate: brands.Legitimate},
	})
	now := func() time.Time { return noon }
	log := slog.New(slog.DiscardHandler)
	pump := &intake.Pump{Store: s, Reader: reader, Rules: match.Rules{Window: 30 * 24 * time.Hour, Zone: time.UTC}, Own: own, Zone: time.UTC, Now: now, Log: log}
	answerer := &Answerer{
		Store: s, Reader: reader, Own: own, Takes: own, From: "report@csirt.example.jp", DeskName: func(string) string { return "CSIRT" }, Limits: DefaultLimits(),
		TokenFor: 24 * time.Hour, Now: now, Log: log,
	}
	return pump, answerer
}

// pass takes one mail through the house, from the door to the answer.
func pass(t *testing.T, s *store.Store, pump *intake.Pump, answerer *Answerer, from, text string) {
	t.Helper()
	d := desk.Delivery{Raw: []byte(text), Door: desk.DoorLMTP, Received: noon, From: from, To: []string{"report@csirt.example.jp"}}
	if _, err := s.Deposit(t.Context(), []store.PackedDelivery{store.PackDelivery(&d)}); err != nil {
		t.Fatal(err)
	}
	for _, step := range []func(context.Context) (int, error){pump.Once, answerer.Once, pump.Once, answerer.Once} {
		if _, err := step(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

// sent lists what stands in the outbox: recipient, and the number in the subject.
func sent(t *testing.T, s *store.Store) (letters []string, last *mail.Message) {
	t.Helper()
	due, err := s.Due(t.Context(), 100, noon, noon)
	if err != nil {
		t.Fatal(err)
	}
	for _, each := range due {
		if last, err = mail.ReadMessage(bytes.NewReader(each.Raw)); err != nil {
			t.Fatal(err)
		}
		letters = append(letters, each.Recipient)
	}
	return letters, last
}

const told = "From: Yamada <yamada@example.jp>\r\nTo: report@csirt.example.jp\r\nSubject: scan\r\nMessage-ID: <1@example.jp>\r\n\r\n203.0.113.5 scanned port 22 of our server.\r\n"

// TestAnswerer: a reporter is answered once; the token of the answer makes mail from elsewhere a part of the matter, the number does not.
func TestAnswerer(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, s *store.Store) {
		pump, answerer := parts(s)
		pass(t, s, pump, answerer, "yamada@example.jp", told)
		letters, ack := sent(t, s)
		if diff := cmp.Diff([]string{"yamada@example.jp"}, letters); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
		if ack.Header.Get("In-Reply-To") != "<1@example.jp>" || !strings.Contains(ack.Header.Get("Subject"), "[TDK-2008-000001]") {
			t.Errorf("the answer is %v", ack.Header)
		}
		replyTo, err := mail.ParseAddress(ack.Header.Get("Reply-To"))
		if err != nil {
			t.Fatal(err)
		}
		for _, mail := range []struct{ why, from, text string }{
			{"the reporter again", "yamada@example.jp", "From: yamada@example.jp\r\nMessage-ID: <2@example.jp>\r\nIn-Reply-To: <1@example.jp>\r\nSubject: Re: scan\r\n\r\nit goes on, also 203.0.113.6\r\n"},
			{"from elsewhere, with the token", "home@elsewhere.example", "From: home@elsewhere.example\r\nTo: " + replyTo.Address + "\r\nMessage-ID: <3@elsewhere.example>\r\nSubject: more\r\n\r\nToday 203.0.113.7 scanned port 22 too.\r\n"},
			{"a stranger with the number", "stranger@third.example", "From: stranger@third.example\r\nMessage-ID: <4@third.example>\r\nSubject: TDK-2008-000001\r\n\r\n198.51.100.9 scanned port 22 of our network.\r\n"},
			{"a machine", "", "From: robot@fourth.example\r\nAuto-Submitted: auto-generated\r\nMessage-ID: <5@fourth.example>\r\nSubject: scan\r\n\r\n198.51.100.10 scanned port 22 of our network.\r\n"},
		} {
			pass(t, s, pump, answerer, mail.from, mail.text)
		}
		letters, _ = sent(t, s)
		// Who wrote from elsewhere is another person of the matter and gets the number; the stranger gets that of a report of its own.
		if diff := cmp.Diff([]string{"yamada@example.jp", "home@elsewhere.example", "stranger@third.example"}, letters); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		report, err := s.Report(t.Context(), "TDK-2008-000001")
		if err != nil {
			t.Fatal(err)
		}
		var senders []string
		for _, m := range report.Messages {
			senders = append(senders, m.Sender)
		}
		slices.Sort(senders) // all were received in one moment
		want := []string{"home@elsewhere.example", "report@csirt.example.jp", "report@csirt.example.jp", "yamada@example.jp", "yamada@example.jp"}
		if diff := cmp.Diff(want, senders); diff != "" {
			t.Errorf("messages of the report (-want +got):\n%s", diff)
		}
		proposals, err := s.Proposals(t.Context(), "TDK-2008-000001")
		if err != nil || len(proposals) != 1 {
			t.Errorf("%+v, %v: the stranger's mail is a proposal", proposals, err)
		}
	})
}

// TestSealFails: a letter that cannot be sealed stays in the house.
func TestSealFails(t *testing.T) {
	t.Parallel()
	s, err := store.Open(t.Context(), "sqlite:"+t.TempDir()+"/test.db", store.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	pump, answerer := parts(s)
	trouble := errors.New("the database is away")
	answerer.Seal = func(context.Context, []byte, string, bool) ([]byte, error) { return nil, trouble }
	d := desk.Delivery{Raw: []byte(told), Door: desk.DoorLMTP, Received: noon, From: "yamada@example.jp"}
	if _, err := s.Deposit(t.Context(), []store.PackedDelivery{store.PackDelivery(&d)}); err != nil {
		t.Fatal(err)
	}
	if _, err := pump.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n, err := answerer.Once(t.Context()); n != 0 || !errors.Is(err, trouble) {
		t.Errorf("%d answered, %v: trouble that passes decides nothing", n, err)
	}
	answerer.Seal = func(context.Context, []byte, string, bool) ([]byte, error) { return nil, ErrClear }
	if n, err := answerer.Once(t.Context()); n != 1 || err != nil {
		t.Errorf("%d answered, %v", n, err)
	}
	if letters, _ := sent(t, s); len(letters) != 0 {
		t.Errorf("sent to %q", letters)
	}
	if arrival, err := s.Arrival(t.Context(), 1); err != nil || !strings.Contains(arrival.Answered, "encrypted") {
		t.Errorf("%+v, %v: want the reason beside the message", arrival, err)
	}
}

// relay is a mail server on loopback that answers as it is told.
type relay struct {
	mu     sync.Mutex
	answer error
	mails  []string
}

func (r *relay) NewSession(*smtp.Conn) (smtp.Session, error) { return &relaySession{relay: r}, nil }

type relaySession struct {
	relay    *relay
	envelope string
}

func (s *relaySession) Mail(from string, _ *smtp.MailOptions) error {
	s.envelope = from + " > "
	return nil
}
func (s *relaySession) Rcpt(to string, _ *smtp.RcptOptions) error { s.envelope += to; return nil }
func (s *relaySession) Reset()                                    {}
func (s *relaySession) Logout() error                             { return nil }
func (s *relaySession) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.relay.mu.Lock()
	defer s.relay.mu.Unlock()
	if s.relay.answer == nil {
		s.relay.mails = append(s.relay.mails, s.envelope+"\n"+string(text))
	}
	return s.relay.answer
}

// TestOutbox: what the relay cannot take now is tried again later, what it refuses is given up with its words, what it takes is sent once.
func TestOutbox(t *testing.T) {
	t.Parallel()
	s, err := store.Open(t.Context(), "sqlite:"+t.TempDir()+"/test.db", store.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	pump, answerer := parts(s)
	pass(t, s, pump, answerer, "yamada@example.jp", told)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &relay{answer: &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "disk full"}}
	peer := smtp.NewServer(server)
	done := make(chan struct{})
	go func() { peer.Serve(listener); close(done) }()
	defer func() { peer.Close(); <-done }()

	at := noon
	outbox := &Outbox{Store: s, Relay: SMTPRelay{Address: listener.Addr().String(), Name: "csirt.example.jp", Time: 10 * time.Second}, Now: func() time.Time { return at }, Log: slog.New(slog.DiscardHandler)}
	once := func(wantTaken int) {
		t.Helper()
		if n, err := outbox.Once(t.Context()); n != wantTaken || err != nil {
			t.Fatalf("%d mails were due, %v; want %d", n, err, wantTaken)
		}
	}
	once(1)
	once(0) // it waits a minute
	at = at.Add(firstPause)
	server.mu.Lock()
	server.answer = nil
	server.mu.Unlock()
	once(1)
	if len(server.mails) != 1 || !strings.HasPrefix(server.mails[0], " > yamada@example.jp\n") || !strings.Contains(server.mails[0], "TDK-2008-000001") {
		t.Errorf("the relay got %q", server.mails)
	}
	at = at.Add(24 * time.Hour)
	once(0)

	pass(t, s, pump, answerer, "b@example.jp", strings.ReplaceAll(strings.ReplaceAll(told, "yamada", "b"), "<1@", "<2@"))
	server.mu.Lock()
	server.answer = &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user"}
	server.mu.Unlock()
	once(1)
	at = at.Add(24 * time.Hour)
	once(0)
	if outbox.Sent() != 1 || outbox.Postponed() != 1 || outbox.Refused() != 1 {
		t.Errorf("sent %d, postponed %d, refused %d: want one of each", outbox.Sent(), outbox.Postponed(), outbox.Refused())
	}
}
