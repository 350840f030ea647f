// Package arf reads the machine-readable part of a feedback report: the message/feedback-report part of a mail in the
// Abuse Reporting Format (RFC 5965), with the extensions for authentication failures (RFC 6591) and source ports
// (RFC 6692). Mail providers send one when a user marks a mail as spam, or when a mail fails authentication.
//
// The part is a list of header fields. Only the feedback type, user agent and version are required (section 3.1), and
// providers leave even those out, so that everything readable is taken and nothing is demanded. The reported mail, which
// comes in a part of its own, is not read here.
package arf

import (
	"errors"
	"net/mail"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"todoke/internal/desk"
)

// Report is the machine-readable part of a feedback report.
type Report struct {
	FeedbackType     string // lower case: "abuse", "fraud", "virus", "auth-failure", "opt-out", "not-spam", "other"; "" where not told
	UserAgent        string
	Version          string
	SourceIP         netip.Addr // of the machine that sent the reported mail; invalid where not told
	SourcePort       int        // RFC 6692; 0 where not told
	ArrivalDate      time.Time  // zero where not told or not readable
	Incidents        int        // number of mails that the report stands for; at least 1
	OriginalMailFrom string     // without angle brackets
	OriginalRcptTo   []string
	OriginalEnvelope string
	ReportingMTA     string // host, without the type before it
	ReportedDomains  []string
	ReportedURIs     []string
	AuthFailure      string // RFC 6591: "adsp", "bodyhash", "revoked", "signature", "spf", "dmarc"
	AuthResults      []string
}

// maxValues bounds how many values of a repeated field are kept.
const maxValues = 100

// ErrNoFields says that a text holds no field of a feedback report.
var ErrNoFields = errors.New("no field of a feedback report (RFC 5965)")

// Parse reads the text of a message/feedback-report part. Fields that are not known or not readable are left out.
func Parse(text string) (Report, error) {
	r := Report{Incidents: 1}
	known := false
	for _, field := range unfold(text) {
		name, value, ok := strings.Cut(field, ":")
		if !ok {
			continue
		}
		known = r.set(strings.ToLower(strings.TrimSpace(name)), strings.TrimSpace(value)) || known
	}
	if !known {
		return r, ErrNoFields
	}
	return r, nil
}

// unfold gives the header fields of a text (RFC 5322 section 2.2.3), each on one line.
func unfold(text string) []string {
	var fields []string
	var folded strings.Builder
	flush := func() {
		if folded.Len() > 0 {
			fields = append(fields, folded.String())
			folded.Reset()
		}
	}
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		if line == "" || line[0] != ' ' && line[0] != '\t' {
			flush()
		}
		folded.WriteString(line)
	}
	flush()
	return fields
}

// set takes one field in and tells whether it is one of the format.
func (r *Report) set(name, value string) bool {
	switch name {
	case "feedback-type":
		r.FeedbackType = strings.ToLower(value)
	case "user-agent":
		r.UserAgent = value
	case "version":
		r.Version = value
	case "source-ip", "source":
		r.SourceIP = address(value)
	case "source-port":
		r.SourcePort = number(value, 65535)
	case "arrival-date", "received-date": // the latter in drafts before the RFC, and still sent
		r.ArrivalDate = date(value)
	case "incidents":
		r.Incidents = max(1, number(value, 1<<30))
	case "original-mail-from":
		r.OriginalMailFrom = strings.Trim(value, "<>")
	case "original-rcpt-to", "removal-recipient":
		add(&r.OriginalRcptTo, strings.Trim(value, "<>"))
	case "original-envelope-id":
		r.OriginalEnvelope = value
	case "reporting-mta":
		_, host, typed := strings.Cut(value, ";")
		if !typed {
			host = value
		}
		r.ReportingMTA = strings.TrimSpace(host)
	case "reported-domain":
		add(&r.ReportedDomains, strings.ToLower(value))
	case "reported-uri":
		add(&r.ReportedURIs, strings.Trim(value, "<>"))
	case "auth-failure":
		r.AuthFailure = strings.ToLower(value)
	case "authentication-results":
		add(&r.AuthResults, value)
	default:
		return false
	}
	return true
}

func add(values *[]string, value string) {
	if value != "" && len(*values) < maxValues {
		*values = append(*values, value)
	}
}

// address reads an IP address, also in the brackets of RFC 5321 and with a comment behind it.
func address(value string) netip.Addr {
	value, _, _ = strings.Cut(strings.TrimLeft(value, "[ "), " ")
	value = strings.TrimSuffix(value, "]")
	if rest, ok := strings.CutPrefix(strings.ToLower(value), "ipv6:"); ok {
		value = rest
	}
	ip, err := netip.ParseAddr(value)
	if err != nil {
		return netip.Addr{}
	}
	return ip.Unmap()
}

func number(value string, limit int) int {
	n, err := strconv.Atoi(value)
	if err != nil || n < 0 || n > limit {
		return 0
	}
	return n
}

// date reads a date of RFC 5322 section 3.3, or one of RFC 3339, which some senders write.
func date(value string) time.Time {
	if t, err := mail.ParseDate(value); err == nil {
		return t
	}
	if t, err := time.Parse(time.RFC3339, value); err == nil {
		return t
	}
	return time.Time{}
}

// Class proposes the class of the incident that the report tells of. It is "" for what is no incident: a mail taken for
// spam in error, or somebody who wants to leave a list.
func (r Report) Class() desk.Class {
	switch r.FeedbackType {
	case "abuse", "miscategorized", "":
		return desk.Spam
	case "fraud", "phishing":
		return desk.PhishingSite
	case "virus", "malware":
		return desk.MalwareInfected
	case "auth-failure", "dkim-failure", "spf-failure":
		return desk.ForgedSpoof
	case "opt-out", "opt-out-list", "not-spam":
		return ""
	}
	return desk.Other
}
