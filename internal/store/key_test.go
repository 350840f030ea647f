package store

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"todoke/internal/desk"
)

// TestKeys: a key is kept once, with its newest state; what a mail offers changes nothing about a key that is here.
func TestKeys(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, url string) {
		s := open(t, url)
		theirs := PGPKey{Fingerprint: "BB", State: "confirmed", Armored: "public"}
		ours := PGPKey{Fingerprint: "AA", Ours: true, State: "current", Armored: "locked"}
		for i, key := range []PGPKey{theirs, ours, {Fingerprint: "AA", Ours: true, State: "old", Armored: "locked"}} {
			if err := s.SaveKey(t.Context(), key, noon.Add(time.Duration(i)*time.Second)); err != nil {
				t.Fatal(err)
			}
		}
		deposit(t, s, deliveryOf("a mail with keys"))
		d := claim(t, s, noon)[0]
		arrived := arrivedOf(t, d)
		arrived.Offered = []PGPKey{{Fingerprint: "BB", State: "offered", Armored: "another"}, {Fingerprint: "CC", State: "offered", Armored: "new"}}
		if err := s.Register(t.Context(), []Arrived{arrived}); err != nil {
			t.Fatal(err)
		}
		keys, err := s.Keys(t.Context())
		want := []PGPKey{theirs, {Fingerprint: "CC", State: "offered", Armored: "new", OfferedBy: 1}, {Fingerprint: "AA", Ours: true, State: "old", Armored: "locked"}}
		if diff := cmp.Diff(want, keys); diff != "" || err != nil {
			t.Errorf("%v (-want +got):\n%s", err, diff)
		}
		if at, err := s.KeysChanged(t.Context()); !at.Equal(noon.Add(2*time.Second)) || err != nil {
			t.Errorf("changed %v, %v", at, err)
		}
	})
}

// TestReopen: a closed mail is read by itself when its key comes, unless somebody has decided otherwise.
func TestReopen(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, url string) {
		s := open(t, url)
		deposit(t, s, deliveryOf("closed"))
		d := claim(t, s, noon)[0]
		arrived := arrivedOf(t, d, func(a *Accepted) { a.Match.Kind, a.Match.Tellings = desk.KindUnreadable, nil })
		arrived.Wants, arrived.Told = []string{"K2", "K1"}, 0
		if err := s.Register(t.Context(), []Arrived{arrived}); err != nil {
			t.Fatal(err)
		}
		matchAll(t, s, 10)
		closed, err := s.ClosedMessages(t.Context())
		if err != nil || len(closed) != 1 || !cmp.Equal(closed[0].Wants, []string{"K1", "K2"}) || closed[0].SHA256 != d.SHA256 || closed[0].Envelope.From != "a@one.example" {
			t.Fatalf("%+v, %v", closed, err)
		}
		if _, err := s.Unseal(t.Context(), 1, Decider{Who: "h", Why: "y", At: noon}); !errors.Is(err, ErrNotFound) {
			t.Errorf("a closed mail has no text: %v", err)
		}
		opened := arrivedOf(t, d)
		opened.Sealed = []byte("sealed words")
		if err := s.Reopen(t.Context(), 1, opened); err != nil {
			t.Fatal(err)
		}
		matchAll(t, s, 10)
		message, err := s.Message(t.Context(), 1)
		if err != nil || message.Kind != desk.KindReport || message.Report == "" {
			t.Errorf("%+v, %v: it is a report now", message, err)
		}
		if closed, err := s.ClosedMessages(t.Context()); len(closed) != 0 || err != nil {
			t.Errorf("%+v, %v: nothing is closed any more", closed, err)
		}
		if waiting, err := s.Unanswered(t.Context(), 10); len(waiting) != 1 || err != nil {
			t.Errorf("%+v, %v: it is to be answered", waiting, err)
		}
		sealed, err := s.Unseal(t.Context(), 1, Decider{Who: "handler", Why: "triage", At: noon})
		if string(sealed) != "sealed words" || err != nil {
			t.Errorf("%q, %v", sealed, err)
		}
		openings, err := s.Openings(t.Context(), 1)
		if diff := cmp.Diff([]Opening{{At: noon, Who: "handler", Why: "triage"}}, openings); diff != "" || err != nil {
			t.Errorf("who opened it: %v (-want +got):\n%s", err, diff)
		}
		if err := s.Reopen(t.Context(), 1, opened); !errors.Is(err, ErrConflict) {
			t.Errorf("a report is not read over again: %v", err)
		}
	})
}
