package classify

import (
	"maps"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"todoke/internal/blame"
	"todoke/internal/blame/cue"
	"todoke/internal/desk"
)

// service is a port of a protocol.
type service struct {
	proto string
	port  int
}

// votes says how often each service was told.
type votes map[service]float64

// ports finds the services that an address attacked: those of its log lines, else those told nearest to it.
func (p *proposer) ports(c *accused, t *desk.Telling) {
	told := p.portsOfLogs(c)
	if len(told) == 0 {
		told = p.portsNear(c)
	}
	if len(told) == 0 {
		told = maps.Clone(p.general)
	}
	if len(told) == 0 && t.Class != desk.ScanWeb {
		told = maps.Clone(p.portal)
	}
	if len(told) == 0 {
		told = p.portsOfLines(c)
	}
	if len(told) == 0 {
		told = p.portsBare(c)
	}
	told.settle()
	if t.Class == desk.ScanWeb && len(c.logs) == 0 {
		told.onlyWeb()
	}
	if web := (service{"tcp", 80}); t.Class == desk.ScanWeb && (len(told) == 0 || len(c.logs) == 0 && len(told) == 1 && told[web] > 0) {
		told = p.correct(c, votes{web: 1})
	}
	for s, n := range told {
		t.Ports = append(t.Ports, desk.PortEvidence{Proto: s.proto, Port: s.port, Evidence: int(max(1, n))})
	}
	sort.Slice(t.Ports, func(i, j int) bool {
		a, b := t.Ports[i], t.Ports[j]
		if a.Evidence != b.Evidence {
			return a.Evidence > b.Evidence
		}
		if a.Port != b.Port {
			return a.Port < b.Port
		}
		return a.Proto < b.Proto
	})
	if len(t.Ports) > 0 {
		t.Port, t.Proto = t.Ports[0].Port, t.Ports[0].Proto
	}
}

// portsOfLogs counts the services in an address's log lines. Where the lines do not tell the port, what their product or their
// words suppose is held against the message's own words.
func (p *proposer) portsOfLogs(c *accused) votes {
	told, supposed, worded := votes{}, votes{}, votes{}
	for _, l := range c.rows {
		switch e := &l.Event; {
		case e.Port > 0 && e.Target.Port > 0:
			told[service{e.Proto, e.Port}] += float64(max(1, e.Count))
		case e.Port > 0: // by its product
			supposed[service{e.Proto, e.Port}] += 2
		case len(p.portsAt[l.Passage]) > 0:
			p.portWords(l.Passage, 1, told)
		default:
			p.portWords(l.Passage, 1, worded) // may be the name of an account: "postgres"
		}
	}
	switch {
	case len(told) > 0:
		return told
	case len(supposed) > 0:
		return p.correct(c, supposed)
	case len(worded) > 0:
		return p.correct(c, worded)
	}
	return told
}

// harmOfPorts finds sentences that tell a harm of a port, but of no address: "22 番はパスワードの総当り、その他は SYN のみ". They tell it
// of each address that attacked the port.
func (p *proposer) harmOfPorts() {
	for i := range p.ev.Passages {
		at := &p.ev.Passages[i]
		if p.elsewhere[i] || at.Kind != blame.Prose || at.PartIndex == blame.SubjectPart || !at.Speaks() {
			continue // a heading tells it of what stands below
		}
		text := p.ev.Text(at.PartIndex)
		for start := at.Start; start < at.End; {
			end := at.End
			if n := firstBreak(text[start:at.End]); n > 0 {
				end = start + n
			}
			p.harmOfPort(i, clause{start, end})
			start = end
		}
	}
}

// hearPorts adds what is told of the ports that an address attacked, where several ports are told apart.
func (p *proposer) hearPorts(c *accused) {
	if len(p.ofPort) == 0 || p.alone {
		return
	}
	told := p.portsOfLogs(c)
	if first := c.findings[0]; len(told) == 0 && first.Passage >= 0 && p.ownPort(first.Passage) {
		told = p.portsNear(c)
	}
	told.settle()
	if len(told) != 1 {
		return
	}
	for s := range told {
		if harm := p.ofPort[s.port]; harm != nil {
			c.scores.Plus(harm, ownClause)
			return
		}
	}
	for _, harm := range p.ofPort { // of other ports
		for _, class := range []desk.Class{desk.ScanPort, desk.ScanBruteforce, desk.ScanWeb} {
			if harm.Of(class) > 0 {
				c.scores.Scale(class, 0.3)
			}
		}
	}
}

// harmOfPort notes the harm that a clause tells of a port.
func (p *proposer) harmOfPort(passage int, in clause) {
	told := votes{}
	p.portsIn(passage, in, 1, told)
	if len(told) == 0 {
		return
	}
	var harm blame.Scores
	at := &p.ev.Passages[passage]
	for j, m := range at.Cues {
		if m.Rule.Sense == cue.Harm && m.Rule.Weight >= 1 && in.holds(m.Start) && !p.ev.Polarity(at, j).Negated {
			harm.Add(desk.Class(m.Rule.Value), m.Rule.Weight)
		}
	}
	if _, share := harm.Best(); share == 0 {
		return
	}
	if p.ofPort == nil {
		p.ofPort = map[int]*blame.Scores{}
	}
	for s := range told {
		if p.ofPort[s.port] == nil {
			p.ofPort[s.port] = &blame.Scores{}
		}
		p.ofPort[s.port].Plus(&harm, 1)
	}
}

// secured are the ports on which services listen under TLS, by those without.
var secured = map[int]int{80: 443, 110: 995, 143: 993, 389: 636}

// correct holds the ports that log lines have by their product against the numbers that are told: a web server may listen
// on 443 or 8080 as well.
func (p *proposer) correct(c *accused, supposed votes) votes {
	words := p.portsNear(c)
	for s, n := range p.general {
		words[s] += n
	}
	words.settle()
	p.attackedSite(supposed, words)
	known := 0.0 // how loudly a number says what the log supposes
	for s := range supposed {
		if p.numbered[s.port] {
			known = max(known, words[s])
		}
	}
	var best service
	for s, n := range words {
		web := supposed[service{"tcp", 80}] > 0
		number := p.numbered[s.port] && n >= 4 && supposed[s] == 0 && n > known && (!web || isWebPort(s.port))
		if (number || n > known && overTLS(supposed, s)) && (n > words[best] || n == words[best] && s.port < best.port) {
			best = s
		}
	}
	if best.port > 0 {
		return votes{best: words[best]}
	}
	return supposed
}

// overTLS tells whether a service is one of those supposed, under TLS.
func overTLS(supposed votes, s service) bool {
	for plain := range supposed {
		if s.proto == "tcp" && secured[plain.port] == s.port {
			return true
		}
	}
	return false
}

// attackedSite adds the port in the address of the site that was attacked: "server: www.example.org:443", "対象: https://…".
func (p *proposer) attackedSite(supposed, words votes) {
	if supposed[service{"tcp", 80}] == 0 {
		return
	}
	for i := range p.ev.Findings {
		f := &p.ev.Findings[i]
		if port := sitePort(f); port > 0 && f.Passage >= 0 && f.Log < 0 && f.Role != desk.RoleSource && p.ev.Passages[f.Passage].Kind == blame.KeyValue && p.ev.Passages[f.Passage].Speaks() {
			words[service{"tcp", port}] += 4
			p.numbered[port] = true
		}
	}
}

// portalPorts are the ports in the addresses of what was attacked: "https://vpn.example.org:4443/", "Local: 192.0.2.9:3389".
func (p *proposer) portalPorts() votes {
	told := votes{}
	for i := range p.ev.Findings {
		f := &p.ev.Findings[i]
		if f.Port > 0 && f.Passage >= 0 && f.Log < 0 && f.Role != desk.RoleSource && p.ev.Passages[f.Passage].Speaks() {
			told[service{"", f.Port}]++
		}
	}
	return told
}

// sitePort is the port that a host or a URL tells, 0 where it tells none.
func sitePort(f *blame.Finding) int {
	switch {
	case f.Kind != desk.IndicatorURL && f.Kind != desk.IndicatorHost && f.Kind != desk.IndicatorIP:
		return 0
	case f.Port > 0:
		return f.Port
	case strings.HasPrefix(f.Value, "https://"):
		return 443
	}
	return 0
}

func isWebPort(port int) bool {
	return port == 443 || port == 8080 || port == 8443 || port == 8000 || port == 8888 || port == 81 || port == 4443 || port == 10443 || port == 10000 // Webmin
}

// portsNear reads the words around an address, nearer ones weighing more.
func (p *proposer) portsNear(c *accused) votes {
	told := votes{}
	for _, f := range c.findings {
		if f.Log >= 0 || f.Passage < 0 {
			continue
		}
		own, split := p.clauseOf(f)
		if split || p.ownPort(f.Passage) {
			before := len(told)
			p.portsIn(f.Passage, own, 16, told)
			if len(told) > before {
				continue
			}
		}
		p.ev.Around(f.Passage, func(i int, weight float64) {
			if i == f.Passage || !p.elsewhere[i] {
				p.portWords(i, weight*weight, told)
			}
		})
	}
	return told
}

// ownPort tells whether a line of a list tells the port itself: what stands above the list holds for the others.
func (p *proposer) ownPort(passage int) bool {
	at := &p.ev.Passages[passage]
	return at.Kind != blame.Prose && len(p.portsAt[passage]) > 0
}

// portWords adds what a passage tells: a number weighs more than the name of a service.
func (p *proposer) portWords(passage int, weight float64, told votes) {
	at := &p.ev.Passages[passage]
	p.portsIn(passage, clause{at.Start, at.End}, weight, told)
}

// portsIn adds what a clause of a passage tells.
func (p *proposer) portsIn(passage int, in clause, weight float64, told votes) {
	at := &p.ev.Passages[passage]
	if !at.Speaks() {
		return
	}
	whole := p.ev.Text(at.PartIndex)
	for _, c := range at.Cues {
		if c.Rule.Sense == cue.Service && in.holds(c.Start) && !inPath(whole, c.Start, c.End) {
			_, value, _ := strings.Cut(c.Rule.Value, " ")
			if s, ok := parseService(value); ok {
				told[s] += weight
			}
		}
	}
	for _, i := range p.portsAt[passage] {
		f := &p.ev.Findings[i]
		if s, ok := parseService(f.Value); ok && in.holds(f.Start) && !ofSource(whole[max(at.Start, f.Start-24):f.Start]) {
			told[s] += 4 * weight
			p.number(at, s.port)
		}
	}
	text := whole[in.start:in.end]
	for _, s := range columnPorts(text) {
		told[s] += 4 * weight
		p.number(at, s.port)
	}
	numbers := append(numberedPorts(text), portsAfter(text)...)
	if at.Kind == blame.KeyValue {
		numbers = append(numbers, keyedPorts(text)...)
	}
	for _, n := range numbers {
		told[service{"", n}] += 4 * weight
		p.number(at, n)
	}
}

// number notes that the author, not a log, tells the number of a port.
func (p *proposer) number(at *blame.Passage, port int) {
	if at.Kind != blame.LogLine {
		p.numbered[port] = true
	}
}

// ofSource tells whether the words before a port say that it is the sender's.
func ofSource(before string) bool {
	before = strings.TrimRight(strings.ToLower(before), " 　:：=(（の-_")
	for _, end := range []string{"source", "src", "送信元", "発信元", "接続元", "攻撃元", "ソース", "from"} {
		if strings.HasSuffix(before, end) {
			return true
		}
	}
	return false
}

// numberedPorts reads "22 番ポート", "ＴＣＰ２２番".
func numberedPorts(s string) []int {
	var ports []int
	for at := 0; ; {
		i := strings.Index(s[at:], "番")
		if i < 0 {
			return ports
		}
		if n := digitsBefore(s[:at+i]); n > 0 && n < 65536 && !endsAddress(s[:at+i]) {
			ports = append(ports, n)
		}
		at += i + len("番")
	}
}

// portsAfter reads "ポートは 10443", "ポート番号：22", "ポート(1433)".
func portsAfter(s string) []int {
	var ports []int
	for {
		before, rest, ok := strings.Cut(s, "ポート")
		if !ok {
			return ports
		}
		s = rest
		if ofSource(before) {
			continue
		}
		rest = strings.TrimPrefix(rest, "番号")
		rest = strings.TrimLeft(rest, "はが:：(（ 　")
		n, digits := 0, 0
		for digits < len(rest) && digits < 5 && rest[digits] >= '0' && rest[digits] <= '9' {
			n = 10*n + int(rest[digits]-'0')
			digits++
		}
		if n > 0 && n < 65536 {
			ports = append(ports, n)
		}
	}
}

// columnPorts reads columns of a protocol and a port: "203.0.113.5, tcp, 3306, 392".
func columnPorts(s string) []service {
	var ports []service
	columns := strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == '\t' || r == '|' || r == '、' })
	for i := 1; i < len(columns); i++ {
		proto := strings.ToLower(strings.TrimSpace(columns[i-1]))
		n, err := strconv.Atoi(strings.TrimSpace(columns[i]))
		if (proto == "tcp" || proto == "udp") && err == nil && n > 0 && n < 65536 {
			ports = append(ports, service{proto, n})
		}
	}
	return ports
}

// endsAddress tells whether the number at the end of a text is the last one of an address: "203.0.113.210 番地".
func endsAddress(s string) bool {
	s = strings.TrimRight(strings.TrimRight(s, " 　"), "0123456789")
	return strings.HasSuffix(s, ".")
}

// keyedPorts reads "probed-port : 8080". "port 8080" is an indicator already.
func keyedPorts(s string) []int {
	var ports []int
	low := strings.ToLower(s)
	for at := 0; ; {
		i := strings.Index(low[at:], "port")
		if i < 0 {
			return ports
		}
		before := low[:at+i]
		at += i + len("port")
		value, keyed := strings.CutPrefix(strings.TrimLeft(low[at:], " \t"), ":")
		if !keyed || ofSource(before) || before != "" && before[len(before)-1] >= 'a' && before[len(before)-1] <= 'z' {
			continue
		}
		value = strings.TrimLeft(value, " \t")
		digits := len(value) - len(strings.TrimLeft(value, "0123456789"))
		if n, err := strconv.Atoi(value[:digits]); err == nil && n > 0 && n < 65536 {
			ports = append(ports, n)
		}
	}
}

// inPath tells whether a word is a folder of a path: the "mysql" of "/mysql/" names no service.
func inPath(s string, start, end int) bool {
	return start > 0 && s[start-1] == '/' && end < len(s) && s[end] == '/'
}

func digitsBefore(s string) int {
	s = strings.TrimRight(s, " 　")
	n, unit := 0, 1
	for unit < 1e6 {
		r, size := utf8.DecodeLastRuneInString(s)
		switch {
		case r >= '0' && r <= '9':
			n += unit * int(r-'0')
		case r >= '０' && r <= '９':
			n += unit * int(r-'０')
		default:
			return n
		}
		unit *= 10
		s = s[:len(s)-size]
	}
	return 0
}

// udpPorts are the ports whose service is told by a bare number and speaks UDP.
var udpPorts = map[int]bool{53: true, 69: true, 123: true, 137: true, 138: true, 161: true, 500: true, 514: true, 1434: true, 1900: true, 5060: true, 11211: true, 19: true}

// settle joins a port told without a protocol to the same port told with one.
func (v votes) settle() {
	for s, n := range v {
		if s.proto != "" {
			continue
		}
		delete(v, s)
		tcp, udp := service{"tcp", s.port}, service{"udp", s.port}
		switch {
		case v[udp] > v[tcp], v[tcp] == 0 && udpPorts[s.port]:
			v[udp] += n
		default:
			v[tcp] += n
		}
	}
}

// onlyWeb leaves out what is no port of a web server, where one is told: other services near a web attack are no part of it.
func (v votes) onlyWeb() {
	for s := range v {
		if s.port != 80 && !isWebPort(s.port) && s.port < 1024 {
			delete(v, s)
		}
	}
}

func parseService(s string) (service, bool) {
	number, proto, _ := strings.Cut(s, "/")
	n, err := strconv.Atoi(number)
	return service{proto, n}, err == nil && n > 0
}
