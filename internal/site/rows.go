package site

import (
	"encoding/csv"
	"fmt"
	"mime"
	"net/http"
	"strings"

	"todoke/internal/publish"
)

// rowsShown is the number of rows on one page.
const rowsShown = 100

// rowsPage lists rows behind a figure.
type rowsPage struct {
	view
	Figure  string
	Page    Page
	Differs bool // the published number is another
	Columns []string
	Rows    [][]cell
	Next    string // address of the next page, or ""
}

// cell is one value of a row; Message is the message that it names, or "".
type cell struct{ Text, Message string }

func (s *site) rows(w http.ResponseWriter, r *http.Request) error {
	v := s.view(r)
	if _, err := s.choose(r, &v); err != nil {
		return err
	}
	query := RowsQuery{Period: v.Period, Rules: v.Rules, Figure: r.URL.Query().Get("figure"), After: r.URL.Query().Get("after")}
	found, err := s.source.Page(r.Context(), query, rowsShown)
	if err != nil {
		return fmt.Errorf("rows of %q: %w", query.Figure, err)
	}
	page := rowsPage{view: v, Figure: publish.FigureName(v.Lang, query.Figure), Page: found}
	page.Differs = found.Published != nil && *found.Published != found.Number
	order := shown(found.Header)
	for _, column := range order {
		page.Columns = append(page.Columns, publish.ColumnName(v.Lang, found.Header[column]))
	}
	for _, row := range found.Rows {
		page.Rows = append(page.Rows, cells(found.Header, row, order))
	}
	if found.Next != "" {
		page.Next = v.Link("/rows", "figure", query.Figure, "after", found.Next)
	}
	page.Heading = page.Figure + " · " + v.Period
	return s.render(w, http.StatusOK, "rows", page)
}

// namesMessage are the columns that name a message; a notice is named by the mail that carried it.
var namesMessage = map[string]bool{"message": true, "first_message": true, "notice": true}

// shown is the order in which a page shows columns: the message, behind which the text is found, before all others.
func shown(header []string) []int {
	var first, rest []int
	for i, column := range header {
		if namesMessage[column] {
			first = append(first, i)
		} else {
			rest = append(rest, i)
		}
	}
	return append(first, rest...)
}

func cells(header, row []string, order []int) []cell {
	out := make([]cell, len(order))
	for i, column := range order {
		out[i].Text = row[column]
		if namesMessage[header[column]] {
			out[i].Message = row[column]
		}
	}
	return out
}

// rowsCSV sends the whole list, row by row.
func (s *site) rowsCSV(w http.ResponseWriter, r *http.Request) error {
	v := s.view(r)
	if _, err := s.choose(r, &v); err != nil {
		return err
	}
	figure := r.URL.Query().Get("figure")
	header, rows, err := s.source.Rows(r.Context(), RowsQuery{Period: v.Period, Rules: v.Rules, Figure: figure})
	if err != nil {
		return fmt.Errorf("rows of %q: %w", figure, err)
	}
	name := v.Period + "-" + strings.NewReplacer(":", "-", "/", "-").Replace(figure) + ".csv"
	w.Header().Set("Content-Type", contentType(name))
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	out := csv.NewWriter(w)
	out.UseCRLF = true
	out.Write(publish.SafeCells(header)) // a csv.Writer keeps its first error for Error
	for row, err := range rows {
		if err != nil {
			s.log.Error("list broken off", "figure", figure, "error", err)
			panic(http.ErrAbortHandler) // half of a list must not look like a whole one
		}
		if out.Write(publish.SafeCells(row)) != nil {
			return nil // the reader has gone
		}
	}
	out.Flush()
	return nil
}
