package count_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"todoke/internal/count"
	"todoke/internal/desk"
)

var tokyo = time.FixedZone("Asia/Tokyo", 9*3600)

func quarter(t *testing.T) desk.Period {
	t.Helper()
	period, err := desk.ParsePeriod("2008Q2", tokyo)
	if err != nil {
		t.Fatal(err)
	}
	return period
}

// facts are a small quarter, added up by hand: 9 messages, 5 reports, 8 addresses, 3 notices, 2 inquiries.
func facts() count.Facts {
	asOf := time.Date(2008, 6, 30, 14, 0, 0, 0, time.UTC)
	return count.Facts{
		AsOf: &asOf,
		Messages: []count.MessageTally{
			{Month: "2008-04", Kind: desk.KindReport, N: 4}, {Month: "2008-04", Kind: desk.KindFollowUp, N: 2},
			{Month: "2008-06", Kind: desk.KindReport, N: 3}, {Month: "2008-06", Kind: desk.KindSpam, N: 7},
			{Month: "2008-05", Kind: desk.KindInquiry, N: 5},
		},
		Reports: []count.ReportTally{
			{Month: "2008-04", TLD: "jp", Confirmed: true, N: 2}, {Month: "2008-04", TLD: "com", Confirmed: true, N: 1},
			{Month: "2008-06", TLD: "com", N: 1}, {Month: "2008-06", TLD: "", Confirmed: true, WithoutIncident: true, N: 1},
		},
		Incidents: []count.IncidentTally{
			{Month: "2008-04", Class: desk.ScanPort, Proto: "tcp", Port: 80, Worm: true, Confirmed: true, N: 2},
			{Month: "2008-06", Class: desk.ScanWeb, Proto: "tcp", Port: 80, Confirmed: true, N: 1},
			{Month: "2008-06", Class: desk.ScanBruteforce, Proto: "tcp", Port: 22, N: 1},
			{Month: "2008-04", Class: desk.PhishingSite, BrandOrigin: desk.OriginOverseas, Confirmed: true, N: 2},
			{Month: "2008-04", Class: desk.IntrusionSystem, Way: "password", Confirmed: true, N: 1},
			{Month: "2008-04", Class: desk.DoS, Confirmed: true, N: 1},
		},
		Aftermath:         []count.AftermathTally{{Aftermath: "mail-sending", N: 1}},
		Notices:           []count.MonthTally{{Month: "2008-05", N: 3}},
		Inquiries:         []count.MonthTally{{Month: "2008-05", N: 2}},
		DistinctAddresses: 7,
		Requests:          4,
		Totals:            count.Totals{Messages: 9, Reports: 5, Addresses: 8, ScanAddresses: 4, PhishAddresses: 2, Notices: 3, Inquiries: 2},
	}
}

func TestCount(t *testing.T) {
	t.Parallel()
	f := count.Count(quarter(t), count.Address2008, facts())
	if diff := cmp.Diff(count.Counters{Messages: 9, Reports: 5, Addresses: 8, DistinctAddresses: 7, Notices: 3, Inquiries: 2}, f.Counters); diff != "" {
		t.Errorf("counters (-want +got):\n%s", diff)
	}
	types := []count.TypeRow{{"scan", 4}, {"phishing", 2}, {"intrusion", 1}, {"other", 1}, {"forged", 0}}
	if diff := cmp.Diff(types, f.Types); diff != "" {
		t.Errorf("types (-want +got):\n%s", diff)
	}
	ports := []count.PortRow{{"tcp", 80, "http", 3, true}, {"tcp", 22, "ssh", 1, false}}
	if diff := cmp.Diff(ports, f.ScanPorts); diff != "" {
		t.Errorf("ports (-want +got):\n%s", diff)
	}
	tlds := []count.TLDRow{{"com", 2}, {"jp", 2}, {"", 1}}
	if diff := cmp.Diff(tlds, f.ReporterTLDs); diff != "" {
		t.Errorf("reporters (-want +got):\n%s", diff)
	}
	brands := []count.BrandRow{{"overseas", 2}, {"domestic", 0}, {"unknown", 0}}
	if diff := cmp.Diff(brands, f.PhishingBrands); diff != "" {
		t.Errorf("brands (-want +got):\n%s", diff)
	}
	uncounted := map[string]int{"outbound": 0, "duplicate": 0, "bounce": 0, "auto-reply": 0, "spam": 7, "reply": 0, "unreadable": 0}
	if diff := cmp.Diff(uncounted, f.NotCounted); diff != "" {
		t.Errorf("not counted (-want +got):\n%s", diff)
	}
	april := count.MonthRow{Month: "2008-04", Messages: 6, Reports: 3, Addresses: 6,
		Types:  map[string]int{"scan": 2, "forged": 0, "intrusion": 1, "phishing": 2, "other": 1},
		Brands: map[string]int{"domestic": 0, "overseas": 2, "unknown": 0}}
	if diff := cmp.Diff(april, f.Months[0]); diff != "" {
		t.Errorf("April (-want +got):\n%s", diff)
	}
	if len(f.Months) != 3 || f.ReportsWithoutIncident != 1 || f.Unconfirmed != (count.Unconfirmed{Reports: 1, Addresses: 1}) {
		t.Errorf("months %d, without incident %d, unconfirmed %+v", len(f.Months), f.ReportsWithoutIncident, f.Unconfirmed)
	}
	if broken := f.Broken(); len(broken) != 0 {
		t.Errorf("identities broken on sound facts: %+v", broken)
	}
}

func TestIncidentRulebook(t *testing.T) {
	t.Parallel()
	f := count.Count(quarter(t), count.Incident2010, facts())
	if f.Counters.Incidents == nil || *f.Counters.Incidents != 8 || *f.Counters.Requests != 4 {
		t.Errorf("counters of incident-2010: %+v", f.Counters)
	}
	types := []count.TypeRow{{"scan", 4}, {"phishing", 2}, {"dos", 1}, {"other", 1}, {"defacement", 0}, {"ics", 0}, {"malware", 0}, {"targeted", 0}}
	if diff := cmp.Diff(types, f.Types); diff != "" {
		t.Errorf("types of jpcert-2010 (-want +got):\n%s", diff)
	}
}

// TestDamage damages one fact at a time; each must break the identity that watches it.
func TestDamage(t *testing.T) {
	t.Parallel()
	for _, damage := range []struct {
		identity string
		why      string
		do       func(*count.Facts)
	}{
		{"types", "an incident of a class that no scheme knows", func(f *count.Facts) { f.Incidents[5].Class = "nonsense" }},
		{"months.addresses", "the same", func(f *count.Facts) { f.Incidents[5].Class = "nonsense" }},
		{"types", "a telling lost", func(f *count.Facts) { f.Totals.Addresses-- }},
		{"ports", "a scan whose class was overwritten", func(f *count.Facts) { f.Incidents[2].Class = desk.DoS }},
		{"brands", "a phishing address of no origin", func(f *count.Facts) { f.Incidents[3].BrandOrigin = "mars" }},
		{"tlds", "a report lost", func(f *count.Facts) { f.Reports[0].N-- }},
		{"months.reports", "a report of a month that is not of the period", func(f *count.Facts) { f.Reports[0].Month = "2008-07" }},
		{"months.messages", "a message whose kind was overwritten", func(f *count.Facts) { f.Messages[0].Kind = desk.KindSpam }},
		{"months.notices", "a notice lost", func(f *count.Facts) { f.Notices[0].N-- }},
		{"months.inquiries", "an inquiry twice", func(f *count.Facts) { f.Inquiries[0].N++ }},
		{"inquiries-disjoint", "an inquiry inside a report", func(f *count.Facts) { f.Totals.InquiriesInReport = 1 }},
	} {
		damaged := facts()
		damage.do(&damaged)
		f := count.Count(quarter(t), count.Address2008, damaged)
		found := false
		for _, identity := range f.Broken() {
			found = found || identity.Name == damage.identity
		}
		if !found {
			t.Errorf("%s: identity %s still holds", damage.why, damage.identity)
		}
	}
}

// TestRequestsAreAnIdentity: under the rulebook that counts requests the sum is held against a total of its own; under the
// other, which prints none, it is not asked.
func TestRequestsAreAnIdentity(t *testing.T) {
	t.Parallel()
	for requests, broken := range map[int][]count.Identity{4: nil, 3: {{Name: "requests", Left: 4, Right: 3}}} {
		facts := facts()
		facts.Totals.Requests = requests
		if diff := cmp.Diff(broken, count.Count(quarter(t), count.Incident2010, facts).Broken()); diff != "" {
			t.Errorf("%d in the rows, incident-2010: broken (-want +got):\n%s", requests, diff)
		}
		if got := count.Count(quarter(t), count.Address2008, facts).Broken(); got != nil {
			t.Errorf("%d in the rows, address-2008: broken %v", requests, got)
		}
	}
}
