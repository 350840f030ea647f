package app

import (
	"encoding/json"
	"errors"
	"fmt"

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
	files, err := e.publish(s, p, rules, cmd.Out)
	if err != nil {
		return err
	}
	for _, file := range files {
		fmt.Fprintln(e.Out, file)
	}
	return nil
}

// publish counts a period, writes its report into the folder and freezes the edition in the store.
func (e *env) publish(s *store.Store, p desk.Period, rules count.Rulebook, dir string) ([]string, error) {
	waiting, err := s.Waiting(e.ctx)
	if err != nil {
		return nil, err
	}
	if waiting > 0 {
		return nil, errors.New(waitingFor(waiting))
	}
	edition, err := e.edition(s, p, rules)
	if err != nil {
		return nil, err
	}
	files, err := publish.Write(dir, edition)
	if err != nil {
		return nil, err
	}
	return files, e.freeze(s, p, rules, edition)
}

// freeze keeps the figures as they were published, with the identifiers of all that they counted, so that a later recount
// can say what has changed since.
func (e *env) freeze(s *store.Store, p desk.Period, rules count.Rulebook, edition publish.Edition) error {
	figures, err := json.Marshal(edition.Figures)
	if err != nil {
		return fmt.Errorf("freezing the edition: %w", err)
	}
	counted, err := s.Count(e.ctx, p)
	if err != nil {
		return fmt.Errorf("freezing the edition: %w", err)
	}
	_, err = s.SaveEdition(e.ctx, store.Edition{
		Period: p.Name, Rules: rules.Name, Version: rules.Version, Published: edition.Published, Figures: figures, Counted: counted,
	})
	return err
}

// edition is what the report of a period is made of.
func (e *env) edition(s *store.Store, p desk.Period, rules count.Rulebook) (publish.Edition, error) {
	figures, err := e.count(s, p, rules)
	if err != nil {
		return publish.Edition{}, err
	}
	series, err := e.trend(s, p, rules)
	if err != nil {
		return publish.Edition{}, err
	}
	return publish.Edition{Figures: figures, History: series, Published: e.now().In(p.First.Location()), Desk: publish.SampleDesk}, nil
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
		if facts.AsOf != nil {
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
