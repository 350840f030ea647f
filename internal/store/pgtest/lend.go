package pgtest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// Lend is Database for a program that is no test, such as a benchmark: next lends an empty database at each call, stop ends
// the server if it was started here. The databases of a server that was there before stay.
func Lend() (next func() (string, error), stop func(), err error) {
	server.once.Do(start)
	if server.url == nil {
		return nil, nil, errors.New("no PostgreSQL: TODOKE_TEST_POSTGRES is not set and " + server.reason)
	}
	stop = func() {
		if server.stop != nil {
			server.stop()
		}
	}
	return lend, stop, nil
}

func lend() (string, error) {
	db, err := sql.Open("pgx", server.url.String())
	if err != nil {
		return "", err
	}
	defer db.Close()
	name := fmt.Sprintf("todoke_lent_%d", lent.Add(1))
	if _, err := db.ExecContext(context.Background(), "CREATE DATABASE "+name+" TEMPLATE template0"); err != nil {
		return "", err
	}
	database := *server.url
	database.Path = "/" + name
	return database.String(), nil
}
