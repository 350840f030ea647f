package app_test

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
)

// TestDecisionsAreRecorded confirms a report that assist mode left to a handler, takes that back, and reads both in the list of
// operations: who, when and why, each way.
func TestDecisionsAreRecorded(t *testing.T) {
	t.Parallel()
	_, files := sampleMail(t)
	dir := t.TempDir()
	db := "sqlite:" + filepath.Join(dir, "todoke.db")
	must(t, dir, append([]string{"import", "--policy", "assist", "--db", db}, files[:60]...)...)
	const number = "TDK-2008-000001"
	confirmed := func() bool {
		var shown struct {
			Report    string
			Confirmed bool
			Incidents []struct {
				Incident  int
				Confirmed bool
			}
			Proposals []any
		}
		decode(t, must(t, dir, "report", "show", number, "--json", "--db", db), &shown)
		if shown.Report != number || len(shown.Incidents) == 0 || shown.Proposals == nil {
			t.Fatalf("shown: %+v", shown)
		}
		for _, incident := range shown.Incidents {
			if incident.Confirmed != shown.Confirmed {
				t.Errorf("incident %d is confirmed: %v, its report: %v", incident.Incident, incident.Confirmed, shown.Confirmed)
			}
		}
		return shown.Confirmed
	}
	if confirmed() {
		t.Error("assist confirmed a report")
	}
	done := operation(t, must(t, dir, "report", "confirm", number, "--who", "hanako", "--why", "read it", "--db", db))
	if !confirmed() {
		t.Error("the report is not confirmed")
	}
	said := must(t, dir, "report", "undo", done, "--who", "taro", "--why", "read it wrongly", "--db", db)
	if !strings.Contains(said, "confirm by hanako: read it") {
		t.Errorf("undo said %q", said)
	}
	if confirmed() {
		t.Error("the report is confirmed still")
	}
	var log []struct {
		Operation      int
		Name, Who, Why string
		Undone         *struct{ Who, Why string }
	}
	decode(t, must(t, dir, "report", "log", "--json", "--db", db), &log)
	must(t, dir, "report", "address", "1", "2001:DB8::7", "--who", "hanako", "--why", "asked the provider", "--db", db)
	if shown := must(t, dir, "figures", "2008Q2", "--rows", "addresses", "--db", db); !strings.Contains(shown, "\n1,2001:db8::7,") {
		t.Errorf("incident 1 has not its new address:\n%.300s", shown)
	}
	if got := runProgram(t, dir, "report", "address", "1", "no address", "--who", "hanako", "--why", "x", "--db", db); got.status != 2 {
		t.Errorf("an address that is none: exit %d, %s", got.status, got.err)
	}
	if len(log) != 1 || log[0].Who != "hanako" || log[0].Why != "read it" || log[0].Undone == nil || log[0].Undone.Who != "taro" || log[0].Undone.Why != "read it wrongly" {
		t.Errorf("the list of operations is %+v", log)
	}
}

// TestRowsInJSON reads rows as JSON: numbers are numbers, truths are truths, and the types are those of the scheme asked for.
func TestRowsInJSON(t *testing.T) {
	t.Parallel()
	_, files := sampleMail(t)
	dir := t.TempDir()
	db := "sqlite:" + filepath.Join(dir, "todoke.db")
	must(t, dir, append([]string{"import", "--db", db}, files[:200]...)...)
	var addresses []struct {
		Incident, Port  int
		Worm, Confirmed bool
		Type            string
	}
	decode(t, must(t, dir, "figures", "2008Q2", "--rows", "type:information-gathering/scanner", "--scheme", "rsit-1003", "--json", "--db", db), &addresses)
	if len(addresses) == 0 {
		t.Fatal("no scans")
	}
	for _, row := range addresses {
		if row.Incident == 0 || row.Type != "information-gathering/scanner" {
			t.Errorf("row %+v", row)
		}
	}
	var reports []struct {
		Messages, Addresses int
		Confirmed           bool
	}
	decode(t, must(t, dir, "figures", "2008Q2", "--rows", "reports", "--json", "--db", db), &reports)
	if len(reports) == 0 || reports[0].Messages == 0 {
		t.Errorf("reports: %+v", reports)
	}
}

func decode(t *testing.T, text string, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), into); err != nil {
		t.Fatalf("%v in\n%.300s", err, text)
	}
}
