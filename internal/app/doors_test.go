package app_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"todoke/internal/store/pgtest"
)

// deliveries is how many mails are brought while the program is killed. The whole number takes a minute on each database.
func deliveries() int {
	if os.Getenv("TODOKE_CI") != "" {
		return 10_000
	}
	return 2_000
}

const (
	lmtpClients = 16
	doorKills   = 5
	dbRestarts  = 2
)

// serving runs the program as a server on a socket of LMTP.
type serving struct {
	t      *testing.T
	dir    string
	socket string
	cmd    *exec.Cmd
}

// newServing prepares a server; settings are lines of its TOML file.
func newServing(t *testing.T, db, settings string) *serving {
	t.Helper()
	dir := t.TempDir()
	s := &serving{t: t, dir: dir, socket: filepath.Join(dir, "lmtp")}
	text := fmt.Sprintf("db = %q\nlmtp = %q\nresolver = \"none\"\n%s", db, "unix:"+s.socket, settings)
	if err := os.WriteFile(filepath.Join(dir, "todoke.toml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return s
}

// start starts the program and waits until it says that its doors are open.
func (s *serving) start() {
	s.t.Helper()
	s.cmd = program(s.t, s.dir, "serve")
	said, err := s.cmd.StderrPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	lines := bufio.NewReader(said)
	var before strings.Builder
	for {
		line, err := lines.ReadString('\n')
		before.WriteString(line)
		if strings.HasPrefix(line, "todoke: open: ") {
			break
		}
		if err != nil {
			s.t.Fatalf("the program did not open its doors: %v\n%s", err, before.String())
		}
	}
	go io.Copy(io.Discard, lines) // ends with the process
}

// kill ends the program as the machine does that loses its power.
func (s *serving) kill() {
	s.cmd.Process.Kill()
	s.cmd.Wait()
}

// stop asks the program to end and returns its exit status.
func (s *serving) stop() int {
	s.t.Helper()
	s.cmd.Process.Signal(os.Interrupt)
	s.cmd.Wait()
	return s.cmd.ProcessState.ExitCode()
}

// lmtp is one connection of a client.
type lmtp struct {
	conn net.Conn
	in   *bufio.Reader
}

func dialLMTP(ctx context.Context, socket string) (*lmtp, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "unix", socket)
	if err != nil {
		return nil, err
	}
	c := &lmtp{conn, bufio.NewReader(conn)}
	conn.SetDeadline(time.Now().Add(time.Minute))
	if _, err := c.answer(); err != nil {
		return nil, err
	}
	if _, err := c.say("LHLO client.example"); err != nil {
		return nil, err
	}
	return c, nil
}

// answer reads one answer, of one line or several.
func (c *lmtp) answer() (string, error) {
	for {
		line, err := c.in.ReadString('\n')
		if err != nil {
			return "", err
		}
		if len(line) < 4 || line[3] != '-' {
			return line, nil
		}
	}
}

func (c *lmtp) say(line string) (string, error) {
	c.conn.SetDeadline(time.Now().Add(time.Minute))
	if _, err := io.WriteString(c.conn, line+"\r\n"); err != nil {
		return "", err
	}
	return c.answer()
}

// deliver brings one mail and returns the last answer; an error is a cut connection.
func (c *lmtp) deliver(from, to, mail string) (string, error) {
	for _, line := range []string{"MAIL FROM:<" + from + ">", "RCPT TO:<" + to + ">", "DATA"} {
		if answer, err := c.say(line); err != nil || answer[0] > '3' {
			return answer, err
		}
	}
	return c.say(mail + "\r\n.")
}

// bring brings a mail until it is taken, as a mail server does. It tells of each answer that is neither 250 nor one to come again.
func bring(ctx context.Context, c *lmtp, socket, from, mail string, odd func(string)) *lmtp {
	for ctx.Err() == nil {
		if c == nil {
			var err error
			if c, err = dialLMTP(ctx, socket); err != nil {
				c = nil
				wait(ctx, 20*time.Millisecond)
				continue
			}
		}
		answer, err := c.deliver(from, "report@csirt.example.jp", mail)
		switch {
		case err != nil:
			c.conn.Close()
			c = nil
		case strings.HasPrefix(answer, "250"):
			return c
		case answer[0] != '4':
			odd(answer)
			return c
		default:
			c.say("RSET")
			wait(ctx, 20*time.Millisecond)
		}
	}
	return c
}

// wait is how a client waits before it comes again; no test hangs on how long.
func wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// TestKilledDoors: 16 clients bring mail while the program is killed and its database restarted. Every mail that was answered by 250 is
// there, once, and the clients saw nothing but 250, 4xx and cut connections.
func TestKilledDoors(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		killDoors(t, "sqlite:"+filepath.Join(t.TempDir(), "todoke.db"), nil)
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		cluster := pgtest.Own(t)
		killDoors(t, cluster.URL(), cluster.Restart)
	})
}

func killDoors(t *testing.T, db string, restart func() error) {
	ctx, cancel := context.WithTimeout(t.Context(), 8*time.Minute)
	defer cancel()
	server := newServing(t, db, "incidents_a_day = 0\n")
	server.start()
	n := deliveries()
	var next, taken atomic.Int64
	var clients sync.WaitGroup
	for range lmtpClients {
		clients.Go(func() {
			var c *lmtp
			for {
				i := next.Add(1)
				if i > int64(n) || ctx.Err() != nil {
					if c != nil {
						c.conn.Close()
					}
					return
				}
				from := fmt.Sprintf("a%d@example.jp", i%500)
				mail := fmt.Sprintf("From: %s\r\nTo: report@csirt.example.jp\r\nSubject: scan %d\r\nMessage-ID: <%d@example.jp>\r\n\r\n"+
					"203.0.113.%d scanned port 22 of our server last night.\r\n", from, i, i, i%250)
				c = bring(ctx, c, server.socket, from, mail, func(answer string) { t.Errorf("mail %d: %s", i, answer) })
				taken.Add(1)
			}
		})
	}
	troubles := doorKills
	if restart != nil {
		troubles += dbRestarts
	}
	for trouble := range troubles {
		at := int64(n) * int64(trouble+1) / int64(troubles+1)
		at += rand.Int64N(int64(n) / 50)
		for taken.Load() < at && ctx.Err() == nil {
			wait(ctx, time.Millisecond)
		}
		if restart != nil && trouble%3 == 1 {
			if err := restart(); err != nil {
				t.Fatal(err)
			}
			continue
		}
		server.kill()
		server.start()
	}
	clients.Wait()
	if status := server.stop(); status != 0 {
		t.Errorf("the program ended with status %d", status)
	}
	server.start() // what was taken and not yet read is read now
	defer server.kill()
	subjects := waitRead(ctx, t, server.dir, n)
	for i := range n {
		if got := subjects[fmt.Sprintf("scan %d", i+1)]; got != 1 {
			t.Errorf("mail %d, answered by 250, is there %d times", i+1, got)
		}
	}
}

// waitRead waits until all mails are messages, and counts these by subject.
func waitRead(ctx context.Context, t *testing.T, dir string, n int) map[string]int {
	t.Helper()
	year := fmt.Sprint(time.Now().In(time.FixedZone("JST", 9*3600)).Year())
	for ctx.Err() == nil {
		var kinds struct {
			Counters map[string]int `json:"counters"`
			Not      map[string]int `json:"not_counted"`
		}
		if err := json.Unmarshal([]byte(must(t, dir, "figures", year, "--json")), &kinds); err != nil {
			t.Fatal(err)
		}
		total := kinds.Counters["messages"]
		for _, more := range kinds.Not {
			total += more
		}
		if total < n {
			wait(ctx, 100*time.Millisecond)
			continue
		}
		if total != n || kinds.Counters["messages"] != n {
			t.Errorf("%d messages, of which %d count; %d were brought", total, kinds.Counters["messages"], n)
		}
		return subjectsOf(t, dir, year)
	}
	t.Fatal("not all mails became messages in time")
	return nil
}

// subjectsOf counts the messages of the year by subject.
func subjectsOf(t *testing.T, dir, year string) map[string]int {
	t.Helper()
	var rows []struct {
		Subject string `json:"subject"`
	}
	if err := json.Unmarshal([]byte(must(t, dir, "figures", year, "--rows", "messages", "--json")), &rows); err != nil {
		t.Fatal(err)
	}
	subjects := map[string]int{}
	for _, row := range rows {
		subjects[row.Subject]++
	}
	return subjects
}
