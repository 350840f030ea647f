// Package xarf reads X-ARF, the format in which desks and machines report abuse of networks to each other: the successor,
// for everything that is no mail, of the feedback report of RFC 5965.
//
// Its versions differ in all but the thought. 0.1 and 0.2 are a part of a mail with lines "Key: value", a small piece of
// YAML, and logs in a part of its own; 1 to 3 are JSON with a "Report" object; 4 is flat JSON with a category and a type.
// Parse takes any of them and lays the keys on one measure (no case, no "-", no "_"), by which the same things are found
// under their different names. Nothing is demanded but a type and an address: reports in the wild miss what the schemas require.
package xarf

import (
	"errors"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"todoke/internal/desk"
)

// Report is what an X-ARF report says, whatever its version.
type Report struct {
	Version         string // as told: "0.2", "3", "4.2.0"; "" where not told
	Category        string // lower case: "abuse", "fraud", "activity", "connection", "content" …
	Type            string // lower case, words joined by "-": "login-attack", "phishing", "port-scan" …
	Source          string // IP, URL, host or mail address at fault
	SourceType      string // "ip", "url", "host" or "email", as seen in Source; "" without one
	SourcePort      int    // 0 where not told
	Destinations    []string
	DestinationPort int    // 0 where not told
	Protocol        string // lower case: "tcp", "udp"
	Service         string // lower case
	Date            time.Time
	FirstSeen       time.Time // of version 4; zero where not told
	LastSeen        time.Time
	ReportedFrom    string // mail address of who files the report
	ReportID        string
	UserAgent       string
	URLs            []string
	Domains         []string   // hosts that the source is
	Brand           string     // that a page imitates
	Told            desk.Class // by a tag of our own, "todoke:scan.port", which says what no type does; "" without one
	Evidence        string     // logs and samples of text
}

// ErrNoReport says that the data is no X-ARF report.
var ErrNoReport = errors.New("no X-ARF report: it tells no type, or no address")

// Parse reads the machine-readable part of an X-ARF mail. With an error it gives what could be read.
func Parse(data []byte) (Report, error) {
	text := strings.TrimSpace(strings.TrimPrefix(string(data[:min(len(data), maxSize)]), "\ufeff"))
	doc := document{}
	var err error
	if strings.HasPrefix(text, "{") {
		err = doc.readJSON(text)
	} else {
		doc.readLines(text)
	}
	r := doc.report()
	if err == nil && (r.Type == "" || r.Source == "" && len(r.URLs)+len(r.Destinations) == 0) {
		err = ErrNoReport
	}
	return r, err
}

// report finds the fields under the names that they have in the versions.
func (d document) report() Report {
	r := Report{
		Version:         d.first("xarfversion", "schemaversion", "version"),
		Category:        strings.ToLower(d.first("category", "reportclass", "class")),
		Type:            kebab(d.first("type", "reporttype", "reportsubtype")),
		Source:          d.first("sourceidentifier", "sourceip", "source", "sourceurl", "sourceuri", "sourcehost", "sourcedomain", "attackerip"),
		SourcePort:      port(d.first("sourceport")),
		Destinations:    d.all("destinationip", "destination", "destinationurl", "targeturl"),
		DestinationPort: port(d.first("destinationport", "port", "serviceport")),
		Protocol:        strings.ToLower(d.first("protocol", "transportprotocol")),
		Service:         strings.ToLower(d.first("service", "servicename")),
		Date:            date(d.first("date", "timestamp", "firstseen")),
		ReportedFrom:    d.first("reportedfrom", "reporterorgemail", "reportercontactemail", "contact", "reportercontact", "reporteremail", "sendercontact"),
		ReportID:        d.first("reportid", "reportercaseid"),
		UserAgent:       d.first("useragent"),
		URLs:            d.all("url", "sourceurl", "sourceuri", "uri", "infringingurl"),
		FirstSeen:       date(d.first("firstseen")),
		LastSeen:        date(d.first("lastseen")),
		Domains:         d.all("domain"),
		Brand:           d.first("targetbrand"),
		Told:            told(d.all("tags")),
		Evidence:        strings.Join(d.all("payload", "log"), "\n"),
	}
	r.SourceType = typeOf(r.Source)
	if r.SourceType == "url" && len(r.URLs) == 0 {
		r.URLs = []string{r.Source}
	}
	return r
}

// TagPrefix begins the tag (version 4: "namespace:predicate") by which our own reports say the desk's class.
const TagPrefix = "todoke:"

func told(tags []string) desk.Class {
	for _, tag := range tags {
		if name, ours := strings.CutPrefix(tag, TagPrefix); ours && desk.Class(name).Valid() {
			return desk.Class(name)
		}
	}
	return ""
}

// kebab writes "PortScan", "port_scan" and "port scan" as "port-scan".
func kebab(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '_' || c == ' ':
			c = '-'
		case 'A' <= c && c <= 'Z':
			if i > 0 && s[i-1] >= 'a' && s[i-1] <= 'z' {
				b.WriteByte('-')
			}
			c += 'a' - 'A'
		}
		b.WriteByte(c)
	}
	return b.String()
}

func port(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || n > 65535 {
		return 0
	}
	return n
}

// dateLayouts are those of RFC 3339, which the schemas ask for, of RFC 5322, and of what is sent in their place.
var dateLayouts = []string{
	time.RFC3339, time.RFC1123Z, "Mon, 2 Jan 2006 15:04:05 -0700", "2 Jan 2006 15:04:05 -0700", time.RFC1123,
	"2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05-07:00", "2006-01-02T15:04:05-0700", "2006-01-02 15:04:05", "2006-01-02T15:04:05",
}

// date reads a date; one without a zone is taken as UTC.
func date(s string) time.Time {
	for _, layout := range dateLayouts {
		if t, err := time.Parse(layout, s); err == nil {
			return t
		}
	}
	return time.Time{}
}

// typeOf says what a source is by its looks; senders tell it wrongly.
func typeOf(source string) string {
	if source == "" {
		return ""
	}
	if _, err := netip.ParseAddr(source); err == nil {
		return "ip"
	}
	switch {
	case strings.Contains(source, "://"):
		return "url"
	case strings.Contains(source, "@"):
		return "email"
	}
	return "host"
}

// classes maps the types of all versions, and those of 0.1 and 0.2, which anybody could add to.
var classes = map[string]desk.Class{
	"login-attack": desk.ScanBruteforce, "loginattack": desk.ScanBruteforce, "brute-force": desk.ScanBruteforce, "bruteforce": desk.ScanBruteforce,
	"port-scan": desk.ScanPort, "portscan": desk.ScanPort, "scan": desk.ScanPort, "probe": desk.ScanPort, "reconnaissance": desk.ScanPort,
	"exploit": desk.ScanWeb, "vulnerability-scan": desk.ScanWeb, "sql-injection": desk.ScanWeb, "web-attack": desk.ScanWeb, "webcrawler": desk.ScanWeb, "web-crawler": desk.ScanWeb, "hack": desk.ScanWeb, "attack": desk.ScanWeb, "regbot": desk.ScanWeb, "rfi": desk.ScanWeb, "badbot": desk.ScanWeb, "scraping": desk.ScanWeb,
	"ddos": desk.DoS, "dos": desk.DoS, "phishing": desk.PhishingSite,
	"malware": desk.MalwareSite, "malware-attack": desk.MalwareSite, "botnet": desk.MalwareInfected, "infected-host": desk.MalwareInfected, "bot": desk.MalwareInfected, "bot-infection": desk.MalwareInfected,
	"c2": desk.MalwareC2, "cnc": desk.MalwareC2, "command-and-control": desk.MalwareC2,
	"spam": desk.Spam, "bulk-messaging": desk.Spam, "spamvertised": desk.Spam, "mail": desk.Spam, "unsolicited": desk.Spam,
	"open-service": desk.Vulnerable, "openservice": desk.Vulnerable, "open-relay": desk.Vulnerable, "openresolver": desk.Vulnerable, "cve": desk.Vulnerable, "misconfiguration": desk.Vulnerable,
	"compromised-server": desk.IntrusionSystem, "remote-compromise": desk.IntrusionSystem, "compromise": desk.IntrusionSystem, "potentially-compromised-account": desk.IntrusionAccount, "compromised-account": desk.IntrusionAccount,
	"defacement": desk.IntrusionDefacement,
}

// Class proposes the class of the incident; "" where the report tells of none.
func (r Report) Class() desk.Class {
	if r.Told != "" {
		return r.Told
	}
	if class, ok := classes[r.Type]; ok {
		return class
	}
	if r.Type == "" && r.Category == "" {
		return ""
	}
	return desk.Other
}
