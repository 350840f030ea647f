// Package smtpd is the desk's door for mail that others bring: an LMTP server (RFC 2033) behind the site's own mail server,
// over a unix or TCP socket, and an SMTP server (RFC 5321) for small sites without one.
//
// It says 250 to a message only when the desk's inbox has it durably. Whatever keeps the inbox from it is answered by 451, so
// that the sender tries again and no mail is lost or bounced; the reason goes to the log, never to the client. Only what will
// never be taken is refused for good: a message over the announced size, one that goes round in circles, an unknown recipient.
// Nothing is refused for being odd: NUL bytes, bare carriage returns and line feeds, lines of any length and eight-bit text reach
// the inbox as they came, without any field of our own on top.
//
// A connection is one goroutine with a session (session.go) that reads a command line (command.go), answers it, and keeps the
// transaction that MAIL, RCPT and DATA build up (transaction.go). Message data ends by CRLF "." CRLF and by nothing else
// (data.go), so no part of a message can be smuggled in as further commands. Each connection has a share of what is bounded:
// connections and messages by client (limits.go), memory of messages underway, and time, also for those who send a byte a minute.
//
// Extensions: SIZE (RFC 1870), PIPELINING (RFC 2920), ENHANCEDSTATUSCODES (RFC 2034, RFC 3463), 8BITMIME (RFC 6152), SMTPUTF8
// (RFC 6531), STARTTLS (RFC 3207), AUTH PLAIN and LOGIN under TLS (RFC 4954, RFC 4616) and LIMITS (RFC 9422).
//
// The protocol is spoken here and not by a library, because the promises above need its inside. Of emersion/go-smtp 0.25.1, which is
// the peer in a test, the server could not be had without these, and under STARTTLS nothing can be put between it and the client:
//
//   - The end of data is found after a bare carriage return too. There, CR CR LF . CR LF does not end a message: both sides wait until
//     the time is up, and the sender is told 554 for good or comes again for days. (TestSmuggling)
//   - A declared size that is too large is told to the log, and one of 20 digits is a size. There it is refused without a word to the
//     program. (TestTooLarge, TestDialogue)
//   - Lines of a message are as long as they like, and those of commands are not. There is one limit for both. (TestSmuggling,
//     TestLongLine)
//   - The time that a message may take grows with what has come of it. There one limit holds for all sizes. (TestSlowSenders, TestEarned)
//   - A stop says goodbye to idle clients, and waits for messages underway. There it waits for both. (TestShutdown)
//   - Commands sent in clear behind STARTTLS end the session. There they are passed over. (TestSTARTTLSInjection)
package smtpd
