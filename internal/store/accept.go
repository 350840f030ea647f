package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"todoke/internal/desk"
	"todoke/internal/match"
)

// Accepted is one message as a door or an import hands it over: its bytes and what was read in them.
type Accepted struct {
	SHA256       [32]byte
	Raw          []byte
	Received     time.Time
	ReceivedFrom string // how Received was learnt: desk.ReceivedFromHeader …
	Source       string // where it came from: a path, a door
	Reading      *desk.Reading
	SearchText   string // what is indexed: subject, names, text
	Match        match.Message
	Confirmed    bool // what its reading proposes holds without a handler
}

// maxColumn is how many bytes of a subject or another foreign text stand in a column. The whole stands in the reading.
// An index of PostgreSQL takes at most 2,704 bytes.
const maxColumn = 1000

// Have tells which messages, by the digest of their bytes, the store holds.
func (s *Store) Have(ctx context.Context, sums [][32]byte) (map[[32]byte]bool, error) {
	var held map[[32]byte]bool
	err := s.read(ctx, func(t tx) (err error) {
		held, err = t.have(ctx, sums)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("looking for held messages: %w", err)
	}
	return held, nil
}

func (t tx) have(ctx context.Context, sums [][32]byte) (map[[32]byte]bool, error) {
	names := make([]string, len(sums))
	for i, sum := range sums {
		names[i] = hex.EncodeToString(sum[:])
	}
	held := map[[32]byte]bool{}
	query := "SELECT sha256 FROM message WHERE sha256 IN " + in(t.dialect.blobs, 1)
	err := t.scan(ctx, query, []any{list(names)}, func(rows *sql.Rows) error {
		var sum sql.RawBytes
		if err := rows.Scan(&sum); err != nil {
			return err
		}
		held[[32]byte(sum)] = true
		return nil
	})
	return held, err
}

// Accept keeps the messages of the batch that the store does not hold yet, as Add does.
func (s *Store) Accept(ctx context.Context, batch []Accepted) (added int, err error) {
	all := make([]Packed, len(batch))
	for i, m := range batch {
		if all[i], err = Pack(m); err != nil {
			return 0, fmt.Errorf("accepting messages: %w", err)
		}
	}
	return s.Add(ctx, all)
}

// Add keeps the messages of the batch that the store does not hold yet, with their text in the search index, and says
// how many there were. They wait for Match. Batches of 500 to 2,000 messages are the fastest. The batch is used up.
func (s *Store) Add(ctx context.Context, batch []Packed) (added int, err error) {
	err = s.write(ctx, func(t tx) error {
		fresh, err := t.fresh(ctx, batch)
		if err != nil {
			return err
		}
		added = len(fresh)
		if err := t.addMessages(ctx, batch, fresh); err != nil {
			return err
		}
		return s.index(ctx, t, batch, fresh)
	})
	if err != nil {
		return 0, fmt.Errorf("adding messages: %w", err)
	}
	return added, nil
}

// arrival is a message of a batch that is new, and the identifier that it gets.
type arrival struct {
	id    int64
	place int // in the batch
}

// fresh finds the messages of the batch that are not held, each once, and gives them identifiers.
func (t tx) fresh(ctx context.Context, batch []Packed) ([]arrival, error) {
	sums := make([][32]byte, len(batch))
	for i, m := range batch {
		sums[i] = m.sum
	}
	held, err := t.have(ctx, sums)
	if err != nil {
		return nil, err
	}
	var last int64
	if err := t.QueryRowContext(ctx, "SELECT coalesce(max(id), 0) FROM message").Scan(&last); err != nil {
		return nil, err
	}
	var fresh []arrival
	for i, sum := range sums {
		if !held[sum] {
			held[sum] = true
			last++
			fresh = append(fresh, arrival{last, i})
		}
	}
	return fresh, nil
}

// Packed is a message as it is written: compressed, encoded, and without what the store does not keep of it, so that a batch
// of them waits in little memory. It is made outside of any transaction, by as many goroutines as there are.
type Packed struct {
	sum          [32]byte
	received     int64
	message      []any  // the columns of its row behind the identifier
	raw, reading []byte // compressed; of a long message the first piece
	rest         []byte // as it came: it is compressed while it is written, so that it is held once
	match        string
	text         string // what is indexed
}

// Size is about how many bytes it holds.
func (p *Packed) Size() int {
	return len(p.raw) + len(p.rest) + len(p.reading) + len(p.match) + len(p.text)
}

// HoldsRaw tells whether the bytes of the message, which is a long one, must stay in memory until it is written.
func (p *Packed) HoldsRaw() bool { return len(p.rest) > 0 }

var messageColumns = []string{"id", "sha256", "received", "received_from", "source", "size",
	"message_id", "content", "sender", "subject", "people", "recipients", "tld", "confirmed"}

// Pack prepares a message for Add.
func Pack(m Accepted) (Packed, error) {
	reading := desk.Reading{}
	if m.Reading != nil {
		reading = *m.Reading
	}
	reading.Text = "" // it can be read again from the raw bytes
	readingJSON, err := json.Marshal(reading)
	if err != nil {
		return Packed{}, fmt.Errorf("encoding a reading: %w", err)
	}
	told := m.Match
	told.Received = m.Received.Truncate(time.Microsecond).UTC()
	told.Confirmed = told.Confirmed || m.Confirmed
	matchJSON, err := json.Marshal(told)
	if err != nil {
		return Packed{}, fmt.Errorf("encoding what is to be matched: %w", err)
	}
	sum := m.SHA256 // a slice of the message's own field would hold all of the message
	first, rest := firstPiece(m.Raw)
	return Packed{
		sum: sum, received: micros(m.Received),
		message: []any{sum[:], micros(m.Received), m.ReceivedFrom, column(m.Source), len(m.Raw),
			strings.Clone(indexed(told.MessageID)), column(told.Content), column(reading.From.Address), column(reading.Subject),
			clean(asJSON(notNil(told.People))), clean(asJSON(notNil(told.To))), column(told.TLD), told.Confirmed},
		raw:     compress(first),
		rest:    rest,
		reading: compress(readingJSON),
		match:   clean(string(matchJSON)),
		text:    m.SearchText,
	}, nil
}

// addMessages writes the rows of new messages.
func (t tx) addMessages(ctx context.Context, batch []Packed, fresh []arrival) error {
	messages := bulk{table: "message", columns: messageColumns}
	bodies := bulk{table: "body", columns: []string{"message", "raw", "reading"}}
	pending := bulk{table: "pending", columns: []string{"received", "sha256", "message", "data"}}
	for _, a := range fresh {
		m := &batch[a.place]
		messages.rows = append(messages.rows, append([]any{a.id}, m.message...))
		bodies.rows = append(bodies.rows, []any{a.id, m.raw, m.reading})
		pending.rows = append(pending.rows, []any{m.received, m.sum[:], a.id, m.match})
	}
	for _, each := range []bulk{messages, bodies, pending} {
		if err := t.insert(ctx, each); err != nil {
			return err
		}
	}
	for _, a := range fresh {
		if err := t.addPieces(ctx, "body_rest", "message", a.id, batch[a.place].rest); err != nil {
			return err
		}
		batch[a.place].rest = nil // lets go of it before the text is indexed, which takes memory too
	}
	return nil
}

// column makes foreign text fit for a column and its index. It is a copy, for the text may be a small piece of a large one.
func column(text string) string {
	text = clean(text)
	if len(text) <= maxColumn {
		return strings.Clone(text)
	}
	end := maxColumn
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return strings.Clone(text[:end])
}

func notNil(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}
