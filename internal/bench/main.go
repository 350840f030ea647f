// Command bench measures an import, the figures and the search of the program on SQLite and PostgreSQL in one run, beside
// the bounds: what reading alone, storing alone and indexing alone cost. Machines differ and are shared, so read the ratios.
//
// Each measurement is a process of its own, so that its CPU time and its peak memory are its own too. On PostgreSQL the
// server's processes are not in these figures. It is that of TODOKE_TEST_POSTGRES, or a throw-away
// cluster of the machine's own installation, which does not wait for the disk.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"todoke/internal/store/pgtest"
)

// sizes are how much is measured.
type sizes struct {
	short, long   int // mails of 3 KB and of 60 KB
	large, period int // messages of the large store, and of its last quarter
	month         int // mails imported into it
}

func main() {
	if len(os.Args) > 1 && os.Args[1] == childFlag {
		if err := child(os.Args[2:]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	small := flag.Bool("small", false, "a twentieth of everything: does it run?")
	only := flag.String("only", "", "sqlite or postgres; else both")
	flag.Parse()
	n := sizes{short: 20_000, long: 2_000, large: 1_000_000, period: 150_000, month: 10_000}
	if *small {
		n = sizes{short: 1_000, long: 100, large: 50_000, period: 7_500, month: 500}
	}
	if err := run(n, *only); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(n sizes, only string) error {
	dir, err := os.MkdirTemp("", "todoke-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	short, long, month := filepath.Join(dir, "short"), filepath.Join(dir, "long"), filepath.Join(dir, "month")
	for _, set := range []mailSet{
		{dir: short, n: n.short, size: 3 << 10, seed: 1}, {dir: long, n: n.long, size: 60 << 10, seed: 2}, {dir: month, n: n.month, size: 3 << 10, seed: 3},
	} {
		if err := set.write(); err != nil {
			return err
		}
	}
	fmt.Printf("%d processors, %s\n\n", runtime.NumCPU(), runtime.Version())
	databases, stop, err := databases(dir, only)
	if err != nil {
		return err
	}
	defer stop()
	imports := []struct {
		name, dir string
		n         int
	}{{"3 KB", short, n.short}, {"60 KB", long, n.long}}
	fmt.Printf("%-44s %9s %12s %10s\n", "", "mails/s", "CPU ms/mail", "peak MB")
	for _, set := range imports {
		if err := row(fmt.Sprintf("bound: reading alone, %d of %s", set.n, set.name), set.n, "read", "-", set.dir); err != nil {
			return err
		}
		for _, db := range databases {
			for _, what := range []string{"store", "index", "import"} {
				url, err := db.next()
				if err != nil {
					return err
				}
				label := map[string]string{"store": "bound: storing alone", "index": "bound: indexing alone", "import": "import"}[what]
				if err = row(fmt.Sprintf("%s: %s, %d of %s", db.name, label, set.n, set.name), set.n, what, url, set.dir); err != nil {
					return err
				}
			}
		}
	}
	for _, db := range databases {
		if err := large(db, n, month); err != nil {
			return err
		}
	}
	return nil
}

// row measures one child and prints it.
func row(label string, n int, args ...string) error {
	cost, err := measure(args...)
	if err != nil {
		return fmt.Errorf("%s: %w", label, err)
	}
	fmt.Printf("%-44s %9.0f %12.3f %10.0f\n", label, float64(n)/cost.wall.Seconds(), cost.cpu.Seconds()*1000/float64(n), float64(cost.peak)/(1<<20))
	return nil
}

// database lends a new empty store at each call of next.
type database struct {
	name string
	next func() (string, error)
}

func databases(dir, only string) ([]database, func(), error) {
	lent := 0
	sqlite := database{"SQLite", func() (string, error) {
		lent++
		return "sqlite:" + filepath.Join(dir, fmt.Sprintf("bench%d.db", lent)), nil
	}}
	if only == "sqlite" {
		return []database{sqlite}, func() {}, nil
	}
	lend, stop, err := pgtest.Lend()
	if err != nil {
		return nil, nil, err
	}
	postgres := database{"PostgreSQL", lend}
	if only == "postgres" {
		return []database{postgres}, stop, nil
	}
	return []database{sqlite, postgres}, stop, nil
}
