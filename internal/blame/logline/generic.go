package logline

import "strings"

// meaning is what single words of a line say, for lines whose sentence is not known.
type meaning uint16

const (
	failed     meaning = 1 << iota // something was refused or went wrong
	worked                         // something succeeded
	aboutLogin                     // it was about an account
	aboutMail                      // about a mail refused
	aboutWeb                       // about a web request
	aboutFlood                     // about too much traffic
	aboutMalware
	logWords   // words that only a log puts before an address
	harmless   // says itself that nothing happened
	ownTrouble // a service complains of itself or its own peers
)

var meanings = map[meaning][]string{
	failed: {
		"fail", "invalid", "incorrect", "denied", "refused", "reject", "illegal", "unauthorized", "not authorized",
		"not authorised", "unauthorised", "wrong ", "bad password", "bad user", "bad login", "mismatch", "unknown user", "no such user",
		"user unknown", "unknown username", "does not exist", "doesn't exist", "not allowed", "not permitted", "forbidden",
		"attack", "login attempt", "blocked", "dropped", "deny", "violation", "disallowed", "too many", "brute",
		"portscan", "port scan", "exploit", "intrusion", "hacking", "flood", "unable to authenticate", "nonexist", "non-existent",
		"unsuccess", "login error", "auth error", "autherror", "login_error", "might not have worked", "ban ", "banned", "blacklist", "not match", "unauthenticated", "authentication error", "autherr",
		"auth-failure", "失敗", "拒否", "不正", "遮断", "攻撃",
	},
	worked: {
		"successful", "succeeded", "session opened", "logged in", "login ok", "granted", "login success", "ログイン成功", "accepted ",
		"auth ok", "authenticated successfully", "success for",
	},
	aboutLogin: {
		"login", "log in", "auth", "password", "passwd", "credential", "sasl", "account", "logon", "sign in", "sign-in", "username", "invalid user",
		"unknown user", "ログイン", "認証", "パスワード",
	},
	aboutMail:    {"rcpt", "relay", "spam", "sender", "mailbox", "helo", "recipient"},
	aboutWeb:     {"get /", "post /", "request", "uri", "script", "file does not exist", "http"},
	aboutFlood:   {"flood", "ddos", "dos attack", "amplification"},
	aboutMalware: {"trojan", "botnet", "worm", "infected", "malware", "virus"},
	logWords: {
		"rhost=", "from ip", "client=", "client_ip", "remoteaddr", "remote_addr", "remote host", "[client ", "ipaddress=", "rip=", "ip=", "srcip=", "src=", "client ip",
		"remote_ip", "remote ip", "client:", "ip address", "ip:", "source ip", "peer", "client", "from", "host",
	},
	harmless:   {"session opened", "login ok", "successful login", "login success", "succeeded", "successfully", "disconnect received", "connection established"},
	ownTrouble: {"maps to", "falling back", "lame server", "network unreachable"},
}

// readGeneric reads a line that has the envelope of a log and says that
// something failed, taking the address that its wording makes the client.
func readGeneric(e *entry, f findings) (Event, bool) {
	logLike := e.known || e.pid || strings.HasPrefix(e.message(), "[") || strings.HasPrefix(e.message(), "{") ||
		contains(e.low, "rhost=", "level=", "lvl=", "client_ip=", "remote_addr=", "warn", "error")
	if !logLike || f.meaning&(failed|worked) == 0 || !e.pid && hasHiragana(e.line) {
		return Event{}, false
	}
	if ev, ok := readFlow(e); ok && ev.Port > 0 {
		return ev, true // a packet filter's, of a product that is not known
	}
	source, ok := likelySource(e)
	if !ok {
		return Event{}, false
	}
	ev := Event{Product: e.program, Source: source, Outcome: Tried, What: "log line that tells of a failure"}
	if ev.Product == "" {
		ev.Product = "log"
	}
	switch {
	case f.meaning&ownTrouble != 0:
		ev.Outcome, ev.What = Neutral, "log line that accuses nobody"
	case f.meaning&failed == 0 || f.meaning&(worked|harmless) != 0 && !strings.Contains(e.low, "unsuccess"):
		ev.Outcome, ev.What = Succeeded, "log line that tells of success"
	default:
		ev.Class = genericClass(f.meaning)
	}
	return ev, true
}

// hasHiragana tells sentences of people from the Japanese of machines, which
// is written in kanji and katakana: who begins a sentence with a time may
// name the victim in it.
func hasHiragana(s string) bool {
	for i := 0; i+1 < len(s); i++ {
		if s[i] == 0xE3 && (s[i+1] == 0x81 || s[i+1] == 0x82 && i+2 < len(s) && s[i+2] < 0x97) {
			return true
		}
	}
	return false
}

func genericClass(m meaning) string {
	switch {
	case m&aboutFlood != 0:
		return DoS
	case m&aboutMalware != 0:
		return MalwareInfected
	case m&aboutLogin != 0:
		return ScanBruteforce
	case m&aboutMail != 0:
		return Spam
	case m&aboutWeb != 0:
		return ScanWeb
	}
	return ScanPort
}

// leads are words directly before an address and what they say of it. The
// strongest wins; words that mark the other side count below nothing.
var leads = []struct {
	word   string
	weight int
}{
	{"rhost=", 90}, {"rhost=::ffff:", 90}, {"attacker '", 90}, {"attacker ", 85}, {"rip=", 90}, {"srcip=", 90}, {"src=", 85}, {"src ip", 85},
	{"[client ", 90}, {"client: ", 90}, {"client_ip=", 90}, {"clientip=", 90}, {"client=", 80}, {"client ip: ", 85}, {"client ", 70}, {"remote_addr=", 90},
	{"remoteaddr=", 90}, {"remote_ip=", 90}, {"remoteip=", 90}, {"remoteaddress=\"ipv4/udp/", 90}, {"remote host: ", 85}, {"remote host ", 85}, {"remote: ", 80}, {"remote ", 70}, {"remote=", 80},
	{"ipaddress=", 85}, {"ip_address=", 85}, {"ipaddr=", 85}, {"ip address: ", 80}, {"ip-address: ", 80}, {"ip address ", 75}, {"from ip: ", 95}, {"from ip ", 95}, {"from ip address ", 95},
	{"from host ", 80}, {"from: ", 80}, {"from ", 80}, {"by ip ", 75}, {"by ip: ", 80}, {"ip=", 75}, {"ip: ", 75}, {"ip ", 60}, {"ip:", 70}, {"peer ", 60}, {"peer: ", 60},
	{"host ", 55}, {"host=", 45}, {"host: ", 40}, {"source: ", 80}, {"source ", 75}, {"source=", 80}, {"addr=", 60}, {"address ", 60}, {"address=", 60}, {"user ", 30}, {"by ", 50}, {"relay=", 60},
	{"to ", -50}, {"dst=", -50}, {"dst ", -50}, {"dstip=", -50}, {"lip=", -60}, {"laddr=", -60}, {"local ", -50}, {"localaddress=\"ipv4/udp/", -60}, {"server: ", -40}, {"server ", -40}, {"server=", -40},
	{"-> ", -40}, {"->", -40}, {"on ", -30}, {"via ", -50}, {"target ", -50}, {"destination ", -60}, {"dest ", -50}, {"against ", -50}, {"sip:", -30}, {"@", -10}, {"host: \"", -50}, {"//", -60},
}

// likelySource weighs the addresses of a message by the words before them;
// of equals, the first.
func likelySource(e *entry) (Endpoint, bool) {
	best, bestWeight := Endpoint{}, -1000
	for _, c := range addresses(e.line, e.msg) {
		if w := leadWeight(e.low[max(0, c.Start-32):c.Start]); w > bestWeight {
			best, bestWeight = c, w
		}
	}
	if bestWeight == -1000 {
		if at := strings.Index(e.low[e.msg:], "rhost="); at >= 0 {
			c, _, ok := readHost(e.line, e.msg+at+len("rhost="))
			return c, ok
		}
		return Endpoint{}, false
	}
	return best, bestWeight > -40
}

func leadWeight(before string) int {
	before = strings.TrimSuffix(before, "::ffff:")
	plain := strings.TrimRight(before, "[(<'\"`{")
	best, longest := 10, 0
	for _, l := range leads {
		if len(l.word) > longest && (strings.HasSuffix(before, l.word) || strings.HasSuffix(plain, l.word)) {
			best, longest = l.weight, len(l.word)
		}
	}
	return best
}
