package store

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestEditionStaysAndAnErratumTellsWhatChanged(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, url string) {
		s := open(t, url)
		take(t, s, story(), 10)
		counted, err := s.Count(t.Context(), quarter)
		if err != nil {
			t.Fatal(err)
		}
		want := Edition{Period: "2008Q2", Rules: "address-2008", Version: 1, Published: time.Date(2008, 7, 10, 1, 2, 3, 4000, time.UTC),
			Figures: []byte(`{"b": 1, "a":  2}`), Counted: counted}
		want.ID, err = s.SaveEdition(t.Context(), want)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Join(t.Context(), reportA, reportB, handler); err != nil {
			t.Fatal(err)
		}
		got, err := s.Edition(t.Context(), want.ID)
		if diff := cmp.Diff(&want, got); diff != "" || err != nil {
			t.Errorf("edition (-saved +read), %v:\n%s", err, diff)
		}
		now, err := s.Count(t.Context(), quarter)
		if err != nil {
			t.Fatal(err)
		}
		erratum := []Difference{{Counter: "reports", Removed: []string{reportA}}}
		if diff := cmp.Diff(erratum, got.Counted.Compare(now)); diff != "" {
			t.Errorf("erratum (-want +got):\n%s", diff)
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
