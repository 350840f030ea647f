package logline

import "strings"

// A service says a handful of things about its clients, each in fixed words
// around the varying parts. A phrase is such a sentence as a pattern:
//
//	<H>   the client: an address, or a host name with or without its address
//	<U>   the account, up to the words that follow
//	*     anything, as little as possible
//	**    anything, as much as possible: what the client can write itself
//	      (an account called "x from 192.0.2.1") stands here
//	^ $   the start and the end of the message
//
// Words match in any letter case. All phrases are looked for at once by the
// longest fixed part of each (see automaton); only those whose part occurs
// are matched.
type phrase struct {
	service *service
	outcome Outcome
	tokens  []token
	anchor  string
	weight  int // letters of fixed text: the more, the surer
	start   bool
	end     bool

	namesClient bool
}

type token struct {
	kind    tokenKind
	literal string
}

type tokenKind byte

const (
	literal tokenKind = iota
	client
	account
	anything
	anythingLong
)

// service is a product and what its lines say.
type service struct {
	product string
	// programs are its names in syslog headers, by prefix; product itself counts too.
	programs []string
	name     string // of the service attacked: "ssh"
	port     int
	proto    string
	class    string // of its tried phrases
	// until, in lower case, ends the part of a message in which the client
	// stands: what comes after it may repeat what the client wrote.
	until []string
	// tried, succeeded and neutral are phrases of that outcome.
	tried, succeeded, neutral []string
}

func compile(s *service, outcome Outcome, pattern string) *phrase {
	p := &phrase{service: s, outcome: outcome}
	pattern, p.start = strings.CutPrefix(pattern, "^")
	pattern, p.end = strings.CutSuffix(pattern, "$")
	for pattern != "" {
		var t token
		t, pattern = nextToken(pattern)
		p.tokens = append(p.tokens, t)
		p.weight += len(t.literal)
		p.namesClient = p.namesClient || t.kind == client
		if len(t.literal) > len(p.anchor) {
			p.anchor = t.literal
		}
	}
	return p
}

func nextToken(pattern string) (token, string) {
	for _, mark := range []struct {
		text string
		kind tokenKind
	}{{"<H>", client}, {"<U>", account}, {"**", anythingLong}, {"*", anything}} {
		if rest, ok := strings.CutPrefix(pattern, mark.text); ok {
			return token{kind: mark.kind}, rest
		}
	}
	n := len(pattern)
	for _, mark := range []string{"<H>", "<U>", "*"} {
		if k := strings.Index(pattern, mark); k >= 0 {
			n = min(n, k)
		}
	}
	return token{kind: literal, literal: strings.ToLower(pattern[:n])}, pattern[n:]
}

// match looks for the phrase in the message of e. The endpoint is unknown
// where the phrase names no client.
func (p *phrase) match(e *entry) (c Endpoint, user string, ok bool) {
	m := matching{e: e, pos: e.msg, limit: len(e.low), free: !p.start}
	for _, stop := range p.service.until {
		if at := strings.Index(e.low[e.msg:m.limit], stop); at >= 0 {
			m.limit = e.msg + at
		}
	}
	for k, t := range p.tokens {
		if !m.step(p.tokens, k, t) {
			return Endpoint{}, "", false
		}
	}
	if p.end && strings.TrimRight(e.line[m.pos:], " \r") != "" {
		return Endpoint{}, "", false
	}
	return m.client, m.user, true
}

// matching is the state of one match: everything before pos is matched.
type matching struct {
	e      *entry
	pos    int
	limit  int  // no literal before a client stands behind it
	free   bool // the next literal may stand anywhere behind pos
	long   bool // it is looked for from the end
	userAt int
	naming bool
	client Endpoint
	user   string
}

func (m *matching) step(tokens []token, k int, t token) bool {
	switch t.kind {
	case anything, anythingLong:
		m.free, m.long = true, t.kind == anythingLong
	case account:
		m.free, m.naming, m.userAt = true, true, m.pos
	case literal:
		beforeClient := k+1 < len(tokens) && tokens[k+1].kind == client
		return m.literal(t.literal, beforeClient)
	case client:
		if k == 0 || tokens[k-1].kind != literal {
			return m.clientHere()
		}
		// Read together with the literal before it.
		m.free = false
	}
	return true
}

// maxRetries bounds how often a literal is looked for again because no
// client followed it.
const maxRetries = 8

func (m *matching) literal(lit string, beforeClient bool) bool {
	from, to := m.pos, len(m.e.low)
	if beforeClient {
		to = m.limit
	}
	for range maxRetries {
		at := m.find(lit, from, to)
		if at < 0 {
			return false
		}
		if !beforeClient {
			m.passed(at, lit)
			return true
		}
		if c, end, ok := readEndpoint(m.e.line, at+len(lit)); ok {
			m.passed(at, lit)
			m.client, m.pos = c, end
			return true
		}
		if !m.free {
			return false
		}
		if m.long {
			to = at + len(lit) - 1
		} else {
			from = at + 1
		}
	}
	return false
}

func (m *matching) find(lit string, from, to int) int {
	if to-from < len(lit) {
		return -1
	}
	s := m.e.low[from:to]
	switch {
	case !m.free:
		if strings.HasPrefix(s, lit) {
			return from
		}
		return -1
	case m.long:
		if at := strings.LastIndex(s, lit); at >= 0 {
			return from + at
		}
	default:
		if at := strings.Index(s, lit); at >= 0 {
			return from + at
		}
	}
	return -1
}

func (m *matching) passed(at int, lit string) {
	if m.naming {
		m.user = strings.Trim(m.e.line[m.userAt:at], " '\"`[]<>")
		m.naming = false
	}
	m.pos, m.free, m.long = at+len(lit), false, false
}

// clientHere reads a client at the start of the message or behind anything.
func (m *matching) clientHere() bool {
	if m.free {
		for _, c := range addresses(m.e.line, m.pos) {
			m.client, m.free = c, false
			_, m.pos = readPort(m.e.line, c.End)
			return true
		}
		return false
	}
	c, end, ok := readEndpoint(m.e.line, m.pos)
	m.client, m.pos, m.free = c, end, false
	return ok
}

// readPhrase reads a line by the words of its service.
func readPhrase(e *entry) (Event, bool) {
	t := lexicon()
	found := t.look(e.low[e.msg:])
	best, bestScore := Event{}, -1
	for _, p := range found.phrases {
		score := p.score(e)
		if score+addressBonus <= bestScore {
			continue
		}
		c, user, ok := p.match(e)
		if ok && (c.Addr.IsValid() || p.outcome != Tried && !p.namesClient) {
			score += addressBonus
		}
		if ok && score > bestScore {
			best, bestScore = p.event(e, c, user), score
		}
	}
	if bestScore >= 0 {
		return best, true
	}
	return readGeneric(e, found)
}

// addressBonus makes a reading that finds the client's address better than
// one that finds a name or nobody.
const addressBonus = 200

// score prefers phrases of the program that the header names, then the longer ones.
func (p *phrase) score(e *entry) int {
	if e.program != "" && p.service.writes(e.program) {
		return 1000 + p.weight
	}
	return p.weight
}

func (s *service) writes(program string) bool {
	if strings.HasPrefix(program, s.product) {
		return true
	}
	for _, name := range s.programs {
		if strings.HasPrefix(program, name) {
			return true
		}
	}
	return false
}

func (p *phrase) event(e *entry, c Endpoint, user string) Event {
	s := p.service
	ev := Event{
		Product: s.product, Source: c, User: user,
		Proto: s.proto, Port: s.port, Service: s.name, Outcome: p.outcome,
		What: s.product + ": " + p.words(),
	}
	if e.pid && !s.writes(e.program) && !levels[e.program] {
		ev.Product = e.program
	}
	if ev.Port == 0 && ev.Service == "" {
		known := programServices[ev.Product]
		ev.Port, ev.Service = known.port, known.name
	}
	if ev.Port == 25 {
		ev.Port = submissionPort(e.program)
	}
	if p.outcome == Tried {
		ev.Class = s.class
	}
	return ev
}

// submissionPort is the port of a mail server by its program's name: "postfix/submission/smtpd" and "postfix/smtps/smtpd" take
// their users' mail (RFC 8314, section 3.3), all others that of the world.
func submissionPort(program string) int {
	switch {
	case strings.Contains(program, "/submissions/"), strings.Contains(program, "/smtps/"):
		return 465
	case strings.Contains(program, "/submission/"):
		return 587
	}
	return 25
}

// programServices are what programs serve that log through PAM or a wrapper.
var programServices = map[string]struct {
	port int
	name string
}{
	"sshd": {22, "ssh"}, "sshd-session": {22, "ssh"}, "vsftpd": {21, "ftp"}, "proftpd": {21, "ftp"}, "pure-ftpd": {21, "ftp"}, "ftpd": {21, "ftp"}, "wu-ftpd": {21, "ftp"},
	"dovecot": {143, "imap"}, "imapd": {143, "imap"}, "pop3d": {110, "pop3"}, "ipop3d": {110, "pop3"}, "login": {23, "telnet"}, "telnetd": {23, "telnet"}, "saslauthd": {25, "smtp"}, "smbd": {445, "smb"}, "sudo": {0, ""},
}

// words gives the fixed part of a phrase that tells most, for the reasons.
func (p *phrase) words() string {
	return strings.Trim(p.anchor, " :;,[](){}<>'\"-=")
}
