package app_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestWrongInput gives the program one wrong thing at a time: it must answer with one clear line on standard error that
// names the wrong thing, with exit status 2 (1 where something outside failed), and change nothing.
func TestWrongInput(t *testing.T) {
	t.Parallel()
	for _, each := range []struct {
		name   string
		config string // todoke.toml
		args   []string
		status int
		says   string
	}{
		{name: "unknown command", args: []string{"imprt"}, status: 2, says: "imprt"},
		{name: "unknown flag", args: []string{"figures", "2008Q2", "--jsn"}, status: 2, says: "--jsn"},
		{name: "period", args: []string{"figures", "2008Q5"}, status: 2, says: "2008Q5"},
		{name: "period of publish", args: []string{"publish", "spring", "--out", "x"}, status: 2, says: "spring"},
		{name: "period of ten thousand years", args: []string{"figures", "0001-01-01..9999-12-31"}, status: 2, says: "1970 to 2100"},
		{name: "period of eleven years", args: []string{"figures", "2001-01-01..2011-12-31"}, status: 2, says: "longer than 10 years"},
		{name: "rulebook", args: []string{"figures", "2008Q2", "--rules", "address-2009"}, status: 2, says: "address-2009"},
		{name: "policy", args: []string{"import", "--policy", "manual", "x.eml"}, status: 2, says: "--policy"},
		{name: "missing file", args: []string{"import", "nowhere.eml"}, status: 2, says: "nowhere.eml"},
		{name: "missing file to read", args: []string{"read", "nowhere.eml"}, status: 2, says: "nowhere.eml"},
		{name: "no such sample", args: []string{"sample", "2009Q1", "--out", "x"}, status: 2, says: "2009Q1"},
		{name: "store that is not there", args: []string{"figures", "2008Q2"}, status: 2, says: "todoke.db"},
		{name: "no store at all", args: []string{"figures", "2008Q2", "--db", "mysql://x"}, status: 2, says: "mysql"},
		{name: "database out of reach", args: []string{"figures", "2008Q2", "--db", "postgres://todoke:secret@127.0.0.1:1/todoke"}, status: 1, says: "127.0.0.1"},
		{name: "missing settings", args: []string{"figures", "2008Q2", "--config", "none.toml"}, status: 2, says: "none.toml"},
		{name: "unknown key", config: "windw_days = 3\n", args: []string{"figures", "2008Q2"}, status: 2, says: "windw_days"},
		{name: "wrong zone", config: "zone = \"Asia/Edo\"\n", args: []string{"figures", "2008Q2"}, status: 2, says: "Asia/Edo"},
		{name: "wrong type", config: "window_days = \"ten\"\n", args: []string{"figures", "2008Q2"}, status: 2, says: "window_days"},
		{name: "no TOML", config: "zone = = 3\n", args: []string{"figures", "2008Q2"}, status: 2, says: "line 1"},
		{name: "network", config: "own_networks = [\"10.0.0.0/99\"]\n", args: []string{"figures", "2008Q2"}, status: 2, says: "10.0.0.0/99"},
		{name: "workers", args: []string{"import", "--workers", "-1", "."}, status: 2, says: "--workers"},
		{name: "nothing to search", args: []string{"search"}, status: 2, says: "words"},
		{name: "history that is none", args: []string{"history", "import", "todoke.toml"}, config: "\n", status: 2, says: "todoke.toml"},
	} {
		t.Run(each.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			if each.config != "" {
				if err := os.WriteFile(filepath.Join(dir, "todoke.toml"), []byte(each.config), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			before := list(t, dir)
			got := runProgram(t, dir, each.args...)
			if got.status != each.status {
				t.Errorf("exit %d, want %d\n%s", got.status, each.status, got.err)
			}
			if lines := strings.Count(got.err, "\n"); lines != 1 || !strings.Contains(got.err, each.says) {
				t.Errorf("want one line that names %q, got %d:\n%s", each.says, lines, got.err)
			}
			if got.out != "" {
				t.Errorf("standard output: %q", got.out)
			}
			if strings.Contains(got.err, "secret") {
				t.Errorf("the password is shown: %s", got.err)
			}
			if after := list(t, dir); before != after {
				t.Errorf("files before %q, after %q: something was changed", before, after)
			}
		})
	}
}

func list(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return strings.Join(names, " ")
}
