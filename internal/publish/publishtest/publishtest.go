// Package publishtest has figures for the tests of whatever shows figures: a quarter whose sums all hold.
package publishtest

import (
	"time"

	"todoke/internal/count"
	"todoke/internal/publish"
	"todoke/internal/publish/history"
)

// Quarter returns figures of 2008Q2 with the sums of the design: 768 messages, 584 reports, 734 addresses, 465 notices and 19
// inquiries.
func Quarter() count.Figures {
	tokyo := time.FixedZone("", 9*60*60)
	asOf := time.Date(2008, 6, 30, 23, 41, 7, 0, tokyo)
	f := count.Figures{
		Period:      count.PeriodInfo{Name: "2008Q2", From: "2008-04-01", To: "2008-06-30", Zone: "Asia/Tokyo"},
		Rulebook:    count.RulebookInfo{Name: "address-2008", Version: 1},
		Scheme:      "jpcert-2008",
		AsOf:        &asOf,
		Counters:    count.Counters{Messages: 768, Reports: 584, Addresses: 734, DistinctAddresses: 731, Notices: 465, Inquiries: 19},
		NotCounted:  map[string]int{"outbound": 465, "duplicate": 9, "bounce": 12, "auto-reply": 8, "spam": 20, "reply": 31, "unreadable": 0},
		Unconfirmed: count.Unconfirmed{Reports: 584, Addresses: 734},
		Types: []count.TypeRow{{Type: "scan", Addresses: 350}, {Type: "other", Addresses: 221}, {Type: "phishing", Addresses: 138},
			{Type: "intrusion", Addresses: 18}, {Type: "forged", Addresses: 7}},
		ReporterTLDs: []count.TLDRow{{TLD: "jp", Reports: 169}, {TLD: "com", Reports: 119}, {TLD: "net", Reports: 75}, {TLD: "", Reports: 57},
			{TLD: "de", Reports: 13}, {TLD: "cn", Reports: 11}},
		ScanPorts: []count.PortRow{{Proto: "tcp", Port: 80, Service: "http", Addresses: 222, Worm: true},
			{Proto: "tcp", Port: 22, Service: "ssh", Addresses: 114, Worm: true}, {Proto: "tcp", Port: 5900, Service: "vnc-server", Addresses: 5, Worm: true},
			{Proto: "tcp", Port: 21, Service: "ftp", Addresses: 4, Worm: true}, {Proto: "tcp", Port: 139, Addresses: 4},
			{Proto: "tcp", Port: 10000, Service: "ndmp", Addresses: 1, Worm: true}},
		PhishingBrands: []count.BrandRow{{Origin: "overseas", Addresses: 122}, {Origin: "unknown", Addresses: 9}, {Origin: "domestic", Addresses: 7}},
		Intrusion: count.IntrusionTables{
			Ways:      []count.WayRow{{Way: "sql-injection", Addresses: 11}, {Way: "password", Addresses: 5}, {Way: "web-application", Addresses: 2}},
			Aftermath: []count.AftermathRow{{Aftermath: "defacement", Addresses: 14}, {Aftermath: "mail-sending", Addresses: 4}}},
		Months: []count.MonthRow{
			month("2008-04", 250, 192, 240, 149, 6, 130, 2, 3, 37, 68),
			month("2008-05", 262, 203, 218, 147, 7, 98, 3, 9, 46, 62),
			month("2008-06", 256, 189, 276, 169, 6, 122, 2, 6, 55, 91)},
	}
	for _, tld := range []string{"at", "au", "br", "ca", "ch", "edu", "es", "fr", "it", "kr", "nl", "org", "tw", "uk"} {
		f.ReporterTLDs = append(f.ReporterTLDs, count.TLDRow{TLD: tld, Reports: 10})
	}
	for _, sum := range []struct {
		name string
		n    int
	}{{"types", 734}, {"ports", 350}, {"brands", 138}, {"tlds", 584}, {"months.reports", 584}, {"months.messages", 768},
		{"months.addresses", 734}, {"months.notices", 465}, {"inquiries-disjoint", 0}} {
		f.Identities = append(f.Identities, count.Identity{Name: sum.name, Left: sum.n, Right: sum.n, Holds: true})
	}
	return f
}

func month(name string, messages, reports, addresses, notices, inquiries, scan, forged, intrusion, phishing, other int) count.MonthRow {
	return count.MonthRow{Month: name, Messages: messages, Reports: reports, Addresses: addresses, Notices: notices, Inquiries: inquiries,
		Types: map[string]int{"scan": scan, "forged": forged, "intrusion": intrusion, "phishing": phishing, "other": other}}
}

// Edition returns an edition of Quarter, published a week after its end by the sample desk.
func Edition() publish.Edition {
	return publish.Edition{Figures: Quarter(), History: history.JPCERT(), Desk: publish.SampleDesk,
		Published: time.Date(2008, 7, 8, 0, 0, 0, 0, time.UTC)}
}
