package compose

import (
	"bytes"
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"time"

	"todoke/internal/desk"
	"todoke/internal/formats/forms"
)

// JSON makes the mail of a JSON report. Either there are faults, or the mail is whole; from is the reporter's address, "" where none
// is told.
func JSON(body []byte, e Envelope) (raw []byte, from string, faults []Fault) {
	report, faults := decodeReport(body, e.Now)
	switch {
	case len(faults) > 0:
		return nil, "", faults
	case report.Reporter.Email != "" && e.own(report.Reporter.Email):
		return nil, "", []Fault{{"#/reporter/email", "this is an address of the desk itself; write the reporter's"}}
	}
	return writeReport(report, e), report.Reporter.Email, nil
}

// writeReport writes the mail of a JSON report: for people the form of the desk's page, which also tells the program the purpose;
// for the program an X-ARF report for each incident.
func writeReport(r *Report, e Envelope) []byte {
	var b bytes.Buffer
	header(&b, e, mail.Address{Name: r.Reporter.Name, Address: r.Reporter.Email}, subjectOf(r),
		field{"Content-Language", r.Language}, field{"X-Todoke-Report", "json; version=1"})
	w := parts(&b, e)
	writePart(w, "text/plain; charset=utf-8", "", forms.WriteTodoke(r.Language, formOf(r)))
	for n := range r.Incidents {
		writePart(w, "application/json; charset=utf-8", fmt.Sprintf("xarf-%d.json", n+1), xarfOf(&r.Incidents[n], r.Reporter, e, n))
	}
	w.Close()
	return b.Bytes()
}

// subjectOf says how much is told of what.
func subjectOf(r *Report) string {
	what := groupOf(r)
	for _, kind := range forms.TodokeKinds() {
		if kind.Value == what {
			what = kind.Words.In(r.Language)
		}
	}
	subject := forms.Words{JA: "API からの届出", EN: "Report by API"}.In(r.Language)
	if what != "" {
		subject += ": " + what
	}
	if n := len(r.Incidents); n > 1 {
		subject += fmt.Sprintf(" (%d)", n)
	}
	return subject
}

// groupOf is the kind of incident that all of a report are, as the form has it; "" where they are not of one kind, or there is none.
func groupOf(r *Report) string {
	kind := ""
	for n, i := range r.Incidents {
		group := string(i.Class.Group())
		switch i.Class.Group() {
		case "scan", "forged", "intrusion", "phishing", "malware", "dos":
		default:
			group = "other"
		}
		if n > 0 && group != kind {
			return ""
		}
		kind = group
	}
	return kind
}

// formOf fills the form in.
func formOf(r *Report) desk.Form {
	fields := map[string]string{
		"incident_type": groupOf(r), "naming": "nobody",
		"name": r.Reporter.Name, "organization": r.Reporter.Organization, "email": r.Reporter.Email, "details": r.Text,
	}
	var sources, logs []string
	for n := range r.Incidents {
		i := &r.Incidents[n]
		sources = append(sources, describe(i, r.Language))
		if evidence := strings.TrimSpace(i.Evidence); evidence != "" {
			logs = append(logs, evidence)
		}
	}
	fields["source"], fields["log"] = strings.Join(sources, "\n"), strings.Join(logs, "\n\n")
	return desk.Form{Name: forms.TodokeName, Purpose: r.Purpose, Fields: fields}
}

// describe tells of an incident in a line, with its URLs below it.
func describe(i *Incident, lang string) string {
	about := []string{classWords[i.Class].In(lang), service(i), i.Brand, times(i)}
	about = slices.DeleteFunc(about, func(s string) bool { return s == "" })
	line := strings.Join(append([]string{i.Address}, i.Hosts...), " ") + "  " + strings.Join(about, ", ")
	return strings.Join(append([]string{line}, i.URLs...), "\n  ")
}

// service is the port and protocol: "TCP/445".
func service(i *Incident) string {
	switch {
	case i.Port == 0:
		return strings.ToUpper(i.Proto)
	case i.Proto == "":
		return fmt.Sprintf("port %d", i.Port)
	}
	return fmt.Sprintf("%s/%d", strings.ToUpper(i.Proto), i.Port)
}

// times is when it was seen first and last (ISO 8601).
func times(i *Incident) string {
	first, last := stamp(i.FirstSeen), stamp(i.LastSeen)
	switch {
	case first == last || last == "":
		return first
	case first == "":
		return "- " + last
	}
	return first + " - " + last
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339)
}
