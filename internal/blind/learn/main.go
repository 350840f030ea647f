// Learn makes the tables of likeness from mail whose truth is known: the blind sets that have served for mending. What judges the
// program is never learnt from: the sample quarter, and sets that are held back.
//
//	go run ./internal/blind/learn                    writes the tables
//	go run ./internal/blind/learn -leave quarter-d   writes tables learnt without a set, and says how right they are on it
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"todoke/internal/likeness"
)

// learntFrom are the sets that are learnt from.
var learntFrom = []string{
	"mails-a", "mails-b", "mails-c", "mails-d", "mails-e", "mails-f", "mails-g",
	"quarter-a", "quarter-b", "quarter-c", "quarter-d", "quarter-e", "quarter-f", "quarter-g", "quarter-h", "quarter-i",
}

// The tables, which are parts of the packages that use them.
const (
	classTable = "internal/blame/class.tsv"
	kindTable  = "internal/kind/kind.tsv"
)

func main() {
	sets := flag.String("sets", "internal/blind/testdata", "folder of the blind sets")
	leave := flag.String("leave", "", "set that is not learnt from, and judged")
	flag.Parse()
	if err := run(*sets, *leave); err != nil {
		fmt.Fprintln(os.Stderr, "learn:", err)
		os.Exit(1)
	}
}

func run(sets, leave string) error {
	known, err := lessonsOf(sets, leave)
	if err != nil {
		return err
	}
	models := map[string]*likeness.Model{}
	for _, table := range []string{classTable, kindTable} {
		models[table] = likeness.Train(known[table])
		if err := write(table, models[table]); err != nil {
			return err
		}
		fmt.Printf("%s is learnt from %d examples\n", table, len(known[table]))
	}
	if leave == "" {
		return nil
	}
	judged, err := newTeacher().set(filepath.Join(sets, leave+".zip"))
	if err != nil {
		return fmt.Errorf("%s: %w", leave, err)
	}
	for _, table := range []string{classTable, kindTable} {
		judge(table, models[table], judged[table])
	}
	return nil
}

// lessonsOf gathers the lessons of all sets but one.
func lessonsOf(sets, leave string) (lessons, error) {
	if leave != "" && !slices.Contains(learntFrom, leave) {
		return nil, fmt.Errorf("there is no set %q; the sets are %s", leave, strings.Join(learntFrom, ", "))
	}
	t := newTeacher()
	known := lessons{}
	for _, name := range learntFrom {
		if name == leave {
			continue
		}
		more, err := t.set(filepath.Join(sets, name+".zip"))
		if err != nil {
			return known, fmt.Errorf("%s: %w", name, err)
		}
		known.add(more)
	}
	return known, nil
}

func write(path string, model *likeness.Model) error {
	var table bytes.Buffer
	if err := model.Table(&table); err != nil {
		return err
	}
	return os.WriteFile(path, table.Bytes(), 0o644)
}

// judge prints how many examples get their label, by how sure the model is.
func judge(what string, model *likeness.Model, examples []likeness.Example) {
	var right, all [10]int
	for _, e := range examples {
		like := likeness.Best(model.Of(e.Features))
		tenth := min(9, int(10*like.Share))
		all[tenth]++
		if like.Label == e.Label {
			right[tenth]++
		}
	}
	sumRight, sumAll := 0, 0
	for tenth := 9; tenth >= 0; tenth-- {
		sumRight, sumAll = sumRight+right[tenth], sumAll+all[tenth]
		if all[tenth] > 0 {
			fmt.Printf("%s: share from 0.%d: %d of %d right; all from there %d of %d (%.3f)\n",
				what, tenth, right[tenth], all[tenth], sumRight, sumAll, float64(sumRight)/float64(sumAll))
		}
	}
}
