package api

import (
	"errors"
	"net/mail"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/net/idna"

	"todoke/internal/desk"
)

// decodeReport reads a JSON report. Either there are faults, or the report is whole. Values are in normal form.
func decodeReport(body []byte, now time.Time) (*Report, []fault) {
	if err := checkJSON(body, maxDepth); err != nil {
		return nil, []fault{{Pointer: "#", Detail: err.Error()}}
	}
	d := decoder{tree: newTree(body), now: now}
	r := &Report{Language: "en", Purpose: desk.PurposeInformation}
	err := d.report(r)
	if err != nil && !errors.Is(err, errTooManyFaults) {
		d.wrong("the body cannot be read: %v", err)
	}
	if err == nil && len(d.faults) == 0 {
		d.whole(r)
	}
	if len(d.faults) > 0 {
		return nil, d.faults
	}
	return r, nil
}

// decoder knows the fields of a report.
type decoder struct {
	*tree
	now time.Time
}

func (d decoder) report(r *Report) error {
	return d.object(map[string]func() error{
		"reporter":  func() error { return d.reporter(&r.Reporter) },
		"language":  func() error { return d.choice(&r.Language, "ja", "en") },
		"purpose":   func() error { return d.purpose(&r.Purpose) },
		"text":      func() error { return d.lines(maxText, &r.Text) },
		"incidents": func() error { return d.incidents(&r.Incidents) },
	})
}

// whole looks at what only all fields together show.
func (d decoder) whole(r *Report) {
	if strings.TrimSpace(r.Text) == "" && len(r.Incidents) == 0 {
		d.wrong("the report tells nothing; write text, incidents or both")
	}
	if r.Purpose == desk.PurposeQuestion && r.Reporter.Email == "" {
		d.wrong("a question needs an address to answer to; write reporter.email")
	}
}

func (d decoder) reporter(r *Reporter) error {
	return d.object(map[string]func() error{
		"name":         func() error { return d.line(maxName, &r.Name) },
		"organization": func() error { return d.line(maxName, &r.Organization) },
		"email":        func() error { return d.email(&r.Email) },
	})
}

func (d decoder) incidents(list *[]Incident) error {
	return d.list(maxIncidents, func() error {
		var i Incident
		before := len(d.faults)
		told := false
		err := d.object(map[string]func() error{
			"address":    func() error { told = true; return d.address(&i.Address) },
			"class":      func() error { return d.class(&i.Class) },
			"port":       func() error { return d.integer(1, 65535, &i.Port) },
			"proto":      func() error { return d.choice(&i.Proto, "tcp", "udp", "icmp", "sctp") },
			"first_seen": func() error { return d.moment(&i.FirstSeen) },
			"last_seen":  func() error { return d.moment(&i.LastSeen) },
			"evidence":   func() error { return d.lines(maxEvidence, &i.Evidence) },
			"hosts":      func() error { return d.hosts(&i.Hosts) },
			"urls":       func() error { return d.urls(&i.URLs) },
			"brand":      func() error { return d.line(maxName, &i.Brand) },
		})
		if err == nil && len(d.faults) == before {
			d.incident(&i, told)
		}
		*list = append(*list, i)
		return err
	})
}

// incident looks at what only all fields of an incident together show.
func (d decoder) incident(i *Incident, told bool) {
	switch {
	case !told || i.Address == "":
		d.wrong("the address at fault is missing; write address")
	case i.Class == "":
		d.wrong("the harm is missing; write class, one of %s", strings.Join(classes(), ", "))
	case !i.FirstSeen.IsZero() && !i.LastSeen.IsZero() && i.LastSeen.Before(i.FirstSeen):
		d.wrong("last_seen is before first_seen; correct one of them")
	case i.Brand != "" && i.Class != desk.PhishingSite:
		d.wrong("brand is told of phishing.site only; leave it out, or correct class")
	}
}

// lines reads a text of any number of lines, which end with LF, whatever they came with: what ends a line in the mail must end one
// where headings are looked for.
func (d decoder) lines(most int, to *string) error {
	err := d.text(most, to)
	*to = lineEnds.Replace(*to)
	return err
}

var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// line reads a text of one line, without blanks around it.
func (d decoder) line(most int, to *string) error {
	err := d.text(most, to)
	if strings.ContainsFunc(*to, unicode.IsControl) {
		d.wrong("write it in one line")
	}
	*to = strings.TrimSpace(*to)
	return err
}

// choice reads one of several words.
func (d decoder) choice(to *string, words ...string) error {
	var s string
	err := d.text(maxName, &s)
	switch {
	case slices.Contains(words, s):
		*to = s
	case s != "":
		d.wrong("%q is no choice here; write one of %s", shortened(s), strings.Join(words, ", "))
	}
	return err
}

func (d decoder) purpose(to *desk.Purpose) error {
	s := string(*to)
	err := d.choice(&s, string(desk.PurposeInformation), string(desk.PurposeQuestion), string(desk.PurposeCoordination))
	*to = desk.Purpose(s)
	return err
}

// classes are those of the desk, as words to choose from.
func classes() []string {
	var words []string
	for _, c := range desk.Classes() {
		words = append(words, string(c))
	}
	return words
}

func (d decoder) class(to *desk.Class) error {
	s := ""
	err := d.choice(&s, classes()...)
	*to = desk.Class(s)
	return err
}

// email reads an address without a name that every mail system can take: its local part ASCII, its domain made ASCII (RFC 5891).
func (d decoder) email(to *string) error {
	var s string
	err := d.line(maxEmail, &s)
	if s == "" {
		return err
	}
	address, ok := plainAddress(s)
	if !ok {
		d.wrong("this is no mail address; write it like name@example.jp")
	}
	*to = address
	return err
}

func plainAddress(s string) (string, bool) {
	a, err := mail.ParseAddress(s)
	if err != nil || a.Name != "" || a.Address != s {
		return "", false
	}
	at := strings.LastIndexByte(s, '@')
	local := s[:at]
	domain, ok := hostName(s[at+1:])
	if !ok || len(local) > 64 || strings.ContainsFunc(local, func(r rune) bool { return r <= ' ' || r >= 0x7F || strings.ContainsRune(`"<>()[],;:\`, r) }) {
		return "", false
	}
	return local + "@" + domain, true
}

// hostName gives a host of the public name space in lower case and as A-label (RFC 5890).
func hostName(s string) (string, bool) {
	ascii, err := idna.Lookup.ToASCII(strings.TrimSuffix(s, "."))
	if err != nil || len(ascii) > 253 || !strings.Contains(ascii, ".") {
		return "", false
	}
	last := ascii[strings.LastIndexByte(ascii, '.')+1:]
	return strings.ToLower(ascii), strings.Trim(last, "0123456789") != ""
}

// address reads an IP, a network or a host.
func (d decoder) address(to *string) error {
	var s string
	err := d.line(maxName+53, &s)
	if s == "" {
		return err
	}
	if ip, bad := netip.ParseAddr(s); bad == nil && ip.Zone() == "" {
		*to = ip.Unmap().String()
		return err
	}
	if network, bad := netip.ParsePrefix(s); bad == nil {
		*to = network.Masked().String()
		return err
	}
	host, ok := hostName(s)
	if !ok {
		d.wrong("%q is no address; write an IP such as 192.0.2.1, a network such as 192.0.2.0/28, or a host such as www.example.com", shortened(s))
	}
	*to = host
	return err
}

func (d decoder) hosts(to *[]string) error {
	return d.list(maxHosts, func() error {
		var s string
		err := d.line(maxName+53, &s)
		if s == "" {
			return err
		}
		host, ok := hostName(s)
		if !ok {
			d.wrong("%q is no host; write a name such as www.example.com", shortened(s))
		}
		*to = append(*to, host)
		return err
	})
}

func (d decoder) urls(to *[]string) error {
	return d.list(maxURLs, func() error {
		var s string
		err := d.line(maxURL, &s)
		if s == "" {
			return err
		}
		u, bad := url.Parse(s)
		if bad != nil || u.Host == "" || !slices.Contains([]string{"http", "https", "ftp"}, u.Scheme) || strings.ContainsAny(s, " <>\"") {
			d.wrong("%q is no URL; write it whole and not defanged, such as http://www.example.com/login", shortened(s))
		}
		*to = append(*to, s)
		return err
	})
}

// moment reads a time with its zone (RFC 3339).
func (d decoder) moment(to *time.Time) error {
	var s string
	err := d.line(maxName, &s)
	if s == "" {
		return err
	}
	at, bad := time.Parse(time.RFC3339, s)
	switch {
	case bad != nil:
		d.wrong("%q is no time with a zone; write it like 2026-04-01T09:30:00+09:00 (RFC 3339)", shortened(s))
	case at.Year() < 1990 || at.After(d.now.AddDate(0, 0, 1)):
		d.wrong("%s is before 1990 or still to come; correct the year and the zone", s)
	default:
		*to = at
	}
	return err
}
