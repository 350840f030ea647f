package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"todoke/internal/desk"
	"todoke/internal/match"
)

// save writes what a batch of decisions adds and alters. Reports and inquiries come before the rows that refer to them.
func (t tx) save(ctx context.Context, batch []match.Message, changes match.Changes) error {
	steps := []func(context.Context, match.Changes) error{
		t.saveReports, t.saveInquiries, t.saveSequence, t.saveIncidents, t.saveLinks, t.saveMerges, t.saveChanges, t.saveProposals,
	}
	for _, step := range steps {
		if err := step(ctx, changes); err != nil {
			return err
		}
	}
	if err := t.saveDecisions(ctx, batch, changes.Decisions); err != nil {
		return err
	}
	return t.saveOpenings(ctx, changes)
}

// saveOpenings makes the message that opens a report or an incident the only one that does.
func (t tx) saveOpenings(ctx context.Context, changes match.Changes) error {
	for _, opening := range changes.EarlierReports {
		_, err := t.ExecContext(ctx, "UPDATE decision SET first = (message = $2) WHERE report = $1 AND (first OR message = $2)", opening.ID, opening.Message)
		if err != nil {
			return fmt.Errorf("opening report %d earlier: %w", opening.ID, err)
		}
	}
	for _, opening := range changes.EarlierIncidents {
		if err := t.opensOnce(ctx, opening.ID, opening.Message); err != nil {
			return fmt.Errorf("opening incident %d earlier: %w", opening.ID, err)
		}
	}
	return nil
}

func (t tx) saveReports(ctx context.Context, changes match.Changes) error {
	added := bulk{table: "report", columns: []string{"number", "first", "opened", "last", "tld", "messages", "confirmed", "blames", "people", "id"}}
	var altered [][]any
	for i, r := range changes.Reports {
		row := []any{r.Number, r.First, micros(r.Opened), micros(r.Last), column(r.TLD), r.Messages, r.Confirmed, len(r.Incidents) > 0,
			asJSON(sortedKeys(r.People)), r.ID}
		if i < changes.NewReports {
			added.rows = append(added.rows, row)
		} else {
			altered = append(altered, row)
		}
	}
	if err := t.insert(ctx, added); err != nil {
		return err
	}
	return t.each(ctx, `UPDATE report SET number = $1, first = $2, opened = $3, last = $4, tld = $5, messages = $6, confirmed = $7,
		blames = $8, people = $9 WHERE id = $10`, altered)
}

func (t tx) saveInquiries(ctx context.Context, changes match.Changes) error {
	added := bulk{table: "inquiry", columns: []string{"number", "first", "opened", "last", "people", "id"}}
	var altered [][]any
	for n, i := range changes.Inquiries {
		row := []any{i.Number, i.First, micros(i.Opened), micros(i.Last), asJSON(sortedKeys(i.People)), i.ID}
		if n < changes.NewInquiries {
			added.rows = append(added.rows, row)
		} else {
			altered = append(altered, row)
		}
	}
	if err := t.insert(ctx, added); err != nil {
		return err
	}
	return t.each(ctx, "UPDATE inquiry SET number = $1, first = $2, opened = $3, last = $4, people = $5 WHERE id = $6", altered)
}

// saveSequence keeps the last number of each year.
func (t tx) saveSequence(ctx context.Context, changes match.Changes) error {
	var rows [][]any
	add := func(name string, last map[int]int) {
		for _, year := range slices.Sorted(maps.Keys(last)) {
			rows = append(rows, []any{name, year, last[year]})
		}
	}
	add("report", changes.Sequence.ReportNumbers)
	add("inquiry", changes.Sequence.InquiryNumbers)
	return t.each(ctx, "INSERT INTO sequence (name, year, last) VALUES ($1, $2, $3) ON CONFLICT (name, year) DO UPDATE SET last = excluded.last", rows)
}

func (t tx) saveIncidents(ctx context.Context, changes match.Changes) error {
	added := bulk{table: "incident", columns: []string{"address", "grp", "class", "proto", "port", "worm", "brand", "brand_origin", "way",
		"aftermath", "evidence", "opened", "last_told", "opened_by", "report", "previous", "hosts", "urls", "confirmed", "merged_into", "id"}}
	keys := bulk{table: "incident_key", columns: keyColumns}
	var altered, moreKeys [][]any
	for i, incident := range changes.Incidents {
		if i < changes.NewIncidents {
			added.rows = append(added.rows, incidentRow(incident))
			keys.rows = append(keys.rows, keyRows(incident)...)
		} else {
			altered = append(altered, incidentRow(incident))
			moreKeys = append(moreKeys, keyRows(incident)...)
		}
	}
	if err := t.insert(ctx, added); err != nil {
		return err
	}
	if err := t.insert(ctx, keys); err != nil {
		return err
	}
	if err := t.alterIncidents(ctx, altered); err != nil {
		return err
	}
	return t.each(ctx, bulk{table: "incident_key", columns: keyColumns}.statement()+
		" ON CONFLICT (name, incident) DO UPDATE SET grp = excluded.grp, main = excluded.main, last_told = excluded.last_told", moreKeys)
}

func (t tx) alterIncidents(ctx context.Context, rows [][]any) error {
	return t.each(ctx, `UPDATE incident SET address = $1, grp = $2, class = $3, proto = $4, port = $5, worm = $6, brand = $7, brand_origin = $8,
		way = $9, aftermath = $10, evidence = $11, opened = $12, last_told = $13, opened_by = $14, report = $15, previous = $16, hosts = $17,
		urls = $18, confirmed = $19, merged_into = $20 WHERE id = $21`, rows)
}

func incidentRow(i *match.Incident) []any {
	return []any{column(i.Address), string(i.Group), string(i.Row.Class), i.Row.Proto, i.Row.Port, i.Row.Worm, column(i.Row.Brand),
		string(i.Row.BrandOrigin), i.Row.Way, joinList(i.Row.Aftermath), clean(asJSON(i.Evidence)), micros(i.Opened), micros(i.LastTold),
		i.OpenedBy, i.Report, orNull(i.Previous), clean(asJSON(notNil(i.Hosts))), clean(asJSON(notNil(i.URLs))), i.Confirmed, orNull(i.Merged), i.ID}
}

var keyColumns = []string{"name", "incident", "grp", "main", "last_told"}

// keyRows are the names by which an incident is found, each once.
func keyRows(incident *match.Incident) [][]any {
	main := indexed(incident.Address)
	names := []string{main}
	for _, host := range incident.Hosts {
		names = append(names, indexed(host))
	}
	slices.Sort(names)
	var rows [][]any
	for _, name := range slices.Compact(names) {
		rows = append(rows, []any{name, incident.ID, string(incident.Group), name == main, micros(incident.LastTold)})
	}
	return rows
}

// Lists of plain words stand in a column with commas between them.
func joinList(words []string) string { return strings.Join(words, ",") }

func splitList(column string) []string {
	if column == "" {
		return nil
	}
	return strings.Split(column, ",")
}

func sortedKeys(set map[string]bool) []string {
	keys := slices.Sorted(maps.Keys(set))
	return notNil(keys)
}

func (t tx) saveLinks(ctx context.Context, changes match.Changes) error {
	tellings := bulk{table: "telling", columns: []string{"message", "incident", "report", "received", "opens", "data"}}
	type pair struct{ report, incident int64 }
	stands := map[pair]bool{}
	var pairs [][]any
	for _, link := range changes.Links {
		told := link.Telling
		told.Evidence, told.Reasons = nil, nil // they stand in the reading
		tellings.rows = append(tellings.rows, []any{link.Message, link.Incident, link.Report, micros(link.Received), link.Opens, clean(asJSON(told))})
		if key := (pair{link.Report, link.Incident}); !stands[key] {
			stands[key] = true
			pairs = append(pairs, []any{link.Report, link.Incident})
		}
	}
	if err := t.insert(ctx, tellings); err != nil {
		return err
	}
	return t.each(ctx, "INSERT INTO report_incident (report, incident) VALUES ($1, $2) ON CONFLICT DO NOTHING", pairs)
}

// mergeSteps make the incident $1 a part of the incident $2. Of two tellings of one message that opened both, the first opens.
var mergeSteps = []string{
	"UPDATE telling SET incident = $2 WHERE incident = $1",
	"INSERT INTO report_incident (report, incident) SELECT report, CAST($2 AS BIGINT) FROM report_incident WHERE incident = $1 ON CONFLICT DO NOTHING",
	"DELETE FROM report_incident WHERE incident = $1 AND incident <> $2",
	"INSERT INTO notice_incident (notice, incident) SELECT notice, CAST($2 AS BIGINT) FROM notice_incident WHERE incident = $1 ON CONFLICT DO NOTHING",
	"DELETE FROM notice_incident WHERE incident = $1 AND incident <> $2",
	"DELETE FROM incident_key WHERE incident = $1 AND incident <> $2",
}

func (t tx) saveMerges(ctx context.Context, changes match.Changes) error {
	for _, merge := range changes.Merges {
		for _, step := range mergeSteps {
			if _, err := t.ExecContext(ctx, step, merge.From, merge.Into); err != nil {
				return fmt.Errorf("merging incident %d into %d: %w", merge.From, merge.Into, err)
			}
		}
		if err := t.opensOnce(ctx, merge.Into, merge.OpenedBy); err != nil {
			return fmt.Errorf("merging incident %d into %d: %w", merge.From, merge.Into, err)
		}
	}
	return nil
}

// opensOnce makes the message's first telling of the incident the only one that opens it.
func (t tx) opensOnce(ctx context.Context, incident, message int64) error {
	_, err := t.ExecContext(ctx, `UPDATE telling SET opens = (id = coalesce((SELECT min(id) FROM telling WHERE incident = $1 AND message = $2), 0))
		WHERE incident = $1`, incident, message)
	return err
}

func (t tx) saveChanges(ctx context.Context, changes match.Changes) error {
	return t.addChanges(ctx, changes.Changes, "")
}

// addChanges records changes of address, and who decided them: "" for a rule.
func (t tx) addChanges(ctx context.Context, changes []match.Change, who string) error {
	rows := bulk{table: "address_change", columns: []string{"incident", "message", "at", "was", "becomes", "who", "why"}}
	for _, c := range changes {
		rows.rows = append(rows.rows, []any{c.Incident, orNull(c.Message), micros(c.At), column(c.From), column(c.To), clean(who), clean(c.Why)})
	}
	return t.insert(ctx, rows)
}

func (t tx) saveProposals(ctx context.Context, changes match.Changes) error {
	rows := bulk{table: "proposal", columns: []string{"message", "report", "why"}}
	for _, p := range changes.Proposals {
		rows.rows = append(rows.rows, []any{p.Message, p.Report, clean(p.Why)})
	}
	return t.insert(ctx, rows)
}

// saveDecisions writes one row a message, and the notices.
func (t tx) saveDecisions(ctx context.Context, batch []match.Message, decisions []match.Decision) error {
	rows := bulk{table: "decision", columns: []string{"message", "received", "kind", "why", "report", "inquiry", "first", "tells", "notice",
		"duplicate_of", "id_reused"}}
	notices := bulk{table: "notice", columns: []string{"message", "sent", "party", "recipients", "report"}}
	about := bulk{table: "notice_incident", columns: []string{"notice", "incident"}}
	for i, d := range decisions {
		received := micros(batch[i].Received)
		tells := d.Kind == desk.KindReport || d.Kind == desk.KindFollowUp
		rows.rows = append(rows.rows, []any{d.Message, received, string(d.Kind), clean(d.Why), orNull(d.Report), orNull(d.Inquiry), d.First,
			tells, d.Notice, orNull(d.Duplicate), d.IDReused})
		if !d.Notice {
			continue
		}
		notices.rows = append(notices.rows, []any{d.Message, received, column(d.Party), clean(asJSON(notNil(d.Recipients))), orNull(d.Report)})
		for _, incident := range d.NoticeFor {
			about.rows = append(about.rows, []any{d.Message, incident})
		}
	}
	for _, each := range []bulk{rows, notices, about} {
		if err := t.insert(ctx, each); err != nil {
			return err
		}
	}
	return nil
}
