package pgtest

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Server lends databases to a program that is no test, such as a benchmark.
type Server struct {
	Started bool // by this process, with all that it wrote safe from a crash; else it is that of TODOKE_TEST_POSTGRES
	names   []string
}

// Lend finds or starts the server. One that is started here waits for the disk at each commit, as a desk's own server does.
func Lend() (*Server, error) {
	server.once.Do(func() { start(durable) })
	if server.url == nil {
		return nil, errors.New("no PostgreSQL: TODOKE_TEST_POSTGRES is not set and " + server.reason)
	}
	return &Server{Started: server.stop != nil}, nil
}

// Database lends an empty database and returns its URL.
func (s *Server) Database() (string, error) {
	name := fmt.Sprintf("todoke_lent_%d_%d", os.Getpid(), lent.Add(1))
	if err := execute("CREATE DATABASE " + name + " TEMPLATE template0"); err != nil {
		return "", err
	}
	s.names = append(s.names, name)
	return databaseURL(name), nil
}

// Stop drops what was lent, and ends the server if it was started here.
func (s *Server) Stop() error {
	if server.stop != nil {
		server.stop()
		return nil
	}
	var errs []error
	for _, name := range s.names {
		errs = append(errs, execute("DROP DATABASE "+name+" WITH (FORCE)"))
	}
	return errors.Join(errs...)
}

// CPU is the processor time that all processes of the server have used so far. ok is false where it cannot be told: the
// server was not started here, or the system has no /proc.
func (s *Server) CPU() (used time.Duration, ok bool) {
	if !s.Started {
		return 0, false
	}
	pid, err := os.ReadFile(filepath.Join(server.data, "postmaster.pid"))
	if err != nil {
		return 0, false
	}
	first, _, _ := bytes.Cut(pid, []byte("\n"))
	postmaster := string(first)
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range stats {
		stat, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended meanwhile
		}
		fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
		switch own := filepath.Base(filepath.Dir(path)) == postmaster; {
		case own:
			used += ticks(fields[11:15]) // and of those of its children that have ended
			ok = true
		case fields[1] == postmaster:
			used += ticks(fields[11:13])
		}
	}
	return used, ok
}

// ticks adds up times of /proc/PID/stat, which are hundredths of a second (proc(5); USER_HZ is 100 on Linux).
func ticks(fields []string) (sum time.Duration) {
	for _, field := range fields {
		n, _ := strconv.ParseInt(field, 10, 64)
		sum += time.Duration(n) * 10 * time.Millisecond
	}
	return sum
}

func execute(statement string) error {
	db, err := sql.Open("pgx", server.url.String())
	if err != nil {
		return err
	}
	defer db.Close()
	if _, err := db.ExecContext(context.Background(), statement); err != nil {
		return fmt.Errorf("%s: %w", statement, err)
	}
	return nil
}

func databaseURL(name string) string {
	database := *server.url
	database.Path = "/" + name
	return database.String()
}
