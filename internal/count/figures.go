// Package count turns the facts of a period into its figures, by a rulebook. It is pure: the store tallies rows, this
// package adds them up, maps classes to types, and checks the identities that any published result must keep.
//
// Each identity has two sides that come from different queries: the left is the sum of what the tables print, the right a
// plain total of the rows. Where they differ a row is damaged, and nothing may be published.
package count

import "time"

// Figures are the figures of one period under one rulebook, in the form of the contract's JSON.
type Figures struct {
	Period                 PeriodInfo      `json:"period"`
	Rulebook               RulebookInfo    `json:"rulebook"`
	Scheme                 string          `json:"scheme"`
	AsOf                   *time.Time      `json:"as_of"` // the newest fact counted
	Counters               Counters        `json:"counters"`
	NotCounted             map[string]int  `json:"not_counted"`
	Unconfirmed            Unconfirmed     `json:"unconfirmed"`
	ReportsWithoutIncident int             `json:"reports_without_incident"`
	Types                  []TypeRow       `json:"types"`
	ReporterTLDs           []TLDRow        `json:"reporter_tlds"`
	ScanPorts              []PortRow       `json:"scan_ports"`
	PhishingBrands         []BrandRow      `json:"phishing_brands"`
	Intrusion              IntrusionTables `json:"intrusion"`
	Months                 []MonthRow      `json:"months"`
	Identities             []Identity      `json:"identities"`
}

// PeriodInfo names the period counted; From and To are its first and last day (YYYY-MM-DD).
type PeriodInfo struct {
	Name string `json:"name"`
	From string `json:"from"`
	To   string `json:"to"`
	Zone string `json:"zone"`
}

// RulebookInfo names the set of counting rules.
type RulebookInfo struct {
	Name    string `json:"name"`
	Version int    `json:"version"`
}

// Counters always stand side by side. Incidents and Requests belong to the rulebook incident-2010 and are nil elsewhere.
type Counters struct {
	Messages          int  `json:"messages"`
	Reports           int  `json:"reports"`
	Addresses         int  `json:"addresses"` // incidents opened in the period
	DistinctAddresses int  `json:"distinct_addresses"`
	Notices           int  `json:"notices"`
	Inquiries         int  `json:"inquiries"` // threads
	Incidents         *int `json:"incidents,omitempty"`
	Requests          *int `json:"requests,omitempty"`
}

// Unconfirmed tells how many of the counted rows no handler (or accepted rule) has confirmed.
type Unconfirmed struct {
	Reports   int `json:"reports"`
	Addresses int `json:"addresses"`
}

// TypeRow is one row of the table of types; unit: addresses.
type TypeRow struct {
	Type      string `json:"type"`
	Addresses int    `json:"addresses"`
}

// TLDRow is one row of the table of the reporters' top-level domains; unit: reports. TLD "" holds reports without a mail domain.
type TLDRow struct {
	TLD     string `json:"tld"`
	Reports int    `json:"reports"`
}

// PortRow is one row of the table of scanned ports; unit: addresses. Port 0 holds scans without a told port.
type PortRow struct {
	Proto     string `json:"proto"`
	Port      int    `json:"port"`
	Service   string `json:"service"`
	Addresses int    `json:"addresses"`
	Worm      bool   `json:"worm"` // worm traffic is suspected in at least one report of the row
}

// BrandRow is one row of the table of phishing brands; unit: addresses.
type BrandRow struct {
	Origin    string `json:"origin"`
	Addresses int    `json:"addresses"`
}

// IntrusionTables tell how intruders came in and what they did; unit: addresses. An address may stand in several rows of Aftermath.
type IntrusionTables struct {
	Ways      []WayRow       `json:"ways"`
	Aftermath []AftermathRow `json:"aftermath"`
}

// WayRow is one way into a system.
type WayRow struct {
	Way       string `json:"way"`
	Addresses int    `json:"addresses"`
}

// AftermathRow is one thing done after an intrusion.
type AftermathRow struct {
	Aftermath string `json:"aftermath"`
	Addresses int    `json:"addresses"`
}

// MonthRow holds one month of the period.
type MonthRow struct {
	Month     string         `json:"month"` // YYYY-MM
	Messages  int            `json:"messages"`
	Reports   int            `json:"reports"`
	Addresses int            `json:"addresses"`
	Notices   int            `json:"notices"`
	Inquiries int            `json:"inquiries"`
	Types     map[string]int `json:"types"`
	Brands    map[string]int `json:"brands"` // phishing addresses by origin of the brand
}

// Identity is a sum that must hold; Left is what the tables print, Right the plain total of the rows.
type Identity struct {
	Name  string `json:"name"`
	Left  int    `json:"left"`
	Right int    `json:"right"`
	Holds bool   `json:"holds"`
}

// Broken lists the identities that do not hold. Figures with a broken identity must not be published.
func (f Figures) Broken() []Identity {
	var broken []Identity
	for _, identity := range f.Identities {
		if !identity.Holds {
			broken = append(broken, identity)
		}
	}
	return broken
}
