package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"todoke/internal/store/fulltext"
)

// What callers can tell apart.
var (
	ErrNotFound      = errors.New("not found")
	ErrConflict      = errors.New("conflict")
	ErrNoStore       = errors.New("there is no store")
	ErrUnknownFigure = errors.New("unknown figure")
)

// Store is an open store. Its methods may be called by many goroutines at once.
type Store struct {
	db      *sql.DB
	dialect dialect
	writing sync.Mutex        // one writer a process, so that SQLite's own waiting is between processes only
	builder *fulltext.Builder // of new segments of the search index; kept by the writer for its memory
	file    *file             // nil for PostgreSQL
}

// Close ends the use of the store.
func (s *Store) Close() error {
	if err := s.db.Close(); err != nil {
		return fmt.Errorf("closing the store: %w", err)
	}
	return nil
}

// tx is one transaction.
type tx struct {
	*sql.Tx
	conn    *sql.Conn
	dialect *dialect
}

// write runs do in a transaction in which nobody else writes.
func (s *Store) write(ctx context.Context, do func(tx) error) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	return s.transact(ctx, s.dialect.write, func(t tx) error {
		if s.dialect.writeLock != "" {
			if _, err := t.ExecContext(ctx, s.dialect.writeLock); err != nil {
				return fmt.Errorf("waiting for other writers: %w", err)
			}
		}
		return do(t)
	})
}

// read runs do in a transaction that sees one state of the store.
func (s *Store) read(ctx context.Context, do func(tx) error) error {
	return s.transact(ctx, s.dialect.read, do)
}

func (s *Store) transact(ctx context.Context, options *sql.TxOptions, do func(tx) error) error {
	conn, err := s.db.Conn(ctx)
	if err != nil {
		return fmt.Errorf("connecting to the store: %w", err)
	}
	defer conn.Close()
	sqlTx, err := conn.BeginTx(ctx, options)
	if err != nil {
		return fmt.Errorf("beginning a transaction: %w", err)
	}
	defer sqlTx.Rollback() // does nothing after Commit
	if err := do(tx{sqlTx, conn, &s.dialect}); err != nil {
		return err
	}
	if err := sqlTx.Commit(); err != nil {
		return fmt.Errorf("committing: %w", err)
	}
	return nil
}

// insert adds rows to a table.
func (t tx) insert(ctx context.Context, b bulk) error {
	if len(b.rows) == 0 {
		return nil
	}
	if err := t.dialect.insert(ctx, t.conn, b); err != nil {
		return fmt.Errorf("adding to %s: %w", b.table, err)
	}
	return nil
}

// each runs a statement once for each row of parameters.
func (t tx) each(ctx context.Context, query string, rows [][]any) error {
	if len(rows) == 0 {
		return nil
	}
	return t.dialect.each(ctx, t.conn, query, rows)
}

// scan calls row for each row of a query; row scans it.
func (t tx) scan(ctx context.Context, query string, args []any, row func(*sql.Rows) error) error {
	rows, err := t.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// in writes the values of a JSON list in parameter n as the right side of IN.
func in(form string, n int) string { return fmt.Sprintf(form, fmt.Sprintf("$%d", n)) }

// asJSON encodes values that cannot fail to encode: texts, numbers, times and structs of them.
func asJSON(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// list writes values as the JSON list that a dialect takes apart.
func list[T any](values []T) string {
	if len(values) == 0 {
		return "[]"
	}
	return asJSON(values)
}

// clean makes foreign text storable: PostgreSQL takes neither invalid UTF-8 nor the zero byte.
func clean(text string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "\uFFFD")
}

// micros is how times are stored.
func micros(t time.Time) int64 { return t.UnixMicro() }

func fromMicros(n int64) time.Time { return time.UnixMicro(n).UTC() }

// orNull stores the identifier 0 as NULL.
func orNull(id int64) any {
	if id == 0 {
		return nil
	}
	return id
}
