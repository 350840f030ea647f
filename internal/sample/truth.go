package sample

import (
	"strings"
	"time"
)

// Kind is what a message of the sample is, in the words of the design. The
// string values are those of the contract's "kind".
type Kind string

const (
	KindReport    Kind = "report"
	KindFollowUp  Kind = "follow-up"
	KindInquiry   Kind = "inquiry"
	KindReply     Kind = "reply"
	KindOutbound  Kind = "outbound"
	KindBounce    Kind = "bounce"
	KindAutoReply Kind = "auto-reply"
	KindSpam      Kind = "spam"
	KindDuplicate Kind = "duplicate"
)

// Truth is what an expert who reads one mail of the sample should find in it.
// It is noted while the text is written, so it says what the text tells and
// not what was meant to be told. Tests alone use it.
type Truth struct {
	Kind     Kind
	Received time.Time // date of the topmost Received header, else of Date
	Report   string    // key of the matter; "" where the mail belongs to none
	Thread   string    // key of the inquiry; "" elsewhere
	Notice   bool      // an outbound mail that asks a party to act
	Reporter string    // mail domain's top level, of the form, Reply-To or From
	Wording  string    // name of the hand-written text
	Incident []Incident
}

// Incident is one address doing one kind of harm, as one mail tells of it.
type Incident struct {
	Key     string // the same in all mails that tell of this incident
	Address string // IP or CIDR where any mail of the matter tells it, else the host
	Class   string
	Proto   string
	Port    int
	Worm    bool   // this mail suspects a worm, a bot or a worm's backdoor
	Brand   string // the imitated brand; "" where not told
	Origin  string // domestic, overseas, unknown; "" for other than phishing
	Way     string
	After   []string
	URLs    []string
	Hosts   []string
}

// Group is the class before its dot, the unit in which incidents are told apart.
func (i Incident) Group() string { g, _, _ := strings.Cut(i.Class, "."); return g }

// Type is the class in the scheme jpcert-2008.
func (i Incident) Type() string {
	switch g := i.Group(); g {
	case "scan", "forged", "intrusion", "phishing":
		return g
	}
	return "other"
}

// Totals are the figures of a quarter, each added up from the truth of the
// mails and from nothing that planned them.
type Totals struct {
	Messages, Reports, Addresses, Distinct, Notices, Inquiries int

	Kinds, Types, TLDs, Origins map[string]int
	Ports                       map[int]int
	WormPorts                   map[int]bool
	Months                      map[string]MonthTotals
}

// MonthTotals are the figures of one month, which is named like "2008-04".
type MonthTotals struct {
	Messages, Reports, Addresses, Notices int
	Types, Origins                        map[string]int
}

// Fold adds up the truth of mails that stand in order of receipt.
func Fold(mails []Mail) Totals {
	f := folder{
		totals: Totals{
			Kinds: map[string]int{}, Types: map[string]int{}, TLDs: map[string]int{}, Origins: map[string]int{},
			Ports: map[int]int{}, WormPorts: map[int]bool{}, Months: map[string]MonthTotals{},
		},
		reports: map[string]bool{}, threads: map[string]bool{}, incidents: map[string]bool{}, addresses: map[string]bool{},
	}
	for _, m := range mails {
		f.add(m.Truth)
	}
	f.totals.Reports, f.totals.Inquiries = len(f.reports), len(f.threads)
	f.totals.Addresses, f.totals.Distinct = len(f.incidents), len(f.addresses)
	return f.totals
}

// folder remembers what was counted already.
type folder struct {
	totals                                 Totals
	reports, threads, incidents, addresses map[string]bool
}

func (f *folder) add(t Truth) {
	f.totals.Kinds[string(t.Kind)]++
	name := t.Received.In(tokyo).Format("2006-01")
	month := f.totals.Months[name]
	if month.Types == nil {
		month.Types, month.Origins = map[string]int{}, map[string]int{}
	}
	switch t.Kind {
	case KindReport, KindFollowUp:
		f.totals.Messages++
		month.Messages++
		if first(f.reports, t.Report) {
			month.Reports++
			f.totals.TLDs[t.Reporter]++
		}
		for _, i := range t.Incident {
			f.addIncident(i, &month)
		}
	case KindInquiry:
		f.threads[t.Thread] = true
	case KindOutbound:
		if t.Notice {
			f.totals.Notices++
			month.Notices++
		}
	}
	f.totals.Months[name] = month
}

// addIncident counts an incident in the month in which it was first told.
func (f *folder) addIncident(i Incident, month *MonthTotals) {
	if i.Worm {
		f.totals.WormPorts[i.Port] = true
	}
	if !first(f.incidents, i.Key) {
		return
	}
	f.addresses[i.Address] = true
	month.Addresses++
	month.Types[i.Type()]++
	f.totals.Types[i.Type()]++
	switch i.Group() {
	case "scan":
		f.totals.Ports[i.Port]++
	case "phishing":
		f.totals.Origins[i.Origin]++
		month.Origins[i.Origin]++
	}
}

// first says whether the key is new, and remembers it.
func first(seen map[string]bool, key string) bool {
	if seen[key] {
		return false
	}
	seen[key] = true
	return true
}
