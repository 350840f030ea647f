package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"todoke/internal/count"
	"todoke/internal/desk"
)

// Edition is a published report of a period, frozen: what was counted then never changes.
type Edition struct {
	ID        int64
	Period    string
	Rules     string // name of the rulebook
	Version   int    // of the rulebook
	Published time.Time
	Figures   []byte  // JSON, byte for byte as it was saved
	Setting   []byte  // JSON: what the figures were set against, as the publisher saved it
	Newest    int64   // identifier of the last message that the store held
	Counted   Counted // nil in lists
}

// Counted are the identifiers behind the counters, by counter (messages, reports, addresses, notices, inquiries), each in
// order: the first column of Rows.
type Counted map[string][]string

// Counters are the figures whose identifiers an edition keeps.
func Counters() []string { return []string{"messages", "reports", "addresses", "notices", "inquiries"} }

// Snapshot is all that an edition freezes, from one state of the store.
type Snapshot struct {
	Facts   count.Facts
	Counted Counted
	Newest  int64 // identifier of the last message that the store holds
}

// Snapshot tallies a period and lists the identifiers behind its counters, both in one transaction, so that figures and
// identifiers cannot belong to different states of the store.
func (s *Store) Snapshot(ctx context.Context, p desk.Period) (Snapshot, error) {
	var now Snapshot
	err := s.read(ctx, func(t tx) (err error) {
		if now.Facts, err = t.facts(ctx, p); err != nil {
			return err
		}
		if now.Counted, err = t.counted(ctx, p); err != nil {
			return err
		}
		return t.QueryRowContext(ctx, "SELECT coalesce(max(id), 0) FROM message").Scan(&now.Newest)
	})
	if err != nil {
		return Snapshot{}, fmt.Errorf("taking down what %s counts: %w", p.Name, err)
	}
	return now, nil
}

func (t tx) counted(ctx context.Context, p desk.Period) (Counted, error) {
	counted := Counted{}
	for _, counter := range Counters() {
		list, _ := findCounter(counter)
		identifiers := []string{}
		err := t.list(ctx, p, desk.SchemeJPCERT2008, list, func(row []string) error {
			identifiers = append(identifiers, row[0])
			return nil
		})
		if err != nil {
			return nil, err
		}
		slices.Sort(identifiers)
		counted[counter] = identifiers
	}
	return counted, nil
}

// Difference is what a counter counts otherwise now than an edition did.
type Difference struct {
	Counter string
	Added   []string
	Removed []string
}

// Compare tells what now differs from what was counted then, counter by counter; nothing where both are the same.
func (then Counted) Compare(now Counted) []Difference {
	var all []Difference
	for _, counter := range Counters() {
		d := Difference{counter, without(now[counter], then[counter]), without(then[counter], now[counter])}
		if len(d.Added)+len(d.Removed) > 0 {
			all = append(all, d)
		}
	}
	return all
}

// without lists the values of a that are not in b.
func without(a, b []string) []string {
	in := make(map[string]bool, len(b))
	for _, value := range b {
		in[value] = true
	}
	var rest []string
	for _, value := range a {
		if !in[value] {
			rest = append(rest, value)
		}
	}
	return rest
}

// SaveEdition keeps a published edition and returns its identifier. It follows the edition of the same period and rulebook
// with the identifier after, 0 for none; where another has come between them, the error is ErrConflict.
func (s *Store) SaveEdition(ctx context.Context, e Edition, after int64) (int64, error) {
	counted, err := json.Marshal(e.Counted)
	if err != nil {
		return 0, fmt.Errorf("encoding what an edition counted: %w", err)
	}
	var id int64
	err = s.write(ctx, func(t tx) error {
		var latest int64
		err := t.QueryRowContext(ctx, "SELECT coalesce(max(id), 0) FROM edition WHERE period = $1 AND rules = $2", e.Period, e.Rules).Scan(&latest)
		if err != nil {
			return err
		}
		if latest != after {
			return fmt.Errorf("%s was published by somebody else meanwhile; publish it again: %w", e.Period, ErrConflict)
		}
		return t.QueryRowContext(ctx, `INSERT INTO edition (period, rules, version, published, figures, setting, newest, counted)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id`, e.Period, e.Rules, e.Version, micros(e.Published),
			string(e.Figures), string(e.Setting), e.Newest, encoder.EncodeAll(counted, nil)).Scan(&id)
	})
	if err != nil {
		return 0, fmt.Errorf("saving an edition: %w", err)
	}
	return id, nil
}

// LatestEdition reads the last edition of a period under a rulebook, without what it counted; else ErrNotFound.
func (s *Store) LatestEdition(ctx context.Context, period, rules string) (*Edition, error) {
	e := Edition{Period: period, Rules: rules}
	var published int64
	err := s.db.QueryRowContext(ctx, `SELECT id, version, published, figures, setting, newest FROM edition
		WHERE period = $1 AND rules = $2 ORDER BY id DESC LIMIT 1`, period, rules).
		Scan(&e.ID, &e.Version, &published, &e.Figures, &e.Setting, &e.Newest)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("edition of %s: %w", period, ErrNotFound)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the edition of %s: %w", period, err)
	}
	e.Published = fromMicros(published)
	return &e, nil
}

// Editions lists the editions of a period, or of all for "", the oldest first.
func (s *Store) Editions(ctx context.Context, period string) ([]Edition, error) {
	var all []Edition
	err := s.read(ctx, func(t tx) error {
		query := `SELECT id, period, rules, version, published, figures, setting, newest FROM edition WHERE $1 = '' OR period = $1 ORDER BY id`
		return t.scan(ctx, query, []any{period}, func(rows *sql.Rows) error {
			var e Edition
			var published int64
			err := rows.Scan(&e.ID, &e.Period, &e.Rules, &e.Version, &published, &e.Figures, &e.Setting, &e.Newest)
			e.Published = fromMicros(published)
			all = append(all, e)
			return err
		})
	})
	if err != nil {
		return nil, fmt.Errorf("listing editions: %w", err)
	}
	return all, nil
}

// Edition reads one edition with what it counted; else ErrNotFound.
func (s *Store) Edition(ctx context.Context, id int64) (*Edition, error) {
	var e Edition
	var published int64
	var packed []byte
	err := s.db.QueryRowContext(ctx, "SELECT id, period, rules, version, published, figures, setting, newest, counted FROM edition WHERE id = $1", id).
		Scan(&e.ID, &e.Period, &e.Rules, &e.Version, &published, &e.Figures, &e.Setting, &e.Newest, &packed)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("edition %d: %w", id, ErrNotFound)
	}
	if err != nil {
		return nil, fmt.Errorf("reading edition %d: %w", id, err)
	}
	e.Published = fromMicros(published)
	counted, err := decoder.DecodeAll(packed, nil)
	if err != nil {
		return nil, fmt.Errorf("unpacking edition %d: %w", id, err)
	}
	if err := json.Unmarshal(counted, &e.Counted); err != nil {
		return nil, fmt.Errorf("decoding edition %d: %w", id, err)
	}
	return &e, nil
}
