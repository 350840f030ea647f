package store

import (
	"context"
	"database/sql"
	"fmt"
)

// HistoryRow is one monthly figure of the time before the store.
type HistoryRow struct {
	Source string // who counted it
	Month  string // YYYY-MM
	Name   string // reports, notices, phishing …
	Value  int
}

// SaveHistory keeps monthly figures; one that is held already takes the new value.
func (s *Store) SaveHistory(ctx context.Context, rows []HistoryRow) error {
	var values [][]any
	for _, row := range rows {
		values = append(values, []any{clean(row.Source), row.Month, row.Name, row.Value})
	}
	err := s.write(ctx, func(t tx) error {
		return t.each(ctx, `INSERT INTO history (source, month, name, value) VALUES ($1, $2, $3, $4)
			ON CONFLICT (source, month, name) DO UPDATE SET value = excluded.value`, values)
	})
	if err != nil {
		return fmt.Errorf("saving history: %w", err)
	}
	return nil
}

// History lists all monthly figures by source, month and name. What was never told is no row.
func (s *Store) History(ctx context.Context) ([]HistoryRow, error) {
	var all []HistoryRow
	err := s.read(ctx, func(t tx) error {
		return t.scan(ctx, "SELECT source, month, name, value FROM history ORDER BY source, month, name", nil, func(rows *sql.Rows) error {
			var row HistoryRow
			err := rows.Scan(&row.Source, &row.Month, &row.Name, &row.Value)
			all = append(all, row)
			return err
		})
	})
	if err != nil {
		return nil, fmt.Errorf("reading history: %w", err)
	}
	return all, nil
}
