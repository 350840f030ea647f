package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"todoke/internal/desk"
)

// Envelope is what a door knew of a delivery beside its bytes.
type Envelope struct {
	Door   desk.Door `json:"door"`
	From   string    `json:"from"`
	To     []string  `json:"to"`
	Remote string    `json:"remote"`
	Helo   string    `json:"helo"`
	User   string    `json:"user"`
	TLS    bool      `json:"tls"`
}

// PackedDelivery is a delivery as it is written. It is made outside of any transaction.
type PackedDelivery struct {
	sum      [32]byte
	received int64
	size     int
	envelope string
	first    []byte // compressed
	rest     []byte // as it came
}

// PackDelivery prepares a delivery for Deposit.
func PackDelivery(d *desk.Delivery) PackedDelivery {
	first, rest := firstPiece(d.Raw)
	envelope := Envelope{Door: d.Door, From: d.From, To: notNil(d.To), Remote: d.Remote, Helo: d.Helo, User: d.User, TLS: d.TLS}
	return PackedDelivery{
		sum: sha256.Sum256(d.Raw), received: micros(d.Received), size: len(d.Raw), envelope: clean(asJSON(envelope)),
		first: compress(first), rest: rest,
	}
}

// Size is about how many bytes it holds.
func (p *PackedDelivery) Size() int { return len(p.first) + len(p.rest) + len(p.envelope) }

// Deposit keeps deliveries, all in one transaction, and says what became of each: when it returns they are on the disk and wait
// to be read. The same bytes as those of a message, or of a delivery that waits, are no new delivery.
func (s *Store) Deposit(ctx context.Context, batch []PackedDelivery) ([]desk.Receipt, error) {
	receipts := make([]desk.Receipt, len(batch))
	err := s.enter(ctx, func(t tx) error {
		sums := make([][32]byte, len(batch))
		for i := range batch {
			sums[i] = batch[i].sum
		}
		held, err := t.have(ctx, sums)
		if err != nil {
			return err
		}
		var fresh []int
		for i := range batch {
			if receipts[i].Known = held[batch[i].sum]; !receipts[i].Known {
				fresh = append(fresh, i)
			}
		}
		if len(fresh) == 0 {
			return nil
		}
		return t.deposit(ctx, batch, fresh, receipts)
	})
	if err == nil {
		err = s.file.there()
	}
	if err != nil {
		return nil, fmt.Errorf("keeping deliveries: %w", err)
	}
	return receipts, nil
}

// enter runs do in a transaction that writes only rows of its own, so that on PostgreSQL it waits for no other writer.
func (s *Store) enter(ctx context.Context, do func(tx) error) error {
	if s.dialect.writeLock == "" {
		return s.write(ctx, do)
	}
	return s.transact(ctx, s.dialect.write, do)
}

// deposit writes the deliveries at these places of a batch, all by one statement, and fills their receipts. Those that wait already,
// or that stand in the batch twice, are known.
func (t tx) deposit(ctx context.Context, batch []PackedDelivery, places []int, receipts []desk.Receipt) error {
	written := map[[32]byte]int64{}
	query, args := depositStatement(batch, places)
	err := t.scan(ctx, query, args, func(rows *sql.Rows) error {
		var id int64
		var sum sql.RawBytes
		if err := rows.Scan(&id, &sum); err != nil {
			return err
		}
		written[[32]byte(sum)] = id
		return nil
	})
	if err != nil {
		return err
	}
	told := map[[32]byte]bool{}
	for _, i := range places {
		p, receipt := &batch[i], &receipts[i]
		id, ok := written[p.sum]
		receipt.ID, receipt.Known = id, !ok || told[p.sum]
		told[p.sum] = true
		switch {
		case !ok:
			err = t.QueryRowContext(ctx, "SELECT id FROM delivery WHERE sha256 = $1", p.sum[:]).Scan(&receipt.ID)
			if errors.Is(err, sql.ErrNoRows) {
				err = nil // it was read in this very moment
			}
		case !receipt.Known:
			err = t.addPieces(ctx, "delivery_rest", "delivery", id, p.rest)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func depositStatement(batch []PackedDelivery, places []int) (query string, args []any) {
	var b strings.Builder
	b.WriteString("INSERT INTO delivery (sha256, received, size, envelope, raw) VALUES ")
	for n, i := range places {
		if n > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "($%d, $%d, $%d, $%d, $%d)", len(args)+1, len(args)+2, len(args)+3, len(args)+4, len(args)+5)
		p := &batch[i]
		args = append(args, p.sum[:], p.received, p.size, p.envelope, p.first)
	}
	b.WriteString(" ON CONFLICT (sha256) DO NOTHING RETURNING id, sha256")
	return b.String(), args
}

// WaitingDelivery is a delivery that this node reads.
type WaitingDelivery struct {
	ID       int64
	Raw      []byte
	SHA256   [32]byte
	Received time.Time
	Envelope Envelope
	Tries    int  // earlier ones that came to no end
	Released bool // by a handler, who wants it read
}

// Claim takes deliveries to be read, the oldest first: up to limit, of about maxBytes together but at least one, and one that was tried
// before alone. They are this
// node's until the time; what it has not made messages of by then, another node takes.
func (s *Store) Claim(ctx context.Context, limit int, maxBytes int64, now, until time.Time) ([]WaitingDelivery, error) {
	var claimed []WaitingDelivery
	err := s.enter(ctx, func(t tx) error {
		ids, err := t.claimable(ctx, limit, maxBytes, now)
		if err != nil {
			return err
		}
		for _, id := range ids {
			if _, err := t.ExecContext(ctx, "UPDATE delivery SET claimed = $1, tries = tries + 1 WHERE id = $2", micros(until), id); err != nil {
				return err
			}
			d, err := t.delivery(ctx, id)
			if err != nil {
				return err
			}
			claimed = append(claimed, d)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("taking deliveries: %w", err)
	}
	return claimed, nil
}

func (t tx) claimable(ctx context.Context, limit int, maxBytes int64, now time.Time) ([]int64, error) {
	var ids []int64
	var bytes int64
	suspect := false
	query := "SELECT id, size, tries FROM delivery WHERE held = '' AND claimed <= $1 ORDER BY id LIMIT $2" + t.dialect.skipLocked
	err := t.scan(ctx, query, []any{micros(now), limit}, func(rows *sql.Rows) error {
		var id, size, tries int64
		if err := rows.Scan(&id, &size, &tries); err != nil {
			return err
		}
		alone := tries > 0 // whoever read it before came to no end: if it ends this one too, only it shall look guilty
		if bytes += size; len(ids) == 0 || !suspect && !alone && bytes <= maxBytes {
			ids, suspect = append(ids, id), alone
		}
		return nil
	})
	return ids, err
}

// delivery reads one delivery; its count of tries is without the one that begins now.
func (t tx) delivery(ctx context.Context, id int64) (WaitingDelivery, error) {
	d := WaitingDelivery{ID: id}
	var sum, packed, envelope []byte
	var received int64
	var size int
	err := t.QueryRowContext(ctx, "SELECT sha256, received, size, envelope, raw, tries - 1, released FROM delivery WHERE id = $1", id).
		Scan(&sum, &received, &size, &envelope, &packed, &d.Tries, &d.Released)
	if err != nil {
		return d, err
	}
	d.SHA256, d.Received = [32]byte(sum), fromMicros(received)
	if err := json.Unmarshal(envelope, &d.Envelope); err != nil {
		return d, err
	}
	if d.Raw, err = decoder.DecodeAll(packed, make([]byte, 0, size)); err != nil {
		return d, err
	}
	d.Raw, err = t.pieces(ctx, "delivery_rest", "delivery", id, d.Raw)
	return d, err
}

// GiveBack lets deliveries that were claimed until the time be taken at once again, as if they had not been; those that wait for a
// handler go on waiting, and those that another node has claimed since stay its own.
func (s *Store) GiveBack(ctx context.Context, deliveries []int64, until time.Time) error {
	query := "UPDATE delivery SET claimed = 0, tries = tries - 1 WHERE claimed = $1 AND id IN " + in(s.dialect.numbers, 2)
	if _, err := s.db.ExecContext(ctx, query, micros(until), list(deliveries)); err != nil {
		return fmt.Errorf("giving deliveries back: %w", err)
	}
	return nil
}

// Hold lets a delivery wait for a handler, who is told why.
func (s *Store) Hold(ctx context.Context, delivery int64, why string) error {
	if _, err := s.db.ExecContext(ctx, "UPDATE delivery SET held = $1, claimed = 0 WHERE id = $2", clean(why), delivery); err != nil {
		return fmt.Errorf("holding a delivery: %w", err)
	}
	return nil
}

// Release gives deliveries that are held to be read after all; without any named, all of them. It says how many there were.
func (s *Store) Release(ctx context.Context, deliveries []int64) (int, error) {
	query, args := "UPDATE delivery SET held = '', claimed = 0, tries = 0, released = $1 WHERE held <> ''", []any{true}
	if len(deliveries) > 0 {
		query, args = query+" AND id IN "+in(s.dialect.numbers, 2), append(args, list(deliveries))
	}
	result, err := s.db.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, fmt.Errorf("releasing deliveries: %w", err)
	}
	n, err := result.RowsAffected()
	return int(n), err
}

// HeldDelivery is a delivery that waits for a handler.
type HeldDelivery struct {
	ID       int64
	Received time.Time
	Size     int
	Why      string
	Envelope Envelope
}

// HeldDeliveries lists what waits for a handler, the oldest first, behind the identifier after.
func (s *Store) HeldDeliveries(ctx context.Context, after int64, limit int) ([]HeldDelivery, error) {
	var held []HeldDelivery
	err := s.read(ctx, func(t tx) error {
		query := "SELECT id, received, size, held, envelope FROM delivery WHERE held <> '' AND id > $1 ORDER BY id LIMIT $2"
		return t.scan(ctx, query, []any{after, limit}, func(rows *sql.Rows) error {
			var d HeldDelivery
			var received int64
			if err := rows.Scan(&d.ID, &received, &d.Size, &d.Why, jsonColumn{&d.Envelope}); err != nil {
				return err
			}
			d.Received = fromMicros(received)
			held = append(held, d)
			return nil
		})
	})
	if err != nil {
		return nil, fmt.Errorf("listing held deliveries: %w", err)
	}
	return held, nil
}

// Queue is how much waits.
type Queue struct {
	Unread     int // deliveries nobody has read yet
	Held       int // deliveries that wait for a handler
	Unmatched  int // messages read and not yet matched
	Unanswered int // messages whose answer is not yet decided
	Outgoing   int // mails that wait to be sent
}

// Queue counts what waits at each step between the doors and the answer.
func (s *Store) Queue(ctx context.Context) (Queue, error) {
	var q Queue
	err := s.db.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM delivery WHERE held = ''), (SELECT count(*) FROM delivery WHERE held <> ''),
		(SELECT count(*) FROM pending), (SELECT count(*) FROM arrival WHERE answered IS NULL), (SELECT count(*) FROM outbox WHERE sent IS NULL AND failed = '')`).
		Scan(&q.Unread, &q.Held, &q.Unmatched, &q.Unanswered, &q.Outgoing)
	if err != nil {
		return q, fmt.Errorf("counting what waits: %w", err)
	}
	return q, nil
}

// Arrived is a delivery that has been read.
type Arrived struct {
	Delivery int64
	Envelope Envelope
	Message  Packed
	Received time.Time
	Sender   string // who it counts for: the user who authenticated, else the lower-case address that wrote it
	Trusted  bool   // that address is shown to be the writer's
	Told     int    // incidents that it proposes
	Silent   string // why nobody is to be answered; "" where an answer is yet to be decided

	Wants   []string // keys without which it stays closed
	Sealed  []byte   // what was read in it, sealed, where it was encrypted; nil else
	Offered []PGPKey // keys that it brought
}

// Register makes messages of deliveries that have been read, as Add does, and takes the deliveries off the queue.
func (s *Store) Register(ctx context.Context, batch []Arrived) error {
	messages := make([]Packed, len(batch))
	for i := range batch {
		messages[i] = batch[i].Message
	}
	err := s.write(ctx, func(t tx) error {
		fresh, err := t.fresh(ctx, messages)
		if err != nil {
			return err
		}
		if err := t.addMessages(ctx, messages, fresh); err != nil {
			return err
		}
		if err := s.index(ctx, t, messages, fresh); err != nil {
			return err
		}
		if err := t.addArrivals(ctx, batch, fresh); err != nil {
			return err
		}
		ids := make([]int64, len(batch))
		for i := range batch {
			ids[i] = batch[i].Delivery
		}
		_, err = t.ExecContext(ctx, "DELETE FROM delivery WHERE id IN "+in(t.dialect.numbers, 1), list(ids))
		return err
	})
	if err != nil {
		return fmt.Errorf("registering messages: %w", err)
	}
	return nil
}

func (t tx) addArrivals(ctx context.Context, batch []Arrived, fresh []arrival) error {
	rows := bulk{table: "arrival", columns: []string{"message", "delivery", "door", "envelope", "sender", "trusted", "received", "told", "answered"}}
	for _, a := range fresh {
		each := &batch[a.place]
		var answered any
		if each.Silent != "" {
			answered = clean(each.Silent)
		}
		rows.rows = append(rows.rows, []any{a.id, each.Delivery, string(each.Envelope.Door), clean(asJSON(each.Envelope)), column(each.Sender),
			each.Trusted, micros(each.Received), each.Told, answered})
	}
	if err := t.insert(ctx, rows); err != nil {
		return err
	}
	for _, a := range fresh {
		if err := t.addCovers(ctx, a.id, &batch[a.place]); err != nil {
			return err
		}
	}
	return nil
}

// ToldSince counts the incidents that messages of a sender have proposed since the time.
func (s *Store) ToldSince(ctx context.Context, sender string, since time.Time) (n int, err error) {
	err = s.db.QueryRowContext(ctx, "SELECT coalesce(sum(told), 0) FROM arrival WHERE sender = $1 AND received >= $2", column(sender), micros(since)).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("counting what a sender told: %w", err)
	}
	return n, nil
}

// Arrival is how a message came in.
type Arrival struct {
	Message  int64
	Delivery int64
	Received time.Time
	Envelope Envelope
	Sender   string
	Trusted  bool
	Answered string // what was answered, or why nothing; "" while that is not decided
}

// Arrival says how a message came in; ErrNotFound where it was imported from a file.
func (s *Store) Arrival(ctx context.Context, message int64) (*Arrival, error) {
	a := Arrival{Message: message}
	var received int64
	err := s.db.QueryRowContext(ctx, "SELECT delivery, received, envelope, sender, trusted, coalesce(answered, '') FROM arrival WHERE message = $1", message).
		Scan(&a.Delivery, &received, jsonColumn{&a.Envelope}, &a.Sender, &a.Trusted, &a.Answered)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("arrival of message %d: %w", message, ErrNotFound)
	}
	if err != nil {
		return nil, fmt.Errorf("reading how message %d came in: %w", message, err)
	}
	a.Received = fromMicros(received)
	return &a, nil
}

// addPieces writes the rest of long bytes piece by piece into a table of pieces, for the owner's row.
func (t tx) addPieces(ctx context.Context, table, owner string, id int64, rest []byte) error {
	if len(rest) == 0 {
		return nil
	}
	packed := make([]byte, 0, pieceSize+1024)
	n := 0
	for piece := range slices.Chunk(rest, pieceSize) {
		n++
		packed = encoder.EncodeAll(piece, packed[:0])
		row := bulk{table: table, columns: []string{owner, "n", "data"}, rows: [][]any{{id, n, packed}}}
		if err := t.insert(ctx, row); err != nil {
			return err
		}
	}
	return nil
}

// pieces puts the pieces of an owner's row behind its first bytes.
func (t tx) pieces(ctx context.Context, table, owner string, id int64, raw []byte) ([]byte, error) {
	query := strings.NewReplacer("TABLE", table, "OWNER", owner).Replace("SELECT data FROM TABLE WHERE OWNER = $1 ORDER BY n")
	err := t.scan(ctx, query, []any{id}, func(rows *sql.Rows) (err error) {
		var piece sql.RawBytes
		if err := rows.Scan(&piece); err != nil {
			return err
		}
		raw, err = decoder.DecodeAll(piece, raw)
		return err
	})
	return raw, err
}
