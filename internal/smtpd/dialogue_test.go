package smtpd

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"todoke/internal/desk"
)

// TestDialogue plays commands one after the other in a session that has said hello.
func TestDialogue(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 400)
	cases := []struct {
		name   string
		server func(*Config)
		turns  []string // command and answer by turns
	}{
		{"postmaster needs no domain", smtp, []string{"MAIL FROM:<>", "250", "RCPT TO:<Postmaster>", "250"}},
		{"a source route is dropped", smtp, []string{"MAIL FROM:<@a.example,@b.example:x@isp.example>", "250", "RCPT TO:<@a.example:report@desk.example>", "250"}},
		{"dots where they should not be, as providers gave them out", smtp, []string{"MAIL FROM:<.a..b.@docomo.example>", "250"}},
		{"a quoted local part holds what it likes", smtp, []string{`MAIL FROM:<"a> <b@c"@isp.example>`, "250"}},
		{"UTF-8 in addresses", smtp, []string{"MAIL FROM:<届出@例え.example> SMTPUTF8", "250"}},
		{"commands in lower case", smtp, []string{"mail from:<a@isp.example> size=10 body=8bitmime", "250", "rcpt to:<report@desk.example>", "250"}},
		{"spaces behind the colon are common", smtp, []string{"MAIL FROM: <a@isp.example>", "250", "RCPT TO: <report@desk.example>", "250"}},
		{"brackets are needed", smtp, []string{"MAIL FROM:a@isp.example", "501"}},
		{"something behind the bracket", smtp, []string{"MAIL FROM:<a@isp.example>x", "501"}},
		{"two addresses", smtp, []string{"MAIL FROM:<a@isp.example,b@isp.example>", "501"}},
		{"no local part", smtp, []string{"MAIL FROM:<@isp.example>", "501"}},
		{"no domain", smtp, []string{"MAIL FROM:<a@>", "501"}},
		{"an address of 400 bytes", smtp, []string{"MAIL FROM:<" + long + "@isp.example>", "501"}},
		{"the null recipient", smtp, []string{"MAIL FROM:<>", "250", "RCPT TO:<>", "501"}},
		{"unknown parameter", smtp, []string{"MAIL FROM:<> RET=FULL", "555 5.5.4"}},
		{"binary is not offered", smtp, []string{"MAIL FROM:<> BODY=BINARYMIME", "555 5.5.4"}},
		{"size in words", smtp, []string{"MAIL FROM:<> SIZE=big", "501"}},
		{"size of 50 MiB to the byte", smtp, []string{"MAIL FROM:<> SIZE=52428800", "250"}},
		{"one byte more", smtp, []string{"MAIL FROM:<> SIZE=52428801", "552 5.3.4"}},
		{"a size that no integer holds", smtp, []string{"MAIL FROM:<> SIZE=99999999999999999999", "552 5.3.4"}},
		{"sequence", smtp, []string{"RCPT TO:<report@desk.example>", "503", "DATA", "503", "MAIL FROM:<>", "250", "MAIL FROM:<>", "503", "DATA", "503"}},
		{"RSET drops the message", smtp, []string{"MAIL FROM:<>", "250", "RSET", "250", "RCPT TO:<report@desk.example>", "503"}},
		{"so does EHLO", smtp, []string{"MAIL FROM:<>", "250", "EHLO again.example", "250", "RCPT TO:<report@desk.example>", "503"}},
		{"unknown recipient", smtp, []string{"MAIL FROM:<>", "250", "RCPT TO:<nobody@desk.example>", "550 5.1.1", "RCPT TO:<report@desk.example>", "250"}},
		{"nobody's mail is passed on", smtp, []string{"MAIL FROM:<a@isp.example>", "250", "RCPT TO:<victim@other.example>", "550 5.1.1", "RCPT TO:<victim%other.example@desk.example>", "550"}},
		{"DATA has no parameters", smtp, []string{"MAIL FROM:<>", "250", "RCPT TO:<help@desk.example>", "250", "DATA now", "501"}},
		{"nobody is told who is here", smtp, []string{"VRFY report", "252", "EXPN report", "502"}},
		{"commands that are none", smtp, []string{"GET / HTTP/1.1", "500", "", "500", "BDAT 4 LAST", "502"}},
		{"STARTTLS and AUTH that are not offered", smtp, []string{"STARTTLS", "502", "AUTH PLAIN AGEAYg==", "502"}},
		{"a NUL byte in a command", smtp, []string{"MAIL FROM:<a\x00b@isp.example>", "500"}},
		{"a bare CR in a command", smtp, []string{"MAIL FROM:<a@isp.example>\rRCPT TO:<report@desk.example>", "500"}},
		{"LMTP says LHLO", lmtp, []string{"EHLO x.example", "500", "HELO x.example", "500", "LHLO x.example", "250"}},
		{"SMTP does not", smtp, []string{"LHLO x.example", "500"}},
		{"LMTP without any recipient", lmtp, []string{"MAIL FROM:<>", "250", "RCPT TO:<nobody@desk.example>", "550 5.1.1", "DATA", "503"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			client := start(t, &inbox{}, c.server).greeted(t)
			for i := 0; i < len(c.turns); i += 2 {
				client.send(c.turns[i] + "\r\n")
				got, err := client.answer()
				if err != nil || !strings.HasPrefix(got, c.turns[i+1]) {
					t.Errorf("%q: answer %q (%v), want %q", c.turns[i], got, err, c.turns[i+1])
				}
			}
		})
	}
}

// TestBareLineFeed shows that commands end with CRLF.
func TestBareLineFeed(t *testing.T) {
	t.Parallel()
	c := start(t, &inbox{}, smtp).greeted(t)
	c.send("MAIL FROM:<a@isp.example>\nNOOP\r\n")
	c.expect("500")
	c.expect("250")
	c.do("RCPT TO:<report@desk.example>", "503")
}

// TestOffers compares what each kind of server announces.
func TestOffers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, hello, want string
		server            func(*Config)
	}{
		{"SMTP", "EHLO a.example", "mx.desk.example PIPELINING 8BITMIME SMTPUTF8 ENHANCEDSTATUSCODES SIZE 52428800 LIMITS RCPTMAX=100", smtp},
		{"LMTP", "LHLO a.example", "mx.desk.example PIPELINING 8BITMIME SMTPUTF8 ENHANCEDSTATUSCODES SIZE 52428800 LIMITS RCPTMAX=100", lmtp},
		{"HELO", "HELO a.example", "mx.desk.example", smtp},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			client := start(t, &inbox{}, c.server).dial(t)
			client.expect("220 mx.desk.example")
			client.send(c.hello + "\r\n")
			var got []string
			for {
				line, err := client.in.ReadString('\n')
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, strings.TrimSpace(line[4:]))
				if line[3] == ' ' {
					break
				}
			}
			if diff := cmp.Diff(c.want, strings.Join(got, " ")); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// TestDelivery compares what the inbox gets to the byte.
func TestDelivery(t *testing.T) {
	t.Parallel()
	p := start(t, &inbox{}, smtp)
	c := p.dial(t)
	c.expect("220")
	c.do("HELO old.example", "250")
	c.mail("Subject: a\r\n\r\nb", "250 2.6.0")
	c.do("EHLO new.example", "250")
	c.mail("Subject: c\r\n\r\n..d\r\n...", "250 2.6.0", "report+tok@desk.example", "help@desk.example")
	want := []*desk.Delivery{{
		Raw:  []byte("Subject: a\r\n\r\nb\r\n"),
		Door: desk.DoorSMTP, Received: noon, From: "reporter@isp.example", To: []string{"report@desk.example"},
		Remote: "127.0.0.1", Helo: "old.example",
	}, {
		Raw:  []byte("Subject: c\r\n\r\n.d\r\n..\r\n"),
		Door: desk.DoorSMTP, Received: noon, From: "reporter@isp.example", To: []string{"report+tok@desk.example", "help@desk.example"},
		Remote: "127.0.0.1", Helo: "new.example",
	}}
	if diff := cmp.Diff(want, p.inbox.all()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if log := p.log.String(); strings.Contains(log, "reporter@") || !strings.Contains(log, "from_domain=isp.example") {
		t.Errorf("the log names more or less than the sender's domain:\n%s", log)
	}
}

// TestPipelining sends two whole messages at once, and reads all answers after.
func TestPipelining(t *testing.T) {
	t.Parallel()
	p := start(t, &inbox{}, lmtp)
	c := p.dial(t)
	c.send("LHLO a.example\r\nMAIL FROM:<a@isp.example>\r\nRCPT TO:<report@desk.example>\r\nRCPT TO:<nobody@desk.example>\r\n" +
		"RCPT TO:<help@desk.example>\r\nDATA\r\nx: 1\r\n\r\n.\r\nMAIL FROM:<>\r\nRCPT TO:<help@desk.example>\r\nDATA\r\nx: 2\r\n\r\n.\r\nQUIT\r\n")
	for _, want := range []string{"220", "250", "250", "250", "550 5.1.1", "250", "354", "250 2.6.0", "250 2.6.0", "250", "250", "354", "250 2.6.0", "221"} {
		c.expect(want)
	}
	c.ended()
	var to []string
	for _, d := range p.inbox.all() {
		to = append(to, strings.Join(d.To, "+"))
	}
	if diff := cmp.Diff([]string{"report@desk.example+help@desk.example", "help@desk.example"}, to); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// TestSmuggling shows that data ends by CRLF . CRLF only, and that odd bytes stay as they are. Behind the data of each case stands a
// NOOP, so that an end that was missed, or found too early, shows in the number of answers.
func TestSmuggling(t *testing.T) {
	t.Parallel()
	const inner = "MAIL FROM:<forged@bank.example>\r\nRCPT TO:<report@desk.example>\r\nDATA\r\n"
	for name, c := range map[string]struct{ sent, want string }{
		"LF . LF":                  {"a\n.\n" + inner, "a\n.\n" + inner},
		"LF . CRLF":                {"a\n.\r\n" + inner, "a\n.\r\n" + inner},
		"CRLF . LF":                {"a\r\n.\n" + inner, "a\r\n\n" + inner},
		"CR . CR":                  {"a\r.\r" + inner, "a\r.\r" + inner},
		"CR . CRLF":                {"a\r.\r\n" + inner, "a\r.\r\n" + inner},
		"CRLF . CR":                {"a\r\n.\r" + inner, "a\r\n\r" + inner},
		"CRLF NUL . CRLF":          {"a\r\n\x00.\r\n" + inner, "a\r\n\x00.\r\n" + inner},
		"CRLF . NUL CRLF":          {"a\r\n.\x00\r\n" + inner, "a\r\n\x00\r\n" + inner},
		"CRLF . SP CRLF":           {"a\r\n. \r\n" + inner, "a\r\n \r\n" + inner},
		"a bare CR at the end":     {"a\r\r\n", "a\r\r\n"},
		"several CRs":              {"a\r\r\r\n", "a\r\r\r\n"},
		"CR LF CR":                 {"a\r\n\r\r\n", "a\r\n\r\r\n"},
		"NUL bytes":                {"\x00\x00\r\n", "\x00\x00\r\n"},
		"bytes over 127":           {"\x1b$B\x81\xff\r\n", "\x1b$B\x81\xff\r\n"},
		"an empty message":         {"", ""},
		"a stuffed dot":            {"..\r\n", ".\r\n"},
		"a line of 100 KB":         {strings.Repeat("x", 100_000) + "\r\n", strings.Repeat("x", 100_000) + "\r\n"},
		"CRLF where a buffer ends": {strings.Repeat("x", bufferSize-1) + "\r\n", strings.Repeat("x", bufferSize-1) + "\r\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := start(t, &inbox{}, lmtp)
			client := p.greeted(t)
			client.envelope()
			client.do("DATA", "354")
			end := ".\r\n"
			if c.sent != "" && !strings.HasSuffix(c.sent, "\r\n") {
				end = "\r\n" + end
				c.want += "\r\n"
			}
			client.send(c.sent + end + "NOOP\r\n")
			client.expect("250 2.6.0")
			client.expect("250 2.0.0")
			client.do("QUIT", "221")
			if kept := p.inbox.all(); len(kept) != 1 || string(kept[0].Raw) != c.want {
				t.Errorf("%d messages, want one; the first: %.200q, want %.200q", len(kept), kept[0].Raw, c.want)
			}
		})
	}
}

// TestTrace compares Received fields, into which a client's name can bring no fields, comments or line breaks.
func TestTrace(t *testing.T) {
	t.Parallel()
	one, two := []string{"report@desk.example"}, []string{"report@desk.example", "help@desk.example"}
	for name, c := range map[string]struct {
		d    desk.Delivery
		want string
	}{
		"SMTP":                      {desk.Delivery{Door: desk.DoorSMTP, Helo: "a.example", Remote: "192.0.2.1", To: one}, "a.example ([192.0.2.1])\r\n\tby mx.desk.example with SMTP\r\n\tfor <report@desk.example>"},
		"ESMTPS":                    {desk.Delivery{Door: desk.DoorSMTP, Helo: "a.example", Remote: "2001:db8::1", TLS: true}, "a.example ([IPv6:2001:db8::1])\r\n\tby mx.desk.example with ESMTPS"},
		"ESMTPSA, two recipients":   {desk.Delivery{Door: desk.DoorSMTP, Helo: "a", Remote: "192.0.2.1", TLS: true, User: "u", To: two}, "a ([192.0.2.1])\r\n\tby mx.desk.example with ESMTPSA"},
		"LMTP by a socket":          {desk.Delivery{Door: desk.DoorLMTP, Helo: "mta.example", To: one}, "mta.example\r\n\tby mx.desk.example with LMTP\r\n\tfor <report@desk.example>"},
		"a comment that never ends": {desk.Delivery{Door: desk.DoorLMTP, Helo: "(evil"}, "?evil\r\n\tby mx.desk.example with LMTP"},
		"a field of its own":        {desk.Delivery{Door: desk.DoorLMTP, Helo: "x\r\nReceived: y"}, "x??Received:?y\r\n\tby mx.desk.example with LMTP"},
		"letters of a language":     {desk.Delivery{Door: desk.DoorLMTP, Helo: "例え.example"}, "??.example\r\n\tby mx.desk.example with LMTP"},
		"an address literal":        {desk.Delivery{Door: desk.DoorLMTP, Helo: "[IPv6:2001:db8::1]"}, "[IPv6:2001:db8::1]\r\n\tby mx.desk.example with LMTP"},
		"nothing":                   {desk.Delivery{Door: desk.DoorLMTP}, "unknown\r\n\tby mx.desk.example with LMTP"},
		"a quoted recipient":        {desk.Delivery{Door: desk.DoorLMTP, Helo: "a", To: []string{`"x> (y"@desk.example`}}, "a\r\n\tby mx.desk.example with LMTP"},
	} {
		c.d.Received = noon
		want := "Received: from " + c.want + ";\r\n\tMon, 23 Nov 2026 12:00:00 +0900\r\n"
		if diff := cmp.Diff(want, Trace(&c.d, "mx.desk.example")); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
	}
}

// TestHeaderInjection shows that no line break comes in with a client's name.
func TestHeaderInjection(t *testing.T) {
	t.Parallel()
	c := start(t, &inbox{}, smtp).dial(t)
	c.expect("220")
	c.do("EHLO a\rX-Evil: yes", "500")
	c.do("EHLO a\x00b", "500")
	c.do("MAIL FROM:<>", "503")
}

// TestSameBytes sends a message again whose 250 was lost: the inbox gets the same bytes, whatever the clock shows.
func TestSameBytes(t *testing.T) {
	t.Parallel()
	p := start(t, &inbox{}, lmtp)
	const message = "Received: from a by b; today\r\nSubject: a\r\n\r\nb\r\n"
	for range 2 {
		c := p.greeted(t)
		c.envelope()
		c.do("DATA", "354")
		c.send(message + ".\r\n")
		c.expect("250")
	}
	for _, d := range p.inbox.all() {
		if string(d.Raw) != message {
			t.Errorf("got %q", d.Raw)
		}
	}
}

// TestInboxFails shows that an inbox in trouble costs no mail and tells no secrets.
func TestInboxFails(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err  error
		want string
	}{
		"database gone": {errors.New("dial db-7.internal: connection refused"), "451 4.3.0"},
		"too large":     {fmt.Errorf("keeping it: %w", desk.ErrTooLarge), "552 5.3.4"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := start(t, &inbox{deposit: func(context.Context, *desk.Delivery) (desk.Receipt, error) { return desk.Receipt{}, c.err }}, lmtp)
			client := p.greeted(t)
			client.envelope("report@desk.example", "help@desk.example")
			client.do("DATA", "354")
			client.send("a: b\r\n\r\n.\r\n")
			for range 2 {
				if got := client.expect(c.want); strings.Contains(got, "internal") {
					t.Errorf("the client is told %q", got)
				}
			}
			client.do("MAIL FROM:<>", "250") // the session goes on
			if name == "database gone" && !strings.Contains(p.log.String(), "db-7.internal") {
				t.Errorf("the log does not say why:\n%s", p.log)
			}
		})
	}
	t.Run("panic", func(t *testing.T) {
		t.Parallel()
		p := start(t, &inbox{deposit: func(_ context.Context, d *desk.Delivery) (desk.Receipt, error) {
			if d.From == "" {
				panic("a fault")
			}
			return desk.Receipt{}, nil
		}}, lmtp)
		c := p.greeted(t)
		c.send("MAIL FROM:<>\r\nRCPT TO:<report@desk.example>\r\nDATA\r\n\r\n.\r\n")
		if last := c.ended(); strings.HasPrefix(last, "250 2.6") {
			t.Errorf("the client was told %q", last)
		}
		p.greeted(t).mail("a: b\r\n\r\n", "250") // others are served
	})
}

// TestLoop holds messages to 50 Received fields.
func TestLoop(t *testing.T) {
	t.Parallel()
	p := start(t, &inbox{}, smtp)
	c := p.greeted(t)
	hops := func(n int) string { return strings.Repeat("received: from a\r\n\tby b; today\r\n", n) }
	c.mail(hops(51)+"\r\nbody", "554 5.4.6")
	c.mail(hops(50)+"\r\n"+hops(60), "250") // those in the body are no header
	if stats := p.Stats(); stats.Loops != 1 || stats.Messages != 1 {
		t.Errorf("%+v", stats)
	}
}

// TestHalfSent ends connections in the midst of a message: the inbox hears nothing of it.
func TestHalfSent(t *testing.T) {
	t.Parallel()
	p := start(t, &inbox{}, lmtp)
	for _, part := range []string{"", "a: b", "a: b\r\n", "a: b\r\n.", "a: b\r\n.\r"} {
		c := p.greeted(t)
		c.envelope()
		c.do("DATA", "354")
		c.send(part)
		_ = c.conn.Close()
	}
	eventually(t, "all sessions end", func() bool { return p.Stats().Open == 0 })
	p.greeted(t).mail("whole: yes\r\n\r\n", "250")
	if kept := p.inbox.all(); len(kept) != 1 || !strings.Contains(string(kept[0].Raw), "whole: yes") {
		t.Errorf("kept %d messages", len(kept))
	}
	if stats := p.Stats(); stats.BytesUnderway != 0 {
		t.Errorf("%d bytes are still underway", stats.BytesUnderway)
	}
}
