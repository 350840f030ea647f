package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"strconv"
	"strings"
	"time"

	"todoke/internal/desk"
)

// FigureForms are the forms of a figure whose rows Rows can list.
const FigureForms = "messages, reports, addresses, distinct_addresses, notices, inquiries, incidents, requests, type:scan, " +
	"port:22 (or port:tcp/22), brand:domestic, tld:jp, way:password, aftermath:defacement, not-counted:spam, " +
	"unconfirmed:reports, unconfirmed:addresses, reports_without_incident"

// listing is one list of rows: the same rows and conditions as the tally of the figure.
type listing struct {
	header []string
	// query selects at (microseconds) and tie first, which order the rows and tell any two apart, then what format scans. Its
	// first two parameters are the span of the period.
	query  string
	args   []any // the parameters from $3 on
	tie    tie
	format func(rowReader, view) ([]string, error)
}

// tie is the type of a listing's second key.
type tie int

const (
	tieNumber tie = iota
	tieDigest
	tieText
)

// rowReader reads the columns of a row behind its two keys, and returns the first of these.
type rowReader func(into ...any) (at int64, err error)

// view is how rows are shown.
type view struct {
	zone   *time.Location
	scheme desk.Scheme
}

func (v view) time(at int64) string { return fromMicros(at).In(v.zone).Format(time.RFC3339) }

// Rows lists exactly the rows that a figure of the period counts, in order of time. The figure is one of FigureForms, in
// the types of the scheme; any other is ErrUnknownFigure. A message is named by the first 16 digits of its SHA-256, which
// are the same in every store. The store is read while the rows are taken, all in one state.
func (s *Store) Rows(ctx context.Context, p desk.Period, scheme desk.Scheme, figure string) (header []string, rows iter.Seq2[[]string, error], err error) {
	list, err := find(scheme, figure)
	if err != nil {
		return nil, nil, err
	}
	return list.header, func(yield func([]string, error) bool) {
		err := s.read(ctx, func(t tx) error {
			return t.list(ctx, p, scheme, list, func(row []string) error {
				if !yield(row, nil) {
					return errEnough
				}
				return nil
			})
		})
		if err != nil && !errors.Is(err, errEnough) {
			yield(nil, fmt.Errorf("listing %s of %s: %w", figure, p.Name, err))
		}
	}, nil
}

// errEnough ends a list whose reader has left.
var errEnough = errors.New("enough rows")

// Page is a part of a list of rows.
type Page struct {
	Header []string
	Rows   [][]string
	Number int    // of rows in the whole list
	Next   string // the key behind which the next page begins, "" for the last page
}

// RowsPage lists at most limit rows of those that Rows lists, from behind the key that an earlier page gave (Next), or from
// the first for "". A key that no page gave is ErrNotFound.
func (s *Store) RowsPage(ctx context.Context, p desk.Period, scheme desk.Scheme, figure, after string, limit int) (Page, error) {
	list, err := find(scheme, figure)
	if err != nil {
		return Page{}, err
	}
	page := Page{Header: list.header}
	err = s.read(ctx, func(t tx) error {
		if page.Number, err = t.count(ctx, "SELECT count(*) FROM ("+list.query+") AS list", append(span(p), list.args...)); err != nil {
			return err
		}
		return t.page(ctx, p, scheme, list, after, limit, &page)
	})
	if err != nil {
		return Page{}, fmt.Errorf("listing %s of %s: %w", figure, p.Name, err)
	}
	return page, nil
}

// page asks for one row more than it takes, so as to know whether there is a next page.
func (t tx) page(ctx context.Context, p desk.Period, scheme desk.Scheme, list listing, after string, limit int, page *Page) error {
	query, args := "SELECT * FROM ("+list.query+") AS list", append(span(p), list.args...)
	if after != "" {
		at, tied, err := list.tie.parse(after)
		if err != nil {
			return fmt.Errorf("key %q: %w", after, ErrNotFound)
		}
		query += fmt.Sprintf(" WHERE (at, tie) > ($%d, $%d)", len(args)+1, len(args)+2)
		args = append(args, at, tied)
	}
	query += fmt.Sprintf(" ORDER BY at, tie LIMIT $%d", len(args)+1)
	last := ""
	return t.keyed(ctx, query, append(args, limit+1), list, view{p.First.Location(), scheme}, func(key string, row []string) error {
		if len(page.Rows) == limit {
			page.Next = last
			return nil
		}
		page.Rows, last = append(page.Rows, row), key
		return nil
	})
}

// list hands row by row to take.
func (t tx) list(ctx context.Context, p desk.Period, scheme desk.Scheme, list listing, take func([]string) error) error {
	shown := view{p.First.Location(), scheme}
	return t.keyed(ctx, list.query+" ORDER BY at, tie", append(span(p), list.args...), list, shown, func(_ string, row []string) error {
		return take(row)
	})
}

// keyed reads rows, each with its key.
func (t tx) keyed(ctx context.Context, query string, args []any, list listing, shown view, take func(key string, row []string) error) error {
	return t.scan(ctx, query, args, func(rows *sql.Rows) error {
		var at int64
		var tied any
		row, err := list.format(func(into ...any) (int64, error) {
			err := rows.Scan(append([]any{&at, &tied}, into...)...)
			return at, err
		}, shown)
		if err != nil {
			return err
		}
		return take(list.tie.key(at, tied), row)
	})
}

// key writes the two keys of a row as one word.
func (k tie) key(at int64, tied any) string {
	text := fmt.Sprint(tied)
	if digest, ok := tied.([]byte); ok && k == tieDigest {
		text = hex.EncodeToString(digest)
	} else if ok {
		text = string(digest)
	}
	return strconv.FormatInt(at, 10) + "." + text
}

// parse reads what key has written.
func (k tie) parse(key string) (at int64, tied any, err error) {
	first, second, _ := strings.Cut(key, ".")
	if at, err = strconv.ParseInt(first, 10, 64); err != nil {
		return 0, nil, err
	}
	switch k {
	case tieNumber:
		tied, err = strconv.ParseInt(second, 10, 64)
	case tieDigest:
		tied, err = hex.DecodeString(second)
	default:
		tied = clean(second)
	}
	return at, tied, err
}

// find reads the name of a figure; any that is not of FigureForms is ErrUnknownFigure.
func find(scheme desk.Scheme, figure string) (listing, error) {
	list, ok := findFigure(scheme, figure)
	if !ok {
		return list, fmt.Errorf("%w %q; write one of %s", ErrUnknownFigure, figure, FigureForms)
	}
	return list, nil
}

func findFigure(scheme desk.Scheme, figure string) (listing, bool) {
	name, value, valued := strings.Cut(figure, ":")
	if !valued {
		return findCounter(name)
	}
	switch name {
	case "type":
		classes := scheme.ClassesOf(value)
		return addresses(oneOf("i.class", classes)), len(classes) > 0
	case "port":
		return findPort(value)
	case "brand":
		known := value == string(desk.OriginDomestic) || value == string(desk.OriginOverseas) || value == string(desk.OriginUnknown)
		return addresses(" AND i.class LIKE 'phishing.%' AND i.brand_origin = $3", value), known
	case "tld":
		return reports(" AND r.tld = $3", value), true
	case "way":
		return addresses(" AND i.class LIKE 'intrusion.%' AND i.way = $3", value), true
	case "aftermath":
		return addresses(" AND i.aftermath <> '' AND ',' || i.aftermath || ',' LIKE '%,' || $3 || ',%'", value), isWord(value)
	case "unconfirmed":
		if value == "reports" {
			return reports(" AND NOT r.confirmed"), true
		}
		return addresses(" AND NOT i.confirmed"), value == "addresses"
	case "not-counted":
		kind := desk.Kind(value)
		return messages(" AND d.kind = $3", value), kind.Valid() && !kind.Counted() && kind != desk.KindInquiry
	}
	return listing{}, false
}

func findCounter(name string) (listing, bool) {
	switch name {
	case "messages":
		return messages(" AND d.kind IN ('report', 'follow-up')"), true
	case "reports":
		return reports(""), true
	case "addresses", "incidents":
		return addresses(""), true
	case "notices":
		return notices, true
	case "inquiries":
		return inquiries, true
	case "distinct_addresses":
		return distinct, true
	case "requests":
		return requestRows, true
	case "reports_without_incident":
		return reports(" AND NOT r.blames"), true
	}
	return listing{}, false
}

// isWord tells whether a value is made of small letters and hyphens, so that it means nothing else in a pattern.
func isWord(value string) bool {
	return value != "" && strings.Trim(value, "abcdefghijklmnopqrstuvwxyz-") == ""
}

// findPort reads 22 or tcp/22.
func findPort(value string) (listing, bool) {
	proto, number, ok := strings.Cut(value, "/")
	if !ok {
		proto, number = "", value
	}
	port, err := strconv.ParseUint(number, 10, 16)
	if err != nil {
		return listing{}, false
	}
	if ok {
		return addresses(" AND i.class LIKE 'scan.%' AND i.port = $3 AND i.proto = $4", int(port), proto), true
	}
	return addresses(" AND i.class LIKE 'scan.%' AND i.port = $3", int(port)), true
}

// oneOf writes a condition on values of our own making.
func oneOf(column string, classes []desk.Class) string {
	names := make([]string, len(classes))
	for i, class := range classes {
		names[i] = "'" + string(class) + "'"
	}
	return " AND " + column + " IN (" + strings.Join(names, ", ") + ")"
}

func messages(condition string, args ...any) listing {
	return listing{
		header: []string{"message", "received", "kind", "report", "sha256", "subject"},
		query: `SELECT d.received AS at, m.sha256 AS tie, m.sha256, d.kind, coalesce(r.number, ''), m.subject
			FROM decision d JOIN message m ON m.id = d.message LEFT JOIN report r ON r.id = d.report
			WHERE d.received >= $1 AND d.received < $2` + condition,
		args: args,
		tie:  tieDigest,
		format: func(scan rowReader, v view) ([]string, error) {
			var sum []byte
			var kind, report, subject string
			received, err := scan(&sum, &kind, &report, &subject)
			return []string{messageName(sum), v.time(received), kind, report, hex.EncodeToString(sum), subject}, err
		},
	}
}

func reports(condition string, args ...any) listing {
	return listing{
		header: []string{"report", "first_message", "opened", "last", "tld", "messages", "addresses", "confirmed"},
		query: `SELECT r.opened AS at, r.id AS tie, r.number, m.sha256, r.last, r.tld, r.messages, r.confirmed,
			(SELECT count(*) FROM report_incident ri WHERE ri.report = r.id)
			FROM report r LEFT JOIN message m ON m.id = r.first
			WHERE r.joined_into IS NULL AND r.opened >= $1 AND r.opened < $2` + condition,
		args: args,
		format: func(scan rowReader, v view) ([]string, error) {
			var number, tld string
			var sum []byte
			var last int64
			var messages, incidents int
			var confirmed bool
			opened, err := scan(&number, &sum, &last, &tld, &messages, &confirmed, &incidents)
			return []string{number, messageName(sum), v.time(opened), v.time(last), tld, strconv.Itoa(messages),
				strconv.Itoa(incidents), strconv.FormatBool(confirmed)}, err
		},
	}
}

func addresses(condition string, args ...any) listing {
	return listing{
		header: []string{"incident", "address", "class", "type", "proto", "port", "brand", "brand_origin", "report", "first_message",
			"first_received", "worm", "confirmed"},
		query: `SELECT i.opened AS at, i.id AS tie, i.id, i.address, i.class, i.proto, i.port, i.brand, i.brand_origin,
				coalesce(r.number, ''), m.sha256, i.worm, i.confirmed
			FROM incident i LEFT JOIN report r ON r.id = i.report LEFT JOIN message m ON m.id = i.opened_by
			WHERE i.merged_into IS NULL AND i.opened >= $1 AND i.opened < $2` + condition,
		args:   args,
		format: formatAddress,
	}
}

func formatAddress(scan rowReader, v view) ([]string, error) {
	var id int64
	var port int
	var address, class, proto, brand, origin, report string
	var sum []byte
	var worm, confirmed bool
	opened, err := scan(&id, &address, &class, &proto, &port, &brand, &origin, &report, &sum, &worm, &confirmed)
	return []string{strconv.FormatInt(id, 10), address, class, v.scheme.TypeOf(desk.Class(class)), proto, strconv.Itoa(port), brand, origin,
		report, messageName(sum), v.time(opened), strconv.FormatBool(worm), strconv.FormatBool(confirmed)}, err
}

// distinct lists each address once, with the first of its incidents in the period.
var distinct = listing{
	header: []string{"address", "incident_count", "first_incident", "first_message", "first_received"},
	query: `SELECT i.opened AS at, i.id AS tie, i.address, i.incidents, i.id, m.sha256 FROM (
			SELECT id, address, opened, opened_by, count(*) OVER (PARTITION BY address) AS incidents,
				row_number() OVER (PARTITION BY address ORDER BY opened, id) AS nth
			FROM incident WHERE merged_into IS NULL AND opened >= $1 AND opened < $2
		) AS i LEFT JOIN message m ON m.id = i.opened_by WHERE i.nth = 1`,
	format: func(scan rowReader, v view) ([]string, error) {
		var address string
		var incidents, id int64
		var sum []byte
		opened, err := scan(&address, &incidents, &id, &sum)
		return []string{address, strconv.FormatInt(incidents, 10), strconv.FormatInt(id, 10), messageName(sum), v.time(opened)}, err
	},
}

var notices = listing{
	header: []string{"notice", "sent", "party", "report", "incidents"},
	query: `SELECT n.sent AS at, m.sha256 AS tie, m.sha256, n.party, coalesce(r.number, ''), coalesce(
			(SELECT string_agg(CAST(ni.incident AS TEXT), ' ' ORDER BY ni.incident) FROM notice_incident ni WHERE ni.notice = n.message), '')
		FROM notice n LEFT JOIN message m ON m.id = n.message LEFT JOIN report r ON r.id = n.report
		WHERE n.sent >= $1 AND n.sent < $2`,
	tie: tieDigest,
	format: func(scan rowReader, v view) ([]string, error) {
		var sum []byte
		var party, report, incidents string
		sent, err := scan(&sum, &party, &report, &incidents)
		return []string{messageName(sum), v.time(sent), party, report, incidents}, err
	},
}

// requestRows lists each party and incident once, with the notice that asked first. A notice that names no incident is one
// request, whose incident is empty.
var requestRows = listing{
	header: []string{"notice", "sent", "party", "incident", "address", "report", "notices"},
	query: `SELECT q.sent AS at, q.tie, m.sha256, q.party, coalesce(CAST(q.incident AS TEXT), ''), coalesce(i.address, ''),
			coalesce(r.number, ''), q.notices FROM (
			SELECT n.message, n.sent, n.party, n.report, ni.incident,
				CAST(n.message AS TEXT) || '.' || CAST(coalesce(ni.incident, 0) AS TEXT) AS tie,
				count(*) OVER (PARTITION BY n.party, coalesce(ni.incident, -n.message)) AS notices,
				row_number() OVER (PARTITION BY n.party, coalesce(ni.incident, -n.message) ORDER BY n.sent, n.message) AS nth
			FROM notice n LEFT JOIN notice_incident ni ON ni.notice = n.message WHERE n.sent >= $1 AND n.sent < $2
		) AS q LEFT JOIN message m ON m.id = q.message LEFT JOIN incident i ON i.id = q.incident LEFT JOIN report r ON r.id = q.report
		WHERE q.nth = 1`,
	tie: tieText,
	format: func(scan rowReader, v view) ([]string, error) {
		var sum []byte
		var party, incident, address, report string
		var notices int
		sent, err := scan(&sum, &party, &incident, &address, &report, &notices)
		return []string{messageName(sum), v.time(sent), party, incident, address, report, strconv.Itoa(notices)}, err
	},
}

var inquiries = listing{
	header: []string{"inquiry", "first_message", "opened", "last"},
	query: `SELECT i.opened AS at, i.id AS tie, i.number, m.sha256, i.last FROM inquiry i LEFT JOIN message m ON m.id = i.first
		WHERE i.opened >= $1 AND i.opened < $2`,
	format: func(scan rowReader, v view) ([]string, error) {
		var number string
		var sum []byte
		var last int64
		opened, err := scan(&number, &sum, &last)
		return []string{number, messageName(sum), v.time(opened), v.time(last)}, err
	},
}

// messageName is how a list names a message.
func messageName(sum []byte) string {
	name := hex.EncodeToString(sum)
	return name[:min(16, len(name))]
}
