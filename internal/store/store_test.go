package store

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"todoke/internal/count"
	"todoke/internal/desk"
	"todoke/internal/store/pgtest"
)

// onEach runs a test on an empty store of each database. This is the conformance suite: whatever holds on one holds on
// the other.
func onEach(t *testing.T, test func(t *testing.T, url string)) {
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, "sqlite:"+t.TempDir()+"/test.db")
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, pgtest.Database(t))
	})
}

func open(t *testing.T, url string) *Store {
	t.Helper()
	s, err := Open(t.Context(), url, Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// take accepts mails in batches of the size and matches them all.
func take(t *testing.T, s *Store, mails []mail, size int) {
	t.Helper()
	for batch := range slices.Chunk(acceptedOf(mails), size) {
		if _, err := s.Accept(t.Context(), batch); err != nil {
			t.Fatal(err)
		}
	}
	matchAll(t, s, size)
}

func matchAll(t *testing.T, s *Store, size int) {
	t.Helper()
	for {
		n, err := s.Match(t.Context(), rules, size)
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			return
		}
	}
}

var (
	begin   = time.Date(2008, 3, 20, 0, 0, 0, 0, tokyo)
	quarter = period("2008Q2")
)

func period(name string) desk.Period {
	p, err := desk.ParsePeriod(name, tokyo)
	if err != nil {
		panic(err)
	}
	return p
}

// sample is four months of mail around the quarter. Its addresses are told again and again, within the window and after it.
func sample() []mail { return traffic(7, 600, 90, begin, 5*time.Hour) }

var figures = []string{"messages", "reports", "addresses", "notices", "inquiries", "type:scan", "type:phishing", "type:intrusion", "port:22",
	"port:tcp/80", "brand:domestic", "tld:jp", "tld:", "way:sql-injection", "aftermath:file-replacement", "not-counted:spam", "not-counted:outbound",
	"not-counted:duplicate",
	"distinct_addresses", "requests", "incidents", "unconfirmed:reports", "unconfirmed:addresses", "reports_without_incident"}

// listAll lists the rows behind all figures.
func listAll(t *testing.T, s *Store) map[string][][]string {
	t.Helper()
	all := map[string][][]string{}
	for _, figure := range figures {
		all[figure] = listRows(t, s, figure)
	}
	return all
}

func listRows(t *testing.T, s *Store, figure string) [][]string {
	t.Helper()
	header, rows, err := s.Rows(t.Context(), quarter, desk.SchemeJPCERT2008, figure)
	if err != nil {
		t.Fatal(err)
	}
	var list [][]string
	for row, err := range rows {
		if err != nil {
			t.Fatal(err)
		}
		if len(row) != len(header) {
			t.Fatalf("%s: row %q has not the columns %q", figure, row, header)
		}
		list = append(list, row)
	}
	return list
}

func facts(t *testing.T, s *Store) count.Facts {
	t.Helper()
	facts, err := s.Facts(t.Context(), quarter)
	if err != nil {
		t.Fatal(err)
	}
	return facts
}

// sums adds the tallies up as the tables do.
func sums(f count.Facts) map[string]int {
	sums := map[string]int{}
	for _, m := range f.Messages {
		if m.Kind.Counted() {
			sums["messages"] += m.N
		} else {
			sums["not-counted:"+string(m.Kind)] += m.N
		}
	}
	for _, r := range f.Reports {
		sums["reports"] += r.N
		sums["tld:"+r.TLD] += r.N
		if !r.Confirmed {
			sums["unconfirmed:reports"] += r.N
		}
		if r.WithoutIncident {
			sums["reports_without_incident"] += r.N
		}
	}
	for _, i := range f.Incidents {
		sums["addresses"] += i.N
		sums["incidents"] += i.N
		if !i.Confirmed {
			sums["unconfirmed:addresses"] += i.N
		}
		sums["type:"+desk.SchemeJPCERT2008.TypeOf(i.Class)] += i.N
		if i.Class.Group() == "scan" {
			sums[fmt.Sprintf("port:%d", i.Port)] += i.N
			sums[fmt.Sprintf("port:%s/%d", i.Proto, i.Port)] += i.N
		}
		if i.Class.Group() == "phishing" {
			sums["brand:"+string(i.BrandOrigin)] += i.N
		}
		if i.Class.Group() == "intrusion" {
			sums["way:"+i.Way] += i.N
		}
	}
	for _, a := range f.Aftermath {
		sums["aftermath:"+a.Aftermath] += a.N
	}
	for _, n := range f.Notices {
		sums["notices"] += n.N
	}
	for _, i := range f.Inquiries {
		sums["inquiries"] += i.N
	}
	sums["distinct_addresses"], sums["requests"] = f.DistinctAddresses, f.Requests
	return sums
}

func TestEachFigureListsAsManyRowsAsItCounts(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, url string) {
		s := open(t, url)
		take(t, s, sample(), 100)
		want := sums(facts(t, s))
		for _, figure := range figures {
			if got := len(listRows(t, s, figure)); got != want[figure] {
				t.Errorf("%s: %d rows, counted %d", figure, got, want[figure])
			}
		}
		if want["type:scan"] == 0 || want["notices"] == 0 || want["inquiries"] == 0 || want["aftermath:file-replacement"] == 0 {
			t.Errorf("the sample should have all of these: %v", want)
		}
	})
}

func TestTotalsAgreeWithTallies(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, url string) {
		s := open(t, url)
		take(t, s, sample(), 100)
		f := facts(t, s)
		want := tallied(f)
		if diff := cmp.Diff(want, f.Totals); diff != "" {
			t.Errorf("totals (-tallies +totals):\n%s", diff)
		}
		if f.AsOf == nil || !quarter.Contains(*f.AsOf) {
			t.Errorf("as of %v, want a time of the quarter", f.AsOf)
		}
	})
}

// A damaged row must make the two sides of an identity differ.
func TestDamageShows(t *testing.T) {
	t.Parallel()
	inQuarter := fmt.Sprintf("BETWEEN %d AND %d", micros(quarter.Start()), micros(quarter.End())-1)
	cases := []struct{ name, damage string }{
		{"a message's kind", "UPDATE decision SET kind = 'spam' WHERE message = (SELECT min(message) FROM decision WHERE kind = 'report' AND received " + inQuarter + ")"},
		{"a message out of its report", "UPDATE decision SET report = NULL WHERE message = (SELECT min(message) FROM decision WHERE tells AND NOT first AND received " + inQuarter + ")"},
		{"a report's time", "UPDATE report SET opened = 0 WHERE id = (SELECT min(id) FROM report WHERE opened " + inQuarter + ")"},
		{"an incident's time", "UPDATE incident SET opened = 0 WHERE id = (SELECT min(id) FROM incident WHERE opened " + inQuarter + ")"},
		{"an incident's class", "UPDATE incident SET class = 'dos' WHERE id = (SELECT min(id) FROM incident WHERE grp = 'scan' AND opened " + inQuarter + ")"},
		{"a telling lost", "DELETE FROM telling WHERE id = (SELECT min(id) FROM telling WHERE opens AND received " + inQuarter + ")"},
		{"a notice lost", "DELETE FROM notice WHERE message = (SELECT min(message) FROM notice WHERE sent " + inQuarter + " AND message NOT IN (SELECT notice FROM notice_incident))"},
		{"an inquiry's time", "UPDATE inquiry SET opened = 0 WHERE id = (SELECT min(id) FROM inquiry WHERE opened " + inQuarter + ")"},
		{"an inquiry in a report", "UPDATE decision SET report = 1 WHERE message = (SELECT min(first) FROM inquiry WHERE opened " + inQuarter + ")"},
	}
	errUndo := errors.New("undo the damage")
	onEach(t, func(t *testing.T, url string) {
		s := open(t, url)
		take(t, s, sample(), 1000)
		for _, c := range cases {
			err := s.write(t.Context(), func(tx tx) error {
				result, err := tx.ExecContext(t.Context(), c.damage)
				if err != nil {
					return err
				}
				if n, _ := result.RowsAffected(); n != 1 {
					t.Errorf("%s: damaged %d rows, want 1", c.name, n)
				}
				f, err := tx.facts(t.Context(), quarter)
				if err != nil {
					return err
				}
				if cmp.Equal(tallied(f), f.Totals) && f.Totals.InquiriesInReport == 0 {
					t.Errorf("%s: the sums agree as if nothing had happened", c.name)
				}
				return errUndo
			})
			if !errors.Is(err, errUndo) {
				t.Errorf("%s: %v", c.name, err)
			}
		}
	})
}

// tallied is what the totals must be by the tallies.
func tallied(f count.Facts) count.Totals {
	sum := sums(f)
	return count.Totals{Messages: sum["messages"], Reports: sum["reports"], Addresses: sum["addresses"], ScanAddresses: sum["type:scan"],
		PhishAddresses: sum["type:phishing"], Notices: sum["notices"], Inquiries: sum["inquiries"], Requests: f.Requests}
}

func TestSameResultWhateverTheOrder(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, url string) {
		mails := sample()
		s := open(t, url)
		take(t, s, mails, 1000)
		want, wantFacts := listAll(t, s), facts(t, s)

		other := "sqlite:" + t.TempDir() + "/other.db"
		for _, size := range []int{1, 37} {
			s := open(t, strings.Replace(other, "other", fmt.Sprint("other", size), 1))
			shuffled := slices.Clone(mails)
			rand.New(rand.NewPCG(uint64(size), 2)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
			take(t, s, shuffled, size)
			if diff := cmp.Diff(want, listAll(t, s)); diff != "" {
				t.Errorf("batches of %d, shuffled (-want +got):\n%s", size, diff)
			}
			if diff := cmp.Diff(sums(wantFacts), sums(facts(t, s))); diff != "" {
				t.Errorf("batches of %d, shuffled (-want +got):\n%s", size, diff)
			}
		}
	})
}

func TestTwiceIsOnce(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, url string) {
		s := open(t, url)
		mails := sample()
		take(t, s, mails, 250)
		want := listAll(t, s)
		batch := acceptedOf(mails)
		added, err := s.Accept(t.Context(), slices.Concat(batch, batch))
		if err != nil || added != 0 {
			t.Errorf("accepting again added %d, %v; want 0", added, err)
		}
		matchAll(t, s, 100)
		if diff := cmp.Diff(want, listAll(t, s)); diff != "" {
			t.Errorf("after accepting again (-want +got):\n%s", diff)
		}
		again := mails[3]
		again.text, again.subject = mails[3].text+" ", mails[3].subject
		doubled := mail{at: mails[5].at.Add(time.Minute), id: mails[5].id, from: mails[5].from, kind: mails[5].kind, subject: mails[5].subject, text: mails[5].text}.accepted()
		added, err = s.Accept(t.Context(), []Accepted{doubled, doubled})
		if err != nil || added != 1 {
			t.Errorf("the same bytes twice in one batch added %d, %v; want 1", added, err)
		}
	})
}

func TestHave(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, url string) {
		s := open(t, url)
		batch := acceptedOf(sample()[:2])
		if _, err := s.Accept(t.Context(), batch[:1]); err != nil {
			t.Fatal(err)
		}
		got, err := s.Have(t.Context(), [][32]byte{batch[0].SHA256, batch[1].SHA256})
		if diff := cmp.Diff(map[[32]byte]bool{batch[0].SHA256: true}, got); diff != "" || err != nil {
			t.Errorf("have (-want +got), %v:\n%s", err, diff)
		}
		if got, err := s.Have(t.Context(), nil); err != nil || len(got) != 0 {
			t.Errorf("have nothing: %v, %v", got, err)
		}
	})
}

func TestUnknownFigure(t *testing.T) {
	t.Parallel()
	s := open(t, "sqlite:"+t.TempDir()+"/test.db")
	for _, figure := range []string{"", "mails", "type:", "type:nonsense", "port:ssh", "port:70000", "brand:french", "not-counted:report", "not-counted:inquiry", "year:1"} {
		if _, _, err := s.Rows(t.Context(), quarter, desk.SchemeJPCERT2008, figure); !errors.Is(err, ErrUnknownFigure) || !strings.Contains(err.Error(), "type:scan") {
			t.Errorf("%q: %v; want an unknown figure and the forms", figure, err)
		}
	}
}
