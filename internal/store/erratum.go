package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"todoke/internal/desk"
)

// Cause is why a counter takes in something now that it did not when an edition was published, or the reverse.
type Cause string

// The causes. A change that none of them explains has the cause "".
const (
	CauseImported Cause = "imported-later" // the message that told of it came into the store after the edition
	CauseJoined   Cause = "joined"         // it is part of another now: the detail names that
	CauseSplit    Cause = "split"          // a handler split a report
	CauseMoved    Cause = "moved"          // a handler moved messages
	CauseUndone   Cause = "undone"         // a handler took an operation back
	CausePeriod   Cause = "other-period"   // it belongs to another period now
)

// Change is one identifier that a counter takes in now and did not then, or the reverse.
type Change struct {
	Counter    string
	Added      bool // else removed
	Identifier string
	Cause      Cause
	Detail     string // the operation ("operation 3"), the report or incident that it is part of, or ""
}

// Erratum tells what a period counts otherwise now than an edition of it did, and why. Who decided an operation, and the
// reason in the handler's words, stand in the list of operations and not here: an erratum is published.
func (s *Store) Erratum(ctx context.Context, p desk.Period, then Edition, now Snapshot) ([]Change, error) {
	var all []Change
	differences := then.Counted.Compare(now.Counted)
	if len(differences) == 0 {
		return nil, nil
	}
	err := s.read(ctx, func(t tx) error {
		done, err := t.operationsSince(ctx, then)
		if err != nil {
			return err
		}
		e := explainer{t, p, then, done}
		for _, d := range differences {
			for _, identifier := range d.Added {
				all = append(all, Change{Counter: d.Counter, Added: true, Identifier: identifier})
			}
			for _, identifier := range d.Removed {
				all = append(all, Change{Counter: d.Counter, Identifier: identifier})
			}
		}
		for i := range all {
			if err := e.explain(ctx, &all[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("explaining what changed in %s: %w", p.Name, err)
	}
	return all, nil
}

// touched tells which operation last changed a message or report since an edition.
type touched struct{ messages, reports map[int64]Change }

// operationsSince reads what handlers did, or took back, after an edition was published.
func (t tx) operationsSince(ctx context.Context, then Edition) (touched, error) {
	done := touched{map[int64]Change{}, map[int64]Change{}}
	causes := map[string]Cause{"join": CauseJoined, "split": CauseSplit, "move": CauseMoved}
	query := "SELECT id, name, before, undone IS NOT NULL FROM operation WHERE at > $1 OR undone > $1 ORDER BY id"
	err := t.scan(ctx, query, []any{micros(then.Published)}, func(rows *sql.Rows) error {
		var id int64
		var name string
		var data []byte
		var undone bool
		if err := rows.Scan(&id, &name, &data, &undone); err != nil {
			return err
		}
		var was before
		if err := json.Unmarshal(data, &was); err != nil {
			return err
		}
		change := Change{Cause: causes[name], Detail: "operation " + strconv.FormatInt(id, 10)}
		if undone {
			change.Cause = CauseUndone
		}
		done.reports[was.Into] = change
		for _, move := range was.Moves {
			done.messages[move.Message], done.reports[move.From] = change, change
		}
		return nil
	})
	return done, err
}

// explainer finds the cause of a change.
type explainer struct {
	t    tx
	p    desk.Period
	then Edition
	done touched
}

// traced is what the store knows now of an identifier.
type traced struct {
	id      int64
	message int64  // that brought it
	at      int64  // by which it belongs to a period
	into    string // what it is part of now
}

func (e explainer) explain(ctx context.Context, change *Change) error {
	found, err := e.trace(ctx, change.Counter, change.Identifier)
	if errors.Is(err, sql.ErrNoRows) {
		return nil // it is gone, and nothing tells why
	}
	if err != nil {
		return err
	}
	operation, operated := e.done.messages[found.message]
	if change.Counter == "reports" {
		operation, operated = e.done.reports[found.id]
	}
	inside := found.at >= micros(e.p.Start()) && found.at < micros(e.p.End())
	switch {
	case change.Added && found.message > e.then.Newest:
		change.Cause = CauseImported
	case !change.Added && found.into != "":
		change.Cause, change.Detail = CauseJoined, found.into
		if operated {
			change.Detail += ", " + operation.Detail
		}
	case operated:
		change.Cause, change.Detail = operation.Cause, operation.Detail
	case !change.Added && !inside:
		change.Cause = CausePeriod
	}
	return nil
}

// traces find an identifier of each counter.
var traces = map[string]string{
	"messages": `SELECT d.message, d.message, d.received, '' FROM message m JOIN decision d ON d.message = m.id
		WHERE m.sha256 >= $1 ORDER BY m.sha256 LIMIT 1`,
	"notices": `SELECT n.message, n.message, n.sent, '' FROM message m JOIN notice n ON n.message = m.id
		WHERE m.sha256 >= $1 ORDER BY m.sha256 LIMIT 1`,
	"reports": `SELECT r.id, r.first, r.opened, coalesce(j.number, '') FROM report r LEFT JOIN report j ON j.id = r.joined_into
		WHERE r.number = $1`,
	"addresses": `SELECT id, opened_by, opened, CASE WHEN merged_into IS NULL THEN '' ELSE 'incident ' || CAST(merged_into AS TEXT) END
		FROM incident WHERE id = $1`,
	"inquiries": "SELECT id, first, opened, '' FROM inquiry WHERE number = $1",
}

func (e explainer) trace(ctx context.Context, counter, identifier string) (found traced, err error) {
	var key any = identifier
	switch counter {
	case "messages", "notices":
		key, err = hex.DecodeString(identifier) // the first bytes of the SHA-256 that comes next
	case "addresses":
		key, err = strconv.ParseInt(identifier, 10, 64)
	}
	if err != nil {
		return found, err
	}
	err = e.t.QueryRowContext(ctx, traces[counter], key).Scan(&found.id, &found.message, &found.at, &found.into)
	return found, err
}
