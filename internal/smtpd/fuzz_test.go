package smtpd

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"log/slog"
	"net"

	"todoke/internal/desk"
)

// FuzzDotReader compares the reader with what RFC 5321 says in whole: cut at the first line that is a dot, and drop a dot that
// begins a line. The buffer is as small as can be, so that everything falls on its edges.
func FuzzDotReader(f *testing.F) {
	for _, seed := range []string{
		".\r\n", "a\r\n.\r\nQUIT\r\n", "..\r\n.\r\n", "a\n.\n\r\n.\r\n", "\r\r\n.\r\n", "\r\n.\r", strings.Repeat("x", 15) + "\r\n.\r\n", "0123456789abcde\r\n.\r\n",
	} {
		f.Add([]byte(seed))
	}
	stuffed := regexp.MustCompile(`(?s)(^|\r\n)\.`)
	f.Fuzz(func(t *testing.T, sent []byte) {
		in := bufio.NewReaderSize(bytes.NewReader(sent), 16)
		var got []byte
		var err error
		for d := (dotReader{r: in}); err == nil; {
			var block []byte
			block, err = d.next()
			got = append(got, block...)
		}
		rest, _ := io.ReadAll(in)

		data, behind, ended := bytes.Cut(append([]byte("\r\n"), sent...), []byte("\r\n.\r\n"))
		if ended != errors.Is(err, io.EOF) {
			t.Fatalf("%q: ended is %v, error %v", sent, ended, err)
		}
		if !ended {
			return
		}
		want := stuffed.ReplaceAll(append(data, "\r\n"...), []byte("$1"))
		if !bytes.Equal(want, append([]byte("\r\n"), got...)) || !bytes.Equal(behind, rest) {
			t.Errorf("%q: message %q behind which is %q; want %q and %q", sent, got, rest, want[2:], behind)
		}
	})
}

// FuzzPath shows that an address that is taken has no bracket, space or control character outside of quotes, and reads the same again.
func FuzzPath(f *testing.F) {
	for _, seed := range []string{"<>", "<a@b>", `<"a> b"@c> SIZE=1`, "<@a,@b:c@d>", "<postmaster>", "<a@[IPv6:2001:db8::1]>", `<"\">@x>`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, path string) {
		if !plainText(path) {
			return
		}
		address, _, err := parsePath("FROM:"+path, "FROM:")
		if err != nil || address == "" {
			return
		}
		again, parameters, err := parsePath("TO:<"+address+">", "TO:")
		if err != nil || again != address || len(parameters) > 0 {
			t.Errorf("%q gives %q, which gives %q and %q (%v)", path, address, again, parameters, err)
		}
		if address[0] != '"' && strings.ContainsAny(address, "<> \t\"\\") {
			t.Errorf("%q gives %q", path, address)
		}
		if err := badTrace(address); err != nil {
			t.Errorf("%q: %v", address, err)
		}
	})
}

// badTrace says where a Received field, with any text in it, is not a few lines of printable ASCII.
func badTrace(text string) error {
	field := Trace(&desk.Delivery{Helo: text, Remote: text, To: []string{text}, Received: noon}, "d.example")
	lines := strings.Split(field, "\r\n")
	odd := func(r rune) bool { return r != '\t' && (r < ' ' || r > '~') }
	if len(lines) < 4 || len(lines) > 5 || strings.ContainsFunc(strings.Join(lines, ""), odd) {
		return errors.New("a Received field " + field)
	}
	return nil
}

// FuzzSession says anything to a server: each line that it answers begins with a code, and it deposits nothing that has no end.
func FuzzSession(f *testing.F) {
	for _, seed := range []string{
		"LHLO a\r\nMAIL FROM:<>\r\nRCPT TO:<report@desk.example>\r\nDATA\r\nx\r\n.\r\nQUIT\r\n",
		"NOOP\nRSET\r\n\x00\r\nVRFY\r\nHELP\r\nSTARTTLS\r\nAUTH PLAIN =\r\n",
	} {
		f.Add([]byte(seed))
	}
	answer := regexp.MustCompile(`^[2-5]\d\d[ -][ -~]*\r\n$`)
	f.Fuzz(func(t *testing.T, said []byte) {
		cfg := DefaultLMTP()
		cfg.Address, cfg.Domain, cfg.Recipients = "127.0.0.1:0", "mx.desk.example", ours
		box := &inbox{}
		server, err := New(cfg, box, func() time.Time { return noon }, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		conn := &spoken{Reader: bytes.NewReader(said)}
		newSession(server, conn, nil, remoteIP(conn)).run()
		for line := range strings.SplitAfterSeq(conn.answers.String(), "\n") {
			if line != "" && !answer.MatchString(line) {
				t.Errorf("answer %q", line)
			}
		}
		if ends := bytes.Count(said, []byte("\r\n.\r\n")); len(box.all()) > ends {
			t.Errorf("%d messages with %d ends", len(box.all()), ends)
		}
	})
}

// spoken is a connection on which everything has been said.
type spoken struct {
	*bytes.Reader
	answers bytes.Buffer
}

func (s *spoken) Write(p []byte) (int, error)      { return s.answers.Write(p) }
func (s *spoken) Close() error                     { return nil }
func (s *spoken) LocalAddr() net.Addr              { return &net.UnixAddr{} }
func (s *spoken) RemoteAddr() net.Addr             { return &net.UnixAddr{} }
func (s *spoken) SetDeadline(time.Time) error      { return nil }
func (s *spoken) SetReadDeadline(time.Time) error  { return nil }
func (s *spoken) SetWriteDeadline(time.Time) error { return nil }
