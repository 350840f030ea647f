package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"todoke/internal/count"
	"todoke/internal/desk"
)

// Kinds counts all decided messages by kind.
func (s *Store) Kinds(ctx context.Context) (map[desk.Kind]int, error) {
	kinds := map[desk.Kind]int{}
	err := s.read(ctx, func(t tx) error {
		return t.scan(ctx, "SELECT kind, count(*) FROM decision GROUP BY kind", nil, func(rows *sql.Rows) error {
			var kind desk.Kind
			var n int
			err := rows.Scan(&kind, &n)
			kinds[kind] = n
			return err
		})
	})
	if err != nil {
		return nil, fmt.Errorf("counting kinds: %w", err)
	}
	return kinds, nil
}

// Facts tallies the rows of a period, all in one state of the store.
func (s *Store) Facts(ctx context.Context, p desk.Period) (count.Facts, error) {
	var facts count.Facts
	err := s.read(ctx, func(t tx) (err error) {
		facts, err = t.facts(ctx, p)
		return err
	})
	if err != nil {
		return count.Facts{}, fmt.Errorf("tallying %s: %w", p.Name, err)
	}
	return facts, nil
}

func (t tx) facts(ctx context.Context, p desk.Period) (facts count.Facts, err error) {
	for _, month := range p.Months() {
		if err := t.tallyMonth(ctx, month, &facts); err != nil {
			return facts, err
		}
	}
	return facts, t.tallyPeriod(ctx, p, &facts)
}

// span are the first microsecond of a period and the first behind it.
func span(p desk.Period) []any { return []any{micros(p.Start()), micros(p.End())} }

func (t tx) tallyMonth(ctx context.Context, month desk.Period, facts *count.Facts) error {
	tallies := []func(context.Context, desk.Period, *count.Facts) error{
		t.tallyMessages, t.tallyReports, t.tallyIncidents, t.tallyNotices, t.tallyInquiries,
	}
	for _, tally := range tallies {
		if err := tally(ctx, month, facts); err != nil {
			return err
		}
	}
	return nil
}

// tallyMessages asks for each kind apart, which reads an index from one edge of the month to the other and sorts nothing.
func (t tx) tallyMessages(ctx context.Context, month desk.Period, facts *count.Facts) error {
	for _, kind := range desk.Kinds() {
		n, newest, err := t.newest(ctx, "SELECT count(*), max(received) FROM decision WHERE kind = $3 AND received >= $1 AND received < $2",
			append(span(month), string(kind)))
		if err != nil {
			return err
		}
		if n == 0 {
			continue
		}
		facts.Messages = append(facts.Messages, count.MessageTally{Month: month.Name, Kind: kind, N: n})
		if kind.Counted() {
			facts.Note(newest)
		}
	}
	return nil
}

// newest counts rows and finds the time of the last.
func (t tx) newest(ctx context.Context, query string, args []any) (n int, at time.Time, err error) {
	var last sql.NullInt64
	err = t.QueryRowContext(ctx, query, args...).Scan(&n, &last)
	if last.Valid {
		at = fromMicros(last.Int64)
	}
	return n, at, err
}

func (t tx) tallyReports(ctx context.Context, month desk.Period, facts *count.Facts) error {
	query := `SELECT tld, confirmed, blames, count(*) FROM report WHERE joined_into IS NULL AND opened >= $1 AND opened < $2
		GROUP BY tld, confirmed, blames`
	return t.scan(ctx, query, span(month), func(rows *sql.Rows) error {
		tally := count.ReportTally{Month: month.Name}
		var blames bool
		err := rows.Scan(&tally.TLD, &tally.Confirmed, &blames, &tally.N)
		tally.WithoutIncident = !blames
		facts.Reports = append(facts.Reports, tally)
		return err
	})
}

func (t tx) tallyIncidents(ctx context.Context, month desk.Period, facts *count.Facts) error {
	query := `SELECT class, proto, port, worm, brand_origin, way, confirmed, count(*) FROM incident
		WHERE merged_into IS NULL AND opened >= $1 AND opened < $2
		GROUP BY class, proto, port, worm, brand_origin, way, confirmed`
	return t.scan(ctx, query, span(month), func(rows *sql.Rows) error {
		tally := count.IncidentTally{Month: month.Name}
		err := rows.Scan(&tally.Class, &tally.Proto, &tally.Port, &tally.Worm, &tally.BrandOrigin, &tally.Way, &tally.Confirmed, &tally.N)
		facts.Incidents = append(facts.Incidents, tally)
		return err
	})
}

func (t tx) tallyNotices(ctx context.Context, month desk.Period, facts *count.Facts) error {
	n, newest, err := t.newest(ctx, "SELECT count(*), max(sent) FROM notice WHERE sent >= $1 AND sent < $2", span(month))
	facts.Notices = append(facts.Notices, count.MonthTally{Month: month.Name, N: n})
	facts.Note(newest)
	return err
}

func (t tx) tallyInquiries(ctx context.Context, month desk.Period, facts *count.Facts) error {
	n, newest, err := t.newest(ctx, "SELECT count(*), max(opened) FROM inquiry WHERE opened >= $1 AND opened < $2", span(month))
	facts.Inquiries = append(facts.Inquiries, count.MonthTally{Month: month.Name, N: n})
	facts.Note(newest)
	return err
}

func (t tx) count(ctx context.Context, query string, args []any) (n int, err error) {
	err = t.QueryRowContext(ctx, query, args...).Scan(&n)
	return n, err
}

// The other side of each identity reads other rows, or other columns, than the tallies by month.
const (
	totalMessages       = "SELECT count(*) FROM decision WHERE tells AND report IS NOT NULL AND received >= $1 AND received < $2"
	totalReports        = "SELECT count(*) FROM decision WHERE first AND report IS NOT NULL AND received >= $1 AND received < $2"
	totalAddresses      = "SELECT count(*) FROM telling WHERE opens AND received >= $1 AND received < $2"
	totalScanAddresses  = "SELECT count(*) FROM incident WHERE merged_into IS NULL AND grp = 'scan' AND opened >= $1 AND opened < $2"
	totalPhishAddresses = "SELECT count(*) FROM incident WHERE merged_into IS NULL AND grp = 'phishing' AND opened >= $1 AND opened < $2"
	totalNotices        = "SELECT count(*) FROM decision WHERE notice AND received >= $1 AND received < $2"
	totalInquiries      = "SELECT count(*) FROM decision WHERE first AND inquiry IS NOT NULL AND received >= $1 AND received < $2"
	inquiriesInReport   = `SELECT count(*) FROM inquiry WHERE opened >= $1 AND opened < $2
		AND EXISTS (SELECT 1 FROM decision WHERE decision.inquiry = inquiry.id AND decision.report IS NOT NULL)`
	distinctAddresses = "SELECT count(DISTINCT address) FROM incident WHERE merged_into IS NULL AND opened >= $1 AND opened < $2"
	// A notice that names no incident is one request.
	requests = `SELECT count(*) FROM (SELECT DISTINCT notice.party, coalesce(notice_incident.incident, -notice.message) AS about
		FROM notice LEFT JOIN notice_incident ON notice_incident.notice = notice.message
		WHERE notice.sent >= $1 AND notice.sent < $2) AS request`
	// The other side asks of each notice and incident whether the party had been asked about it before in the period.
	totalRequests = `SELECT count(*) FROM notice LEFT JOIN notice_incident ON notice_incident.notice = notice.message
		WHERE notice.sent >= $1 AND notice.sent < $2 AND NOT EXISTS (
			SELECT 1 FROM notice_incident earlier_incident JOIN notice earlier ON earlier.message = earlier_incident.notice
			WHERE earlier_incident.incident = notice_incident.incident AND earlier.party = notice.party
				AND earlier.sent >= $1 AND (earlier.sent, earlier.message) < (notice.sent, notice.message))`
)

func (t tx) tallyPeriod(ctx context.Context, p desk.Period, facts *count.Facts) error {
	totals := &facts.Totals
	counts := []struct {
		query string
		n     *int
	}{
		{totalMessages, &totals.Messages}, {totalReports, &totals.Reports}, {totalAddresses, &totals.Addresses},
		{totalScanAddresses, &totals.ScanAddresses}, {totalPhishAddresses, &totals.PhishAddresses}, {totalNotices, &totals.Notices},
		{totalInquiries, &totals.Inquiries}, {inquiriesInReport, &totals.InquiriesInReport},
		{distinctAddresses, &facts.DistinctAddresses}, {requests, &facts.Requests}, {totalRequests, &totals.Requests},
	}
	for _, each := range counts {
		n, err := t.count(ctx, each.query, span(p))
		if err != nil {
			return err
		}
		*each.n = n
	}
	return t.tallyAftermath(ctx, p, facts)
}

// tallyAftermath counts an incident once for each thing that was done after the intrusion.
func (t tx) tallyAftermath(ctx context.Context, p desk.Period, facts *count.Facts) error {
	counts := map[string]int{}
	query := `SELECT aftermath, count(*) FROM incident WHERE merged_into IS NULL AND aftermath <> '' AND opened >= $1 AND opened < $2
		GROUP BY aftermath`
	err := t.scan(ctx, query, span(p), func(rows *sql.Rows) error {
		var list string
		var n int
		err := rows.Scan(&list, &n)
		for _, aftermath := range splitList(list) {
			counts[aftermath] += n
		}
		return err
	})
	for aftermath, n := range counts {
		facts.Aftermath = append(facts.Aftermath, count.AftermathTally{Aftermath: aftermath, N: n})
	}
	slices.SortFunc(facts.Aftermath, func(a, b count.AftermathTally) int { return strings.Compare(a.Aftermath, b.Aftermath) })
	return err
}
