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
const FigureForms = "messages, reports, addresses, notices, inquiries, type:scan, port:22 (or port:tcp/22), brand:domestic, tld:jp, " +
	"way:password, aftermath:defacement, not-counted:spam"

// listing is one list of rows: the same rows and conditions as the tally of the figure.
type listing struct {
	header []string
	query  string // its first two parameters are the span of the period
	args   []any  // the parameters from $3 on
	format func(*sql.Rows, view) ([]string, error)
}

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
	list, ok := find(scheme, figure)
	if !ok {
		return nil, nil, fmt.Errorf("%w %q; write one of %s", ErrUnknownFigure, figure, FigureForms)
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

// list hands row by row to take.
func (t tx) list(ctx context.Context, p desk.Period, scheme desk.Scheme, list listing, take func([]string) error) error {
	shown := view{p.First.Location(), scheme}
	return t.scan(ctx, list.query, append(span(p), list.args...), func(rows *sql.Rows) error {
		row, err := list.format(rows, shown)
		if err != nil {
			return err
		}
		return take(row)
	})
}

// errEnough ends a list whose reader has left.
var errEnough = errors.New("enough rows")

// find reads the name of a figure.
func find(scheme desk.Scheme, figure string) (listing, bool) {
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
		query: `SELECT m.sha256, d.received, d.kind, coalesce(r.number, ''), m.subject
			FROM decision d JOIN message m ON m.id = d.message LEFT JOIN report r ON r.id = d.report
			WHERE d.received >= $1 AND d.received < $2` + condition + ` ORDER BY d.received, m.sha256`,
		args: args,
		format: func(rows *sql.Rows, v view) ([]string, error) {
			var sum []byte
			var received int64
			var kind, report, subject string
			err := rows.Scan(&sum, &received, &kind, &report, &subject)
			return []string{messageName(sum), v.time(received), kind, report, hex.EncodeToString(sum), subject}, err
		},
	}
}

func reports(condition string, args ...any) listing {
	return listing{
		header: []string{"report", "first_message", "opened", "last", "tld", "messages", "addresses", "confirmed"},
		query: `SELECT r.number, m.sha256, r.opened, r.last, r.tld, r.messages, r.confirmed,
			(SELECT count(*) FROM report_incident ri WHERE ri.report = r.id)
			FROM report r LEFT JOIN message m ON m.id = r.first
			WHERE r.joined_into IS NULL AND r.opened >= $1 AND r.opened < $2` + condition + ` ORDER BY r.opened, r.id`,
		args: args,
		format: func(rows *sql.Rows, v view) ([]string, error) {
			var number, tld string
			var sum []byte
			var opened, last int64
			var messages, incidents int
			var confirmed bool
			err := rows.Scan(&number, &sum, &opened, &last, &tld, &messages, &confirmed, &incidents)
			return []string{number, messageName(sum), v.time(opened), v.time(last), tld, strconv.Itoa(messages),
				strconv.Itoa(incidents), strconv.FormatBool(confirmed)}, err
		},
	}
}

func addresses(condition string, args ...any) listing {
	return listing{
		header: []string{"incident", "address", "class", "type", "proto", "port", "brand", "brand_origin", "report", "first_message",
			"first_received", "confirmed"},
		query: `SELECT i.id, i.address, i.class, i.proto, i.port, i.brand, i.brand_origin, coalesce(r.number, ''), m.sha256, i.opened, i.confirmed
			FROM incident i LEFT JOIN report r ON r.id = i.report LEFT JOIN message m ON m.id = i.opened_by
			WHERE i.merged_into IS NULL AND i.opened >= $1 AND i.opened < $2` + condition + ` ORDER BY i.opened, i.id`,
		args:   args,
		format: formatAddress,
	}
}

func formatAddress(rows *sql.Rows, v view) ([]string, error) {
	var id, opened int64
	var port int
	var address, class, proto, brand, origin, report string
	var sum []byte
	var confirmed bool
	err := rows.Scan(&id, &address, &class, &proto, &port, &brand, &origin, &report, &sum, &opened, &confirmed)
	return []string{strconv.FormatInt(id, 10), address, class, v.scheme.TypeOf(desk.Class(class)), proto, strconv.Itoa(port), brand, origin, report, messageName(sum),
		v.time(opened), strconv.FormatBool(confirmed)}, err
}

var notices = listing{
	header: []string{"notice", "sent", "party", "report", "incidents"},
	query: `SELECT m.sha256, n.sent, n.party, coalesce(r.number, ''), coalesce(
			(SELECT string_agg(CAST(ni.incident AS TEXT), ' ' ORDER BY ni.incident) FROM notice_incident ni WHERE ni.notice = n.message), '')
		FROM notice n LEFT JOIN message m ON m.id = n.message LEFT JOIN report r ON r.id = n.report
		WHERE n.sent >= $1 AND n.sent < $2 ORDER BY n.sent, m.sha256`,
	format: func(rows *sql.Rows, v view) ([]string, error) {
		var sum []byte
		var sent int64
		var party, report, incidents string
		err := rows.Scan(&sum, &sent, &party, &report, &incidents)
		return []string{messageName(sum), v.time(sent), party, report, incidents}, err
	},
}

var inquiries = listing{
	header: []string{"inquiry", "first_message", "opened", "last"},
	query: `SELECT i.number, m.sha256, i.opened, i.last FROM inquiry i LEFT JOIN message m ON m.id = i.first
		WHERE i.opened >= $1 AND i.opened < $2 ORDER BY i.opened, i.id`,
	format: func(rows *sql.Rows, v view) ([]string, error) {
		var number string
		var sum []byte
		var opened, last int64
		err := rows.Scan(&number, &sum, &opened, &last)
		return []string{number, messageName(sum), v.time(opened), v.time(last)}, err
	},
}

// messageName is how a list names a message.
func messageName(sum []byte) string {
	name := hex.EncodeToString(sum)
	return name[:min(16, len(name))]
}
