package classify

import (
	"slices"
	"strings"

	"todoke/internal/blame"
	"todoke/internal/desk"
)

// shape fits what is told to what the address is: a sender is no site, and a page sends nothing.
func (p *proposer) shape(c *accused) {
	sender, site, leads := len(c.findings) > 0, false, false
	for _, f := range c.findings {
		sender = sender && (f.Sends() || f.Log >= 0 && len(c.rows)+c.accepted > 0) // where an infected machine goes, it sends nothing
		site = site || f.Kind == desk.IndicatorURL && f.Log < 0
		leads = leads || f.Leads
	}
	if !sender && p.ev.Resembles() == desk.PhishingSite && p.deceit {
		for _, class := range []desk.Class{desk.IntrusionDefacement, desk.IntrusionSystem, desk.Spam} {
			c.scores.Move(class, desk.PhishingSite, 1) // whatever server it stands on, and whatever mail leads there
		}
	}
	switch {
	case leads && c.scores.Of(desk.PhishingSite) > 2*(c.scores.Of(desk.MalwareSite)+c.scores.Of(desk.IntrusionDefacement)): // to a false page
		p.shapeSite(c)
	case leads: // what an altered page, or a request, has its visitors fetch
		c.scores = blame.Scores{}
		c.scores.Add(desk.MalwareSite, 1)
	case sender:
		p.shapeSender(c)
	case site:
		p.shapeSite(c)
	default:
		p.shapeMachine(c)
	}
	if !site {
		p.shapeTry(c)
		p.shapeKnocks(c)
	}
	if c2 := c.scores.Of(desk.MalwareC2); !sender && p.alone && c2 > 0 && 2*c2 > c.scores.Of(desk.MalwareInfected) {
		c.scores.Scale(desk.MalwareInfected, 0.5) // the machine that talks to it is infected
	}
	if slices.ContainsFunc(c.findings, (*blame.Finding).Own) {
		c.scores.Scale(desk.MalwareC2, 0.2) // and so is the reporter's own
	}
	if best, _ := c.scores.Best(); best == "" {
		p.guess(c)
	}
	if !sender && c.isSite() {
		p.deceives(c)
	}
}

// shapeSender moves what is told of pages to what a sender does.
func (p *proposer) shapeSender(c *accused) {
	into := p.into(c)
	if logged, share := c.logged.Best(); share > 0 && logged.Group() == "scan" && !p.entered(c) {
		into = logged // what the tries were for: "改ざんを狙った"
	}
	if c.scores.Of(desk.ForgedBackscatter) > 0 {
		c.scores.Move(desk.IntrusionDefacement, desk.ForgedBackscatter, 1) // what was injected is mail
	}
	c.scores.Move(desk.IntrusionDefacement, into, 1)
	if into.Group() == "scan" {
		c.scores.Move(desk.IntrusionSystem, into, 1)
	}
	p.mailed(c)
	if c.scores.Of(desk.MalwareC2) <= 2*c.scores.Of(desk.MalwareInfected) {
		c.scores.Scale(desk.MalwareC2, 0.2) // else orders come from it
	}
	for _, class := range []desk.Class{desk.PhishingSite, desk.MalwareSite, desk.MalwareSample} {
		c.scores.Scale(class, 0.2)
	}
	best, share := c.scores.Best()
	switch {
	case share == 0 || !siteClass(best):
	case p.ev.Succeeded(c.findings[0].Passage), c.accepted > 0, best == desk.MalwareSite && p.wayTold(c) != "":
		c.scores.Add(into, 2*c.scores.Of(best))
	case p.numberedNear(c):
		c.scores.Move(best, desk.ScanPort, 1) // "is it a virus?", asks who tells of knocks at a port
	}
	if best == desk.MalwareInfected && (p.worm(c) || p.ev.Resembles() == desk.ScanPort) && (p.numberedNear(c) || c.logged.Of(desk.ScanPort) > 0) {
		c.scores.Move(best, desk.ScanPort, 1) // a worm is guessed from its knocks
	}
}

// shapeMachine fits what is told to a machine of which neither a page nor a direction is told.
func (p *proposer) shapeMachine(c *accused) {
	if c.scores.Of(desk.ForgedBackscatter) > 0 {
		c.scores.Move(desk.Spam, desk.ForgedBackscatter, 1)
	}
	if c.isSite() {
		return
	}
	if p.ev.Resembles() == desk.DoS {
		c.scores.Move(desk.IntrusionSystem, desk.DoS, 1) // a reflector: "踏み台"
	}
	if c.scores.Of(desk.MalwareInfected) > 0 {
		c.scores.Scale(desk.PhishingSite, 0.3) // "感染し、パスワードを盗まれ"
	}
	if c.scores.Of(desk.ScanPort) > 0 && c.scores.Of(desk.MalwareC2) == 0 && p.worm(c) && (p.numberedNear(c) || len(p.general) > 0) {
		c.scores.Move(desk.MalwareInfected, desk.ScanPort, 1) // a worm is guessed from its knocks
	}
	if best, _ := c.scores.Best(); (best == desk.MalwareSite || best == desk.MalwareSample) && c.scores.Of(desk.MalwareC2) == 0 && p.numberedNear(c) {
		c.scores.Move(best, desk.ScanPort, 1) // knocks at a port, and the name of a virus
	}
}

// shapeTry takes an intrusion for a try where it is told of tries, but nowhere that one worked: "attempted break-in by secure
// shell", "全部 403 です".
func (p *proposer) shapeTry(c *accused) {
	best, _ := c.scores.Best()
	if best != desk.IntrusionSystem && best != desk.IntrusionAccount && (best != desk.IntrusionDefacement || !p.denied || c.isSite()) ||
		!p.denied && !p.ev.Failed() || p.entered(c) || p.ev.Succeeded(c.findings[0].Passage) {
		return
	}
	told := p.portsNear(c)
	if len(told) == 0 {
		told = p.general
	}
	into := desk.Class("")
	if p.denied {
		into = desk.ScanWeb
	}
	for s := range told {
		switch {
		case loginPorts[s.port]:
			into = desk.ScanBruteforce
		case into == "" && p.numbered[s.port]:
			into = desk.ScanPort
		}
	}
	if best == desk.IntrusionAccount && into != "" {
		into = desk.ScanBruteforce
	}
	if into != "" {
		c.scores.Move(best, into, 1)
	}
}

// shapeKnocks takes for a scan what is told of knocks at a numbered port in a mail that is like those about scans: what they do to the line, and
// what is looked for behind them, is told as well. And a machine without a page lures and infects no visitor: what it is told to do is in the mail
// that it sent, or in its requests.
func (p *proposer) shapeKnocks(c *accused) {
	best, _ := c.scores.Best()
	like := p.ev.Resembles()
	switch scans := like.Group() == desk.ScanPort.Group(); best {
	case desk.DoS, desk.Vulnerable, desk.MalwareInfected, desk.MalwareC2:
		if scans && p.numberedNear(c) {
			c.scores.Move(best, like, 1)
		}
	case desk.MalwareSite:
		if scans && (p.numberedNear(c) || p.alone && !c.isSite()) {
			c.scores.Move(best, like, 1)
		}
	case desk.PhishingSite:
		if like == desk.ForgedSpoof && !c.isSite() {
			c.scores.Move(best, like, 1)
		}
	}
}

// numberedNear tells whether the author tells the number of a port near an address, and it is none at which bots meet.
func (p *proposer) numberedNear(c *accused) bool {
	for s := range p.portsNear(c) {
		if p.numbered[s.port] && s.port != 6667 {
			return true
		}
	}
	return false
}

// shapeSite moves what is told of those who visit a page to the page.
func (p *proposer) shapeSite(c *accused) {
	if c.fetched() {
		c.scores.Move(desk.IntrusionDefacement, desk.MalwareSite, 1)
		if c.runs() {
			c.scores.Move(desk.PhishingSite, desk.MalwareSite, 1) // whatever the mail pretends that leads there
		}
	} else if p.isLed && !c.findings[0].Leads && c.scores.Of(desk.IntrusionDefacement) > 0 {
		c.scores.Move(desk.MalwareSite, desk.IntrusionDefacement, 1)
	}
	c.scores.Move(desk.Other, desk.IntrusionDefacement, c.alteredShare())
	if malware := c.scores.Of(desk.MalwareSite); malware > 0 && 2*malware >= c.scores.Of(desk.PhishingSite) && c.scores.Of(desk.MalwareC2) == 0 {
		c.scores.Move(desk.MalwareInfected, desk.MalwareSite, 1) // who visits it is infected
	}
	if malware := c.scores.Of(desk.MalwareSite); 2*malware >= c.scores.Of(desk.IntrusionSystem) && !slices.ContainsFunc(c.findings, (*blame.Finding).Own) {
		c.scores.Move(desk.IntrusionSystem, desk.MalwareSite, 1) // the machine that loads from it is broken into
	}
	for _, class := range []desk.Class{desk.ScanPort, desk.ScanBruteforce, desk.ScanWeb, desk.DoS, desk.Spam, desk.ForgedSpoof} {
		c.scores.Scale(class, 0.2)
	}
}

// isSite tells whether the address is told as a site: by a URL, or by its name alone, which is not one that a provider gives
// its lines.
func (c *accused) isSite() bool {
	for _, f := range c.findings {
		switch {
		case f.Log >= 0:
		case f.Kind == desk.IndicatorURL, f.Kind == desk.IndicatorHost && f.Host == c.address && !isLineName(f.Host) && len(c.rows) == 0:
			return true
		}
	}
	return false
}

// isLineName tells whether a host is named after its address, as the lines of subscribers are: "p3041-ipbf12.example.net".
func isLineName(host string) bool {
	digits := 0
	for i := 0; i < len(host); i++ {
		if host[i] >= '0' && host[i] <= '9' {
			digits++
		}
	}
	return digits >= 6
}

// deceives settles what a site does of which nothing is told that a site can do: most that are told without a word want to
// deceive. An injection into a site has altered it, or could.
func (p *proposer) deceives(c *accused) {
	switch best, _ := c.scores.Best(); best {
	case desk.ScanWeb:
		if p.denied || p.ev.Resembles() == desk.ScanWeb && p.ev.Said() == desk.ScanWeb {
			return // nothing was altered: a server may be told by its name and attack others
		}
		into := desk.IntrusionDefacement
		if p.ev.Resembles() == desk.Vulnerable || p.story(c).ways["web-application"] > 0 && !p.ev.Succeeded(c.findings[0].Passage) {
			into = desk.Vulnerable
		}
		c.scores.Move(best, into, 1)
	case "", desk.ScanPort, desk.ForgedSpoof:
		if p.unsaid(c) || slices.ContainsFunc(c.findings, func(f *blame.Finding) bool { return f.Kind == desk.IndicatorURL }) {
			if c.guess != "" {
				c.guess = byKind
			}
			c.scores.Add(desk.PhishingSite, max(1, 2*c.scores.Of(best)))
		}
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
	if !p.sites && c.scores.Of(desk.MalwareSample) > 0 {
		c.scores.Move(desk.MalwareSite, desk.MalwareSample, 1) // what was mailed was not fetched
	}
	if len(c.logs) == 0 && c.scores.Of(desk.ForgedSpoof) > 0 && !c.isSite() {
		c.scores.Move(desk.PhishingSite, desk.ForgedSpoof, 1) // "in our name": without a page it is the mail
	}
}

// guess takes the class from what the mail is like, or from the service, where no harm is told: failures at a service with a log-in are a try of passwords,
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
	like := p.ev.Resembles()
	if p.denied && like.Group() == desk.IntrusionSystem.Group() {
		like = desk.ScanWeb // what did not work altered nothing
	}
	if c.guessed && like != "" && like.Group() != desk.ScanPort.Group() {
		c.guessOf(like, byLikeness)
		return
	}
	for s := range told {
		if like == desk.ScanBruteforce || loginPorts[s.port] && (p.ev.Failed() || !near) { // "Re: SSH abuse" is about passwords
			c.guessOf(desk.ScanBruteforce, byService)
			return
		}
	}
	switch {
	case len(told) > 0 || len(c.rows) > 0:
		c.guessOf(desk.ScanPort, byService)
	case like != "":
		c.guessOf(like, byLikeness)
	default:
		p.lean(c)
	}
}

// lean guesses the class from the mails that this one is most like, however little. A bare address is no page, and an intrusion of
// which nothing says that it worked was a try.
func (p *proposer) lean(c *accused) {
	site := p.sites || c.isSite()
	like := p.ev.Leans(func(class desk.Class) bool {
		return site || class != desk.PhishingSite && class != desk.MalwareSite && class != desk.Other
	})
	if like.Group() == desk.IntrusionSystem.Group() && !site && !p.ev.Succeeded(c.findings[0].Passage) {
		like = desk.ScanWeb
	}
	if like != "" {
		c.guessOf(like, byLikeness)
	}
}

// What a guess rests on.
const (
	byLikeness = "the mails that this one is most like"
	byService  = "the service that was told or logged"
	byKind     = "what most sites do of which nothing is told"
)

// guessOf gives an address a class of which nothing is told.
func (c *accused) guessOf(class desk.Class, from string) {
	c.scores.Add(class, 1)
	c.guess = from
}

// loginPorts are the ports of services that ask for a password.
var loginPorts = map[int]bool{21: true, 22: true, 23: true, 110: true, 143: true, 993: true, 995: true, 3389: true, 5900: true, 5060: true}

// fetched tells whether all that is told of the address are programs to be fetched from it.
func (c *accused) fetched() bool {
	for _, f := range c.findings {
		if f.Kind == desk.IndicatorURL && !isProgram(f) {
			return false
		}
	}
	return len(c.findings) > 0
}

// runs tells whether one of them is a program that a visitor starts: scripts and libraries may be part of any page.
func (c *accused) runs() bool {
	return slices.ContainsFunc(c.findings, func(f *blame.Finding) bool {
		return isProgram(f) && !slices.ContainsFunc([]string{".js", ".swf", ".dll"}, func(end string) bool { return strings.HasSuffix(f.Value, end) })
	})
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

// entered tells whether the tries of an address worked: its log has a success behind failures, a log-in is said to have been
// accepted, or things are said to have been taken that only an intruder gets.
func (p *proposer) entered(c *accused) bool {
	if p.denied {
		return false
	}
	if c.accepted > 0 && (len(c.logs) > 0 || !p.ev.Failed()) || p.story(c).succeeded {
		return true // who is blamed and was let in, whether the log shows tries before it or not
	}
	if c.scores.Of(desk.IntrusionSystem)+c.scores.Of(desk.IntrusionAccount) >= 2 && p.ev.Succeeded(c.findings[0].Passage) {
		return true
	}
	if p.ev.Failed() && !p.ev.Succeeded(c.findings[0].Passage) {
		return false // what was done in it would be too good for a try that failed
	}
	done := p.story(c).aftermath
	return (done["data-theft"] || done["log-tampering"] || done["file-replacement"]) && (c.logged.Of(desk.ScanWeb) > 0 || c.scores.Of(desk.ScanWeb) > 0)
}

// into is the intrusion that tries lead to: with a password into an account, else into the system.
func (p *proposer) into(c *accused) desk.Class {
	if way := p.wayTold(c); c.scores.Of(desk.IntrusionAccount) > 0 || way == "password" || way == "stolen-credentials" {
		return desk.IntrusionAccount
	}
	return desk.IntrusionSystem
}
