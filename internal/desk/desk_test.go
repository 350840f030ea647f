package desk_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"todoke/internal/desk"
)

var tokyo = time.FixedZone("Asia/Tokyo", 9*3600)

func TestParsePeriod(t *testing.T) {
	t.Parallel()
	for _, each := range []struct{ name, first, last string }{
		{"2008Q2", "2008-04-01", "2008-06-30"},
		{"2008Q4", "2008-10-01", "2008-12-31"},
		{"2008-02", "2008-02-01", "2008-02-29"}, // a leap year
		{"2008", "2008-01-01", "2008-12-31"},
		{"FY2008", "2008-04-01", "2009-03-31"},
		{"2008-04-10..2008-06-02", "2008-04-10", "2008-06-02"},
	} {
		period, err := desk.ParsePeriod(each.name, tokyo)
		if err != nil {
			t.Errorf("%s: %v", each.name, err)
			continue
		}
		got := []string{period.First.Format(time.DateOnly), period.Last.Format(time.DateOnly)}
		if diff := cmp.Diff([]string{each.first, each.last}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", each.name, diff)
		}
	}
	for _, bad := range []string{"", "2008Q5", "2008-13", "08Q2", "2008Q2x", "2008-06-30..2008-04-01", "2008-04-01..", "2008-02-30..2008-03-01"} {
		if _, err := desk.ParsePeriod(bad, tokyo); err == nil {
			t.Errorf("%q was taken for a period", bad)
		}
	}
}

func TestPeriodEdges(t *testing.T) {
	t.Parallel()
	period, err := desk.ParsePeriod("2008Q2", tokyo)
	if err != nil {
		t.Fatal(err)
	}
	for _, each := range []struct {
		at   string
		want bool
	}{
		{"2008-03-31T23:59:59+09:00", false},
		{"2008-03-31T15:00:00Z", true}, // midnight in Tokyo
		{"2008-06-30T14:59:59Z", true},
		{"2008-06-30T15:00:00Z", false},
	} {
		at, err := time.Parse(time.RFC3339, each.at)
		if err != nil {
			t.Fatal(err)
		}
		if got := period.Contains(at); got != each.want {
			t.Errorf("%s in 2008Q2: got %v, want %v", each.at, got, each.want)
		}
	}
}

func TestMonths(t *testing.T) {
	t.Parallel()
	period, err := desk.ParsePeriod("2008-04-10..2008-06-02", tokyo)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, month := range period.Months() {
		got = append(got, month.Name+" "+month.First.Format(time.DateOnly)+" "+month.Last.Format(time.DateOnly))
	}
	want := []string{"2008-04 2008-04-10 2008-04-30", "2008-05 2008-05-01 2008-05-31", "2008-06 2008-06-01 2008-06-02"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("months (-want +got):\n%s", diff)
	}
}

// TestSchemes holds the schemes against counts taken by hand from the contract's table.
func TestSchemes(t *testing.T) {
	t.Parallel()
	if n := len(desk.Classes()); n != 19 {
		t.Errorf("%d classes, the contract has 19", n)
	}
	for _, each := range []struct {
		scheme desk.Scheme
		types  int
	}{{desk.SchemeJPCERT2008, 5}, {desk.SchemeJPCERT2010, 8}, {desk.SchemeRSIT, 16}} {
		if got := len(each.scheme.Types()); got != each.types {
			t.Errorf("%s has %d types, want %d: %v", each.scheme, got, each.types, each.scheme.Types())
		}
		n := 0
		for _, typ := range each.scheme.Types() {
			n += len(each.scheme.ClassesOf(typ))
		}
		if n != 19 {
			t.Errorf("%s maps %d of 19 classes", each.scheme, n)
		}
	}
	for _, each := range []struct {
		scheme desk.Scheme
		class  desk.Class
		want   string
	}{
		{desk.SchemeJPCERT2008, desk.MalwareSite, "other"},
		{desk.SchemeJPCERT2010, desk.MalwareSite, "malware"},
		{desk.SchemeJPCERT2010, desk.IntrusionSystem, "other"},
		{desk.SchemeJPCERT2010, desk.ForgedSpoof, "other"},
		{desk.SchemeRSIT, desk.Spam, "abusive-content/spam"},
		{desk.SchemeJPCERT2008, "nonsense", ""},
		{"nonsense", desk.Spam, ""},
	} {
		if got := each.scheme.TypeOf(each.class); got != each.want {
			t.Errorf("%s of %s: got %q, want %q", each.scheme, each.class, got, each.want)
		}
	}
}
