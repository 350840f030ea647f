// Package classify says what harm each address at fault does: its class, the service that a scan was after, the brand that
// a phishing site imitates, the way into a system and what was done there.
//
// The words are those that package blame found by the rules of package cue; they weigh more the nearer they stand to the
// address. Log lines weigh more than words, but a refused packet may be part of anything, so that there the words say what it
// was. A try without success is a scan, with success an intrusion; a sender is no site, and a page sends nothing.
// Brands are a table (brands.toml) that a desk can extend by a file of its own.
//
// Classes and their mapping to types are the desk's contract (package desk). Nothing is looked up on a network.
package classify

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"todoke/internal/blame"
	"todoke/internal/blame/cue"
	"todoke/internal/blame/logline"
	"todoke/internal/desk"
)

// Config is what the desk has settled about classes; nothing so far.
type Config struct{}

// Propose gives the class of the message as a whole and what it tells of each address at fault.
func Propose(doc blame.Document, ev blame.Evidence, brands *Brands, cfg Config) (desk.ClassProposal, []desk.Telling) {
	p := proposer{doc: doc, ev: &ev, brands: brands, elsewhere: map[int]bool{}, numbered: map[int]bool{}, accusedAt: map[int][]int{}}
	cases := p.cases()
	p.alone = len(cases) == 1
	p.survey()
	tellings := make([]desk.Telling, 0, len(cases))
	for _, c := range cases {
		tellings = append(tellings, p.tell(c))
	}
	return message(cases, tellings), tellings
}

type proposer struct {
	doc    blame.Document
	ev     *blame.Evidence
	brands *Brands

	alone     bool          // one address is at fault
	elsewhere map[int]bool  // passages that hold an address at fault: their words are about it
	accusedAt map[int][]int // findings at fault, by passage

	// What the whole message tells, found once (survey).
	portsAt   map[int][]int      // port findings, by passage
	general   votes              // services told beside no address
	numbered  map[int]bool       // ports whose number the author tells
	ways      map[string]float64 // ways into a system, by weight
	aftermath map[string]bool    // what was done in it
	wormYes   bool               // worms are suspected, told beside no address
	wormNo    bool               // or denied
	specific  bool               // some word tells which harm, not only that there is one
	sites     bool               // a site is at fault
	isLed     bool               // an altered page leads somewhere
	denied    bool               // it is said that nothing worked
	named     map[int][]mention  // brands, by passage; nil until asked for
	trueSites []*blame.Finding   // that may be imitated, in order
	ownBrand  bool               // the reporter's own brand is said to be imitated
	anyName   *toldBrand         // told beside no address; nil until asked for
	brandsAll map[*Brand]float64 // brands of the whole message, by weight
}

// accused is one address at fault and all that stands about it.
type accused struct {
	address    string
	findings   []*blame.Finding
	logs       []*blame.Log // log lines that accuse it
	rows       []*blame.Log // all log lines that it began
	accepted   int          // log lines that tell of a success
	guessed    bool         // no harm is told: its class is that of the service
	confidence float64
	heard      map[int]bool // passages whose words are weighed
	scores     blame.Scores // of the words
	logged     blame.Scores // of the log lines
}

func (p *proposer) cases() []*accused {
	byAddress := map[string]*accused{}
	var list []*accused
	get := func(address string) *accused {
		c := byAddress[address]
		if c == nil {
			c = &accused{address: address, heard: map[int]bool{}}
			byAddress[address] = c
			list = append(list, c)
		}
		return c
	}
	for i := range p.ev.Findings {
		f := &p.ev.Findings[i]
		if f.Role != desk.RoleSource {
			continue
		}
		address := p.ev.AddressOf(f)
		if address == "" {
			continue
		}
		p.elsewhere[f.Passage] = true
		p.accusedAt[f.Passage] = append(p.accusedAt[f.Passage], i)
		c := get(address)
		c.findings = append(c.findings, f)
		if !c.heard[f.Passage] {
			c.heard[f.Passage] = true
			scores := p.ev.HarmAt(f.Passage)
			c.scores.Plus(&scores, 1)
		}
	}
	for i := range p.ev.Logs {
		l := &p.ev.Logs[i]
		c := byAddress[l.Event.Source.Addr.String()]
		switch {
		case c == nil:
		case l.Event.Outcome == logline.Succeeded:
			c.accepted++
		case l.Event.Blames():
			c.logs = append(c.logs, l)
			c.rows = append(c.rows, l)
			c.logged.Add(desk.Class(l.Event.Class), logWeight(c, desk.Class(l.Event.Class)))
		default:
			c.rows = append(c.rows, l)
		}
	}
	return list
}

// logWeight is what one more log line adds to its class. A refused packet may be part of anything, so what
// is said of it counts for more; the first few lines tell it all.
func logWeight(c *accused, class desk.Class) float64 {
	switch {
	case len(c.logs) > 3:
		return 0.01
	case class == desk.ScanPort:
		return 3
	}
	return 10
}

// maxClauses is at how many of its places the clause of an address is read.
const maxClauses = 8

// tell puts together what the message tells of one address.
func (p *proposer) tell(c *accused) desk.Telling {
	c.scores.ScaleAll(1 / float64(max(1, len(c.heard))))
	for _, f := range c.findings[:min(len(c.findings), maxClauses)] {
		p.heardAt(c, f)
	}
	c.scores.Plus(&c.logged, 1)
	if p.entered(c) {
		for _, class := range []desk.Class{desk.ScanPort, desk.ScanBruteforce, desk.ScanWeb} {
			c.scores.Move(class, p.into(c), 1)
		}
	}
	p.shape(c)
	class, share := c.scores.Best()
	if class == "" {
		class = desk.Other
	}
	c.confidence = confidence(c, share)
	t := desk.Telling{
		Address: c.address, Class: class, Hosts: []string{}, URLs: []string{}, Aftermath: []string{}, Ports: []desk.PortEvidence{},
		Evidence: places(c), Weight: len(c.logs), Reasons: reasons(c, class, share), Inherit: share == 0 || c.guessed || p.unsaid(c),
	}
	seen := map[string]bool{}
	for _, f := range c.findings {
		if f.Log < 0 {
			t.Weight++
		}
		if seen[f.Value] {
			continue
		}
		seen[f.Value] = true
		switch f.Kind {
		case desk.IndicatorURL:
			t.URLs = append(t.URLs, f.Value)
			t.Hosts = withHost(t.Hosts, f.Host, c.address)
		case desk.IndicatorHost:
			t.Hosts = withHost(t.Hosts, f.Value, c.address)
		}
	}
	t.Weight = max(1, t.Weight)
	t.FirstSeen, t.LastSeen = p.seen(c)
	switch class.Group() {
	case "scan":
		p.ports(c, &t)
		t.Worm = p.worm(c)
	case "phishing":
		p.imitated(c, &t)
	case "intrusion":
		p.intrusion(c, &t)
	}
	return t
}

// withHost adds a host that stands for the address, once; the address itself is none.
func withHost(hosts []string, host, address string) []string {
	if host == "" || host == address || slices.Contains(hosts, host) {
		return hosts
	}
	return append(hosts, host)
}

// unsaid tells whether the message leaves open what harm the address does: it has no log and no port of it, and words that say
// no more than "attack".
func (p *proposer) unsaid(c *accused) bool {
	if best, _ := c.scores.Best(); best != desk.ScanPort || len(c.rows) > 0 || len(p.general) > 0 || len(p.portsNear(c)) > 0 {
		return false
	}
	return !p.specific
}

// confidence is how sure the proposal is, from 0 to 1: the share of the class in all that is told of the address, less a
// quarter where nobody says expressly that the address is at fault.
func confidence(c *accused, share float64) float64 {
	sure := 0.75
	for _, f := range c.findings {
		if f.Explicit {
			sure = 1
		}
	}
	return math.Round(100*min(share*sure, 0.99)) / 100
}

// reasons says in words why this address and why this class.
func reasons(c *accused, class desk.Class, share float64) []string {
	list := []string{c.findings[0].Why}
	if n := len(c.logs); n > 0 {
		list = append(list, fmt.Sprintf("%d log lines: %s", n, c.logs[0].Event.What))
	}
	if share == 0 {
		return append(list, "no harm is told")
	}
	return append(list, fmt.Sprintf("%s has %.0f%% of what is told of it", class, 100*share))
}

// places lists where the address stands, as "part:firstline-lastline".
func places(c *accused) []string {
	list := []string{}
	for i := 0; i < len(c.findings); {
		first := c.findings[i]
		last := first.Line
		for i++; i < len(c.findings) && c.findings[i].Part == first.Part && c.findings[i].Line <= last+1; i++ {
			last = max(last, c.findings[i].Line)
		}
		place := first.Part + ":" + strconv.Itoa(first.Line)
		if last > first.Line {
			place += "-" + strconv.Itoa(last)
		}
		list = append(list, place)
	}
	return list
}

// japan is the zone of times that a Japanese report tells without one.
var japan = time.FixedZone("JST", 9*60*60)

// seen is the time of the first and the last log line of the address. A time without a year or, outside of Japan, without
// a zone is not used.
func (p *proposer) seen(c *accused) (first, last *time.Time) {
	for _, l := range c.rows {
		e := &l.Event
		if !e.TimeKnown || e.Time.Year() < 1990 || !e.ZoneKnown && p.doc.Language != "ja" {
			continue
		}
		at := e.Time
		if !e.ZoneKnown {
			at = time.Date(at.Year(), at.Month(), at.Day(), at.Hour(), at.Minute(), at.Second(), at.Nanosecond(), japan)
		}
		if first == nil || at.Before(*first) {
			first = &at
		}
		if last == nil || at.After(*last) {
			last = &at
		}
	}
	return first, last
}

// shape fits what is told to what the address is: a sender is no site, and a page sends nothing.
func (p *proposer) shape(c *accused) {
	sender, site, leads := len(c.findings) > 0, false, false
	for _, f := range c.findings {
		sender = sender && (f.Sends() || f.Log >= 0)
		site = site || f.Kind == desk.IndicatorURL && f.Log < 0
		leads = leads || f.Leads
	}
	into := p.into(c)
	switch {
	case leads: // what an altered page, or a request, has its visitors fetch
		c.scores = blame.Scores{}
		c.scores.Add(desk.MalwareSite, 1)
	case sender:
		if c.scores.Of(desk.ForgedBackscatter) > 0 {
			c.scores.Move(desk.IntrusionDefacement, desk.ForgedBackscatter, 1) // what was injected is mail
		}
		c.scores.Move(desk.IntrusionDefacement, into, 1)
		p.mailed(c)
		for _, class := range []desk.Class{desk.PhishingSite, desk.MalwareSite, desk.MalwareSample, desk.MalwareC2} {
			c.scores.Scale(class, 0.2)
		}
		best, share := c.scores.Best()
		switch {
		case share == 0 || !siteClass(best):
		case p.ev.Succeeded(c.findings[0].Passage):
			c.scores.Add(into, 2*c.scores.Of(best))
		case len(p.portsNear(c)) > 0:
			c.scores.Move(best, desk.ScanPort, 1) // "is it a virus?", asks who tells of knocks at a port
		}
	case site:
		if c.fetched() {
			c.scores.Move(desk.IntrusionDefacement, desk.MalwareSite, 1)
		} else if p.isLed && !c.findings[0].Leads && c.scores.Of(desk.IntrusionDefacement) > 0 {
			c.scores.Move(desk.MalwareSite, desk.IntrusionDefacement, 1)
		}
		c.scores.Move(desk.Other, desk.IntrusionDefacement, c.alteredShare())
		if malware := c.scores.Of(desk.MalwareSite); malware > 0 && 2*malware >= c.scores.Of(desk.PhishingSite) && c.scores.Of(desk.MalwareC2) == 0 {
			c.scores.Move(desk.MalwareInfected, desk.MalwareSite, 1) // who visits it is infected
		}
		for _, class := range []desk.Class{desk.ScanPort, desk.ScanBruteforce, desk.ScanWeb, desk.DoS, desk.Spam} {
			c.scores.Scale(class, 0.2)
		}
	}
	if !sender && p.alone && c.scores.Of(desk.MalwareC2) > 0 {
		c.scores.Scale(desk.MalwareInfected, 0.5) // the machine that talks to it is infected
	}
	if best, _ := c.scores.Best(); best == "" {
		p.guess(c)
	}
}

// alteredShare is how much of what is told of a fraudulent shop is about an altered page: a shop's pages were put into a site
// that belongs to somebody else.
func (c *accused) alteredShare() float64 {
	if 2*c.scores.Of(desk.IntrusionDefacement) >= c.scores.Of(desk.Other) {
		return 1
	}
	return 0
}

// mailed fits what is told of a mail to its sender. A mail written for its readers alone is a targeted attack, whatever name
// and file it bears; what came back as an error was not sent by who is blamed for its content; and who mails a worm about is
// infected by it.
func (p *proposer) mailed(c *accused) {
	if c.scores.Of(desk.Targeted) > 0 {
		for _, class := range []desk.Class{desk.ForgedSpoof, desk.ScanWeb, desk.PhishingSite, desk.Spam, desk.MalwareSample, desk.MalwareSite, desk.Vulnerable} {
			c.scores.Move(class, desk.Targeted, 1)
		}
		if c.scores.Of(desk.MalwareC2) < 2*c.scores.Of(desk.Targeted) {
			c.scores.Move(desk.MalwareC2, desk.Targeted, 1)
		}
	}
	if c.scores.Of(desk.ForgedBackscatter) > 0 {
		c.scores.Move(desk.Spam, desk.ForgedBackscatter, 1)
	}
	if c.scores.Of(desk.MalwareInfected) > 0 {
		c.scores.Move(desk.MalwareSample, desk.MalwareInfected, 1)
	}
	if !p.sites && len(c.logs) == 0 && c.scores.Of(desk.ForgedSpoof) > 0 {
		c.scores.Move(desk.PhishingSite, desk.ForgedSpoof, 1) // "in our name": without a page it is the mail
	}
}

// entered tells whether the tries of an address worked: its log has a success behind failures, or things are said to have been
// taken that only an intruder gets.
func (p *proposer) entered(c *accused) bool {
	if p.denied {
		return false
	}
	return c.accepted > 0 && len(c.logs) > 0 || p.aftermath["data-theft"] && (c.logged.Of(desk.ScanWeb) > 0 || c.scores.Of(desk.ScanWeb) > 0)
}

// into is the intrusion that tries lead to: with a password into an account, else into the system.
func (p *proposer) into(c *accused) desk.Class {
	if way := p.wayTold(c); c.scores.Of(desk.IntrusionAccount) > 0 || way == "password" || way == "stolen-credentials" {
		return desk.IntrusionAccount
	}
	return desk.IntrusionSystem
}

// survey finds what the whole message tells, so that each address costs no more than its own surroundings.
func (p *proposer) survey() {
	p.general, p.ways, p.aftermath, p.portsAt = votes{}, map[string]float64{}, map[string]bool{}, map[int][]int{}
	for i := range p.ev.Findings {
		f := &p.ev.Findings[i]
		if f.Kind == desk.IndicatorPort {
			p.portsAt[f.Passage] = append(p.portsAt[f.Passage], i)
		}
		p.sites = p.sites || f.Role == desk.RoleSource && (f.Kind == desk.IndicatorURL || f.Kind == desk.IndicatorHost)
		p.isLed = p.isLed || f.Leads || f.Role == desk.RoleSource && isProgram(f)
	}
	p.surveyBrand()
	p.cuesOf(cue.Way, func(r *cue.Rule) { p.ways[r.Value] += r.Weight })
	p.cuesOf(cue.Harm, func(r *cue.Rule) { p.specific = p.specific || r.Weight >= 1 })
	p.cuesOf(cue.Outcome, func(r *cue.Rule) { p.denied = p.denied || r.Value == "failure" })
	p.cuesOf(cue.Aftermath, func(r *cue.Rule) { p.aftermath[r.Value] = true })
	for i := range p.ev.Passages {
		at := &p.ev.Passages[i]
		if p.elsewhere[i] || !at.Speaks() {
			continue
		}
		if at.Kind != blame.LogLine {
			p.portWords(i, 1, p.general)
		}
		yes, no := p.wormWords(i)
		p.wormYes, p.wormNo = p.wormYes || yes, p.wormNo || no
	}
}

// fetched tells whether all that is told of the address are programs to be fetched from it.
func (c *accused) fetched() bool {
	for _, f := range c.findings {
		if f.Kind == desk.IndicatorURL && !isProgram(f) {
			return false
		}
	}
	return len(c.findings) > 0
}

// isProgram tells whether a URL ends in the name of something that runs.
func isProgram(f *blame.Finding) bool {
	if f.Kind != desk.IndicatorURL {
		return false
	}
	for _, end := range []string{".exe", ".scr", ".pif", ".js", ".swf", ".jar", ".apk", ".dll", ".msi", ".cab", ".bin", ".bat", ".vbs"} {
		if strings.HasSuffix(f.Value, end) {
			return true
		}
	}
	return false
}

func siteClass(class desk.Class) bool {
	switch class {
	case desk.PhishingSite, desk.MalwareSite, desk.MalwareSample, desk.MalwareC2:
		return true
	}
	return false
}

// guess takes the class from the service where no harm is told: failures at a service with a log-in are a try of passwords,
// traffic to any other port is a scan.
func (p *proposer) guess(c *accused) {
	told, near := p.portsOfLogs(c), true
	if len(told) == 0 {
		told = p.portsNear(c)
	}
	if len(told) == 0 {
		told, near = p.general, false
	}
	c.guessed = len(c.rows) == 0
	for s := range told {
		if loginPorts[s.port] && (p.ev.Failed() || !near) { // "Re: SSH abuse" is about passwords
			c.scores.Add(desk.ScanBruteforce, 1)
			return
		}
	}
	if len(told) > 0 || len(c.rows) > 0 {
		c.scores.Add(desk.ScanPort, 1)
	}
}

// loginPorts are the ports of services that ask for a password.
var loginPorts = map[int]bool{21: true, 22: true, 23: true, 110: true, 143: true, 993: true, 995: true, 3389: true, 5900: true, 5060: true}

// message is the class of the message as a whole: that of the address with most evidence, the first of several.
func message(cases []*accused, tellings []desk.Telling) desk.ClassProposal {
	if len(tellings) == 0 {
		return desk.ClassProposal{Reasons: []string{}}
	}
	best := 0
	for i, t := range tellings {
		if t.Weight > tellings[best].Weight {
			best = i
		}
	}
	return desk.ClassProposal{Class: tellings[best].Class, Confidence: cases[best].confidence, Reasons: tellings[best].Reasons}
}
