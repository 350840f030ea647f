package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"todoke/internal/desk"
)

// PGPKey is an OpenPGP key as it is kept.
type PGPKey struct {
	Fingerprint string
	Ours        bool
	State       string // as package pgp names it
	Armored     string // ours: the private key, locked
	OfferedBy   int64  // the message that brought it, 0 for none
}

// SaveKey keeps a key, in the place of an earlier copy.
func (s *Store) SaveKey(ctx context.Context, key PGPKey, at time.Time) error {
	_, err := s.db.ExecContext(ctx, `INSERT INTO pgp_key (fingerprint, ours, state, armored, offered_by, changed) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (fingerprint) DO UPDATE SET ours = excluded.ours, state = excluded.state, armored = excluded.armored, changed = excluded.changed`,
		key.Fingerprint, key.Ours, key.State, key.Armored, orNull(key.OfferedBy), micros(at))
	if err != nil {
		return fmt.Errorf("keeping a key: %w", err)
	}
	return nil
}

// Keys lists all keys, in the order in which they were changed, so that the current one of ours comes after those before it.
func (s *Store) Keys(ctx context.Context) ([]PGPKey, error) {
	var all []PGPKey
	err := s.read(ctx, func(t tx) error {
		query := "SELECT fingerprint, ours, state, armored, coalesce(offered_by, 0) FROM pgp_key ORDER BY changed, fingerprint"
		return t.scan(ctx, query, nil, func(rows *sql.Rows) error {
			var key PGPKey
			err := rows.Scan(&key.Fingerprint, &key.Ours, &key.State, &key.Armored, &key.OfferedBy)
			all = append(all, key)
			return err
		})
	})
	if err != nil {
		return nil, fmt.Errorf("listing keys: %w", err)
	}
	return all, nil
}

// KeysChanged is when a key was last changed that is more than an offer; nodes that hold the keys in memory look for it.
func (s *Store) KeysChanged(ctx context.Context) (time.Time, error) {
	var at int64
	if err := s.db.QueryRowContext(ctx, "SELECT coalesce(max(changed), 0) FROM pgp_key WHERE state <> 'offered'").Scan(&at); err != nil {
		return time.Time{}, fmt.Errorf("looking for changed keys: %w", err)
	}
	return fromMicros(at), nil
}

// addCovers keeps what is known of a mail's encryption: what it wants, what was read in it, and the keys that it brought. An offered
// key changes nothing about one that is here.
func (t tx) addCovers(ctx context.Context, message int64, a *Arrived) error {
	for _, wants := range a.Wants {
		_, err := t.ExecContext(ctx, "INSERT INTO closed (message, wants) VALUES ($1, $2) ON CONFLICT DO NOTHING", message, wants)
		if err != nil {
			return err
		}
	}
	if a.Sealed != nil {
		if _, err := t.ExecContext(ctx, "INSERT INTO sealed (message, data) VALUES ($1, $2)", message, a.Sealed); err != nil {
			return err
		}
	}
	for _, key := range a.Offered {
		_, err := t.ExecContext(ctx, `INSERT INTO pgp_key (fingerprint, ours, state, armored, offered_by, changed) VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (fingerprint) DO NOTHING`, key.Fingerprint, false, key.State, key.Armored, message, micros(a.Received))
		if err != nil {
			return err
		}
	}
	return nil
}

// Closed is a message that stays closed until one of the keys comes.
type Closed struct {
	Message  int64
	SHA256   [32]byte
	Received time.Time
	Wants    []string
	Envelope Envelope
}

// ClosedMessages lists the messages that stay closed, the oldest first.
func (s *Store) ClosedMessages(ctx context.Context) ([]Closed, error) {
	var all []Closed
	err := s.read(ctx, func(t tx) error {
		query := `SELECT c.message, m.sha256, m.received, c.wants, a.envelope FROM closed c JOIN message m ON m.id = c.message
			JOIN arrival a ON a.message = c.message ORDER BY c.message, c.wants`
		return t.scan(ctx, query, nil, func(rows *sql.Rows) error {
			var c Closed
			var sum []byte
			var received int64
			var wants string
			if err := rows.Scan(&c.Message, &sum, &received, &wants, jsonColumn{&c.Envelope}); err != nil {
				return err
			}
			if n := len(all); n > 0 && all[n-1].Message == c.Message {
				all[n-1].Wants = append(all[n-1].Wants, wants)
				return nil
			}
			c.SHA256, c.Received, c.Wants = [32]byte(sum), fromMicros(received), []string{wants}
			all = append(all, c)
			return nil
		})
	})
	if err != nil {
		return nil, fmt.Errorf("listing closed messages: %w", err)
	}
	return all, nil
}

// Reopen gives a message that was closed what was read in it now, and has it matched and answered anew. A message that somebody has
// decided something else of meanwhile than that it is unreadable is left as it is: ErrConflict.
func (s *Store) Reopen(ctx context.Context, message int64, a Arrived) error {
	conflict := false
	err := s.write(ctx, func(t tx) error {
		var kind string
		err := t.QueryRowContext(ctx, "SELECT kind FROM decision WHERE message = $1", message).Scan(&kind)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if conflict = err == nil && kind != string(desk.KindUnreadable); conflict {
			_, err := t.ExecContext(ctx, "DELETE FROM closed WHERE message = $1", message) // nobody tries again
			return err
		}
		p := &a.Message
		steps := []struct {
			query string
			args  []any
		}{
			{"DELETE FROM decision WHERE message = $1", []any{message}},
			{"DELETE FROM pending WHERE message = $1", []any{message}},
			{"DELETE FROM closed WHERE message = $1", []any{message}},
			{"UPDATE body SET reading = $1 WHERE message = $2", []any{p.reading, message}},
			{"INSERT INTO pending (received, sha256, message, data) VALUES ($1, $2, $3, $4)", []any{p.received, p.sum[:], message, p.match}},
			{"UPDATE arrival SET sender = $1, trusted = $2, told = $3, answered = NULL WHERE message = $4", []any{column(a.Sender), a.Trusted, a.Told, message}},
		}
		for _, step := range steps {
			if _, err := t.ExecContext(ctx, step.query, step.args...); err != nil {
				return err
			}
		}
		columns := append(append([]any{}, p.message[5:]...), message) // what is read of it, behind what never changes
		_, err = t.ExecContext(ctx, `UPDATE message SET message_id = $1, content = $2, sender = $3, subject = $4, people = $5, recipients = $6, tld = $7,
			confirmed = $8 WHERE id = $9`, columns...)
		if err != nil {
			return err
		}
		return t.addCovers(ctx, message, &a)
	})
	if err != nil {
		return fmt.Errorf("opening message %d: %w", message, err)
	}
	if conflict {
		return fmt.Errorf("opening message %d: %w", message, ErrConflict)
	}
	return nil
}

// Unseal returns the sealed reading of a message and records who opens it, and why. ErrNotFound: it was not encrypted, or is closed.
func (s *Store) Unseal(ctx context.Context, message int64, by Decider) ([]byte, error) {
	var data []byte
	err := s.enter(ctx, func(t tx) error {
		if err := t.QueryRowContext(ctx, "SELECT data FROM sealed WHERE message = $1", message).Scan(&data); err != nil {
			return err
		}
		_, err := t.ExecContext(ctx, "INSERT INTO opening (message, at, who, why) VALUES ($1, $2, $3, $4)", message, micros(by.At), clean(by.Who), clean(by.Why))
		return err
	})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("sealed text of message %d: %w", message, ErrNotFound)
	}
	if err != nil {
		return nil, fmt.Errorf("opening message %d: %w", message, err)
	}
	return data, nil
}

// Opening is one look at a sealed text.
type Opening struct {
	At       time.Time
	Who, Why string
}

// Openings lists who opened the sealed text of a message, the earliest first.
func (s *Store) Openings(ctx context.Context, message int64) ([]Opening, error) {
	var all []Opening
	err := s.read(ctx, func(t tx) error {
		return t.scan(ctx, "SELECT at, who, why FROM opening WHERE message = $1 ORDER BY id", []any{message}, func(rows *sql.Rows) error {
			var o Opening
			var at int64
			err := rows.Scan(&at, &o.Who, &o.Why)
			o.At = fromMicros(at)
			all = append(all, o)
			return err
		})
	})
	if err != nil {
		return nil, fmt.Errorf("listing openings: %w", err)
	}
	return all, nil
}

// SharedSecret returns the bytes kept under a name; ErrNotFound where there are none.
func (s *Store) SharedSecret(ctx context.Context, name string) ([]byte, error) {
	var value []byte
	err := s.db.QueryRowContext(ctx, "SELECT value FROM secret WHERE name = $1", name).Scan(&value)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("secret %s: %w", name, ErrNotFound)
	}
	if err != nil {
		return nil, fmt.Errorf("reading a shared secret: %w", err)
	}
	return value, nil
}

// KeepSecret keeps bytes under a name and returns those that are kept, which are other ones where another node was faster.
func (s *Store) KeepSecret(ctx context.Context, name string, made []byte) ([]byte, error) {
	var value []byte
	err := s.enter(ctx, func(t tx) error {
		if _, err := t.ExecContext(ctx, "INSERT INTO secret (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING", name, made); err != nil {
			return err
		}
		return t.QueryRowContext(ctx, "SELECT value FROM secret WHERE name = $1", name).Scan(&value)
	})
	if err != nil {
		return nil, fmt.Errorf("keeping a shared secret: %w", err)
	}
	return value, nil
}
