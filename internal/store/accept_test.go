package store

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"todoke/internal/desk"
)

// Whatever a mail holds, it must not stop an import: PostgreSQL refuses zero bytes, invalid UTF-8 and long keys.
func TestHostileTexts(t *testing.T) {
	t.Parallel()
	bad := "a\x00b\xff\xfe\u202e" + strings.Repeat("長", 5000)
	onEach(t, func(t *testing.T, url string) {
		s := open(t, url)
		mails := []mail{
			{at: begin, id: bad, from: bad, to: []string{bad}, tld: bad, kind: desk.KindReport, subject: bad, text: bad,
				tellings: []desk.Telling{{Address: bad, Class: desk.PhishingSite, Hosts: []string{bad + "1"}, URLs: []string{bad}, Brand: bad, Way: "", Weight: 1}}},
			{at: begin.Add(time.Hour), id: bad + "2", refs: []string{bad}, from: bad, kind: desk.KindReport, subject: "follows"},
			{at: begin.Add(2 * time.Hour), id: bad + "3", from: bad, to: []string{bad}, kind: desk.KindOutbound, notice: true, mentions: []string{bad}},
			{at: begin.Add(3 * time.Hour), id: "", from: "", kind: desk.KindUnreadable},
			{at: begin.Add(4 * time.Hour), id: "<big@example.com>", kind: desk.KindReport, text: strings.Repeat("word 漢字 ", 200_000)},
		}
		take(t, s, mails, 10)
		kinds, err := s.Kinds(t.Context())
		want := map[desk.Kind]int{desk.KindReport: 2, desk.KindFollowUp: 1, desk.KindOutbound: 1, desk.KindUnreadable: 1}
		if diff := cmp.Diff(want, kinds); diff != "" || err != nil {
			t.Errorf("kinds (-want +got), %v:\n%s", err, diff)
		}
		if found, err := s.Search(t.Context(), "長長長", 10, Key{}); err != nil || len(found.Hits) != 1 {
			t.Errorf("found %d, %v; want 1", len(found.Hits), err)
		}
		raw := mails[0].accepted()
		got, err := s.Raw(t.Context(), raw.SHA256)
		if err != nil || string(got) != string(raw.Raw) {
			t.Errorf("the raw bytes are not those that came: %v", err)
		}
	})
}

func TestMessage(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, url string) {
		s := open(t, url)
		mails := story()
		batch := acceptedOf(mails)
		if _, err := s.Accept(t.Context(), batch); err != nil {
			t.Fatal(err)
		}
		waiting, err := s.MessageBySHA256(t.Context(), batch[0].SHA256)
		if err != nil || waiting.Decided || waiting.Reading.Subject != "scan" || !waiting.Received.Equal(mails[0].at) {
			t.Errorf("before matching: %v, %+v", err, waiting)
		}
		matchAll(t, s, 2)
		got, err := s.Message(t.Context(), waiting.ID)
		if err != nil {
			t.Fatal(err)
		}
		if !got.Decided || got.Kind != desk.KindReport || got.Report != reportA || !got.First || got.Why == "" {
			t.Errorf("after matching: %+v", got)
		}
		want := *batch[0].Reading
		want.Text = ""
		if diff := cmp.Diff(want, *got.Reading); diff != "" {
			t.Errorf("reading (-want +got):\n%s", diff)
		}
		if _, err := s.Message(t.Context(), 4711); !errors.Is(err, ErrNotFound) {
			t.Errorf("no message: %v", err)
		}
		if _, err := s.Raw(t.Context(), [32]byte{1}); !errors.Is(err, ErrNotFound) {
			t.Errorf("no raw bytes: %v", err)
		}
		if _, err := s.Report(t.Context(), "TDK-1"); !errors.Is(err, ErrNotFound) {
			t.Errorf("no report: %v", err)
		}
	})
}

// Several processes accept the same mail and match at once; nothing is there twice and nothing is lost.
func TestManyWritersAtOnce(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, url string) {
		alone := open(t, "sqlite:"+t.TempDir()+"/alone.db")
		mails := sample()
		take(t, alone, mails, 1000)

		batch := acceptedOf(mails)
		var wait sync.WaitGroup
		for worker := range 4 {
			s := open(t, url)
			wait.Go(func() {
				for part := range slices.Chunk(slices.Concat(batch[worker*100:], batch[:worker*100]), 70) {
					if _, err := s.Accept(t.Context(), part); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wait.Wait()
		for range 3 {
			s := open(t, url)
			wait.Go(func() { matchAll(t, s, 50) })
		}
		wait.Wait()
		s := open(t, url)
		if diff := cmp.Diff(listAll(t, alone), listAll(t, s)); diff != "" {
			t.Errorf("by many at once (-alone +many):\n%s", diff)
		}
	})
}
