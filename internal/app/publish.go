package app

import (
	"context"
	"encoding/json"
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
	files, err := e.publish(c, s, p, rules, cmd.Out)
	if err != nil {
		return err
	}
	for _, file := range files {
		fmt.Fprintln(e.Out, file)
	}
	return nil
}

// publish counts a period, writes its report into the folder and freezes the edition in the store.
func (e *env) publish(c config.Config, s *store.Store, p desk.Period, rules count.Rulebook, dir string) ([]string, error) {
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
	series, err := trend(e.ctx, s, p, rules)
	if err != nil {
		return publish.Edition{}, err
	}
	return publish.Edition{Figures: figures, History: series, Published: e.now().In(p.First.Location()), Desk: publish.SampleDesk}, nil
}

// trendMonths is how many months before the period published this store is asked about: eight quarters.
const trendMonths = 24

// trend is what a period is set against: the imported history, and over it what this store itself counts of the months
// before. A month of which the store holds nothing stays what the history says, or a gap.
func trend(ctx context.Context, s *store.Store, p desk.Period, rules count.Rulebook) (history.Series, error) {
	series, err := loadHistory(ctx, s)
	if err != nil {
		return series, err
	}
	first := desk.Period{First: p.First.AddDate(0, -trendMonths, 0), Last: p.First.AddDate(0, 0, -1)}
	for _, month := range first.Months() {
		facts, err := s.Facts(ctx, month)
		if err != nil {
			return series, fmt.Errorf("counting %s: %w", month.Name, err)
		}
		if facts.AsOf != nil {
			series = series.With(count.Count(month, rules, facts))
		}
	}
	return series, nil
}
