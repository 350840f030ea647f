package match

import (
	"fmt"
	"slices"

	"todoke/internal/desk"
)

// tell enters one telling of m: into the incident that it is about, or as a new incident.
func (s *State) tell(m Message, report *Report, t desk.Telling) {
	candidates := s.candidates(m.ID, t, m.Received)
	var incident *Incident
	opens := len(candidates) == 0
	if opens {
		incident = s.openIncident(m, report, t)
	} else {
		incident = s.same(candidates, t)
		s.agree(m, incident, candidates, t)
		if group := t.Class.Group(); incident.Group != group {
			s.recast(m, incident, group)
		}
	}
	incident.Evidence.add(t)
	incident.Row = incident.Evidence.row(incident.Group)
	incident.Confirmed = incident.Confirmed || m.Confirmed && !t.AsksHandler
	if m.Received.After(incident.LastTold) {
		incident.LastTold = m.Received
	}
	if m.Received.Before(incident.Opened) {
		incident.Opened, incident.OpenedBy, incident.Report = m.Received, m.ID, report.ID
		s.changes.EarlierIncidents = append(s.changes.EarlierIncidents, Opening{ID: incident.ID, Message: m.ID})
	}
	s.addMembers(incident, t)
	s.markIncident(incident)
	s.relate(report, incident)
	s.changes.Links = append(s.changes.Links, Link{
		Message: m.ID, Incident: incident.ID, Report: report.ID, Received: m.Received, Opens: opens, Telling: t,
	})
}

// recast gives an incident the group of a telling that says what the earlier ones left open.
func (s *State) recast(m Message, incident *Incident, group desk.Group) {
	s.changes.Changes = append(s.changes.Changes, Change{
		Incident: incident.ID, Message: m.ID, At: m.Received, From: incident.Address, To: incident.Address,
		Why: fmt.Sprintf("what was taken for %s is told to be %s", incident.Group, group),
	})
	incident.Group = group
}

// same chooses the incident of the candidates: the one at the very address told, else the first.
func (s *State) same(candidates []*Incident, t desk.Telling) *Incident {
	for _, incident := range candidates {
		if incident.Address == t.Address {
			return incident
		}
	}
	return candidates[0]
}

// agree makes one incident of all that the telling says is one address: where the telling places a host at an IP, an
// incident known by that host takes the IP as its address or becomes one with the incident at the IP.
func (s *State) agree(m Message, incident *Incident, candidates []*Incident, t desk.Telling) {
	if incident.Address != t.Address && slices.Contains(t.Hosts, incident.Address) {
		s.changes.Changes = append(s.changes.Changes, Change{
			Incident: incident.ID, Message: m.ID, At: m.Received, From: incident.Address, To: t.Address,
			Why: "told to be the address of " + incident.Address,
		})
		incident.Hosts = appendNew(incident.Hosts, incident.Address)
		incident.Address = t.Address
		s.index(incident)
	}
	for _, other := range candidates {
		if other != incident && slices.Contains(t.Hosts, other.Address) {
			s.merge(m, incident, other)
		}
	}
}

// merge makes other a part of incident. The earlier of the two openings stays, so the period of the one address is that of
// its first telling.
func (s *State) merge(m Message, incident, other *Incident) {
	s.changes.Changes = append(s.changes.Changes, Change{
		Incident: other.ID, Message: m.ID, At: m.Received, From: other.Address, To: incident.Address,
		Why: "told to be the same address as " + incident.Address,
	})
	other.Merged = incident.ID
	incident.Hosts = appendNew(incident.Hosts, append(slices.Clone(other.Hosts), other.Address)...)
	incident.URLs = appendNew(incident.URLs, other.URLs...)
	if other.Opened.Before(incident.Opened) {
		incident.Opened, incident.OpenedBy, incident.Report = other.Opened, other.OpenedBy, other.Report
	}
	incident.Evidence.merge(other.Evidence)
	s.index(incident)
	s.markIncident(other)
	s.changes.Merges = append(s.changes.Merges, Merge{From: other.ID, Into: incident.ID, OpenedBy: incident.OpenedBy})
	for id := range s.standing[other.ID] {
		delete(s.reports[id].Incidents, other.ID)
		s.relate(s.reports[id], incident)
	}
	delete(s.standing, other.ID)
}

func (s *State) openIncident(m Message, report *Report, t desk.Telling) *Incident {
	s.seq.Incident++
	incident := &Incident{
		ID: s.seq.Incident, Address: t.Address, Group: t.Class.Group(), Opened: m.Received, LastTold: m.Received,
		OpenedBy: m.ID, Report: report.ID, Previous: s.previous(t), isNew: true,
	}
	s.incidents[incident.ID] = incident
	s.changes.Incidents = append(s.changes.Incidents, incident)
	s.changes.NewIncidents++
	s.index(incident)
	return incident
}

// previous finds the latest incident, over by now, at the address told.
func (s *State) previous(t desk.Telling) int64 {
	var id int64
	for _, incident := range s.byKey[t.Address] {
		if incident.Address == t.Address && incident.Group == t.Class.Group() && incident.Merged == 0 {
			id = max(id, incident.ID)
		}
	}
	return id
}

// addMembers keeps the hosts and URLs that stand for the incident's address.
func (s *State) addMembers(incident *Incident, t desk.Telling) {
	hosts := t.Hosts
	if t.Address != incident.Address {
		hosts = append(slices.Clone(hosts), t.Address)
	}
	for _, host := range hosts {
		if host != incident.Address {
			incident.Hosts = appendNew(incident.Hosts, host)
			s.indexKey(host, incident)
		}
	}
	incident.URLs = appendNew(incident.URLs, t.URLs...)
}

// relate enters the incident into the report, and ties the report to the others in which it stands.
func (s *State) relate(report *Report, incident *Incident) {
	if report.Incidents[incident.ID] {
		return
	}
	for other := range s.standing[incident.ID] {
		report.Related[other] = true
	}
	report.Incidents[incident.ID] = true
	s.stand(incident.ID, report.ID)
	s.markReport(report)
}

func (s *State) markIncident(incident *Incident) {
	if !incident.isNew && !incident.dirty {
		incident.dirty = true
		s.changes.Incidents = append(s.changes.Incidents, incident)
	}
}

func appendNew[V comparable](values []V, more ...V) []V {
	for _, value := range more {
		if !slices.Contains(values, value) {
			values = append(values, value)
		}
	}
	return values
}
