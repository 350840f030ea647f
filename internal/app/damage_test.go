package app_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // registers the driver "pgx"
	_ "modernc.org/sqlite"             // registers the driver "sqlite"
)

// TestDamagedRowStopsPublishing damages one row of the sample quarter behind the program's back: the identity that watches it
// must fail by name, the publishing must stop with one line, and nothing may be written.
func TestDamagedRowStopsPublishing(t *testing.T) {
	t.Parallel()
	mail, _ := sampleMail(t)
	for name, database := range databases(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, url := t.TempDir(), database(t)
			must(t, dir, "import", "--db", url, mail)
			db := openRaw(t, url)
			for _, damage := range []struct{ identity, harm, mend string }{
				{"types", "UPDATE incident SET class = 'nonsense' WHERE id = 5", "UPDATE incident SET class = grp || '.port' WHERE id = 5"},
				{"months.addresses", "UPDATE incident SET opened = opened + 400 * 86400000000 WHERE id = 7", "UPDATE incident SET opened = opened - 400 * 86400000000 WHERE id = 7"},
				{"ports", "UPDATE incident SET class = 'dos' WHERE id = (SELECT min(id) FROM incident WHERE grp = 'scan')", "UPDATE incident SET class = 'scan.port' WHERE id = (SELECT min(id) FROM incident WHERE grp = 'scan')"},
				{"brands", "UPDATE incident SET brand_origin = 'mars' WHERE id = (SELECT min(id) FROM incident WHERE grp = 'phishing')", "UPDATE incident SET brand_origin = 'unknown' WHERE id = (SELECT min(id) FROM incident WHERE grp = 'phishing')"},
				{"months.messages", "UPDATE decision SET kind = 'spam' WHERE message = (SELECT min(message) FROM decision WHERE first = true AND report > 0)", "UPDATE decision SET kind = 'report' WHERE message = (SELECT min(message) FROM decision WHERE first = true AND report > 0)"},
				{"months.reports", "UPDATE report SET opened = opened - 400 * 86400000000 WHERE id = 9", "UPDATE report SET opened = opened + 400 * 86400000000 WHERE id = 9"},
				{"months.notices", "UPDATE notice SET sent = sent - 400 * 86400000000 WHERE message = (SELECT max(message) FROM notice)", "UPDATE notice SET sent = sent + 400 * 86400000000 WHERE message = (SELECT max(message) FROM notice)"},
				{"months.inquiries", "UPDATE inquiry SET opened = opened - 400 * 86400000000 WHERE id = 2", "UPDATE inquiry SET opened = opened + 400 * 86400000000 WHERE id = 2"},
				{"inquiries-disjoint", "UPDATE decision SET report = 1 WHERE inquiry = 1", "UPDATE decision SET report = NULL WHERE inquiry = 1"},
			} {
				change(t, db, damage.harm)
				out := filepath.Join(dir, "report")
				got := runProgram(t, dir, "publish", "2008Q2", "--out", out, "--db", url)
				if got.status != 1 || !strings.Contains(got.err, damage.identity+":") || strings.Count(got.err, "\n") != 1 {
					t.Errorf("%s: exit %d, said %q", damage.harm, got.status, got.err)
				}
				if _, err := os.Stat(out); err == nil {
					t.Errorf("%s: something was published", damage.harm)
				}
				change(t, db, damage.mend)
			}
			must(t, dir, "publish", "2008Q2", "--out", filepath.Join(dir, "report"), "--db", url)
		})
	}
}

// openRaw opens a store's database as it is.
func openRaw(t *testing.T, url string) *sql.DB {
	t.Helper()
	driver, source := "pgx", url
	if path, ok := strings.CutPrefix(url, "sqlite:"); ok {
		driver, source = "sqlite", path+"?_pragma=busy_timeout(10000)"
	}
	db, err := sql.Open(driver, source)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func change(t *testing.T, db *sql.DB, statement string) {
	t.Helper()
	result, err := db.ExecContext(t.Context(), statement)
	if err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		t.Fatalf("%s: %d rows, %v", statement, n, err)
	}
}
