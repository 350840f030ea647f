package store

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
)

// dialect is where the two databases differ.
type dialect struct {
	name       string
	goose      goose.Dialect
	texts      string // all values of a JSON list of texts, given as a parameter
	numbers    string // … of numbers
	blobs      string // … of hexadecimal bytes
	skipLocked string // at the end of a SELECT: takes the rows for this transaction, without waiting for those that another has
	writeLock  string // taken first in each transaction that writes; "" where the transaction itself excludes the others
	write      *sql.TxOptions
	read       *sql.TxOptions
	insert     func(context.Context, *sql.Conn, bulk) error
	each       func(context.Context, *sql.Conn, string, [][]any) error
}

// bulk is rows to be inserted into one table.
type bulk struct {
	table   string
	columns []string
	rows    [][]any
}

// sqliteDialect: a writing transaction begins IMMEDIATE (by the DSN), so there is one writer; a reading one sees one
// snapshot from its first statement on.
var sqliteDialect = dialect{
	name:    "sqlite",
	goose:   goose.DialectSQLite3,
	texts:   "(SELECT value FROM json_each(%s))",
	numbers: "(SELECT value FROM json_each(%s))",
	blobs:   "(SELECT unhex(value) FROM json_each(%s))",
	write:   &sql.TxOptions{},
	read:    &sql.TxOptions{ReadOnly: true},
	insert:  insertPrepared,
	each:    eachPrepared,
}

// postgresDialect: writers exclude each other by an advisory lock, which ends with the transaction. Reading is repeatable,
// so that all tallies of a period see one snapshot.
var postgresDialect = dialect{
	name:       "postgres",
	goose:      goose.DialectPostgres,
	texts:      "(SELECT json_array_elements_text(%s::text::json))",
	numbers:    "(SELECT json_array_elements_text(%s::text::json)::bigint)",
	blobs:      "(SELECT decode(json_array_elements_text(%s::text::json), 'hex'))",
	skipLocked: " FOR UPDATE SKIP LOCKED",
	writeLock:  "SELECT pg_advisory_xact_lock(5064923046)", // any number that no other program takes
	write:      &sql.TxOptions{},
	read:       &sql.TxOptions{ReadOnly: true, Isolation: sql.LevelRepeatableRead},
	insert:     insertCopy,
	each:       eachBatch,
}

// insertPrepared sends row by row through a prepared statement: in SQLite there is no way to travel.
func insertPrepared(ctx context.Context, conn *sql.Conn, b bulk) error {
	return eachPrepared(ctx, conn, b.statement(), b.rows)
}

func (b bulk) statement() string {
	columns, values := "", ""
	for i, column := range b.columns {
		if i > 0 {
			columns, values = columns+", ", values+", "
		}
		columns += column
		values += fmt.Sprintf("$%d", i+1)
	}
	return fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s)", b.table, columns, values)
}

func eachPrepared(ctx context.Context, conn *sql.Conn, query string, rows [][]any) error {
	stmt, err := conn.PrepareContext(ctx, query)
	if err != nil {
		return err
	}
	defer stmt.Close()
	for _, row := range rows {
		if _, err := stmt.ExecContext(ctx, row...); err != nil {
			return err
		}
	}
	return nil
}

// insertCopy sends all rows in one COPY.
func insertCopy(ctx context.Context, conn *sql.Conn, b bulk) error {
	return conn.Raw(func(driver any) error {
		_, err := driver.(*stdlib.Conn).Conn().CopyFrom(ctx, pgx.Identifier{b.table}, b.columns, pgx.CopyFromRows(b.rows))
		return err
	})
}

// eachBatch runs one statement for each row, all in one round trip.
func eachBatch(ctx context.Context, conn *sql.Conn, query string, rows [][]any) error {
	batch := &pgx.Batch{}
	for _, row := range rows {
		batch.Queue(query, row...)
	}
	return conn.Raw(func(driver any) error {
		return driver.(*stdlib.Conn).Conn().SendBatch(ctx, batch).Close()
	})
}
