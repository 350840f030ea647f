package store

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"todoke/internal/desk"
)

// TestPagesAreTheList reads each list page by page, three rows at a time: together the pages are the list, each tells how long
// it is, and a key that no page gave is refused.
func TestPagesAreTheList(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, url string) {
		s := open(t, url)
		take(t, s, sample()[:120], 50)
		for _, figure := range figures {
			want := listRows(t, s, figure)
			var got [][]string
			for after, more := "", true; more; more = after != "" {
				page, err := s.RowsPage(t.Context(), quarter, desk.SchemeJPCERT2008, figure, after, 3)
				if err != nil || page.Number != len(want) {
					t.Fatalf("%s behind %q: %d rows in all, %v; want %d", figure, after, page.Number, err, len(want))
				}
				got, after = slices.Concat(got, page.Rows), page.Next
				if len(got) > len(want) {
					t.Fatalf("%s: more rows by pages than in the list", figure)
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-list +pages):\n%s", figure, diff)
			}
			if _, err := s.RowsPage(t.Context(), quarter, desk.SchemeJPCERT2008, figure, "x", 3); !errors.Is(err, ErrNotFound) {
				t.Errorf("%s behind a key that is none: %v", figure, err)
			}
		}
	})
}

// TestAsOfIsTheNewestCounted lets a spam mail come last: the newest fact is that of what the counters take in.
func TestAsOfIsTheNewestCounted(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, url string) {
		s := open(t, url)
		mails := story()
		take(t, s, mails, 10)
		want := facts(t, s).AsOf
		if want == nil {
			t.Fatal("nothing is counted")
		}
		spam := mail{at: want.Add(time.Hour), id: "spam@example.net", from: "spam@example.net", kind: desk.KindSpam, subject: "buy", text: "now"}
		take(t, s, []mail{spam}, 10)
		if got := facts(t, s); !got.AsOf.Equal(*want) || len(got.Messages) == 0 {
			t.Errorf("as of %v after spam, want %v", got.AsOf, want)
		}
	})
}

// TestRequestsTwice asks one party twice about one incident and another party once: two requests, by both sides of the
// identity and by the list, which names the first notice and how many there were.
func TestRequestsTwice(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, url string) {
		s := open(t, url)
		take(t, s, story(), 10)
		was := facts(t, s).Requests
		var messages []int64
		err := s.read(t.Context(), func(t tx) (err error) {
			messages, err = t.ids(context.Background(), "SELECT message FROM decision WHERE message NOT IN (SELECT message FROM notice) ORDER BY message LIMIT 3")
			return err
		})
		if err != nil || len(messages) < 3 {
			t.Fatalf("%d messages, %v", len(messages), err)
		}
		for i, party := range []string{"abuse@a.example", "abuse@a.example", "abuse@b.example"} {
			change(t, s, "INSERT INTO notice (message, sent, party, recipients) VALUES ($1, $2, $3, '[]')", messages[i], micros(quarter.Start())+int64(i), party)
			change(t, s, "INSERT INTO notice_incident (notice, incident) VALUES ($1, 1)", messages[i])
		}
		f := facts(t, s)
		if f.Requests != was+2 || f.Totals.Requests != was+2 {
			t.Errorf("%d requests, by the other side %d; want %d", f.Requests, f.Totals.Requests, was+2)
		}
		asked := map[string]string{}
		for _, row := range listRows(t, s, "requests") {
			asked[row[2]] = row[6]
		}
		if asked["abuse@a.example"] != "2" || asked["abuse@b.example"] != "1" {
			t.Errorf("notices of each request: %v", asked)
		}
	})
}

func change(t *testing.T, s *Store, statement string, args ...any) {
	t.Helper()
	if _, err := s.db.ExecContext(t.Context(), statement, args...); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}
