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
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"todoke/internal/blame"
	"todoke/internal/blame/logline"
	"todoke/internal/desk"
)

// Config is what the desk has settled about classes; nothing so far.
type Config struct{}

// Propose gives the class of the message as a whole and what it tells of each address at fault.
func Propose(doc blame.Document, ev blame.Evidence, brands *Brands, cfg Config) (desk.ClassProposal, []desk.Telling) {
	p := newProposer(doc, &ev, brands)
	cases := p.cases()
	p.alone = len(cases) == 1
	p.survey()
	tellings := make([]desk.Telling, 0, len(cases))
	for _, c := range cases {
		tellings = append(tellings, p.tell(c))
	}
	p.intrusions(cases, tellings)
	return message(cases, tellings), tellings
}

func newProposer(doc blame.Document, ev *blame.Evidence, brands *Brands) *proposer {
	return &proposer{doc: doc, ev: ev, brands: brands, elsewhere: map[int]bool{}, numbered: map[int]bool{}, accusedAt: map[int][]int{}}
}

type proposer struct {
	doc    blame.Document
	ev     *blame.Evidence
	brands *Brands

	alone     bool          // one address is at fault
	elsewhere map[int]bool  // passages that hold an address at fault: their words are about it
	accusedAt map[int][]int // findings at fault, by passage

	// What the whole message tells, found once (survey).
	portsAt   map[int][]int         // port findings, by passage
	general   votes                 // services told beside no address
	portal    votes                 // and told by the addresses of attacked portals alone
	ofPort    map[int]*blame.Scores // harm told of a port, in a clause about no address
	numbered  map[int]bool          // ports whose number the author tells
	common    *story                // how a system was entered, told beside no address
	whole     *story                // and told at all
	commonly  blame.Scores          // harm that acts tell, beside no address
	acts      map[int][]act         // what words together tell, by passage
	wormYes   bool                  // worms are suspected, told beside no address
	wormNo    bool                  // or denied
	specific  bool                  // some word tells which harm, not only that there is one
	sites     bool                  // a site is at fault
	isLed     bool                  // an altered page leads somewhere
	denied    bool                  // it is said that nothing worked
	deceit    bool                  // some word tells of phishing
	named     map[int][]mention     // brands, by passage; nil until asked for
	trueSites []*blame.Finding      // that may be imitated, in order
	ownBrand  bool                  // the reporter's own brand is said to be imitated
	anyName   *toldBrand            // told beside no address; nil until asked for
	brandsAll map[*Brand]float64    // brands of the whole message, by weight
}

// accused is one address at fault and all that stands about it.
type accused struct {
	address    string
	findings   []*blame.Finding
	logs       []*blame.Log // log lines that accuse it
	rows       []*blame.Log // all log lines that it began
	accepted   int          // log lines that tell of a success
	guessed    bool         // no harm is told, and no row shows one: its class is no evidence
	guess      string       // what the class was guessed from, "" where it is told
	confidence float64
	heard      map[int]bool // passages whose words are weighed
	scores     blame.Scores // of the words
	logged     blame.Scores // of the log lines
	story      *story       // nil until asked for
}

// cases gathers what stands about each address at fault, in order of its first place.
func (p *proposer) cases() []*accused {
	byAddress := map[string]*accused{}
	var list []*accused
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
		c := byAddress[address]
		if c == nil {
			c = &accused{address: address, heard: map[int]bool{}}
			byAddress[address] = c
			list = append(list, c)
		}
		c.findings = append(c.findings, f)
		if !c.heard[f.Passage] {
			c.heard[f.Passage] = true
			scores := p.ev.HarmAt(f.Passage)
			c.scores.Plus(&scores, 1)
		}
	}
	for i := range p.ev.Logs {
		if c := byAddress[p.ev.Logs[i].Event.Source.Addr.String()]; c != nil {
			c.log(&p.ev.Logs[i])
		}
	}
	return list
}

// log takes in a log line that the address began.
func (c *accused) log(l *blame.Log) {
	if l.Event.Outcome == logline.Succeeded {
		c.accepted++
		return
	}
	c.rows = append(c.rows, l)
	if l.Event.Blames() {
		c.logs = append(c.logs, l)
		c.logged.Add(desk.Class(l.Event.Class), logWeight(c, desk.Class(l.Event.Class)))
	}
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
	p.hearActs(c)
	p.hearPorts(c)
	c.scores.Plus(&c.logged, 1)
	if p.entered(c) {
		for _, class := range []desk.Class{desk.ScanPort, desk.ScanBruteforce, desk.ScanWeb, desk.Spam} {
			c.scores.Move(class, p.into(c), 1)
		}
		if p.ev.Resembles().Group() == desk.IntrusionSystem.Group() {
			c.scores.Move(desk.Vulnerable, p.into(c), 1) // the hole was used
		}
		if best, _ := c.scores.Best(); best == "" {
			c.scores.Add(p.into(c), 1) // nothing is told but that it was let in
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
		Also: also(&c.scores, class),
	}
	c.members(&t)
	t.Weight = max(1, t.Weight)
	t.FirstSeen, t.LastSeen = p.seen(c)
	switch class.Group() {
	case "scan":
		p.ports(c, &t)
		t.Worm = p.worm(c)
	case "phishing":
		p.imitated(c, &t)
	}
	return t
}

// alsoShare is the share of all that is told of an address from which a class of another group is heard too.
const alsoShare = 0.15

// also lists the classes of other groups that are told of an address beside its own, the loudest first.
func also(scores *blame.Scores, own desk.Class) []desk.Class {
	sum, list := 0.0, []desk.Class{}
	for _, class := range desk.Classes() {
		sum += max(0, scores.Of(class))
	}
	for _, class := range desk.Classes() {
		if class.Group() != own.Group() && scores.Of(class) > alsoShare*sum {
			list = append(list, class)
		}
	}
	slices.SortStableFunc(list, func(a, b desk.Class) int { return cmp.Compare(scores.Of(b), scores.Of(a)) })
	return list
}

// members lists the hosts and URLs that stand for the address, and weighs how often it is told.
func (c *accused) members(t *desk.Telling) {
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
	if best, _ := c.scores.Best(); best.Group() != "scan" || len(c.rows) > 0 || len(p.general) > 0 || len(p.portsNear(c)) > 0 {
		return false
	}
	return !p.specific
}

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
	if c.guess != "" {
		return append(list, fmt.Sprintf("no harm is told: %s is a guess from %s", class, c.guess))
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
