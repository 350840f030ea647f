package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"todoke/internal/app"
	"todoke/internal/desk"
	"todoke/internal/match"
	"todoke/internal/read"
	"todoke/internal/store"
)

// childFlag makes the command one of its own measurements.
const childFlag = "-child"

// cost is what a measurement took.
type cost struct {
	wall, cpu time.Duration
	peak      int64 // bytes
}

// measure runs a measurement in a process of its own.
func measure(args ...string) (cost, error) {
	self, err := os.Executable()
	if err != nil {
		return cost{}, err
	}
	cmd := exec.Command(self, append([]string{childFlag}, args...)...)
	cmd.Stderr = os.Stderr
	cmd.Stdout = os.Stdout
	began := time.Now()
	if err := cmd.Run(); err != nil {
		return cost{}, err
	}
	used := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	return cost{
		wall: time.Since(began), cpu: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), peak: used.Maxrss * 1024,
	}, nil
}

// child is one measurement: what to do, the store, the folder of mails.
func child(args []string) error {
	if len(args) < 3 {
		return errors.New("a measurement needs its name, a store and a folder")
	}
	what, db, dir := args[0], args[1], args[2]
	ctx := context.Background()
	switch what {
	case "read":
		return readAlone(dir)
	case "store":
		return keepAlone(ctx, db, dir, ".eml", func(content []byte) store.Accepted { return store.Accepted{Raw: content} })
	case "index":
		return keepAlone(ctx, db, textDir(dir), ".txt", func(content []byte) store.Accepted { return store.Accepted{SearchText: string(content)} })
	case "import":
		if status := app.Main([]string{"import", "--db", db, dir}, app.Streams{Out: io.Discard, Err: os.Stderr}); status != 0 {
			return fmt.Errorf("import: exit %d", status)
		}
		return nil
	case "grow":
		return grow(ctx, db, args[3])
	case "ask":
		return ask(ctx, db, args[3])
	}
	return fmt.Errorf("no measurement %q", what)
}

// readAlone reads all mails and forgets them: the bound of an import that stores for nothing.
func readAlone(dir string) error {
	reader, err := app.DefaultReader()
	if err != nil {
		return err
	}
	paths := make(chan string)
	var group errgroup.Group
	for range 2 {
		group.Go(func() error {
			for path := range paths {
				raw, err := os.ReadFile(path)
				if err != nil {
					return err
				}
				reader.Read(raw, read.Envelope{Now: time.Now()})
			}
			return nil
		})
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.eml"))
	if err != nil {
		return err
	}
	for _, path := range files {
		paths <- path
	}
	close(paths)
	return group.Wait()
}

// keepAlone stores files without reading them: as raw bytes, or as texts of the index. It is the bound of an import that
// reads for nothing.
func keepAlone(ctx context.Context, db, dir, suffix string, accepted func(content []byte) store.Accepted) error {
	s, err := store.Open(ctx, db, store.Options{Create: true})
	if err != nil {
		return err
	}
	defer s.Close()
	files, err := filepath.Glob(filepath.Join(dir, "*"+suffix))
	if err != nil {
		return err
	}
	var batch []store.Accepted
	for i, path := range files {
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		a := accepted(content)
		a.SHA256, a.Received, a.Reading = sha256.Sum256(content), time.Unix(int64(i), 0), &desk.Reading{}
		a.Match = match.Message{Received: a.Received, Kind: desk.KindReport}
		if batch = append(batch, a); len(batch) == 1000 || i == len(files)-1 {
			if _, err := s.Accept(ctx, batch); err != nil {
				return err
			}
			batch = batch[:0]
		}
	}
	return nil
}
