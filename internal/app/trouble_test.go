package app_test

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"todoke/internal/store"
	"todoke/internal/store/pgtest"
)

// troubled is a server whose database gets into trouble, and clients who count what they were told.
type troubled struct {
	*serving
	db    string
	taken map[string]bool // subjects of the mails that were answered by 250
}

func newTroubled(t *testing.T, db string) *troubled {
	t.Helper()
	s := &troubled{newServing(t, db, "incidents_a_day = 0\n"), db, map[string]bool{}}
	s.start()
	t.Cleanup(s.kill) // where the test has not ended it
	return s
}

// notice is a mail that tells of a scan; filling makes it longer, by bytes that cannot be compressed.
func notice(subject string, filling int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "From: a@one.example\r\nTo: %s\r\nSubject: %s\r\nMessage-ID: <%s@one.example>\r\n\r\n203.0.113.7 scanned port 22 of our server last night.\r\n",
		ours, subject, strings.ReplaceAll(subject, " ", "."))
	line := make([]byte, 54)
	for range filling / 74 {
		_, _ = rand.Read(line) // never fails
		b.WriteString(base64.StdEncoding.EncodeToString(line) + "\r\n")
	}
	return b.String()
}

// brings brings a mail once and returns the code of the answer, which must be 250 or 451.
func (s *troubled) brings(ctx context.Context, subject string, filling int) string {
	s.t.Helper()
	c, err := dialLMTP(ctx, s.socket)
	if err != nil {
		s.t.Fatalf("%s: %v", subject, err)
	}
	defer c.conn.Close()
	answer, err := c.deliver("a@one.example", ours, notice(subject, filling))
	if err != nil {
		s.t.Fatalf("%s: %v", subject, err)
	}
	switch answer[:3] {
	case "250":
		s.taken[subject] = true
	case "451":
	default:
		s.t.Fatalf("%s: %s", subject, answer)
	}
	return answer[:3]
}

// until brings mails until one gets the answer.
func (s *troubled) until(ctx context.Context, want, subject string, filling int) {
	s.t.Helper()
	for i := 0; ; i++ {
		if s.brings(ctx, fmt.Sprintf("%s %d", subject, i), filling) == want {
			return
		}
		if ctx.Err() != nil {
			s.t.Fatalf("%s: no mail was answered by %s", subject, want)
		}
		wait(ctx, 10*time.Millisecond)
	}
}

// check ends the server, and looks that each mail that was answered by 250 is a message, once. Of the others, each may be there once:
// its answer was lost.
func (s *troubled) check(ctx context.Context) {
	s.t.Helper()
	settle(ctx, s.t, s.db)
	if status := s.stop(); status != 0 {
		s.t.Errorf("the program ended with status %d", status)
	}
	subjects := subjectsOf(s.t, s.dir, thisYear())
	for subject := range s.taken {
		if subjects[subject] != 1 {
			s.t.Errorf("%s, answered by 250, is there %d times", subject, subjects[subject])
		}
	}
	for subject, n := range subjects {
		if n != 1 {
			s.t.Errorf("%s is there %d times", subject, n)
		}
	}
}

func thisYear() string { return fmt.Sprint(time.Now().In(time.FixedZone("JST", 9*3600)).Year()) }

// settle waits until nothing waits to be read and matched.
func settle(ctx context.Context, t *testing.T, db string) {
	t.Helper()
	look, err := store.Open(ctx, db, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer look.Close()
	for {
		queue, err := look.Queue(ctx)
		if err == nil && queue.Unread+queue.Unmatched == 0 {
			return
		}
		if ctx.Err() != nil {
			t.Fatalf("mail still waits to be read: %+v, %v", queue, err)
		}
		wait(ctx, 50*time.Millisecond)
	}
}

// TestDatabaseGone: while the database cannot be reached, clients are told to come again, and when it is back the same process takes
// their mail.
func TestDatabaseGone(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		folder := filepath.Join(t.TempDir(), "data")
		if err := os.Mkdir(folder, 0o755); err != nil {
			t.Fatal(err)
		}
		gone(t, "sqlite:"+filepath.Join(folder, "todoke.db"),
			func() error { return os.Rename(folder, folder+"-away") },
			func() error { return os.Rename(folder+"-away", folder) })
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		cluster := pgtest.Own(t)
		gone(t, cluster.URL(), cluster.Halt, cluster.Start)
	})
}

func gone(t *testing.T, db string, goes, comes func() error) {
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	s := newTroubled(t, db)
	if got := s.brings(ctx, "before", 0); got != "250" {
		t.Fatalf("before the trouble: %s", got)
	}
	if err := goes(); err != nil {
		t.Fatal(err)
	}
	for i := range 5 {
		if got := s.brings(ctx, fmt.Sprintf("during %d", i), 0); got != "451" {
			t.Errorf("in trouble: %s", got)
		}
	}
	if err := comes(); err != nil {
		t.Fatal(err)
	}
	s.until(ctx, "250", "after", 0)
	for i := range 5 { // who was told to come again comes again
		if got := s.brings(ctx, fmt.Sprintf("during %d", i), 0); got != "250" {
			t.Errorf("after the trouble: %s", got)
		}
	}
	s.check(ctx)
}

// TestFullDisk: on a full disk clients are told to come again, and when there is room the same process takes their mail.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	disk := smallDisk(t)
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	s := newTroubled(t, "sqlite:"+filepath.Join(disk, "todoke.db"))
	s.until(ctx, "250", "before", 0)
	ballast := filepath.Join(disk, "ballast")
	if err := fill(ballast); err != nil {
		t.Fatal(err)
	}
	s.until(ctx, "451", "filling", 100<<10) // until what room the log had is used up too
	for i := range 5 {
		if got := s.brings(ctx, fmt.Sprintf("full %d", i), 100<<10); got != "451" {
			t.Errorf("on a full disk: %s", got)
		}
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	s.until(ctx, "250", "after", 0)
	s.check(ctx)
}

// smallDisk is a file system of its own, of 32 MB, in memory.
func smallDisk(t *testing.T) string {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("skipped: only Linux has a tmpfs")
	}
	disk := t.TempDir()
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=32m"); errors.Is(err, syscall.EPERM) {
		t.Skip("skipped: a small disk can be mounted by root only")
	} else if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(disk, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return disk
}

// fill writes a file until the disk is full.
func fill(path string) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer file.Close()
	for size := 1 << 20; size > 0; size /= 2 {
		for err == nil {
			_, err = file.Write(make([]byte, size))
		}
		if !errors.Is(err, syscall.ENOSPC) {
			return err
		}
		err = nil
	}
	return nil
}

// TestStoppedDoors: told to end (SIGTERM) while 16 clients bring mail, the program ends with status 0 and within its time. What was
// answered by 250 is there, once; nothing is there twice.
func TestStoppedDoors(t *testing.T) {
	t.Parallel()
	for name, database := range databases(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stopDoors(t, database(t))
		})
	}
}

func stopDoors(t *testing.T, db string) {
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	s := newTroubled(t, db)
	idle, err := dialLMTP(ctx, s.socket) // who says nothing does not hold up the end
	if err != nil {
		t.Fatal(err)
	}
	defer idle.conn.Close()
	const before = 200 // mails
	var next, answered atomic.Int64
	var mu sync.Mutex
	enough := make(chan struct{})
	var clients sync.WaitGroup
	for range lmtpClients {
		clients.Go(func() {
			c, err := dialLMTP(ctx, s.socket)
			if err != nil {
				t.Error(err)
				return
			}
			defer c.conn.Close()
			for ctx.Err() == nil {
				subject := fmt.Sprintf("stop %d", next.Add(1))
				answer, err := c.deliver("a@one.example", ours, notice(subject, 0))
				if err != nil || answer[0] == '4' {
					return // cut off, or told to come again
				}
				if !strings.HasPrefix(answer, "250") {
					t.Errorf("%s: %s", subject, answer)
				}
				mu.Lock()
				s.taken[subject] = true
				mu.Unlock()
				if answered.Add(1) == before {
					close(enough)
				}
			}
		})
	}
	select {
	case <-enough:
	case <-ctx.Done():
		t.Fatal("the mails did not get their answers")
	}
	s.terminate()
	clients.Wait()
	s.start() // what was taken and not yet read is read now
	s.check(ctx)
}

// stopTime is how long the program may take to end: ten seconds for those who are underway, and what a busy machine adds.
const stopTime = 30 * time.Second

// terminate tells the program to end as a service manager does.
func (s *serving) terminate() {
	s.t.Helper()
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		s.t.Fatal(err)
	}
	late := time.AfterFunc(stopTime, func() { s.cmd.Process.Kill() })
	err := s.cmd.Wait()
	if late.Stop(); err != nil {
		s.t.Errorf("told to end: %v", err)
	}
}
