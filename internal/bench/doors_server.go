package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/emersion/go-smtp"
	"golang.org/x/sync/errgroup"

	"todoke/internal/app"
	"todoke/internal/store"
)

// server is the program with its door for LMTP open, as a process of its own.
type server struct {
	db    database
	url   string
	dir   string
	cmd   *exec.Cmd
	input io.Closer // the server ends with it
	ended bool
}

// serve is the child of openServer. It ends as a desk does, when its input ends: with the measurement, however that ends.
func serve(db, dir string) error {
	self, err := os.FindProcess(os.Getpid())
	if err != nil {
		return err
	}
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		_ = self.Signal(os.Interrupt)
	}()
	args := []string{"--config", filepath.Join(dir, "todoke.toml"), "--db", db, "serve"}
	if status := app.Main(args, app.Streams{Out: os.Stdout, Err: os.Stderr}); status != 0 {
		return fmt.Errorf("serve: exit %d", status)
	}
	return nil
}

// openServer starts the program on a new empty store, and waits until its door is open. No DNS server is asked about anybody.
func openServer(db database) (*server, error) {
	url, err := db.next()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "todoke-doors-")
	if err != nil {
		return nil, err
	}
	s := &server{db: db, url: url, dir: dir}
	settings := fmt.Sprintf("lmtp = %q\nresolver = \"none\"\nincidents_a_day = 1000000\n", "unix:"+s.socket())
	if err := os.WriteFile(filepath.Join(dir, "todoke.toml"), []byte(settings), 0o600); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	if s.cmd, err = command("serve", url, dir); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	said, err := s.cmd.StderrPipe()
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	if s.input, err = s.cmd.StdinPipe(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	if err := s.cmd.Start(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return s, s.waitOpen(said)
}

func (s *server) socket() string { return filepath.Join(s.dir, "lmtp") }

// waitOpen reads what the program says until it is open, and from then on passes on only what is no note of a mail.
func (s *server) waitOpen(said io.Reader) error {
	lines := bufio.NewReader(said)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			_, endErr := s.end()
			return errors.Join(errors.New("the program did not open its doors"), endErr)
		}
		if strings.HasPrefix(line, "todoke: open: ") {
			break
		}
		fmt.Fprint(os.Stderr, line)
	}
	go func() { // ends with the process
		for {
			line, err := lines.ReadString('\n')
			if err != nil {
				return
			}
			if !strings.Contains(line, "level=INFO") {
				fmt.Fprint(os.Stderr, line)
			}
		}
	}()
	return nil
}

// end stops the server, and tells what processor time it took. A second call does nothing.
func (s *server) end() (cpu time.Duration, err error) {
	if s.ended {
		return 0, nil
	}
	s.ended = true
	defer os.RemoveAll(s.dir)
	_ = s.input.Close() // where it has ended already, Wait tells
	if err := s.cmd.Wait(); err != nil {
		return 0, fmt.Errorf("the server ended: %w", err)
	}
	return s.cmd.ProcessState.UserTime() + s.cmd.ProcessState.SystemTime(), nil
}

// bring brings mails by so many clients at once, until each has its 250.
func (s *server) bring(mails [][]byte, clients int) error {
	var group errgroup.Group
	for first := range clients {
		group.Go(func() error {
			conn, err := net.Dial("unix", s.socket())
			if err != nil {
				return err
			}
			client := smtp.NewClientLMTP(conn)
			defer client.Close()
			for i := first; i < len(mails); i += clients {
				if err := deliver(client, mails[i]); err != nil {
					return fmt.Errorf("mail %d: %w", i, err)
				}
			}
			return client.Quit()
		})
	}
	return group.Wait()
}

// deliver brings one mail as a mail server does: it says beforehand how long it is.
func deliver(client *smtp.Client, mail []byte) error {
	if err := client.Mail("reporter@site.example.org", &smtp.MailOptions{Size: int64(len(mail))}); err != nil {
		return err
	}
	if err := client.Rcpt("report@csirt.example.jp", nil); err != nil {
		return err
	}
	data, err := client.Data()
	if err != nil {
		return err
	}
	if _, err := io.Copy(data, bytes.NewReader(mail)); err != nil {
		return err
	}
	return data.Close()
}

// waitRead waits until all mails of the store, n in number, are read and matched.
func (s *server) waitRead(n int) error {
	ctx, cancel := context.WithTimeout(context.Background(), readTime)
	defer cancel()
	look, err := store.Open(ctx, s.url, store.Options{})
	if err != nil {
		return err
	}
	defer look.Close()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		queue, err := look.Queue(ctx)
		switch {
		case err != nil:
			return err
		case queue.Held > 0:
			return fmt.Errorf("%d mails wait for a handler", queue.Held)
		case queue.Unread+queue.Unmatched == 0 && queue.Unanswered != n:
			return fmt.Errorf("%d mails were brought, and %d became messages", n, queue.Unanswered)
		case queue.Unread+queue.Unmatched == 0:
			return nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// readTime is how long reading all that was brought may take at most before the measurement fails.
const readTime = 30 * time.Minute

// memory reads a line of /proc/PID/status (proc(5)), in bytes: VmHWM is the most that was resident, VmRSS what is now.
func (s *server) memory(field string) (int64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(status)) {
		if value, ok := strings.CutPrefix(line, field+":"); ok {
			kilobytes, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 10, 64)
			return kilobytes << 10, err
		}
	}
	return 0, fmt.Errorf("the system does not tell %s", field)
}

// forgetPeak lets VmHWM begin anew at what is resident now (proc(5), clear_refs).
func (s *server) forgetPeak() error {
	return os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", s.cmd.Process.Pid), []byte("5"), 0)
}
