package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
)

// doorRounds is how often the doors and their bound are measured, one right after the other, since what else the machine does changes
// from one minute to the next. What is told is the median of the rounds, and of the ratios of each round.
const doorRounds = 3

// doors measures the program as a server: how many mails a second one client and many bring by LMTP until each has its 250, which
// means that it is on the disk, and until all are read and matched. The bound is a file for each mail, with an fsync, written by as
// many at once as there are clients. Then it measures memory.
func doors(dir string, n sizes, databases []database, aims *aims) error {
	bound := filepath.Join(dir, "bound")
	for _, db := range databases {
		for _, load := range []struct{ clients, mails int }{{1, n.doors / 5}, {16, n.doors}} {
			fmt.Printf("\n%-36s %9s %9s %9s %12s %9s %8s\n", fmt.Sprintf("%s: %d mails of 3 KB, clients: %d", db.name, load.mails, load.clients),
				"bound/s", "250/s", "read/s", "CPU ms/mail", "server", "peak MB")
			var rounds []doorRound
			for i := range doorRounds {
				mails := newWriter(uint64(10 + i)).mails(load.mails)
				round, err := measureDoors(db, bound, mails, load.clients)
				if err != nil {
					return fmt.Errorf("%s, %d clients: %w", db.name, load.clients, err)
				}
				round.print(fmt.Sprintf("round %d, load %s", i+1, loadAverage()))
				rounds = append(rounds, round)
			}
			aims.doors(db, load.clients, rounds)
		}
		if err := flat(db, n.flat, aims); err != nil {
			return fmt.Errorf("%s: memory of the doors: %w", db.name, err)
		}
	}
	return nil
}

// doorRound is what one measurement of the doors and of their bound gave. Rates are mails a second.
type doorRound struct {
	bound, taken, read float64
	cpu, server        float64 // milliseconds a mail
	serverTold         bool
	peak               int64 // bytes
}

func (r doorRound) print(label string) {
	server := ""
	if r.serverTold {
		server = fmt.Sprintf("%.3f", r.server)
	}
	fmt.Printf("%-36s %9.0f %9.0f %9.0f %12.3f %9s %8.0f\n", label, r.bound, r.taken, r.read, r.cpu, server, megabytes(r.peak))
}

// measureDoors measures the bound, and then the doors of a new empty store.
func measureDoors(db database, dir string, mails [][]byte, clients int) (doorRound, error) {
	var round doorRound
	wall, err := fileForEach(dir, mails, clients)
	if err != nil {
		return round, err
	}
	n := len(mails)
	round.bound = float64(n) / wall.Seconds()
	server, err := openServer(db)
	if err != nil {
		return round, err
	}
	defer server.end()
	before, told := serverCPU(&db)
	began := time.Now()
	if err := server.bring(mails, clients); err != nil {
		return round, err
	}
	round.taken = float64(n) / time.Since(began).Seconds()
	if err := server.waitRead(n); err != nil {
		return round, err
	}
	round.read = float64(n) / time.Since(began).Seconds()
	if round.peak, err = server.memory("VmHWM"); err != nil {
		return round, err
	}
	cpu, err := server.end()
	if err != nil {
		return round, err
	}
	after, _ := serverCPU(&db)
	round.cpu, round.server, round.serverTold = perMail(cpu, n), perMail(after-before, n), told
	return round, nil
}

// fileForEach writes each mail to a file of its own and waits until it is on the disk, by so many at once, and tells how long that took.
func fileForEach(dir string, mails [][]byte, writers int) (time.Duration, error) {
	if err := os.Mkdir(dir, 0o755); err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	began := time.Now()
	var group errgroup.Group
	for first := range writers {
		group.Go(func() error {
			for i := first; i < len(mails); i += writers {
				if err := writeDurably(filepath.Join(dir, fmt.Sprintf("%06d.eml", i)), mails[i]); err != nil {
					return err
				}
			}
			return nil
		})
	}
	err := group.Wait()
	return time.Since(began), err
}

func writeDurably(path string, content []byte) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer file.Close()
	if _, err := file.Write(content); err != nil {
		return err
	}
	return file.Sync()
}

// mails makes up n mails of 3 KB, half of them Japanese, no two the same.
func (w *writer) mails(n int) [][]byte {
	mails := make([][]byte, n)
	now := time.Now()
	for i := range mails {
		mails[i], _ = w.mail(fmt.Sprintf("<%d.%d@mail.example.org>", w.random.Uint64(), i), 3<<10, i%2 == 0, now)
	}
	return mails
}

// flat measures whether the memory of one server grows with the mails that it takes in, and what one of 50 MB takes.
func flat(db database, n int, aims *aims) error {
	server, err := openServer(db)
	if err != nil {
		return err
	}
	defer server.end()
	const clients, parts = 16, 10
	w := newWriter(20)
	var early int64
	for part := range parts {
		if err := server.bring(w.mails(n/parts), clients); err != nil {
			return err
		}
		if part > 0 {
			continue
		}
		if err := server.waitRead(n / parts); err != nil {
			return err
		}
		if early, err = server.memory("VmHWM"); err != nil {
			return err
		}
	}
	if err := server.waitRead(n); err != nil {
		return err
	}
	late, err := server.memory("VmHWM")
	if err != nil {
		return err
	}
	fmt.Printf("\n%s: peak after %d mails %.0f MB, after %d %.0f MB\n", db.name, n/parts, megabytes(early), n, megabytes(late))
	aims.add(fmt.Sprintf("%s, doors: peak after %d mails / after %d", db.name, n, n/parts), float64(late)/float64(early), 1.25, false, "")
	before, err := server.memory("VmRSS")
	if err != nil {
		return err
	}
	for i, m := range heavyMails {
		if err := server.heavy(m, n+1+i, before, aims); err != nil {
			return err
		}
	}
	_, err = server.end()
	return err
}

// heavy measures what memory a mail of 50 MB takes in a server that runs already, beyond what it had before the first such mail. The
// store then has so many mails in all.
func (s *server) heavy(m heavyMail, whole int, before int64, aims *aims) error {
	mail, err := m.bytes(heavySize)
	if err != nil {
		return err
	}
	if err := s.forgetPeak(); err != nil {
		return err
	}
	began := time.Now()
	if err := s.bring([][]byte{mail}, 1); err != nil {
		return err
	}
	taken := time.Since(began)
	if err := s.waitRead(whole); err != nil {
		return err
	}
	read := time.Since(began)
	peak, err := s.memory("VmHWM")
	if err != nil {
		return err
	}
	beyond := megabytes(peak-before) - heavySize>>20
	label := fmt.Sprintf("%s, doors: %s", s.db.name, m.name)
	fmt.Printf("%-52s 250 after %.1f s, read after %.1f s; before %.0f MB, peak %.0f MB, beyond %.0f MB\n",
		label, taken.Seconds(), read.Seconds(), megabytes(before), megabytes(peak), beyond)
	aims.add(label+", beyond its size", beyond, heavyAim, false, "MB")
	return nil
}

// bytes are those of the mail, made in memory.
func (m heavyMail) bytes(size int) ([]byte, error) {
	dir, err := os.MkdirTemp("", "todoke-heavy-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if err := m.write(dir, size); err != nil {
		return nil, err
	}
	return os.ReadFile(filepath.Join(dir, "heavy.eml"))
}

// doors notes the aims of the doors, by the medians of the rounds.
func (a *aims) doors(db database, clients int, rounds []doorRound) {
	label := fmt.Sprintf("%s, doors, clients %d: ", db.name, clients)
	middle := func(of func(doorRound) float64) float64 {
		values := make([]float64, len(rounds))
		for i, round := range rounds {
			values[i] = of(round)
		}
		slices.Sort(values)
		return values[len(values)/2]
	}
	a.add(label+"durable / a file with fsync", middle(func(r doorRound) float64 { return r.taken / r.bound }), 0.5, true, "")
	if clients > 1 {
		a.add(label+"durable", middle(func(r doorRound) float64 { return r.taken }), 1000, true, "mails/s")
	}
}

// loadAverage is how many processes have wanted a processor in the last minute; "?" where that cannot be told.
func loadAverage() string {
	text, err := os.ReadFile("/proc/loadavg")
	first, _, ok := strings.Cut(string(text), " ")
	if err != nil || !ok {
		return "?"
	}
	return first
}
