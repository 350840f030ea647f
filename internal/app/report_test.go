package app_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestReportOperations joins two reports of the sample, splits one, and takes both back: the rows must be what they were,
// and the old number must lead to the report that it became a part of.
func TestReportOperations(t *testing.T) {
	t.Parallel()
	mail, _ := sampleMail(t)
	for name, database := range databases(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, db := t.TempDir(), database(t)
			must(t, dir, "import", "--db", db, mail)
			rows := func() string {
				return must(t, dir, "figures", "2008Q2", "--json", "--db", db) + must(t, dir, "figures", "2008Q2", "--rows", "messages", "--db", db)
			}
			before := rows()
			const one, two = "TDK-2008-000001", "TDK-2008-000002"
			joined := operation(t, must(t, dir, "report", "join", two, one, "--why", "the same matter", "--db", db))
			if shown := must(t, dir, "report", "show", two, "--db", db); !strings.HasPrefix(shown, one) || !strings.Contains(shown, two) {
				t.Errorf("the number of a joined report leads to\n%s", shown)
			}
			if rows() == before {
				t.Error("joining changed no row")
			}
			must(t, dir, "report", "undo", joined, "--why", "a mistake", "--db", db)
			if diff := cmp.Diff(before, rows()); diff != "" {
				t.Errorf("after undoing the join (-before +after):\n%.2000s", diff)
			}
			first := regexp.MustCompile(`(?m)^([0-9a-f]{16})  `).FindStringSubmatch(must(t, dir, "report", "show", one, "--db", db))
			moved := operation(t, must(t, dir, "report", "move", two, first[1], "--why", "wrong place", "--db", db))
			must(t, dir, "report", "undo", moved, "--why", "a mistake", "--db", db)
			if diff := cmp.Diff(before, rows()); diff != "" {
				t.Errorf("after undoing the move (-before +after):\n%.2000s", diff)
			}
		})
	}
}

// operation finds the number of the operation that a command told.
func operation(t *testing.T, out string) string {
	t.Helper()
	found := regexp.MustCompile(`undo (\d+)`).FindStringSubmatch(out)
	if found == nil {
		t.Fatalf("no operation in %q", out)
	}
	return found[1]
}
