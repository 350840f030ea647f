package notify

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync/atomic"
	"time"

	"github.com/emersion/go-smtp"

	"todoke/internal/store"
)

// Relay takes mail over that leaves the house. A *Refusal says that it never will; any other error passes.
type Relay interface {
	Send(ctx context.Context, mail store.Due) error
}

// Refusal is what a relay says of a recipient, or of a letter, that it will never take. What it says of us (at its greeting, to our name)
// is none: somebody has to mend a setting, and then the letters go.
type Refusal struct{ Code int }

func (r *Refusal) Error() string { return fmt.Sprintf("refused with code %d", r.Code) }

// Outbox sends what is queued. Any number of nodes may send from one store.
type Outbox struct {
	Store *store.Store
	Relay Relay
	Now   func() time.Time
	Log   *slog.Logger

	sent, postponed, refused atomic.Int64
}

// Sent, Postponed and Refused count what became of mails since the start.
func (o *Outbox) Sent() int64      { return o.sent.Load() }
func (o *Outbox) Postponed() int64 { return o.postponed.Load() }
func (o *Outbox) Refused() int64   { return o.refused.Load() }

const (
	sendTime   = 15 * time.Minute // after which another node sends what this one was sending: longer than sending one letter may take
	firstPause = time.Minute      // after a try that failed; doubled each time
	longPause  = 4 * time.Hour    // at most
	giveUp     = 4 * 24 * time.Hour
)

// Once sends what is due, and says how many mails that were.
func (o *Outbox) Once(ctx context.Context) (int, error) {
	now := o.Now()
	due, err := o.Store.Due(ctx, 1, now, now.Add(sendTime))
	if err != nil {
		return 0, err
	}
	for _, mail := range due {
		if err := o.send(ctx, mail); err != nil {
			return len(due), err
		}
	}
	return len(due), nil
}

func (o *Outbox) send(ctx context.Context, mail store.Due) error {
	err := o.Relay.Send(ctx, mail)
	now := o.Now()
	refused := (*Refusal)(nil)
	switch {
	case err == nil:
		o.sent.Add(1)
		return o.Store.Sent(ctx, mail.ID, now)
	case errors.As(err, &refused):
		o.refused.Add(1)
		o.Log.Warn("a letter was refused", "mail", mail.ID, "code", refused.Code)
		return o.Store.GiveUp(ctx, mail.ID, refused.Error())
	case now.Sub(mail.Queued) > giveUp:
		o.refused.Add(1)
		return o.Store.GiveUp(ctx, mail.ID, "could not be sent for four days: "+kindOf(err))
	}
	o.postponed.Add(1)
	o.Log.Warn("a letter could not be sent and waits", "mail", mail.ID, "tries", mail.Tries+1, "error", kindOf(err))
	return o.Store.Postpone(ctx, mail.ID, now.Add(pause(mail.Tries)))
}

// kindOf says what went wrong without the relay's own words, which may name a reporter.
func kindOf(err error) string {
	if said := (*smtp.SMTPError)(nil); errors.As(err, &said) {
		return fmt.Sprintf("the relay answered %d", said.Code)
	}
	return oneLine(err.Error())
}

// pause is how long a mail waits after so many failed tries and one more.
func pause(tries int) time.Duration {
	pause := firstPause
	for range min(tries, 10) {
		pause *= 2
	}
	return min(pause, longPause)
}

// SMTPRelay hands mail to a server of ours (RFC 5321), which carries it on: Postfix on this machine, most of the time.
type SMTPRelay struct {
	Address string        // HOST:PORT
	Name    string        // what we call ourselves
	Time    time.Duration // that one mail may take
}

// Send implements Relay.
func (r SMTPRelay) Send(ctx context.Context, mail store.Due) error {
	conn, err := (&net.Dialer{Timeout: r.Time}).DialContext(ctx, "tcp", r.Address)
	if err != nil {
		return fmt.Errorf("reaching the relay: %w", err)
	}
	client := smtp.NewClient(conn)
	defer client.Close()
	client.CommandTimeout, client.SubmissionTimeout = r.Time, submissionTime
	stop := context.AfterFunc(ctx, func() { client.Close() })
	defer stop()
	if err := client.Hello(r.Name); err != nil {
		return fmt.Errorf("greeting the relay: %w", err)
	}
	if err := client.Mail(mail.Sender, nil); err != nil {
		return fmt.Errorf("naming the sender: %w", err)
	}
	if err := client.Rcpt(mail.Recipient, nil); err != nil {
		return refusal(err)
	}
	data, err := client.Data()
	if err != nil {
		return fmt.Errorf("sending: %w", err)
	}
	if _, err := data.Write(mail.Raw); err != nil {
		return fmt.Errorf("sending: %w", err)
	}
	if err := data.Close(); err != nil {
		return refusal(err)
	}
	_ = client.Quit() // it has the letter, whatever becomes of the goodbye
	return nil
}

// submissionTime is how long a relay may take to answer the end of a letter (RFC 5321, section 4.5.3.2.6).
const submissionTime = 10 * time.Minute

// refusal tells what is final of what a relay says of a recipient or a letter.
func refusal(err error) error {
	if said := (*smtp.SMTPError)(nil); errors.As(err, &said) && said.Code >= 500 {
		return &Refusal{said.Code}
	}
	return fmt.Errorf("sending: %w", err)
}
