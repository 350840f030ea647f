package blind_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	_ "time/tzdata"

	"todoke/internal/app"
	"todoke/internal/count"
	"todoke/internal/desk"
)

// truth is what the writer of a quarter says that it holds.
type truth struct {
	Period    string         `json:"period"`
	Counters  map[string]int `json:"counters"`
	Types     map[string]int `json:"types"`
	Ports     map[string]int `json:"ports"` // "tcp/22"
	Brands    map[string]int `json:"brands"`
	TLDs      map[string]int `json:"tlds"`
	Incidents []incident     `json:"incidents"`
}

type incident struct {
	Address string     `json:"address"`
	Class   desk.Class `json:"class"`
}

func TestQuarters(t *testing.T) {
	t.Parallel()
	quarters, err := filepath.Glob("testdata/quarter-*.zip")
	if err != nil || len(quarters) == 0 {
		t.Fatalf("no quarters: %v", err)
	}
	for _, path := range quarters {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".zip"), func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			unpack(t, path, dir)
			var want truth
			text, err := os.ReadFile(filepath.Join(dir, "truth.json"))
			if err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(text, &want); err != nil {
				t.Fatal(err)
			}
			db := "sqlite:" + filepath.Join(dir, "todoke.db")
			todoke(t, "import", "--db", db, filepath.Join(dir, "mails"))
			var figures count.Figures
			decode(t, todoke(t, "figures", want.Period, "--json", "--db", db), &figures)
			for _, identity := range figures.Broken() {
				t.Errorf("identity %s: %d in the tables, %d in the rows", identity.Name, identity.Left, identity.Right)
			}
			var rows []incident
			decode(t, todoke(t, "figures", want.Period, "--rows", "addresses", "--json", "--db", db), &rows)
			got := compareAddresses(want.Incidents, rows)
			got.CountersOut, got.RowsOut = compareFigures(want, figures)
			got.check(t, boundOf(t, strings.TrimSuffix(filepath.Base(path), ".zip")))
		})
	}
}

// todoke runs the program and returns its standard output.
func todoke(t *testing.T, args ...string) []byte {
	t.Helper()
	var out, errs bytes.Buffer
	if status := app.Main(args, app.Streams{Out: &out, Err: &errs}); status != 0 {
		t.Fatalf("todoke %s: exit %d: %s", strings.Join(args, " "), status, errs.String())
	}
	return out.Bytes()
}

func decode(t *testing.T, text []byte, into any) {
	t.Helper()
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatal(err)
	}
}

// result is how near the program came to the truth of a quarter.
type result struct {
	Precision, Recall float64  // of the addresses blamed
	Type              float64  // share of the addresses blamed rightly whose type is right
	CountersOut       []string // counters further from the truth than 1% or 1
	RowsOut           []string // rows of the tables further from the truth than 2% or 2
}

// bound is how near it must come. The bounds of a desk hold where the environment has TODOKE_BLIND=bounds; else a quarter that
// is not there yet must not fall behind what was reached (testdata/reached.json).
type bound struct {
	Precision, Recall, Type float64
	CountersOut, RowsOut    int
}

var deskBound = bound{Precision: 0.99, Recall: 0.99, Type: 0.98}

func boundOf(t *testing.T, quarter string) bound {
	t.Helper()
	if os.Getenv("TODOKE_BLIND") == "bounds" {
		return deskBound
	}
	text, err := os.ReadFile("testdata/reached.json")
	if err != nil {
		t.Fatal(err)
	}
	var reached struct{ Quarters map[string]bound }
	if err := json.Unmarshal(text, &reached); err != nil {
		t.Fatal(err)
	}
	if bound, known := reached.Quarters[quarter]; known {
		return bound
	}
	return deskBound
}

func (r result) check(t *testing.T, b bound) {
	t.Helper()
	t.Logf("addresses: precision %.4f, recall %.4f; type right in %.4f; counters out of bounds %q; rows out of bounds %q",
		r.Precision, r.Recall, r.Type, r.CountersOut, r.RowsOut)
	if r.Precision < b.Precision || r.Recall < b.Recall || r.Type < b.Type {
		t.Errorf("precision %.4f, recall %.4f, type %.4f; want %.4f, %.4f, %.4f", r.Precision, r.Recall, r.Type, b.Precision, b.Recall, b.Type)
	}
	if len(r.CountersOut) > b.CountersOut || len(r.RowsOut) > b.RowsOut {
		t.Errorf("%d counters and %d rows are out of bounds, want at most %d and %d", len(r.CountersOut), len(r.RowsOut), b.CountersOut, b.RowsOut)
	}
}

func compareFigures(want truth, f count.Figures) (countersOut, rowsOut []string) {
	counters := map[string]int{
		"messages": f.Counters.Messages, "reports": f.Counters.Reports, "addresses": f.Counters.Addresses,
		"distinct_addresses": f.Counters.DistinctAddresses, "notices": f.Counters.Notices, "inquiries": f.Counters.Inquiries,
	}
	types, ports, brands, tlds := map[string]int{}, map[string]int{}, map[string]int{}, map[string]int{}
	for _, row := range f.Types {
		types[row.Type] = row.Addresses
	}
	for _, row := range f.ScanPorts {
		ports[fmt.Sprintf("%s/%d", row.Proto, row.Port)] = row.Addresses
	}
	for _, row := range f.PhishingBrands {
		brands[row.Origin] = row.Addresses
	}
	for _, row := range f.ReporterTLDs {
		tlds[row.TLD] = row.Reports
	}
	countersOut = out("counter", want.Counters, counters, 0.01, 1)
	rowsOut = slices.Concat(out("type", want.Types, types, 0.02, 2), out("port", want.Ports, ports, 0.02, 2),
		out("brand", want.Brands, brands, 0.02, 2), out("TLD", want.TLDs, tlds, 0.02, 2))
	return countersOut, rowsOut
}

// out lists the rows of a table that are further from the truth than a share of it, and than a few.
func out(table string, want, got map[string]int, share float64, few int) []string {
	names := map[string]bool{}
	for name := range want {
		names[name] = true
	}
	for name := range got {
		names[name] = true
	}
	var wrong []string
	for _, name := range slices.Sorted(maps.Keys(names)) {
		allowed := max(few, int(math.Floor(share*float64(want[name]))))
		if off := got[name] - want[name]; off > allowed || -off > allowed {
			wrong = append(wrong, fmt.Sprintf("%s %s: %d for %d", table, name, got[name], want[name]))
		}
	}
	return wrong
}

func compareAddresses(want, got []incident) result {
	address := func(i incident) string { return i.Address }
	typed := func(i incident) string { return i.Address + " " + desk.SchemeJPCERT2008.TypeOf(i.Class) }
	right, rightType := common(want, got, address), common(want, got, typed)
	return result{
		Precision: float64(right) / float64(len(got)), Recall: float64(right) / float64(len(want)), Type: float64(rightType) / float64(right),
	}
}

// common counts what is in both lists, as often as it is in both.
func common(want, got []incident, key func(incident) string) int {
	open := map[string]int{}
	for _, each := range want {
		open[key(each)]++
	}
	n := 0
	for _, each := range got {
		if open[key(each)] > 0 {
			open[key(each)]--
			n++
		}
	}
	return n
}

// unpack writes the files of an archive into a folder.
func unpack(t *testing.T, path, dir string) {
	t.Helper()
	archive, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	for _, file := range archive.File {
		target := filepath.Join(dir, filepath.FromSlash(file.Name))
		if strings.HasSuffix(file.Name, "/") || !filepath.IsLocal(file.Name) {
			continue
		}
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			t.Fatal(err)
		}
		content, err := file.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(content)
		content.Close()
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(target, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
