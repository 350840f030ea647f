package logline

import (
	"strconv"
	"strings"
)

// readRecord reads a log entry in JSON, alone or behind a header: EVE of
// Suricata, honeypots, cloud trails, web applications. Members of nested
// objects count like those of the outer one; where a key comes twice, the
// first holds.
func readRecord(e *entry) (Event, bool) {
	open := strings.IndexByte(e.message(), '{')
	if open < 0 || !strings.Contains(e.message()[open:], "\":") {
		return Event{}, false
	}
	m := members(e.line, e.msg+open)
	if len(m) < 2 {
		return Event{}, false
	}
	ev := Event{Product: "json"}
	ev.Source = m.endpoint("src_ip", "source_ip", "srcip", "src", "client_ip", "clientip", "clientaddr", "clienthost", "remote_addr", "remoteaddr", "remote_ip", "remoteip", "remoteaddress", "sourceipaddress", "sourceip", "source_address", "saddr", "peerip", "ip", "ip_address", "ipaddress", "remote", "addr.remote", "client", "request_remote_addr", "x-forwarded-for", "downstream_remote_address", "host", "user", "src_host", "srchost")
	ev.Target = m.endpoint("dest_ip", "dst_ip", "dstip", "destination_ip", "dst", "daddr", "target_ip", "dst_host", "local_ip")
	if !ev.Source.Addr.IsValid() {
		return Event{}, false
	}
	m.ports(&ev)
	ev.Proto = transport(m.text("proto", "protocol", "transport"))
	ev.User = m.text("username", "user_name", "login")
	for _, key := range [...]string{"timestamp", "time", "@timestamp", "eventtime", "ts", "start_time"} {
		if st, _ := readStamp(m.text(key), 0); st.known && !e.known {
			e.stamp = st
		}
	}
	m.judge(e, &ev)
	return ev, true
}

// transport leaves out names of protocols that ride on a transport: "telnet".
func transport(text string) string {
	switch proto := protocol(text); proto {
	case "tcp", "udp", "icmp", "icmp6", "gre", "esp":
		return proto
	}
	return ""
}

type memberList map[string]field

// maxMembers bounds the members read of one record.
const maxMembers = 256

// members scans JSON from the brace at s[i]. It asks less than RFC 8259: text
// that is cut off or broken gives what stood before.
func members(s string, i int) memberList {
	m := memberList{}
	for i < len(s) && len(m) < maxMembers {
		q := strings.IndexByte(s[i:], '"')
		if q < 0 {
			break
		}
		start := i + q + 1
		end := stringEnd(s, start)
		after := skipBlanks(s, end+1)
		if after >= len(s) || s[after] != ':' {
			i = min(end+1, len(s))
			continue
		}
		key := lowerASCII(s[start:min(end, len(s))])
		value, next := memberValue(s, skipBlanks(s, after+1))
		if _, ok := m[key]; !ok && value.text != "" {
			m[key] = value
		}
		i = next
	}
	return m
}

func stringEnd(s string, i int) int {
	for i < len(s) && s[i] != '"' {
		if s[i] == '\\' {
			i++
		}
		i++
	}
	return min(i, len(s))
}

func skipBlanks(s string, i int) int {
	for i < len(s) && strings.IndexByte(" \t\r\n", s[i]) >= 0 {
		i++
	}
	return i
}

// memberValue reads a string, number or word; of an object or array it reads nothing,
// so that its members follow.
func memberValue(s string, i int) (field, int) {
	if i >= len(s) {
		return field{}, i
	}
	switch s[i] {
	case '"':
		end := stringEnd(s, i+1)
		return field{s[i+1 : end], i + 1, end}, min(end+1, len(s))
	case '{', '[':
		if s[i] == '[' {
			if j := skipBlanks(s, i+1); j < len(s) && s[j] == '"' {
				return memberValue(s, j)
			}
		}
		return field{}, i + 1
	}
	end := i
	for end < len(s) && strings.IndexByte(",}] \t\r\n", s[end]) < 0 {
		end++
	}
	return field{s[i:end], i, end}, max(end, i+1)
}

func (m memberList) text(keys ...string) string {
	for _, k := range keys {
		if f, ok := m[k]; ok {
			return f.text
		}
	}
	return ""
}

func (m memberList) endpoint(keys ...string) Endpoint {
	for _, k := range keys {
		if f, ok := m[k]; ok {
			if e := f.endpoint(); e.Addr.IsValid() {
				return e
			}
		}
	}
	return Endpoint{}
}

func (m memberList) ports(ev *Event) {
	port := func(keys ...string) int {
		n, err := strconv.Atoi(m.text(keys...))
		if err != nil || n < 0 || n > 65535 {
			return 0
		}
		return n
	}
	if p := port("src_port", "srcport", "spt", "source_port"); p != 0 {
		ev.Source.Port = p
	}
	ev.Target.Port = port("dest_port", "dst_port", "dstport", "dpt", "destination_port")
	ev.attacked(ev.Target.Port)
}

// judge decides by what the record says of itself: an alert, a status, an event's name, or the words
// of its message.
func (m memberList) judge(e *entry, ev *Event) {
	kind := lowerASCII(m.text("event_type", "eventid", "event", "eventname", "action", "type"))
	sig := lowerASCII(m.text("signature", "attack_type", "waapincidenttype"))
	switch {
	case strings.HasPrefix(kind, "cowrie.") || strings.HasPrefix(kind, "kippo."):
		ev.Product, ev.Service, ev.Port = "cowrie", "ssh", 22
		if m.text("protocol") == "telnet" || ev.Target.Port == 23 {
			ev.Service, ev.Port = "telnet", 23
		}
		ev.accuse(ScanBruteforce, "cowrie: "+kind)
	case sig != "":
		ev.Product = "suricata"
		ev.accuse(alertClass(sig), "suricata: "+sig)
		ev.Worm = namesWorm(sig)
	case ev.Target.Known() && kind != "" && m.text("flow_id") != "":
		ev.Product, ev.Outcome, ev.What = "suricata", Neutral, "suricata: "+kind
	default:
		m.judgeRequest(e, ev)
	}
}

// judgeRequest looks at a web request told in JSON, else at the words of the line.
func (m memberList) judgeRequest(e *entry, ev *Event) {
	target := m.text("uri", "url", "request_uri", "requestpath", "path", "request", "requesturi", "x-envoy-origin-path")
	status, _ := strconv.Atoi(m.text("status", "status_code", "downstreamstatus", "originstatus", "response_code", "statuscode"))
	if method := m.text("method", "requestmethod", "request_method"); method != "" && target != "" && status != 0 {
		r := request{product: "http", client: ev.Source, status: status, agent: m.text("user_agent", "user-agent", "useragent", "request_user-agent")}
		r.setLine(strings.ToUpper(method) + " " + target + " HTTP/1.1")
		if status == 401 {
			r.user = "-"
		}
		judged := r.event()
		judged.Target = ev.Target
		if judged.Outcome == Tried {
			*ev = judged
			return
		}
	}
	if m.text("authenticationdatabase", "principalname") != "" && ev.Port == 0 {
		ev.attacked(27017) // mongod
	}
	f := lexicon().look(e.low[e.msg:])
	switch {
	case f.meaning&failed != 0 && f.meaning&worked == 0:
		ev.accuse(genericClass(f.meaning), "record that tells of a failure")
	case f.meaning&worked != 0:
		ev.Outcome, ev.What = Succeeded, "record that tells of success"
	default:
		ev.Outcome, ev.What = Neutral, "record"
	}
}
