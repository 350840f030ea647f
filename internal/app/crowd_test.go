package app_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestLongMail: the longest mail is taken while others are served, and a longer one is refused for good.
func TestLongMail(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
	defer cancel()
	db := "sqlite:" + filepath.Join(t.TempDir(), "todoke.db")
	s := newTroubled(t, db)
	long, err := dialLMTP(ctx, s.socket)
	if err != nil {
		t.Fatal(err)
	}
	defer long.conn.Close()
	const limit = 50 << 20
	for _, command := range []string{"MAIL FROM:<a@one.example>", "RCPT TO:<" + ours + ">", "DATA"} {
		if answer, err := long.say(command); err != nil || answer[0] > '3' {
			t.Fatalf("%s: %s, %v", command, answer, err)
		}
	}
	mail := notice("long", limit-200<<10)
	mail += strings.Repeat("x", limit-len(mail)-2) + "\r\n" // exactly as long as may be
	if _, err := io.WriteString(long.conn, mail[:limit/2]); err != nil {
		t.Fatal(err)
	}
	if got := s.brings(ctx, "beside", 0); got != "250" {
		t.Errorf("beside half a long mail: %s", got)
	}
	if answer, err := long.say(mail[limit/2:] + "."); err != nil || answer[:3] != "250" {
		t.Errorf("a mail of the longest length: %s, %v", answer, err)
	}
	s.taken["long"] = true
	if answer, err := long.deliver("a@one.example", ours, mail+"x"); err != nil || answer[:3] != "552" {
		t.Errorf("a longer mail: %s, %v", answer, err)
	}
	s.check(ctx)
}

// TestManyRecipients: of 10,000 recipients in one transaction the door takes as many as it says, tells the client to bring the mail
// again for the others, and keeps it once.
func TestManyRecipients(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	s := newTroubled(t, "sqlite:"+filepath.Join(t.TempDir(), "todoke.db"))
	c, err := dialLMTP(ctx, s.socket)
	if err != nil {
		t.Fatal(err)
	}
	defer c.conn.Close()
	if answer, err := c.say("MAIL FROM:<a@one.example>"); err != nil || answer[:3] != "250" {
		t.Fatalf("%s, %v", answer, err)
	}
	codes := map[string]int{}
	for i := range 10_000 {
		answer, err := c.say(fmt.Sprintf("RCPT TO:<report+%d@csirt.example.jp>", i))
		if err != nil {
			t.Fatal(err)
		}
		codes[answer[:3]]++
	}
	if codes["250"] < 100 || codes["250"]+codes["452"] != 10_000 {
		t.Errorf("answers to the recipients: %v; want at least 100 to be taken (RFC 5321, 4.5.3.1.8) and 452 for the others", codes)
	}
	if got := s.brings(ctx, "beside", 0); got != "250" {
		t.Errorf("beside: %s", got)
	}
	if answer, err := c.say("DATA"); err != nil || answer[:3] != "354" {
		t.Fatalf("%s, %v", answer, err)
	}
	answer, err := c.say(notice("many", 0) + ".")
	for range codes["250"] - 1 {
		if err != nil || answer[:3] != "250" {
			break
		}
		answer, err = c.answer()
	}
	if err != nil || answer[:3] != "250" {
		t.Errorf("an answer for each recipient that was taken (RFC 2033, 4.2): %s, %v", answer, err)
	}
	s.taken["many"] = true
	s.check(ctx)
}

// public is a server of SMTP that anybody can reach.
func public(t *testing.T) (s *troubled, address string) {
	t.Helper()
	address = freeAddress(t)
	db := "sqlite:" + filepath.Join(t.TempDir(), "todoke.db")
	s = &troubled{newServing(t, db, fmt.Sprintf("smtp = %q\nincidents_a_day = 0\n", address)), db, map[string]bool{}}
	s.start()
	t.Cleanup(s.kill)
	return s, address
}

// dialSMTP connects from one of this machine's own addresses (127.0.0.0/8), and returns the first answer too.
func dialSMTP(ctx context.Context, from, to string) (c *lmtp, greeting string, err error) {
	dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}
	conn, err := dialer.DialContext(ctx, "tcp", to)
	if err != nil {
		return nil, "", err
	}
	c = &lmtp{conn, bufio.NewReader(conn)}
	greeting, err = c.answer()
	return c, greeting, err
}

// bringsBySMTP brings a mail from an address of a client's own.
func (s *troubled) bringsBySMTP(ctx context.Context, from, to, subject string) {
	s.t.Helper()
	c, greeting, err := dialSMTP(ctx, from, to)
	if err != nil || greeting[:3] != "220" {
		s.t.Errorf("%s: %s, %v", subject, greeting, err)
		return
	}
	defer c.conn.Close()
	if answer, err := c.say("EHLO client.example"); err != nil || answer[:3] != "250" {
		s.t.Errorf("%s: %s, %v", subject, answer, err)
		return
	}
	if answer, err := c.deliver("a@one.example", ours, notice(subject, 0)); err != nil || answer[:3] != "250" {
		s.t.Errorf("%s: %s, %v", subject, answer, err)
		return
	}
	s.taken[subject] = true
}

// TestSlowSenders: 300 connections of one client each send a byte now and then and never end their line. They get as many places as one
// client may have, and between their bytes others are served.
func TestSlowSenders(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	s, address := public(t)
	var slow []*lmtp
	refused := 0
	for range 300 {
		c, greeting, err := dialSMTP(ctx, "127.0.0.66", address)
		switch {
		case err != nil:
			t.Fatal(err)
		case greeting[:3] == "220":
			slow = append(slow, c)
			defer c.conn.Close()
		case greeting[:3] == "421":
			refused++
			c.conn.Close()
		default:
			t.Errorf("greeting: %s", greeting)
		}
	}
	if len(slow) == 0 || refused < 250 {
		t.Errorf("of 300 connections of one client %d were let in and %d refused", len(slow), refused)
	}
	for i := range 20 {
		for _, c := range slow {
			if _, err := c.conn.Write([]byte("M")); err != nil {
				t.Fatalf("a slow sender was cut off before its time: %v", err)
			}
		}
		s.bringsBySMTP(ctx, fmt.Sprintf("127.0.1.%d", i+1), address, fmt.Sprintf("between %d", i))
	}
	s.check(ctx)
}

// TestFlood: one client brings as fast as it can. It is told to come again, and others are served meanwhile.
func TestFlood(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	s, address := public(t)
	c, _, err := dialSMTP(ctx, "127.0.0.66", address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.conn.Close()
	if answer, err := c.say("EHLO flood.example"); err != nil || answer[:3] != "250" {
		t.Fatalf("%s, %v", answer, err)
	}
	for i := 0; ; i++ {
		subject := fmt.Sprintf("flood %d", i)
		answer, err := c.deliver("flood@one.example", ours, notice(subject, 0))
		if err != nil {
			t.Fatalf("the flood was cut off before it was told to come again: %v", err)
		}
		if i%50 == 0 {
			s.bringsBySMTP(ctx, "127.0.1.1", address, fmt.Sprintf("beside %d", i))
		}
		if answer[0] == '4' {
			break
		}
		if answer[:3] != "250" || ctx.Err() != nil {
			t.Fatalf("%s: %s", subject, answer)
		}
		s.taken[subject] = true
	}
	s.bringsBySMTP(ctx, "127.0.1.2", address, "behind")
	s.check(ctx)
}
