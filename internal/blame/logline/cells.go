package logline

import "strings"

// readCells reads a record of a packet filter whose cells nobody names: an address with its port, then the other with its own, as
// DShield and personal firewalls write them. Who began the exchange comes first.
//
//	2008-11-02 03:02:12 +00:00	35778	1	203.0.113.5	24766	192.0.2.7	21	6	S
//	FWIN,2008/11/02,03:02:12 +9:00 GMT,203.0.113.5:4411,192.0.2.7:1433,TCP (flags:S)
func readCells(e *entry) (Event, bool) {
	for _, separator := range [...]byte{'\t', ',', ';', '|'} {
		if strings.Count(e.line, string(separator)) < 3 {
			continue
		}
		if ev, ok := e.cells(split(e.line, 0, separator)); ok {
			return ev, true
		}
	}
	return Event{}, false
}

// cells reads the ends of a record, and beside them a time and a protocol, without which two ends with ports may be anything.
func (e *entry) cells(list []field) (Event, bool) {
	ev := Event{Product: "flow"}
	timed, last := e.known, 0
	for k := 0; k < len(list); k++ {
		end, next := endInCells(list, k)
		switch {
		case !end.Addr.IsValid():
			timed = timed || e.timed(list, k)
		case end.Port == 0 || ev.Target.Known():
			return Event{}, false
		case !ev.Source.Known():
			ev.Source, k, last = end, next, next
		case last+1 != k:
			return Event{}, false
		default:
			ev.Target, k, last = end, next, next
		}
	}
	if !timed || !ev.Target.Known() {
		return Event{}, false
	}
	ev.Proto = protoWord(e.low, 0)
	if ev.Proto == "" && last+1 < len(list) {
		ev.Proto = transport(list[last+1].text)
	}
	if ev.Proto == "" {
		return Event{}, false
	}
	ev.attacked(ev.Target.Port)
	did := verdictOf(e.low)
	if strings.HasPrefix(e.low[skipLead(e.low):], "fwin") { // ZoneAlarm: kept from coming in
		did = refusedFlow
	}
	ev.decide(did)
	return ev, true
}

// endInCells reads the end that begins in cell k, whose port is attached to it or fills the next cell, and gives the last cell of it.
func endInCells(list []field, k int) (Endpoint, int) {
	if !isHex(first(list[k].text)) && first(list[k].text) != '[' {
		return Endpoint{}, k
	}
	end, stop, ok := readEndpoint(list[k].text, 0)
	if !ok || stop != len(list[k].text) || !end.Addr.IsValid() {
		return Endpoint{}, k
	}
	end.Start += list[k].start
	end.End += list[k].start
	if end.Port == 0 && k+1 < len(list) {
		if port := list[k+1].number(); port != 0 {
			end.Port, k = port, k+1
		}
	}
	return end, k
}

// timed takes the time that stands in a cell, or as a date there and a time of day in the next.
func (e *entry) timed(list []field, k int) bool {
	text := list[k].text
	if len(text) < len("1/1/08") || !isDigit(text[0]) {
		return false
	}
	if k+1 < len(list) && strings.Contains(list[k+1].text, ":") {
		text += " " + list[k+1].text
	}
	st, _ := readStamp(text, 0)
	if st.known {
		e.stamp = st
	}
	return st.known
}
