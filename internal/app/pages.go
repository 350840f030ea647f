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
	"todoke/internal/desk"
	"todoke/internal/publish"
	"todoke/internal/read"
	"todoke/internal/site"
	"todoke/internal/store"
)

// pages is where the site's pages come from: editions as they were published, else the store, counted at each look.
type pages struct {
	env    *env
	config config.Config
	store  *store.Store
	reader *read.Reader
	desk   publish.Desk
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

// chosen reads the period and rulebook that a page was asked for; any that is none is not found.
func (p *pages) chosen(name, rules string) (desk.Period, count.Rulebook, error) {
	span, err1 := period(name, p.config)
	book, err2 := rulebook(rules)
	if errors.Join(err1, err2) != nil {
		return span, book, site.ErrNotFound
	}
	return span, book, nil
}

// Edition is the last published edition of a period, and whether counting now gives other numbers; or what is counted now.
func (p *pages) Edition(ctx context.Context, q site.EditionQuery) (site.Edition, error) {
	span, book, err := p.chosen(q.Period, q.Rules)
	if err != nil {
		return site.Edition{}, err
	}
	last, err := p.env.lastEdition(p.store, span, book)
	if err != nil {
		return site.Edition{}, err
	}
	if q.Now || last == nil {
		now, err := p.env.preliminary(p.store, span, book, p.desk)
		return site.Edition{Edition: now, Published: last != nil}, err
	}
	now, err := p.env.count(p.store, span, book)
	if err != nil {
		return site.Edition{}, err
	}
	return site.Edition{Edition: last.shown, Published: true, Changed: len(publish.Changed(last.shown.Figures, now)) > 0}, nil
}

// Rows lists the rows behind a figure in order of time.
func (p *pages) Rows(ctx context.Context, q site.RowsQuery) ([]string, iter.Seq2[[]string, error], error) {
	span, book, err := p.chosen(q.Period, q.Rules)
	if err != nil {
		return nil, nil, err
	}
	header, rows, err := p.store.Rows(ctx, span, book.Scheme, q.Figure)
	if errors.Is(err, store.ErrUnknownFigure) {
		return nil, nil, site.ErrNotFound
	}
	return header, rows, err
}

// Page is a part of that list, with the number that the published edition has.
func (p *pages) Page(ctx context.Context, q site.RowsQuery, limit int) (site.Page, error) {
	span, book, err := p.chosen(q.Period, q.Rules)
	if err != nil {
		return site.Page{}, err
	}
	found, err := p.store.RowsPage(ctx, span, book.Scheme, q.Figure, q.After, limit)
	if errors.Is(err, store.ErrUnknownFigure) || errors.Is(err, store.ErrNotFound) {
		return site.Page{}, site.ErrNotFound
	}
	if err != nil {
		return site.Page{}, err
	}
	page := site.Page{Header: found.Header, Rows: found.Rows, Number: found.Number, Next: found.Next}
	last, err := p.env.lastEdition(p.store, span, book)
	if err != nil {
		return site.Page{}, err
	}
	if last != nil {
		n, _ := publish.Number(last.shown.Figures, q.Figure) // what the edition does not name it counted zero times
		page.Published = &n
	}
	return page, nil
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
	shown := site.Message{ID: id, Kind: m.Kind, Report: m.Report, Received: m.Received, SHA256: hex.EncodeToString(m.SHA256[:])}
	if m.Reading.PGP.Encrypted { // its words stay under their cover
		shown.Reading = *m.Reading
	} else {
		shown.Reading = *p.reader.Read(raw, read.Envelope{Now: time.Now(), Auth: m.Reading.Auth, PGP: &m.Reading.PGP})
	}
	arrival, err := p.store.Arrival(ctx, m.ID)
	if errors.Is(err, store.ErrNotFound) {
		return shown, nil // it was imported from a file
	}
	if err != nil {
		return site.Message{}, err
	}
	shown.Door, shown.Answered = string(arrival.Envelope.Door), arrival.Answered
	return shown, nil
}
