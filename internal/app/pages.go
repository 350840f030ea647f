package app

import (
	"context"
	"encoding/hex"
	"errors"
	"iter"
	"slices"
	"time"

	"todoke/internal/config"
	"todoke/internal/count"
	"todoke/internal/publish"
	"todoke/internal/read"
	"todoke/internal/site"
	"todoke/internal/store"
)

// pages is where the site's pages come from: the store, counted anew at each look.
type pages struct {
	env    *env
	config config.Config
	store  *store.Store
	reader *read.Reader
	first  string // the period of the front page
}

// Periods lists the periods of which there is an edition, the one for the front page first.
func (p *pages) Periods(ctx context.Context) ([]string, error) {
	editions, err := p.store.Editions(ctx, "")
	if err != nil {
		return nil, err
	}
	names := []string{p.first}
	for _, edition := range editions {
		if !slices.Contains(names, edition.Period) {
			names = append(names, edition.Period)
		}
	}
	return names, nil
}

// Rulebooks lists all rulebooks.
func (p *pages) Rulebooks() []string {
	var names []string
	for _, rules := range count.Rulebooks() {
		names = append(names, rules.Name)
	}
	return names
}

// Edition counts a period.
func (p *pages) Edition(ctx context.Context, name, rules string) (publish.Edition, error) {
	span, err1 := period(name, p.config)
	book, err2 := rulebook(rules)
	if errors.Join(err1, err2) != nil {
		return publish.Edition{}, site.ErrNotFound
	}
	return p.env.edition(p.store, span, book)
}

// Rows lists the rows behind a figure in order of time.
func (p *pages) Rows(ctx context.Context, q site.RowsQuery) ([]string, iter.Seq2[[]string, error], error) {
	span, err1 := period(q.Period, p.config)
	book, err2 := rulebook(q.Rules)
	if errors.Join(err1, err2) != nil {
		return nil, nil, site.ErrNotFound
	}
	header, rows, err := p.store.Rows(ctx, span, book.Scheme, q.Figure)
	if errors.Is(err, store.ErrUnknownFigure) {
		return nil, nil, site.ErrNotFound
	}
	if err != nil {
		return nil, nil, err
	}
	return header, behind(rows, q.After), nil
}

// behind leaves out the rows up to the one whose first column is after, or none where that is empty.
func behind(rows iter.Seq2[[]string, error], after string) iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		passed := after == ""
		for row, err := range rows {
			if (passed || err != nil) && !yield(row, err) {
				return
			}
			passed = passed || err == nil && row[0] == after
		}
	}
}

// Message finds a message by its name and reads its text anew from its bytes.
func (p *pages) Message(ctx context.Context, id string) (site.Message, error) {
	m, err := p.store.MessageNamed(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return site.Message{}, site.ErrNotFound
	}
	if err != nil {
		return site.Message{}, err
	}
	raw, err := p.store.Raw(ctx, m.SHA256)
	if err != nil {
		return site.Message{}, err
	}
	reading := p.reader.Read(raw, read.Envelope{Now: time.Now()})
	return site.Message{
		ID: id, Kind: m.Kind, Report: m.Report, Received: m.Received, SHA256: hex.EncodeToString(m.SHA256[:]), Reading: *reading,
	}, nil
}
