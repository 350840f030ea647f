package smtpd

import (
	"context"
	"errors"
	"io"
	"strconv"
	"strings"
	"time"

	"todoke/internal/desk"
)

// transaction is a message underway: what MAIL and RCPT have said of it.
type transaction struct {
	from     string
	to       []string
	declared int64 // its size in bytes as the client says, 0 where it does not
	over     int   // recipients over the limit
}

// from does MAIL.
func (c *session) from(rest string) reply {
	if c.helo == "" || c.mail != nil {
		return replySequence
	}
	address, parameters, err := parsePath(rest, "FROM:")
	if err != nil {
		return replySyntax
	}
	mail := &transaction{from: address}
	for _, parameter := range parameters {
		if refusal := c.mailParameter(mail, parameter); refusal.failed() {
			return refusal
		}
	}
	if mail.declared > c.cfg.MaxBytes {
		c.logTooLarge(mail, "declared_bytes", mail.declared)
		return replyTooLarge
	}
	if c.isStopping() {
		return replyStopping
	}
	if !c.server.limits.message(c.client) {
		c.server.count.rateLimited.Add(1)
		return replyMessageRate
	}
	c.mail = mail
	return reply{250, "2.1.0", "Sender OK"}
}

// mailParameter notes a parameter of MAIL; its answer counts only where it is a failure. What the message is encoded in (BODY,
// SMTPUTF8) changes nothing here, and on whose behalf a client says to act (AUTH) is believed of nobody.
func (c *session) mailParameter(mail *transaction, parameter string) reply {
	name, value, _ := strings.Cut(parameter, "=")
	switch strings.ToUpper(name) {
	case "SIZE":
		size, err := strconv.ParseUint(value, 10, 63)
		if errors.Is(err, strconv.ErrRange) {
			size, err = 1<<62, nil // RFC 1870 allows 20 digits
		}
		if err != nil {
			return replySyntax
		}
		mail.declared = int64(size)
	case "BODY":
		if !strings.EqualFold(value, "7BIT") && !strings.EqualFold(value, "8BITMIME") {
			return replyParameter
		}
	case "SMTPUTF8":
	case "AUTH":
		if c.cfg.Auth == nil {
			return replyParameter
		}
	default:
		return replyParameter
	}
	return reply{}
}

// maxOver is how many recipients over the limit are told to come again, as those of a large pipelined group have to be, before
// they count as errors.
const maxOver = 20_000

// to does RCPT. One recipient that is refused does not cost the others.
func (c *session) to(rest string) (reply, error) {
	if c.mail == nil {
		return replySequence, nil
	}
	address, parameters, err := parsePath(rest, "TO:")
	if err != nil || address == "" {
		return replySyntax, nil
	}
	if len(parameters) > 0 {
		return replyParameter, nil
	}
	if c.cfg.Recipients(address) != Accept {
		c.server.count.unknown.Add(1)
		if c.cfg.LMTP { // our own MTA may ask for many at once
			c.answer(replyNoUser)
			return reply{}, nil
		}
		return replyNoUser, nil
	}
	if c.cfg.MaxRecipients > 0 && len(c.mail.to) >= c.cfg.MaxRecipients {
		c.server.count.tooMany.Add(1)
		if c.mail.over++; c.mail.over > maxOver {
			return replyRecipients, nil
		}
		c.answer(replyRecipients)
		return reply{}, nil
	}
	c.mail.to = append(c.mail.to, address)
	return reply{250, "2.1.5", "Recipient OK"}, nil
}

// data does DATA: it receives the message, has the inbox keep it, and answers; in LMTP once for each recipient (RFC 2033, section 4.2).
func (c *session) data(rest string) (reply, error) {
	switch {
	case rest != "":
		return replySyntax, nil
	case c.mail == nil:
		return replySequence, nil
	case len(c.mail.to) == 0:
		return reply{503, "5.5.1", "No valid recipients"}, nil
	}
	mail := c.mail
	c.answer(reply{354, "", "End data with <CR><LF>.<CR><LF>"})
	if err := c.out.Flush(); err != nil {
		return reply{}, err
	}
	outcome, err := c.take(mail)
	if err != nil {
		return reply{}, err
	}
	c.mail = nil
	if !outcome.failed() {
		c.idle = 0
	}
	answers := 1
	if c.cfg.LMTP {
		answers = len(mail.to)
	}
	for range answers {
		c.answer(outcome)
	}
	return reply{}, c.out.Flush()
}

// take receives a message and deposits it. The reply says what became of it; with an error there is nobody left to tell.
func (c *session) take(mail *transaction) (reply, error) {
	body := &body{memory: &c.server.count.underway, total: c.cfg.MaxUnderway, limit: c.cfg.MaxBytes, declared: mail.declared}
	defer body.release()
	if err := c.receive(body); errors.Is(err, errEndless) {
		c.logTooLarge(mail, "bytes_before_end", body.size)
		c.answer(replyTooLarge)
		return reply{}, err
	} else if err != nil {
		return reply{}, err
	}
	switch {
	case body.size > c.cfg.MaxBytes:
		c.logTooLarge(mail, "bytes", body.size)
		return replyTooLarge, nil
	case body.refused:
		c.server.count.full.Add(1)
		c.log.Warn("mail put off: too many bytes of messages underway", "bytes", body.size)
		return replyFull, nil
	case c.cfg.MaxReceived > 0 && receivedFields(body.bytes, c.cfg.MaxReceived) > c.cfg.MaxReceived:
		c.server.count.loops.Add(1)
		c.log.Warn("mail refused: it goes round in circles", "from_domain", domainOf(mail.from), "bytes", body.size)
		return replyLoop, nil
	}
	return c.deposit(mail, &desk.Delivery{
		Raw: body.bytes, Door: c.door(), Received: c.server.now(), From: mail.from, To: mail.to,
		Remote: c.ip(), Helo: c.helo, User: c.user, TLS: c.tls,
	}, body.size), nil
}

// endless is how many times the longest message is waited out, so that the client gets its answer where it expects it.
const endless = 8

var errEndless = errors.New("a message far over the size")

// receive reads message data into a body up to its end. It sets the time limit anew as bytes come.
func (c *session) receive(b *body) error {
	start := time.Now().Add(c.cfg.DataTimeout)
	data := dotReader{r: c.in}
	for due, come := int64(0), int64(0); ; {
		if come >= due {
			earned := time.Duration(float64(come) / float64(c.cfg.MinRate) * float64(time.Second))
			if err := c.conn.SetReadDeadline(start.Add(earned)); err != nil {
				return err
			}
			due = come + 64<<10
		}
		block, err := data.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		come += int64(len(block))
		b.add(block)
		if b.size/endless > b.limit {
			return errEndless
		}
	}
}

// deposit has the inbox keep a message, and says so only then.
func (c *session) deposit(mail *transaction, d *desk.Delivery, size int64) reply {
	ctx, cancel := context.WithTimeout(c.server.work, c.cfg.DepositTimeout)
	defer cancel()
	receipt, err := c.server.inbox.Deposit(ctx, d)
	answer := depositReply(err)
	count := &c.server.count
	switch {
	case err == nil:
		count.messages.Add(1)
		count.bytes.Add(size)
		if receipt.Known {
			count.known.Add(1)
		}
		c.log.Info("mail taken in", "delivery", receipt.ID, "known", receipt.Known, "bytes", size,
			"from_domain", domainOf(mail.from), "recipients", len(mail.to), "tls", c.tls)
	case answer == replyTooLarge:
		c.logTooLarge(mail, "bytes", size)
	default:
		count.later.Add(1)
		c.log.Error("mail put off: the inbox failed", "error", err, "bytes", size)
	}
	return answer
}

// logTooLarge notes a message that is refused for its size.
func (c *session) logTooLarge(mail *transaction, what string, size int64) {
	c.server.count.tooLarge.Add(1)
	c.log.Warn("mail refused: too large", what, size, "max_bytes", c.cfg.MaxBytes, "from_domain", domainOf(mail.from))
}

// ip is the client's address as text, "" for a unix socket.
func (c *session) ip() string {
	if !c.remote.IsValid() {
		return ""
	}
	return c.remote.String()
}

func (c *session) door() desk.Door {
	if c.cfg.LMTP {
		return desk.DoorLMTP
	}
	return desk.DoorSMTP
}

// domainOf is as much of an address as the log may know.
func domainOf(address string) string {
	_, domain := splitLocal(address)
	return domain
}
