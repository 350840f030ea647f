package store

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestEditionStaysAndAnErratumTellsWhatChanged(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, url string) {
		s := open(t, url)
		take(t, s, story(), 10)
		then := snapshot(t, s)
		want := Edition{Period: "2008Q2", Rules: "address-2008", Version: 1, Published: time.Date(2008, 7, 1, 1, 2, 3, 4000, time.UTC),
			Figures: []byte(`{"b": 1, "a":  2}`), Setting: []byte(`{"desk": "ours"}`), Newest: then.Newest, Counted: then.Counted}
		var err error
		want.ID, err = s.SaveEdition(t.Context(), want, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.SaveEdition(t.Context(), want, 0); !errors.Is(err, ErrConflict) {
			t.Errorf("an edition beside another of the same state: %v", err)
		}
		operation, err := s.Join(t.Context(), reportA, reportB, handler)
		if err != nil {
			t.Fatal(err)
		}
		latest, err := s.LatestEdition(t.Context(), "2008Q2", "address-2008")
		if err != nil || latest.ID != want.ID || latest.Newest != want.Newest {
			t.Fatalf("latest edition %+v, %v; want number %d", latest, err, want.ID)
		}
		got, err := s.Edition(t.Context(), want.ID)
		if diff := cmp.Diff(&want, got); diff != "" || err != nil {
			t.Errorf("edition (-saved +read), %v:\n%s", err, diff)
		}
		erratum, err := s.Erratum(t.Context(), quarter, *got, snapshot(t, s))
		changes := []Change{{Counter: "reports", Identifier: reportA, Cause: CauseJoined, Detail: fmt.Sprintf("%s, operation %d", reportB, operation)}}
		if diff := cmp.Diff(changes, erratum); diff != "" || err != nil {
			t.Errorf("erratum (-want +got), %v:\n%s", err, diff)
		}
		want.Counted = nil
		for _, period := range []string{"", "2008Q2"} {
			list, err := s.Editions(t.Context(), period)
			if diff := cmp.Diff([]Edition{want}, list); diff != "" || err != nil {
				t.Errorf("editions of %q (-want +got), %v:\n%s", period, err, diff)
			}
		}
		if list, err := s.Editions(t.Context(), "2008Q1"); err != nil || len(list) != 0 {
			t.Errorf("editions of another period: %v, %v", list, err)
		}
		if _, err := s.Edition(t.Context(), 99); !errors.Is(err, ErrNotFound) {
			t.Errorf("no edition: %v", err)
		}
	})
}

// TestErratumTellsLateMail publishes half of a story, takes in the rest, and splits a report: each identifier that came must
// tell why.
func TestErratumTellsLateMail(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, url string) {
		s := open(t, url)
		all := story()
		take(t, s, all[:len(all)/2], 10)
		then := snapshot(t, s)
		edition := Edition{Period: "2008Q2", Published: handler.At.Add(-time.Hour), Newest: then.Newest, Counted: then.Counted}
		take(t, s, all[len(all)/2:], 10)
		changes, err := s.Erratum(t.Context(), quarter, edition, snapshot(t, s))
		if err != nil || len(changes) == 0 {
			t.Fatalf("%d changes, %v; the second half brought some", len(changes), err)
		}
		for _, change := range changes {
			if change.Added && change.Cause != CauseImported {
				t.Errorf("%s %s: cause %q; it came with the second half", change.Counter, change.Identifier, change.Cause)
			}
		}
	})
}

func snapshot(t *testing.T, s *Store) Snapshot {
	t.Helper()
	now, err := s.Snapshot(t.Context(), quarter)
	if err != nil {
		t.Fatal(err)
	}
	return now
}

func TestHistory(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, url string) {
		s := open(t, url)
		rows := []HistoryRow{{"ours", "2007-02", "reports", 5}, {"ours", "2007-01", "reports", 0}, {"ours", "2007-01", "notices", 9}}
		if err := s.SaveHistory(t.Context(), rows); err != nil {
			t.Fatal(err)
		}
		if err := s.SaveHistory(t.Context(), []HistoryRow{{"ours", "2007-02", "reports", 6}}); err != nil {
			t.Fatal(err)
		}
		got, err := s.History(t.Context())
		want := []HistoryRow{{"ours", "2007-01", "notices", 9}, {"ours", "2007-01", "reports", 0}, {"ours", "2007-02", "reports", 6}}
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("history (-want +got), %v:\n%s", err, diff)
		}
	})
}
