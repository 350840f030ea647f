package count

import (
	"cmp"
	"slices"

	"todoke/internal/desk"
)

// Count makes the figures of a period from its facts.
func Count(period desk.Period, rulebook Rulebook, facts Facts) Figures {
	f := Figures{
		Period: PeriodInfo{
			Name: period.Name, From: period.First.Format("2006-01-02"), To: period.Last.Format("2006-01-02"), Zone: period.First.Location().String(),
		},
		Rulebook:   RulebookInfo{Name: rulebook.Name, Version: rulebook.Version},
		Scheme:     string(rulebook.Scheme),
		NotCounted: notCounted(facts.Messages),
		Types:      types(rulebook.Scheme, facts.Incidents),
		ScanPorts:  ports(facts.Incidents),
		Intrusion:  IntrusionTables{Ways: ways(facts.Incidents), Aftermath: aftermath(facts.Aftermath)},
		Months:     months(period, rulebook.Scheme, facts),
	}
	if facts.AsOf != nil {
		asOf := facts.AsOf.In(period.First.Location())
		f.AsOf = &asOf
	}
	f.ReporterTLDs = tlds(facts.Reports)
	f.PhishingBrands = brands(facts.Incidents)
	f.Counters = counters(rulebook, facts)
	for _, report := range facts.Reports {
		if report.WithoutIncident {
			f.ReportsWithoutIncident += report.N
		}
		if !report.Confirmed {
			f.Unconfirmed.Reports += report.N
		}
	}
	for _, incident := range facts.Incidents {
		if !incident.Confirmed {
			f.Unconfirmed.Addresses += incident.N
		}
	}
	f.Identities = identities(f, facts)
	return f
}

func counters(rulebook Rulebook, facts Facts) Counters {
	c := Counters{DistinctAddresses: facts.DistinctAddresses}
	for _, tally := range facts.Messages {
		if tally.Kind.Counted() {
			c.Messages += tally.N
		}
	}
	for _, tally := range facts.Reports {
		c.Reports += tally.N
	}
	for _, tally := range facts.Incidents {
		c.Addresses += tally.N
	}
	c.Notices = sum(facts.Notices)
	c.Inquiries = sum(facts.Inquiries)
	if rulebook.Name == Incident2010.Name {
		incidents, requests := c.Addresses, facts.Requests
		c.Incidents, c.Requests = &incidents, &requests
	}
	return c
}

func sum(tallies []MonthTally) int {
	n := 0
	for _, tally := range tallies {
		n += tally.N
	}
	return n
}

func notCounted(tallies []MessageTally) map[string]int {
	n := map[string]int{}
	for _, kind := range desk.UncountedKinds() {
		n[string(kind)] = 0
	}
	for _, tally := range tallies {
		if _, uncounted := n[string(tally.Kind)]; uncounted {
			n[string(tally.Kind)] += tally.N
		}
	}
	return n
}

// types counts addresses by the scheme's types, types without an address included.
func types(scheme desk.Scheme, tallies []IncidentTally) []TypeRow {
	n := map[string]int{}
	for _, tally := range tallies {
		n[scheme.TypeOf(tally.Class)] += tally.N
	}
	rows := []TypeRow{}
	for _, typ := range scheme.Types() {
		rows = append(rows, TypeRow{Type: typ, Addresses: n[typ]})
	}
	slices.SortFunc(rows, func(a, b TypeRow) int { return byCount(a.Addresses, b.Addresses, a.Type, b.Type) })
	return rows
}

func tlds(tallies []ReportTally) []TLDRow {
	n := map[string]int{}
	for _, tally := range tallies {
		n[tally.TLD] += tally.N
	}
	rows := []TLDRow{}
	for tld, reports := range n {
		rows = append(rows, TLDRow{TLD: tld, Reports: reports})
	}
	slices.SortFunc(rows, func(a, b TLDRow) int { return byCount(a.Reports, b.Reports, a.TLD, b.TLD) })
	return rows
}

// ports counts the addresses of scans by the port attacked; worm is told where any of the row's addresses has the mark.
func ports(tallies []IncidentTally) []PortRow {
	type key struct {
		proto string
		port  int
	}
	found := map[key]*PortRow{}
	for _, tally := range tallies {
		if tally.Class.Group() != desk.ScanPort.Group() {
			continue
		}
		k := key{tally.Proto, tally.Port}
		if found[k] == nil {
			found[k] = &PortRow{Proto: tally.Proto, Port: tally.Port, Service: Service(tally.Port)}
		}
		found[k].Addresses += tally.N
		found[k].Worm = found[k].Worm || tally.Worm
	}
	rows := []PortRow{}
	for _, row := range found {
		rows = append(rows, *row)
	}
	slices.SortFunc(rows, func(a, b PortRow) int {
		return cmp.Or(cmp.Compare(b.Addresses, a.Addresses), cmp.Compare(a.Port, b.Port), cmp.Compare(a.Proto, b.Proto))
	})
	return rows
}

// brands counts phishing addresses by the origin of the brand; all three origins are present.
func brands(tallies []IncidentTally) []BrandRow {
	n := map[desk.Origin]int{}
	for _, tally := range tallies {
		if tally.Class.Group() == desk.PhishingSite.Group() {
			n[tally.BrandOrigin] += tally.N
		}
	}
	rows := []BrandRow{}
	for _, origin := range desk.Origins() {
		rows = append(rows, BrandRow{Origin: string(origin), Addresses: n[origin]})
	}
	slices.SortFunc(rows, func(a, b BrandRow) int { return byCount(a.Addresses, b.Addresses, a.Origin, b.Origin) })
	return rows
}

func ways(tallies []IncidentTally) []WayRow {
	n := map[string]int{}
	for _, tally := range tallies {
		if tally.Way != "" && tally.Class.Group() == desk.IntrusionSystem.Group() {
			n[tally.Way] += tally.N
		}
	}
	rows := []WayRow{}
	for way, addresses := range n {
		rows = append(rows, WayRow{Way: way, Addresses: addresses})
	}
	slices.SortFunc(rows, func(a, b WayRow) int { return byCount(a.Addresses, b.Addresses, a.Way, b.Way) })
	return rows
}

func aftermath(tallies []AftermathTally) []AftermathRow {
	rows := []AftermathRow{}
	for _, tally := range tallies {
		rows = append(rows, AftermathRow{Aftermath: tally.Aftermath, Addresses: tally.N})
	}
	slices.SortFunc(rows, func(a, b AftermathRow) int { return byCount(a.Addresses, b.Addresses, a.Aftermath, b.Aftermath) })
	return rows
}

func months(period desk.Period, scheme desk.Scheme, facts Facts) []MonthRow {
	rows := []MonthRow{}
	for _, month := range period.Months() {
		row := MonthRow{Month: month.Name, Types: map[string]int{}, Brands: map[string]int{}}
		for _, typ := range scheme.Types() {
			row.Types[typ] = 0
		}
		for _, origin := range desk.Origins() {
			row.Brands[string(origin)] = 0
		}
		rows = append(rows, row)
	}
	// A tally of a month outside the period stands in no row, and its identity shows it.
	row := func(month string) *MonthRow {
		for i := range rows {
			if rows[i].Month == month {
				return &rows[i]
			}
		}
		return &MonthRow{Types: map[string]int{}, Brands: map[string]int{}}
	}
	for _, tally := range facts.Messages {
		if tally.Kind.Counted() {
			row(tally.Month).Messages += tally.N
		}
	}
	for _, tally := range facts.Reports {
		row(tally.Month).Reports += tally.N
	}
	for _, tally := range facts.Incidents {
		month := row(tally.Month)
		month.Addresses += tally.N
		if typ := scheme.TypeOf(tally.Class); typ != "" {
			month.Types[typ] += tally.N
		}
		if tally.Class.Group() == desk.PhishingSite.Group() {
			month.Brands[string(tally.BrandOrigin)] += tally.N
		}
	}
	for _, tally := range facts.Notices {
		row(tally.Month).Notices += tally.N
	}
	for _, tally := range facts.Inquiries {
		row(tally.Month).Inquiries += tally.N
	}
	return rows
}

// byCount orders rows by count, then by name.
func byCount(a, b int, nameA, nameB string) int {
	return cmp.Or(cmp.Compare(b, a), cmp.Compare(nameA, nameB))
}
