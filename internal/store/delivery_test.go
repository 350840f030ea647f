package store

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"todoke/internal/desk"
	"todoke/internal/match"
)

// digest names a token as a message carries it.
func digest(secret string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(secret))) }

var noon = time.Date(2008, 4, 1, 3, 0, 0, 0, time.UTC)

func deliveryOf(text string) PackedDelivery {
	return PackDelivery(&desk.Delivery{Raw: []byte(text), Door: desk.DoorLMTP, Received: noon, From: "a@one.example", To: []string{"report@csirt.example.jp"}, Remote: "192.0.2.9"})
}

// arrivedOf is the delivery after it was read: mail of one sender that tells of one address.
func arrivedOf(t *testing.T, d WaitingDelivery, change ...func(*Accepted)) Arrived {
	t.Helper()
	m := match.Message{
		Received: d.Received, MessageID: fmt.Sprintf("<%x@one.example>", d.SHA256[:4]), Content: fmt.Sprintf("%x", d.SHA256), Kind: desk.KindReport,
		People: []string{"a@one.example"}, TLD: "example", Tellings: []desk.Telling{{Address: "203.0.113.5", Class: desk.ScanPort, Weight: 1}},
	}
	a := Accepted{SHA256: d.SHA256, Raw: d.Raw, Received: d.Received, ReceivedFrom: desk.ReceivedFromClock, Source: "lmtp", Reading: &desk.Reading{Kind: desk.KindReport}, Match: m}
	for _, each := range change {
		each(&a)
	}
	packed, err := Pack(a)
	if err != nil {
		t.Fatal(err)
	}
	return Arrived{Delivery: d.ID, Envelope: d.Envelope, Message: packed, Received: d.Received, Sender: "a@one.example", Told: len(m.Tellings)}
}

func claim(t *testing.T, s *Store, now time.Time) []WaitingDelivery {
	t.Helper()
	claimed, err := s.Claim(t.Context(), 100, 1<<30, now, now.Add(time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	return claimed
}

func deposit(t *testing.T, s *Store, batch ...PackedDelivery) []desk.Receipt {
	t.Helper()
	receipts, err := s.Deposit(t.Context(), batch)
	if err != nil {
		t.Fatal(err)
	}
	return receipts
}

// TestDeliveries: a delivery is kept once, read by one node at a time, and gone from the queue when it is a message.
func TestDeliveries(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, url string) {
		s := open(t, url)
		receipts := deposit(t, s, deliveryOf("one"), deliveryOf("two"), deliveryOf("one"))
		if receipts[0].Known || receipts[1].Known || !receipts[2].Known || receipts[2].ID != receipts[0].ID {
			t.Errorf("the third has the bytes of the first, which waits: %+v", receipts)
		}
		first := claim(t, s, noon)
		if len(first) != 2 || string(first[0].Raw) != "one" || first[0].Envelope.Remote != "192.0.2.9" || !first[0].Received.Equal(noon) {
			t.Fatalf("claimed %+v", first)
		}
		if again := claim(t, s, noon.Add(30*time.Second)); len(again) != 0 {
			t.Errorf("what one node reads no other takes: %+v", again)
		}
		for i := range 2 { // one by one: if it ends this node too, only it shall look guilty
			if late := claim(t, s, noon.Add(2*time.Minute)); len(late) != 1 || late[0].ID != first[i].ID || late[0].Tries != 1 {
				t.Errorf("what a dead node left another takes, and knows that it was tried: %+v", late)
			}
		}
		if err := s.Register(t.Context(), []Arrived{arrivedOf(t, first[0]), arrivedOf(t, first[1])}); err != nil {
			t.Fatal(err)
		}
		queue, err := s.Queue(t.Context())
		if diff := cmp.Diff(Queue{Unmatched: 2, Unanswered: 2}, queue); diff != "" || err != nil {
			t.Errorf("%v (-want +got):\n%s", err, diff)
		}
		if known := deposit(t, s, deliveryOf("two")); !known[0].Known {
			t.Error("the bytes of a message are no new delivery")
		}
		// The slow node comes back and registers what the other has done already.
		if err := s.Register(t.Context(), []Arrived{arrivedOf(t, first[0])}); err != nil {
			t.Fatal(err)
		}
		matchAll(t, s, 10)
		kinds, err := s.Kinds(t.Context())
		if err != nil || kinds[desk.KindReport]+kinds[desk.KindFollowUp] != 2 {
			t.Errorf("%v, %v: each delivery is one message", kinds, err)
		}
	})
}

// TestGiveBack: what a node gives back is there for the next one at once, and was not tried; what a handler is to see stays held.
func TestGiveBack(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, url string) {
		s := open(t, url)
		deposit(t, s, deliveryOf("one"), deliveryOf("two"))
		claimed := claim(t, s, noon)
		if err := s.Hold(t.Context(), claimed[1].ID, "why"); err != nil {
			t.Fatal(err)
		}
		if err := s.GiveBack(t.Context(), []int64{claimed[0].ID, claimed[1].ID}, noon.Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		if again := claim(t, s, noon); len(again) != 1 || string(again[0].Raw) != "one" || again[0].Tries != 0 {
			t.Errorf("claimed %+v: want the first, as if nobody had had it", again)
		}
		if err := s.GiveBack(t.Context(), []int64{claimed[0].ID}, noon.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		if again := claim(t, s, noon); len(again) != 0 {
			t.Errorf("claimed %+v: what is another node's stays so", again)
		}
	})
}

// TestLongDelivery: a delivery longer than one row comes back as it was.
func TestLongDelivery(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, url string) {
		s := open(t, url)
		raw := bytes.Repeat([]byte("0123456789abcde\n"), 3*pieceSize/16+5)
		deposit(t, s, PackDelivery(&desk.Delivery{Raw: raw, Door: desk.DoorSMTP, Received: noon}), deliveryOf("small"))
		claimed, err := s.Claim(t.Context(), 10, 1000, noon, noon.Add(time.Minute))
		if err != nil || len(claimed) != 1 || !bytes.Equal(claimed[0].Raw, raw) {
			t.Fatalf("%d claimed, %v: want the long one alone, as it is over the limit by itself", len(claimed), err)
		}
		if err := s.Register(t.Context(), []Arrived{arrivedOf(t, claimed[0])}); err != nil {
			t.Fatal(err)
		}
		kept, err := s.Raw(t.Context(), claimed[0].SHA256)
		if err != nil || !bytes.Equal(kept, raw) {
			t.Errorf("%d bytes, %v: want the same %d", len(kept), err, len(raw))
		}
	})
}

// TestManyNodes: many doors and readers at once, on one store; each mail becomes one message.
func TestManyNodes(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, url string) {
		const doors, mails = 4, 25
		nodes := []*Store{open(t, url), open(t, url)}
		var all sync.WaitGroup
		fail := func(err error) {
			if err != nil {
				t.Error(err)
			}
		}
		for door := range doors {
			all.Go(func() {
				for i := range mails {
					_, err := nodes[door%2].Deposit(t.Context(), []PackedDelivery{deliveryOf(fmt.Sprintf("mail %d of every door", i)), deliveryOf(fmt.Sprintf("mail %d of door %d", i, door))})
					fail(err)
				}
			})
		}
		all.Wait()
		for _, node := range nodes {
			for range 2 {
				all.Go(func() {
					for {
						claimed, err := node.Claim(t.Context(), 7, 1<<20, noon, noon.Add(time.Minute))
						fail(err)
						if len(claimed) == 0 {
							return
						}
						var batch []Arrived
						for _, d := range claimed {
							batch = append(batch, arrivedOf(t, d))
						}
						fail(node.Register(t.Context(), batch))
					}
				})
			}
		}
		all.Wait()
		matchAll(t, nodes[0], 1000)
		kinds, err := nodes[0].Kinds(t.Context())
		if total := kinds[desk.KindReport] + kinds[desk.KindFollowUp]; err != nil || total != mails+doors*mails {
			t.Errorf("%d messages, %v: want %d", total, err, mails+doors*mails)
		}
	})
}

// TestHeld: what waits for a handler is not read until it is released.
func TestHeld(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, url string) {
		s := open(t, url)
		receipts := deposit(t, s, deliveryOf("one"), deliveryOf("two"))
		if err := s.Hold(t.Context(), receipts[0].ID, "more than 50 incidents today"); err != nil {
			t.Fatal(err)
		}
		if claimed := claim(t, s, noon); len(claimed) != 1 || string(claimed[0].Raw) != "two" {
			t.Errorf("claimed %+v", claimed)
		}
		held, err := s.HeldDeliveries(t.Context(), 0, 10)
		if err != nil || len(held) != 1 || held[0].ID != receipts[0].ID || held[0].Why != "more than 50 incidents today" || held[0].Envelope.From != "a@one.example" {
			t.Errorf("%+v, %v", held, err)
		}
		if n, err := s.Release(t.Context(), []int64{receipts[0].ID, receipts[1].ID}); n != 1 || err != nil {
			t.Errorf("%d released, %v: one was held", n, err)
		}
		if claimed := claim(t, s, noon); len(claimed) != 1 || string(claimed[0].Raw) != "one" || !claimed[0].Released {
			t.Errorf("after the release: %+v", claimed)
		}
	})
}

// answered registers one mail by the door and matches it.
func answered(t *testing.T, s *Store, text string, change ...func(*Accepted)) Unanswered {
	t.Helper()
	deposit(t, s, deliveryOf(text))
	for _, d := range claim(t, s, noon) {
		if err := s.Register(t.Context(), []Arrived{arrivedOf(t, d, change...)}); err != nil {
			t.Fatal(err)
		}
	}
	matchAll(t, s, 10)
	waiting, err := s.Unanswered(t.Context(), 10)
	if err != nil || len(waiting) != 1 {
		t.Fatalf("%+v, %v: want one message to be answered", waiting, err)
	}
	return waiting[0]
}

func outgoing(t *testing.T, id, recipient string) *Outgoing {
	t.Helper()
	raw := []byte("Message-ID: " + id + "\r\n\r\nthank you\r\n")
	packed, err := Pack(Accepted{SHA256: [32]byte(append([]byte(id), make([]byte, 32)...)), Raw: raw, Received: noon, ReceivedFrom: desk.ReceivedFromClock,
		Reading: &desk.Reading{Kind: desk.KindOutbound}, Match: match.Message{MessageID: id, Content: id, Kind: desk.KindOutbound, Received: noon}})
	if err != nil {
		t.Fatal(err)
	}
	return &Outgoing{MessageID: id, Sender: "report@csirt.example.jp", Recipient: recipient, Raw: raw, Message: packed}
}

// TestAnswers: an answer is queued once with its mail, which is a message of ours, and is sent by one node at a time.
func TestAnswers(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, url string) {
		s := open(t, url)
		waiting := answered(t, s, "one")
		if waiting.Report == "" || !waiting.First || waiting.Kind != desk.KindReport || waiting.Arrival.Sender != "a@one.example" {
			t.Errorf("to be answered: %+v", waiting)
		}
		for _, id := range []string{"<answer1@csirt>", "<answer2@csirt>"} { // the second: a node that decided the same in the same moment
			if err := s.Answer(t.Context(), waiting.Message, "acknowledged", outgoing(t, id, "a@one.example"), nil, noon); err != nil {
				t.Fatal(err)
			}
		}
		matchAll(t, s, 10)
		kinds, err := s.Kinds(t.Context())
		if err != nil || kinds[desk.KindOutbound] != 1 {
			t.Errorf("%v, %v: the answer is one message of ours", kinds, err)
		}
		if done, err := s.Acknowledged(t.Context(), "a@one.example", waiting.ReportID, 0); !done || err != nil {
			t.Errorf("acknowledged: %v, %v", done, err)
		}
		if done, err := s.Acknowledged(t.Context(), "b@one.example", waiting.ReportID, 0); done || err != nil {
			t.Errorf("another person was not: %v, %v", done, err)
		}
		person, domain, err := s.AnswersSince(t.Context(), "b@one.example", "@one.example", noon.Add(-time.Hour))
		if person != 0 || domain != 1 || err != nil {
			t.Errorf("answers: %d to the person, %d to the domain, %v", person, domain, err)
		}
		due, err := s.Due(t.Context(), 10, noon, noon.Add(time.Minute))
		if err != nil || len(due) != 1 || due[0].MessageID != "<answer1@csirt>" || !bytes.Contains(due[0].Raw, []byte("thank you")) {
			t.Fatalf("due: %+v, %v", due, err)
		}
		if again, err := s.Due(t.Context(), 10, noon, noon.Add(time.Minute)); len(again) != 0 || err != nil {
			t.Errorf("one node sends it: %+v, %v", again, err)
		}
		if err := s.Postpone(t.Context(), due[0].ID, noon.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		due, err = s.Due(t.Context(), 10, noon.Add(time.Hour), noon.Add(2*time.Hour))
		if err != nil || len(due) != 1 || due[0].Tries != 1 {
			t.Fatalf("after an hour: %+v, %v", due, err)
		}
		if err := s.Sent(t.Context(), due[0].ID, noon.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		if queue, err := s.Queue(t.Context()); err != nil || queue != (Queue{}) {
			t.Errorf("nothing waits any more: %+v, %v", queue, err)
		}
	})
}

// TestTokens: a reply token makes its bearer a part of the matter until it expires; a status link tells the number and nothing else.
func TestTokens(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, url string) {
		s := open(t, url)
		first := answered(t, s, "one")
		tokens := []Token{{Secret: "reply-secret", Purpose: TokenReply, Report: first.ReportID, Person: "a@one.example", Expires: noon.Add(time.Hour)}}
		if err := s.Answer(t.Context(), first.Message, "acknowledged", outgoing(t, "<a@csirt>", "a@one.example"), tokens, noon); err != nil {
			t.Fatal(err)
		}
		other := func(received time.Time) func(*Accepted) {
			return func(a *Accepted) {
				a.Received, a.Match.Received, a.Match.People = received, received, []string{"else@two.example"}
				a.Match.Tellings = []desk.Telling{{Address: "203.0.113.77", Class: desk.ScanPort, Weight: 1}}
				a.Match.Tokens = []string{"7a7c7a5b1f4d0c8b7d5b9a4b0e4f6b39fcf5f2c2a7f6f5d1b8dc4a9f0c1d2e3f", digest("reply-secret")}
			}
		}
		later := answered(t, s, "from elsewhere, with the token", other(noon.Add(time.Minute)))
		if later.Kind != desk.KindFollowUp || later.Report != first.Report {
			t.Errorf("who carries the token takes part: %+v", later)
		}
		if err := s.Answer(t.Context(), later.Message, "no answer: a follow-up", nil, nil, noon); err != nil {
			t.Fatal(err)
		}
		over := answered(t, s, "with the token, too late", other(noon.Add(2*time.Hour)), func(a *Accepted) { a.Match.Tellings[0].Address = "203.0.113.78" })
		if over.Report == first.Report {
			t.Errorf("the token is over: %+v", over)
		}

		receipts := deposit(t, s, deliveryOf("a form"))
		link := Token{Secret: "link", Purpose: TokenStatus, Delivery: receipts[0].ID, Expires: noon.Add(time.Hour)}
		if err := s.AddToken(t.Context(), link); err != nil {
			t.Fatal(err)
		}
		status, err := s.DeliveryStatus(t.Context(), "link", noon)
		if diff := cmp.Diff(DeliveryStatus{Received: noon}, status); diff != "" || err != nil {
			t.Errorf("before it is read: %v (-want +got):\n%s", err, diff)
		}
		for _, wrong := range []struct {
			secret string
			at     time.Time
		}{{"lynk", noon}, {"link", noon.Add(time.Hour)}, {"reply-secret", noon}, {"", noon}} {
			if _, err := s.DeliveryStatus(t.Context(), wrong.secret, wrong.at); !errors.Is(err, ErrNotFound) {
				t.Errorf("%q at %v: %v, want ErrNotFound", wrong.secret, wrong.at, err)
			}
		}
	})
}
