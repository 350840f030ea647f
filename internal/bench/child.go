package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/pprof"
	"strconv"
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

// profileVariable names the file of a child's CPU profile.
const profileVariable = "TODOKE_BENCH_PROFILE"

// profiles is the folder of CPU profiles, "" for none.
var profiles string

// cost is what a measurement took.
type cost struct {
	wall, cpu  time.Duration
	server     time.Duration // CPU of the database's own processes
	serverTold bool
	peak       int64 // bytes of the program's resident memory
}

// total adds up costs, but for the peaks.
func total(costs []cost) (sum cost) {
	for _, c := range costs {
		sum.wall += c.wall
		sum.cpu += c.cpu
		sum.server += c.server
	}
	return sum
}

// measure runs a measurement in a process of its own, whose output goes to out.
func measure(db *database, out io.Writer, args ...string) (cost, error) {
	cmd, err := command(args...)
	if err != nil {
		return cost{}, err
	}
	cmd.Stdout, cmd.Stderr = out, os.Stderr
	before, told := serverCPU(db)
	began := time.Now()
	if err := cmd.Run(); err != nil {
		return cost{}, err
	}
	wall := time.Since(began)
	after, _ := serverCPU(db)
	used := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	return cost{
		wall: wall, cpu: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(),
		server: after - before, serverTold: told,
		peak: used.Maxrss * 1024, // at least that of this process, from which it was forked and which is small
	}, nil
}

// command is this program as one of its own measurements.
func command(args ...string) (*exec.Cmd, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(self, append([]string{childFlag}, args...)...)
	if profiles != "" {
		file := fmt.Sprintf("%s-%s-%d.pprof", args[0], filepath.Base(args[2]), time.Now().UnixMilli())
		cmd.Env = append(os.Environ(), profileVariable+"="+filepath.Join(profiles, file))
	}
	return cmd, nil
}

func serverCPU(db *database) (used time.Duration, told bool) {
	if db == nil || db.server == nil {
		return 0, false
	}
	return db.server.CPU()
}

// child is one measurement: what to do, the store, the folder of mails, and for some a number.
func child(args []string) error {
	if len(args) < 3 {
		return errors.New("a measurement needs its name, a store and a folder")
	}
	if name := os.Getenv(profileVariable); name != "" {
		file, err := os.Create(name)
		if err != nil {
			return err
		}
		defer file.Close()
		if err := pprof.StartCPUProfile(file); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	what, db, dir := args[0], args[1], args[2]
	ctx := context.Background()
	switch what {
	case "read":
		return readAlone(dir)
	case "store":
		return keepAlone(ctx, db, dir, "*.eml", func(content []byte) store.Accepted { return store.Accepted{Raw: content} })
	case "index":
		return keepAlone(ctx, db, textDir(dir), "*.txt", func(content []byte) store.Accepted { return store.Accepted{SearchText: string(content)} })
	case "import":
		return importAll(db, dir)
	case "serve":
		return serve(db, dir)
	case "grow", "ask":
		return largeChild(ctx, what, db, args[3:])
	}
	return fmt.Errorf("no measurement %q", what)
}

func largeChild(ctx context.Context, what, db string, args []string) error {
	if what == "ask" {
		return ask(ctx, db)
	}
	inQuarter, err := strconv.Atoi(args[0])
	if err != nil {
		return err
	}
	all, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	return grow(ctx, db, inQuarter, all)
}

// readAlone reads all mails and forgets them: the bound of an import that stores for nothing.
func readAlone(dir string) error {
	reader, err := app.DefaultReader()
	if err != nil {
		return err
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.eml"))
	if err != nil {
		return err
	}
	var group errgroup.Group
	group.SetLimit(2)
	const share = 100 // files a task
	for begin := 0; begin < len(files); begin += share {
		group.Go(func() error {
			for _, path := range files[begin:min(begin+share, len(files))] {
				raw, err := os.ReadFile(path)
				if err != nil {
					return err
				}
				if reading := reader.Read(raw, read.Envelope{Now: time.Now()}); reading.Kind != desk.KindReport {
					return fmt.Errorf("%s was read as %s", path, reading.Kind)
				}
			}
			return nil
		})
	}
	return group.Wait()
}

// importAll is the import as it is called, which must find all mails to be reports.
func importAll(db, dir string) error {
	var out bytes.Buffer
	if status := app.Main([]string{"import", "--json", "--db", db, dir}, app.Streams{Out: &out, Err: os.Stderr}); status != 0 {
		return fmt.Errorf("import: exit %d", status)
	}
	var counts map[string]int
	if err := json.Unmarshal(out.Bytes(), &counts); err != nil {
		return fmt.Errorf("import: %w", err)
	}
	if counts["added"] != counts["seen"] || counts["unreadable"] != 0 {
		return fmt.Errorf("import: not all mails were read: %v", counts)
	}
	return nil
}

// keepAlone stores files without reading them: as raw bytes, or as texts of the index, in batches as an import makes them.
// It is the bound of an import that reads for nothing. Both have the row of each message besides.
func keepAlone(ctx context.Context, db, dir, pattern string, accepted func(content []byte) store.Accepted) error {
	s, err := store.Open(ctx, db, store.Options{Create: true})
	if err != nil {
		return err
	}
	defer s.Close()
	files, err := filepath.Glob(filepath.Join(dir, pattern))
	if err != nil {
		return err
	}
	var batch []store.Accepted
	size := 0
	for i, path := range files {
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		a := accepted(content)
		a.SHA256, a.Received, a.Reading = sha256.Sum256(content), time.Unix(int64(i), 0), &desk.Reading{}
		a.Match = match.Message{Received: a.Received, Kind: desk.KindReport}
		batch, size = append(batch, a), size+len(content)
		if len(batch) < 1000 && size < 4<<20 && i < len(files)-1 {
			continue
		}
		if _, err := s.Accept(ctx, batch); err != nil {
			return err
		}
		batch, size = batch[:0], 0
	}
	return nil
}
