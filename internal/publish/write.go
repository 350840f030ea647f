package publish

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"todoke/internal/publish/chart"
	"todoke/internal/publish/document"
	"todoke/internal/publish/html"
	"todoke/internal/publish/pdf"
	"todoke/internal/publish/text"
)

// HTML writes the report as one self-contained page.
func HTML(w io.Writer, e Edition, lang string) error {
	if err := e.check(); err != nil {
		return err
	}
	return html.Page(w, Compose(e, lang), e.RowsLink)
}

// Text writes the report as text of 72 columns that ISO-2022-JP can carry, encoded in UTF-8.
func Text(w io.Writer, e Edition, lang string) error {
	if err := e.check(); err != nil {
		return err
	}
	return text.Write(w, Compose(e, lang))
}

// PDF writes the report as A4 pages in the font given.
func PDF(w io.Writer, e Edition, lang string, font pdf.Font) error {
	if err := e.check(); err != nil {
		return err
	}
	return pdf.Write(w, Compose(e, lang), font, e.Published)
}

// JSON writes the figures in the form of the contract.
func JSON(w io.Writer, e Edition) error {
	if err := e.check(); err != nil {
		return err
	}
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	return out.Encode(e.Figures)
}

// Charts returns the report's three figures.
func Charts(e Edition, lang string) []document.Chart {
	var charts []document.Chart
	for _, block := range Compose(e, lang).Blocks {
		if figure, ok := block.(document.Chart); ok {
			charts = append(charts, figure)
		}
	}
	return charts
}

// File is one file of an edition, not yet made.
type File struct {
	Name  string
	Write func(w io.Writer) error
}

// Files lists the files of the edition: report.{ja,en}.{html,txt,pdf}, chart-N.{ja,en}.svg, figures.json and one CSV a table.
// It fails for figures that must not be published.
func Files(e Edition) ([]File, error) {
	if err := e.check(); err != nil {
		return nil, err
	}
	var all []File
	add := func(name string, write func(w io.Writer) error) { all = append(all, File{name, write}) }
	for _, lang := range Languages {
		add("report."+lang+".html", func(w io.Writer) error { return HTML(w, e, lang) })
		add("report."+lang+".txt", func(w io.Writer) error { return Text(w, e, lang) })
		add("report."+lang+".pdf", func(w io.Writer) error { return PDF(w, e, lang, pdf.FindFont()) })
		for _, figure := range Charts(e, lang) {
			id := fmt.Sprintf("chart-%d", figure.Number)
			add(id+"."+lang+".svg", func(w io.Writer) error {
				_, err := w.Write(figure.Chart.SVG(id, chart.Alone, true))
				return err
			})
		}
	}
	add("figures.json", func(w io.Writer) error { return JSON(w, e) })
	for _, table := range CSVs(e) {
		add(table.Name+".csv", func(w io.Writer) error {
			_, err := w.Write(table.Bytes())
			return err
		})
	}
	return all, nil
}

// Write publishes the edition into a folder, which is made where it is missing, and returns the paths written. All files are
// made in a hidden folder beside their places first; then keep is called, which keeps the edition; then each file takes its
// place, and where one cannot, those before it are taken back. So a full disk, a folder that cannot be written or an edition
// that cannot be kept leaves what was there before, and there is no report without its edition. What can happen is an edition
// whose files a crash kept from their places: publishing again finds it and puts them there.
func Write(dir string, e Edition, keep func() error) ([]string, error) {
	all, err := Files(e)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, fmt.Errorf("making the folder of the report: %w", err)
	}
	staging, err := os.MkdirTemp(dir, ".publish-")
	if err != nil {
		return nil, fmt.Errorf("the report cannot be written into %s: %w", dir, err)
	}
	defer os.RemoveAll(staging)
	var names []string
	for _, f := range all {
		if err := stage(filepath.Join(staging, f.Name), f); err != nil {
			return nil, err
		}
		names = append(names, f.Name)
	}
	if err := keep(); err != nil {
		return nil, err
	}
	return swap(dir, staging, names)
}

func stage(path string, f File) error {
	out, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	buffered := bufio.NewWriter(out)
	err = f.Write(buffered)
	if err == nil {
		err = buffered.Flush()
	}
	if closing := out.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return fmt.Errorf("making %s: %w", f.Name, err)
	}
	return nil
}

// oldSuffix marks, inside the staging folder, the file that a new one has replaced.
const oldSuffix = ".old"

// swap puts the staged files into place, each old one aside; at the first failure it puts all old ones back.
func swap(dir, staging string, names []string) (paths []string, err error) {
	for i, name := range names {
		path, staged := filepath.Join(dir, name), filepath.Join(staging, name)
		err := os.Rename(path, staged+oldSuffix)
		if err == nil || errors.Is(err, fs.ErrNotExist) {
			err = os.Rename(staged, path)
		}
		if err != nil {
			for _, done := range names[:i+1] {
				undo(filepath.Join(dir, done), filepath.Join(staging, done))
			}
			return nil, fmt.Errorf("putting the report in place: %w", err)
		}
		paths = append(paths, path)
	}
	return paths, nil
}

// undo takes a new file away and puts the old one back, so far as there are such.
func undo(path, staged string) {
	if _, err := os.Lstat(staged); err != nil {
		os.Remove(path) // the staged file had already taken this place
	}
	os.Rename(staged+oldSuffix, path)
}
