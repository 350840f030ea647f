package match_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"todoke/internal/desk"
	"todoke/internal/match"
)

var (
	tokyo = time.FixedZone("JST", 9*3600)
	start = time.Date(2008, 4, 10, 9, 0, 0, 0, tokyo)
)

// desk test: a run of messages through one state.
type run struct {
	t     *testing.T
	state *match.State
	next  int64
	at    time.Time
}

func newRun(t *testing.T) *run {
	t.Helper()
	rules := match.Rules{Window: 30 * 24 * time.Hour, Zone: tokyo}
	return &run{t: t, state: match.NewState(rules, match.Loaded{}), at: start}
}

// mail builds a message of kind report by the sender, one hour after the one before it.
func mail(sender string, change ...func(*match.Message)) match.Message {
	m := match.Message{Kind: desk.KindReport, People: []string{sender}, To: []string{"report@csirt.example.jp"}, TLD: "jp", Confirmed: true}
	for _, each := range change {
		each(&m)
	}
	return m
}

func (r *run) add(m match.Message) match.Decision {
	r.t.Helper()
	r.next++
	m.ID = r.next
	if m.MessageID == "" {
		m.MessageID = fmt.Sprintf("<%d@test>", m.ID)
	}
	if m.Content == "" {
		m.Content = fmt.Sprint("content ", m.ID)
	}
	if m.Received.IsZero() {
		r.at = r.at.Add(time.Hour)
		m.Received = r.at
	} else {
		r.at = m.Received
	}
	return r.state.Match(m)
}

func tells(class desk.Class, address string, hosts ...string) func(*match.Message) {
	return func(m *match.Message) {
		m.Tellings = append(m.Tellings, desk.Telling{Address: address, Class: class, Hosts: hosts, Weight: 1})
	}
}

func answers(ids ...string) func(*match.Message) { return func(m *match.Message) { m.Refs = ids } }
func kind(k desk.Kind) func(*match.Message)      { return func(m *match.Message) { m.Kind = k } }
func on(day string) func(*match.Message) {
	return func(m *match.Message) {
		at, err := time.ParseInLocation("2006-01-02 15:04", day, tokyo)
		if err != nil {
			panic(err)
		}
		m.Received = at
	}
}

// verdict is what the tests compare of a decision.
type verdict struct {
	Kind    desk.Kind
	Report  int64
	Inquiry int64
	First   bool
}

func (r *run) want(m match.Message, want verdict, why string) {
	r.t.Helper()
	d := r.add(m)
	got := verdict{d.Kind, d.Report, d.Inquiry, d.First}
	if diff := cmp.Diff(want, got); diff != "" {
		r.t.Errorf("%s (-want +got):\n%s", why, diff)
	}
}

func TestSameMatter(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	r.want(mail("a@one.example", tells(desk.PhishingSite, "203.0.113.5", "bank.example")), verdict{desk.KindReport, 1, 0, true}, "nobody told of it before")
	r.want(mail("b@two.example", tells(desk.PhishingSite, "203.0.113.5")), verdict{desk.KindReport, 1, 0, false}, "another person tells of the same site")
	r.want(mail("b@two.example", tells(desk.PhishingSite, "bank.example")), verdict{desk.KindFollowUp, 1, 0, false}, "told by host only; the pair was told before; by one who has told before")
	r.want(mail("c@three.example", tells(desk.ScanPort, "203.0.113.5")), verdict{desk.KindReport, 2, 0, true}, "another harm is another group")
	r.want(mail("d@four.example", tells(desk.PhishingSite, "203.0.113.5"), tells(desk.PhishingSite, "203.0.113.6")), verdict{desk.KindReport, 3, 0, true}, "one address of two is new: a report of its own")
	r.want(mail("e@five.example", tells(desk.PhishingSite, "203.0.113.6")), verdict{desk.KindReport, 3, 0, false}, "only report 3 tells of the second address")
	r.want(mail("e@five.example", tells(desk.PhishingSite, "203.0.113.5")), verdict{desk.KindFollowUp, 3, 0, false}, "of several reports, the one whose last message is the latest")
	r.want(mail("f@six.example"), verdict{desk.KindReport, 4, 0, true}, "blames nobody: a report of its own")

	changes := r.state.Changes()
	if got, want := len(changes.Incidents), 3; got != want {
		t.Errorf("incidents: got %d, want %d: an address told twice is one", got, want)
	}
	if got := changes.Reports[2].Related; !got[1] {
		t.Errorf("report 3 shares an address with report 1, but is not tied to it: %v", got)
	}
}

func TestThread(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	r.want(mail("a@one.example", tells(desk.ScanPort, "203.0.113.5")), verdict{desk.KindReport, 1, 0, true}, "first")
	r.want(mail("report@csirt.example.jp", kind(desk.KindOutbound), answers("<1@test>")), verdict{desk.KindOutbound, 1, 0, false}, "our acknowledgement stands with the report")
	r.want(mail("a@one.example", answers("<2@test>")), verdict{desk.KindFollowUp, 1, 0, false}, "answers our acknowledgement")
	r.want(mail("a@one.example", answers("<unknown@x>", "<1@test>"), tells(desk.ScanPort, "203.0.113.9")), verdict{desk.KindFollowUp, 1, 0, false}, "an older reference is known; a new address comes into the same report")
	r.want(mail("stranger@evil.example", answers("<1@test>"), tells(desk.ScanPort, "198.51.100.1")), verdict{desk.KindReport, 2, 0, true}, "a stranger's reference joins nothing")
	r.want(mail("a@one.example", kind(desk.KindInquiry), answers("<3@test>")), verdict{desk.KindFollowUp, 1, 0, false}, "a question inside the matter is a follow-up")
	r.want(mail("stranger@evil.example", func(m *match.Message) { m.Numbers = []string{"TDK-2008-000001"} }), verdict{desk.KindReport, 3, 0, true}, "a number alone joins nothing")

	want := []match.Proposal{
		{Message: 5, Report: 1, Why: "refers to a message of the report, but its sender takes no part in it"},
		{Message: 7, Report: 1, Why: "names the report's number TDK-2008-000001"},
	}
	if diff := cmp.Diff(want, r.state.Changes().Proposals); diff != "" {
		t.Errorf("proposals (-want +got):\n%s", diff)
	}
}

func TestWindow(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	r.want(mail("a@one.example", tells(desk.PhishingSite, "203.0.113.5"), on("2008-04-01 10:00")), verdict{desk.KindReport, 1, 0, true}, "first")
	r.want(mail("b@two.example", tells(desk.PhishingSite, "203.0.113.5"), on("2008-05-01 10:00")), verdict{desk.KindReport, 1, 0, false}, "thirty days to the minute are inside the window")
	r.want(mail("c@three.example", tells(desk.PhishingSite, "203.0.113.5"), on("2008-05-31 10:01")), verdict{desk.KindReport, 2, 0, true}, "a minute more is outside")
	changes := r.state.Changes()
	if len(changes.Incidents) != 2 || changes.Incidents[1].Previous != changes.Incidents[0].ID {
		t.Errorf("told again after the window it must be a new incident, linked to the old: %+v", changes.Incidents)
	}
}

func TestReplies(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	notice := func(m *match.Message) {
		m.Kind, m.Notice, m.Mentions, m.To = desk.KindOutbound, true, []string{"203.0.113.5"}, []string{"abuse@isp.example"}
	}
	r.want(mail("a@one.example", tells(desk.PhishingSite, "203.0.113.5")), verdict{desk.KindReport, 1, 0, true}, "first")
	r.want(mail("report@csirt.example.jp", notice), verdict{desk.KindOutbound, 1, 0, false}, "a notice stands with the report of the address it names")
	r.want(mail("noc@isp.example", answers("<2@test>")), verdict{desk.KindReply, 1, 0, false}, "a party answers the notice")
	r.want(mail("noc@isp.example", kind(desk.KindAutoReply), answers("<2@test>")), verdict{desk.KindAutoReply, 1, 0, false}, "its ticket system answers too")
	r.want(mail("mailer-daemon@isp.example", kind(desk.KindBounce), answers("<2@test>")), verdict{desk.KindBounce, 1, 0, false}, "a bounce stays one")
	r.want(mail("noc@isp.example", kind(desk.KindReply)), verdict{desk.KindReply, 0, 0, false}, "a reply that shows itself to be one needs no reference")
	d := r.state.Changes().Decisions[1]
	if diff := cmp.Diff([]int64{1}, d.NoticeFor); diff != "" {
		t.Errorf("incidents of the notice (-want +got):\n%s", diff)
	}
}

func TestInquiries(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	r.want(mail("q@ask.example", kind(desk.KindInquiry)), verdict{desk.KindInquiry, 0, 1, true}, "a question opens a thread")
	r.want(mail("info@csirt.example.jp", kind(desk.KindOutbound), answers("<1@test>")), verdict{desk.KindOutbound, 0, 1, false}, "our answer stands in it")
	r.want(mail("q@ask.example", kind(desk.KindReport), answers("<2@test>")), verdict{desk.KindInquiry, 0, 1, false}, "thanks in the thread are of the inquiry")
	r.want(mail("q@ask.example", answers("<2@test>"), tells(desk.ScanPort, "203.0.113.5")), verdict{desk.KindReport, 1, 0, true}, "an incident told in the thread is a report")
	r.want(mail("z@ask.example", kind(desk.KindInquiry), answers("<1@test>")), verdict{desk.KindInquiry, 0, 2, true}, "a stranger's question is a thread of its own")
}

func TestDuplicates(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	same := func(content string) func(*match.Message) {
		return func(m *match.Message) { m.MessageID, m.Content = "<x@one>", content }
	}
	r.want(mail("a@one.example", tells(desk.ScanPort, "203.0.113.5"), same("A")), verdict{desk.KindReport, 1, 0, true}, "first delivery")
	r.want(mail("a@one.example", tells(desk.ScanPort, "203.0.113.5"), same("A")), verdict{desk.KindDuplicate, 1, 0, false}, "second delivery")
	d := r.add(mail("b@one.example", tells(desk.ScanPort, "203.0.113.8"), same("B")))
	if d.Kind != desk.KindReport || !d.IDReused {
		t.Errorf("the same Message-ID with other content: got kind %s, marked %v; want a marked report", d.Kind, d.IDReused)
	}
	r.want(mail("b@one.example", tells(desk.ScanPort, "203.0.113.8"), same("B")), verdict{desk.KindDuplicate, 2, 0, false}, "second delivery of the other content")
}

func TestOneAddress(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	r.add(mail("a@one.example", tells(desk.PhishingSite, "bank.example")))
	r.add(mail("b@two.example", tells(desk.PhishingSite, "203.0.113.5")))
	r.want(mail("a@one.example", answers("<1@test>"), tells(desk.PhishingSite, "203.0.113.5", "bank.example")), verdict{desk.KindFollowUp, 1, 0, false}, "the pair is told")
	changes := r.state.Changes()
	var alive []string
	for _, incident := range changes.Incidents {
		if incident.Merged == 0 {
			alive = append(alive, incident.Address)
		}
	}
	if diff := cmp.Diff([]string{"203.0.113.5"}, alive); diff != "" {
		t.Errorf("host and IP are one address once a message says so (-want +got):\n%s", diff)
	}
	if len(changes.Merges) != 1 || changes.Merges[0].OpenedBy != 1 {
		t.Errorf("the address was first told by message 1: %+v", changes.Merges)
	}

	r = newRun(t)
	r.add(mail("a@one.example", tells(desk.PhishingSite, "bank.example")))
	r.add(mail("a@one.example", answers("<1@test>"), tells(desk.PhishingSite, "203.0.113.7", "bank.example")))
	r.add(mail("a@one.example", answers("<1@test>"), tells(desk.PhishingSite, "203.0.113.8", "bank.example")))
	changes = r.state.Changes()
	var got []string
	for _, incident := range changes.Incidents {
		got = append(got, incident.Address)
	}
	if diff := cmp.Diff([]string{"203.0.113.7", "203.0.113.8"}, got); diff != "" {
		t.Errorf("a host told at a second IP is a second address (-want +got):\n%s", diff)
	}
	if len(changes.Changes) != 1 {
		t.Errorf("the change of address must be recorded once: %+v", changes.Changes)
	}
}

func TestRowFollowsEvidence(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	told := func(class desk.Class, port, weight int) func(*match.Message) {
		return func(m *match.Message) {
			m.Tellings = []desk.Telling{{Address: "203.0.113.5", Class: class, Proto: "tcp", Port: port, Weight: weight}}
		}
	}
	r.add(mail("a@one.example", told(desk.ScanPort, 80, 3)))
	r.add(mail("b@one.example", told(desk.ScanBruteforce, 22, 5)))
	r.add(mail("c@one.example", told(desk.ScanPort, 80, 2)))
	r.add(mail("d@one.example", told(desk.ScanPort, 21, 1)))
	row := r.state.Changes().Incidents[0].Row
	if row.Class != desk.ScanBruteforce || row.Port != 22 {
		t.Errorf("got %s on port %d; want the graver class, and at a tie of 5 to 5 the lower port 22", row.Class, row.Port)
	}
}

// TestBatches cuts one random run of messages into batches, each with a state made anew from the rows before it, and
// expects the decisions of a single batch.
func TestBatches(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(7, 11))
	messages := make([]match.Message, 300)
	for i := range messages {
		m := mail(fmt.Sprintf("p%d@x.example", random.IntN(20)))
		m.ID, m.MessageID, m.Content = int64(i+1), fmt.Sprintf("<%d@t>", i), fmt.Sprint(i)
		m.Received = start.Add(time.Duration(i) * 5 * time.Hour)
		for range random.IntN(3) {
			tells(desk.PhishingSite, fmt.Sprintf("203.0.113.%d", random.IntN(40)), fmt.Sprintf("h%d.example", random.IntN(30)))(&m)
		}
		if random.IntN(4) == 0 && i > 0 {
			m.Refs = []string{fmt.Sprintf("<%d@t>", random.IntN(i))}
		}
		messages[i] = m
	}
	decide := func(batch int) []match.Decision {
		rules := match.Rules{Window: 30 * 24 * time.Hour, Zone: tokyo}
		var all match.Loaded
		var decisions []match.Decision
		for from := 0; from < len(messages); from += batch {
			state := match.NewState(rules, all)
			for _, m := range messages[from:min(from+batch, len(messages))] {
				state.Match(m)
			}
			changes := state.Changes()
			decisions = append(decisions, changes.Decisions...)
			all = save(all, messages, changes)
		}
		return decisions
	}
	whole := decide(len(messages))
	for _, batch := range []int{1, 7, 64} {
		if diff := cmp.Diff(whole, decide(batch)); diff != "" {
			t.Errorf("batches of %d decide otherwise (-whole +batches):\n%.2000s", batch, diff)
		}
	}
}

// save plays the store: it keeps every row and gives all of them to the next batch.
func save(all match.Loaded, messages []match.Message, changes match.Changes) match.Loaded {
	for _, d := range changes.Decisions {
		m := messages[d.Message-1]
		all.Known = append(all.Known, match.Known{ID: m.ID, MessageID: m.MessageID, Content: m.Content, Kind: d.Kind, Notice: d.Notice,
			Report: d.Report, Inquiry: d.Inquiry, People: m.People, To: m.To, Duplicate: d.Duplicate != 0})
	}
	all.Reports = append(all.Reports, changes.Reports[:changes.NewReports]...)
	all.Incidents = append(all.Incidents, changes.Incidents[:changes.NewIncidents]...)
	all.Inquiries = append(all.Inquiries, changes.Inquiries[:changes.NewInquiries]...)
	var alive []*match.Incident
	for _, incident := range all.Incidents {
		if incident.Merged == 0 {
			alive = append(alive, incident)
		}
	}
	all.Incidents = alive
	all.Sequence = match.Sequence{Report: int64(len(all.Reports)), Inquiry: int64(len(all.Inquiries)),
		ReportNumbers: map[int]int{2008: len(all.Reports)}, InquiryNumbers: map[int]int{2008: len(all.Inquiries)}}
	for _, incident := range changes.Incidents {
		all.Sequence.Incident = max(all.Sequence.Incident, incident.ID)
	}
	all.Sequence.Incident = max(all.Sequence.Incident, lastIncident(all))
	return all
}

func lastIncident(all match.Loaded) int64 {
	var last int64
	for _, incident := range all.Incidents {
		last = max(last, incident.ID)
	}
	return last
}

// TestOnlyAHandlerConfirms: a telling of an address that is never blamed by itself stays unconfirmed, the others of its mail do not.
func TestOnlyAHandlerConfirms(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	r.add(mail("a@one.example", tells(desk.ScanPort, "203.0.113.1"), func(m *match.Message) {
		m.Tellings = append(m.Tellings, desk.Telling{Address: "203.0.113.53", Class: desk.ScanPort, Weight: 1, AsksHandler: true})
	}))
	var got []bool
	for _, incident := range r.state.Changes().Incidents {
		got = append(got, incident.Confirmed)
	}
	if diff := cmp.Diff([]bool{true, false}, got); diff != "" {
		t.Errorf("confirmed (-want +got):\n%s", diff)
	}
}

// TestContext: what a further mail of a thread leaves unsaid is what the thread is about; a mail outside has no context.
func TestContext(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	unsaid := func(address string) func(*match.Message) {
		return func(m *match.Message) {
			m.Tellings = append(m.Tellings, desk.Telling{Address: address, Class: desk.Other, Inherit: true, Weight: 1})
		}
	}
	told := func(t desk.Telling) func(*match.Message) {
		return func(m *match.Message) { m.Tellings = append(m.Tellings, t) }
	}
	r.add(mail("a@one.example", told(desk.Telling{Address: "203.0.113.1", Class: desk.ScanBruteforce, Proto: "tcp", Port: 22, Weight: 1})))
	r.add(mail("a@one.example", answers("<1@test>"), unsaid("203.0.113.2")))
	r.add(mail("a@one.example", answers("<1@test>"), told(desk.Telling{Address: "203.0.113.3", Class: desk.ScanPort, Weight: 1})))
	r.add(mail("b@two.example", unsaid("203.0.113.4")))
	r.want(mail("d@four.example", unsaid("203.0.113.1")), verdict{desk.KindReport, 1, 0, false}, "who does not say what harm means the one known of the address")
	r.add(mail("c@three.example", told(desk.Telling{Address: "203.0.113.5", Class: desk.PhishingSite, Brand: "Bank", BrandOrigin: desk.OriginDomestic, Weight: 1})))
	r.add(mail("c@three.example", answers("<6@test>"), told(desk.Telling{Address: "203.0.113.6", Class: desk.PhishingSite, BrandOrigin: desk.OriginUnknown, Weight: 1})))
	type shown struct {
		Class  desk.Class
		Port   int
		Origin desk.Origin
	}
	var got []shown
	for _, incident := range r.state.Changes().Incidents {
		got = append(got, shown{incident.Row.Class, incident.Row.Port, incident.Row.BrandOrigin})
	}
	want := []shown{
		{desk.ScanBruteforce, 22, ""}, {desk.ScanBruteforce, 22, ""}, {desk.ScanPort, 22, ""}, {desk.Other, 0, ""},
		{desk.PhishingSite, 0, desk.OriginDomestic}, {desk.PhishingSite, 0, desk.OriginDomestic},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("what the tables show (-want +got):\n%s", diff)
	}
}

// TestOneSiteOfAMatter: where a matter is one site, its name and its number may be told in different mails of the thread.
func TestOneSiteOfAMatter(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		why           string
		first, second func(*match.Message)
		want          []string
	}{
		{"the IP later", tells(desk.PhishingSite, "bank.example"), tells(desk.PhishingSite, "203.0.113.5"), []string{"203.0.113.5 phishing"}},
		{"the name later", tells(desk.PhishingSite, "203.0.113.5"), tells(desk.PhishingSite, "bank.example"), []string{"203.0.113.5 phishing"}},
		{"another harm", tells(desk.PhishingSite, "bank.example"), tells(desk.Spam, "203.0.113.5"), []string{"bank.example phishing", "203.0.113.5 spam"}},
		{"another name", tells(desk.PhishingSite, "bank.example"), tells(desk.PhishingSite, "shop.example"), []string{"bank.example phishing", "shop.example phishing"}},
		{"another URL at an IP", tells(desk.PhishingSite, "bank.example"), func(m *match.Message) {
			m.Tellings = []desk.Telling{{Address: "203.0.113.5", URLs: []string{"http://203.0.113.5/x"}, Class: desk.PhishingSite, Weight: 1}}
		}, []string{"bank.example phishing", "203.0.113.5 phishing"}},
		{"the address of the matter in other words", tells(desk.PhishingSite, "203.0.113.5", "bank.example"), tells(desk.ForgedSpoof, "203.0.113.5"), []string{"203.0.113.5 phishing"}},
	} {
		r := newRun(t)
		r.add(mail("a@one.example", test.first))
		r.add(mail("a@one.example", answers("<1@test>"), test.second))
		if diff := cmp.Diff(test.want, standing(r)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.why, diff)
		}
	}
}

// TestHarmToldLater: what the first telling leaves open a later one decides, of whomever it is; what it says it keeps.
func TestHarmToldLater(t *testing.T) {
	t.Parallel()
	told := func(class desk.Class, also ...desk.Class) func(*match.Message) {
		return func(m *match.Message) {
			m.Tellings = []desk.Telling{{Address: "203.0.113.5", Class: class, Also: also, Inherit: class == desk.Other, Weight: 1}}
		}
	}
	for _, test := range []struct {
		why           string
		first, second func(*match.Message)
		want          []string
	}{
		{"nothing said at first", told(desk.Other), told(desk.DoS), []string{"203.0.113.5 dos"}},
		{"an infection guessed from its tries", told(desk.MalwareInfected, desk.ScanBruteforce), told(desk.ScanBruteforce), []string{"203.0.113.5 scan"}},
		{"an infection, and another harm", told(desk.MalwareInfected), told(desk.ScanBruteforce), []string{"203.0.113.5 malware", "203.0.113.5 scan"}},
		{"a scan with some mail beside it", told(desk.ScanPort, desk.Spam), told(desk.Spam), []string{"203.0.113.5 scan", "203.0.113.5 spam"}},
	} {
		r := newRun(t)
		r.add(mail("a@one.example", test.first))
		r.add(mail("b@two.example", test.second))
		if diff := cmp.Diff(test.want, standing(r)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.why, diff)
		}
	}
	r := newRun(t)
	r.add(mail("a@one.example", told(desk.MalwareInfected, desk.ScanPort), func(m *match.Message) {
		m.Tellings = append(m.Tellings, desk.Telling{Address: "203.0.113.5", Class: desk.ScanPort, Weight: 1})
	}))
	if diff := cmp.Diff([]string{"203.0.113.5 malware", "203.0.113.5 scan"}, standing(r)); diff != "" {
		t.Errorf("one mail that tells two harms (-want +got):\n%s", diff)
	}
}

// standing lists the incidents of a run that are no part of another, with the group of each and of what the tables show.
func standing(r *run) []string {
	var list []string
	for _, incident := range r.state.Changes().Incidents {
		if incident.Merged == 0 {
			list = append(list, incident.Address+" "+string(incident.Row.Class.Group()))
		}
	}
	return list
}

// TestOlderMail: mail imported after newer mail joins what it is near to, and opens it then; what is far later it leaves alone.
func TestOlderMail(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	r.want(mail("a@one.example", tells(desk.PhishingSite, "203.0.113.5"), on("2008-06-10 10:00")), verdict{desk.KindReport, 1, 0, true}, "first import")
	r.want(mail("b@two.example", tells(desk.PhishingSite, "203.0.113.5"), on("2005-06-10 10:00")), verdict{desk.KindReport, 2, 0, true}, "three years before is another matter")
	r.want(mail("c@three.example", tells(desk.PhishingSite, "203.0.113.5"), on("2008-05-28 10:00")), verdict{desk.KindReport, 1, 0, true}, "two weeks before it is the same, and opens it")
	changes := r.state.Changes()
	if diff := cmp.Diff([]match.Opening{{ID: 1, Message: 3}}, changes.EarlierReports); diff != "" {
		t.Errorf("reports opened earlier (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]match.Opening{{ID: 1, Message: 3}}, changes.EarlierIncidents); diff != "" {
		t.Errorf("incidents opened earlier (-want +got):\n%s", diff)
	}
	if report := changes.Reports[0]; report.First != 3 || report.Opened.Month() != time.May {
		t.Errorf("report 1 is opened by message %d on %s", report.First, report.Opened)
	}
}

// TestForgedWriter: who gives the address of a reporter, and is shown not to be that reporter, is a stranger in the thread.
func TestForgedWriter(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	r.add(mail("a@one.example", tells(desk.ScanPort, "203.0.113.1")))
	forged := func(m *match.Message) { m.Forged = true }
	r.want(mail("a@one.example", answers("<1@test>"), tells(desk.ScanPort, "203.0.113.2"), forged), verdict{desk.KindReport, 2, 0, true}, "a stranger's report")
	r.want(mail("a@one.example", answers("<1@test>"), tells(desk.ScanPort, "203.0.113.3")), verdict{desk.KindFollowUp, 1, 0, false}, "the reporter's own")
	if proposals := r.state.Changes().Proposals; len(proposals) != 1 || proposals[0].Report != 1 {
		t.Errorf("the stranger's mail is a proposal: %+v", proposals)
	}
}

// TestWhoReplies: what reads like a party's reply is one from somebody who only got a copy, and none from the reporter.
func TestWhoReplies(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	copyTo := func(address string) func(*match.Message) {
		return func(m *match.Message) { m.To = append(m.To, address) }
	}
	number := func(m *match.Message) { m.Numbers = []string{"TDK-2008-000001"} }
	r.want(mail("a@one.example", tells(desk.ScanPort, "203.0.113.5"), copyTo("abuse@isp.example")), verdict{desk.KindReport, 1, 0, true}, "a report with a copy to the ISP")
	r.want(mail("abuse@isp.example", kind(desk.KindReply), answers("<1@test>")), verdict{desk.KindReply, 1, 0, false}, "the ISP answers the copy")
	withheld := func(m *match.Message) {
		m.Withheld = []desk.Telling{{Address: "203.0.113.6", Class: desk.ScanPort, Weight: 1}}
	}
	r.want(mail("a@one.example", kind(desk.KindReply), answers("<1@test>"), withheld), verdict{desk.KindFollowUp, 1, 0, false}, "the reporter goes on in the thread")
	if n := r.state.Changes().NewIncidents; n != 2 {
		t.Errorf("%d incidents: what the reporter tells in the thread counts, whatever it reads like", n)
	}
	r.want(mail("x@else.example", kind(desk.KindReply), number), verdict{desk.KindReply, 0, 0, false}, "a number alone puts a reply nowhere")
	r.want(mail("a@one.example", kind(desk.KindReply), number), verdict{desk.KindReport, 2, 0, true}, "the reporter with the number alone: no reply, and joined to nothing")
}

// TestNoticeNamesItsHarm: a notice is about the incident of the harm that it tells of; a late reminder finds its incident too.
func TestNoticeNamesItsHarm(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	r.add(mail("a@one.example", tells(desk.PhishingSite, "203.0.113.5")))
	r.add(mail("b@two.example", tells(desk.ScanPort, "203.0.113.5")))
	notice := func(class desk.Class) func(*match.Message) {
		return func(m *match.Message) {
			m.Kind, m.Notice, m.Mentions, m.Class = desk.KindOutbound, true, []string{"203.0.113.5"}, class
		}
	}
	for _, each := range []struct {
		m    match.Message
		want []int64
		why  string
	}{
		{mail("report@csirt.example.jp", notice(desk.PhishingSite)), []int64{1}, "about phishing"},
		{mail("report@csirt.example.jp", notice("")), []int64{1, 2}, "it does not say: about both"},
		{mail("report@csirt.example.jp", notice(desk.ScanPort), on("2008-07-30 10:00")), []int64{2}, "a reminder after the window"},
	} {
		if diff := cmp.Diff(each.want, r.add(each.m).NoticeFor); diff != "" {
			t.Errorf("%s (-want +got):\n%s", each.why, diff)
		}
	}
}
