package count

import (
	"time"

	"todoke/internal/desk"
)

// Facts are the tallies of a period's rows. The tallies by month are what the tables are made of; the totals are the other
// side of each identity and come from queries of their own, over other rows where there are any.
type Facts struct {
	AsOf              *time.Time // time of the newest fact counted: message, notice or inquiry; nil where nothing is
	Messages          []MessageTally
	Reports           []ReportTally
	Incidents         []IncidentTally
	Aftermath         []AftermathTally
	Notices           []MonthTally // requests to act, by month of sending
	Inquiries         []MonthTally // threads, by month of their first message
	DistinctAddresses int          // different addresses among the incidents opened in the period
	Requests          int          // requests to act, one a party and incident
	Totals            Totals
}

// Note keeps the time of a fact where it is the newest counted; the zero time is none.
func (f *Facts) Note(at time.Time) {
	if !at.IsZero() && (f.AsOf == nil || at.After(*f.AsOf)) {
		f.AsOf = &at
	}
}

// MessageTally counts messages by month of receipt and kind.
type MessageTally struct {
	Month string // YYYY-MM
	Kind  desk.Kind
	N     int
}

// ReportTally counts reports by month of their first message.
type ReportTally struct {
	Month           string
	TLD             string
	Confirmed       bool
	WithoutIncident bool
	N               int
}

// IncidentTally counts incidents by month of their opening and by all that the tables show of them.
type IncidentTally struct {
	Month       string
	Class       desk.Class
	Proto       string
	Port        int
	Worm        bool
	BrandOrigin desk.Origin
	Way         string
	Confirmed   bool
	N           int
}

// AftermathTally counts incidents by what was done after the intrusion; one incident may stand in several.
type AftermathTally struct {
	Aftermath string
	N         int
}

// MonthTally counts rows by month.
type MonthTally struct {
	Month string
	N     int
}

// Totals are plain counts over the whole period, made without the columns by which the tables are cut.
type Totals struct {
	Messages          int // messages of the period that stand in a report
	Reports           int // messages of the period that opened a report
	Addresses         int // tellings of the period that opened an incident
	ScanAddresses     int // incidents opened in the period, of the group scan
	PhishAddresses    int // incidents opened in the period, of the group phishing
	Notices           int // outbound messages of the period that ask a party to act
	Inquiries         int // messages of the period that opened an inquiry
	Requests          int // askings of the period that were not repetitions, one a party and incident
	InquiriesInReport int // inquiries of the period one of whose messages stands in a report
}
