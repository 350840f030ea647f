package blind_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
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
			checkFigures(t, want, figures)
			var rows []incident
			decode(t, todoke(t, "figures", want.Period, "--rows", "addresses", "--json", "--db", db), &rows)
			checkAddresses(t, want.Incidents, rows)
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

func checkFigures(t *testing.T, want truth, f count.Figures) {
	t.Helper()
	counters := map[string]int{
		"messages": f.Counters.Messages, "reports": f.Counters.Reports, "addresses": f.Counters.Addresses,
		"distinct_addresses": f.Counters.DistinctAddresses, "notices": f.Counters.Notices, "inquiries": f.Counters.Inquiries,
	}
	within(t, "counter", want.Counters, counters, 0.01, 1)
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
	within(t, "type", want.Types, types, 0.02, 2)
	within(t, "port", want.Ports, ports, 0.02, 2)
	within(t, "brand", want.Brands, brands, 0.02, 2)
	within(t, "TLD", want.TLDs, tlds, 0.02, 2)
	for _, identity := range f.Broken() {
		t.Errorf("identity %s: %d in the tables, %d in the rows", identity.Name, identity.Left, identity.Right)
	}
}

// within compares the rows of a table: each may differ by a share of the truth, or by a few.
func within(t *testing.T, table string, want, got map[string]int, share float64, few int) {
	t.Helper()
	names := map[string]bool{}
	for name := range want {
		names[name] = true
	}
	for name := range got {
		names[name] = true
	}
	for name := range names {
		bound := max(few, int(math.Floor(share*float64(want[name]))))
		if off := got[name] - want[name]; off > bound || -off > bound {
			t.Errorf("%s %s: got %d, the truth is %d, the bound %d", table, name, got[name], want[name], bound)
		}
	}
}

func checkAddresses(t *testing.T, want, got []incident) {
	t.Helper()
	address := func(i incident) string { return i.Address }
	typed := func(i incident) string { return i.Address + " " + desk.SchemeJPCERT2008.TypeOf(i.Class) }
	right, rightType := common(want, got, address), common(want, got, typed)
	precision, recall := float64(right)/float64(len(got)), float64(right)/float64(len(want))
	t.Logf("addresses: precision %.4f, recall %.4f; type right in %.4f", precision, recall, float64(rightType)/float64(right))
	if precision < 0.99 || recall < 0.99 {
		t.Errorf("addresses: precision %.4f, recall %.4f, want 0.99 each", precision, recall)
	}
	if float64(rightType) < 0.98*float64(right) {
		t.Errorf("type right in %d of %d", rightType, right)
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
