package app

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"todoke/internal/config"
	"todoke/internal/count"
	"todoke/internal/publish"
	"todoke/internal/publish/history"
	"todoke/internal/sample"
	"todoke/internal/site"
	"todoke/internal/store"
)

type demoCommand struct {
	Dir     string `help:"Keep the mail, the store and the report here; else in a new temporary folder." placeholder:"DIR" type:"path"`
	NoServe bool   `help:"End after publishing."`
}

func (cmd *demoCommand) Run(e *env) error {
	c, err := e.settings()
	if err != nil {
		return err
	}
	dir, err := cmd.folder()
	if err != nil {
		return err
	}
	// The demo makes a store of its own beside its mail. Another is used only where the command line or the environment
	// names it: the desk's own settings are not for playing.
	if e.flags.DB == "" && os.Getenv("TODOKE_DB") == "" {
		c.DB = "sqlite:" + filepath.Join(dir, "todoke.db")
	}
	s, err := e.open(c.DB, true)
	if err != nil {
		return err
	}
	defer s.Close()
	if err := e.refuseOtherMail(s); err != nil {
		return err
	}
	if err := e.demo(c, s, dir); err != nil {
		return err
	}
	if !cmd.NoServe {
		if err := e.serveDemo(c, s); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintf(e.Err, "mail and report are in %s, the store is %s\n", dir, store.Redact(c.DB))
	return err
}

// refuseOtherMail keeps the demo out of a store that holds other mail than the sample's, since nothing would take it out again.
func (e *env) refuseOtherMail(s *store.Store) error {
	kinds, err := s.Kinds(e.ctx)
	if err != nil {
		return err
	}
	held, err := s.Waiting(e.ctx)
	if err != nil {
		return err
	}
	for _, n := range kinds {
		held += n
	}
	if held == 0 {
		return nil
	}
	mails, err := sample.Quarter()
	if err != nil {
		return err
	}
	sums := make([][sha256.Size]byte, len(mails))
	for i, m := range mails {
		sums[i] = sha256.Sum256(m.Raw)
	}
	have, err := s.Have(e.ctx, sums)
	if err != nil {
		return err
	}
	ours := 0
	for _, is := range have {
		if is {
			ours++
		}
	}
	if held > ours {
		return usage("the store holds mail of its own, which the demo's would mix with; name an empty store with --db, or none")
	}
	return nil
}

func (cmd *demoCommand) folder() (string, error) {
	if cmd.Dir == "" {
		return os.MkdirTemp("", "todoke-demo-")
	}
	if err := os.MkdirAll(cmd.Dir, 0o755); err != nil {
		return "", usage("--dir: %w", err)
	}
	return cmd.Dir, nil
}

// demo is the main job: the mail of the sample quarter goes in, the report comes out.
func (e *env) demo(c config.Config, s *store.Store, dir string) error {
	mailDir, reportDir := filepath.Join(dir, "mail"), filepath.Join(dir, "report")
	if err := sample.Write(mailDir); err != nil {
		return err
	}
	result, err := e.importMail(c, s, importOptions{paths: []string{mailDir}, auto: true})
	if err != nil {
		return err
	}
	if err := saveHistory(e.ctx, s, history.JPCERT()); err != nil {
		return err
	}
	if err := e.printImport(s, result, false); err != nil {
		return err
	}
	p, err := period(samplePeriod, c)
	if err != nil {
		return err
	}
	files, err := e.publish(s, p, count.Address2008, publish.SampleDesk, reportDir)
	if err != nil {
		return err
	}
	figures, err := e.count(s, p, count.Address2008)
	if err != nil {
		return err
	}
	fmt.Fprintln(e.Out)
	if err := printFigures(e.Out, figures); err != nil {
		return err
	}
	_, err = fmt.Fprintf(e.Out, "\nthe report: %d files in %s\n", len(files), reportDir)
	return err
}

const (
	demoHost  = "127.0.0.1"
	demoPort  = 8080
	portTries = 100
)

// serveDemo serves the pages until the program is told to end.
func (e *env) serveDemo(c config.Config, s *store.Store) error {
	reader, err := newReader(c)
	if err != nil {
		return err
	}
	listener, err := listen()
	if err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(e.Err, nil))
	source := &pages{env: e, config: c, store: s, reader: reader, desk: publish.SampleDesk, first: samplePeriod}
	server := &http.Server{Handler: site.New(source, log, site.Zone(c.Location())), ReadHeaderTimeout: 10 * time.Second}
	fmt.Fprintf(e.Err, "the pages are at http://%s/ (end with Ctrl-C)\n", listener.Addr())
	ended := make(chan error, 1)
	go func() {
		<-e.ctx.Done()
		stop, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		ended <- server.Shutdown(stop)
	}()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return <-ended
}

// listen takes the first free port from demoPort on.
func listen() (net.Listener, error) {
	var last error
	for port := demoPort; port < demoPort+portTries; port++ {
		listener, err := net.Listen("tcp", net.JoinHostPort(demoHost, fmt.Sprint(port)))
		if err == nil {
			return listener, nil
		}
		last = err
	}
	return nil, fmt.Errorf("no free port from %d on: %s", demoPort, strings.TrimSpace(last.Error()))
}
