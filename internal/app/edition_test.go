package app_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestErratum publishes half of the sample quarter, again with nothing changed, and again with the rest imported and a report
// joined. The second is the first edition again, byte for byte; the third says in every form that it corrects the first, names
// each identifier with its cause, and adds up to the difference of the figures.
func TestErratum(t *testing.T) {
	t.Parallel()
	_, files := sampleMail(t)
	for name, database := range databases(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, db := t.TempDir(), database(t)
			must(t, dir, append([]string{"import", "--db", db}, files[:len(files)/2]...)...)
			publish := func(folder string) (files map[string]string, said string) {
				got := runProgram(t, dir, "publish", "2008Q2", "--db", db, "--out", folder)
				if got.status != 0 {
					t.Fatalf("publish: exit %d, %s", got.status, got.err)
				}
				return readFolder(t, filepath.Join(dir, folder)), got.err
			}
			first, said := publish("first")
			if strings.Contains(said, "corrects") || first["erratum.csv"] != "" {
				t.Errorf("the first edition has an erratum: %s", said)
			}
			again, _ := publish("again")
			if diff := cmp.Diff(first, again); diff != "" || editions(t, db) != 1 {
				t.Errorf("publishing again with nothing changed: %d editions (-first +again):\n%.2000s", editions(t, db), diff)
			}
			must(t, dir, "report", "join", "TDK-2008-000002", "TDK-2008-000001", "--who", "hanako", "--why", "the same site", "--db", db)
			must(t, dir, append([]string{"import", "--db", db}, files...)...)
			third, said := publish("third")
			if editions(t, db) != 2 || strings.Count(said, "\n") != 1 || !strings.Contains(said, "corrects") {
				t.Errorf("%d editions; said %q", editions(t, db), said)
			}
			for file, sign := range map[string]string{"report.ja.html": "正誤", "report.en.html": "Erratum", "report.ja.txt": "正誤", "report.en.txt": "Erratum"} {
				if !strings.Contains(third[file], sign) {
					t.Errorf("%s lacks %q", file, sign)
				}
			}
			checkErratum(t, third["erratum.csv"], first["figures.json"], third["figures.json"])
			if strings.Contains(strings.Join([]string{third["erratum.csv"], third["report.en.html"]}, ""), "hanako") {
				t.Error("the erratum names the handler")
			}
		})
	}
}

// TestUnfinishedPeriod publishes the year that is running: the report is marked, under the name of the settings' desk.
func TestUnfinishedPeriod(t *testing.T) {
	t.Parallel()
	dir, now := t.TempDir(), time.Now().In(time.FixedZone("JST", 9*60*60))
	mail := "From: a@example.jp\nDate: " + now.Format(time.RFC1123Z) + "\nSubject: attack\n\nAttacks on our ssh, port 22, come from 198.51.100.7.\n"
	if err := os.WriteFile(filepath.Join(dir, "today.eml"), []byte(mail), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "todoke.toml"), []byte("desk_name_ja = \"みほん窓口\"\ndesk_name_en = \"Model CSIRT\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	must(t, dir, "import", "today.eml")
	year := now.Format("2006")
	got := runProgram(t, dir, "publish", year, "--out", "report")
	if got.status != 0 || !strings.Contains(got.err, year+" is not over") || strings.Count(got.err, "\n") != 1 {
		t.Errorf("exit %d, said %q", got.status, got.err)
	}
	report := readFolder(t, filepath.Join(dir, "report"))
	for file, signs := range map[string][]string{"report.ja.html": {"【途中】", "みほん窓口"}, "report.en.txt": {"Unfinished", "Model CSIRT"}} {
		for _, sign := range signs {
			if !strings.Contains(report[file], sign) {
				t.Errorf("%s lacks %q", file, sign)
			}
		}
	}
}

// checkErratum holds the identifiers of an erratum against the figures of both editions.
func checkErratum(t *testing.T, erratum, then, now string) {
	t.Helper()
	difference := map[string]int{}
	for _, line := range strings.Split(strings.TrimSpace(erratum), "\r\n")[1:] {
		cells := strings.SplitN(line, ",", 5)
		switch cells[1] {
		case "added":
			difference[cells[0]]++
			if cells[3] != "imported-later" {
				t.Errorf("%s: all that was added came with the second import", line)
			}
		case "removed":
			difference[cells[0]]--
			if cells[0] == "reports" && cells[2] == "TDK-2008-000002" && cells[3] != "joined" {
				t.Errorf("%s: it was joined", line)
			}
		}
	}
	type figures struct{ Counters map[string]int }
	var was, is figures
	if err := json.Unmarshal([]byte(then), &was); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(now), &is); err != nil {
		t.Fatal(err)
	}
	for _, counter := range []string{"messages", "reports", "addresses", "notices", "inquiries"} {
		if want := is.Counters[counter] - was.Counters[counter]; difference[counter] != want || want <= 0 {
			t.Errorf("%s: the erratum adds up to %d, the figures differ by %d", counter, difference[counter], want)
		}
	}
}

func editions(t *testing.T, url string) (n int) {
	t.Helper()
	if err := openRaw(t, url).QueryRowContext(t.Context(), "SELECT count(*) FROM edition").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func readFolder(t *testing.T, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, entry := range entries {
		content, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files[entry.Name()] = string(content)
	}
	return files
}
