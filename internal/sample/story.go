package sample

import (
	"fmt"
	"strings"
	"time"
)

// A message of the quarter, before its envelope.
type message struct {
	kind     Kind
	from     *person
	to       string
	cc       string
	subject  string
	body     string
	parts    []filled
	shape    string // "", html, alternative or rawhtml
	charset  string // wished for; utf-8 where the text does not fit into it
	headers  []string
	id       string
	answers  *message
	wrote    time.Time
	received time.Time
	seed     uint64 // of all that is random in the envelope
	path     uint64 // of all that is random in the Received headers
	archived bool   // our own mail, kept without Received headers

	report *report
	thread string
	notice bool
	about  []*incident // of a notice
	told   []*told
	truth  Truth
}

// finalTruth is known only when all mails of a matter are written, for a later
// one may name the IP of a host.
func (m *message) finalTruth() Truth {
	t := m.truth
	t.Kind, t.Received, t.Thread, t.Notice = m.kind, m.received, m.thread, m.notice
	if m.report != nil {
		t.Report = m.report.key
	}
	if m.kind == KindReport || m.kind == KindFollowUp {
		t.Reporter = m.from.tld()
	}
	for _, told := range m.told {
		t.Incident = append(t.Incident, told.truth())
	}
	return t
}

// desk is the address to which people write.
const desk = "report@csirt.example.jp"

// write puts a text into a message that reaches us at the given time.
func (w *writer) write(kind Kind, from *person, t text, received time.Time) *message {
	keys := t.wording.keys
	m := &message{
		kind: kind, from: from, to: desk, subject: t.subject, body: t.body, parts: t.attachments, shape: keys["shape"], charset: keys["charset"],
		told: t.told, seed: w.rnd.Uint64(), path: w.rnd.Uint64(), received: received.Truncate(time.Second), truth: Truth{Wording: t.wording.name},
	}
	m.wrote = m.received.Add(-time.Duration(3+w.rnd.IntN(200)) * time.Second)
	if w.rnd.IntN(60) == 0 { // a clock that nobody set
		m.wrote = m.wrote.AddDate(0, -2, -11)
	}
	if m.charset == "" {
		m.charset = w.charsetFor(from)
	}
	m.id = from.mua.messageID(w.rnd, from, m.wrote)
	w.messages = append(w.messages, m)
	return m
}

// view is what a text of the person at the time can name.
func (w *writer) view(me *person, now time.Time) view { return view{Me: me, Now: now} }

// language is that of the wordings somebody uses.
func (p *person) language() string {
	if p.ja() {
		return "ja"
	}
	return "en"
}

// tell lets somebody tell of incidents.
func (w *writer) tell(kind Kind, r *report, by *person, family string, incidents []*incident, at time.Time) (*message, error) {
	wording, err := w.choose(family, by, incidents)
	if err != nil {
		return nil, fmt.Errorf("%s of report %s: %w", kind, r.key, err)
	}
	t, err := w.compose(wording, w.view(by, at), incidents)
	if err != nil {
		return nil, err
	}
	for _, told := range t.told {
		told.incident.toldIP = told.incident.toldIP || told.ip
	}
	m := w.write(kind, by, t, at)
	m.report = r
	r.messages = append(r.messages, m)
	return m, nil
}

// tellReports writes the first mail of each report.
func (w *writer) tellReports() error {
	for _, r := range w.reports {
		all := append(append([]*incident(nil), r.incidents...), r.known...)
		if _, err := w.tell(KindReport, r, r.reporter, r.family.name, all, r.first); err != nil {
			return err
		}
	}
	return nil
}

// toldAgain are the harms of which several people tell.
var toldAgain = map[string]bool{
	"scan-http": true, "scan-ssh": true, "phish-domestic": true, "phish-overseas": true, "malware-site": true, "c2": true, "infected": true,
}

// maxTries ends a search by chance for what the plan does not hold.
const maxTries = 100_000

// tellAgain lets other people tell of addresses that stand in a report.
func (w *writer) tellAgain() error {
	for month, n := range sameByMany {
		for tries := 0; n > 0; tries++ {
			if tries == maxTries {
				return fmt.Errorf("month %d: nothing left of which others could tell", month+4)
			}
			at := w.timeIn(month, 31)
			r := w.reports[w.rnd.IntN(len(w.reports))]
			age := at.Sub(r.first)
			if age < time.Hour || age > 20*24*time.Hour || !toldAgain[r.family.name] || w.rnd.IntN(3) > 0 && strings.HasPrefix(r.family.name, "scan") {
				continue
			}
			again := r.openFor()
			by := w.people.from(w.anyTLD())
			if len(again) == 0 || r.knows(by) {
				continue
			}
			if _, err := w.tell(KindReport, r, by, r.family.name, again, at); err != nil {
				return err
			}
			n--
		}
	}
	return nil
}

// openFor are the addresses of which others may tell again: at most two of
// those told first, none that stands in another report too.
func (r *report) openFor() []*incident {
	var open []*incident
	for _, i := range r.incidents {
		if i.shared || i.single {
			return nil
		}
		open = append(open, i)
	}
	if len(r.known) > 0 {
		return nil
	}
	return open[:min(2, len(open))]
}

// knows says whether somebody wrote in the matter already.
func (r *report) knows(p *person) bool {
	for _, m := range r.messages {
		if m.from.Mail == p.Mail {
			return true
		}
	}
	return false
}

func (w *writer) anyTLD() string {
	if w.rnd.IntN(3) == 0 {
		return "jp"
	}
	return reporterTLDs[w.rnd.IntN(len(reporterTLDs))].tld
}

// followUp writes what reporters send after their first mail: further
// addresses, further logs, answers, thanks.
func (w *writer) followUp() error {
	left := followUps
	for _, r := range w.reports {
		if len(r.later) == 0 {
			continue
		}
		at := r.first.Add(time.Duration(3+w.rnd.IntN(60)) * time.Hour)
		if err := w.follow(r, "more-addresses-"+r.family.name, r.later, at); err != nil {
			return err
		}
		left[r.first.Month()-time.April]--
	}
	for month, n := range left {
		for tries := 0; n > 0; tries++ {
			if tries == maxTries {
				return fmt.Errorf("month %d: nothing left to follow up", month+4)
			}
			at := w.timeIn(month, 31)
			r := w.reports[w.rnd.IntN(len(w.reports))]
			last := r.messages[len(r.messages)-1].received
			if at.Before(last.Add(2*time.Hour)) || at.Sub(last) > 9*24*time.Hour || r.reporter.form != "" || len(r.messages) > 4 {
				continue
			}
			family, incidents := w.sequel(r)
			if err := w.follow(r, family, incidents, at); err != nil {
				return err
			}
			n--
		}
	}
	return nil
}

// sequel picks what sort of later mail comes, and of which addresses it tells.
func (w *writer) sequel(r *report) (string, []*incident) {
	if len(r.incidents) != 1 || r.incidents[0].shared || r.incidents[0].single || len(r.known) > 0 || w.rnd.IntN(5) < 2 {
		return "more", nil
	}
	switch name := r.family.name; {
	case name == "scan-http" || name == "scan-ssh":
		return "more-" + name, r.incidents
	case name == "malware-site" || r.family.origin != "":
		return "more-" + strings.SplitN(name, "-", 2)[0], r.incidents
	}
	return "more", nil
}

// follow writes a later mail of the reporter, as an answer to our mail where
// there is one, else to their own.
func (w *writer) follow(r *report, family string, incidents []*incident, at time.Time) error {
	var answered *message
	for _, m := range r.messages {
		ours := m.kind == KindOutbound && m.answers != nil && m.answers.from == r.reporter
		if (ours || m.from == r.reporter) && m.received.Before(at) {
			answered = m
		}
	}
	m, err := w.tell(KindFollowUp, r, r.reporter, family, incidents, at)
	if err != nil {
		return err
	}
	w.answer(m, answered)
	return nil
}

// answer makes m an answer to another mail: its threading headers, its
// subject, and mostly the other's text as a quotation.
func (w *writer) answer(m, other *message) {
	m.answers = other
	if m.subject == "" {
		m.subject = reSubject(m.from, other.subject)
	}
	if w.rnd.IntN(4) > 0 {
		m.body = quoteBelow(w.rnd.IntN(4), m.from.ja(), m.body, other)
	}
}

func reSubject(from *person, subject string) string {
	if strings.HasPrefix(strings.ToLower(subject), "re:") {
		return subject
	}
	return "Re: " + subject
}

// quoteBelow adds the other mail to a text in one of the manners of mail
// programs: below with an attribution, above, as "Original Message", in part.
func quoteBelow(manner int, ja bool, text string, other *message) string {
	lines := strings.Split(strings.TrimRight(other.body, "\n"), "\n")
	if manner == 3 && len(lines) > 8 {
		lines = lines[:8]
	}
	if manner == 2 {
		return text + "\n----- Original Message ----- \nFrom: " + other.from.Mail + "\nSent: " + other.wrote.In(tokyo).Format("Monday, January 02, 2006 3:04 PM") +
			"\nSubject: " + other.subject + "\n\n\n" + strings.Join(lines, "\n") + "\n"
	}
	for i := range lines {
		lines[i] = strings.TrimRight("> "+lines[i], " ")
	}
	said := "On " + other.wrote.In(other.from.zone()).Format("Mon, Jan 02, 2006 at 03:04:05PM -0700") + ", " + other.from.Name + " wrote:"
	if ja {
		said = other.from.Name + " さんは書きました (" + other.wrote.In(tokyo).Format("2006/01/02 15:04") + "):"
	}
	quote := said + "\n" + strings.Join(lines, "\n") + "\n"
	if manner == 1 {
		return quote + "\n" + text
	}
	return text + "\n" + quote
}
