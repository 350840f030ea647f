package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"runtime"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/klauspost/compress/zstd"

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
	Confirmed    bool  // what its reading proposes holds without a handler
	Run          int64 // from BeginRun, 0 for none
}

// maxColumn is how many bytes of a subject or another foreign text stand in a column. The whole stands in the reading.
// An index of PostgreSQL takes at most 2,704 bytes.
const maxColumn = 1000

// BeginRun notes that an import or door begins, and returns the identifier under which RunKinds finds what it took in.
func (s *Store) BeginRun(ctx context.Context, name string, at time.Time) (int64, error) {
	var id int64
	err := s.write(ctx, func(t tx) error {
		return t.QueryRowContext(ctx, "INSERT INTO run (name, started) VALUES ($1, $2) RETURNING id", clean(name), micros(at)).Scan(&id)
	})
	if err != nil {
		return 0, fmt.Errorf("beginning a run: %w", err)
	}
	return id, nil
}

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

// Accept keeps the messages of the batch that the store does not hold yet, with their text in the search index, and says
// how many there were. They wait for Match. Batches of 500 to 2,000 messages are the fastest.
func (s *Store) Accept(ctx context.Context, batch []Accepted) (added int, err error) {
	packed, err := pack(batch)
	if err != nil {
		return 0, fmt.Errorf("packing messages: %w", err)
	}
	err = s.write(ctx, func(t tx) error {
		fresh, err := t.fresh(ctx, batch)
		if err != nil {
			return err
		}
		added = len(fresh)
		if err := t.addMessages(ctx, batch, packed, fresh); err != nil {
			return err
		}
		return s.index(ctx, t, batch, fresh)
	})
	if err != nil {
		return 0, fmt.Errorf("accepting messages: %w", err)
	}
	return added, nil
}

// arrival is a message of a batch that is new, and the identifier that it gets.
type arrival struct {
	id    int64
	place int // in the batch
}

// fresh finds the messages of the batch that are not held, each once, and gives them identifiers.
func (t tx) fresh(ctx context.Context, batch []Accepted) ([]arrival, error) {
	sums := make([][32]byte, len(batch))
	for i, m := range batch {
		sums[i] = m.SHA256
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

// packed is what of a message is compressed or encoded before the transaction begins.
type packed struct {
	raw, reading []byte
	match        string
}

var (
	encoder, _ = zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithLowerEncoderMem(true))
	decoder, _ = zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxMemory(1<<30))
)

// pack prepares the messages on all processors.
func pack(batch []Accepted) ([]packed, error) {
	all := make([]packed, len(batch))
	workers := min(runtime.GOMAXPROCS(0), len(batch))
	errs := make([]error, workers)
	var wait sync.WaitGroup
	for worker := range workers {
		wait.Go(func() {
			for i := worker; i < len(batch) && errs[worker] == nil; i += workers {
				all[i], errs[worker] = packOne(&batch[i])
			}
		})
	}
	wait.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}

func packOne(m *Accepted) (packed, error) {
	reading := desk.Reading{}
	if m.Reading != nil {
		reading = *m.Reading
	}
	reading.Text = "" // it can be read again from the raw bytes
	readingJSON, err := json.Marshal(reading)
	if err != nil {
		return packed{}, fmt.Errorf("encoding a reading: %w", err)
	}
	told := m.Match
	told.Received = m.Received.Truncate(time.Microsecond).UTC()
	told.Confirmed = told.Confirmed || m.Confirmed
	matchJSON, err := json.Marshal(told)
	if err != nil {
		return packed{}, fmt.Errorf("encoding what is to be matched: %w", err)
	}
	return packed{
		raw:     encoder.EncodeAll(m.Raw, make([]byte, 0, len(m.Raw)/2+64)),
		reading: encoder.EncodeAll(readingJSON, make([]byte, 0, len(readingJSON)/2+64)),
		match:   clean(string(matchJSON)),
	}, nil
}

// addMessages writes the rows of new messages.
func (t tx) addMessages(ctx context.Context, batch []Accepted, packed []packed, fresh []arrival) error {
	messages := bulk{table: "message", columns: []string{"id", "sha256", "received", "received_from", "source", "run", "size",
		"message_id", "content", "sender", "subject", "people", "recipients", "tld", "confirmed"}}
	bodies := bulk{table: "body", columns: []string{"message", "raw", "reading"}}
	pending := bulk{table: "pending", columns: []string{"received", "sha256", "message", "data"}}
	for _, a := range fresh {
		m, p := &batch[a.place], &packed[a.place]
		var sender, subject string
		if m.Reading != nil {
			sender, subject = m.Reading.From.Address, m.Reading.Subject
		}
		sum := m.SHA256[:]
		messages.rows = append(messages.rows, []any{a.id, sum, micros(m.Received), m.ReceivedFrom, column(m.Source), orNull(m.Run),
			len(m.Raw), indexed(m.Match.MessageID), column(m.Match.Content), column(sender), column(subject),
			clean(asJSON(notNil(m.Match.People))), clean(asJSON(notNil(m.Match.To))), column(m.Match.TLD), m.Confirmed || m.Match.Confirmed})
		bodies.rows = append(bodies.rows, []any{a.id, p.raw, p.reading})
		pending.rows = append(pending.rows, []any{micros(m.Received), sum, a.id, p.match})
	}
	for _, each := range []bulk{messages, bodies, pending} {
		if err := t.insert(ctx, each); err != nil {
			return err
		}
	}
	return nil
}

// column makes foreign text fit for a column and its index.
func column(text string) string {
	text = clean(text)
	if len(text) <= maxColumn {
		return text
	}
	end := maxColumn
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end]
}

func notNil(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}
