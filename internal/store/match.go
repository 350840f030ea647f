package store

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"todoke/internal/match"
)

// Match decides up to limit waiting messages, in order of receipt (then of digest), and says how many there were: 0 when
// nothing waits any more. Batches of 500 to 2,000 messages are the fastest.
func (s *Store) Match(ctx context.Context, rules match.Rules, limit int) (n int, err error) {
	err = s.write(ctx, func(t tx) error {
		waiting, err := t.waiting(ctx, limit)
		if err != nil || len(waiting.messages) == 0 {
			return err
		}
		loaded, err := t.load(ctx, match.Keys(waiting.messages), waiting.messages[0].Received, rules.Window)
		if err != nil {
			return fmt.Errorf("loading what the messages touch: %w", err)
		}
		state := match.NewState(rules, loaded)
		for _, m := range waiting.messages {
			state.Match(m)
		}
		if err := t.save(ctx, waiting.messages, state.Changes()); err != nil {
			return fmt.Errorf("saving decisions: %w", err)
		}
		n = len(waiting.messages)
		return waiting.remove(ctx, t)
	})
	if err != nil {
		return 0, fmt.Errorf("matching messages: %w", err)
	}
	return n, nil
}

// Waiting counts the messages that Match has not decided yet.
func (s *Store) Waiting(ctx context.Context) (n int, err error) {
	if err := s.db.QueryRowContext(ctx, "SELECT count(*) FROM pending").Scan(&n); err != nil {
		return 0, fmt.Errorf("counting waiting messages: %w", err)
	}
	return n, nil
}

// waiting is the beginning of the queue of messages to be matched.
type waiting struct {
	messages []match.Message
	received int64 // of the last one
	sha256   []byte
}

func (t tx) waiting(ctx context.Context, limit int) (waiting, error) {
	var w waiting
	query := "SELECT received, sha256, message, data FROM pending ORDER BY received, sha256 LIMIT $1"
	err := t.scan(ctx, query, []any{limit}, func(rows *sql.Rows) error {
		var id int64
		var data []byte
		var m match.Message
		if err := rows.Scan(&w.received, &w.sha256, &id, &data); err != nil {
			return err
		}
		if err := json.Unmarshal(data, &m); err != nil {
			return fmt.Errorf("message %d: %w", id, err)
		}
		m.ID = id
		w.messages = append(w.messages, m)
		return nil
	})
	return w, err
}

// remove takes the messages out of the queue. Nobody else has written since they were read.
func (w waiting) remove(ctx context.Context, t tx) error {
	_, err := t.ExecContext(ctx, "DELETE FROM pending WHERE (received, sha256) <= ($1, $2)", w.received, w.sha256)
	return err
}

// load reads what a batch can touch, whose first message was received at the time. What was last told of more than the window before
// is over for all of its messages.
func (t tx) load(ctx context.Context, wanted match.Wanted, first time.Time, window time.Duration) (match.Loaded, error) {
	var loaded match.Loaded
	var err error
	aliveSince := first.Add(-window)
	if loaded.Sequence, err = t.sequence(ctx); err != nil {
		return loaded, err
	}
	if loaded.Known, err = t.known(ctx, wanted.MessageIDs); err != nil {
		return loaded, err
	}
	if loaded.Incidents, err = t.incidentsAt(ctx, wanted.Addresses, aliveSince); err != nil {
		return loaded, err
	}
	if loaded.Numbers, err = t.reportNumbers(ctx, wanted.Numbers); err != nil {
		return loaded, err
	}
	if loaded.Tokens, err = t.parts(ctx, wanted.Tokens, first); err != nil {
		return loaded, err
	}
	if loaded.Reports, err = t.reportsOf(ctx, loaded, aliveSince); err != nil {
		return loaded, err
	}
	if loaded.Incidents, err = t.withContext(ctx, loaded); err != nil {
		return loaded, err
	}
	loaded.Inquiries, err = t.inquiriesOf(ctx, loaded)
	return loaded, err
}

// withContext adds the other incidents of the reports in which known messages stand: an answer may leave unsaid what they are
// about. The oldest come first.
func (t tx) withContext(ctx context.Context, loaded match.Loaded) ([]*match.Incident, error) {
	have := map[int64]bool{}
	for _, incident := range loaded.Incidents {
		have[incident.ID] = true
	}
	answered := map[int64]bool{}
	for _, known := range loaded.Known {
		answered[known.Report] = true
	}
	for _, part := range loaded.Tokens {
		answered[part.Report] = true
	}
	missing := map[int64]bool{}
	for _, report := range loaded.Reports {
		for id := range report.Incidents {
			if answered[report.ID] && !have[id] {
				missing[id] = true
			}
		}
	}
	query := "SELECT " + incidentColumns + " FROM incident WHERE merged_into IS NULL AND id IN " + in(t.dialect.numbers, 1) + " ORDER BY id"
	more, err := t.incidents(ctx, query, list(slices.Collect(maps.Keys(missing))))
	if err != nil {
		return nil, err
	}
	all := append(loaded.Incidents, more...)
	slices.SortFunc(all, func(a, b *match.Incident) int { return cmp.Compare(a.ID, b.ID) })
	return all, nil
}

func (t tx) sequence(ctx context.Context) (match.Sequence, error) {
	seq := match.Sequence{ReportNumbers: map[int]int{}, InquiryNumbers: map[int]int{}}
	query := `SELECT coalesce((SELECT max(id) FROM report), 0), coalesce((SELECT max(id) FROM incident), 0),
		coalesce((SELECT max(id) FROM inquiry), 0)`
	if err := t.QueryRowContext(ctx, query).Scan(&seq.Report, &seq.Incident, &seq.Inquiry); err != nil {
		return seq, err
	}
	err := t.scan(ctx, "SELECT name, year, last FROM sequence", nil, func(rows *sql.Rows) error {
		var name string
		var year, last int
		if err := rows.Scan(&name, &year, &last); err != nil {
			return err
		}
		if name == "report" {
			seq.ReportNumbers[year] = last
		} else {
			seq.InquiryNumbers[year] = last
		}
		return nil
	})
	return seq, err
}

// indexed is a foreign name as an index takes it. A longer one keeps its beginning and a digest of all of it.
func indexed(name string) string {
	name = clean(name)
	if len(name) <= maxColumn {
		return name
	}
	sum := sha256.Sum256([]byte(name))
	return column(name[:maxColumn/2]) + hex.EncodeToString(sum[:])
}

// known finds earlier messages by their Message-IDs, the oldest first.
func (t tx) known(ctx context.Context, messageIDs []string) ([]match.Known, error) {
	whole := map[string]string{}
	for _, id := range messageIDs {
		whole[indexed(id)] = id
	}
	var all []match.Known
	query := `SELECT m.message_id, m.id, m.content, d.kind, d.notice, coalesce(d.report, 0), coalesce(d.inquiry, 0), m.people, m.recipients,
		d.duplicate_of IS NOT NULL
		FROM message m JOIN decision d ON d.message = m.id
		WHERE m.message_id <> '' AND m.message_id IN ` + in(t.dialect.texts, 1) + ` ORDER BY m.received, m.sha256`
	err := t.scan(ctx, query, []any{list(slices.Collect(maps.Keys(whole)))}, func(rows *sql.Rows) error {
		var k match.Known
		var messageID string
		err := rows.Scan(&messageID, &k.ID, &k.Content, &k.Kind, &k.Notice, &k.Report, &k.Inquiry, jsonColumn{&k.People}, jsonColumn{&k.To},
			&k.Duplicate)
		k.MessageID = whole[messageID]
		all = append(all, k)
		return err
	})
	return all, err
}

// jsonColumn scans a column of JSON.
type jsonColumn struct{ to any }

// Scan implements sql.Scanner.
func (c jsonColumn) Scan(value any) error {
	switch value := value.(type) {
	case string:
		return json.Unmarshal([]byte(value), c.to)
	case []byte:
		return json.Unmarshal(value, c.to)
	}
	return fmt.Errorf("a column of JSON holds %T", value)
}

const incidentColumns = `id, address, grp, class, proto, port, worm, brand, brand_origin, way, evidence, opened, last_told, opened_by, report,
	coalesce(previous, 0), hosts, urls, confirmed, coalesce(merged_into, 0), aftermath`

// scanIncident reads incidentColumns.
func scanIncident(rows scanner) (*match.Incident, error) {
	var i match.Incident
	var opened, lastTold int64
	var aftermath string
	err := rows.Scan(&i.ID, &i.Address, &i.Group, &i.Row.Class, &i.Row.Proto, &i.Row.Port, &i.Row.Worm, &i.Row.Brand, &i.Row.BrandOrigin,
		&i.Row.Way, jsonColumn{&i.Evidence}, &opened, &lastTold, &i.OpenedBy, &i.Report, &i.Previous, jsonColumn{&i.Hosts},
		jsonColumn{&i.URLs}, &i.Confirmed, &i.Merged, &aftermath)
	i.Opened, i.LastTold, i.Row.Aftermath = fromMicros(opened), fromMicros(lastTold), splitList(aftermath)
	return &i, err
}

// scanner is a row that can be scanned.
type scanner interface{ Scan(...any) error }

// incidentsAt finds the incidents by address and host that are alive; the latest one of each address and group, which
// a new one follows; and the one of each name and group that was told of last, which a late notice is about; the oldest first.
func (t tx) incidentsAt(ctx context.Context, names []string, aliveSince time.Time) ([]*match.Incident, error) {
	keys := make([]string, len(names))
	for i, name := range names {
		keys[i] = indexed(name)
	}
	type place struct{ name, group string }
	type told struct{ at, id int64 }
	latest := map[place]int64{} // by number of entry, under its own address
	lastTold := map[place]told{}
	chosen := map[int64]bool{}
	query := "SELECT name, incident, grp, main, last_told FROM incident_key WHERE name IN " + in(t.dialect.texts, 1)
	err := t.scan(ctx, query, []any{list(keys)}, func(rows *sql.Rows) error {
		var at place
		var last told
		var main bool
		err := rows.Scan(&at.name, &last.id, &at.group, &main, &last.at)
		if main {
			latest[at] = max(latest[at], last.id)
		}
		if before := lastTold[at]; last.at > before.at || last.at == before.at && last.id > before.id {
			lastTold[at] = last
		}
		if last.at >= micros(aliveSince) {
			chosen[last.id] = true
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, id := range latest {
		chosen[id] = true
	}
	for _, last := range lastTold {
		chosen[last.id] = true
	}
	query = "SELECT " + incidentColumns + " FROM incident WHERE merged_into IS NULL AND id IN " + in(t.dialect.numbers, 1) + " ORDER BY id"
	return t.incidents(ctx, query, list(slices.Collect(maps.Keys(chosen))))
}

func (t tx) incidents(ctx context.Context, query string, args ...any) ([]*match.Incident, error) {
	var all []*match.Incident
	err := t.scan(ctx, query, args, func(rows *sql.Rows) error {
		incident, err := scanIncident(rows)
		all = append(all, incident)
		return err
	})
	return all, err
}

// reportNumbers resolves report numbers; the number of a joined report leads to the one that it became part of.
func (t tx) reportNumbers(ctx context.Context, numbers []string) (map[string]int64, error) {
	found := map[string]int64{}
	names := make([]string, len(numbers))
	for i, number := range numbers {
		names[i] = clean(number)
	}
	query := `WITH RECURSIVE way (number, id, next) AS (
			SELECT number, id, joined_into FROM report WHERE number IN ` + in(t.dialect.texts, 1) + `
			UNION SELECT way.number, report.id, report.joined_into FROM way JOIN report ON report.id = way.next)
		SELECT number, id FROM way WHERE next IS NULL`
	err := t.scan(ctx, query, []any{list(names)}, func(rows *sql.Rows) error {
		var number string
		var id int64
		err := rows.Scan(&number, &id)
		found[number] = id
		return err
	})
	return found, err
}

// parts says what reply tokens, by their digests in hexadecimal, stand for; those that are over at the time are left out. That of a
// joined report leads to the one that it became part of.
func (t tx) parts(ctx context.Context, tokens []string, at time.Time) (map[string]match.Part, error) {
	found := map[string]match.Part{}
	if len(tokens) == 0 {
		return found, nil
	}
	query := `WITH RECURSIVE way (sha256, inquiry, id, next) AS (
			SELECT k.sha256, k.inquiry, r.id, r.joined_into FROM token k LEFT JOIN report r ON r.id = k.report
				WHERE k.purpose = 'reply' AND k.expires > $2 AND k.sha256 IN ` + in(t.dialect.blobs, 1) + `
			UNION SELECT way.sha256, way.inquiry, report.id, report.joined_into FROM way JOIN report ON report.id = way.next)
		SELECT sha256, coalesce(inquiry, 0), coalesce(id, 0) FROM way WHERE next IS NULL`
	err := t.scan(ctx, query, []any{list(tokens), micros(at)}, func(rows *sql.Rows) error {
		var sum sql.RawBytes
		var part match.Part
		if err := rows.Scan(&sum, &part.Inquiry, &part.Report); err != nil {
			return err
		}
		found[hex.EncodeToString(sum)] = part
		return nil
	})
	return found, err
}

// reportsOf reads the reports in which what was loaded stands; of an incident that is over none is needed.
func (t tx) reportsOf(ctx context.Context, loaded match.Loaded, aliveSince time.Time) ([]*match.Report, error) {
	ids := map[int64]bool{}
	for _, known := range loaded.Known {
		ids[known.Report] = true
	}
	for _, id := range loaded.Numbers {
		ids[id] = true
	}
	for _, part := range loaded.Tokens {
		ids[part.Report] = true
	}
	var incidents []int64
	for _, incident := range loaded.Incidents {
		if !incident.LastTold.Before(aliveSince) {
			ids[incident.Report] = true
			incidents = append(incidents, incident.ID)
		}
	}
	query := "SELECT report FROM report_incident WHERE incident IN " + in(t.dialect.numbers, 1)
	err := t.scan(ctx, query, []any{list(incidents)}, func(rows *sql.Rows) error {
		var id int64
		err := rows.Scan(&id)
		ids[id] = true
		return err
	})
	if err != nil {
		return nil, err
	}
	return t.reports(ctx, ids)
}

const reportColumns = "id, number, first, opened, last, tld, messages, confirmed, people"

// reports reads reports with the identifiers of their incidents.
func (t tx) reports(ctx context.Context, ids map[int64]bool) ([]*match.Report, error) {
	wanted := list(slices.Collect(maps.Keys(ids)))
	byID := map[int64]*match.Report{}
	var all []*match.Report
	query := "SELECT " + reportColumns + " FROM report WHERE id IN " + in(t.dialect.numbers, 1) + " ORDER BY id"
	err := t.scan(ctx, query, []any{wanted}, func(rows *sql.Rows) error {
		report, err := scanReport(rows)
		all, byID[report.ID] = append(all, report), report
		return err
	})
	if err != nil {
		return nil, err
	}
	query = "SELECT report, incident FROM report_incident WHERE report IN " + in(t.dialect.numbers, 1)
	err = t.scan(ctx, query, []any{wanted}, func(rows *sql.Rows) error {
		var report, incident int64
		if err := rows.Scan(&report, &incident); err != nil {
			return err
		}
		if r := byID[report]; r != nil {
			r.Incidents[incident] = true
		}
		return nil
	})
	return all, err
}

// scanReport reads reportColumns.
func scanReport(row scanner) (*match.Report, error) {
	r := match.Report{Incidents: map[int64]bool{}, People: map[string]bool{}, Related: map[int64]bool{}}
	var opened, last int64
	var people []string
	err := row.Scan(&r.ID, &r.Number, &r.First, &opened, &last, &r.TLD, &r.Messages, &r.Confirmed, jsonColumn{&people})
	r.Opened, r.Last = fromMicros(opened), fromMicros(last)
	for _, who := range people {
		r.People[who] = true
	}
	return &r, err
}

// inquiriesOf reads the inquiries in which known messages stand.
func (t tx) inquiriesOf(ctx context.Context, loaded match.Loaded) ([]*match.Inquiry, error) {
	var ids []int64
	for _, each := range loaded.Known {
		if each.Inquiry != 0 {
			ids = append(ids, each.Inquiry)
		}
	}
	for _, part := range loaded.Tokens {
		if part.Inquiry != 0 {
			ids = append(ids, part.Inquiry)
		}
	}
	var all []*match.Inquiry
	query := "SELECT id, number, first, opened, last, people FROM inquiry WHERE id IN " + in(t.dialect.numbers, 1)
	err := t.scan(ctx, query, []any{list(ids)}, func(rows *sql.Rows) error {
		i := match.Inquiry{People: map[string]bool{}}
		var opened, last int64
		var people []string
		err := rows.Scan(&i.ID, &i.Number, &i.First, &opened, &last, jsonColumn{&people})
		i.Opened, i.Last = fromMicros(opened), fromMicros(last)
		for _, who := range people {
			i.People[who] = true
		}
		all = append(all, &i)
		return err
	})
	return all, err
}
