package logline

import "strings"

// A packet filter, a router or a sniffer names two endpoints and a protocol,
// and what it did with the packet. The products differ in how they attach the
// port and what they put between the endpoints:
//
//	tcp outside:203.0.113.5/1234 dst inside:192.0.2.1/22     Cisco ASA and PIX
//	denied tcp 203.0.113.5(1234) -> 192.0.2.1(22)            Cisco IOS
//	203.0.113.5.1234 > 192.0.2.1.22: S                       tcpdump, pf
//	203.0.113.5,1234 -> 192.0.2.1,22 PR tcp                  ipfilter
//	Deny TCP 203.0.113.5:1234 192.0.2.1:22 in via em0        ipfw
//	DROP TCP 203.0.113.5 192.0.2.1 1234 22                   Windows Firewall
//	tcp(6) S 203.0.113.5 1234 192.0.2.1 22                   Honeyd
//	TCP 203.0.113.5:1234 > 192.0.2.1:22                      YAMAHA RTX, NEC IX
//
// readFlow reads all of them by these parts.
func readFlow(e *entry) (Event, bool) {
	proto := protoWord(e.low, e.msg)
	if proto == "" && (!e.known || strings.IndexByte(e.message(), '>') < 0) && !strings.Contains(e.line, "<->") {
		return Event{}, false
	}
	did := verdictOf(e.low[e.msg:])
	if e.program == "ipmon" { // "@0:12 b": the rule's action by its letter
		did = verdictOf(map[bool]string{true: "block", false: "pass"}[strings.Contains(e.low[e.msg:], " b ")])
	}
	source, target, between, after, ok := flowPair(e)
	if !ok {
		source, target, between, ok = maskedPair(e)
	}
	if !ok {
		return Event{}, false
	}
	arrow := hasArrow(between)
	columns := portsBehind(&source, &target, between, e.line, after)
	if !arrow && did == undecided && !columns || len(between) > 80 {
		return Event{}, false
	}
	if !arrow && !columns && !strings.Contains(between, " to ") && !strings.Contains(between, " dst ") && strings.Trim(between, " ,\t") != "" {
		return Event{}, false
	}
	if strings.Contains(between, "<") && !strings.Contains(between, ">") || strings.Contains(between, "<->") && serviceNames[source.Port] != "" && serviceNames[target.Port] == "" {
		source, target = target, source // a conversation was begun by the side that is no service
	}
	if proto == "" && (source.Port == 0 || target.Port == 0 || !arrow) {
		return Event{}, false // nothing but two addresses tells that this is a flow
	}
	if source.Port == 0 && target.Port == 0 && proto != "icmp" {
		source.Port, target.Port = portPair(e.line, after)
	}
	ev := Event{Product: flowProduct(e), Source: source, Target: target, Proto: proto}
	ev.attacked(target.Port)
	ev.decide(did)
	return ev, true
}

// flowPair finds the two endpoints of a line: those with an arrow between
// them, else the first two. between is the text that separates them, after the
// index behind the second.
func flowPair(e *entry) (source, target Endpoint, between string, after int, ok bool) {
	left, end, found := flowEndpoint(e.line, e.msg)
	for found {
		right, stop, more := flowEndpoint(e.line, end)
		if !more {
			break
		}
		if right.Addr == left.Addr { // the translated side, printed again
			end = stop
			continue
		}
		text := e.low[end:right.Start]
		if !ok || hasArrow(text) {
			source, target, between, after, ok = left, right, text, stop, true
		}
		if hasArrow(text) {
			break
		}
		left, end = right, stop
	}
	return source, target, between, after, ok
}

// maskedPair reads a flow whose target the reporter has made unreadable: "203.0.113.5:4411 -> xx.xx.xx.10:23".
func maskedPair(e *entry) (source, target Endpoint, between string, ok bool) {
	source, end, ok := flowEndpoint(e.line, e.msg)
	if !ok {
		return source, target, "", false
	}
	rest := e.low[end:]
	at := strings.Index(rest, ">")
	if n := strings.Index(rest, "→"); at < 0 && n >= 0 {
		at = n + len("→") - 1
	}
	if at < 0 || at > 8 {
		return source, target, "", false
	}
	word, _, _ := strings.Cut(strings.TrimLeft(rest[at+1:], " \t"), " ")
	word = strings.TrimRight(word, ",;:")
	mark := strings.LastIndexAny(word, ":./")
	if mark <= 0 || strings.Trim(word[:mark], "x*.#0123456789[]<>()-_:") != "" && !strings.ContainsAny(word, "[<(*") {
		return source, target, "", false
	}
	port, stop := readNumber(word, mark+1)
	if stop != len(word) || port == 0 || port > 65535 {
		return source, target, "", false
	}
	return source, Endpoint{Port: port}, rest[:at+1], true
}

// portsBehind reads the ports that stand behind each of two addresses, with nothing but blanks between: "203.0.113.5 1234 192.0.2.1 22".
func portsBehind(source, target *Endpoint, between, line string, after int) bool {
	if source.Port != 0 || target.Port != 0 || !strings.HasPrefix(between, " ") || !strings.HasPrefix(line[after:], " ") {
		return false
	}
	word := strings.TrimSpace(between)
	from, end := readNumber(word, 0)
	to, stop := readNumber(line, after+1)
	if end == 0 || end != len(word) || stop == after+1 || stop < len(line) && line[stop] != ' ' || from > 65535 || to == 0 || to > 65535 {
		return false
	}
	source.Port, target.Port = from, to
	return true
}

func hasArrow(between string) bool {
	return len(between) < 80 && (strings.Contains(between, ">") || strings.Contains(between, "→"))
}

// flowDecision is what a filter did with a packet.
type flowDecision byte

const (
	undecided flowDecision = iota
	refusedFlow
	allowedFlow
)

var refusals = []string{
	"deny", "denied", "drop", "block", "reject", "reset", "discard", "refuse", "refused", "prohibit", "unallowed", "遮断", "拒否", "破棄", "ブロック", "[block]", "denied by", "illegal",
}

var permissions = []string{"permit", "allow", "accept", "pass", "built", "teardown", "close", "許可", "通過", "透過", "opened", "forward"}

func verdictOf(low string) flowDecision {
	for _, w := range refusals {
		if strings.Contains(low, w) {
			return refusedFlow
		}
	}
	for _, w := range permissions {
		if strings.Contains(low, w) {
			return allowedFlow
		}
	}
	return undecided
}

func (ev *Event) decide(did flowDecision) {
	switch did {
	case refusedFlow:
		ev.accuse(ScanPort, ev.Product+": packet refused")
	case allowedFlow:
		ev.Outcome, ev.What = Neutral, ev.Product+": traffic let through"
	default:
		ev.Outcome, ev.What = Neutral, ev.Product+": traffic"
	}
}

// attacked sets the service by its port.
func (ev *Event) attacked(port int) {
	ev.Port = port
	ev.Service = serviceNames[port]
}

var serviceNames = map[int]string{
	21: "ftp", 22: "ssh", 23: "telnet", 25: "smtp", 53: "dns", 80: "http", 110: "pop3", 123: "ntp", 135: "msrpc", 137: "netbios", 139: "netbios", 143: "imap", 161: "snmp", 389: "ldap",
	443: "https", 445: "smb", 465: "smtp", 587: "smtp", 993: "imap", 995: "pop3", 1194: "openvpn", 1433: "mssql", 1434: "mssql", 1900: "ssdp", 2323: "telnet", 3128: "proxy", 3306: "mysql", 3389: "rdp", 5060: "sip", 5432: "postgresql", 5900: "vnc", 6379: "redis", 8080: "http", 27017: "mongodb",
}

// protoWord finds tcp, udp or icmp as a word.
func protoWord(low string, from int) string {
	for _, p := range [...]string{"tcp", "udp", "icmp"} {
		for i := from; ; {
			k := strings.Index(low[i:], p)
			if k < 0 {
				break
			}
			at := i + k
			end := at + len(p)
			if (at == 0 || !isAlnum(low[at-1])) && (end == len(low) || !isAlpha(low[end])) {
				return p
			}
			i = end
		}
	}
	// tcpdump and pf show TCP by its flags alone, SRX by its number.
	if contains(low[from:], "flags [", "block in on", "block out on", "pass in on", "pass out on", " 6(") {
		return "tcp"
	}
	if strings.Contains(low[from:], " 17(") {
		return "udp"
	}
	return ""
}

// flowEndpoint finds the next address with its port in the ways above.
func flowEndpoint(s string, from int) (Endpoint, int, bool) {
	for i := from; i < len(s); {
		c := s[i]
		if !isHex(c) && c != ':' || i > 0 && (isAlnum(s[i-1]) || s[i-1] == '.') {
			i++
			continue
		}
		if a, end, ok := fourNumbers(s, i); ok {
			e := Endpoint{Addr: a, Start: i, End: end}
			port, after, ok := flowPort(s, end)
			if ok {
				e.Port = port
				return e, after, true
			}
		} else if a, end, ok := readV6(s, i); ok {
			e := Endpoint{Addr: a, Start: i, End: end}
			e.Port, end, _ = flowPort(s, end)
			return e, end, true
		}
		i = skipWord(s, i)
	}
	return Endpoint{}, from, false
}

// flowPort reads the port behind an address; ok is false where the address
// goes on in a way that no endpoint does.
func flowPort(s string, i int) (port, end int, ok bool) {
	if i >= len(s) {
		return 0, i, true
	}
	j := i
	if s[j] == ']' {
		j++
	}
	if strings.HasPrefix(s[j:], " : ") { // "203.0.113.5 : 1234 > 192.0.2.1 : 22"
		if n, after := readNumber(s, j+3); after > j+3 && n <= 65535 && (after == len(s) || s[after] == ' ') {
			return n, after, true
		}
	}
	if strings.HasPrefix(s[j:], "/") && strings.HasSuffix(s[:i], ".0") {
		return 0, wordEnd(s, j), true // a network
	}
	if j < len(s) && strings.IndexByte(".:/(,#", s[j]) >= 0 {
		n, after := readNumber(s, j+1)
		if after > j+1 && n <= 65535 && (after == len(s) || !isAlnum(s[after]) && (s[after] != '.' || after+1 == len(s) || !isDigit(s[after+1]))) {
			return n, after, true
		}
		if s[j] == '.' && after > j+1 {
			return 0, i, false
		}
		if name, ok := namedPorts[portName(s, j+1)]; ok {
			return name, j + 1 + len(portName(s, j+1)), true
		}
	}
	return 0, j, !isAlnum(s[i])
}

// namedPorts are printed in place of numbers by tcpdump and Cisco.
var namedPorts = map[string]int{
	"ssh": 22, "telnet": 23, "smtp": 25, "domain": 53, "http": 80, "www": 80, "pop3": 110, "ntp": 123, "netbios-ssn": 139, "netbios-ns": 137, "imap": 143, "snmp": 161, "https": 443, "microsoft-ds": 445, "ms-sql-s": 1433, "ms-sql-m": 1434, "mysql": 3306, "ftp": 21, "loc-srv": 135, "epmap": 135, "ms-wbt-server": 3389, "sip": 5060,
}

func portName(s string, i int) string {
	end := i
	for end < len(s) && end-i < 16 && (isAlpha(s[end]) || isDigit(s[end]) || s[end] == '-') {
		end++
	}
	return s[i:end]
}

// portPair reads two numbers in a row, as after the addresses of Windows Firewall.
func portPair(s string, i int) (from, to int) {
	for i < len(s) && (s[i] == ' ' || s[i] == ',' || s[i] == '\t') {
		i++
	}
	a, end := readNumber(s, i)
	if end == i || end >= len(s) || s[end] != ' ' && s[end] != ',' && s[end] != '\t' {
		return 0, 0
	}
	b, stop := readNumber(s, end+1)
	if stop == end+1 || a > 65535 || b > 65535 {
		return 0, 0
	}
	return a, b
}

// flowMarks tell the product of a flow line by a word in it.
var flowMarks = []struct{ mark, product string }{
	{"%asa-", "cisco-asa"}, {"%pix-", "cisco-pix"}, {"%fwsm-", "cisco-fwsm"}, {"%sec-6-ipaccesslog", "cisco-ios"}, {"ipaccesslog", "cisco-ios"}, {"rt_flow", "juniper-srx"}, {"netscreen", "netscreen"}, {"ipfw:", "ipfw"}, {"ipmon", "ipfilter"},
	{"[inspect]", "yamaha-rtx"}, {"rejected at in(", "yamaha-rtx"}, {"rejected at out(", "yamaha-rtx"}, {"passed at in(", "yamaha-rtx"}, {"flt.", "nec-ix"}, {"connection-state:", "routeros"}, {"src-mac", "routeros"}, {"firebox", "watchguard"},
	{"- receive", "windows-firewall"}, {"- send", "windows-firewall"}, {"flags [", "tcpdump"}, {" ip ", "tcpdump"}, {"rule ", "pf"}, {"block in on", "pf"}, {" pr tcp", "ipfilter"}, {" pr udp", "ipfilter"},
}

func flowProduct(e *entry) string {
	for _, m := range flowMarks {
		if strings.Contains(e.low, m.mark) {
			return m.product
		}
	}
	if e.program != "" {
		return e.program
	}
	return "flow"
}

// readFilterlog reads the CSV that pfSense and OPNsense log.
func readFilterlog(e *entry) (Event, bool) {
	if e.program != "filterlog" {
		return Event{}, false
	}
	f := split(e.line, e.msg, ',')
	if len(f) < 20 {
		return Event{}, false
	}
	src, proto := 18, 16
	if f[8].text == "6" {
		src, proto = 15, 12
	}
	if len(f) < src+2 {
		return Event{}, false
	}
	ev := Event{Product: "pf", Proto: strings.ToLower(f[proto].text)}
	ev.Source, ev.Target = f[src].endpoint(), f[src+1].endpoint()
	if len(f) > src+3 && (ev.Proto == "tcp" || ev.Proto == "udp") {
		ev.Source.Port, ev.Target.Port = f[src+2].number(), f[src+3].number()
	}
	ev.attacked(ev.Target.Port)
	ev.decide(verdictOf(f[6].text))
	return ev, ev.Source.Known()
}

// readPaloAlto reads the CSV of PAN-OS traffic and threat logs.
func readPaloAlto(e *entry) (Event, bool) {
	if !strings.Contains(e.line, ",TRAFFIC,") && !strings.Contains(e.line, ",THREAT,") {
		return Event{}, false
	}
	f := split(e.line, e.msg, ',')
	if len(f) < 31 || f[3].text != "TRAFFIC" && f[3].text != "THREAT" {
		return Event{}, false
	}
	if st, _ := readStamp(f[6].text, 0); st.known {
		e.stamp = st
	}
	ev := Event{Product: "paloalto", Proto: strings.ToLower(f[29].text), Source: f[7].endpoint(), Target: f[8].endpoint()}
	ev.Source.Port, ev.Target.Port = f[24].number(), f[25].number()
	ev.attacked(ev.Target.Port)
	if f[3].text == "THREAT" {
		ev.accuse(alertClass(lowerASCII(e.message())), "paloalto: threat "+f[4].text)
	} else {
		ev.decide(verdictOf(f[30].text + " " + f[4].text))
	}
	return ev, ev.Source.Known()
}

// readGlobalProtect reads the CSV of PAN-OS about its VPN portal, whose columns differ from one version to the next: the client is the
// first address that is one.
func readGlobalProtect(e *entry) (Event, bool) {
	if !strings.Contains(e.line, ",GLOBALPROTECT,") {
		return Event{}, false
	}
	ev := Event{Product: "globalprotect", Proto: "tcp", Outcome: Neutral, What: "globalprotect: event"}
	ev.attacked(443)
	for _, f := range split(e.line, e.msg, ',') {
		switch low := lowerASCII(f.text); {
		case !ev.Source.Addr.IsValid() && strings.ContainsAny(low, ".:") && len(low) <= maxAddr:
			if a := f.endpoint(); a.Addr.IsValid() && !a.Addr.IsUnspecified() {
				ev.Source = a
			}
		case low == "failure" || low == "failed":
			ev.accuse(ScanBruteforce, "globalprotect: login failed")
		case low == "success" && ev.Outcome == Neutral:
			ev.Outcome = Succeeded
		}
	}
	return ev, ev.Source.Known()
}

// maxAddr is the length of the longest IPv6 address in writing (RFC 4291, section 2.2).
const maxAddr = 45

// field is a cell of a line and where it stands.
type field struct {
	text       string
	start, end int
}

// maxFields bounds the cells read of one line.
const maxFields = 256

// split cuts line[from:] at sep, without the blanks and quotes around cells.
func split(line string, from int, sep byte) []field {
	var list []field
	start := from
	quoted := false
	for i := from; i <= len(line) && len(list) < maxFields; i++ {
		if i < len(line) && line[i] == '"' {
			quoted = !quoted
		}
		if i == len(line) || line[i] == sep && !quoted {
			list = append(list, trimmed(line, start, i))
			start = i + 1
		}
	}
	return list
}

func trimmed(line string, start, end int) field {
	for start < end && strings.IndexByte(" \t\"'\r", line[start]) >= 0 {
		start++
	}
	for end > start && strings.IndexByte(" \t\"'\r", line[end-1]) >= 0 {
		end--
	}
	return field{line[start:end], start, end}
}

// endpoint reads the cell as an address or host with port.
func (f field) endpoint() Endpoint {
	e, _, ok := readEndpoint(f.text, 0)
	if !ok {
		return Endpoint{}
	}
	e.Start += f.start
	e.End += f.start
	return e
}

func (f field) number() int {
	n, end := readNumber(f.text, 0)
	if end != len(f.text) || n > 65535 {
		return 0
	}
	return n
}
