// Command bench measures an import, the figures and the search of the program on SQLite and PostgreSQL in one run, beside
// the bounds: what reading alone, storing alone and indexing alone cost; the memory that one mail of 50 MB takes; and how many mails
// a second its doors make durable, beside a file with an fsync for each. Machines differ and are shared, so read the ratios.
//
// Each measurement is a process of its own, so that its CPU time and its peak memory are its own too. PostgreSQL is the
// server of TODOKE_TEST_POSTGRES, or a throw-away cluster of the machine's own installation, which waits for the disk as
// SQLite does; what its processes use is a column of its own, where it can be told.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
)

// sizes are how much is measured.
type sizes struct {
	short, long   int // mails of 3 KB and of 60 KB
	large, period int // messages of the large store, and of its last quarter
	month         int // mails imported into it
	doors, flat   int // mails brought by LMTP: in each round, and to one server for its memory
}

var (
	whole     = sizes{short: 20_000, long: 2_000, large: 1_000_000, period: 150_000, month: 10_000, doors: 10_000, flat: 100_000}
	twentieth = sizes{short: 1_000, long: 100, large: 50_000, period: 7_500, month: 500, doors: 500, flat: 5_000}
)

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
	part := flag.String("part", "", "import, memory, doors or large; else all")
	flag.StringVar(&profiles, "profiles", "", "folder for CPU profiles of the measurements")
	flag.Parse()
	n := whole
	if *small {
		n = twentieth
	}
	if err := run(n, *only, *part); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(n sizes, only, part string) error {
	signal.Notify(make(chan os.Signal, 1), os.Interrupt) // it ends the measurement, and then all that was made is removed here
	dir, err := os.MkdirTemp("", "todoke-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	databases, stop, err := openDatabases(dir, only)
	if err != nil {
		return err
	}
	defer stop()
	fmt.Printf("%d processors, %s. CPU is that of the program, both processors together", runtime.NumCPU(), runtime.Version())
	fmt.Println("; server is that of PostgreSQL's processes.")
	var aims aims
	if part == "" || part == "import" {
		if err := imports(dir, n, databases, &aims); err != nil {
			return err
		}
	}
	if part == "" || part == "memory" {
		if err := heavy(dir, databases, &aims); err != nil {
			return err
		}
	}
	if part == "" || part == "doors" {
		if err := doors(dir, n, databases, &aims); err != nil {
			return err
		}
	}
	if part == "" || part == "large" {
		for _, db := range databases {
			if err := large(dir, n, db, &aims); err != nil {
				return err
			}
		}
	}
	aims.print()
	return nil
}

// imports measures an import of short mails and one of long mails beside its bounds.
func imports(dir string, n sizes, databases []database, aims *aims) error {
	for _, set := range []mailSet{
		{name: "3 KB", dir: filepath.Join(dir, "short"), n: n.short, size: 3 << 10, seed: 1},
		{name: "60 KB", dir: filepath.Join(dir, "long"), n: n.long, size: 60 << 10, seed: 2},
	} {
		if err := set.write(); err != nil {
			return err
		}
		printHead(fmt.Sprintf("%d mails of %s", set.n, set.name))
		reading, err := row(nil, "reading alone", set.n, "read", "-", set.dir)
		if err != nil {
			return err
		}
		for _, db := range databases {
			if err := importBeside(reading, set, db, aims); err != nil {
				return err
			}
		}
	}
	return nil
}

// importBeside measures the bounds of one database, and the import itself, and compares them.
func importBeside(reading cost, set mailSet, db database, aims *aims) error {
	bounds := []cost{reading}
	for _, bound := range []struct{ label, what string }{{"storing alone", "store"}, {"indexing alone", "index"}} {
		cost, err := rowInto(db, bound.label, set.n, bound.what, set.dir)
		if err != nil {
			return err
		}
		bounds = append(bounds, cost)
	}
	whole, err := rowInto(db, "import", set.n, "import", set.dir)
	if err != nil {
		return err
	}
	together := total(bounds)
	fmt.Printf("%-44s %9.2f %12.2f\n", db.name+": import / the three bounds together",
		together.wall.Seconds()/whole.wall.Seconds(), (whole.cpu+whole.server).Seconds()/(together.cpu+together.server).Seconds())
	aims.imported(db, set, whole)
	return nil
}

// rowInto measures into a new empty store.
func rowInto(db database, label string, n int, what, dir string) (cost, error) {
	url, err := db.next()
	if err != nil {
		return cost{}, err
	}
	return row(&db, db.name+": "+label, n, what, url, dir)
}
