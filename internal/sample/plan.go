package sample

import (
	"fmt"
	"math/rand/v2"
	"sort"
	"time"
)

// A report of the plan: one matter, told by one or more messages.
type report struct {
	key       string
	number    int // ours, in the subjects of our mails
	family    *family
	first     time.Time
	reporter  *person
	incidents []*incident // opened by this report
	later     []*incident // opened by a later mail of the reporter
	known     []*incident // opened by an earlier report, told here too
	messages  []*message
}

// writer makes one quarter.
type writer struct {
	rnd       *rand.Rand
	places    *places
	people    *people
	brands    map[string][]brand
	wordings  map[string][]*wording
	reports   []*report
	incidents []*incident
	messages  []*message
	brandTurn int
}

func newWriter(rnd *rand.Rand) (*writer, error) {
	w := &writer{rnd: rnd, places: &places{rnd: rnd, used: map[string]bool{}}}
	var err error
	if w.people, err = loadPeople(w.places); err != nil {
		return nil, err
	}
	if w.brands, err = loadBrands(); err != nil {
		return nil, err
	}
	w.wordings, err = loadWordings()
	return w, err
}

// planReports decides which reports there are, when they come, from whom, and
// which incidents each of them opens.
func (w *writer) planReports() error {
	for month := range 3 {
		if err := w.dealReports(month); err != nil {
			return err
		}
	}
	w.numberReports()
	w.assignReporters()
	if err := w.spanReports(); err != nil {
		return err
	}
	w.shareAddresses()
	w.reuseAddresses()
	w.tellNetworks()
	return nil
}

// dealReports adds the reports of a month.
func (w *writer) dealReports(month int) error {
	var reports []*report
	for f := range families {
		reports = append(reports, w.familyReports(&families[f], month)...)
	}
	for range blameless[month] {
		reports = append(reports, &report{family: &nobody})
	}
	for range spanning[month] {
		reports = append(reports, &report{family: &known})
	}
	if len(reports) != newReports[month] {
		return fmt.Errorf("month %d has %d reports instead of %d", month+4, len(reports), newReports[month])
	}
	for _, r := range reports {
		r.first = w.timeIn(month, r.lastDay())
	}
	w.reports = append(w.reports, reports...)
	return nil
}

// numberReports puts the reports in order of receipt and lets each harm happen
// some time before it is told of.
func (w *writer) numberReports() {
	sort.SliceStable(w.reports, func(i, j int) bool { return w.reports[i].first.Before(w.reports[j].first) })
	for n, r := range w.reports {
		r.key, r.number = fmt.Sprintf("R%03d", n+1), 80412+3*n
		for _, i := range append(r.incidents, r.later...) {
			i.at = r.first.Add(-time.Duration(1200+w.rnd.IntN(144000)) * time.Second)
		}
	}
}

// lastDay leaves room in the month where a later mail opens more incidents.
func (r *report) lastDay() int {
	if len(r.later) > 0 {
		return 24
	}
	return 31
}

// familyReports deals the incidents of a family and month into reports.
func (w *writer) familyReports(f *family, month int) []*report {
	sizes := append([]int(nil), f.batches[month]...)
	left := f.incidents[month]
	for _, n := range sizes {
		left -= n
	}
	for range left {
		sizes = append(sizes, 1)
	}
	var reports []*report
	for _, n := range sizes {
		r := &report{family: f}
		for range n {
			r.incidents = append(r.incidents, w.newIncident(f))
		}
		if f.name == "injection" {
			r.incidents = append(r.incidents, w.newIncident(&injectedSite))
		}
		if f.grows && (n == 3 || n == 4) {
			r.later, r.incidents = r.incidents[n-1:], r.incidents[:n-1]
		}
		reports = append(reports, r)
	}
	return reports
}

// newIncident invents an address, and for sites hosts and pages.
func (w *writer) newIncident(f *family) *incident {
	p := w.places
	i := &incident{key: fmt.Sprintf("I%03d", len(w.incidents)+1), family: f, ip: p.ip()}
	w.incidents = append(w.incidents, i)
	i.host = p.dialHost(i.ip)
	page := ""
	switch f.name {
	case "phish-domestic", "phish-overseas", "phish-unknown":
		i.host, page = p.host(), p.phishPath(p.pick([]string{"secure", "account", "online", "login", "banking", "update"}))
		list := w.brands[f.origin]
		if len(list) > 0 {
			i.brand = list[w.brandTurn%len(list)]
			w.brandTurn++
		}
	case "malware-site", "injected-site":
		i.host, page = p.junkHost(), p.malwarePath()
	case "defacement", "injection":
		i.host, page = p.host(), p.pick([]string{"/index.html", "/", "/news/index.asp", "/topics/list.asp", "/item/detail.php?id=3"})
	case "c2":
		i.host = p.junkHost()
		page = "/gate.php"
	default:
		return i
	}
	if f.name != "injection" && f.name != "injected-site" && f.name != "c2" && w.rnd.IntN(8) == 0 {
		i.host = i.ip
	}
	i.urls = []string{"http://" + i.host + page}
	if w.rnd.IntN(6) == 0 && f.name != "c2" && f.name != "injected-site" {
		i.urls = append(i.urls, "http://"+i.host+p.phishPath("new"))
		if f.name == "malware-site" {
			i.urls[1] = "http://" + i.host + p.malwarePath() + "?id=2"
		}
	}
	return i
}

// timeIn is an instant of the month, up to the given day, at the hours when
// people write mail more than at others.
func (w *writer) timeIn(month, lastDay int) time.Time {
	start := quarterStart.AddDate(0, month, 0)
	days := min(lastDay, start.AddDate(0, 1, -1).Day())
	for {
		t := start.Add(time.Duration(w.rnd.IntN(days*24*60*60)) * time.Second)
		if h := t.Hour(); h >= 8 && h < 23 || w.rnd.IntN(2) == 0 {
			return t
		}
	}
}

// assignReporters deals the rows of the table of top-level domains over the
// reports.
func (w *writer) assignReporters() {
	var deck []string
	for _, row := range reporterTLDs {
		for range row.reports {
			deck = append(deck, row.tld)
		}
	}
	w.rnd.Shuffle(len(deck), func(i, j int) { deck[i], deck[j] = deck[j], deck[i] })
	w.dealHome(deck)
	for i, r := range w.reports {
		r.reporter = w.people.from(deck[i])
		if deck[i] == "com" && i%9 == 0 {
			r.reporter = w.people.viaForm(r.reporter)
		}
	}
}

// dealHome moves cards of the deck so that of each family that says so as many
// reports come from .jp, and all others from abroad.
func (w *writer) dealHome(deck []string) {
	abroad := func(tld string) bool { return tld != "jp" && tld != "com" && tld != "net" }
	var jp, foreign []int // reports of families that do not care
	for i, r := range w.reports {
		switch {
		case r.family.home > 0:
		case deck[i] == "jp":
			jp = append(jp, i)
		case abroad(deck[i]):
			foreign = append(foreign, i)
		}
	}
	swap := func(i int, with *[]int) {
		j := (*with)[0]
		*with = (*with)[1:]
		deck[i], deck[j] = deck[j], deck[i]
	}
	dealt := map[*family]int{}
	for i, r := range w.reports {
		if r.family.home == 0 {
			continue
		}
		dealt[r.family]++
		switch {
		case dealt[r.family] <= r.family.home && deck[i] != "jp":
			swap(i, &jp)
		case dealt[r.family] > r.family.home && !abroad(deck[i]):
			swap(i, &foreign)
		}
	}
}

// spanReports gives the reports that open nothing two addresses that stand in
// two other reports.
func (w *writer) spanReports() error {
	for n, r := range w.reports {
		if r.family != &known {
			continue
		}
		for _, earlier := range w.recent(n, "scan-ssh") {
			if len(r.known) < 2 {
				w.share(r, earlier)
			}
		}
		if len(r.known) < 2 {
			return fmt.Errorf("report %s finds no two others to span", r.key)
		}
	}
	return nil
}

// shareAddresses adds a known address to some reports of several addresses.
func (w *writer) shareAddresses() {
	left := sharing
	for n, r := range w.reports {
		month := int(r.first.Month() - time.April)
		name := r.family.name
		if left[month] == 0 || len(r.later) > 0 || (name != "scan-http" && name != "scan-ssh" && name != "malware-site") {
			continue
		}
		if len(r.incidents) < 2 && n%11 != 0 {
			continue
		}
		if earlier := w.recent(n, name); len(earlier) > 0 {
			w.share(r, earlier[0])
			left[month]--
		}
	}
}

// recent lists reports of the family with one unshared incident, told by
// somebody else in the three weeks before report n, the newest first.
func (w *writer) recent(n int, name string) []*report {
	var found []*report
	for i := n - 1; i >= 0 && w.reports[n].first.Sub(w.reports[i].first) < 21*24*time.Hour; i-- {
		e := w.reports[i]
		if e.family.name == name && len(e.incidents) == 1 && len(e.known) == 0 && !e.incidents[0].shared && e.reporter != w.reports[n].reporter {
			found = append(found, e)
		}
	}
	return found
}

func (w *writer) share(r, earlier *report) {
	i := earlier.incidents[0]
	i.shared = true
	r.known = append(r.known, i)
}

// reuseAddresses lets some addresses come twice in the counting: two told
// again after the window of 30 days, three that do another harm too.
func (w *writer) reuseAddresses() {
	const window = 30 * 24 * time.Hour
	lone := func(r *report, name string) *incident {
		if r.family.name == name && len(r.incidents) == 1 && len(r.known) == 0 && !r.incidents[0].shared && !r.incidents[0].single {
			return r.incidents[0]
		}
		return nil
	}
	again := func(name, like string, gap time.Duration, times int) {
		for n, r := range w.reports {
			old := lone(r, name)
			if old == nil || times == 0 {
				continue
			}
			for _, later := range w.reports[n+1:] {
				if i := lone(later, like); i != nil && later.first.Sub(r.first) > gap && later.reporter != r.reporter {
					i.ip, i.host = old.ip, old.host
					i.single, old.single = true, true
					times--
					break
				}
			}
		}
	}
	again("scan-ssh", "scan-ssh", window+14*24*time.Hour, 2)
	again("scan-ssh", "spam-source", 24*time.Hour, 2)
	again("scan-http", "infected", 24*time.Hour, 1)
}

// tellNetworks makes some lone scanners whole networks.
func (w *writer) tellNetworks() {
	left := map[string]int{"scan-http": 2, "scan-ssh": 1}
	for n, r := range w.reports {
		if n < 100 || left[r.family.name] == 0 || len(r.incidents) != 1 || len(r.known) > 0 || r.incidents[0].single || r.incidents[0].shared {
			continue
		}
		i := r.incidents[0]
		i.ip, i.net, i.single = w.places.network(), true, true
		i.host = i.ip
		left[r.family.name]--
	}
}
