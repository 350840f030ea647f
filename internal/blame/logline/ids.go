package logline

import "strings"

// readAlert reads alerts of Snort and Suricata, in one line:
//
//	08/09-14:22:33.123456  [**] [1:2001219:20] ET SCAN … [**] [Priority: 2] {TCP} 203.0.113.5:1234 -> 192.0.2.1:22
//
// or in the words of syslog, where the marks [**] are missing.
func readAlert(e *entry) (Event, bool) {
	open := strings.IndexByte(e.message(), '{')
	arrow := strings.Index(e.line, "->")
	if open < 0 || arrow < 0 {
		return Event{}, false
	}
	sid := signature(e.low)
	if sid == "" && !strings.Contains(e.line, "[**]") {
		return Event{}, false
	}
	open += e.msg
	closed := strings.IndexByte(e.line[open:], '}')
	if closed < 0 || closed > 24 {
		return Event{}, false
	}
	ev := alertEvent(e, sid)
	ev.Proto = strings.ToLower(e.line[open+1 : open+closed])
	if strings.HasPrefix(ev.Proto, "proto:") {
		ev.Proto = ""
	}
	source, end, ok := flowEndpoint(e.line, open+closed)
	if !ok {
		return Event{}, false
	}
	ev.Source = source
	ev.Target, _, _ = flowEndpoint(e.line, end)
	ev.attacked(ev.Target.Port)
	return ev, true
}

// signature gives the message of the rule behind "[1:2001219:20]".
func signature(low string) string {
	for i := 0; i < len(low); i++ {
		k := strings.IndexByte(low[i:], '[')
		if k < 0 {
			return ""
		}
		i += k
		_, end := readNumber(low, i+1)
		if end == i+1 || end >= len(low) || low[end] != ':' {
			continue
		}
		closed := strings.IndexByte(low[end:], ']')
		if closed < 0 || closed > 24 {
			continue
		}
		text := low[end+closed+1:]
		for _, stop := range [...]string{"[**]", "[classification", "[priority", "{"} {
			text, _, _ = strings.Cut(text, stop)
		}
		return strings.TrimSpace(text)
	}
	return ""
}

func alertEvent(e *entry, sig string) Event {
	ev := Event{Product: "snort"}
	if strings.Contains(e.program, "suricata") || e.known && e.time.Year() > 0 {
		ev.Product = "suricata"
	}
	ev.accuse(alertClass(sig), ev.Product+": "+sig)
	ev.Worm = namesWorm(sig)
	if strings.Contains(sig, "attack-response") || strings.Contains(sig, "attack_response") {
		// The source is the server that answered, the victim.
		ev.Outcome, ev.Class = Neutral, ""
	}
	return ev
}

// alertWords give the class of an alert by its words; the first that occurs holds.
var alertWords = []struct{ word, class string }{
	{"propagation", ScanPort}, {"brute", ScanBruteforce}, {"login", ScanBruteforce}, {"password", ScanBruteforce}, {"ssh scan", ScanBruteforce}, {"authentication", ScanBruteforce},
	{"cnc", MalwareInfected}, {"trojan", MalwareInfected}, {"botnet", MalwareInfected}, {"malware", MalwareInfected}, {"infected", MalwareInfected}, {"checkin", MalwareInfected},
	{"dos ", DoS}, {"ddos", DoS}, {"flood", DoS}, {"amplification", DoS},
	{"sql", ScanWeb}, {"web", ScanWeb}, {"php", ScanWeb}, {"xss", ScanWeb}, {"http", ScanWeb}, {"cgi", ScanWeb}, {"iis", ScanWeb}, {"apache", ScanWeb}, {"traversal", ScanWeb}, {"directory", ScanWeb}, {"exploit", ScanWeb}, {"spam", Spam},
}

func alertClass(low string) string {
	for _, w := range alertWords {
		if strings.Contains(low, w.word) {
			return w.class
		}
	}
	return ScanPort
}

var wormNames = []string{"worm", "nimda", "code red", "codered", "slammer", "sapphire", "sasser", "blaster", "conficker", "mirai", "mozi.m", "mozi botnet", "gafgyt", "bagle", "welchia", "nachi", "dabber", "botnet", "zmeu", "muieblackcat", "morfeus", "w00tw00t", "sqlslammer", "propagation"}

func namesWorm(low string) bool {
	for _, w := range wormNames {
		if strings.Contains(low, w) {
			return true
		}
	}
	return false
}
