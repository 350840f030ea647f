package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"todoke/internal/match"
)

// Operation is what a handler did to reports or to an incident.
type Operation struct {
	ID     int64
	Name   string // join, split, move, address, confirm
	At     time.Time
	Who    string
	Why    string
	Undone *Decider // who took it back, nil where nobody did
}

// before is what an operation needs to be undone.
type before struct {
	Moves    []moved `json:"moves,omitempty"`
	Into     int64   `json:"into,omitempty"`
	Incident int64   `json:"incident,omitempty"`
	Was      string  `json:"was,omitempty"`
	Becomes  string  `json:"becomes,omitempty"`
	NewHost  bool    `json:"new_host,omitempty"` // the old address was no host of the incident before

	Accepted  []int64 `json:"accepted,omitempty"`  // reports that were not confirmed before
	Incidents []int64 `json:"incidents,omitempty"` // incidents that were not
}

// moved is a message and the report in which it stood.
type moved struct {
	Message int64 `json:"message"`
	From    int64 `json:"from"`
}

// Decider is who decides something, when and why.
type Decider struct {
	Who string
	Why string
	At  time.Time
}

// Join makes all of one report a part of another, and its number leads there from now on. It returns the operation, which
// Undo takes back. ErrNotFound: there is no such number. ErrConflict: both are one report already.
func (s *Store) Join(ctx context.Context, from, into string, by Decider) (operation int64, err error) {
	return s.operate(ctx, "join", by, func(t tx) (before, error) {
		source, err := t.reportID(ctx, from)
		if err != nil {
			return before{}, fmt.Errorf("%s: %w", from, err)
		}
		target, err := t.reportID(ctx, into)
		if err != nil {
			return before{}, fmt.Errorf("%s: %w", into, err)
		}
		if source == target {
			return before{}, fmt.Errorf("%s and %s are one report: %w", from, into, ErrConflict)
		}
		messages, err := t.ids(ctx, "SELECT message FROM decision WHERE report = $1", source)
		if err != nil {
			return before{}, err
		}
		return t.move(ctx, messages, target)
	})
}

// Split makes a report of its own of some messages of a report; its number is the next one of the year in which the first
// of them was received. ErrConflict: they are all of its messages, or one of them stands elsewhere.
func (s *Store) Split(ctx context.Context, report string, messages []int64, rules match.Rules, by Decider) (number string, operation int64, err error) {
	operation, err = s.operate(ctx, "split", by, func(t tx) (before, error) {
		id, err := t.reportID(ctx, report)
		if err != nil {
			return before{}, fmt.Errorf("%s: %w", report, err)
		}
		if err := t.canSplit(ctx, id, messages); err != nil {
			return before{}, err
		}
		created, err := t.openReport(ctx, messages, rules)
		if err != nil {
			return before{}, err
		}
		number = created.Number
		return t.move(ctx, messages, created.ID)
	})
	return number, operation, err
}

// canSplit checks that both reports will have a telling message.
func (t tx) canSplit(ctx context.Context, report int64, messages []int64) error {
	standing, err := t.ids(ctx, "SELECT message FROM decision WHERE report = $1", report)
	if err != nil {
		return err
	}
	for _, message := range messages {
		if !slices.Contains(standing, message) {
			return fmt.Errorf("message %d is not in the report: %w", message, ErrConflict)
		}
	}
	tell, err := t.ids(ctx, "SELECT message FROM decision WHERE report = $1 AND tells", report)
	if err != nil {
		return err
	}
	leave := 0
	for _, message := range tell {
		if slices.Contains(messages, message) {
			leave++
		}
	}
	if leave == 0 || leave == len(tell) {
		return fmt.Errorf("each of the two reports needs a message that tells of an incident: %w", ErrConflict)
	}
	return nil
}

// openReport makes an empty report for messages to be moved into.
func (t tx) openReport(ctx context.Context, messages []int64, rules match.Rules) (*match.Report, error) {
	seq, err := t.sequence(ctx)
	if err != nil {
		return nil, err
	}
	first, received, err := t.first(ctx, "message.id IN "+in(t.dialect.numbers, 1), list(messages))
	if err != nil {
		return nil, err
	}
	state := match.NewState(rules, match.Loaded{Sequence: seq})
	state.Match(match.Message{ID: first, Received: received}) // a message that nothing is known of opens a report
	changes := state.Changes()
	if err := t.saveReports(ctx, changes); err != nil {
		return nil, err
	}
	return changes.Reports[0], t.saveSequence(ctx, changes)
}

// Move takes messages out of their reports, or from where they stand in none, into another. A report that keeps no message
// that tells of an incident becomes part of that one. ErrConflict: all of them stand there already, or one in an inquiry.
func (s *Store) Move(ctx context.Context, messages []int64, into string, by Decider) (operation int64, err error) {
	return s.operate(ctx, "move", by, func(t tx) (before, error) {
		target, err := t.reportID(ctx, into)
		if err != nil {
			return before{}, fmt.Errorf("%s: %w", into, err)
		}
		return t.move(ctx, messages, target)
	})
}

// operate runs an operation and records it.
func (s *Store) operate(ctx context.Context, name string, by Decider, do func(tx) (before, error)) (id int64, err error) {
	err = s.write(ctx, func(t tx) error {
		was, err := do(t)
		if err != nil {
			return err
		}
		return t.QueryRowContext(ctx, "INSERT INTO operation (name, at, who, why, before) VALUES ($1, $2, $3, $4, $5) RETURNING id",
			name, micros(by.At), clean(by.Who), clean(by.Why), clean(asJSON(was))).Scan(&id)
	})
	if err != nil {
		return 0, fmt.Errorf("%s: %w", name, err)
	}
	return id, nil
}

// Operations lists what handlers did, the latest first, behind the operation with the identifier after (0: from the latest).
func (s *Store) Operations(ctx context.Context, after int64, limit int) ([]Operation, error) {
	var all []Operation
	err := s.read(ctx, func(t tx) error {
		query := "SELECT " + operationColumns + " FROM operation WHERE $1 = 0 OR id < $1 ORDER BY id DESC LIMIT $2"
		return t.scan(ctx, query, []any{after, limit}, func(rows *sql.Rows) error {
			o, _, err := scanOperation(rows.Scan)
			all = append(all, o)
			return err
		})
	})
	if err != nil {
		return nil, fmt.Errorf("listing operations: %w", err)
	}
	return all, nil
}

const operationColumns = "id, name, at, who, why, undone, undone_by, undone_why, before"

func scanOperation(scan func(...any) error) (o Operation, was before, err error) {
	var at int64
	var undone sql.NullInt64
	var by, why string
	var data []byte
	if err := scan(&o.ID, &o.Name, &at, &o.Who, &o.Why, &undone, &by, &why, &data); err != nil {
		return o, was, err
	}
	if o.At = fromMicros(at); undone.Valid {
		o.Undone = &Decider{Who: by, Why: why, At: fromMicros(undone.Int64)}
	}
	return o, was, json.Unmarshal(data, &was)
}

// move brings messages into a report and brings all reports touched up to date.
func (t tx) move(ctx context.Context, messages []int64, into int64) (before, error) {
	was := before{Into: into}
	if err := t.notInquiries(ctx, messages); err != nil {
		return was, err
	}
	stood, err := t.standing(ctx, messages)
	if err != nil {
		return was, err
	}
	sources := map[int64]bool{}
	for _, message := range messages {
		from, ok := stood[message]
		switch {
		case !ok:
			return was, fmt.Errorf("message %d: %w", message, ErrNotFound)
		case from != into:
			was.Moves = append(was.Moves, moved{message, from})
			sources[from] = from != 0
		}
	}
	if len(was.Moves) == 0 {
		return was, fmt.Errorf("the messages stand there already: %w", ErrConflict)
	}
	if err := t.place(ctx, was.Moves, into); err != nil {
		return was, err
	}
	for source, isReport := range sources {
		if !isReport {
			continue
		}
		left, err := t.leaveEmpty(ctx, source, into)
		if err != nil {
			return was, err
		}
		was.Moves = append(was.Moves, left...)
	}
	return was, t.recompute(ctx, into)
}

// notInquiries refuses the messages of inquiries: these are counted by thread and stand in no report.
func (t tx) notInquiries(ctx context.Context, messages []int64) error {
	n, err := t.count(ctx, "SELECT count(*) FROM decision WHERE inquiry IS NOT NULL AND message IN "+in(t.dialect.numbers, 1),
		[]any{list(messages)})
	if err == nil && n > 0 {
		err = fmt.Errorf("%d of the messages stand in an inquiry: %w", n, ErrConflict)
	}
	return err
}

// standing tells in which report each decided message stands, 0 for none.
func (t tx) standing(ctx context.Context, messages []int64) (map[int64]int64, error) {
	stood := map[int64]int64{}
	query := "SELECT message, coalesce(report, 0) FROM decision WHERE message IN " + in(t.dialect.numbers, 1)
	err := t.scan(ctx, query, []any{list(messages)}, func(rows *sql.Rows) error {
		var message, report int64
		err := rows.Scan(&message, &report)
		stood[message] = report
		return err
	})
	return stood, err
}

// place writes the report of messages, 0 for none.
func (t tx) place(ctx context.Context, moves []moved, report int64) error {
	messages := make([]int64, len(moves))
	for i, move := range moves {
		messages[i] = move.Message
	}
	chosen := in(t.dialect.numbers, 1)
	_, err := t.ExecContext(ctx, "UPDATE decision SET report = $2, first = $3 WHERE message IN "+chosen, list(messages), orNull(report), false)
	if err != nil {
		return err
	}
	statements := []string{"UPDATE notice SET report = $2 WHERE message IN " + chosen}
	if report != 0 {
		statements = append(statements, "UPDATE telling SET report = $2 WHERE message IN "+chosen)
	}
	for _, statement := range statements {
		if _, err := t.ExecContext(ctx, statement, list(messages), orNull(report)); err != nil {
			return err
		}
	}
	return nil
}

// leaveEmpty brings a report that lost messages up to date. Where none is left that tells of an incident, the rest goes to
// the heir too (it returns which), and the number leads there.
func (t tx) leaveEmpty(ctx context.Context, report, heir int64) ([]moved, error) {
	tell, err := t.count(ctx, "SELECT count(*) FROM decision WHERE report = $1 AND tells", []any{report})
	if err != nil {
		return nil, err
	}
	if tell > 0 {
		return nil, t.recompute(ctx, report)
	}
	rest, err := t.ids(ctx, "SELECT message FROM decision WHERE report = $1", report)
	if err != nil {
		return nil, err
	}
	moves := make([]moved, len(rest))
	for i, message := range rest {
		moves[i] = moved{message, report}
	}
	if err := t.place(ctx, moves, heir); err != nil {
		return nil, err
	}
	if err := t.recomputeIncidents(ctx, report); err != nil {
		return nil, err
	}
	_, err = t.ExecContext(ctx, "UPDATE report SET joined_into = $2 WHERE id = $1", report, heir)
	return moves, err
}

// recompute makes a report's row, and which incidents stand in it, anew from its messages.
func (t tx) recompute(ctx context.Context, id int64) error {
	first, opened, err := t.first(ctx, "decision.report = $1 AND decision.tells", id)
	if err != nil {
		return err
	}
	r := match.Report{ID: id, First: first, Opened: opened, People: map[string]bool{}}
	query := `SELECT m.received, m.people, m.recipients FROM decision d JOIN message m ON m.id = d.message WHERE d.report = $1 AND d.tells`
	err = t.scan(ctx, query, []any{id}, func(rows *sql.Rows) error {
		var received int64
		var people, recipients []string
		err := rows.Scan(&received, jsonColumn{&people}, jsonColumn{&recipients})
		if at := fromMicros(received); at.After(r.Last) {
			r.Last = at
		}
		r.Messages++
		for _, who := range slices.Concat(people, recipients) {
			r.People[who] = true
		}
		return err
	})
	if err != nil {
		return err
	}
	_, err = t.ExecContext(ctx, `UPDATE report SET first = $1, opened = $2, last = $3, messages = $4, people = $5, joined_into = NULL,
		tld = (SELECT tld FROM message WHERE id = $1), confirmed = (accepted OR (SELECT confirmed FROM message WHERE id = $1)) WHERE id = $6`,
		r.First, micros(r.Opened), micros(r.Last), r.Messages, asJSON(sortedKeys(r.People)), id)
	if err != nil {
		return err
	}
	_, err = t.ExecContext(ctx, "UPDATE decision SET first = (message = $2) WHERE report = $1 AND (first OR message = $2)", id, first)
	if err != nil {
		return err
	}
	return t.recomputeIncidents(ctx, id)
}

// first finds the earliest message of those that the condition chooses.
func (t tx) first(ctx context.Context, condition string, arg any) (id int64, received time.Time, err error) {
	var at int64
	err = t.QueryRowContext(ctx, `SELECT message.id, message.received FROM message JOIN decision ON decision.message = message.id
		WHERE `+condition+` ORDER BY message.received, message.sha256 LIMIT 1`, arg).Scan(&id, &at)
	if errors.Is(err, sql.ErrNoRows) {
		err = fmt.Errorf("no message that tells of an incident: %w", ErrConflict)
	}
	return id, fromMicros(at), err
}

// recomputeIncidents makes the incidents of a report anew from what its messages told. An incident belongs to the report
// in which it was first told.
func (t tx) recomputeIncidents(ctx context.Context, report int64) error {
	for _, statement := range []string{
		`UPDATE incident SET report = coalesce((SELECT max(telling.report) FROM telling WHERE telling.incident = incident.id AND telling.opens), report)
			WHERE id IN (SELECT incident FROM report_incident WHERE report = $1 UNION SELECT incident FROM telling WHERE report = $1)`,
		"DELETE FROM report_incident WHERE report = $1",
		"INSERT INTO report_incident (report, incident) SELECT DISTINCT report, incident FROM telling WHERE report = $1",
		"UPDATE report SET blames = EXISTS (SELECT 1 FROM report_incident WHERE report_incident.report = report.id) WHERE id = $1",
	} {
		if _, err := t.ExecContext(ctx, statement, report); err != nil {
			return err
		}
	}
	return nil
}

// SetAddress records a handler's decision that an incident's address is another; the old one stays a name of it.
// ErrConflict: another incident of the same kind of harm stands at that address in the same time.
func (s *Store) SetAddress(ctx context.Context, incident int64, address string, by Decider) (operation int64, err error) {
	return s.operate(ctx, "address", by, func(t tx) (before, error) {
		i, err := t.resolveIncident(ctx, incident)
		if err != nil {
			return before{}, fmt.Errorf("incident %d: %w", incident, err)
		}
		if i.Address == address {
			return before{}, fmt.Errorf("it is %s already: %w", address, ErrConflict)
		}
		was := before{Incident: i.ID, Was: i.Address, Becomes: address, NewHost: !slices.Contains(i.Hosts, i.Address)}
		if was.NewHost {
			i.Hosts = append(i.Hosts, i.Address)
		}
		return was, t.readdress(ctx, i, address, by)
	})
}

// readdress writes an incident with another address.
func (t tx) readdress(ctx context.Context, i *match.Incident, address string, by Decider) error {
	others, err := t.count(ctx, `SELECT count(*) FROM incident WHERE merged_into IS NULL AND id <> $1 AND grp = $2 AND address = $3
		AND id IN (SELECT incident FROM incident_key WHERE name = $4) AND opened <= $5 AND last_told >= $6`,
		[]any{i.ID, string(i.Group), address, indexed(address), micros(i.LastTold), micros(i.Opened)})
	if err != nil {
		return err
	}
	if others > 0 {
		return fmt.Errorf("another incident stands at %s in the same time: %w", address, ErrConflict)
	}
	change := match.Change{Incident: i.ID, At: by.At, From: i.Address, To: address, Why: by.Why}
	i.Address = address
	if err := t.alterIncidents(ctx, [][]any{incidentRow(i)}); err != nil {
		return err
	}
	if _, err := t.ExecContext(ctx, "DELETE FROM incident_key WHERE incident = $1", i.ID); err != nil {
		return err
	}
	if err := t.insert(ctx, bulk{"incident_key", keyColumns, keyRows(i)}); err != nil {
		return err
	}
	return t.addChanges(ctx, []match.Change{change}, by.Who)
}

// Undo takes an operation back, keeps who did so and why, and returns what it took back. ErrNotFound: there is none.
// ErrConflict: it is undone already, or what it changed was changed again since; then the later operation must be undone first.
func (s *Store) Undo(ctx context.Context, operation int64, by Decider) (Operation, error) {
	var taken Operation
	err := s.write(ctx, func(t tx) error {
		o, was, err := t.undoable(ctx, operation)
		if err != nil {
			return err
		}
		switch {
		case was.Incident != 0:
			err = t.undoAddress(ctx, was, by)
		case o.Name == "confirm":
			err = t.undoConfirm(ctx, was)
		default:
			err = t.undoMoves(ctx, was)
		}
		if err != nil {
			return err
		}
		taken = o
		taken.Undone = &Decider{Who: clean(by.Who), Why: clean(by.Why), At: by.At}
		_, err = t.ExecContext(ctx, "UPDATE operation SET undone = $2, undone_by = $3, undone_why = $4 WHERE id = $1",
			operation, micros(by.At), taken.Undone.Who, taken.Undone.Why)
		return err
	})
	if err != nil {
		return Operation{}, fmt.Errorf("undoing operation %d: %w", operation, err)
	}
	return taken, nil
}

func (t tx) undoable(ctx context.Context, operation int64) (Operation, before, error) {
	o, was, err := scanOperation(t.QueryRowContext(ctx, "SELECT "+operationColumns+" FROM operation WHERE id = $1", operation).Scan)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return o, was, ErrNotFound
	case err == nil && o.Undone != nil:
		return o, was, fmt.Errorf("it is undone already: %w", ErrConflict)
	}
	return o, was, err
}

// Confirm records a handler's confirmation of reports and of the incidents that stand in them. ErrConflict: all of them are
// confirmed already.
func (s *Store) Confirm(ctx context.Context, reports []string, by Decider) (operation int64, err error) {
	return s.operate(ctx, "confirm", by, func(t tx) (was before, err error) {
		var ids []int64
		for _, number := range reports {
			id, err := t.reportID(ctx, number)
			if err != nil {
				return was, fmt.Errorf("%s: %w", number, err)
			}
			ids = append(ids, id)
		}
		chosen := in(t.dialect.numbers, 1)
		if was.Accepted, err = t.ids(ctx, "SELECT id FROM report WHERE NOT confirmed AND id IN "+chosen+" ORDER BY id", list(ids)); err != nil {
			return was, err
		}
		was.Incidents, err = t.ids(ctx, `SELECT id FROM incident WHERE NOT confirmed AND merged_into IS NULL
			AND id IN (SELECT incident FROM report_incident WHERE report IN `+chosen+") ORDER BY id", list(ids))
		if err != nil {
			return was, err
		}
		if len(was.Accepted)+len(was.Incidents) == 0 {
			return was, fmt.Errorf("all of it is confirmed already: %w", ErrConflict)
		}
		return was, t.confirm(ctx, was, true)
	})
}

// confirm sets or takes back the confirmation of reports and incidents.
func (t tx) confirm(ctx context.Context, was before, yes bool) error {
	chosen := in(t.dialect.numbers, 1)
	if _, err := t.ExecContext(ctx, "UPDATE report SET accepted = $2, confirmed = $2 WHERE id IN "+chosen, list(was.Accepted), yes); err != nil {
		return err
	}
	_, err := t.ExecContext(ctx, "UPDATE incident SET confirmed = $2 WHERE id IN "+chosen, list(was.Incidents), yes)
	return err
}

// undoConfirm takes a confirmation back; a report whose first message is another by now is as confirmed as that is.
func (t tx) undoConfirm(ctx context.Context, was before) error {
	if err := t.confirm(ctx, was, false); err != nil {
		return err
	}
	_, err := t.ExecContext(ctx, "UPDATE report SET confirmed = (SELECT confirmed FROM message WHERE id = report.first) WHERE id IN "+
		in(t.dialect.numbers, 1), list(was.Accepted))
	return err
}

// Proposal is a connection that a rule saw and only a handler may make.
type Proposal struct {
	Message Listed
	Why     string
}

// Proposals lists the messages that may belong to a report, by its number, and do not stand in it; else ErrNotFound.
func (s *Store) Proposals(ctx context.Context, number string) ([]Proposal, error) {
	var all []Proposal
	err := s.read(ctx, func(t tx) error {
		id, err := t.reportID(ctx, number)
		if err != nil {
			return err
		}
		query := `WITH RECURSIVE part (id) AS (SELECT CAST($1 AS BIGINT) UNION SELECT r.id FROM report r JOIN part ON r.joined_into = part.id)
			SELECT p.why, m.id, m.sha256, m.received, d.kind, m.sender, m.subject
			FROM proposal p JOIN message m ON m.id = p.message JOIN decision d ON d.message = p.message
			WHERE p.report IN (SELECT id FROM part) AND coalesce(d.report, 0) <> $1 ORDER BY d.received, m.sha256`
		return t.scan(ctx, query, []any{id}, func(rows *sql.Rows) error {
			var p Proposal
			var sum []byte
			var received int64
			if err := rows.Scan(&p.Why, &p.Message.ID, &sum, &received, &p.Message.Kind, &p.Message.Sender, &p.Message.Subject); err != nil {
				return err
			}
			p.Message.SHA256, p.Message.Received = [32]byte(sum), fromMicros(received)
			all = append(all, p)
			return nil
		})
	})
	if err != nil {
		return nil, fmt.Errorf("proposals for %s: %w", number, err)
	}
	return all, nil
}

// undoMoves brings messages back to where each stood. The report that a split made keeps its number, which leads back.
func (t tx) undoMoves(ctx context.Context, was before) error {
	messages := make([]int64, len(was.Moves))
	back := map[int64][]moved{}
	for i, move := range was.Moves {
		messages[i] = move.Message
		back[move.From] = append(back[move.From], move)
	}
	stand, err := t.standing(ctx, messages)
	if err != nil {
		return err
	}
	for message, report := range stand {
		if report != was.Into {
			return fmt.Errorf("message %d was moved again since: %w", message, ErrConflict)
		}
	}
	heir := int64(0)
	for _, report := range slices.Sorted(maps.Keys(back)) {
		if err := t.place(ctx, back[report], report); err != nil {
			return err
		}
		if report == 0 {
			continue
		}
		heir = report
		if err := t.recompute(ctx, report); err != nil {
			return err
		}
	}
	if heir == 0 {
		return t.recompute(ctx, was.Into)
	}
	_, err = t.leaveEmpty(ctx, was.Into, heir)
	return err
}

func (t tx) undoAddress(ctx context.Context, was before, by Decider) error {
	found, err := t.incidents(ctx, "SELECT "+incidentColumns+" FROM incident WHERE id = $1", was.Incident)
	if err != nil {
		return err
	}
	if len(found) == 0 || found[0].Merged != 0 || found[0].Address != was.Becomes {
		return fmt.Errorf("the incident's address changed again since: %w", ErrConflict)
	}
	i := found[0]
	if was.NewHost {
		i.Hosts = slices.DeleteFunc(i.Hosts, func(host string) bool { return host == was.Was })
	}
	return t.readdress(ctx, i, was.Was, by)
}

// ids reads a query of one column.
func (t tx) ids(ctx context.Context, query string, args ...any) ([]int64, error) {
	var all []int64
	err := t.scan(ctx, query, args, func(rows *sql.Rows) error {
		var id int64
		err := rows.Scan(&id)
		all = append(all, id)
		return err
	})
	return all, err
}
