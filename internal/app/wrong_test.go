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
		brands string // brands.toml
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
		{name: "never_blame", config: "never_blame = [\"8.8.8\"]\n", args: []string{"figures", "2008Q2"}, status: 2, says: "8.8.8"},
		{name: "never_blame that is a URL", config: "never_blame = [\"http://x.example/\"]\n", args: []string{"figures", "2008Q2"}, status: 2, says: "http://x.example/"},
		{name: "fax gateway", config: "fax_gateways = [\"fax.example.jp\"]\n", args: []string{"figures", "2008Q2"}, status: 2, says: "@fax.example.jp"},
		{name: "desk without a name", config: "desk_name_ja = \"\"\n", args: []string{"figures", "2008Q2"}, status: 2, says: "desk_name_ja"},
		{name: "no brands", config: "brands = \"none.toml\"\n", args: []string{"import", "."}, status: 2, says: "none.toml"},
		{name: "brands that are no TOML", config: "brands = \"brands.toml\"\n", brands: "[[brand]\n", args: []string{"import", "."}, status: 2, says: "brands.toml"},
		{name: "brands without an origin", config: "brands = \"brands.toml\"\n", brands: "[[brand]]\nname = \"Ours\"\n", args: []string{"import", "."}, status: 2, says: "Ours"},
		{name: "brands without a brand", config: "brands = \"brands.toml\"\n", brands: "# none\n", args: []string{"import", "."}, status: 2, says: "names no brand"},
		{name: "broken brands, figures", config: "brands = \"brands.toml\"\n", brands: "[[brand]\n", args: []string{"figures", "2008Q2"}, status: 2, says: "brands.toml"},
		{name: "rows of nothing", args: []string{"figures", "2008Q2", "--rows", ""}, status: 2, says: "--rows is empty"},
		{name: "search for an empty word", args: []string{"search", ""}, status: 2, says: "not empty"},
		{name: "scheme", args: []string{"figures", "2008Q2", "--scheme", "jpcert-2012"}, status: 2, says: "rsit-1003"},
		{name: "a file that is no database", config: "# no database, but longer than the head of one would have to be\n", args: []string{"figures", "2008Q2", "--db", "sqlite:todoke.toml"}, status: 1, says: "--db"},
		{name: "a store in a folder that is not there", args: []string{"import", ".", "--db", "sqlite:nowhere/todoke.db"}, status: 1, says: "folder"},
		{name: "nobody decides", args: []string{"report", "undo", "1", "--who", "", "--why", "x"}, status: 2, says: "--who"},
		{name: "no reason", args: []string{"report", "undo", "1", "--who", "x", "--why", ""}, status: 2, says: "--why"},
		{name: "workers", args: []string{"import", "--workers", "-1", "."}, status: 2, says: "--workers"},
		{name: "nothing to search", args: []string{"search"}, status: 2, says: "words"},
		{name: "a place to listen at", args: []string{"serve", "--listen", "8080"}, status: 2, says: "--listen"},
		{name: "a place to listen at, in the settings", config: "lmtp = \"unix:\"\n", args: []string{"serve"}, status: 2, says: "lmtp"},
		{name: "a secret that is not there", config: "key_file = \"nowhere\"\n", args: []string{"serve"}, status: 2, says: "nowhere"},
		{name: "a certificate that is not there", config: "smtp = \"127.0.0.1:0\"\ntls_cert = \"cert.pem\"\ntls_key = \"key.pem\"\n", args: []string{"serve"}, status: 2, says: "cert.pem"},
		{name: "a password that is not there", config: "[[imap]]\naddress = \"127.0.0.1:1\"\nuser = \"desk\"\npassword_file = \"nowhere\"\n", args: []string{"serve"}, status: 2, says: "nowhere"},
		{name: "keys without a secret", args: []string{"key", "list"}, status: 2, says: "key_file"},
		{name: "a token's name", args: []string{"token", "add", "a b"}, status: 2, says: "a b"},
		{name: "held mail of a store that is not there", args: []string{"held"}, status: 2, says: "todoke.db"},
		{name: "released mail that nobody names", args: []string{"held", "release"}, status: 2, says: "--all"},
		{name: "opened for no reason", args: []string{"open", "--who", "x", "--why", "", "1"}, status: 2, says: "--why"},
		{name: "history that is none", args: []string{"history", "import", "todoke.toml"}, config: "\n", status: 2, says: "todoke.toml"},
	} {
		t.Run(each.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			for file, text := range map[string]string{"todoke.toml": each.config, "brands.toml": each.brands} {
				if text == "" {
					continue
				}
				if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			before := list(t, dir)
			got := runProgram(t, dir, each.args...)
			if n := strings.Count(got.err, "connection refused"); n > 1 {
				t.Errorf("the cause is told %d times: %s", n, got.err)
			}
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
