package compose

import (
	"errors"
	"strings"
	"time"

	"todoke/internal/desk"
)

// decodeReport reads a JSON report. Either there are faults, or the report is whole. Values are in normal form.
func decodeReport(body []byte, now time.Time) (*Report, []Fault) {
	if err := checkJSON(body, maxDepth); err != nil {
		return nil, []Fault{{Pointer: "#", Detail: err.Error()}}
	}
	d := decoder{tree: newTree(body), now: now}
	r := &Report{Language: "en", Purpose: desk.PurposeInformation}
	err := d.report(r)
	if err != nil && !errors.Is(err, errEnough) {
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
		"text":      func() error { return d.lines(MaxText, &r.Text) },
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
		"name":         func() error { return d.line(MaxName, &r.Name) },
		"organization": func() error { return d.line(MaxName, &r.Organization) },
		"email":        func() error { return d.email(&r.Email) },
	})
}

func (d decoder) incidents(list *[]Incident) error {
	return d.list(MaxIncidents, func() error {
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
			"evidence":   func() error { return d.lines(MaxEvidence, &i.Evidence) },
			"hosts":      func() error { return d.hosts(&i.Hosts) },
			"urls":       func() error { return d.urls(&i.URLs) },
			"brand":      func() error { return d.line(MaxName, &i.Brand) },
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
