package form

import (
	"context"
	"errors"
	"time"

	"todoke/internal/formats/forms"
)

// Statuses gives each report its private page.
type Statuses interface {
	// Open makes the link of a delivery: a token of 128 random bits, in letters and digits, of which the caller keeps only the
	// digest. It may be opened once for each delivery.
	Open(ctx context.Context, delivery int64) (token string, err error)
	// Status tells what became of the report of a token. ErrNoStatus: there is no such token, or it has expired.
	Status(ctx context.Context, token string) (Status, error)
}

// ErrNoStatus is the answer to a token that is none.
var ErrNoStatus = errors.New("no such status")

// Status is what the holder of the link may know.
type Status struct {
	Received time.Time
	Number   string // of the report or inquiry; "" where there is none, or none yet
	State    State
}

// State is how far the desk is with a report.
type State string

// The states.
const (
	StateRegistering State = "registering" // received, and not yet read
	StateOpen        State = "open"        // it has a number, and people work on it
	StateClosed      State = "closed"      // the matter is over
	StateFiled       State = "filed"       // read and kept; it gets no number
)

// Words tell the state to the reporter.
func (s State) Words() forms.Words {
	switch s {
	case StateRegistering:
		return forms.Words{JA: "登録しています。番号はまもなく付きます。", EN: "It is being registered. The number will be there in a moment."}
	case StateOpen:
		return forms.Words{JA: "登録しました。担当者が対応しています。", EN: "It is registered, and the desk is working on it."}
	case StateClosed:
		return forms.Words{JA: "対応を終えました。", EN: "The matter is closed."}
	case StateFiled:
		return forms.Words{JA: "受け取り、保管しました。", EN: "It was received and is kept."}
	}
	return forms.Words{JA: "受け取りました。", EN: "It was received."}
}
