// Package publish makes the report of a period out of its figures: one document in Japanese and one in English, each as
// HTML, text and PDF, with the tables as CSV, the figures as JSON and the charts as SVG.
//
// The way of a report: an Edition (figures, and the history they are set against) is composed into a document.Document for
// each language; the writers in html, text and pdf only give it a form. Nothing is published of figures whose identities do
// not hold, and a folder gets all files of an edition or none.
package publish

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"todoke/internal/count"
	"todoke/internal/publish/history"
)

// Edition is what a report is made of.
type Edition struct {
	Figures   count.Figures
	History   history.Series // what the figures are set against; the zero Series has no comparison
	Published time.Time      // the day printed on the report
	Desk      Desk
	Erratum   *Erratum // what is different from the edition before, nil for a first edition

	// Preliminary marks figures that were counted for a look and are not published.
	Preliminary bool

	// RowsLink returns the address of the page with the rows behind a figure, by the figure's key (reports, type:scan,
	// port:tcp/22 …). Where it is nil, as in a file that is read without a server, figures are plain numbers.
	RowsLink func(key string) string
}

// Desk is who publishes.
type Desk struct {
	NameJA string `json:"ja"`
	NameEN string `json:"en"`
}

// SampleDesk is the desk of the demonstration.
var SampleDesk = Desk{NameJA: "Todoke サンプル窓口", NameEN: "Todoke sample desk"}

// Languages are the languages of every edition.
var Languages = []string{"ja", "en"}

// ErrBroken is returned for figures with an identity that does not hold. The error says which, with both sides and the remainder.
var ErrBroken = errors.New("the figures do not add up and must not be published")

// check refuses broken figures.
func (e Edition) check() error {
	broken := e.Figures.Broken()
	if len(broken) == 0 {
		return nil
	}
	var told []string
	for _, identity := range broken {
		told = append(told, fmt.Sprintf("%s: %d in the tables, %d in the rows, remainder %d",
			identity.Name, identity.Left, identity.Right, identity.Left-identity.Right))
	}
	return fmt.Errorf("%w: %s", ErrBroken, strings.Join(told, "; "))
}

// setting is what an edition keeps beside its figures, so that the report can be made again as it was.
type setting struct {
	Desk    Desk           `json:"desk"`
	History history.Series `json:"history"`
	Erratum *Erratum       `json:"erratum,omitempty"`
}

// Freeze writes the edition as it is to be kept: its figures in the form of the contract, and what they are set against.
func (e Edition) Freeze() (figures, beside []byte, err error) {
	if figures, err = json.Marshal(e.Figures); err != nil {
		return nil, nil, fmt.Errorf("freezing the figures: %w", err)
	}
	if beside, err = json.Marshal(setting{e.Desk, e.History, e.Erratum}); err != nil {
		return nil, nil, fmt.Errorf("freezing what the figures are set against: %w", err)
	}
	return figures, beside, nil
}

// Thaw reads an edition that Freeze has written.
func Thaw(figures, beside []byte, published time.Time) (Edition, error) {
	e := Edition{Published: published}
	if err := json.Unmarshal(figures, &e.Figures); err != nil {
		return e, fmt.Errorf("reading the figures of an edition: %w", err)
	}
	var kept setting
	if err := json.Unmarshal(beside, &kept); err != nil {
		return e, fmt.Errorf("reading what an edition is set against: %w", err)
	}
	e.Desk, e.History, e.Erratum = kept.Desk, kept.History, kept.Erratum
	return e, nil
}

// Running tells whether the period was not over on the day of publishing.
func (e Edition) Running() bool {
	last, err := time.ParseInLocation(time.DateOnly, e.Figures.Period.To, e.zone())
	return err == nil && e.Published.Before(last.AddDate(0, 0, 1))
}

// begun tells whether a month had begun when the figures were published: before that it has none, which is not zero.
func (e Edition) begun(month history.Month) bool {
	return !e.Published.Before(time.Date(month.Year, month.Month, 1, 0, 0, 0, 0, e.zone()))
}

// zone is the time zone of the period's edges.
func (e Edition) zone() *time.Location {
	zone, err := time.LoadLocation(e.Figures.Period.Zone)
	if err != nil {
		return time.UTC
	}
	return zone
}
