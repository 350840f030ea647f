package intake

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"todoke/internal/blame"
	"todoke/internal/classify"
	"todoke/internal/desk"
	"todoke/internal/mail"
	"todoke/internal/match"
	"todoke/internal/read"
	"todoke/internal/store"
	"todoke/internal/store/pgtest"
)

var tokyo = time.FixedZone("JST", 9*3600)

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

// running starts an inbox; it ends, and has written what it took, before the test's store is closed.
func running(t *testing.T, s *store.Store, maxBytes int64) *Inbox {
	t.Helper()
	inbox := NewInbox(s, maxBytes)
	ctx, stop := context.WithCancel(context.Background())
	var done sync.WaitGroup
	done.Go(func() { inbox.Run(ctx) })
	t.Cleanup(func() { stop(); done.Wait() })
	return inbox
}

func pump(t *testing.T, s *store.Store, at time.Time) *Pump {
	t.Helper()
	brands := classify.Known()
	reader := read.New(read.Settings{
		OwnAddresses: []string{"@csirt.example.jp"}, Brands: brands, Limits: mail.DefaultLimits(),
		Blame: blame.Config{OwnAddresses: []string{"@csirt.example.jp"}, Legitimate: brands.Legitimate},
	})
	return &Pump{
		Store: s, Reader: reader, Rules: match.Rules{Window: 30 * 24 * time.Hour, Zone: tokyo}, Policy: Policy{}, Own: own, MaxTold: 3, Zone: tokyo,
		Now: func() time.Time { return at }, Log: slog.New(slog.DiscardHandler),
	}
}

// scan is a mail in which somebody tells of scans by the addresses.
func scan(from string, n int, addresses ...string) []byte {
	return fmt.Appendf(nil, "From: %s\r\nTo: report@csirt.example.jp\r\nSubject: port scan %d\r\nMessage-ID: <%d.%s>\r\nDate: Tue, 1 Apr 2003 10:00:00 +0900\r\n\r\n"+
		"These hosts scanned port 22 of our network all night:\r\n\r\n%s\r\n", from, n, n, from, strings.Join(addresses, "\r\n"))
}

func through(t *testing.T, inbox *Inbox, at time.Time, raw []byte, change ...func(*desk.Delivery)) {
	t.Helper()
	d := desk.Delivery{Raw: raw, Door: desk.DoorLMTP, Received: at, To: []string{"report@csirt.example.jp"}}
	for _, each := range change {
		each(&d)
	}
	if _, err := inbox.Deposit(t.Context(), &d); err != nil {
		t.Fatal(err)
	}
}

func pumpAll(t *testing.T, p *Pump) {
	t.Helper()
	for {
		n, err := p.Once(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			return
		}
	}
}

var april = time.Date(2008, 4, 1, 12, 0, 0, 0, tokyo)

// TestDoorToReport: what comes in by a door becomes a message with its report, received when the door took it.
func TestDoorToReport(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, s *store.Store) {
		inbox := running(t, s, 1<<20)
		var doors sync.WaitGroup
		for i := range 16 {
			doors.Go(func() { through(t, inbox, april, scan(fmt.Sprintf("a%d@one.example", i), i, "203.0.113.5")) })
			doors.Go(func() { through(t, inbox, april, scan("same@one.example", 99, "203.0.113.6")) })
		}
		doors.Wait()
		if kept, known := inbox.Counters().Kept.Value(), inbox.Counters().Known.Value(); kept != 17 || known != 15 {
			t.Errorf("kept %d, known %d: want 17 different mails and 15 repeated ones", kept, known)
		}
		pumpAll(t, pump(t, s, april))
		p, err := desk.ParsePeriod("2008-04", tokyo)
		if err != nil {
			t.Fatal(err)
		}
		facts, err := s.Facts(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		messages, reports := 0, 0
		for _, m := range facts.Messages {
			messages += m.N
		}
		for _, r := range facts.Reports {
			reports += r.N
		}
		if messages != 17 || reports != 2 {
			t.Errorf("%d messages, %d reports in April 2008, when the door took them: want 17 and 2", messages, reports)
		}
	})
}

// TestTooMuchOfOneSender: who did not authenticate proposes so many incidents a day; the rest waits until a handler releases it.
func TestTooMuchOfOneSender(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, s *store.Store) {
		inbox := running(t, s, 1<<20)
		through(t, inbox, april, scan("a@one.example", 1, "203.0.113.1", "203.0.113.2"))
		through(t, inbox, april.Add(time.Hour), scan("a@one.example", 2, "203.0.113.3", "203.0.113.4"))
		through(t, inbox, april.Add(time.Hour), scan("a@one.example", 3, "203.0.113.5"))
		through(t, inbox, april.Add(2*time.Hour), scan("b@one.example", 4, "203.0.113.6"))
		through(t, inbox, april.Add(2*time.Hour), scan("c@one.example", 5, "203.0.113.7", "203.0.113.8", "203.0.113.9", "203.0.113.10"), func(d *desk.Delivery) { d.User = "sensor" })
		p := pump(t, s, april.Add(3*time.Hour))
		pumpAll(t, p)
		held, err := s.HeldDeliveries(t.Context(), 0, 10)
		if err != nil || len(held) != 1 || !strings.Contains(held[0].Why, "proposes 2 incidents") {
			t.Fatalf("%+v, %v: want the second mail held, for it would make four", held, err)
		}
		through(t, inbox, april.Add(15*time.Hour), scan("a@one.example", 6, "203.0.113.11")) // the next day
		pumpAll(t, p)
		if held, err := s.HeldDeliveries(t.Context(), 0, 10); err != nil || len(held) != 1 {
			t.Errorf("%+v, %v: a new day begins at midnight", held, err)
		}
		if _, err := s.Release(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		pumpAll(t, p)
		queue, err := s.Queue(t.Context())
		if err != nil || queue != (store.Queue{Unanswered: 6}) {
			t.Errorf("after the release: %+v, %v", queue, err)
		}
	})
}

// TestDepositFails: a store that is gone is told to the door as trouble that passes; what is too large, as one that does not.
func TestDepositFails(t *testing.T) {
	t.Parallel()
	s, err := store.Open(t.Context(), "sqlite:"+t.TempDir()+"/test.db", store.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	inbox := running(t, s, 1000)
	if _, err := inbox.Deposit(t.Context(), &desk.Delivery{Raw: make([]byte, 1001), Received: april}); !errors.Is(err, desk.ErrTooLarge) {
		t.Errorf("%v: want ErrTooLarge", err)
	}
	s.Close()
	if _, err := inbox.Deposit(t.Context(), &desk.Delivery{Raw: []byte("x"), Received: april}); err == nil || errors.Is(err, desk.ErrTooLarge) {
		t.Errorf("%v: want an error that passes", err)
	}
}

// TestStoppedReading: what was being read when the program ended is read at once by the next one, however often that happens.
func TestStoppedReading(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, s *store.Store) {
		inbox := running(t, s, 1<<20)
		through(t, inbox, april, scan("a@one.example", 1, "203.0.113.5"))
		p := pump(t, s, april)
		for range maxTries + 1 {
			ctx, stop := context.WithCancel(t.Context())
			p.Authenticate = func(context.Context, *store.WaitingDelivery) Sender {
				stop()
				return Sender{}
			}
			if _, err := p.Once(ctx); !errors.Is(err, context.Canceled) {
				t.Fatalf("%v: want the reading to be broken off", err)
			}
		}
		p.Authenticate = nil
		pumpAll(t, p)
		if read, given := p.Counters().Read.Value(), p.Counters().GivenUp.Value(); given != 0 || read < 1 {
			t.Errorf("read %d, given up %d: want it to be read", read, given)
		}
		if queue, err := s.Queue(t.Context()); err != nil || queue.Unread+queue.Held != 0 {
			t.Errorf("%+v, %v: want nothing to wait", queue, err)
		}
	})
}

// TestGiveWay: the pump waits for busy doors, but not for ever, and not for quiet ones. Where it did, this test would not end.
func TestGiveWay(t *testing.T) {
	t.Parallel()
	quiet := Pump{Wake: make(chan struct{})}
	quiet.giveWay(t.Context(), time.Hour)
	always := make(chan struct{})
	close(always)
	busy := Pump{Wake: always}
	busy.giveWay(t.Context(), time.Millisecond)
	ended, end := context.WithCancel(t.Context())
	end()
	busy.giveWay(ended, time.Hour)
}

func TestTokensOfRecipients(t *testing.T) {
	t.Parallel()
	secret := "abcdefghijklmnopqrstuvwxyz"
	for _, test := range []struct {
		recipient string
		want      int
	}{
		{"report+" + secret + "@csirt.example.jp", 1},
		{"Report+" + strings.ToUpper(secret) + "@CSIRT.example.jp", 1}, // case is lost on the way
		{"report+" + secret + "@elsewhere.example", 0},
		{"report+short@csirt.example.jp", 0},
		{"report@csirt.example.jp", 0},
		{"", 0},
	} {
		if got := Tokens([]string{test.recipient}, own); len(got) != test.want {
			t.Errorf("%s carries %q", test.recipient, got)
		}
	}
}
