package compose

import (
	"time"

	"todoke/internal/desk"
)

// Report is a JSON report: the desk's own small schema, for programs that have no format of their own. The OpenAPI document
// describes it field by field.
type Report struct {
	Reporter  Reporter
	Language  string // in which the desk answers: "ja" or "en"
	Purpose   desk.Purpose
	Text      string // what happened, in words
	Incidents []Incident
}

// Reporter is who tells; nobody else gets to know it.
type Reporter struct {
	Name, Organization string
	Email              string // plain address (RFC 5322, addr-spec) with an A-label domain; "" for none
}

// Incident is one address at fault and the harm that it does.
type Incident struct {
	Address   string // IP or CIDR (RFC 5952), else the host as A-label
	Class     desk.Class
	Port      int    // of the service attacked; 0 where none is told
	Proto     string // "tcp", "udp", "icmp", "sctp"; "" where none is told
	FirstSeen time.Time
	LastSeen  time.Time // zero where not told, as FirstSeen
	Evidence  string    // log lines or other text
	Hosts     []string  // hosts that are this address, as A-labels
	URLs      []string
	Brand     string // that a phishing site imitates
}

// Bounds on a report; the OpenAPI document tells them. Those of texts are in code points.
const (
	MaxName      = 200
	MaxEmail     = 254 // RFC 5321, section 4.5.3.1.3
	MaxText      = 50_000
	MaxEvidence  = 20_000
	MaxIncidents = 1000 // each becomes a part of the mail, and readers take 2,000
	MaxHosts     = 100
	MaxURLs      = 100
	MaxURL       = 2048

	maxHost  = 253 // RFC 1035, section 2.3.4, as text
	maxDepth = 8   // of the JSON; the schema itself needs 4
)
