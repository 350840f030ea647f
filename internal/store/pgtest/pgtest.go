// Package pgtest lends PostgreSQL databases to tests. The server is the one at TODOKE_TEST_POSTGRES (a URL of a role that
// may make databases), else a throw-away cluster made by the machine's own installation, one a test process. Where there is
// neither, the test is skipped and says so.
package pgtest

import (
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // registers the driver "pgx"
)

// server is the one server of this test process.
var server struct {
	once   sync.Once
	url    *url.URL
	reason string // why there is none
	data   string // folder of a cluster that was started here
	stop   func() // ends a cluster that was started here; the end of this process does it too
}

var lent atomic.Int64

// Database lends an empty database and returns its URL. It is dropped when the test ends.
func Database(tb testing.TB) string {
	tb.Helper()
	server.once.Do(func() { start(fast) })
	if server.url == nil {
		tb.Skipf("skipped: no PostgreSQL: TODOKE_TEST_POSTGRES is not set and %s", server.reason)
	}
	name := fmt.Sprintf("todoke_test_%d_%d", os.Getpid(), lent.Add(1))
	must(tb, execute("CREATE DATABASE "+name+" TEMPLATE template0"))
	tb.Cleanup(func() { must(tb, execute("DROP DATABASE "+name+" WITH (FORCE)")) })
	return databaseURL(name)
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

// The settings of a cluster that is started here: fast for tests, which need not survive anything, so that it does not wait
// for the disk; durable for measurements.
const (
	fast    = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"
	durable = "-c fsync=on -c synchronous_commit=on -c full_page_writes=on"
)

func start(settings string) {
	if address := os.Getenv("TODOKE_TEST_POSTGRES"); address != "" {
		parsed, err := url.Parse(address)
		if err != nil {
			server.reason = "it cannot be read as a URL"
			return
		}
		server.url = parsed
		return
	}
	bin, ok := installation()
	if !ok {
		server.reason = "no installation was found in /usr/lib/postgresql"
		return
	}
	c, err := startCluster(bin, settings)
	if err != nil {
		server.reason = "a cluster could not be started: " + err.Error()
		return
	}
	server.url, server.data, server.stop = c.url, c.data, c.stop
}

// Cluster is a server that a test has for itself, and may restart. It waits for the disk at each commit, as a desk's own does.
type Cluster struct{ cluster }

// Own starts a server for one test, which ends with it. Without an installation the test is skipped and says so.
func Own(tb testing.TB) *Cluster {
	tb.Helper()
	bin, ok := installation()
	if !ok {
		tb.Skip("skipped: no PostgreSQL: no installation was found in /usr/lib/postgresql")
	}
	c, err := startCluster(bin, durable)
	must(tb, err)
	tb.Cleanup(c.stop)
	return &Cluster{*c}
}

// URL is that of a database of the cluster.
func (c *Cluster) URL() string { return c.url.String() }

// Restart stops the server as a machine does that is switched off in a hurry: connections are cut, and what was committed is there again.
func (c *Cluster) Restart() error {
	if err := c.Halt(); err != nil {
		return err
	}
	return c.Start()
}

// Halt stops the server in a hurry; nobody can reach it until Start.
func (c *Cluster) Halt() error {
	return c.call("pg_ctl", "-D", c.data, "-m", "immediate", "-w", "stop")
}

// Start starts the server after Halt.
func (c *Cluster) Start() error { return c.start() }

// cluster is a server that was started here.
type cluster struct {
	bin, folder, data, options string

	as   *syscall.Credential
	url  *url.URL
	stop func() // ends it; the end of this process does it too
}

// installation finds the folder of the newest version's programs.
func installation() (string, bool) {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if len(found) == 0 {
		return "", false
	}
	version := func(path string) int {
		n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path))))
		return n
	}
	newest := slices.MaxFunc(found, func(a, b string) int { return version(a) - version(b) })
	return filepath.Dir(newest), true
}

// startCluster makes a cluster in a temporary folder and listens on a socket there only. PostgreSQL refuses to run as root:
// then it runs as the user "postgres".
func startCluster(bin, settings string) (*cluster, error) {
	folder, err := os.MkdirTemp("", "todoke-pg")
	if err != nil {
		return nil, err
	}
	as, err := otherUser(folder)
	if err != nil {
		return nil, err
	}
	c := &cluster{bin: bin, folder: folder, data: filepath.Join(folder, "data"), as: as}
	if err := c.call("initdb", "-D", c.data, "-U", "todoke", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"); err != nil {
		return nil, err
	}
	c.options = fmt.Sprintf("-c listen_addresses='' -c unix_socket_directories='%s' -c shared_buffers=128MB -c max_connections=200 "+
		"-c max_wal_size=2GB %s", folder, settings)
	c.url = &url.URL{
		Scheme: "postgres", User: url.User("todoke"), Path: "/postgres",
		RawQuery: url.Values{"host": {folder}}.Encode(),
	}
	if err := c.start(); err != nil {
		return nil, err
	}
	return c, c.stopWithProcess()
}

func (c *cluster) start() error {
	return c.call("pg_ctl", "-D", c.data, "-o", c.options, "-l", filepath.Join(c.folder, "log"), "-w", "-t", "60", "start")
}

// call runs one of PostgreSQL's programs.
func (c *cluster) call(program string, args ...string) error {
	cmd := exec.Command(filepath.Join(c.bin, program), args...)
	cmd.Dir = c.folder
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: c.as}
	output, err := os.Create(filepath.Join(c.folder, program+".out")) // not a pipe: the server would hold it open
	if err != nil {
		return err
	}
	defer output.Close()
	cmd.Stdout, cmd.Stderr = output, output
	if err := cmd.Run(); err != nil {
		said, _ := os.ReadFile(output.Name())
		return fmt.Errorf("%s: %w: %s", program, err, said)
	}
	return nil
}

// stopWithProcess leaves a shell that waits for the end of its input, which comes when this process ends, however it ends,
// and then stops the cluster and removes its folder.
func (c *cluster) stopWithProcess() error {
	script := `read -r _; "$1/pg_ctl" -D "$2" -m immediate -w stop; rm -rf "$3"`
	cmd := exec.Command("sh", "-c", script, "sh", c.bin, c.data, c.folder)
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: c.as, Setpgid: true} // an interrupt of the test must not end it first
	input, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	c.stop = func() {
		_ = input.Close()
		_ = cmd.Wait()
	}
	return cmd.Start()
}

// otherUser is nil, for the user that runs the test, or "postgres" where that is root; the folder is given to it.
func otherUser(folder string) (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	postgres, err := user.Lookup("postgres")
	if err != nil {
		return nil, fmt.Errorf("as root it takes a user postgres: %w", err)
	}
	uid, _ := strconv.Atoi(postgres.Uid)
	gid, _ := strconv.Atoi(postgres.Gid)
	if err := os.Chown(folder, uid, gid); err != nil {
		return nil, err
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
}
