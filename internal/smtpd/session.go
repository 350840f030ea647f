package smtpd

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

// bufferSize is how much of a connection is read and written at once, in bytes. It is also the longest command line; RFC 4954,
// section 4, asks for 12,288 in log-ins, no other command needs more than some 1,000.
const bufferSize = 16 << 10

// session is one client's connection.
type session struct {
	server *Server
	cfg    *Config
	log    *slog.Logger
	client *client
	remote netip.Addr

	conn net.Conn // closed by others too, hence never replaced: see stream
	// stream is conn, or the TLS connection over it.
	stream net.Conn
	in     *bufio.Reader
	out    *bufio.Writer

	tls      bool
	extended bool   // EHLO or LHLO, not HELO
	helo     string // "" before it
	user     string // who logged in
	idle     int    // commands since the last message that failed or did nothing
	mail     *transaction

	mu       sync.Mutex
	waiting  bool // for a command, with no message underway
	stopping bool
}

// errClose ends a session whose last answer is given.
var errClose = errors.New("session ends")

func newSession(s *Server, conn net.Conn, client *client, ip netip.Addr) *session {
	c := &session{server: s, cfg: &s.cfg, client: client, remote: ip, conn: conn, log: s.log}
	if ip.IsValid() {
		c.log = s.log.With("remote", ip.String())
	}
	c.use(conn)
	return c
}

// use reads and writes by a stream from now on. What was buffered of the one before is gone.
func (c *session) use(stream net.Conn) {
	c.stream = stream
	c.in = bufio.NewReaderSize(stream, bufferSize)
	c.out = bufio.NewWriterSize(deadlined{c}, bufferSize)
}

// deadlined writes to the client, who has to take it in time.
type deadlined struct{ c *session }

func (d deadlined) Write(p []byte) (int, error) {
	if err := d.c.conn.SetWriteDeadline(time.Now().Add(d.c.cfg.WriteTimeout)); err != nil {
		return 0, err
	}
	return d.c.stream.Write(p)
}

// run greets the client and answers its commands until one side has enough.
func (c *session) run() {
	name := "ESMTP"
	if c.cfg.LMTP {
		name = "LMTP"
	}
	c.answer(reply{220, "", c.cfg.Domain + " " + name})
	for {
		err := c.step()
		if err == nil {
			continue
		}
		if errors.Is(err, os.ErrDeadlineExceeded) {
			err = c.late()
		}
		c.log.Debug("session ended", "why", err)
		_ = c.out.Flush()
		return
	}
}

// late says why a read was broken off: the client took too long, or the server stops.
func (c *session) late() error {
	if c.isStopping() && c.mail == nil {
		c.answer(replyStopping)
		return errors.New("the server stops")
	}
	c.server.count.timedOut.Add(1)
	c.answer(replyIdle)
	return errors.New("the client was too slow")
}

// step reads one command and answers it.
func (c *session) step() error {
	line, err := c.readCommand()
	var answer reply
	switch {
	case errors.Is(err, bufio.ErrBufferFull):
		c.answer(replyLongLine)
		return errClose
	case errors.Is(err, errLine):
		answer = replyLine
	case err != nil:
		return err
	default:
		answer, err = c.handle(parseCommand(line))
		if err != nil {
			return err
		}
	}
	if answer.code != 0 { // else the command has answered by itself
		c.answer(answer)
	}
	switch {
	case answer.code == 421: // RFC 5321, section 3.8
		return errClose
	case answer.failed():
		return c.wasted()
	}
	return nil
}

// wasted counts a command that failed or did nothing, and ends sessions with too many of them.
func (c *session) wasted() error {
	c.idle++
	if c.cfg.MaxErrors > 0 && c.idle >= c.cfg.MaxErrors {
		c.answer(replyErrors)
		return errClose
	}
	return nil
}

// errLine is a line that cannot be a command.
var errLine = errors.New("not a command line")

// readCommand waits for a command line, which has to come whole in CommandTimeout.
func (c *session) readCommand() (string, error) {
	if err := c.await(); err != nil {
		return "", err
	}
	line, err := c.readLine()
	c.mu.Lock()
	c.waiting = false
	c.mu.Unlock()
	return line, err
}

// await makes ready to wait for a command. While the server stops, it waits for no other than those of a message underway.
func (c *session) await() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.waiting = c.mail == nil
	patience := c.cfg.CommandTimeout
	if c.server.crowded.Load() {
		patience = min(patience, c.cfg.StressTimeout)
	}
	until := time.Now().Add(patience)
	if c.waiting && c.stopping {
		until = longAgo
	}
	return c.conn.SetReadDeadline(until)
}

// hurry gives a client that is waited for no more time than there is when places are rare.
func (c *session) hurry() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.waiting && !c.stopping {
		_ = c.conn.SetReadDeadline(time.Now().Add(c.cfg.StressTimeout))
	}
}

// longAgo is a time limit that ends a read at once.
var longAgo = time.Unix(1, 0)

// stop asks the session to end as soon as it has no message underway.
func (c *session) stop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stopping = true
	if c.waiting {
		_ = c.conn.SetReadDeadline(longAgo)
	}
}

func (c *session) isStopping() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.stopping
}

// readLine reads a line by the deadline that is set.
func (c *session) readLine() (string, error) {
	if c.in.Buffered() == 0 { // answers to pipelined commands go together
		if err := c.out.Flush(); err != nil {
			return "", err
		}
	}
	line, err := c.in.ReadSlice('\n')
	if err != nil {
		return "", err
	}
	text, ok := strings.CutSuffix(string(line), "\r\n")
	if !ok || !plainText(text) {
		return "", errLine
	}
	return text, nil
}

// answer writes an answer; it leaves with the next flush.
func (c *session) answer(r reply) {
	_, _ = c.out.WriteString(r.String() + "\r\n")
}

// handle does a command. A reply without a code is none: the command has answered by itself.
func (c *session) handle(cmd command) (reply, error) {
	switch cmd.verb {
	case "EHLO", "HELO", "LHLO":
		return c.greet(cmd), nil
	case "MAIL":
		return c.from(cmd.rest), nil
	case "RCPT":
		return c.to(cmd.rest)
	case "DATA":
		return c.data(cmd.rest)
	case "RSET":
		c.mail = nil
		return c.nothing(replyOK)
	case "NOOP":
		return c.nothing(replyOK)
	case "VRFY":
		return c.nothing(reply{252, "2.5.2", "Send mail, and it will be seen"})
	case "QUIT":
		c.answer(reply{221, "2.0.0", "Goodbye"})
		return reply{}, errClose
	case "STARTTLS":
		return c.startTLS(cmd.rest)
	case "AUTH":
		return c.auth(cmd.rest)
	case "EXPN", "HELP", "BDAT", "TURN", "ETRN":
		return reply{502, "5.5.1", "Command not implemented"}, nil
	default:
		return replyCommand, nil
	}
}

// nothing answers a command that does nothing, which counts as if it had failed, so that no connection can be held by it for ever.
func (c *session) nothing(r reply) (reply, error) {
	c.answer(r)
	return reply{}, c.wasted()
}

// greet does HELO, EHLO and LHLO, each of which also drops the message underway (RFC 5321, section 4.1.4).
func (c *session) greet(cmd command) reply {
	if c.cfg.LMTP != (cmd.verb == "LHLO") {
		return replyCommand // RFC 2033, section 4.1
	}
	name, _, _ := strings.Cut(cmd.rest, " ")
	if name == "" || len(name) > maxAddress {
		return replySyntax
	}
	c.mail = nil
	c.helo = name
	c.extended = cmd.verb != "HELO"
	if !c.extended {
		return reply{250, "", c.cfg.Domain}
	}
	offers := c.offers()
	lines := append([]string{c.cfg.Domain}, offers...)
	for _, line := range lines[:len(lines)-1] {
		_, _ = c.out.WriteString("250-" + line + "\r\n")
	}
	return reply{250, "", lines[len(lines)-1]}
}

// offers lists the extensions.
func (c *session) offers() []string {
	offers := []string{"PIPELINING", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES", "SIZE " + strconv.FormatInt(c.cfg.MaxBytes, 10)}
	if c.cfg.MaxRecipients > 0 {
		offers = append(offers, "LIMITS RCPTMAX="+strconv.Itoa(c.cfg.MaxRecipients))
	}
	if c.cfg.TLS != nil && !c.tls {
		offers = append(offers, "STARTTLS")
	}
	if c.mayLogIn() {
		offers = append(offers, "AUTH PLAIN LOGIN")
	}
	return offers
}

// startTLS does STARTTLS. The client has to begin anew behind it. What it sent in clear before it had our answer was not sent by
// it, or by nobody careful: such a session ends (RFC 3207, section 4.2).
func (c *session) startTLS(rest string) (reply, error) {
	switch {
	case c.cfg.TLS == nil:
		return reply{502, "5.5.1", "Command not implemented"}, nil
	case c.tls:
		return replySequence, nil
	case rest != "":
		return replySyntax, nil
	case c.in.Buffered() > 0:
		c.answer(reply{554, "5.7.0", "Commands behind STARTTLS in clear"})
		return reply{}, errClose
	}
	c.answer(reply{220, "2.0.0", "Ready to start TLS"})
	if err := c.out.Flush(); err != nil {
		return reply{}, err
	}
	stream := tls.Server(c.conn, c.cfg.TLS)
	ctx, cancel := context.WithTimeout(c.server.work, c.cfg.CommandTimeout)
	defer cancel()
	if err := stream.HandshakeContext(ctx); err != nil {
		return reply{}, fmt.Errorf("TLS handshake: %v", err) // no answer in clear behind it, as there is to a time limit
	}
	c.use(stream)
	c.tls, c.helo, c.user, c.mail = true, "", "", nil
	return reply{}, nil
}
