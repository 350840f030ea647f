package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"todoke/internal/desk"
)

// Unanswered is a message that came in by a door and of which nobody has decided yet whether it is answered.
type Unanswered struct {
	Message  int64
	SHA256   [32]byte
	Arrival  Arrival
	Kind     desk.Kind // as decided
	Report   string    // number, "" where it stands in none
	Inquiry  string
	First    bool // it opened its report or inquiry
	ReportID int64
	// InquiryID is that of the inquiry, 0 for none.
	InquiryID int64
}

// Unanswered lists messages that have been matched and whose answer is not decided, the oldest first.
func (s *Store) Unanswered(ctx context.Context, limit int) ([]Unanswered, error) {
	var all []Unanswered
	query := `SELECT m.id, m.sha256, a.delivery, a.received, a.envelope, a.sender, a.trusted, d.kind, coalesce(r.number, ''), coalesce(i.number, ''), d.first,
		coalesce(d.report, 0), coalesce(d.inquiry, 0)
		FROM arrival a JOIN decision d ON d.message = a.message JOIN message m ON m.id = a.message
		LEFT JOIN report r ON r.id = d.report LEFT JOIN inquiry i ON i.id = d.inquiry
		WHERE a.answered IS NULL ORDER BY a.message LIMIT $1`
	err := s.read(ctx, func(t tx) error {
		return t.scan(ctx, query, []any{limit}, func(rows *sql.Rows) error {
			var u Unanswered
			var sum []byte
			var received int64
			err := rows.Scan(&u.Message, &sum, &u.Arrival.Delivery, &received, jsonColumn{&u.Arrival.Envelope}, &u.Arrival.Sender, &u.Arrival.Trusted,
				&u.Kind, &u.Report, &u.Inquiry, &u.First, &u.ReportID, &u.InquiryID)
			if err != nil {
				return err
			}
			u.SHA256, u.Arrival.Message, u.Arrival.Received = [32]byte(sum), u.Message, fromMicros(received)
			all = append(all, u)
			return nil
		})
	})
	if err != nil {
		return nil, fmt.Errorf("listing what is to be answered: %w", err)
	}
	return all, nil
}

// Outgoing is a mail that leaves the house. It is also a message of the desk's own.
type Outgoing struct {
	MessageID string // with angle brackets; fixed before it is queued
	Sender    string // envelope sender, "" for the null sender
	Recipient string
	Raw       []byte
	Message   Packed // what the desk keeps of it
}

// Token is a secret that stands for a person's part in a matter. The store keeps its digest only.
type Token struct {
	Secret  string
	Purpose TokenPurpose
	// Delivery is what a status link is about.
	Delivery int64
	// Report or Inquiry is the matter that a reply address is about.
	Report, Inquiry int64
	Person          string // lower-case mail address, "" where none is known
	Expires         time.Time
}

// likeEscaper takes its meaning from what LIKE would read as a pattern.
var likeEscaper = strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`)

// TokenPurpose says what a token opens.
type TokenPurpose string

// The purposes of tokens.
const (
	TokenReply  TokenPurpose = "reply"  // a reply address: mail to it belongs to the matter
	TokenStatus TokenPurpose = "status" // a link to how far a delivery is
)

// AddToken keeps a token.
func (s *Store) AddToken(ctx context.Context, token Token) error {
	err := s.enter(ctx, func(t tx) error { return t.addTokens(ctx, []Token{token}) })
	if err != nil {
		return fmt.Errorf("keeping a token: %w", err)
	}
	return nil
}

func (t tx) addTokens(ctx context.Context, tokens []Token) error {
	rows := bulk{table: "token", columns: []string{"sha256", "purpose", "delivery", "report", "inquiry", "person", "expires"}}
	for _, token := range tokens {
		sum := sha256.Sum256([]byte(token.Secret))
		rows.rows = append(rows.rows, []any{sum[:], string(token.Purpose), orNull(token.Delivery), orNull(token.Report), orNull(token.Inquiry),
			column(token.Person), micros(token.Expires)})
	}
	return t.insert(ctx, rows)
}

// Answer records what is answered to a message, or why nothing is: the words, and the mail that goes out with its tokens, all in
// one transaction. A message that was answered meanwhile is left alone.
func (s *Store) Answer(ctx context.Context, message int64, words string, out *Outgoing, tokens []Token, now time.Time) error {
	err := s.write(ctx, func(t tx) error {
		result, err := t.ExecContext(ctx, "UPDATE arrival SET answered = $1 WHERE message = $2 AND answered IS NULL", clean(words), message)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 || out == nil {
			return err
		}
		if err := t.addTokens(ctx, tokens); err != nil {
			return err
		}
		return s.send(ctx, t, message, out, now)
	})
	if err != nil {
		return fmt.Errorf("answering message %d: %w", message, err)
	}
	return nil
}

// send queues a mail and keeps it as a message of ours.
func (s *Store) send(ctx context.Context, t tx, about int64, out *Outgoing, now time.Time) error {
	_, err := t.ExecContext(ctx, "INSERT INTO outbox (message_id, about, sender, recipient, raw, queued, due) VALUES ($1, $2, $3, $4, $5, $6, $6)",
		out.MessageID, about, out.Sender, column(out.Recipient), compress(out.Raw), micros(now))
	if err != nil {
		return err
	}
	batch := []Packed{out.Message}
	fresh, err := t.fresh(ctx, batch)
	if err != nil {
		return err
	}
	if err := t.addMessages(ctx, batch, fresh); err != nil {
		return err
	}
	return s.index(ctx, t, batch, fresh)
}

// AnswersSince counts the mails queued since the time to a person, and to all persons of the same domain ("@example.jp").
func (s *Store) AnswersSince(ctx context.Context, person, domain string, since time.Time) (toPerson, toDomain int, err error) {
	like := "%" + likeEscaper.Replace(domain)
	err = s.db.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM outbox WHERE recipient = $1 AND queued >= $3),
		(SELECT count(*) FROM outbox WHERE recipient LIKE $2 ESCAPE '\' AND queued >= $3)`, column(person), like, micros(since)).Scan(&toPerson, &toDomain)
	if err != nil {
		return 0, 0, fmt.Errorf("counting answers: %w", err)
	}
	return toPerson, toDomain, nil
}

// Acknowledged tells whether a person was answered about a report or an inquiry already.
func (s *Store) Acknowledged(ctx context.Context, person string, report, inquiry int64) (bool, error) {
	var n int
	err := s.db.QueryRowContext(ctx, `SELECT count(*) FROM outbox o JOIN decision d ON d.message = o.about
		WHERE o.recipient = $1 AND (d.report = $2 OR d.inquiry = $3)`, column(person), orNull(report), orNull(inquiry)).Scan(&n)
	if err != nil {
		return false, fmt.Errorf("looking for earlier answers: %w", err)
	}
	return n > 0, nil
}

// Due is a mail to be sent now.
type Due struct {
	ID        int64
	MessageID string
	Sender    string
	Recipient string
	Raw       []byte
	Queued    time.Time
	Tries     int // earlier ones that failed
}

// Due takes mails that are due, the oldest first. They are this node's until the time.
func (s *Store) Due(ctx context.Context, limit int, now, until time.Time) ([]Due, error) {
	var all []Due
	err := s.enter(ctx, func(t tx) error {
		query := `SELECT id, message_id, sender, recipient, raw, queued, tries FROM outbox WHERE sent IS NULL AND failed = '' AND due <= $1
			ORDER BY due, id LIMIT $2` + t.dialect.skipLocked
		err := t.scan(ctx, query, []any{micros(now), limit}, func(rows *sql.Rows) error {
			var d Due
			var packed []byte
			var queued int64
			if err := rows.Scan(&d.ID, &d.MessageID, &d.Sender, &d.Recipient, &packed, &queued, &d.Tries); err != nil {
				return err
			}
			var err error
			d.Queued = fromMicros(queued)
			d.Raw, err = decoder.DecodeAll(packed, nil)
			all = append(all, d)
			return err
		})
		if err != nil {
			return err
		}
		for _, d := range all {
			if _, err := t.ExecContext(ctx, "UPDATE outbox SET due = $1 WHERE id = $2", micros(until), d.ID); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("taking mails to be sent: %w", err)
	}
	return all, nil
}

// Sent records that the next server took a mail over.
func (s *Store) Sent(ctx context.Context, id int64, at time.Time) error {
	return s.outbox(ctx, "UPDATE outbox SET sent = $1 WHERE id = $2", micros(at), id)
}

// Postpone records a try that failed for now.
func (s *Store) Postpone(ctx context.Context, id int64, due time.Time) error {
	return s.outbox(ctx, "UPDATE outbox SET due = $1, tries = tries + 1 WHERE id = $2", micros(due), id)
}

// GiveUp records that a mail will not be sent, and why.
func (s *Store) GiveUp(ctx context.Context, id int64, why string) error {
	return s.outbox(ctx, "UPDATE outbox SET failed = $1, tries = tries + 1 WHERE id = $2", clean(why), id)
}

func (s *Store) outbox(ctx context.Context, query string, args ...any) error {
	if _, err := s.db.ExecContext(ctx, query, args...); err != nil {
		return fmt.Errorf("recording what became of a mail: %w", err)
	}
	return nil
}

// DeliveryStatus is how far a delivery is, as far as its sender may know.
type DeliveryStatus struct {
	Received time.Time
	Number   string // of its report or inquiry, "" while it is not matched
	Kind     desk.Kind
	Held     bool // it waits for a handler before it is read; told to programs only
}

// DeliveryStatus says how far the delivery of a status link is; ErrNotFound where the secret is none, or is over.
func (s *Store) DeliveryStatus(ctx context.Context, secret string, now time.Time) (DeliveryStatus, error) {
	var status DeliveryStatus
	var received int64
	sum := sha256.Sum256([]byte(secret))
	err := s.db.QueryRowContext(ctx, `SELECT coalesce(a.received, w.received), coalesce(d.kind, ''), coalesce(r.number, i.number, '')
		FROM token k LEFT JOIN delivery w ON w.id = k.delivery LEFT JOIN arrival a ON a.delivery = k.delivery
		LEFT JOIN decision d ON d.message = a.message LEFT JOIN report r ON r.id = d.report LEFT JOIN inquiry i ON i.id = d.inquiry
		WHERE k.sha256 = $1 AND k.purpose = 'status' AND k.expires > $2`, sum[:], micros(now)).Scan(&received, &status.Kind, &status.Number)
	if errors.Is(err, sql.ErrNoRows) {
		return status, fmt.Errorf("status: %w", ErrNotFound)
	}
	if err != nil {
		return status, fmt.Errorf("reading a status: %w", err)
	}
	status.Received = fromMicros(received)
	return status, nil
}
