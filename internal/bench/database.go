package main

import (
	"fmt"
	"os"
	"path/filepath"

	"todoke/internal/store/pgtest"
)

// database lends a new empty store at each call of next.
type database struct {
	name   string
	next   func() (string, error)
	server *pgtest.Server // nil for SQLite
}

// openDatabases gives both databases, or the one that only names.
func openDatabases(dir, only string) (list []database, stop func(), err error) {
	stop = func() {}
	if only != "postgres" {
		list = append(list, sqliteIn(dir))
	}
	if only != "sqlite" {
		server, err := pgtest.Lend()
		if err != nil {
			return nil, nil, err
		}
		stop = func() {
			if err := server.Stop(); err != nil {
				fmt.Fprintln(os.Stderr, "bench:", err)
			}
		}
		list = append(list, database{"PostgreSQL", server.Database, server})
	}
	return list, stop, nil
}

// sqliteIn names files in the folder; the program makes them.
func sqliteIn(dir string) database {
	lent := 0
	return database{name: "SQLite", next: func() (string, error) {
		lent++
		return "sqlite:" + filepath.Join(dir, fmt.Sprintf("bench%d.db", lent)), nil
	}}
}
