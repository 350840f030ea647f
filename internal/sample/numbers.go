package sample

import "time"

// The seed's quarter: counters by month from facts/jpcert-monthly.csv, types,
// ports and brand origins as printed in the quarterly report. Where the
// sources give a sum only, its months are chosen to fit the sums they do give.

// tokyo is the zone of all period edges. It has had no change of clocks since
// 1951, so a fixed offset is exact.
var tokyo = time.FixedZone("JST", 9*60*60)

// quarterStart is the first instant of 2008Q2.
var quarterStart = time.Date(2008, time.April, 1, 0, 0, 0, 0, tokyo)

// A perMonth holds one number for each of April, May and June.
type perMonth [3]int

var (
	newReports = perMonth{192, 203, 189} // 584
	noticesIn  = perMonth{149, 147, 169} // 465

	// 184 further messages make 768: later mails of reporters, and other
	// people who tell of the same site.
	followUps  = perMonth{33, 34, 38}
	sameByMany = perMonth{25, 26, 28}

	// Reports that open no incident: with nobody at fault, and with addresses
	// that stand in two other reports already.
	blameless = perMonth{1, 1, 1}
	spanning  = perMonth{1, 2, 1}

	// Reports that tell of a new address beside a known one.
	sharing = perMonth{4, 3, 4}
)

// A family is a sort of harm for which there are wordings of its own.
type family struct {
	name      string // also the name of its wordings' files
	class     string // where the wording says no other
	port      int    // scans: the one service attacked
	origin    string // phishing: where the imitated brand is at home
	home      int    // how many of its reports come from .jp, the rest being from abroad; 0 where it does not matter
	grows     bool   // reporters add addresses later
	incidents perMonth
	// batches are the reports with several new addresses; every other
	// incident comes in a report of its own.
	batches [3][]int
}

var families = []family{
	{name: "scan-http", grows: true, class: "scan.web", port: 80, incidents: perMonth{84, 61, 77},
		batches: [3][]int{{12, 7, 4, 3, 2, 2}, {3}, {15, 9, 6, 4, 3, 2, 2}}},
	{name: "scan-ssh", grows: true, class: "scan.bruteforce", port: 22, incidents: perMonth{42, 31, 41},
		batches: [3][]int{{5, 3, 2, 2}, {3}, {8, 4, 3, 2, 2}}},
	{name: "scan-vnc", home: 1, class: "scan.port", port: 5900, incidents: perMonth{2, 1, 2}},
	{name: "scan-ftp", home: 1, class: "scan.bruteforce", port: 21, incidents: perMonth{1, 2, 1}},
	{name: "scan-smb", home: 1, class: "scan.port", port: 139, incidents: perMonth{1, 2, 1}},
	{name: "scan-ndmp", home: 1, class: "scan.port", port: 10000, incidents: perMonth{0, 1, 0}},
	{name: "forged", home: 4, class: "forged.spoof", incidents: perMonth{2, 2, 3}},
	{name: "defacement", home: 2, class: "intrusion.defacement", incidents: perMonth{1, 2, 1}},
	{name: "injection", home: 4, class: "intrusion.defacement", incidents: perMonth{1, 4, 3}},
	{name: "intrusion", home: 4, class: "intrusion.system", incidents: perMonth{1, 3, 2}},
	{name: "phish-domestic", home: 6, class: "phishing.site", origin: "domestic", incidents: perMonth{2, 1, 4}},
	{name: "phish-overseas", grows: true, class: "phishing.site", origin: "overseas", incidents: perMonth{34, 42, 46},
		batches: [3][]int{{3, 2, 2}, {2}, {4, 3, 2, 2}}},
	{name: "phish-unknown", class: "phishing.site", origin: "unknown", incidents: perMonth{1, 3, 5}},
	{name: "malware-site", grows: true, class: "malware.site", incidents: perMonth{33, 24, 49},
		batches: [3][]int{{6, 3, 2}, {2}, {12, 7, 4, 3, 2}}},
	{name: "infected", grows: true, class: "malware.infected", incidents: perMonth{20, 16, 26},
		batches: [3][]int{{5}, {3}, {9, 4}}},
	{name: "c2", class: "malware.c2", incidents: perMonth{6, 5, 8},
		batches: [3][]int{{2}, {}, {3}}},
	{name: "dos", home: 3, class: "dos", incidents: perMonth{3, 2, 4}},
	{name: "spam-source", class: "spam", incidents: perMonth{5, 6, 6},
		batches: [3][]int{{}, {}, {2}}},
}

// nobody and known are the families of reports that open no incident: those
// with nobody at fault, and those with addresses that we know already.
var (
	nobody = family{name: "blameless", home: 2}
	known  = family{name: "scan-ssh"}
)

// injectedSite is the second address of each report of the family
// "injection": a page changed by SQL injection, and the place to which its
// script leads. It completes the 221 of the type other.
var injectedSite = family{name: "injected-site", class: "malware.site"}

// reporterTLDs are the rows of the seed's table; the seed prints the first
// five and says that no other is longer. They sum to the 584 reports.
var reporterTLDs = []struct {
	tld     string
	reports int
}{
	{"jp", 169}, {"com", 119}, {"net", 75}, {"de", 13}, {"cn", 11},
	{"org", 10}, {"kr", 10}, {"tw", 10}, {"au", 10}, {"br", 10}, {"uk", 10}, {"fr", 10}, {"nl", 10},
	{"us", 9}, {"edu", 9}, {"ca", 9}, {"it", 9}, {"pl", 8}, {"ch", 8}, {"se", 8}, {"at", 8}, {"es", 7}, {"ru", 7},
	{"fi", 6}, {"hk", 6}, {"sg", 5}, {"dk", 5}, {"my", 5}, {"be", 4}, {"th", 4},
}
