package app

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"

	"todoke/internal/count"
	"todoke/internal/desk"
	"todoke/internal/publish"
	"todoke/internal/store"
	"todoke/internal/terminal"
)

type figuresCommand struct {
	Period string  `arg:"" help:"2008Q2, 2008-04, 2008, FY2008 or 2008-04-01..2008-06-30."`
	Rules  string  `help:"The rulebook: address-2008 or incident-2010." default:"address-2008"`
	JSON   bool    `help:"Print JSON."`
	Scheme string  `help:"Show the types of another scheme than the rulebook's: jpcert-2008, jpcert-2010 or rsit-1003." placeholder:"NAME"`
	Rows   *string `help:"List the rows behind a figure: messages, reports, addresses, distinct_addresses, notices, inquiries, incidents, requests, type:scan, port:22, brand:domestic, tld:jp, way:password, aftermath:defacement, not-counted:spam, unconfirmed:reports, unconfirmed:addresses, reports_without_incident." placeholder:"FIGURE"`
}

func (cmd *figuresCommand) Run(e *env) error {
	c, err := e.settings()
	if err != nil {
		return err
	}
	p, err := period(cmd.Period, c)
	if err != nil {
		return err
	}
	rules, err := recast(cmd.Rules, cmd.Scheme)
	if err != nil {
		return err
	}
	if cmd.Rows != nil && *cmd.Rows == "" {
		return usage("--rows is empty; write one of %s", store.FigureForms)
	}
	s, err := e.open(c.DB, false)
	if err != nil {
		return err
	}
	defer s.Close()
	if waiting, err := s.Waiting(e.ctx); err != nil {
		return err
	} else if waiting > 0 {
		fmt.Fprintf(e.Err, "todoke: %s; these figures are without them\n", waitingFor(waiting))
	}
	if cmd.Rows != nil {
		return e.printRows(s, p, rules, *cmd.Rows, cmd.JSON)
	}
	figures, err := e.count(s, p, rules)
	if err != nil {
		return err
	}
	if cmd.JSON {
		return printJSON(e.Out, figures)
	}
	return printFigures(e.Out, figures)
}

// recast is a rulebook with the types of another scheme, or with its own for "".
func recast(name, scheme string) (count.Rulebook, error) {
	rules, err := rulebook(name)
	if err != nil || scheme == "" {
		return rules, err
	}
	if rules.Scheme = desk.Scheme(scheme); !slices.Contains(desk.Schemes(), rules.Scheme) {
		return rules, usage("%q is not a scheme; write one of %s", scheme, strings.Trim(strings.ReplaceAll(fmt.Sprint(desk.Schemes()), " ", ", "), "[]"))
	}
	return rules, nil
}

// waitingFor says what to do about messages that an import was stopped before it matched.
func waitingFor(n int) string {
	return fmt.Sprintf("%d messages of an import that was stopped are not matched yet: import them again", n)
}

// count tallies and counts a period.
func (e *env) count(s *store.Store, p desk.Period, rules count.Rulebook) (count.Figures, error) {
	facts, err := s.Facts(e.ctx, p)
	if err != nil {
		return count.Figures{}, fmt.Errorf("counting %s: %w", p.Name, err)
	}
	return count.Count(p, rules, facts), nil
}

func printJSON(out io.Writer, value any) error {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}

// printRows lists exactly the rows that a figure counted.
func (e *env) printRows(s *store.Store, p desk.Period, rules count.Rulebook, figure string, asJSON bool) error {
	header, rows, err := s.Rows(e.ctx, p, rules.Scheme, figure)
	if err != nil {
		if errors.Is(err, store.ErrUnknownFigure) {
			return usageError{err}
		}
		return err
	}
	if asJSON {
		return printRowsJSON(e.Out, header, rows)
	}
	table := csv.NewWriter(e.Out)
	if err := table.Write(header); err != nil {
		return err
	}
	for row, err := range rows {
		if err != nil {
			return err
		}
		if err := table.Write(publish.SafeCells(row)); err != nil {
			return err
		}
	}
	table.Flush()
	return table.Error()
}

// typed are the columns whose values are no texts in JSON.
var typed = map[string]func(string) (any, error){
	"incident": number, "first_incident": number, "incident_count": number, "port": number, "addresses": number,
	"messages": number, "notices": number, "worm": boolean, "confirmed": boolean,
}

func number(text string) (any, error) {
	if text == "" {
		return nil, nil // a request about no incident
	}
	return strconv.ParseInt(text, 10, 64)
}

func boolean(text string) (any, error) { return strconv.ParseBool(text) }

// printRowsJSON writes the rows as one array of objects.
func printRowsJSON(out io.Writer, header []string, rows iter.Seq2[[]string, error]) error {
	list := []map[string]any{}
	for row, err := range rows {
		if err != nil {
			return err
		}
		object := map[string]any{}
		for i, name := range header {
			object[name] = row[i]
			if value, is := typed[name]; is {
				if object[name], err = value(row[i]); err != nil {
					return fmt.Errorf("column %s: %w", name, err)
				}
			}
		}
		list = append(list, object)
	}
	return printJSON(out, list)
}

// printFigures shows the figures as tables for a terminal.
func printFigures(out io.Writer, f count.Figures) error {
	var text strings.Builder
	fmt.Fprintf(&text, "%s  %s to %s, %s, rulebook %s version %d, scheme %s\n\n",
		f.Period.Name, f.Period.From, f.Period.To, f.Period.Zone, f.Rulebook.Name, f.Rulebook.Version, f.Scheme)
	row := func(label string, n int, note string) {
		fmt.Fprintf(&text, "  %-28s %7d%s\n", terminal.Clean(label), n, note)
	}
	section := func(title string) { fmt.Fprintf(&text, "\n%s\n", title) }
	text.WriteString("counters\n")
	row("messages", f.Counters.Messages, "")
	row("reports", f.Counters.Reports, "")
	row("addresses", f.Counters.Addresses, fmt.Sprintf("  (%d distinct)", f.Counters.DistinctAddresses))
	row("notices", f.Counters.Notices, "")
	row("inquiries", f.Counters.Inquiries, "")
	if f.Counters.Incidents != nil {
		row("incidents", *f.Counters.Incidents, "")
		row("requests", *f.Counters.Requests, "")
	}
	section("types (addresses)")
	for _, r := range f.Types {
		row(r.Type, r.Addresses, "")
	}
	section("scanned ports (addresses; *2 worm traffic suspected)")
	for _, r := range f.ScanPorts {
		mark := ""
		if r.Worm {
			mark = "  *2"
		}
		row(portLabel(r), r.Addresses, mark)
	}
	section("imitated brands (addresses)")
	for _, r := range f.PhishingBrands {
		row(r.Origin, r.Addresses, "")
	}
	section("reporters' top-level domains (reports)")
	for _, r := range f.ReporterTLDs {
		row(tldLabel(r.TLD), r.Reports, "")
	}
	section("not counted (messages)")
	for _, kind := range desk.UncountedKinds() {
		row(string(kind), f.NotCounted[string(kind)], "")
	}
	section("months                       messages reports addresses notices inquiries")
	for _, m := range f.Months {
		fmt.Fprintf(&text, "  %-26s %8d %7d %9d %7d %9d\n", m.Month, m.Messages, m.Reports, m.Addresses, m.Notices, m.Inquiries)
	}
	section("identities (left = sum of the tables, right = total of the rows)")
	for _, identity := range f.Identities {
		verdict := "holds"
		if !identity.Holds {
			verdict = fmt.Sprintf("BROKEN, remainder %d", identity.Left-identity.Right)
		}
		fmt.Fprintf(&text, "  %-28s %7d = %-7d %s\n", identity.Name, identity.Left, identity.Right, verdict)
	}
	if f.Unconfirmed.Reports+f.Unconfirmed.Addresses > 0 {
		fmt.Fprintf(&text, "\nunconfirmed, but counted: %d reports, %d addresses\n", f.Unconfirmed.Reports, f.Unconfirmed.Addresses)
	}
	_, err := io.WriteString(out, text.String())
	return err
}

func portLabel(r count.PortRow) string {
	if r.Port == 0 {
		return "no port told"
	}
	return strings.TrimRight(fmt.Sprintf("%d/%s %s", r.Port, r.Proto, r.Service), " ")
}

func tldLabel(tld string) string {
	if tld == "" {
		return "without a mail domain"
	}
	return "." + tld
}
