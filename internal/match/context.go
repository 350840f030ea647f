package match

import (
	"net/netip"
	"slices"
	"time"

	"todoke/internal/desk"
)

// inContext completes what a further mail of the matter leaves unsaid. Who writes "one more: 203.0.113.9" in a thread means the
// harm of that thread: where the mail does not say what harm, or is torn between several, it is the one that most incidents of the
// report do; where it does not say the port of a scan or the brand of a phishing site, they are those of most incidents of the same group.
func (s *State) inContext(report *Report, t desk.Telling) desk.Telling {
	t = s.siteOf(report, t)
	class := mostOf(s.rows(report, ""), func(r Row) desk.Class { return r.Class })
	if known := s.knownIn(report, t); known != nil {
		if known.Group != t.Class.Group() {
			t.Class = known.Row.Class
			t.Reasons = append(slices.Clone(t.Reasons), "the harm that the matter tells of this address")
		}
	} else if class != "" && (t.Inherit || len(s.rows(report, t.Class.Group())) == 0 && heardToo(t, class)) {
		t.Class = class
		t.Reasons = append(slices.Clone(t.Reasons), "the harm of the matter that it answers")
	}
	rows := s.rows(report, t.Class.Group())
	switch t.Class.Group() {
	case desk.ScanPort.Group():
		if t.Port == 0 {
			type port struct {
				proto string
				port  int
			}
			told := mostOf(rows, func(r Row) port { return port{r.Proto, r.Port} })
			t.Proto, t.Port = told.proto, told.port
		}
	case desk.PhishingSite.Group():
		if t.Brand == "" && (t.BrandOrigin == "" || t.BrandOrigin == desk.OriginUnknown) {
			type brand struct {
				name   string
				origin desk.Origin
			}
			told := mostOf(rows, func(r Row) brand { return brand{r.Brand, r.BrandOrigin} })
			t.Brand, t.BrandOrigin = told.name, told.origin
		}
	}
	return t
}

// knownIn finds the incident of a report that stands at the telling's address: of the same group, else one of which it is certain what
// harm it does. Who writes again about an address of the matter means the harm of the matter, in whatever words.
func (s *State) knownIn(report *Report, t desk.Telling) *Incident {
	var known *Incident
	for _, key := range keys(t) {
		for _, incident := range s.byKey[key] {
			if incident.Merged != 0 || !report.Incidents[incident.ID] || !sameAddress(incident, t) {
				continue
			}
			if incident.Group == t.Class.Group() {
				return incident
			}
			if !incident.Evidence.mayBe(t.Class.Group()) && (known == nil || toldLater(incident, known)) {
				known = incident
			}
		}
	}
	return known
}

// siteOf says of what site a further mail tells the other name: where the matter is one site, known by its host alone or by its IP
// alone, an IP or a host that is told later in the thread, of no other harm, is that site's.
func (s *State) siteOf(report *Report, t desk.Telling) desk.Telling {
	site := s.onlySite(report)
	if site == nil || len(t.Hosts) > 0 || site.Group != t.Class.Group() && !t.Inherit && !heardToo(t, site.Row.Class) {
		return t
	}
	switch told, known := isIP(t.Address), isIP(site.Address); {
	case told && !known && len(t.URLs) == 0:
		t.Hosts = []string{site.Address}
		t.Reasons = append(slices.Clone(t.Reasons), "the only site of the matter, whose IP was not told before")
	case !told && known && len(site.Hosts) == 0:
		t.Hosts, t.Address = []string{t.Address}, site.Address
		t.Reasons = append(slices.Clone(t.Reasons), "the only site of the matter, whose name was not told before")
	}
	return t
}

// onlySite is the incident of a report that tells of a single one, where victims visit the place that does the harm.
func (s *State) onlySite(report *Report) *Incident {
	if len(report.Incidents) != 1 {
		return nil
	}
	for id := range report.Incidents {
		if site := s.incidents[id]; site != nil {
			switch site.Group {
			case desk.PhishingSite.Group(), desk.MalwareSite.Group():
				return site
			}
		}
	}
	return nil
}

func isIP(address string) bool {
	_, err := netip.ParseAddr(address)
	return err == nil
}

// asKnown gives a telling that does not say what harm, or is torn between several, the harm that its address was told of last, where
// one is known and not over.
func (s *State) asKnown(t desk.Telling, at time.Time) desk.Telling {
	var last *Incident
	for _, key := range keys(t) {
		for _, incident := range s.byKey[key] {
			if incident.Merged != 0 || !s.alive(incident.Opened, incident.LastTold, at) || !sameAddress(incident, t) {
				continue
			}
			if incident.Group == t.Class.Group() && !t.Inherit {
				return t
			}
			if last == nil || toldLater(incident, last) {
				last = incident
			}
		}
	}
	if last != nil && (t.Inherit || heardToo(t, last.Row.Class)) {
		t.Class = last.Row.Class
		t.Reasons = append(slices.Clone(t.Reasons), "the harm that was told of this address before")
	}
	return t
}

// heardToo tells whether a telling was torn between its own class and one of another's group.
func heardToo(t desk.Telling, class desk.Class) bool {
	return slices.ContainsFunc(t.Also, func(also desk.Class) bool { return also.Group() == class.Group() })
}

// rows lists what the tables show of a report's incidents, of one group or of all, in the order in which they were opened.
func (s *State) rows(report *Report, group desk.Group) []Row {
	var ids []int64
	for id := range report.Incidents {
		if incident := s.incidents[id]; incident != nil && (group == "" || incident.Group == group) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	rows := make([]Row, len(ids))
	for i, id := range ids {
		rows[i] = s.incidents[id].Row
	}
	return rows
}

// mostOf is the value that most rows have, the first at a tie; values that say nothing do not count.
func mostOf[V comparable](rows []Row, value func(Row) V) V {
	var most, nothing V
	n := map[V]int{}
	for _, row := range rows {
		v := value(row)
		if v == nothing {
			continue
		}
		if n[v]++; n[v] > n[most] {
			most = v
		}
	}
	return most
}
