package main

import (
	"fmt"
	"os"
	"time"
)

func printHead(title string) {
	fmt.Printf("\n%-44s %9s %12s %12s %10s\n", title, "mails/s", "CPU ms/mail", "server", "peak MB")
}

// row measures one child and prints it. db is nil where there is none.
func row(db *database, label string, n int, args ...string) (cost, error) {
	cost, err := measure(db, os.Stdout, args...)
	if err != nil {
		return cost, fmt.Errorf("%s: %w", label, err)
	}
	server := ""
	if db != nil && db.server != nil {
		server = "not told"
		if cost.serverTold {
			server = fmt.Sprintf("%.3f", perMail(cost.server, n))
		}
	}
	fmt.Printf("%-44s %9.0f %12.3f %12s %10.0f\n", label, float64(n)/cost.wall.Seconds(), perMail(cost.cpu, n), server, megabytes(cost.peak))
	return cost, nil
}

// perMail is in milliseconds.
func perMail(d time.Duration, n int) float64 { return d.Seconds() * 1000 / float64(n) }

func megabytes(bytes int64) float64 { return float64(bytes) / (1 << 20) }

// aims collects what was aimed at, on two processors, beside what was measured.
type aims struct{ lines []string }

// add notes one aim; atLeast tells which side of it is good.
func (a *aims) add(label string, got, aim float64, atLeast bool, unit string) {
	sign, met := "at most", got <= aim
	if atLeast {
		sign, met = "at least", got >= aim
	}
	verdict := "met"
	if !met {
		verdict = "NOT met"
	}
	a.lines = append(a.lines, fmt.Sprintf("%-64s %8.2f %-8s aim %s %.4g: %s", label, got, unit, sign, aim, verdict))
}

// imported notes the aims of an import; those of speed and CPU are for short mails on SQLite.
func (a *aims) imported(db database, set mailSet, c cost) {
	label := db.name + ", mails of " + set.name + ": "
	if db.server == nil && set.name == "3 KB" {
		a.add(label+"import", float64(set.n)/c.wall.Seconds(), 1500, true, "mails/s")
		a.add(label+"CPU of a mail", perMail(c.cpu, set.n), 1.0, false, "ms")
	}
	a.add(label+"peak memory", megabytes(c.peak), 256, false, "MB")
}

func (a *aims) print() {
	fmt.Println("\nWhat was aimed at, on two processors:")
	for _, line := range a.lines {
		fmt.Println("  " + line)
	}
}
