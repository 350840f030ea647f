package app

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"todoke/internal/config"
)

type serveCommand struct {
	Listen string `help:"Where the desk, the API, /metrics, /healthz and /readyz answer." placeholder:"HOST:PORT"`
	Public string `help:"Where the form and the public pages answer." placeholder:"HOST:PORT"`
	LMTP   string `name:"lmtp" help:"Where our own mail server delivers." placeholder:"unix:PATH"`
	SMTP   string `name:"smtp" help:"Where anybody's mail server delivers." placeholder:"HOST:PORT"`
	Policy string `help:"auto accepts confident proposals of live mail, assist leaves all to a handler." enum:"auto,assist," default:""`
}

// drainTime is how long doors may take to end what is underway when the program is told to end.
const drainTime = 10 * time.Second

func (cmd *serveCommand) Run(e *env) error {
	c, err := e.settings()
	if err != nil {
		return err
	}
	if err := cmd.over(&c); err != nil {
		return err
	}
	if err := readable(c); err != nil {
		return err
	}
	s, err := e.open(c.DB, true)
	if err != nil {
		return err
	}
	defer s.Close()
	debug.SetMemoryLimit(importMemory) // a long mail takes little more than itself, as in an import
	log := slog.New(slog.NewTextHandler(e.Err, nil))
	h, err := newHouse(e, c, s, log)
	if err != nil {
		return err
	}
	return h.serve(e)
}

// over puts the flags over the settings. Without any door the desk answers on this machine.
func (cmd *serveCommand) over(c *config.Config) error {
	for _, door := range []struct {
		flag    string
		setting *string
		name    string
	}{{cmd.Listen, &c.Listen, "listen"}, {cmd.Public, &c.Public, "public"}, {cmd.LMTP, &c.LMTP, "lmtp"}, {cmd.SMTP, &c.SMTP, "smtp"}, {cmd.Policy, &c.Policy, "policy"}} {
		if door.flag == "" {
			continue
		}
		if door.name != "policy" {
			if err := config.Endpoint(door.flag); err != nil {
				return usage("--%s: %w", door.name, err)
			}
		}
		*door.setting = door.flag
	}
	if c.None() {
		c.Listen = "127.0.0.1:8080"
	}
	return nil
}

// door is a way by which mail or people come in.
type door interface {
	// Listen opens it: from now on who comes waits.
	Listen() error
	// Where says what it is and where, for the line that tells that all is open.
	Where() string
	// Serve lets in who comes, until Shutdown.
	Serve() error
	// Shutdown lets nobody in any more, and lets those who are in end what they do, until the context ends.
	Shutdown(ctx context.Context) error
}

// worker is a loop behind the doors, which ends when its context does.
type worker func(ctx context.Context)

// house is a running desk: doors in front, the inbox behind them, and the workers that read, match and answer.
type house struct {
	log     *slog.Logger
	doors   []door
	workers []worker
	inbox   worker // ends last: what a door has taken must be kept
}

// serve opens all doors, says so, and serves until the program is told to end; then it closes the doors, lets what is underway come to
// its end, and stops the workers. A door that breaks ends the program with its error, for whoever starts it to start it again.
func (h *house) serve(e *env) error {
	for _, d := range h.doors {
		if err := d.Listen(); err != nil {
			return fmt.Errorf("%s: %w", d.Where(), err)
		}
	}
	ctx, stop := context.WithCancelCause(context.WithoutCancel(e.ctx))
	defer stop(nil)
	inboxCtx, stopInbox := context.WithCancel(context.WithoutCancel(e.ctx))
	defer stopInbox()
	var behind, inbox sync.WaitGroup
	inbox.Go(func() { h.inbox(inboxCtx) })
	for _, work := range h.workers {
		behind.Go(func() { work(ctx) })
	}
	broken := make(chan error, len(h.doors))
	var open sync.WaitGroup
	for _, d := range h.doors {
		open.Go(func() {
			if err := d.Serve(); err != nil {
				broken <- fmt.Errorf("%s: %w", d.Where(), err)
			}
		})
	}
	h.tell(e)
	var failed error
	select {
	case <-e.ctx.Done():
	case failed = <-broken:
	}
	tellManager("STOPPING=1")
	if err := h.close(); err != nil && failed == nil {
		h.log.Warn("not all that was underway came to its end", "error", err)
	}
	open.Wait()
	stop(errors.New("stopped"))
	behind.Wait()
	stopInbox()
	inbox.Wait()
	return failed
}

// tell says in one line where the doors are, and to a service manager that the program is ready.
func (h *house) tell(e *env) {
	var where []string
	for _, d := range h.doors {
		where = append(where, d.Where())
	}
	fmt.Fprintf(e.Err, "todoke: open: %s\n", strings.Join(where, ", "))
	tellManager("READY=1")
}

// close shuts all doors at once.
func (h *house) close() error {
	ctx, cancel := context.WithTimeout(context.Background(), drainTime)
	defer cancel()
	errs := make([]error, len(h.doors))
	var all sync.WaitGroup
	for i, d := range h.doors {
		all.Go(func() { errs[i] = d.Shutdown(ctx) })
	}
	all.Wait()
	return errors.Join(errs...)
}

// readable asks that the files which the settings name are there, before anything is made.
func readable(c config.Config) error {
	files := []string{c.KeyFile}
	for _, box := range c.IMAP {
		files = append(files, box.PasswordFile)
	}
	for _, path := range files {
		if path == "" {
			continue
		}
		if _, err := secretFile(path); err != nil {
			return err
		}
	}
	if c.TLSCert != "" {
		if _, err := tls.LoadX509KeyPair(c.TLSCert, c.TLSKey); err != nil {
			return usage("tls_cert, tls_key: %w", err)
		}
	}
	return nil
}

// secretFile reads a secret from a file: its first line.
func secretFile(path string) (string, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return "", usage("%s cannot be read: %w", path, err)
	}
	line, _, _ := strings.Cut(string(text), "\n")
	if line = strings.TrimRight(line, "\r"); line == "" {
		return "", usage("%s is empty; it must hold a secret in its first line", path)
	}
	return line, nil
}
