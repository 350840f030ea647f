package match

import (
	"time"

	"todoke/internal/desk"
)

// Message is what matching needs to know of one message that has been read.
type Message struct {
	ID        int64
	Received  time.Time
	MessageID string    // with angle brackets; "" where the message has none
	Content   string    // digest of what the sender wrote
	Refs      []string  // In-Reply-To, then References from the newest to the oldest
	Kind      desk.Kind // as read alone
	Notice    bool      // outbound, and asks a party to act
	People    []string  // lower-case addresses of who wrote it: From, Reply-To, the form's
	To        []string  // lower-case addresses of To and Cc
	TLD       string    // of the reporter's mail domain
	Numbers   []string  // our report numbers that it names
	Tokens    []string  // digests (hex SHA-256) of the secrets that it carries in our addresses
	Tellings  []desk.Telling
	Withheld  []desk.Telling // of a mail that reads like a party's reply: what it tells if it is the reporter's
	Mentions  []string       // outbound: addresses and hosts that it names
	Class     desk.Class     // outbound: the harm that it tells of, "" where it does not say
	Confirmed bool           // its proposals are accepted without a handler
	Forged    bool           // something speaks against that its writer is the one it names
}

// Known is an earlier message, found by its Message-ID.
type Known struct {
	ID        int64
	MessageID string
	Content   string
	Kind      desk.Kind // as decided
	Notice    bool
	Report    int64 // 0 where it stands in none
	Inquiry   int64
	People    []string
	To        []string
	Duplicate bool
}

// Report is one matter.
type Report struct {
	ID        int64
	Number    string
	First     int64     // its first message
	Opened    time.Time // receipt of its first message; the report belongs to that period
	Last      time.Time // receipt of its last message
	TLD       string    // of the first message's reporter
	Messages  int
	Confirmed bool
	Incidents map[int64]bool
	People    map[string]bool // lower-case addresses of who takes part as a reporter
	Related   map[int64]bool  // reports that share an incident

	isNew, dirty bool
}

// Incident is one address doing one kind of harm, told within one window.
type Incident struct {
	ID        int64
	Address   string
	Group     desk.Group
	Row       Row       // what the tables show of it
	Evidence  Evidence  // what was told of it so far; Row follows from it
	Opened    time.Time // receipt of the message that first told of it
	LastTold  time.Time
	OpenedBy  int64 // message
	Report    int64 // the report in which it was first told
	Previous  int64 // the incident that ended before this one at the same address, 0 for none
	Hosts     []string
	URLs      []string
	Confirmed bool
	Merged    int64 // the incident it turned out to be one with, 0 for none

	isNew, dirty bool
}

// Inquiry is one thread of questions.
type Inquiry struct {
	ID     int64
	Number string
	First  int64
	Opened time.Time
	Last   time.Time
	People map[string]bool

	isNew, dirty bool
}

// Link ties a message to an incident: what this message told of it.
type Link struct {
	Message  int64
	Incident int64
	Report   int64
	Received time.Time
	Opens    bool // this telling opened the incident
	Telling  desk.Telling
}

// Change records that an incident's address changed or that it was merged, and why.
type Change struct {
	Incident int64
	Message  int64
	At       time.Time // receipt of the message that told it
	From, To string
	Why      string
}

// Merge makes one incident a part of another: its tellings and notices are those of Into, and only the telling of the
// message OpenedBy opens it. Merges apply after the links of the same batch are written, in order.
type Merge struct {
	From, Into int64
	OpenedBy   int64
}

// Opening says that a message, received before what had opened a report or an incident, opens it from now on. It applies after
// the decisions and links of the batch are written.
type Opening struct {
	ID      int64 // of the report or incident
	Message int64
}

// Proposal is a possible connection that only a handler may make.
type Proposal struct {
	Message int64
	Report  int64
	Why     string
}

// Decision is what was decided of one message.
type Decision struct {
	Message    int64
	Kind       desk.Kind
	Why        string // the reason for kind and report, in words
	Report     int64  // 0 for none
	Inquiry    int64
	First      bool  // it opened its report or inquiry
	Duplicate  int64 // the message it is a duplicate of
	IDReused   bool  // its Message-ID was used before for other content
	Notice     bool
	NoticeFor  []int64  // incidents about which a notice asks
	Party      string   // to whom a notice went: its first recipient
	Recipients []string // all of them
}

// Changes are the rows that a batch of decisions adds or alters.
type Changes struct {
	Decisions                        []Decision
	Reports                          []*Report // new ones in order of number, then altered ones
	NewReports                       int       // how many of Reports are new
	Incidents                        []*Incident
	NewIncidents                     int
	Inquiries                        []*Inquiry
	NewInquiries                     int
	Links                            []Link
	Changes                          []Change
	Merges                           []Merge
	EarlierReports, EarlierIncidents []Opening
	Proposals                        []Proposal
	Sequence                         Sequence // with the last numbers given
}

// Rules are the settings of matching.
type Rules struct {
	Window time.Duration // silence after which an incident is over and a report takes no new tellings
	Zone   *time.Location
}

// Sequence holds the last numbers given, so that the next ones follow.
type Sequence struct {
	Report, Incident, Inquiry int64       // last row identifiers
	ReportNumbers             map[int]int // last report number of each year
	InquiryNumbers            map[int]int // last inquiry number of each year
}

// Loaded is all that the store knows of what a batch of messages can touch: earlier messages by the Message-IDs that the
// batch carries or refers to; incidents (not merged ones) by the addresses and hosts that it names, in the groups it tells;
// the reports and inquiries in which any of these stand, with their people and the identifiers of their incidents; and all
// incidents of the reports in which a message referred to stands. Incidents come the oldest first.
type Loaded struct {
	Known     []Known
	Reports   []*Report
	Incidents []*Incident
	Inquiries []*Inquiry
	Numbers   map[string]int64 // report ids by the numbers that the batch names, joined reports resolved
	Tokens    map[string]Part  // what the tokens that the batch carries stand for; those that are over are not among them
	Sequence  Sequence
}

// Part is a person's part in a matter: in a report or in an inquiry, the other is 0.
type Part struct{ Report, Inquiry int64 }

// State is the desk's memory while a batch is matched.
type State struct {
	rules     Rules
	seq       Sequence
	known     map[string][]Known // by Message-ID, oldest first
	reports   map[int64]*Report
	incidents map[int64]*Incident
	byKey     map[string][]*Incident   // by address and by member host, oldest first
	standing  map[int64]map[int64]bool // the reports in which an incident stands
	inquiries map[int64]*Inquiry
	numbers   map[string]int64
	tokens    map[string]Part
	changes   Changes
}

// NewState prepares matching from what the store has loaded.
func NewState(rules Rules, loaded Loaded) *State {
	s := &State{
		rules:     rules,
		seq:       loaded.Sequence,
		known:     map[string][]Known{},
		reports:   map[int64]*Report{},
		incidents: map[int64]*Incident{},
		byKey:     map[string][]*Incident{},
		standing:  map[int64]map[int64]bool{},
		inquiries: map[int64]*Inquiry{},
		numbers:   loaded.Numbers,
		tokens:    loaded.Tokens,
	}
	if s.numbers == nil {
		s.numbers = map[string]int64{}
	}
	if s.seq.ReportNumbers == nil {
		s.seq.ReportNumbers = map[int]int{}
	}
	if s.seq.InquiryNumbers == nil {
		s.seq.InquiryNumbers = map[int]int{}
	}
	for _, known := range loaded.Known {
		s.known[known.MessageID] = append(s.known[known.MessageID], known)
	}
	for _, report := range loaded.Reports {
		s.reports[report.ID] = report
		for incident := range report.Incidents {
			s.stand(incident, report.ID)
		}
	}
	for _, inquiry := range loaded.Inquiries {
		s.inquiries[inquiry.ID] = inquiry
	}
	for _, incident := range loaded.Incidents {
		s.incidents[incident.ID] = incident
		s.index(incident)
	}
	return s
}

// stand notes that an incident stands in a report.
func (s *State) stand(incident, report int64) {
	if s.standing[incident] == nil {
		s.standing[incident] = map[int64]bool{}
	}
	s.standing[incident][report] = true
}

// index makes an incident findable by its address and its hosts.
func (s *State) index(incident *Incident) {
	s.indexKey(incident.Address, incident)
	for _, host := range incident.Hosts {
		s.indexKey(host, incident)
	}
}

func (s *State) indexKey(key string, incident *Incident) {
	for _, each := range s.byKey[key] {
		if each == incident {
			return
		}
	}
	s.byKey[key] = append(s.byKey[key], incident)
}
