package api

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"todoke/internal/desk"
)

// Statuses tells what became of messages.
type Statuses interface {
	// Status tells what became of a delivery that the user posted. ErrNoMessage: there is none of this id, or it is another's.
	Status(ctx context.Context, id int64, user string) (Status, error)
}

// ErrNoMessage is the answer to an id that is none of the caller's messages.
var ErrNoMessage = errors.New("no such message")

// Status is what became of a message.
type Status struct {
	State  State
	Number string    // of the report or inquiry that it belongs to; "" where there is none, or none yet
	Kind   desk.Kind // what it is to the desk; "" until it is read
}

// State is how far the desk is with a message.
type State string

// The states.
const (
	StateRegistering State = "registering" // taken in, and not yet read
	StateHeld        State = "held"        // waits for a handler before it is read further
	StateOpen        State = "open"        // its report or inquiry is being worked on
	StateClosed      State = "closed"      // the matter is over
	StateFiled       State = "filed"       // read and kept; it belongs to no report
)

// statusAnswer is a status as it is told.
type statusAnswer struct {
	ID     int64      `json:"id"`
	State  State      `json:"state"`
	Number *string    `json:"number"`
	Kind   *desk.Kind `json:"kind"`
}

// askAgain is when a caller may ask again for a message that is not read yet.
const askAgain = 2 * time.Second

// state tells what became of a message.
func (h *Handler) state(w http.ResponseWriter, r *http.Request) error {
	caller, err := h.caller(r)
	if err != nil {
		return err
	}
	if wait, ok := h.questions.take(caller.Name, h.now()); !ok {
		return fail(http.StatusTooManyRequests, "This token asks too often; wait as long as Retry-After says.").after(wait)
	}
	id, err := strconv.ParseInt(strings.TrimPrefix(r.URL.Path, "/api/v1/messages/"), 10, 64)
	if err != nil || id < 1 {
		return noMessage()
	}
	s, err := h.statuses.Status(r.Context(), id, caller.Name)
	switch {
	case errors.Is(err, ErrNoMessage):
		return noMessage()
	case err != nil:
		h.log.Error("status cannot be looked up", "delivery", id, "error", err)
		return fail(http.StatusServiceUnavailable, "The desk cannot tell just now; ask again later.").after(busyTime)
	}
	answer := statusAnswer{ID: id, State: s.State}
	if s.Number != "" {
		answer.Number = &s.Number
	}
	if s.Kind != "" {
		answer.Kind = &s.Kind
	}
	if s.State == StateRegistering {
		w.Header().Set("Retry-After", strconv.Itoa(int(askAgain/time.Second)))
	}
	writeJSON(w, http.StatusOK, "application/json", answer)
	return nil
}

func noMessage() *problem {
	return fail(http.StatusNotFound, "There is no message with this id that this token posted; use the id that posting answered.")
}
