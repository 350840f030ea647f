package arf

import (
	"net/netip"
	"time"

	"todoke/internal/desk"
)

// Report is the machine-readable part of a feedback report.
type Report struct {
	FeedbackType     string // lower case: "abuse", "fraud", "virus", "auth-failure", "opt-out", "not-spam", "other"
	UserAgent        string
	Version          string
	SourceIP         netip.Addr // of the machine that sent the reported mail; invalid where not told
	SourcePort       int        // RFC 6692; 0 where not told
	ArrivalDate      time.Time  // zero where not told or not readable
	Incidents        int        // number of mails that the report stands for; at least 1
	OriginalMailFrom string
	OriginalRcptTo   []string
	OriginalEnvelope string
	ReportingMTA     string
	ReportedDomains  []string
	ReportedURIs     []string
	AuthFailure      string // RFC 6591: "adsp", "bodyhash", "revoked", "signature", "spf", "dmarc"
	AuthResults      []string
}

// Parse reads the text of a message/feedback-report part.
func Parse(text string) (Report, error) { return Report{}, nil }

// Class proposes the class of the incident that the report tells of, "" where it tells of none.
func (r Report) Class() desk.Class { return "" }
