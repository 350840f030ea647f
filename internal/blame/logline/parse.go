package logline

import "strings"

// maxLine bounds how much of a line is read. Longer lines are cut: no product
// puts the client further back.
const maxLine = 16 << 10

// shapes are the ways of writing, the most distinct first. Each reader says no at little cost.
var shapes = [...]func(*entry) (Event, bool){
	readAccess, readAudit, readAlert, readFilterlog, readPaloAlto, readGlobalProtect, readVPCFlow, readCells, readRecord, readRequestPairs, readPairs, readArrow, readPhrase, readW3C, readWindows, readFlow,
}

// Parse reads one line without its line end. It is false for a line that is no
// log line of a kind known here. Offsets in the event are into line.
func Parse(line string) (Event, bool) {
	if len(line) > maxLine {
		line = line[:maxLine]
	}
	if !worthReading(line) {
		return Event{}, false
	}
	e := header(line)
	count := e.repeated()
	for _, read := range shapes {
		if ev, ok := read(e); ok {
			return e.finish(ev, count), true
		}
	}
	return Event{}, false
}

// worthReading is a quick look that turns prose away: a line of a log has
// something of the shape of an address, or the tag of a program, or the "rhost=" of PAM.
func worthReading(line string) bool {
	dots, colons := 0, 0
	for i := range len(line) {
		switch c := line[i]; {
		case c == '.':
			if dots++; dots == 3 {
				return true
			}
		case c == ':':
			if colons++; colons >= 3 || i > 0 && line[i-1] == ':' {
				return true
			}
		case isHex(c):
		case c == '=' && strings.HasSuffix(line[:i], "rhost"), c == ']' && strings.HasPrefix(line[i:], "]: "):
			return true
		default:
			dots, colons = 0, 0
		}
	}
	return false
}

// repeated takes off "message repeated 5 times: [ … ]" of rsyslog, leaving the message inside.
func (e *entry) repeated() int {
	const lead = "message repeated "
	if !strings.HasPrefix(e.low[e.msg:], lead) {
		return 1
	}
	n, end := readNumber(e.low, e.msg+len(lead))
	rest := e.low[end:]
	if n == 0 || !strings.HasPrefix(rest, " times: [") {
		return 1
	}
	e.msg = end + len(" times: [")
	for e.msg < len(e.line) && e.line[e.msg] == ' ' {
		e.msg++
	}
	return n
}

// finish adds what all shapes share.
func (e *entry) finish(ev Event, count int) Event {
	ev.Time, ev.TimeKnown, ev.ZoneKnown = e.time, e.known, e.zoned
	ev.Count = count
	if !ev.Source.Known() && ev.Outcome == Tried {
		ev.Class = ""
	}
	if ev.Outcome == "" {
		ev.Outcome = Neutral
	}
	if ev.Outcome == Tried && !ev.Worm {
		ev.Worm = namesWorm(e.low[e.msg:])
	}
	return ev
}

// readArrow reads flows with an arrow, and those of products that mark their messages with a
// percent sign, before their words are taken for those of a service.
func readArrow(e *entry) (Event, bool) {
	if strings.IndexByte(e.message(), '>') < 0 && strings.IndexByte(e.line, '%') < 0 && e.program != "kernel" {
		return Event{}, false
	}
	return readFlow(e)
}

// readW3C reads a line of IIS whose #Fields are not known, by the order that
// it has by default: … server-ip method stem query port user client-ip agent ….
func readW3C(e *entry) (Event, bool) {
	if !e.known {
		return Event{}, false
	}
	f := split(e.line, e.msg, ' ')
	for k, cell := range f {
		if k == 0 || k+5 >= len(f) || !isMethod(cell.text) || !strings.HasPrefix(f[k+1].text, "/") {
			continue
		}
		r := request{product: "iis", server: f[k-1].endpoint(), protocol: "HTTP/1.1"}
		for at := k + 3; at <= k+5; at++ {
			if c := f[at].endpoint(); c.Addr.IsValid() {
				r.client = c
				break
			}
		}
		if !r.client.Known() {
			return Event{}, false
		}
		target := f[k+1].text
		if f[k+2].text != "-" {
			target += "?" + f[k+2].text
		}
		r.setLine(cell.text + " " + target + " HTTP/1.1")
		for _, c := range f[k+5:] {
			if n := c.number(); len(c.text) == 3 && n >= 100 && n < 600 {
				r.status = n
				break
			}
			if len(c.text) > len(r.agent) && !isDigit(c.text[0]) {
				r.agent = c.text
			}
		}
		ev := r.event()
		if port := f[k+3].number(); port != 0 {
			ev.attacked(port)
		}
		return ev, true
	}
	return Event{}, false
}

// readAudit reads the first part of an entry in the audit log of ModSecurity, where every request is one that a rule matched:
//
//	[03/Feb/2009:02:44:10 +0900] SYc9Gn8AAAEAAGZtBQkAAAAA 203.0.113.8 39811 192.0.2.5 443
func readAudit(e *entry) (Event, bool) {
	if !e.known || len(e.line) == 0 || e.line[0] != '[' {
		return Event{}, false
	}
	f := split(strings.TrimRight(e.line, " "), e.msg, ' ')
	if len(f) == 5 && len(f[0].text) >= 8 {
		f = f[1:] // its unique name, which some leave out
	}
	if len(f) != 4 {
		return Event{}, false
	}
	ev := Event{Product: "modsecurity", Source: f[0].endpoint(), Target: f[2].endpoint(), Proto: "tcp"}
	ev.Source.Port, ev.Target.Port = f[1].number(), f[3].number()
	if !ev.Source.Addr.IsValid() || !ev.Target.Addr.IsValid() || ev.Source.Port == 0 || ev.Target.Port == 0 {
		return Event{}, false
	}
	ev.attacked(ev.Target.Port)
	ev.accuse(ScanWeb, "modsecurity: request that a rule matched")
	return ev, true
}
