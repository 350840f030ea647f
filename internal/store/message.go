package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"todoke/internal/desk"
	"todoke/internal/match"
)

// Message is one message with what was read in it and what was decided of it.
type Message struct {
	ID           int64
	SHA256       [32]byte
	Received     time.Time
	ReceivedFrom string
	Source       string
	Size         int
	Reading      *desk.Reading // its Text is empty: it can be read again from the raw bytes
	Decided      bool          // false while it waits for Match; what follows is then empty
	Kind         desk.Kind
	Why          string
	Report       string // number of the report in which it stands
	Inquiry      string
	First        bool // it opened its report or inquiry
	Notice       bool
	DuplicateOf  int64
	IDReused     bool
}

const messageQuery = `SELECT m.id, m.sha256, m.received, m.received_from, m.source, m.size, b.reading, d.message IS NOT NULL, coalesce(d.kind, ''),
	coalesce(d.why, ''), coalesce(r.number, ''), coalesce(i.number, ''), coalesce(d.first, $2), coalesce(d.notice, $2),
	coalesce(d.duplicate_of, 0), coalesce(d.id_reused, $2)
	FROM message m JOIN body b ON b.message = m.id LEFT JOIN decision d ON d.message = m.id
	LEFT JOIN report r ON r.id = d.report LEFT JOIN inquiry i ON i.id = d.inquiry `

// Message finds a message by its identifier; else ErrNotFound.
func (s *Store) Message(ctx context.Context, id int64) (*Message, error) {
	return s.message(ctx, messageQuery+"WHERE m.id = $1", id)
}

// MessageBySHA256 finds a message by the digest of its bytes; else ErrNotFound.
func (s *Store) MessageBySHA256(ctx context.Context, sum [32]byte) (*Message, error) {
	return s.message(ctx, messageQuery+"WHERE m.sha256 = $1", sum[:])
}

func (s *Store) message(ctx context.Context, query string, key any, more ...any) (*Message, error) {
	var m Message
	var sum, reading []byte
	var received int64
	err := s.db.QueryRowContext(ctx, query, append([]any{key, false}, more...)...).Scan(&m.ID, &sum, &received, &m.ReceivedFrom, &m.Source, &m.Size, &reading, &m.Decided,
		&m.Kind, &m.Why, &m.Report, &m.Inquiry, &m.First, &m.Notice, &m.DuplicateOf, &m.IDReused)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("message: %w", ErrNotFound)
	}
	if err != nil {
		return nil, fmt.Errorf("reading a message: %w", err)
	}
	m.SHA256, m.Received = [32]byte(sum), fromMicros(received)
	plain, err := decoder.DecodeAll(reading, nil)
	if err != nil {
		return nil, fmt.Errorf("unpacking the reading of message %d: %w", m.ID, err)
	}
	m.Reading = &desk.Reading{}
	if err := json.Unmarshal(plain, m.Reading); err != nil {
		return nil, fmt.Errorf("decoding the reading of message %d: %w", m.ID, err)
	}
	return &m, nil
}

// Report is one report with all that stands in it.
type Report struct {
	match.Report
	Messages  []Listed // in order of receipt, all kinds
	Incidents []*match.Incident
	Joined    []string // numbers of the reports that were joined into it
	Related   []string // numbers of the reports that share an incident with it
}

// Listed is a message as a list shows it.
type Listed struct {
	ID       int64
	SHA256   [32]byte
	Received time.Time
	Kind     desk.Kind
	Why      string
	Sender   string
	Subject  string
}

// Report finds a report by its number; the number of a joined report leads to the one it was joined into. Else ErrNotFound.
func (s *Store) Report(ctx context.Context, number string) (*Report, error) {
	var report *Report
	err := s.read(ctx, func(t tx) error {
		id, err := t.reportID(ctx, number)
		if err != nil {
			return err
		}
		report, err = t.report(ctx, id)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("report %s: %w", number, err)
	}
	return report, nil
}

// reportID resolves a report's number.
func (t tx) reportID(ctx context.Context, number string) (int64, error) {
	ids, err := t.reportNumbers(ctx, []string{number})
	if err != nil {
		return 0, err
	}
	if ids[number] == 0 {
		return 0, ErrNotFound
	}
	return ids[number], nil
}

func (t tx) report(ctx context.Context, id int64) (*Report, error) {
	reports, err := t.reports(ctx, map[int64]bool{id: true})
	if err != nil {
		return nil, err
	}
	if len(reports) == 0 {
		return nil, ErrNotFound
	}
	r := &Report{Report: *reports[0]}
	if r.Messages, err = t.listed(ctx, "d.report = $1", id); err != nil {
		return nil, err
	}
	r.Incidents, err = t.incidents(ctx, "SELECT "+incidentColumns+` FROM incident
		WHERE id IN (SELECT incident FROM report_incident WHERE report = $1) ORDER BY id`, id)
	if err != nil {
		return nil, err
	}
	if r.Joined, err = t.texts(ctx, "SELECT number FROM report WHERE joined_into = $1 ORDER BY id", id); err != nil {
		return nil, err
	}
	r.Related, err = t.texts(ctx, `SELECT number FROM report WHERE id <> $1 AND id IN (SELECT other.report FROM report_incident own
		JOIN report_incident other ON other.incident = own.incident WHERE own.report = $1) ORDER BY id`, id)
	return r, err
}

func (t tx) listed(ctx context.Context, condition string, args ...any) ([]Listed, error) {
	var all []Listed
	query := `SELECT m.id, m.sha256, m.received, d.kind, d.why, m.sender, m.subject FROM decision d JOIN message m ON m.id = d.message
		WHERE ` + condition + ` ORDER BY d.received, m.sha256`
	err := t.scan(ctx, query, args, func(rows *sql.Rows) error {
		var l Listed
		var sum []byte
		var received int64
		if err := rows.Scan(&l.ID, &sum, &received, &l.Kind, &l.Why, &l.Sender, &l.Subject); err != nil {
			return err
		}
		l.SHA256, l.Received = [32]byte(sum), fromMicros(received)
		all = append(all, l)
		return nil
	})
	return all, err
}

// texts reads a query of one column.
func (t tx) texts(ctx context.Context, query string, args ...any) ([]string, error) {
	var all []string
	err := t.scan(ctx, query, args, func(rows *sql.Rows) error {
		var text string
		err := rows.Scan(&text)
		all = append(all, text)
		return err
	})
	return all, err
}

// Incident is one incident with all that was told of it.
type Incident struct {
	match.Incident
	Tellings []Told // in order of receipt
	Reports  []string
	Notices  []Listed
	Changes  []AddressChange
}

// Told is what one message told of an incident.
type Told struct {
	Message  int64
	Report   string
	Received time.Time
	Opens    bool
	Telling  desk.Telling // without evidence and reasons, which stand in the message's reading
}

// AddressChange is how an incident's address became another.
type AddressChange struct {
	At      time.Time
	Message int64  // that told it, 0 where a handler decided
	Who     string // "" where a rule decided
	From    string
	To      string
	Why     string
}

// Incident finds an incident by its identifier; one that became part of another leads to that. Else ErrNotFound.
func (s *Store) Incident(ctx context.Context, id int64) (*Incident, error) {
	var incident *Incident
	err := s.read(ctx, func(t tx) (err error) {
		incident, err = t.incident(ctx, id)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("incident %d: %w", id, err)
	}
	return incident, nil
}

func (t tx) incident(ctx context.Context, id int64) (*Incident, error) {
	found, err := t.resolveIncident(ctx, id)
	if err != nil {
		return nil, err
	}
	i := &Incident{Incident: *found}
	if i.Tellings, err = t.tellings(ctx, i.ID); err != nil {
		return nil, err
	}
	if i.Reports, err = t.texts(ctx, `SELECT r.number FROM report_incident ri JOIN report r ON r.id = ri.report
		WHERE ri.incident = $1 ORDER BY r.id`, i.ID); err != nil {
		return nil, err
	}
	if i.Notices, err = t.listed(ctx, "d.message IN (SELECT notice FROM notice_incident WHERE incident = $1)", i.ID); err != nil {
		return nil, err
	}
	i.Changes, err = t.addressChanges(ctx, i.ID)
	return i, err
}

// resolveIncident follows what became of an incident. A chain of merges always leads to a later decision, so it ends.
func (t tx) resolveIncident(ctx context.Context, id int64) (*match.Incident, error) {
	for range 1000 {
		found, err := t.incidents(ctx, "SELECT "+incidentColumns+" FROM incident WHERE id = $1", id)
		if err != nil {
			return nil, err
		}
		if len(found) == 0 {
			return nil, ErrNotFound
		}
		if found[0].Merged == 0 {
			return found[0], nil
		}
		id = found[0].Merged
	}
	return nil, fmt.Errorf("its merges run in a circle: %w", ErrConflict)
}

func (t tx) tellings(ctx context.Context, incident int64) ([]Told, error) {
	var all []Told
	query := `SELECT t.message, coalesce(r.number, ''), t.received, t.opens, t.data FROM telling t LEFT JOIN report r ON r.id = t.report
		WHERE t.incident = $1 ORDER BY t.received, t.id`
	err := t.scan(ctx, query, []any{incident}, func(rows *sql.Rows) error {
		var told Told
		var received int64
		err := rows.Scan(&told.Message, &told.Report, &received, &told.Opens, jsonColumn{&told.Telling})
		told.Received = fromMicros(received)
		all = append(all, told)
		return err
	})
	return all, err
}

func (t tx) addressChanges(ctx context.Context, incident int64) ([]AddressChange, error) {
	var all []AddressChange
	query := "SELECT at, coalesce(message, 0), who, was, becomes, why FROM address_change WHERE incident = $1 ORDER BY id"
	err := t.scan(ctx, query, []any{incident}, func(rows *sql.Rows) error {
		var c AddressChange
		var at int64
		err := rows.Scan(&at, &c.Message, &c.Who, &c.From, &c.To, &c.Why)
		c.At = fromMicros(at)
		all = append(all, c)
		return err
	})
	return all, err
}
