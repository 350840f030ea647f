package app

import (
	"encoding/json"
	"errors"
	"fmt"

	"todoke/internal/config"
	"todoke/internal/count"
	"todoke/internal/desk"
	"todoke/internal/publish"
	"todoke/internal/publish/history"
	"todoke/internal/store"
)

type publishCommand struct {
	Period string `arg:"" help:"2008Q2, 2008-04, 2008, FY2008 or 2008-04-01..2008-06-30."`
	Out    string `help:"The folder for the report; it gets all files or none." required:"" placeholder:"DIR" type:"path"`
	Rules  string `help:"The rulebook: address-2008 or incident-2010." default:"address-2008"`
}

func (cmd *publishCommand) Run(e *env) error {
	c, err := e.settings()
	if err != nil {
		return err
	}
	p, err := period(cmd.Period, c)
	if err != nil {
		return err
	}
	rules, err := rulebook(cmd.Rules)
	if err != nil {
		return err
	}
	s, err := e.open(c.DB, false)
	if err != nil {
		return err
	}
	defer s.Close()
	files, err := e.publish(s, p, rules, deskOf(c), cmd.Out)
	if err != nil {
		return err
	}
	for _, file := range files {
		fmt.Fprintln(e.Out, file)
	}
	return nil
}

// deskOf is who publishes.
func deskOf(c config.Config) publish.Desk {
	return publish.Desk{NameJA: c.DeskNameJA, NameEN: c.DeskNameEN}
}

// publish writes the report of a period into the folder and freezes its edition in the store. Where the period has an edition
// already and nothing has changed since, it is that edition again; else it is a new one, whose erratum tells the difference.
func (e *env) publish(s *store.Store, p desk.Period, rules count.Rulebook, by publish.Desk, dir string) ([]string, error) {
	waiting, err := s.Waiting(e.ctx)
	if err != nil {
		return nil, err
	}
	if waiting > 0 {
		return nil, errors.New(waitingFor(waiting))
	}
	edition, keep, err := e.nextEdition(s, p, rules, by)
	if err != nil {
		return nil, err
	}
	if edition.Figures.AsOf == nil {
		return nil, fmt.Errorf("the store holds nothing of %s that is counted; there is nothing to publish", p.Name)
	}
	files, err := publish.Write(dir, edition, keep)
	if err != nil {
		return nil, err
	}
	e.sayState(edition)
	return files, nil
}

// sayState says on standard error what the report says of itself: that its period is not over, that it corrects another.
func (e *env) sayState(edition publish.Edition) {
	name := edition.Figures.Period.Name
	if edition.Running() {
		fmt.Fprintf(e.Err, "todoke: %s is not over; the report is marked as unfinished\n", name)
	}
	if erratum := edition.Erratum; erratum != nil {
		added, removed := 0, 0
		for _, change := range erratum.Changes {
			if change.Added {
				added++
			} else {
				removed++
			}
		}
		fmt.Fprintf(e.Err, "todoke: this edition of %s corrects that of %s: %d numbers changed, %d things added, %d removed; see its section Erratum and erratum.csv\n",
			name, erratum.Since.In(edition.Published.Location()).Format("2006-01-02 15:04"), len(erratum.Numbers), added, removed)
	}
}

// nextEdition is what publishing a period now gives, and how it is kept once its files are made.
func (e *env) nextEdition(s *store.Store, p desk.Period, rules count.Rulebook, by publish.Desk) (edition publish.Edition, keep func() error, err error) {
	now := e.now()
	snapshot, err := s.Snapshot(e.ctx, p)
	if err != nil {
		return edition, nil, err
	}
	figures := count.Count(p, rules, snapshot.Facts)
	last, err := e.lastEdition(s, p, rules)
	if err != nil {
		return edition, nil, err
	}
	erratum, err := e.erratum(s, p, last, snapshot, figures)
	if err != nil {
		return edition, nil, err
	}
	edition = publish.Edition{Figures: figures, Published: now.In(p.First.Location()), Desk: by, Erratum: erratum}
	if last != nil && erratum == nil && last.kept.Version == rules.Version && last.shown.Running() == edition.Running() {
		return last.shown, func() error { return nil }, nil
	}
	if edition.History, err = e.trend(s, p, rules); err != nil {
		return edition, nil, err
	}
	return edition, func() error { return e.keep(s, edition, snapshot, last) }, nil
}

// frozen is an edition as the store keeps it and as it is shown.
type frozen struct {
	kept  store.Edition
	shown publish.Edition
}

// lastEdition is the last edition of a period under a rulebook, nil where there is none.
func (e *env) lastEdition(s *store.Store, p desk.Period, rules count.Rulebook) (*frozen, error) {
	kept, err := s.LatestEdition(e.ctx, p.Name, rules.Name)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	shown, err := publish.Thaw(kept.Figures, kept.Setting, kept.Published.In(p.First.Location()))
	if err != nil {
		return nil, fmt.Errorf("edition %d of %s: %w", kept.ID, p.Name, err)
	}
	return &frozen{*kept, shown}, nil
}

// erratum tells what is different from the last edition, nil where nothing is or there is none.
func (e *env) erratum(s *store.Store, p desk.Period, last *frozen, now store.Snapshot, figures count.Figures) (*publish.Erratum, error) {
	if last == nil {
		return nil, nil
	}
	whole, err := s.Edition(e.ctx, last.kept.ID)
	if err != nil {
		return nil, err
	}
	changes, err := s.Erratum(e.ctx, p, *whole, now)
	if err != nil {
		return nil, err
	}
	erratum := publish.Erratum{Since: last.kept.Published, Numbers: publish.Changed(last.shown.Figures, figures)}
	for _, c := range changes {
		erratum.Changes = append(erratum.Changes, publish.Change{
			Counter: c.Counter, Added: c.Added, Identifier: c.Identifier, Cause: string(c.Cause), Detail: c.Detail,
		})
	}
	if erratum.Empty() {
		return nil, nil
	}
	return &erratum, nil
}

// keep freezes an edition behind the last one.
func (e *env) keep(s *store.Store, edition publish.Edition, now store.Snapshot, last *frozen) error {
	figures, beside, err := edition.Freeze()
	if err != nil {
		return err
	}
	after := int64(0)
	if last != nil {
		after = last.kept.ID
	}
	_, err = s.SaveEdition(e.ctx, store.Edition{
		Period: edition.Figures.Period.Name, Rules: edition.Figures.Rulebook.Name, Version: edition.Figures.Rulebook.Version,
		Published: edition.Published, Figures: figures, Setting: beside, Newest: now.Newest, Counted: now.Counted,
	}, after)
	return err
}

// preliminary is what the report of a period would be now; it is shown and not kept.
func (e *env) preliminary(s *store.Store, p desk.Period, rules count.Rulebook, by publish.Desk) (publish.Edition, error) {
	figures, err := e.count(s, p, rules)
	if err != nil {
		return publish.Edition{}, err
	}
	series, err := e.trend(s, p, rules)
	if err != nil {
		return publish.Edition{}, err
	}
	return publish.Edition{Figures: figures, History: series, Published: e.now().In(p.First.Location()), Desk: by, Preliminary: true}, nil
}

// trendMonths is how many months before the period published are looked at: eight quarters.
const trendMonths = 24

// trend is what a period is set against. A month has the figures of the edition that this desk published of it; else those of
// the imported history; else what the store counts of it now; else it is a gap. So mail that strays into a month of which the
// desk knew nothing else does not stand in for that month.
func (e *env) trend(s *store.Store, p desk.Period, rules count.Rulebook) (history.Series, error) {
	series, err := loadHistory(e.ctx, s)
	if err != nil {
		return series, err
	}
	before := desk.Period{First: p.First.AddDate(0, -trendMonths, 0), Last: p.First.AddDate(0, 0, -1)}
	for _, month := range before.Months() {
		if series.Knows(month.Name) {
			continue
		}
		facts, err := s.Facts(e.ctx, month)
		if err != nil {
			return series, fmt.Errorf("counting %s: %w", month.Name, err)
		}
		if len(facts.Messages) > 0 {
			series = series.With(count.Count(month, rules, facts))
		}
	}
	return e.withEditions(s, series, p, rules)
}

// withEditions puts the figures of the editions of earlier periods, the latest edition of each, over a series.
func (e *env) withEditions(s *store.Store, series history.Series, p desk.Period, rules count.Rulebook) (history.Series, error) {
	editions, err := s.Editions(e.ctx, "")
	if err != nil {
		return series, err
	}
	for _, edition := range editions {
		var figures count.Figures
		if err := json.Unmarshal(edition.Figures, &figures); err != nil {
			return series, fmt.Errorf("reading the edition of %s: %w", edition.Period, err)
		}
		counted, err := desk.ParsePeriod(figures.Period.From+".."+figures.Period.To, p.First.Location())
		if err != nil {
			return series, fmt.Errorf("reading the edition of %s: %w", edition.Period, err)
		}
		if edition.Rules == rules.Name && counted.WholeMonths() && counted.End().Compare(p.Start()) <= 0 {
			series = series.With(figures)
		}
	}
	return series, nil
}
