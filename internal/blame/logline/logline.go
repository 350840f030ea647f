// Package logline reads one line of a log into an event: who did what to whom,
// when, and whether it worked.
//
// People who report an attack paste what their machines wrote. Hundreds of
// products write logs, each in its own words, but they share a few shapes: a
// line in the words of one service behind a syslog header (RFC 3164, RFC 5424),
// a request in the Common Log Format, key=value pairs of a packet filter, an
// alert of an intrusion detection system, an event of Windows, JSON, or a row of a table
// with headings. This package knows the shapes, the words of the
// services, and which side of a line is the attacker.
//
// A line blames its source only where Outcome is Tried. A line that tells of
// success ("Accepted password") or of plain traffic says nothing
// about harm: its Class is empty, and what it means is for the caller to judge.
package logline

import (
	"net/netip"
	"time"
)

// Outcome says how the thing told by a line ended.
type Outcome string

const (
	// Neutral: traffic or chatter that says nothing about harm.
	Neutral Outcome = "neutral"
	// Tried: an attempt that was refused, failed, or was noticed by a detector.
	Tried Outcome = "tried"
	// Succeeded: a login or the like that worked. It may well be legitimate.
	Succeeded Outcome = "succeeded"
)

// Classes of the desk that a line can propose.
const (
	ScanPort         = "scan.port"
	ScanBruteforce   = "scan.bruteforce"
	ScanWeb          = "scan.web"
	IntrusionAccount = "intrusion.account"
	IntrusionSystem  = "intrusion.system"
	DoS              = "dos"
	Spam             = "spam"
	ForgedSpoof      = "forged.spoof"
	MalwareInfected  = "malware.infected"
	MalwareC2        = "malware.c2"
)

// Endpoint is one side of an event. Addr is invalid where the line names the
// side by host only; Host is then its name in lower case.
type Endpoint struct {
	Addr netip.Addr
	Host string
	// Port is the port of this side, 0 where not told.
	Port int
	// Start and End are the byte span of the address text (without port) in
	// the line given to Parse, or in the text given to Reader.Lines.
	Start, End int
}

// Known reports whether the line told this side at all.
func (e Endpoint) Known() bool { return e.Addr.IsValid() || e.Host != "" }

// Injection names what a web request tried to make the server do.
type Injection string

const (
	SQLInjection  Injection = "sql-injection"
	PathTraversal Injection = "path-traversal"
	FileInclusion Injection = "file-inclusion" // local or remote
	CrossSite     Injection = "xss"
	CodeInjection Injection = "code-injection" // PHP, CGI, template and shell commands
	Shellshock    Injection = "shellshock"
	Log4Shell     Injection = "log4shell"
)

// Event is what one line tells.
type Event struct {
	// Product wrote the line: "sshd", "apache", "iptables", "cisco-asa",
	// "windows", "snort"…; "table" for a row of a table; "syslog" or "log"
	// where the line was understood without knowing its writer.
	Product string

	// Time is of the event, in UTC where ZoneKnown, else the wall clock as
	// written, in UTC. Its year is 0 where the line does not tell one (RFC 3164).
	Time      time.Time
	TimeKnown bool
	ZoneKnown bool

	// Source began the exchange, Target is whom it meant.
	Source, Target Endpoint

	Proto string // "tcp" "udp" "icmp" or another IP protocol in lower case; "" where not told

	// Port and Service are of the service attacked: 22 "ssh". Port is 0 where
	// neither the line nor its product tells it.
	Port    int
	Service string

	Outcome Outcome
	Class   string // one of the desk's classes, or "" where nothing is proposed
	Count   int    // attempts told, at least 1: "message repeated 5 times"

	// Worm says that the line bears the name or the marks of a worm, a botnet
	// or a well-known scanner.
	Worm bool

	// What says it in a short English phrase, for the reasons: "sshd: Failed password".
	What string

	// User is the account that was tried, where told.
	User string

	// Injection of a web request, "" where none was seen. Status is the
	// answer's HTTP status, 0 where not told. SuccessHint says that the answer
	// goes beyond what a page would give (a 200 alone does not).
	Injection   Injection
	Status      int
	SuccessHint bool
}

// Blames reports whether the event accuses its source of something.
func (e Event) Blames() bool {
	return e.Outcome == Tried && e.Class != "" && e.Source.Known()
}
