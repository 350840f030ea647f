package site

import (
	"bytes"
	"fmt"
	"html/template"
	"mime"
	"net/http"
	"path"

	"todoke/internal/publish"
	reporthtml "todoke/internal/publish/html"
)

// reportPage is the front page: the report of a period.
type reportPage struct {
	view
	Periods   []string
	Rulebooks []string
	Files     []string
	Edition   Edition
	At        string // when it was published
	Report    template.HTML
}

// choose notes in the view which period and rulebook a request asks for, by default the first of each.
func (s *site) choose(r *http.Request, v *view) (periods []string, err error) {
	if periods, err = s.source.Periods(r.Context()); err != nil {
		return nil, fmt.Errorf("listing the periods: %w", err)
	}
	if v.Period == "" {
		if len(periods) == 0 {
			return nil, fmt.Errorf("no report yet: %w", ErrNotFound)
		}
		v.Period = periods[0]
	}
	if v.Rules == "" {
		v.Rules = s.source.Rulebooks()[0]
	}
	return periods, nil
}

// edition finds the edition that a request asks for.
func (s *site) edition(r *http.Request, v *view) (Edition, []string, error) {
	periods, err := s.choose(r, v)
	if err != nil {
		return Edition{}, nil, err
	}
	e, err := s.source.Edition(r.Context(), EditionQuery{Period: v.Period, Rules: v.Rules, Now: v.Now})
	if err != nil {
		return Edition{}, nil, fmt.Errorf("edition of %q: %w", v.Period, err)
	}
	return e, periods, nil
}

func (s *site) report(w http.ResponseWriter, r *http.Request) error {
	v := s.view(r)
	e, periods, err := s.edition(r, &v)
	if err != nil {
		return err
	}
	files, err := publish.Files(e.Edition)
	if err != nil {
		return err
	}
	e.RowsLink = nil
	if !s.public {
		e.RowsLink = func(figure string) string { return v.Link("/rows", "figure", figure) }
	}
	body, err := reporthtml.Body(publish.Compose(e.Edition, v.Lang), e.RowsLink)
	if err != nil {
		return err
	}
	page := reportPage{view: v, Periods: periods, Rulebooks: s.source.Rulebooks(), Edition: e, Report: body,
		At: e.Edition.Published.In(s.zone).Format("2006-01-02 15:04:05 -07:00")}
	page.Heading = v.say("四半期報告", "Report") + " " + v.Period
	for _, f := range files {
		page.Files = append(page.Files, f.Name)
	}
	return s.render(w, http.StatusOK, "report", page)
}

// file makes one file of the edition on the way, to be kept by the reader.
func (s *site) file(w http.ResponseWriter, r *http.Request) error {
	v := s.view(r)
	e, _, err := s.edition(r, &v)
	if err != nil {
		return err
	}
	files, err := publish.Files(e.Edition)
	if err != nil {
		return err
	}
	for _, f := range files {
		if f.Name != r.PathValue("name") {
			continue
		}
		var b bytes.Buffer
		if err := f.Write(&b); err != nil {
			return err
		}
		w.Header().Set("Content-Type", contentType(f.Name))
		w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": v.Period + "-" + f.Name}))
		_, err := w.Write(b.Bytes())
		return err
	}
	return ErrNotFound
}

// contentTypes are told here and not asked of the machine, whose table may differ.
var contentTypes = map[string]string{
	".html": "text/html; charset=utf-8",
	".txt":  "text/plain; charset=utf-8",
	".csv":  "text/csv; charset=utf-8",
	".svg":  "image/svg+xml",
	".json": "application/json",
	".pdf":  "application/pdf",
}

func contentType(name string) string { return contentTypes[path.Ext(name)] }
