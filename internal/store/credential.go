package store

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Credential lets a program bring more than a stranger may. Its secret is shown once, when it is made; the store keeps a digest.
type Credential struct {
	Name     string
	Scopes   []string
	Made     time.Time
	Disabled time.Time // zero while it holds
}

// AddCredential keeps a credential with its secret. ErrConflict: the name is taken.
func (s *Store) AddCredential(ctx context.Context, c Credential, secret string) error {
	sum := sha256.Sum256([]byte(secret))
	result, err := s.db.ExecContext(ctx, "INSERT INTO credential (name, sha256, scopes, made) VALUES ($1, $2, $3, $4) ON CONFLICT (name) DO NOTHING",
		c.Name, sum[:], strings.Join(c.Scopes, " "), micros(c.Made))
	if err != nil {
		return fmt.Errorf("keeping a credential: %w", err)
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return fmt.Errorf("there is a credential of the name %q already: %w", c.Name, ErrConflict)
	}
	return nil
}

// CheckCredential finds the credential that a secret belongs to and that holds; else ErrNotFound. It is looked up by digest, so that
// the time taken tells nothing of any secret.
func (s *Store) CheckCredential(ctx context.Context, secret string) (Credential, error) {
	sum := sha256.Sum256([]byte(secret))
	c, err := scanCredential(s.db.QueryRowContext(ctx, credentialQuery+" WHERE sha256 = $1 AND disabled IS NULL", sum[:]))
	if errors.Is(err, sql.ErrNoRows) {
		return c, fmt.Errorf("credential: %w", ErrNotFound)
	}
	if err != nil {
		return c, fmt.Errorf("looking for a credential: %w", err)
	}
	return c, nil
}

const credentialQuery = "SELECT name, scopes, made, coalesce(disabled, 0) FROM credential"

func scanCredential(row scanner) (Credential, error) {
	var c Credential
	var scopes string
	var made, disabled int64
	err := row.Scan(&c.Name, &scopes, &made, &disabled)
	c.Scopes, c.Made = strings.Fields(scopes), fromMicros(made)
	if disabled != 0 {
		c.Disabled = fromMicros(disabled)
	}
	return c, err
}

// Credentials lists all credentials by name.
func (s *Store) Credentials(ctx context.Context) ([]Credential, error) {
	var all []Credential
	err := s.read(ctx, func(t tx) error {
		return t.scan(ctx, credentialQuery+" ORDER BY name", nil, func(rows *sql.Rows) error {
			c, err := scanCredential(rows)
			all = append(all, c)
			return err
		})
	})
	if err != nil {
		return nil, fmt.Errorf("listing credentials: %w", err)
	}
	return all, nil
}

// DisableCredential ends a credential. ErrNotFound: there is none of the name that holds.
func (s *Store) DisableCredential(ctx context.Context, name string, at time.Time) error {
	result, err := s.db.ExecContext(ctx, "UPDATE credential SET disabled = $1 WHERE name = $2 AND disabled IS NULL", micros(at), name)
	if err != nil {
		return fmt.Errorf("ending a credential: %w", err)
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return fmt.Errorf("no credential of the name %q holds: %w", name, ErrNotFound)
	}
	return nil
}

// Asked is what the store knows of a question that a program asked under a key.
type Asked struct {
	SHA256 [32]byte
	Answer json.RawMessage // nil while it is underway
}

// Ask begins a question under a key, unless it was begun within keep: then it returns what is known of it. Older ones are forgotten, and
// those without an answer after underway, whose node may have died.
func (s *Store) Ask(ctx context.Context, credential, key string, sum [32]byte, now time.Time, keep, underway time.Duration) (*Asked, error) {
	var earlier *Asked
	err := s.enter(ctx, func(t tx) error {
		if _, err := t.ExecContext(ctx, "DELETE FROM idempotency WHERE begun < $1 OR answer IS NULL AND begun < $2",
			micros(now.Add(-keep)), micros(now.Add(-underway))); err != nil {
			return err
		}
		result, err := t.ExecContext(ctx, "INSERT INTO idempotency (credential, key, sha256, begun) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
			credential, clean(key), sum[:], micros(now))
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n > 0 {
			return err
		}
		var before []byte
		var answer sql.NullString
		err = t.QueryRowContext(ctx, "SELECT sha256, answer FROM idempotency WHERE credential = $1 AND key = $2", credential, clean(key)).Scan(&before, &answer)
		if err != nil {
			return err
		}
		earlier = &Asked{SHA256: [32]byte(before)}
		if answer.Valid {
			earlier.Answer = slices.Clone(json.RawMessage(answer.String))
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("keeping the key of a question: %w", err)
	}
	return earlier, nil
}

// Answered keeps the answer to a question under a key; nil forgets the question, so that it may be asked again.
func (s *Store) Answered(ctx context.Context, credential, key string, answer json.RawMessage) error {
	query, args := "UPDATE idempotency SET answer = $3 WHERE credential = $1 AND key = $2", []any{credential, clean(key), string(answer)}
	if answer == nil {
		query, args = "DELETE FROM idempotency WHERE credential = $1 AND key = $2", args[:2]
	}
	if _, err := s.db.ExecContext(ctx, query, args...); err != nil {
		return fmt.Errorf("keeping an answer: %w", err)
	}
	return nil
}

// DeliveryOf says how far the delivery with this number is that a user brought; ErrNotFound where that user brought none such.
func (s *Store) DeliveryOf(ctx context.Context, delivery int64, user string) (DeliveryStatus, error) {
	var status DeliveryStatus
	var received int64
	var envelope Envelope
	err := s.db.QueryRowContext(ctx, `SELECT received, envelope, '', '', held <> '' FROM delivery WHERE id = $1
		UNION ALL SELECT a.received, a.envelope, coalesce(d.kind, ''), coalesce(r.number, i.number, ''), $2 FROM arrival a
		LEFT JOIN decision d ON d.message = a.message LEFT JOIN report r ON r.id = d.report LEFT JOIN inquiry i ON i.id = d.inquiry
		WHERE a.delivery = $1`, delivery, false).Scan(&received, jsonColumn{&envelope}, &status.Kind, &status.Number, &status.Held)
	if errors.Is(err, sql.ErrNoRows) || err == nil && envelope.User != user {
		return DeliveryStatus{}, fmt.Errorf("delivery %d: %w", delivery, ErrNotFound)
	}
	if err != nil {
		return status, fmt.Errorf("reading how far delivery %d is: %w", delivery, err)
	}
	status.Received = fromMicros(received)
	return status, nil
}

// Secret returns the random bytes that the nodes of the desk share for a purpose; they are made at the first call.
func (s *Store) Secret(ctx context.Context, name string) ([]byte, error) {
	made := make([]byte, 32)
	rand.Read(made) // never fails
	return s.KeepSecret(ctx, name, made)
}

// Ping tells whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	var one int
	if err := s.db.QueryRowContext(ctx, "SELECT 1").Scan(&one); err != nil {
		return fmt.Errorf("the database does not answer: %s", oneLine(err))
	}
	return s.file.there()
}
