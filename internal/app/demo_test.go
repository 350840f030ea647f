package app_test

import (
	"encoding/json"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"todoke/internal/count"
	"todoke/internal/store/pgtest"
)

// databases are the stores that whole-program tests run on: a new SQLite file and a new PostgreSQL database.
func databases(t *testing.T) map[string]func(*testing.T) string {
	t.Helper()
	return map[string]func(*testing.T) string{
		"sqlite":   func(t *testing.T) string { return "sqlite:" + filepath.Join(t.TempDir(), "todoke.db") },
		"postgres": func(t *testing.T) string { return pgtest.Database(t) },
	}
}

// TestDemo runs the main job on the sample quarter; what comes out of the mails must be the seed's figures.
func TestDemo(t *testing.T) {
	t.Parallel()
	for name, database := range databases(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, db := t.TempDir(), database(t)
			t.Log(must(t, dir, "demo", "--no-serve", "--dir", filepath.Join(dir, "demo"), "--db", db))
			checkSeed(t, figures(t, dir, db))
		})
	}
}

func figures(t *testing.T, dir, db string) count.Figures {
	t.Helper()
	var f count.Figures
	if err := json.Unmarshal([]byte(must(t, dir, "figures", "2008Q2", "--json", "--db", db)), &f); err != nil {
		t.Fatal(err)
	}
	return f
}

// checkSeed holds figures against the report of the real desk for April to June 2008.
func checkSeed(t *testing.T, f count.Figures) {
	t.Helper()
	c := f.Counters
	if diff := cmp.Diff([]int{768, 584, 734, 465, 19}, []int{c.Messages, c.Reports, c.Addresses, c.Notices, c.Inquiries}); diff != "" {
		t.Errorf("messages, reports, addresses, notices, inquiries (-want +got):\n%s", diff)
	}
	types := map[string]int{}
	for _, row := range f.Types {
		types[row.Type] = row.Addresses
	}
	if diff := cmp.Diff(map[string]int{"scan": 350, "forged": 7, "intrusion": 18, "phishing": 138, "other": 221}, types); diff != "" {
		t.Errorf("types (-want +got):\n%s", diff)
	}
	type port struct {
		Addresses int
		Worm      bool
	}
	ports := map[int]port{}
	for _, row := range f.ScanPorts {
		ports[row.Port] = port{row.Addresses, row.Worm}
	}
	wantPorts := map[int]port{80: {222, true}, 22: {114, true}, 5900: {5, true}, 21: {4, true}, 139: {4, false}, 10000: {1, true}}
	if diff := cmp.Diff(wantPorts, ports); diff != "" {
		t.Errorf("ports (-want +got):\n%s", diff)
	}
	brands := map[string]int{}
	for _, row := range f.PhishingBrands {
		brands[row.Origin] = row.Addresses
	}
	if diff := cmp.Diff(map[string]int{"domestic": 7, "overseas": 122, "unknown": 9}, brands); diff != "" {
		t.Errorf("brands (-want +got):\n%s", diff)
	}
	checkSeedTLDs(t, f)
	checkSeedMonths(t, f)
	for _, identity := range f.Identities {
		if !identity.Holds {
			t.Errorf("identity %s: %d in the tables, %d in the rows", identity.Name, identity.Left, identity.Right)
		}
	}
	if len(f.Identities) != 10 {
		t.Errorf("%d identities, want 10", len(f.Identities))
	}
}

func checkSeedTLDs(t *testing.T, f count.Figures) {
	t.Helper()
	top, sum := map[string]int{}, 0
	want := map[string]int{"jp": 169, "com": 119, "net": 75, "de": 13, "cn": 11}
	for _, row := range f.ReporterTLDs {
		sum += row.Reports
		if _, named := want[row.TLD]; named {
			top[row.TLD] = row.Reports
		} else if row.Reports > 11 {
			t.Errorf("TLD %q has %d reports; no other than the seed's has more than 11", row.TLD, row.Reports)
		}
	}
	if diff := cmp.Diff(want, top); diff != "" || sum != 584 {
		t.Errorf("TLDs, %d reports in all (-want +got):\n%s", sum, diff)
	}
}

// checkSeedMonths knows the months of the monthly series that the real desk published.
func checkSeedMonths(t *testing.T, f count.Figures) {
	t.Helper()
	got := map[string]map[string]int{}
	for _, m := range f.Months {
		got[m.Month] = map[string]int{"reports": m.Reports, "notices": m.Notices, "phishing": m.Types["phishing"], "scan": m.Types["scan"]}
	}
	month := func(reports, notices, phishing, scan int) map[string]int {
		return map[string]int{"reports": reports, "notices": notices, "phishing": phishing, "scan": scan}
	}
	want := map[string]map[string]int{
		"2008-04": month(192, 149, 37, 130), "2008-05": month(203, 147, 46, 98), "2008-06": month(189, 169, 55, 122),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("months (-want +got):\n%s", diff)
	}
}
