package smtpd

import (
	"bytes"
	"strings"

	"todoke/internal/desk"
)

// Trace makes the Received field that RFC 5321, section 4.4, asks of a receiving server, with its CRLFs, for whoever hands a delivery
// on as mail. It is kept out of Delivery.Raw: a message that is sent again because our 250 was lost is to be the same bytes. domain is
// the name of this server. What the client said of itself enters the field only as far as it can do no harm there. The recipient is
// named where there is one only, so that nobody learns from it who else got the message.
func Trace(d *desk.Delivery, domain string) string {
	var b strings.Builder
	b.WriteString("Received: from " + harmless(d.Helo))
	switch {
	case strings.Contains(d.Remote, ":"):
		b.WriteString(" ([IPv6:" + harmless(d.Remote) + "])")
	case d.Remote != "":
		b.WriteString(" ([" + harmless(d.Remote) + "])")
	}
	b.WriteString("\r\n\tby " + harmless(domain) + " with " + protocol(d))
	if len(d.To) == 1 && harmless(d.To[0]) == d.To[0] {
		b.WriteString("\r\n\tfor <" + d.To[0] + ">")
	}
	b.WriteString(";\r\n\t" + d.Received.Format("Mon, 02 Jan 2006 15:04:05 -0700") + "\r\n")
	return b.String()
}

// protocol names how a delivery came (RFC 3848). TLS and log-ins are extensions, so they make ESMTP of SMTP.
func protocol(d *desk.Delivery) string {
	name := "SMTP"
	switch {
	case d.Door == desk.DoorLMTP:
		name = "LMTP"
	case d.TLS || d.User != "":
		name = "ESMTP"
	}
	if d.TLS {
		name += "S"
	}
	if d.User != "" {
		name += "A"
	}
	return name
}

// harmless keeps what host names, address literals and plain addresses are made of; anything else becomes a question mark.
func harmless(s string) string {
	s = strings.Map(func(r rune) rune {
		if !notInDomain(r) || strings.ContainsRune("[]:@+", r) {
			return r
		}
		return '?'
	}, s)
	if s == "" {
		return "unknown"
	}
	return s[:min(len(s), maxAddress)]
}

// receivedFields counts the Received fields in the header of a message. It stops where there are more than limit, because a
// header may be as long as the message.
func receivedFields(raw []byte, limit int) int {
	const name = "received:"
	n := 0
	for len(raw) > 0 && n <= limit {
		line, rest, _ := bytes.Cut(raw, []byte("\n"))
		if len(line) == 0 || len(line) == 1 && line[0] == '\r' {
			break
		}
		if len(line) >= len(name) && bytes.EqualFold(line[:len(name)], []byte(name)) {
			n++
		}
		raw = rest
	}
	return n
}
