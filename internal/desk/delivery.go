package desk

import (
	"context"
	"errors"
	"time"
)

// Door names the way by which a message came in.
type Door string

// The doors. Files are taken in by an import and make no Delivery.
const (
	DoorLMTP Door = "lmtp"
	DoorSMTP Door = "smtp"
	DoorIMAP Door = "imap"
	DoorForm Door = "form"
	DoorAPI  Door = "api"
	DoorFax  Door = "fax"
)

// Delivery is one message as a door took it in, before anybody has read it.
type Delivery struct {
	Raw      []byte
	Door     Door
	Received time.Time // the door's clock
	From     string    // envelope sender (RFC 5321, section 3.3: the reverse-path), "" for the null sender
	To       []string  // envelope recipients that the door accepted
	Remote   string    // IP of the client, "" where there is none
	Helo     string    // what the client called itself
	User     string    // who authenticated: the SMTP user, the name of the API token; "" for nobody
	TLS      bool      // it came over an encrypted connection
}

// Receipt says what became of a delivery.
type Receipt struct {
	ID    int64 // of the delivery
	Known bool  // the same bytes were taken in before: there is no new message
}

// ErrTooLarge tells a door that a delivery is over the limit and will never be taken in.
var ErrTooLarge = errors.New("larger than the desk takes in")

// Inbox keeps what doors take in.
type Inbox interface {
	// Deposit returns nil only when the delivery is durable. ErrTooLarge: never; any other error: try again later.
	Deposit(ctx context.Context, d *Delivery) (Receipt, error)
}
