package store

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pressly/goose/v3"

	"todoke/internal/store/pgtest"
)

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	garbage := filepath.Join(folder, "garbage.db")
	if err := os.WriteFile(garbage, []byte(strings.Repeat("this is no database ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	cases := []struct{ address, why, want string }{
		{"", "nothing", "sqlite:PATH"},
		{"mysql://root:geheim@localhost/x", "another database", "sqlite:PATH"},
		{"sqlite:", "no path", "path of a file"},
		{"sqlite:" + folder + "/none/there.db", "a folder that is not there", "there is no store"},
		{"sqlite:" + garbage, "a file that is no database", "not a database"},
		{"postgres://todoke:geheim@127.0.0.1:1/todoke", "nobody listens", "cannot reach PostgreSQL"},
		{"postgres://todoke:geheim@127.0.0.1:nonsense/todoke", "no address", "PostgreSQL"},
		{"postgres:///todoke?host=/nowhere&password=geheim", "no socket", "cannot reach PostgreSQL"},
	}
	for _, c := range cases {
		for _, create := range []bool{false, true} {
			s, err := Open(t.Context(), c.address, Options{Create: create})
			if err == nil {
				s.Close()
				t.Errorf("%s (%s) was opened", c.address, c.why)
				continue
			}
			if create && strings.Contains(c.want, "no store") {
				continue // another reason then
			}
			text := err.Error()
			if !strings.Contains(text, c.want) || strings.Contains(text, "geheim") || strings.Contains(text, "\n") {
				t.Errorf("%s (%s): %q; want one line with %q and no password", c.address, c.why, text, c.want)
			}
		}
	}
}

// A command that only reads makes no store.
func TestOpenWithoutCreate(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, url string) {
		if s, err := Open(t.Context(), url, Options{}); !errors.Is(err, ErrNoStore) {
			t.Errorf("opening an empty one: %v, %v; want no store", s, err)
		}
		if path, ok := strings.CutPrefix(url, "sqlite:"); ok {
			if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("a file was made: %v", err)
			}
		}
		open(t, url)
		s, err := Open(t.Context(), url, Options{})
		if err != nil {
			t.Fatalf("opening what was made: %v", err)
		}
		s.Close()
	})
}

// A path may hold what means something in a URL.
func TestOpenOddPath(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "記録 100%?#&.db")
	open(t, "sqlite:"+path)
	if _, err := os.Stat(path); err != nil {
		t.Error(err)
	}
}

func TestOpenRefusesNewerStore(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, url string) {
		s := open(t, url)
		if _, err := s.db.ExecContext(t.Context(), "INSERT INTO goose_db_version (version_id, is_applied) VALUES ($1, $2)", 99999, true); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(t.Context(), url, Options{Create: true}); err == nil || !strings.Contains(err.Error(), "newer version") {
			t.Errorf("%v, want that it is newer", err)
		}
	})
}

func TestOpenByManyAtOnce(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, url string) {
		errs := make(chan error)
		for range 6 {
			go func() {
				s, err := Open(t.Context(), url, Options{Create: true})
				if err == nil {
					err = s.Close()
				}
				errs <- err
			}()
		}
		for range 6 {
			if err := <-errs; err != nil {
				t.Error(err)
			}
		}
	})
}

func TestMigrationsGoUpAndDown(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, url string) {
		s := open(t, url)
		folder, _ := fs.Sub(migrations, "migrations/"+s.dialect.name)
		provider, err := goose.NewProvider(s.dialect.goose, s.db, folder)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := provider.DownTo(t.Context(), 0); err != nil {
			t.Fatalf("down: %v", err)
		}
		if _, err := provider.Up(t.Context()); err != nil {
			t.Fatalf("up again: %v", err)
		}
		take(t, s, story(), 10)
	})
}

// Both databases have the same migrations, tables and columns.
func TestDialectsHaveTheSameTables(t *testing.T) {
	t.Parallel()
	names := func(dialect string) []string {
		found, err := fs.Glob(migrations, "migrations/"+dialect+"/*.sql")
		if err != nil || len(found) == 0 {
			t.Fatalf("%s: %v, %v", dialect, found, err)
		}
		for i := range found {
			found[i] = filepath.Base(found[i])
		}
		return found
	}
	if diff := cmp.Diff(names("sqlite"), names("postgres")); diff != "" {
		t.Errorf("migrations (-sqlite +postgres):\n%s", diff)
	}
	sqlite, postgres := open(t, "sqlite:"+t.TempDir()+"/test.db"), open(t, pgtest.Database(t))
	want := columns(t, sqlite, `SELECT m.name || '.' || p.name FROM sqlite_master m JOIN pragma_table_info(m.name) p
		WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name NOT LIKE 'goose_%' ORDER BY 1`)
	got := columns(t, postgres, `SELECT table_name || '.' || column_name FROM information_schema.columns
		WHERE table_schema = current_schema() AND table_name NOT LIKE 'goose_%' ORDER BY (table_name || '.' || column_name) COLLATE "C"`)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("columns (-sqlite +postgres):\n%s", diff)
	}
	indexes := "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY name"
	want = columns(t, sqlite, indexes)
	got = columns(t, postgres, `SELECT indexname FROM pg_indexes WHERE schemaname = current_schema() AND indexname NOT LIKE '%_pkey'
		AND indexname NOT LIKE '%_key' AND indexname NOT LIKE 'goose_%' ORDER BY indexname COLLATE "C"`)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("indexes (-sqlite +postgres):\n%s", diff)
	}
}

func columns(t *testing.T, s *Store, query string) []string {
	t.Helper()
	var all []string
	if err := s.read(t.Context(), func(tx tx) (err error) {
		all, err = tx.texts(t.Context(), query)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return all
}
