package app

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"todoke/internal/publish/history"
	"todoke/internal/store"
)

type historyCommand struct {
	Import historyImportCommand `cmd:"" help:"Import monthly figures from a CSV file, or those of JPCERT/CC that the program carries (jpcert)."`
}

type historyImportCommand struct {
	From string `arg:"" help:"A CSV file with a column month and one for each figure, or the word jpcert."`
}

func (cmd *historyImportCommand) Run(e *env) error {
	c, err := e.settings()
	if err != nil {
		return err
	}
	series := history.JPCERT()
	if cmd.From != "jpcert" {
		file, err := os.Open(cmd.From)
		if err != nil {
			return usage("history %s cannot be opened; name a CSV file, or write jpcert", cmd.From)
		}
		defer file.Close()
		if series, err = history.Read(file); err != nil {
			return usage("%s: %w", cmd.From, err)
		}
	}
	s, err := e.open(c.DB, true)
	if err != nil {
		return err
	}
	defer s.Close()
	return saveHistory(e.ctx, s, series)
}

// saveHistory keeps a series; its source, a name in each language, stands with each row as JSON.
func saveHistory(ctx context.Context, s *store.Store, series history.Series) error {
	source, err := json.Marshal(series.Source)
	if err != nil {
		return fmt.Errorf("saving history: %w", err)
	}
	var rows []store.HistoryRow
	for _, row := range series.Rows() {
		rows = append(rows, store.HistoryRow{Source: string(source), Month: row.Month, Name: string(row.Field), Value: row.Value})
	}
	return s.SaveHistory(ctx, rows)
}

// loadHistory reads the series that the store keeps. Where two sources know the same figure the later in the alphabet holds.
func loadHistory(ctx context.Context, s *store.Store) (history.Series, error) {
	kept, err := s.History(ctx)
	if err != nil {
		return history.Series{}, err
	}
	source := map[string]string{}
	var rows []history.Row
	for _, row := range kept {
		if err := json.Unmarshal([]byte(row.Source), &source); err != nil {
			return history.Series{}, fmt.Errorf("reading the source of the history: %w", err)
		}
		rows = append(rows, history.Row{Month: row.Month, Field: history.Field(row.Name), Value: row.Value})
	}
	return history.FromRows(source, rows), nil
}
