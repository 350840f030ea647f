package logline

import (
	"cmp"
	"strings"
)

// pair is one key=value of a line, the key in lower case.
type pair struct {
	key   string
	value field
}

// maxPairs bounds the pairs read of one line.
const maxPairs = 96

// pairs reads key=value, key="quoted value" and, after CEF's manner, values
// with blanks up to the next key.
func pairs(e *entry) []pair {
	list := make([]pair, 0, 24)
	s := e.line
	for i := e.msg; i < len(s) && len(list) < maxPairs; {
		eq := strings.IndexByte(s[i:], '=')
		if eq < 0 {
			break
		}
		eq += i
		start := eq
		for start > i && (isAlnum(s[start-1]) || s[start-1] == '_' || s[start-1] == '-' || s[start-1] == '.') {
			start--
		}
		value, end := pairValue(s, eq+1)
		if start < eq {
			list = append(list, pair{e.low[start:eq], value})
		}
		i = max(end, eq+1)
	}
	return list
}

func pairValue(s string, i int) (field, int) {
	if i < len(s) && (s[i] == '"' || s[i] == '\'') {
		if n := strings.IndexByte(s[i+1:], s[i]); n >= 0 {
			return field{s[i+1 : i+1+n], i + 1, i + 1 + n}, i + n + 2
		}
	}
	end := i
	for end < len(s) && strings.IndexByte(" \t,;|\"", s[end]) < 0 {
		end++
	}
	return field{s[i:end], i, end}, end
}

// Keys of the two sides and what was done, over all firewalls that are known.
var (
	sourceKeys = words("src srcip src_ip source source_ip sourceip saddr src-ip srcaddr source-address sourceaddress source_address sip attacker attacker_ip attackerip offender srcipv4 remip clientip client_ip remote_ip src_addr ip_src sourcetranslatedaddress srcpostnat xlatesrc")
	targetKeys = words("dst dstip dst_ip destination destination_ip destinationip daddr dst-ip dstaddr destination-address destinationaddress dest dest_ip destip dip target_ip targetip dst_addr ip_dst victim victim_ip")
	sourcePort = words("spt sport srcport src_port src-port source-port source_port s_port sourceport")
	targetPort = words("dpt dport dstport dst_port dst-port destination-port destination_port service_port dest_port d_port destinationport")
	protoKeys  = words("proto protocol prot ipproto transport protocol-name")
	actionKeys = words("action act policy_action disp disposition rule_action fw_action outcome status result op")
)

func words(list string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(list) {
		m[w] = true
	}
	return m
}

// readPairs reads a line of a packet filter or firewall that writes pairs.
func readPairs(e *entry) (Event, bool) {
	if strings.IndexByte(e.message(), '=') < 0 || !mayHoldSource(e.low) {
		return Event{}, false
	}
	list := pairs(e)
	var ev Event
	var action, kind, attack, what, date string
	accused := accusing(e)
	for _, p := range list {
		switch {
		case sourceKeys[p.key] && !ev.Source.Known():
			ev.Source = p.value.sonic()
			accused = accused || p.key == "offender" || strings.HasPrefix(p.key, "attacker")
		case targetKeys[p.key] && !ev.Target.Known():
			ev.Target = p.value.sonic()
		case sourcePort[p.key] && ev.Source.Port == 0:
			ev.Source.Port = p.value.number()
		case targetPort[p.key] && ev.Target.Port == 0:
			ev.Target.Port = p.value.portNumber()
			ev.Proto = cmp.Or(ev.Proto, protoWord(p.value.text, 0))
		case protoKeys[p.key]:
			ev.Proto = protocol(p.value.text)
		case p.key == "user" || p.key == "srcuser" || p.key == "dstuser":
			ev.User = p.value.text
		case p.key == "date" && !e.known:
			date = p.value.text
		case p.key == "time" && !e.known:
			if st, _ := readStamp(strings.TrimSpace(date+" "+p.value.text), 0); st.known {
				e.stamp = st
			}
		case actionKeys[p.key]:
			action += " " + lowerASCII(p.value.text)
		case p.key == "type" || p.key == "subtype" || p.key == "eventtype" || p.key == "cat":
			kind += " " + lowerASCII(p.value.text)
		case p.key == "attack" || p.key == "attackid" || p.key == "virus" || p.key == "threat" || p.key == "signature":
			attack += " " + lowerASCII(p.value.text)
		case p.key == "msg" || p.key == "logdesc" || p.key == "reason" || p.key == "message":
			what += " " + lowerASCII(p.value.text)
		}
	}
	if !ev.Source.Addr.IsValid() || !looksLikeFirewall(ev, list, kind) {
		return Event{}, false
	}
	ev.Product = pairProduct(e)
	ev.attacked(ev.Target.Port)
	ev.judgePairs(e, action, kind, attack, what)
	if accused && ev.Outcome == Neutral {
		ev.accuse(kindClass(kind+what), ev.Product+": named an attacker")
	}
	return ev, true
}

// accusing tells whether the record's own name accuses its source: "<attack src=…", "attack: src=…".
func accusing(e *entry) bool {
	name := strings.TrimLeft(e.low[e.msg:], " <[(")
	return strings.HasPrefix(name, "attack") || strings.HasPrefix(name, "intrusion") || strings.HasPrefix(name, "offender")
}

// kindClass gives the class by the words with which a record names its kind.
func kindClass(kind string) string {
	if class := alertClass(kind); class == ScanBruteforce || class == DoS {
		return class
	}
	return ScanPort
}

func mayHoldSource(low string) bool {
	for _, key := range [...]string{"src", "attacker=", "offender=", "sip=", "saddr=", "source", "clientip=", "remip=", "attacker_ip="} {
		if strings.Contains(low, key) {
			return true
		}
	}
	return false
}

// looksLikeFirewall asks for a second sign beside the source: a target, a port or a kind.
func looksLikeFirewall(ev Event, list []pair, kind string) bool {
	return ev.Target.Known() || ev.Target.Port != 0 || ev.Source.Port != 0 || kind != "" && len(list) >= 4
}

// sonic reads "203.0.113.5:1234:X1", address, port and interface of SonicWall, and plain addresses.
func (f field) sonic() Endpoint {
	e := f.endpoint()
	if e.Known() && e.Port == 0 && e.Addr.Is4() {
		if rest := f.text[e.End-f.start:]; strings.HasPrefix(rest, ":") {
			e.Port, _ = readNumber(rest, 1)
		}
	}
	return e
}

// protocols by number (IANA), as some products write them.
var protocols = map[string]string{"1": "icmp", "6": "tcp", "17": "udp", "47": "gre", "50": "esp", "58": "icmp6"}

func protocol(text string) string {
	text, _, _ = strings.Cut(lowerASCII(text), "/")
	if name, ok := protocols[text]; ok {
		return name
	}
	if len(text) > 12 {
		return ""
	}
	return text
}

func (ev *Event) judgePairs(e *entry, action, kind, attack, what string) {
	low := e.low[e.msg:]
	switch {
	case attack != "" || strings.Contains(kind, "ips") || strings.Contains(kind, "anomaly") || strings.Contains(kind, "virus") || strings.Contains(kind, "threat"):
		ev.accuse(alertClass(attack+" "+what+" "+kind), ev.Product+":"+attack+what)
		ev.Worm = namesWorm(attack + what)
	case strings.Contains(what, "fail") || strings.Contains(what, "invalid") || strings.Contains(action, "failure") || strings.Contains(action, "fail"):
		ev.accuse(ScanBruteforce, ev.Product+":"+what)
	case strings.Contains(low, " in=") || strings.HasPrefix(low, "in=") || strings.Contains(low, "]in="):
		ev.judgeKernel(low)
	case verdictOf(action) != undecided:
		ev.decide(verdictOf(action))
	case contains(what, "scan", "attack", "spoof", "flood", "intrusion", "exploit"):
		ev.accuse(alertClass(what), ev.Product+":"+what)
	default:
		ev.decide(verdictOf(what + kind))
	}
}

// judgeKernel decides on a line of iptables or nftables. Its prefix is free
// text of the administrator; without a word of acceptance it is logged because it was dropped.
func (ev *Event) judgeKernel(low string) {
	prefix, _, _ := strings.Cut(low, "in=")
	for _, w := range [...]string{"accept", "allow", "pass", "permit"} {
		if strings.Contains(prefix, w) && !strings.Contains(prefix, "not allow") {
			ev.decide(allowedFlow)
			return
		}
	}
	ev.decide(refusedFlow)
}

var pairMarks = []struct{ mark, product string }{
	{" in=", "iptables"}, {"devname=", "fortigate"}, {"logid=", "fortigate"}, {"netscreen", "netscreen"}, {"device_id=", "netscreen"}, {"id=firewall", "sonicwall"}, {"sn=", "sonicwall"}, {"cef:0|", "cef"}, {"leef:", "leef"}, {"rt_flow", "juniper-srx"}, {"product=\"vpn-1", "checkpoint"}, {"xlatesrc", "checkpoint"},
}

func pairProduct(e *entry) string {
	for _, m := range pairMarks {
		if strings.Contains(e.low, m.mark) {
			return m.product
		}
	}
	if e.program != "" && e.program != "cef" {
		return e.program
	}
	return "firewall"
}
