// Package app wires the program together: flags and settings in, one command run, one exit status out. It alone knows all
// other packages.
package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"todoke/internal/config"
	"todoke/internal/count"
	"todoke/internal/desk"
	"todoke/internal/store"
)

// The exit statuses.
const (
	exitDone   = 0
	exitFailed = 1 // something outside failed: a database, a file system
	exitUsage  = 2 // a wrong flag, period, file or setting
)

// commands is the command line.
type commands struct {
	Config string `help:"Settings (TOML); else TODOKE_CONFIG, else ./todoke.toml." placeholder:"FILE" type:"path"`
	DB     string `name:"db" help:"The store: sqlite:PATH or postgres://…; else TODOKE_DB, else the settings'." placeholder:"URL"`

	Demo    demoCommand    `cmd:"" help:"Run the main job on the sample quarter: write its mail, import it, publish the report, serve its pages."`
	Serve   serveCommand   `cmd:"" help:"Open the doors: take mail in, read it, answer it, and show the desk's pages."`
	Import  importCommand  `cmd:"" help:"Take in mail files, mboxes, Maildirs and folders of them; twice is the same as once."`
	Read    readCommand    `cmd:"" help:"Show what the program reads in one message, with reasons."`
	Figures figuresCommand `cmd:"" help:"Show the figures of a period, or the rows behind one of them."`
	Publish publishCommand `cmd:"" help:"Write the report of a period: HTML, text and PDF in Japanese and English, CSV, JSON, charts."`
	Sample  sampleCommand  `cmd:"" help:"Write the sample quarter as mail files."`
	Search  searchCommand  `cmd:"" help:"Find messages by words of any language, addresses and hosts."`
	Report  reportCommand  `cmd:"" help:"Show, join and split reports, move messages, undo."`
	Held    heldCommand    `cmd:"" help:"What waits for a handler before it is read."`
	Key     keyCommand     `cmd:"" help:"Keys: ours and those of others."`
	Open    openCommand    `cmd:"" help:"Show what an encrypted mail says; it is recorded who opens it, and why."`
	Token   tokenCommand   `cmd:"" help:"Tokens of programs, for the API and for SMTP."`
	History historyCommand `cmd:"" help:"Import monthly figures of earlier years, for trends."`
	Version versionCommand `cmd:"" help:"Show which version this is."`
	Help    helpCommand    `cmd:"" help:"Show this help."`
}

// usageError is a mistake of whoever called the program.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

func usage(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// Streams are where a command reads and writes.
type Streams struct {
	Out, Err io.Writer
	Progress bool // Err is a terminal: show a bar
}

// env is what every command gets.
type env struct {
	Streams
	ctx    context.Context
	flags  *commands
	parser *kong.Kong
	now    func() time.Time
}

// Main runs the command line and returns the exit status. Errors go to streams.Err, each in one line.
func Main(args []string, streams Streams) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return run(ctx, args, streams, time.Now)
}

func run(ctx context.Context, args []string, streams Streams, now func() time.Time) int {
	var flags commands
	parser, err := kong.New(&flags, kong.Name("todoke"), kong.Writers(streams.Out, streams.Err),
		kong.Description("The incident desk of a national CSIRT: mail goes in, the quarterly report comes out."),
		kong.UsageOnError(), kong.ConfigureHelp(kong.HelpOptions{Compact: true}), kong.Exit(func(code int) { panic(exit(code)) }))
	if err != nil {
		return fail(streams, err)
	}
	status := exitDone
	func() {
		defer func() {
			if code, ok := recover().(exit); ok {
				status = int(code)
			}
		}()
		status = parseAndRun(ctx, parser, &flags, args, streams, now)
	}()
	return status
}

// exit carries kong's wish to end (after --help) up to run.
type exit int

func parseAndRun(ctx context.Context, parser *kong.Kong, flags *commands, args []string, streams Streams, now func() time.Time) int {
	if len(args) == 0 {
		args = []string{"--help"}
	}
	chosen, err := parser.Parse(args)
	if err != nil {
		return fail(streams, usage("%w; see todoke help", err))
	}
	e := &env{Streams: streams, ctx: ctx, flags: flags, parser: parser, now: now}
	if err := chosen.Run(e); err != nil {
		return fail(streams, err)
	}
	return exitDone
}

// fail writes the one line of an error and returns its exit status.
func fail(streams Streams, err error) int {
	line := strings.Join(strings.Fields(err.Error()), " ")
	fmt.Fprintf(streams.Err, "todoke: %s\n", line)
	var mistake usageError
	if errors.As(err, &mistake) || errors.Is(err, store.ErrNoStore) {
		return exitUsage
	}
	return exitFailed
}

type versionCommand struct{}

func (versionCommand) Run(e *env) error {
	version := "unknown"
	if info, ok := debug.ReadBuildInfo(); ok {
		version = info.Main.Version
		for _, setting := range info.Settings {
			if setting.Key == "vcs.revision" {
				version += " " + setting.Value
			}
		}
	}
	_, err := fmt.Fprintln(e.Out, "todoke", version)
	return err
}

type helpCommand struct{}

func (helpCommand) Run(e *env) error {
	_, err := e.parser.Parse([]string{"--help"})
	return err
}

// settings loads the settings, with the flags over them.
func (e *env) settings() (config.Config, error) {
	c, err := config.Load(e.flags.Config)
	if err != nil {
		return c, usageError{err}
	}
	if e.flags.DB != "" {
		c.DB = e.flags.DB
	}
	_, err = brands(c) // a broken table must stop a command before it changes anything
	return c, err
}

// open opens the store; only commands that take in mail make one.
func (e *env) open(url string, create bool) (*store.Store, error) {
	if !strings.HasPrefix(url, "sqlite:") && !strings.HasPrefix(url, "postgres://") && !strings.HasPrefix(url, "postgresql://") {
		return nil, usage("%q is no store; write sqlite:PATH or postgres://USER@HOST/DATABASE", redact(url))
	}
	return store.Open(e.ctx, url, store.Options{Create: create})
}

// redact leaves only the scheme of what is no store's address, since the rest may hold a password.
func redact(url string) string {
	scheme, _, _ := strings.Cut(url, ":")
	return scheme
}

// period reads a period in the desk's zone.
func period(name string, c config.Config) (desk.Period, error) {
	p, err := desk.ParsePeriod(name, c.Location())
	if err != nil {
		return p, usageError{err}
	}
	return p, nil
}

// rulebook finds a rulebook by name.
func rulebook(name string) (count.Rulebook, error) {
	rules, err := count.RulebookNamed(name)
	if err != nil {
		return rules, usageError{err}
	}
	return rules, nil
}
