package logline

import (
	"iter"
	"slices"
	"strings"
)

// Line is one event of a text and where its line stood. An event that took
// several lines (a Snort alert, a Windows event) stands at the line with the address.
type Line struct {
	No         int // from 1
	Start, End int // byte offsets in the text, without the line end
	Event      Event
}

// Reader reads the lines of a text in order and remembers what earlier lines
// said about later ones: headings of tables, #Fields of W3C logs, the line that
// a "last message repeated" means, the first lines of alerts, the client of an LDAP connection. The zero value is ready. It keeps what it
// knows from one call of Lines to the next, for a log told in several parts.
type Reader struct {
	table   grid
	inTable bool
	misses  int // lines in a row that were no rows of the table
	last    Event
	hasLast bool
	alert   string // signature of a Snort alert whose addresses follow
	windows Outcome
	desktop bool                // the Windows event whose address follows was a logon by remote desktop
	clients map[string]Endpoint // of slapd, by host and connection
}

// Bounds of what is remembered.
const (
	maxMisses  = 2
	maxClients = 1024
	maxName    = 48 // bytes of the name of a column
)

// Lines gives the events of a text, in order. Lines that are no log lines are
// left out. Offsets in the events are into text.
func (r *Reader) Lines(text string) []Line {
	return slices.Collect(r.All(text))
}

// All gives what Lines gives, one by one, so that a long log needs no more memory
// than its text. To stop early is allowed; the Reader then knows what it has read so far.
func (r *Reader) All(text string) iter.Seq[Line] {
	return func(yield func(Line) bool) {
		for no, start := 1, 0; start < len(text); no++ {
			end, next := len(text), len(text)
			if n := strings.IndexByte(text[start:], '\n'); n >= 0 {
				end, next = start+n, start+n+1
			}
			line := strings.TrimSuffix(text[start:end], "\r")
			ev, ok := r.line(line)
			if ok && !yield(Line{No: no, Start: start, End: start + len(line), Event: ev.shifted(start)}) {
				return
			}
			start = next
		}
	}
}

func (ev Event) shifted(by int) Event {
	for _, e := range [...]*Endpoint{&ev.Source, &ev.Target} {
		if e.End > 0 {
			e.Start += by
			e.End += by
		}
	}
	return ev
}

// line reads one line with what is remembered.
func (r *Reader) line(line string) (Event, bool) {
	worth := worthReading(line)
	if ev, ok := r.tableLine(line, worth); ok {
		return r.keep(ev), true
	}
	if !worth {
		r.context(line)
		if n := repeats(line); n > 0 && r.hasLast {
			// The addresses stand in an earlier line, so no span is given.
			ev := r.last
			ev.Count = n
			ev.Source.Start, ev.Source.End, ev.Target.Start, ev.Target.End = 0, 0, 0, 0
			return ev, true
		}
		return Event{}, false
	}
	if ev, ok := r.continued(line); ok {
		return r.keep(ev), true
	}
	if ev, ok := Parse(line); ok {
		return r.keep(r.turned(ev)), true
	}
	r.context(line)
	return Event{}, false
}

// turned turns an answer round: a flow from the target of an earlier one back to its source was not begun by the target.
func (r *Reader) turned(ev Event) Event {
	if ev.Outcome == Neutral && r.hasLast && ev.Source.Port > 0 && ev.Target.Addr.IsValid() && ev.Target.Addr == r.last.Source.Addr && ev.Source.Port == r.last.Target.Port {
		ev.Source, ev.Target = ev.Target, ev.Source
		ev.attacked(ev.Target.Port)
	}
	return ev
}

func (r *Reader) keep(ev Event) Event {
	r.last, r.hasLast = ev, true
	return ev
}

// tableLine reads headings and rows.
// A heading holds no address, so only lines that are not worth reading are tried.
func (r *Reader) tableLine(line string, worth bool) (Event, bool) {
	if !worth && mayBeHeading(line) {
		if g, ok := readHeading(line[quoteEnd(line):]); ok {
			r.table, r.inTable, r.misses = g, true, 0
			return Event{}, false
		}
	}
	if !r.inTable || line == "" || line[0] == '#' {
		return Event{}, false
	}
	r.table.learn(line)
	if ev, ok := r.table.row(line); ok {
		r.misses = 0
		return ev, true
	}
	if r.misses++; r.misses > maxMisses {
		r.inTable = false
	}
	return Event{}, false
}

// mayBeHeading is the cheap look before a line is split as a heading.
func mayBeHeading(line string) bool {
	if len(line) < 6 || len(line) > maxHeading || isDigit(line[0]) {
		return false
	}
	return strings.HasPrefix(line, "#") || strings.IndexByte(line, '\t') >= 0 || strings.IndexByte(line, '|') >= 0 ||
		strings.IndexByte(line, ',') >= 0 || strings.IndexByte(line, ';') >= 0 || strings.Contains(line, "  ") || strings.Contains(line, " / ") || strings.Contains(line, "　") ||
		strings.Contains(line, "\" \"") || startsHeading(line)
}

// startsHeading tells whether a line begins with two names of columns and a blank between them.
func startsHeading(line string) bool {
	first, rest, _ := strings.Cut(line, " ")
	second, _, more := strings.Cut(rest, " ")
	return more && len(first) <= maxName && len(second) <= maxName && heading(first) != unnamed && heading(second) != unnamed
}

// repeats reads "last message repeated 5 times" of syslogd.
func repeats(line string) int {
	const words = "last message repeated "
	at := strings.Index(line, words)
	if at < 0 {
		return 0
	}
	n, end := readNumber(line, at+len(words))
	if !strings.HasPrefix(line[end:], " time") {
		return 0
	}
	return n
}

// context remembers what a line says about the lines to come.
func (r *Reader) context(line string) {
	if strings.HasPrefix(line, "[**]") {
		r.alert = signature(lowerASCII(line))
		return
	}
	if line == "" {
		r.alert = ""
	}
	if len(line) < 2048 && mayTellLogon(line) {
		low := lowerASCII(line)
		if outcome, ok := windowsOutcome(low); ok {
			r.windows, r.desktop = outcome, false
		}
		r.desktop = r.desktop || remoteDesktop(low)
	}
}

// mayTellLogon is the cheap look before a line is searched for the words of Windows.
func mayTellLogon(line string) bool {
	return contains(line, "og", "ログオン", "監査", "46", "Audit")
}

// continued reads lines that need an earlier one.
func (r *Reader) continued(line string) (Event, bool) {
	if ev, ok := r.alertAddresses(line); ok {
		return ev, true
	}
	if r.windows != "" && len(line) < 512 {
		if e := header(line); contains(e.low, windowsLabels[:]...) {
			if ev, ok := windowsAddress(e, r.windows); ok {
				if r.desktop && ev.Port == 0 {
					ev.attacked(3389)
				}
				r.windows, r.desktop = "", false
				return e.finish(ev, 1), true
			}
		}
	}
	return r.ldap(line)
}

// alertAddresses reads the third line of a full Snort alert: time and
// addresses.
func (r *Reader) alertAddresses(line string) (Event, bool) {
	if r.alert == "" || !strings.Contains(line, " -> ") {
		return Event{}, false
	}
	e := header(line)
	source, end, ok := flowEndpoint(line, e.msg)
	if !ok {
		return Event{}, false
	}
	ev := alertEvent(e, r.alert)
	ev.Source = source
	ev.Target, _, _ = flowEndpoint(line, end)
	ev.attacked(ev.Target.Port)
	r.alert = ""
	return e.finish(ev, 1), true
}

// ldap follows the connections of slapd: the client stands in the line of
// ACCEPT, the failure (err=49, invalid credentials, RFC 4511 appendix A) in a later one.
func (r *Reader) ldap(line string) (Event, bool) {
	at := strings.Index(line, "conn=")
	if at < 0 || !strings.Contains(line, "slapd") {
		return Event{}, false
	}
	n, end := readNumber(line, at+len("conn="))
	key := line[:0]
	if end > at {
		key = line[at:end]
	}
	if from := strings.Index(line, "ACCEPT from IP="); from >= 0 {
		c, _, ok := readEndpoint(line, from+len("ACCEPT from IP="))
		if ok && n > 0 {
			if r.clients == nil || len(r.clients) >= maxClients {
				r.clients = map[string]Endpoint{}
			}
			r.clients[strings.Clone(key)] = c
		}
		return Event{}, false
	}
	c, known := r.clients[key]
	if !known || !strings.Contains(line, "err=49") {
		return Event{}, false
	}
	c.Start, c.End = 0, 0
	e := header(line)
	ev := Event{Product: "slapd", Source: c, Port: 389, Service: "ldap", Proto: "tcp"}
	ev.accuse(ScanBruteforce, "slapd: invalid credentials")
	return e.finish(ev, 1), true
}
