// Package read makes a Reading of the bytes of one message: it has the mail parsed, forms and machine reports recognised,
// addresses found and blamed, a class proposed and the kind decided, in this order. It is pure: bytes and the door's
// envelope in, a Reading out; no database, no clock, no network. So a whole archive can be read again when it gets better.
package read

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"todoke/internal/blame"
	"todoke/internal/classify"
	"todoke/internal/desk"
	"todoke/internal/kind"
	"todoke/internal/mail"
)

// Settings are what the desk has settled about itself and its neighbours.
type Settings struct {
	OwnAddresses []string // mail addresses of the desk; "@example.jp" means every address of the domain
	FaxGateways  []string // mail addresses whose senders have no mail domain of their own
	NeverBlame   []string // addresses, networks and hosts whose blame always waits for a handler
	Blame        blame.Config
	Classify     classify.Config
	Brands       *classify.Brands
	Limits       mail.Limits
}

// Reader reads messages. It may be used by several goroutines at once.
type Reader struct {
	settings Settings
}

// New returns a Reader with the settings. It loads the tables of words that reading needs, so that a fault in one of them shows here
// and not as a fault on every mail.
func New(settings Settings) *Reader {
	blame.Load()
	classify.LoadDeeds()
	kind.Load()
	return &Reader{settings: settings}
}

// Envelope is what a door knows of a message beside its bytes.
type Envelope struct {
	MboxFrom time.Time // of the mbox From line; zero where there is none
	Now      time.Time // the door's clock: the last resort for the time of receipt, and the latest that is believed
	Live     bool      // the message came in by a door just now: Now is the time of its receipt, whatever its fields say

	Auth *desk.AuthResults // what is known of who sent it, nil where nobody looked
	PGP  *desk.PGP         // what was found about its covers where they were taken away before, nil where nobody did
}

// Read reads one message of any bytes. A fault of the program's own, met on one mail, must not stop the desk: the mail is then
// unreadable, and its problem says so.
func (r *Reader) Read(raw []byte, env Envelope) (reading *desk.Reading) {
	defer func() {
		if fault := recover(); fault != nil {
			reading = unread(env, fault)
		}
	}()
	return r.read(raw, env)
}

// Fault begins the problem of a message on which the program itself failed.
const Fault = "the program failed on this message"

// unread is the reading of a message on which the program failed.
func unread(env Envelope, fault any) *desk.Reading {
	return &desk.Reading{
		Kind: desk.KindUnreadable, KindReasons: []string{Fault}, InReplyTo: []string{}, References: []string{}, To: []string{}, Cc: []string{},
		Language: "en", Received: &env.Now, ReceivedFrom: desk.ReceivedFromClock, Parts: []desk.PartInfo{},
		Problems: []desk.Problem{{Part: "1", Problem: fmt.Sprintf("%s: %v", Fault, fault)}}, PGP: desk.PGP{Verdict: "none"},
		Form: desk.Form{Fields: map[string]string{}}, Numbers: []string{}, Indicators: []desk.Indicator{},
		Class: desk.ClassProposal{Reasons: []string{}}, Incidents: []desk.Telling{},
	}
}

func (r *Reader) read(raw []byte, env Envelope) *desk.Reading {
	m := mail.Parse(raw, r.settings.Limits)
	reading, asked := r.examine(m, env)
	decision := kind.Decide(asked)
	reading.Kind, reading.KindReasons, reading.Notice = decision.Kind, decision.Reasons, decision.Notice
	reading.Numbers = orEmpty(decision.Numbers)
	if noMail(m) {
		reading.Kind, reading.KindReasons, reading.Notice = desk.KindUnreadable, []string{"no mail: it has none of the fields that every mail has"}, false
	}
	if reading.Kind == desk.KindReply {
		reading.Withheld = reading.Incidents
	}
	if !tells(reading.Kind) {
		reading.Incidents = []desk.Telling{}
	}
	if !tells(reading.Kind) && !reading.Notice { // what a notice is about shows which incident of an address it means
		reading.Class = desk.ClassProposal{Reasons: []string{}}
	}
	return reading
}

// examine reads all of a message but its kind, and puts together what is known when that is asked.
func (r *Reader) examine(m *mail.Message, env Envelope) (*desk.Reading, kind.Input) {
	reading := r.header(m, env)
	texts := layOut(m, reading, r.own)
	reading.Text = texts.kept
	reading.Language = language(m, reading, texts.all)
	reading.TLP = tlp(reading.Subject, texts.all)
	reading.Form = texts.form
	reading.ReporterTLD = r.reporterTLD(reading)
	reading.Parts = partInfos(m, texts)
	reading.Problems = problems(m)
	reading.PGP = pgp(m)
	if env.PGP != nil {
		reading.PGP = *env.PGP
	}
	reading.Content = content(m, reading)

	doc := texts.document(reading, r.reporterHosts(m, reading))
	evidence := blame.Find(doc, r.settings.Blame)
	if evidence.Truncated {
		reading.Problems = append(reading.Problems, desk.Problem{Part: m.Root.Path, Problem: "too long or too many addresses; only the beginning was searched for who is at fault"})
	}
	class, tellings := classify.Propose(doc, evidence, r.settings.Brands, r.settings.Classify)
	tellings = machineTellings(m, tellings)
	r.askHandler(tellings)
	reading.Indicators = orEmpty(evidence.Indicators())
	reading.Class, reading.Incidents = class, orEmpty(tellings)
	return reading, kind.Input{
		Header: m.Header.Values, From: reading.From, ReplyTo: reading.ReplyTo, To: reading.To, Cc: reading.Cc, Subject: reading.Subject,
		NewText: texts.fresh, QuotedText: texts.quoted, FullText: texts.all, Attribution: texts.attribution,
		Parts: reading.Parts, DeliveryStatus: deliveryStatus(m), Form: reading.Form, Tellings: tellings, Places: places(evidence.Indicators()) + len(evidence.Logs), Language: reading.Language,
		Own: r.ours(reading), Words: evidence.Features(),
	}
}

// places counts the hosts and URLs that a mail names beside its sender's own and mere references, and the IPs, which who only
// asks has no reason to name.
func places(found []desk.Indicator) int {
	n := 0
	for _, each := range found {
		switch each.Kind {
		case desk.IndicatorURL, desk.IndicatorHost:
			if each.Role != desk.RoleReference && each.Role != desk.RoleReporter {
				n++
			}
		case desk.IndicatorIP:
			if each.Role != desk.RoleReporter {
				n++
			}
		}
	}
	return n
}

// mailFields are fields of which every mail has one.
var mailFields = []string{"From", "To", "Subject", "Date", "Received", "Message-ID", "Return-Path"}

// noMail tells whether a file is no mail at all, such as a picture or a note that strayed into a folder of mails.
func noMail(m *mail.Message) bool { return !slices.ContainsFunc(mailFields, m.Header.Has) }

// tells says whether what a message of the kind blames becomes an incident.
func tells(k desk.Kind) bool { return k == desk.KindReport || k == desk.KindFollowUp }

// ours tells of a message which addresses are the desk's. One that somebody has forged in its From is not: it would pass for our own mail.
func (r *Reader) ours(reading *desk.Reading) func(string) bool {
	if !reading.Auth.Forged() {
		return r.own
	}
	return func(address string) bool { return !strings.EqualFold(address, reading.From.Address) && r.own(address) }
}

// own tells whether a mail address is one of the desk's.
func (r *Reader) own(address string) bool {
	address = strings.ToLower(address)
	_, domain, _ := strings.Cut(address, "@")
	for _, ours := range r.settings.OwnAddresses {
		ours = strings.ToLower(ours)
		if address == ours || (strings.HasPrefix(ours, "@") && "@"+domain == ours) {
			return true
		}
	}
	return false
}

// askHandler marks the tellings that only a handler may confirm.
func (r *Reader) askHandler(tellings []desk.Telling) {
	for i, telling := range tellings {
		for _, name := range append([]string{telling.Address}, telling.Hosts...) {
			tellings[i].AsksHandler = tellings[i].AsksHandler || never(r.settings.NeverBlame, name)
		}
	}
}

// SearchText is what a search looks into: who wrote, the subject, the text, names of files, and each indicator in normal
// form, so that a defanged address is found by its plain one.
func SearchText(reading *desk.Reading) string {
	var text strings.Builder
	line := func(values ...string) {
		for _, value := range values {
			if value != "" {
				text.WriteString(value)
				text.WriteByte('\n')
			}
		}
	}
	line(reading.Subject, reading.From.Name, reading.From.Address, reading.ReplyTo)
	line(reading.To...)
	line(reading.Text)
	for _, part := range reading.Parts {
		line(part.Name)
	}
	seen := map[string]bool{}
	for _, indicator := range reading.Indicators {
		if indicator.Defanged && !seen[indicator.Value] {
			seen[indicator.Value] = true
			line(indicator.Value)
		}
	}
	return text.String()
}

// orEmpty keeps an absent list a list, as the contract wants it.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
