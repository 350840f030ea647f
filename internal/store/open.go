package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"modernc.org/sqlite" // registers the driver "sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"todoke/internal/store/fulltext"
)

//go:embed migrations
var migrations embed.FS

// Options say how a store is opened.
type Options struct {
	Create bool // make the store where there is none
}

// Open opens the store at the URL: sqlite:PATH or postgres://…. Where there is none it is made, or, without Create,
// the error is ErrNoStore. A store made by an older version is brought up to date; one made by a newer is refused.
// Errors are one line without a password.
func Open(ctx context.Context, address string, options Options) (*Store, error) {
	s, err := connect(ctx, address, options)
	if err != nil {
		return nil, err
	}
	if err := s.migrate(ctx, address, options); err != nil {
		s.db.Close()
		return nil, err
	}
	if s.file, err = fileOf(address); err != nil {
		s.db.Close()
		return nil, err
	}
	return s, nil
}

func connect(ctx context.Context, address string, options Options) (*Store, error) {
	scheme, rest, _ := strings.Cut(address, ":")
	switch scheme {
	case "sqlite":
		return connectSQLite(rest, options)
	case "postgres", "postgresql":
		return connectPostgres(ctx, address)
	}
	return nil, fmt.Errorf("the database must be sqlite:PATH or postgres://…, not %q", Redact(address))
}

func connectSQLite(path string, options Options) (*Store, error) {
	if path == "" {
		return nil, errors.New("sqlite: needs the path of a file behind it")
	}
	if !options.Create {
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("%w at %s; import makes one", ErrNoStore, path)
		}
	}
	// Pages are kept by the system too: twice the cache makes an import no faster, and takes 20 MB more for each connection.
	pragmas := url.Values{"_txlock": {"immediate"}, "_pragma": {
		"busy_timeout(60000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)",
		"cache_size(-16384)", "temp_store(MEMORY)", "wal_autocheckpoint(4000)", "journal_size_limit(67108864)",
	}}
	dsn := url.URL{Scheme: "file", Opaque: url.PathEscape(path), RawQuery: pragmas.Encode()}
	db, err := sql.Open("sqlite", dsn.String())
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", path, err)
	}
	db.SetMaxOpenConns(4)
	return newStore(db, sqliteDialect), nil
}

func connectPostgres(ctx context.Context, address string) (*Store, error) {
	config, err := pgx.ParseConfig(address)
	if err != nil {
		return nil, fmt.Errorf("%q is not the address of a PostgreSQL database; write postgres://USER@HOST/NAME", Redact(address))
	}
	config.RuntimeParams["application_name"] = "todoke"
	config.RuntimeParams["jit"] = "off" // compiling a tally takes longer than running it
	db := stdlib.OpenDB(*config)
	db.SetMaxOpenConns(8)
	if err := db.PingContext(ctx); err != nil {
		db.Close()
		return nil, fmt.Errorf("cannot reach PostgreSQL at %s: %s", Redact(address), oneLine(err))
	}
	return newStore(db, postgresDialect), nil
}

func newStore(db *sql.DB, dialect dialect) *Store {
	return &Store{db: db, dialect: dialect, builder: fulltext.NewBuilder()}
}

// Redact hides the password of a database's address.
func Redact(address string) string {
	parsed, err := url.Parse(address)
	if err != nil {
		return "(an address that cannot be read)"
	}
	query := parsed.Query()
	if query.Has("password") {
		query.Set("password", "xxxxx")
		parsed.RawQuery = query.Encode()
	}
	return parsed.Redacted()
}

// oneLine is the innermost cause of a driver's error, which names no password, with what can be done about it where that is
// known. Of several causes (one for each address that was tried) it is the first.
func oneLine(err error) string {
	for {
		inner := errors.Unwrap(err)
		if several, ok := err.(interface{ Unwrap() []error }); ok && len(several.Unwrap()) > 0 {
			inner = several.Unwrap()[0]
		}
		if inner == nil {
			break
		}
		err = inner
	}
	line := strings.Join(strings.Fields(err.Error()), " ")
	if failed := (*sqlite.Error)(nil); errors.As(err, &failed) {
		switch failed.Code() {
		case sqlite3.SQLITE_NOTADB:
			return line + "; it is another kind of file, name the store's with --db"
		case sqlite3.SQLITE_CANTOPEN:
			return line + "; look whether its folder is there and yours to write, and that it is no folder itself"
		}
	}
	return line
}

// migrate brings the tables up to date. Two processes that find an empty database at once both try; the second one's
// statements fail on what the first has made, and its next try finds nothing left to do.
func (s *Store) migrate(ctx context.Context, address string, options Options) error {
	folder, err := fs.Sub(migrations, "migrations/"+s.dialect.name)
	if err != nil {
		return fmt.Errorf("finding the migrations: %w", err)
	}
	provider, err := goose.NewProvider(s.dialect.goose, s.db, folder, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return fmt.Errorf("reading the migrations: %w", err)
	}
	if !options.Create {
		made, err := s.made(ctx)
		if err != nil {
			return fmt.Errorf("reading %s: %s", Redact(address), oneLine(err))
		}
		if !made {
			return fmt.Errorf("%w in %s; import makes one", ErrNoStore, Redact(address))
		}
	}
	for range 5 {
		if err = s.upTo(ctx, provider); err == nil || errors.Is(err, errNewer) {
			break
		}
	}
	if err != nil {
		return fmt.Errorf("making the tables in %s: %s", Redact(address), oneLine(err))
	}
	return nil
}

var errNewer = errors.New("the store was made by a newer version of this program; update the program")

// upTo applies the migrations that are missing. A store that needs none is not written to.
func (s *Store) upTo(ctx context.Context, provider *goose.Provider) error {
	made, err := s.made(ctx)
	if err != nil {
		return err
	}
	if made {
		current, target, err := provider.GetVersions(ctx)
		if err != nil {
			return err
		}
		if current > target {
			return errNewer
		}
		if current == target {
			return nil
		}
	}
	_, err = provider.Up(ctx)
	return err
}

// made tells whether the database holds a store's tables.
func (s *Store) made(ctx context.Context) (bool, error) {
	query := "SELECT count(*) FROM sqlite_master WHERE name = 'goose_db_version'"
	if s.dialect.name == "postgres" {
		query = "SELECT count(*) FROM information_schema.tables WHERE table_name = 'goose_db_version' AND table_schema = current_schema()"
	}
	var n int
	err := s.db.QueryRowContext(ctx, query).Scan(&n)
	return n > 0, err
}
