package store

import (
	"database/sql"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"todoke/internal/desk"
)

var handler = Decider{Who: "hanako", Why: "the same site", At: time.Date(2008, 7, 1, 9, 0, 0, 0, time.UTC)}

// dump is all rows of the tables that say what stands where.
func dump(t *testing.T, s *Store) map[string][]string {
	t.Helper()
	tables := map[string]string{
		"report":          "SELECT id, number, first, opened, last, tld, messages, confirmed, blames, people, joined_into FROM report ORDER BY id",
		"decision":        "SELECT message, report, inquiry, first, kind FROM decision ORDER BY message",
		"incident":        "SELECT id, address, report, opened, opened_by, hosts FROM incident ORDER BY id",
		"incident_key":    "SELECT name, incident FROM incident_key ORDER BY name, incident",
		"report_incident": "SELECT report, incident FROM report_incident ORDER BY report, incident",
		"telling":         "SELECT message, incident, report, opens FROM telling ORDER BY id",
		"notice":          "SELECT message, report FROM notice ORDER BY message",
	}
	all := map[string][]string{}
	for table, query := range tables {
		rows, err := s.db.QueryContext(t.Context(), query)
		if err != nil {
			t.Fatal(err)
		}
		columns, _ := rows.Columns()
		for rows.Next() {
			values := make([]sql.NullString, len(columns))
			into := make([]any, len(columns))
			for i := range values {
				into[i] = &values[i]
			}
			if err := rows.Scan(into...); err != nil {
				t.Fatal(err)
			}
			all[table] = append(all[table], fmt.Sprint(values))
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// story is three reports: two of different people on two addresses, the second with a follow-up, and one more.
func story() []mail {
	at := func(day int) time.Time { return time.Date(2008, 4, day, 12, 0, 0, 0, tokyo) }
	return []mail{
		{at: at(1), id: "<a1@example.com>", from: "a@example.com", tld: "com", kind: desk.KindReport, subject: "scan", tellings: []desk.Telling{scan("198.51.100.1", 22)}},
		{at: at(2), id: "<b1@example.net>", from: "b@example.net", tld: "net", kind: desk.KindReport, subject: "scan", tellings: []desk.Telling{scan("198.51.100.2", 80)}},
		{at: at(3), id: "<b2@example.net>", from: "b@example.net", tld: "net", kind: desk.KindReport, refs: []string{"<b1@example.net>"}, subject: "more", tellings: []desk.Telling{scan("198.51.100.3", 80)}},
		{at: at(4), id: "<c1@example.org>", from: "c@example.org", tld: "org", kind: desk.KindReport, subject: "scan", tellings: []desk.Telling{scan("198.51.100.4", 80)}},
		{at: at(5), id: "<n1@csirt.example.jp>", from: "desk@csirt.example.jp", to: []string{"abuse@example.org"}, kind: desk.KindOutbound, notice: true, subject: "please stop", mentions: []string{"198.51.100.1"}},
	}
}

const reportA, reportB, reportC = "TDK-2008-000001", "TDK-2008-000002", "TDK-2008-000003"

func TestRecomputingChangesNothing(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, url string) {
		s := open(t, url)
		take(t, s, sample(), 100)
		want := dump(t, s)
		err := s.write(t.Context(), func(tx tx) error {
			reports, err := tx.ids(t.Context(), "SELECT id FROM report ORDER BY id")
			for _, id := range reports {
				if err := tx.recompute(t.Context(), id); err != nil {
					return err
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, dump(t, s)); diff != "" {
			t.Errorf("reports made anew from their messages differ from the matched ones (-matched +anew):\n%s", diff)
		}
	})
}

func TestJoinAndUndo(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, url string) {
		s := open(t, url)
		take(t, s, story(), 10)
		was := dump(t, s)
		operation, err := s.Join(t.Context(), reportA, reportB, handler)
		if err != nil {
			t.Fatal(err)
		}
		joined, err := s.Report(t.Context(), reportA)
		if err != nil {
			t.Fatal(err)
		}
		type facts struct {
			Number, TLD                  string
			Told, All, Incidents, Joined int
		}
		got := facts{joined.Number, joined.TLD, joined.Report.Messages, len(joined.Messages), len(joined.Incidents), len(joined.Joined)}
		// The first message is A's now, so the report is its reporter's; the notice came along.
		if diff := cmp.Diff(facts{reportB, "com", 3, 4, 3, 1}, got); diff != "" {
			t.Errorf("the old number leads to (-want +got):\n%s", diff)
		}
		f, err := s.Facts(t.Context(), quarter)
		if err != nil || f.Totals.Reports != 2 || sums(f)["reports"] != 2 || f.Totals.Messages != 4 || f.Totals.Addresses != 4 {
			t.Errorf("after joining: %v, totals %+v; want 2 reports, 4 messages, 4 addresses", err, f.Totals)
		}
		if _, err := s.Undo(t.Context(), operation, handler); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(was, dump(t, s)); diff != "" {
			t.Errorf("after undoing (-before +after):\n%s", diff)
		}
		if _, err := s.Undo(t.Context(), operation, handler); !errors.Is(err, ErrConflict) {
			t.Errorf("undoing twice: %v, want a conflict", err)
		}
	})
}

func TestSplitAndUndo(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, url string) {
		s := open(t, url)
		take(t, s, story(), 10)
		report, err := s.Report(t.Context(), reportB)
		if err != nil || len(report.Messages) != 2 {
			t.Fatalf("%v, %d messages, want 2", err, len(report.Messages))
		}
		was := dump(t, s)
		second := report.Messages[1].ID
		number, operation, err := s.Split(t.Context(), reportB, []int64{second}, rules, handler)
		if err != nil || number != "TDK-2008-000004" {
			t.Fatalf("split gave %q, %v", number, err)
		}
		apart, err := s.Report(t.Context(), number)
		if err != nil || len(apart.Messages) != 1 || len(apart.Incidents) != 1 || apart.Incidents[0].Address != "198.51.100.3" {
			t.Errorf("the new report: %v, %+v", err, apart)
		}
		if f := facts(t, s); f.Totals.Reports != 4 || sums(f)["reports"] != 4 {
			t.Errorf("after splitting: %d and %d reports, want 4", f.Totals.Reports, sums(f)["reports"])
		}
		if _, err := s.Undo(t.Context(), operation, handler); err != nil {
			t.Fatal(err)
		}
		now := dump(t, s)
		made := now["report"][3]
		now["report"] = now["report"][:3]
		if diff := cmp.Diff(was, now); diff != "" {
			t.Errorf("after undoing (-before +after):\n%s", diff)
		}
		if back, err := s.Report(t.Context(), number); err != nil || back.Number != reportB {
			t.Errorf("the number of the split leads to %v, %v (row %s); want %s", back, err, made, reportB)
		}
	})
}

func TestMoveAndUndo(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, url string) {
		s := open(t, url)
		take(t, s, story(), 10)
		was := dump(t, s)
		c, err := s.Report(t.Context(), reportC)
		if err != nil {
			t.Fatal(err)
		}
		toA, err := s.Move(t.Context(), []int64{c.Messages[0].ID}, reportA, handler)
		if err != nil {
			t.Fatal(err)
		}
		if led, err := s.Report(t.Context(), reportC); err != nil || led.Number != reportA {
			t.Errorf("the emptied report's number leads to %v, %v; want %s", led, err, reportA)
		}
		toB, err := s.Move(t.Context(), []int64{c.Messages[0].ID}, reportB, handler)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Undo(t.Context(), toA, handler); !errors.Is(err, ErrConflict) {
			t.Errorf("undoing the earlier move first: %v, want a conflict", err)
		}
		for _, operation := range []int64{toB, toA} {
			if _, err := s.Undo(t.Context(), operation, handler); err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff(was, dump(t, s)); diff != "" {
			t.Errorf("after undoing both (-before +after):\n%s", diff)
		}
		operations, err := s.Operations(t.Context(), 0, 10)
		if err != nil || len(operations) != 2 || operations[0].Undone == nil || operations[0].Who != "hanako" || operations[0].Name != "move" {
			t.Errorf("operations: %v, %+v", err, operations)
		}
	})
}

func TestRefusedOperations(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, url string) {
		s := open(t, url)
		take(t, s, story(), 10)
		b, err := s.Report(t.Context(), reportB)
		if err != nil {
			t.Fatal(err)
		}
		all := []int64{b.Messages[0].ID, b.Messages[1].ID}
		was := dump(t, s)
		refused := func(why string, want error, _ any, err error) {
			t.Helper()
			if !errors.Is(err, want) {
				t.Errorf("%s: %v, want %v", why, err, want)
			}
		}
		ctx := t.Context()
		id, err := s.Join(ctx, reportA, reportA, handler)
		refused("a report joined with itself", ErrConflict, id, err)
		id, err = s.Join(ctx, "TDK-1999-000001", reportA, handler)
		refused("an unknown number", ErrNotFound, id, err)
		_, id, err = s.Split(ctx, reportB, all, rules, handler)
		refused("a split that leaves nothing", ErrConflict, id, err)
		_, id, err = s.Split(ctx, reportA, all[:1], rules, handler)
		refused("a split of a message that stands elsewhere", ErrConflict, id, err)
		id, err = s.Move(ctx, []int64{999999}, reportA, handler)
		refused("an unknown message", ErrNotFound, id, err)
		id, err = s.Move(ctx, all, reportB, handler)
		refused("a move to where they are", ErrConflict, id, err)
		_, err = s.Undo(ctx, 77, handler)
		refused("undoing what is not there", ErrNotFound, nil, err)
		if diff := cmp.Diff(was, dump(t, s)); diff != "" {
			t.Errorf("what is refused changes nothing (-before +after):\n%s", diff)
		}
	})
}

func TestSetAddressAndUndo(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, url string) {
		s := open(t, url)
		take(t, s, story(), 10)
		was := dump(t, s)
		operation, err := s.SetAddress(t.Context(), 1, "203.0.113.9", handler)
		if err != nil {
			t.Fatal(err)
		}
		i, err := s.Incident(t.Context(), 1)
		if err != nil {
			t.Fatal(err)
		}
		want := []AddressChange{{At: handler.At, Who: "hanako", From: "198.51.100.1", To: "203.0.113.9", Why: "the same site"}}
		if diff := cmp.Diff(want, i.Changes); diff != "" || i.Address != "203.0.113.9" || !cmp.Equal(i.Hosts, []string{"198.51.100.1"}) {
			t.Errorf("address %s, hosts %v, changes (-want +got):\n%s", i.Address, i.Hosts, diff)
		}
		if _, err := s.SetAddress(t.Context(), 2, "203.0.113.9", handler); err != nil {
			t.Errorf("incident 2 was told at another time: %v", err)
		}
		if _, err := s.Undo(t.Context(), operation, handler); err != nil {
			t.Fatal(err)
		}
		now := dump(t, s)
		for _, table := range []string{"incident", "incident_key"} {
			if diff := cmp.Diff(was[table][:1], now[table][:1]); diff != "" {
				t.Errorf("after undoing (-before +after):\n%s", diff)
			}
		}
	})
}

// TestConfirmAndUndo confirms a report that only rules have decided: no number stays unconfirmed in it, a later join leaves the
// confirmation, who took it back and why is kept, and undoing brings back every row.
func TestConfirmAndUndo(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, url string) {
		s := open(t, url)
		take(t, s, story(), 10)
		if _, err := s.db.ExecContext(t.Context(), "UPDATE report SET confirmed = $1", false); err != nil {
			t.Fatal(err)
		}
		if _, err := s.db.ExecContext(t.Context(), "UPDATE message SET confirmed = $1", false); err != nil {
			t.Fatal(err)
		}
		if _, err := s.db.ExecContext(t.Context(), "UPDATE incident SET confirmed = $1", false); err != nil {
			t.Fatal(err)
		}
		was := dump(t, s)
		operation, err := s.Confirm(t.Context(), []string{reportB}, handler)
		if err != nil {
			t.Fatal(err)
		}
		joined, err := s.Join(t.Context(), reportA, reportB, handler)
		if err != nil {
			t.Fatal(err)
		}
		report, err := s.Report(t.Context(), reportB)
		if err != nil || !report.Confirmed {
			t.Errorf("the report is confirmed: %v, %v", report.Confirmed, err)
		}
		if _, err := s.Undo(t.Context(), joined, handler); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Confirm(t.Context(), []string{reportB}, handler); !errors.Is(err, ErrConflict) {
			t.Errorf("confirming it again: %v", err)
		}
		other := Decider{Who: "taro", Why: "too early", At: handler.At.Add(time.Hour)}
		taken, err := s.Undo(t.Context(), operation, other)
		if diff := cmp.Diff(Operation{ID: operation, Name: "confirm", At: handler.At, Who: "hanako", Why: "the same site", Undone: &other}, taken); diff != "" || err != nil {
			t.Errorf("undone (-want +got), %v:\n%s", err, diff)
		}
		all, err := s.Operations(t.Context(), 0, 10)
		if err != nil || !cmp.Equal(all[len(all)-1], taken) {
			t.Errorf("the list of operations has %+v, %v; want %+v", all, err, taken)
		}
		if diff := cmp.Diff(was, dump(t, s)); diff != "" {
			t.Errorf("after undoing (-before +after):\n%s", diff)
		}
	})
}
