package match

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"todoke/internal/desk"
)

// Wanted says what the store must load before a batch can be matched.
type Wanted struct {
	MessageIDs []string // own ones and those referred to
	Addresses  []string // addresses and hosts of tellings, and what outbound mail mentions
	Numbers    []string // report numbers named
	Tokens     []string // digests of tokens carried
}

// Keys lists what a batch of messages can touch, each value once, sorted.
func Keys(batch []Message) Wanted {
	var wanted Wanted
	for _, m := range batch {
		if m.MessageID != "" {
			wanted.MessageIDs = append(wanted.MessageIDs, m.MessageID)
		}
		wanted.MessageIDs = append(wanted.MessageIDs, m.Refs...)
		wanted.Numbers = append(wanted.Numbers, m.Numbers...)
		wanted.Tokens = append(wanted.Tokens, m.Tokens...)
		wanted.Addresses = append(wanted.Addresses, m.Mentions...)
		for _, telling := range slices.Concat(m.Tellings, m.Withheld) {
			wanted.Addresses = append(wanted.Addresses, keys(telling)...)
		}
	}
	wanted.MessageIDs = distinct(wanted.MessageIDs)
	wanted.Addresses = distinct(wanted.Addresses)
	wanted.Numbers = distinct(wanted.Numbers)
	wanted.Tokens = distinct(wanted.Tokens)
	return wanted
}

// keys are the names by which an incident of this telling may already be known.
func keys(t desk.Telling) []string { return append([]string{t.Address}, t.Hosts...) }

func distinct(values []string) []string {
	slices.Sort(values)
	return slices.Compact(values)
}

// Match decides one message and remembers the decision. Messages must come in order of receipt.
func (s *State) Match(m Message) Decision {
	d := Decision{Message: m.ID, Kind: m.Kind, Notice: m.Notice && m.Kind == desk.KindOutbound}
	if original, reused := s.sameID(m); original != nil {
		d.Kind, d.Duplicate, d.Notice = desk.KindDuplicate, original.ID, false
		d.Report, d.Inquiry = original.Report, original.Inquiry
		d.Why = "delivered again: the same Message-ID with the same content"
		return s.remember(m, d)
	} else if reused {
		d.IDReused = true
	}
	switch m.Kind {
	case desk.KindBounce, desk.KindAutoReply, desk.KindUnreadable:
		s.attach(m, &d)
	case desk.KindSpam:
		if answered := s.answered(m); answered != nil && s.takesPart(m, answered) {
			s.place(m, &d)
		}
	case desk.KindOutbound:
		s.attach(m, &d)
		if d.Notice {
			s.notice(m, &d)
		}
	default:
		s.place(m, &d)
	}
	return s.remember(m, d)
}

// sameID finds an earlier delivery of the message. reused tells that its Message-ID stood on other content before.
func (s *State) sameID(m Message) (original *Known, reused bool) {
	if m.MessageID == "" {
		return nil, false
	}
	for i, known := range s.known[m.MessageID] {
		if known.Content == m.Content && !known.Duplicate {
			return &s.known[m.MessageID][i], false
		}
		reused = true
	}
	return nil, reused
}

// answered finds the held message that m refers to first: In-Reply-To goes before References, later References before earlier.
func (s *State) answered(m Message) *Known {
	for _, ref := range m.Refs {
		if held := s.known[ref]; len(held) > 0 && ref != m.MessageID {
			return &held[0]
		}
	}
	return nil
}

// takesPart tells whether a writer of m takes part in the report or inquiry of the message it answers. Somebody who only gives the address
// of one does not.
func (s *State) takesPart(m Message, answered *Known) bool {
	if m.Forged {
		return false
	}
	if report := s.reports[answered.Report]; report != nil {
		return slices.ContainsFunc(m.People, func(who string) bool { return report.People[who] })
	}
	if inquiry := s.inquiries[answered.Inquiry]; inquiry != nil {
		return slices.ContainsFunc(m.People, func(who string) bool { return inquiry.People[who] })
	}
	return false
}

// speaksAsReporter tells whether a mail that reads like a party's reply comes from one whose telling it is about: who wrote
// the message that it answers, or got our answer to it; or, without a reference, who takes part in the report that it names.
// Somebody who only got a copy is no reporter.
func (s *State) speaksAsReporter(m Message, answered *Known) bool {
	if answered != nil {
		wrote := answered.People
		if answered.Kind == desk.KindOutbound {
			wrote = answered.To
		}
		return s.takesPart(m, answered) && slices.ContainsFunc(m.People, func(who string) bool { return slices.Contains(wrote, who) })
	}
	for _, number := range m.Numbers {
		if report := s.reports[s.numbers[number]]; report != nil {
			return slices.ContainsFunc(m.People, func(who string) bool { return report.People[who] })
		}
	}
	return false
}

// place finds the report or inquiry of a mail that a person or an abuse desk wrote to us.
func (s *State) place(m Message, d *Decision) {
	answered := s.answered(m)
	if part := s.partOf(m); part != nil {
		if m.Kind == desk.KindReply {
			m.Tellings = m.Withheld
		}
		s.continueThread(m, part, d)
		d.Why = "carries the token of a person who takes part in the matter"
		return
	}
	switch {
	case answered != nil && answered.Notice && len(m.Tellings) == 0:
		d.Kind, d.Why = desk.KindReply, "answers our notice"
		d.Report = answered.Report
		return
	case m.Kind == desk.KindReply && !s.speaksAsReporter(m, answered):
		s.attach(m, d)
		s.proposeNumbers(m, d.Report)
		return
	case answered != nil && s.takesPart(m, answered):
		if m.Kind == desk.KindReply {
			m.Tellings = m.Withheld
		}
		s.continueThread(m, answered, d)
		return
	case m.Kind == desk.KindInquiry:
		s.openInquiry(m, d)
		return
	}
	for i := range m.Tellings {
		m.Tellings[i] = s.asKnown(m.Tellings[i], m.Received)
	}
	if report := s.sameMatter(m); report != nil {
		s.joinBlaming(m, report, d)
	} else {
		s.openReport(m, d)
	}
	if answered != nil && answered.Report != 0 && answered.Report != d.Report {
		s.propose(m, answered.Report, "refers to a message of the report, but its sender takes no part in it")
	}
	s.proposeNumbers(m, d.Report)
}

// partOf is the matter whose token a mail carries, nil where it carries none that holds.
func (s *State) partOf(m Message) *Known {
	for _, token := range m.Tokens {
		part, held := s.tokens[token]
		if held && (s.reports[part.Report] != nil || s.inquiries[part.Inquiry] != nil) {
			return &Known{Report: part.Report, Inquiry: part.Inquiry}
		}
	}
	return nil
}

// continueThread joins m to the report or inquiry in which its writer takes part.
func (s *State) continueThread(m Message, answered *Known, d *Decision) {
	if report := s.reports[answered.Report]; report != nil {
		d.Kind, d.Why = desk.KindFollowUp, "answers a message of the report, by someone who takes part in it"
		for i := range m.Tellings {
			m.Tellings[i] = s.inContext(report, m.Tellings[i])
		}
		s.join(m, report, d)
		return
	}
	inquiry := s.inquiries[answered.Inquiry]
	if len(m.Tellings) > 0 {
		d.Why = "tells of an incident in the thread of an inquiry"
		s.openReport(m, d)
		return
	}
	d.Kind, d.Why = desk.KindInquiry, "stands in the thread of an inquiry"
	d.Inquiry = inquiry.ID
	s.touchInquiry(inquiry, m)
}

// joinBlaming joins m to the report in which all that it blames stands already.
func (s *State) joinBlaming(m Message, report *Report, d *Decision) {
	d.Kind, d.Why = desk.KindReport, "all that it blames stands in the report"
	if slices.ContainsFunc(m.People, func(who string) bool { return report.People[who] }) {
		d.Kind = desk.KindFollowUp
	}
	s.join(m, report, d)
}

// sameMatter finds the latest report, of the same group and not silent for longer than the window, in which all that m
// blames stands.
func (s *State) sameMatter(m Message) *Report {
	var common map[int64]bool
	for _, telling := range m.Tellings {
		reports := s.reportsOf(m.ID, telling, m.Received)
		if common == nil {
			common = reports
			continue
		}
		for id := range common {
			if !reports[id] {
				delete(common, id)
			}
		}
	}
	var latest *Report
	for id := range common {
		report := s.reports[id]
		if latest == nil || later(report, latest) {
			latest = report
		}
	}
	return latest
}

// later orders reports by their last message, then by their number of entry, so that the choice never hangs on a map's order.
func later(a, b *Report) bool {
	if !a.Last.Equal(b.Last) {
		return a.Last.After(b.Last)
	}
	return a.ID > b.ID
}

// reportsOf lists the reports, alive at the time, in which the telling's address stands with a harm of the same group.
func (s *State) reportsOf(message int64, t desk.Telling, at time.Time) map[int64]bool {
	reports := map[int64]bool{}
	for _, incident := range s.candidates(message, t, at) {
		for id := range s.standing[incident.ID] {
			if report := s.reports[id]; report != nil && s.alive(report.Opened, report.Last, at) {
				reports[id] = true
			}
		}
	}
	return reports
}

// alive tells whether a time lies within the window of what lasted from opened to last. It may lie before, where older mail is
// imported after newer.
func (s *State) alive(opened, last, at time.Time) bool {
	return at.Sub(last) <= s.rules.Window && opened.Sub(at) <= s.rules.Window
}

// candidates are the incidents, not over at the time, that a telling of a message may be about: at the same address; or, where one
// side knows only the host, with that host in common. Where none does harm of the telling's group, they are those of which earlier
// messages left open what harm they do.
func (s *State) candidates(message int64, t desk.Telling, at time.Time) []*Incident {
	group := t.Class.Group()
	var found, open []*Incident
	for _, key := range keys(t) {
		for _, incident := range s.byKey[key] {
			if incident.Merged != 0 || !s.alive(incident.Opened, incident.LastTold, at) || !sameAddress(incident, t) {
				continue
			}
			switch {
			case incident.Group == group:
				found = appendNew(found, incident)
			case !t.Inherit && incident.OpenedBy != message && incident.Evidence.mayBe(group):
				open = appendNew(open, incident)
			}
		}
	}
	if len(found) == 0 {
		return open
	}
	return found
}

// sameAddress tells whether the incident can be the one told: its address is the one told, or the incident is known by a
// host that the telling places at an address, or the telling knows only a host of the incident.
func sameAddress(incident *Incident, t desk.Telling) bool {
	return incident.Address == t.Address ||
		slices.Contains(t.Hosts, incident.Address) ||
		slices.Contains(incident.Hosts, t.Address)
}

func (s *State) openReport(m Message, d *Decision) {
	s.seq.Report++
	report := &Report{
		ID: s.seq.Report, Number: s.reportNumber(m.Received), First: m.ID, Opened: m.Received, Last: m.Received, TLD: m.TLD,
		Confirmed: m.Confirmed, Incidents: map[int64]bool{}, People: map[string]bool{}, Related: map[int64]bool{}, isNew: true,
	}
	s.reports[report.ID] = report
	s.numbers[report.Number] = report.ID
	s.changes.Reports = append(s.changes.Reports, report)
	s.changes.NewReports++
	d.Kind, d.First = desk.KindReport, true
	if d.Why == "" {
		d.Why = "no report tells of the same matter"
	}
	s.join(m, report, d)
}

// join enters m into the report with all that it tells.
func (s *State) join(m Message, report *Report, d *Decision) {
	d.Report = report.ID
	report.Messages++
	if m.Received.After(report.Last) {
		report.Last = m.Received
	}
	if m.Received.Before(report.Opened) {
		report.Opened, report.First, report.TLD, d.First = m.Received, m.ID, m.TLD, true
		s.changes.EarlierReports = append(s.changes.EarlierReports, Opening{ID: report.ID, Message: m.ID})
	}
	for _, who := range append(slices.Clone(m.People), m.To...) {
		report.People[who] = true
	}
	s.markReport(report)
	for _, telling := range m.Tellings {
		s.tell(m, report, telling)
	}
}

// attach links a mail that is no telling to the report or inquiry whose message it answers; our own mail also to the report
// whose number it names.
func (s *State) attach(m Message, d *Decision) {
	if answered := s.answered(m); answered != nil {
		d.Report, d.Inquiry = answered.Report, answered.Inquiry
	}
	if d.Report != 0 || d.Inquiry != 0 || m.Kind != desk.KindOutbound {
		return
	}
	for _, number := range m.Numbers {
		if id := s.numbers[number]; id != 0 {
			d.Report = id
			return
		}
	}
}

// notice links a notice to the incidents that it names: the latest of each address and group, also where it is over by now,
// since a reminder may come late; of several groups only the one that the notice tells of, where it does.
func (s *State) notice(m Message, d *Decision) {
	d.Recipients = m.To
	if len(m.To) > 0 {
		d.Party = m.To[0]
	}
	var named []*Incident
	for _, address := range m.Mentions {
		for _, incident := range s.latest(address) {
			if !slices.Contains(named, incident) {
				named = append(named, incident)
			}
		}
	}
	if told := ofGroup(named, m.Class.Group()); len(told) > 0 {
		named = told
	}
	for _, incident := range named {
		d.NoticeFor = append(d.NoticeFor, incident.ID)
		if d.Report == 0 {
			d.Report = incident.Report
		}
	}
}

// latest lists the incident of each group at an address or host that was told of last, in order of entry.
func (s *State) latest(address string) []*Incident {
	last := map[desk.Group]*Incident{}
	for _, incident := range s.byKey[address] {
		other := last[incident.Group]
		if incident.Merged == 0 && (other == nil || toldLater(incident, other)) {
			last[incident.Group] = incident
		}
	}
	return slices.SortedFunc(maps.Values(last), func(a, b *Incident) int { return cmp.Compare(a.ID, b.ID) })
}

// toldLater orders incidents by their last telling, then by their number of entry.
func toldLater(a, b *Incident) bool {
	if !a.LastTold.Equal(b.LastTold) {
		return a.LastTold.After(b.LastTold)
	}
	return a.ID > b.ID
}

func ofGroup(incidents []*Incident, group desk.Group) []*Incident {
	var chosen []*Incident
	for _, incident := range incidents {
		if incident.Group == group {
			chosen = append(chosen, incident)
		}
	}
	return chosen
}

func (s *State) openInquiry(m Message, d *Decision) {
	s.seq.Inquiry++
	inquiry := &Inquiry{
		ID: s.seq.Inquiry, Number: s.inquiryNumber(m.Received), First: m.ID, Opened: m.Received, Last: m.Received,
		People: map[string]bool{}, isNew: true,
	}
	s.inquiries[inquiry.ID] = inquiry
	s.changes.Inquiries = append(s.changes.Inquiries, inquiry)
	s.changes.NewInquiries++
	d.Kind, d.Inquiry, d.First = desk.KindInquiry, inquiry.ID, true
	d.Why = "asks, and tells of no incident to act on"
	s.touchInquiry(inquiry, m)
}

func (s *State) touchInquiry(inquiry *Inquiry, m Message) {
	if m.Received.After(inquiry.Last) {
		inquiry.Last = m.Received
	}
	for _, who := range append(slices.Clone(m.People), m.To...) {
		inquiry.People[who] = true
	}
	if !inquiry.isNew && !inquiry.dirty {
		inquiry.dirty = true
		s.changes.Inquiries = append(s.changes.Inquiries, inquiry)
	}
}

func (s *State) markReport(report *Report) {
	if !report.isNew && !report.dirty {
		report.dirty = true
		s.changes.Reports = append(s.changes.Reports, report)
	}
}

func (s *State) propose(m Message, report int64, why string) {
	s.changes.Proposals = append(s.changes.Proposals, Proposal{Message: m.ID, Report: report, Why: why})
}

// proposeNumbers keeps a number that a mail names as a proposal for a handler, unless the mail stands in that report anyway.
func (s *State) proposeNumbers(m Message, report int64) {
	for _, number := range m.Numbers {
		if id := s.numbers[number]; id != 0 && id != report {
			s.propose(m, id, "names the report's number "+number)
		}
	}
}

// remember makes m findable for the messages after it.
func (s *State) remember(m Message, d Decision) Decision {
	s.changes.Decisions = append(s.changes.Decisions, d)
	if m.MessageID != "" {
		s.known[m.MessageID] = append(s.known[m.MessageID], Known{
			ID: m.ID, MessageID: m.MessageID, Content: m.Content, Kind: d.Kind, Notice: d.Notice, Report: d.Report, Inquiry: d.Inquiry,
			People: m.People, To: m.To, Duplicate: d.Duplicate != 0,
		})
	}
	return d
}

// Changes returns the rows to write for all messages matched so far: new rows first, in order of their numbers.
func (s *State) Changes() Changes {
	changes := s.changes
	changes.Sequence = s.seq
	slices.SortStableFunc(changes.Reports, func(a, b *Report) int { return newFirst(a.isNew, b.isNew, a.ID, b.ID) })
	slices.SortStableFunc(changes.Incidents, func(a, b *Incident) int { return newFirst(a.isNew, b.isNew, a.ID, b.ID) })
	slices.SortStableFunc(changes.Inquiries, func(a, b *Inquiry) int { return newFirst(a.isNew, b.isNew, a.ID, b.ID) })
	return changes
}

func newFirst(aNew, bNew bool, a, b int64) int {
	if aNew != bNew {
		if aNew {
			return -1
		}
		return 1
	}
	return cmp.Compare(a, b)
}

// reportNumber gives the next report number of the year in which the message was received.
func (s *State) reportNumber(received time.Time) string {
	year := received.In(s.rules.Zone).Year()
	s.seq.ReportNumbers[year]++
	return fmt.Sprintf("TDK-%04d-%06d", year, s.seq.ReportNumbers[year])
}

// inquiryNumber gives the next inquiry number of the year in which the message was received.
func (s *State) inquiryNumber(received time.Time) string {
	year := received.In(s.rules.Zone).Year()
	s.seq.InquiryNumbers[year]++
	return fmt.Sprintf("TDQ-%04d-%05d", year, s.seq.InquiryNumbers[year])
}
