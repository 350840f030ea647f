package api

import (
	"context"
	"crypto/sha256"
	"errors"
	"net/http"
	"strings"
	"time"
)

// Keys remembers the idempotency keys of each caller for KeepKeys (draft-ietf-httpapi-idempotency-key-header-07), for all nodes.
type Keys interface {
	// Begin takes a key for a body of the digest. Where the same body was answered before, it gives that answer. ErrUnderway: it is
	// being taken in now; ErrOtherBody: the key came with another body. Any other error: nobody can tell now. A key that was begun
	// and not ended is free again after a while (a minute will do), since its node may have died.
	Begin(ctx context.Context, user, key string, digest [32]byte) (earlier *Answer, err error)
	// End says how it ended: with an answer that holds for the key from now on, or, where it is nil, in failure, which frees the key.
	End(ctx context.Context, user, key string, answer *Answer) error
}

// KeepKeys is how long a key is remembered at least.
const KeepKeys = 24 * time.Hour

// What Keys.Begin may say.
var (
	ErrUnderway  = errors.New("a request with this key is underway")
	ErrOtherBody = errors.New("this key came with another body")
)

// Answer is what a caller is told of a message that was taken in.
type Answer struct {
	ID     *int64 `json:"id"`     // to ask by what became of it; nil where the desk had the same bytes before and only knows so
	Known  bool   `json:"known"`  // the same bytes were taken in before: there is no new message
	SHA256 string `json:"sha256"` // of the message as the desk keeps it, in hexadecimal digits
}

// maxKey bounds the length of a key.
const maxKey = 255

// keyOf takes the key of a request, "" where it has none. It is a string of structured fields (RFC 9651, section 3.3.3); one without
// its quotes, as many clients send it, is taken too.
func keyOf(r *http.Request) (string, error) {
	fields := r.Header.Values("Idempotency-Key")
	if len(fields) == 0 {
		return "", nil
	}
	key, quoted := strings.CutPrefix(strings.TrimSpace(fields[0]), `"`)
	if quoted {
		var closed bool
		if key, closed = strings.CutSuffix(key, `"`); !closed {
			key = ""
		}
	}
	if len(fields) > 1 || key == "" || len(key) > maxKey || strings.ContainsFunc(key, func(c rune) bool { return c <= ' ' || c >= 0x7F || c == '"' || c == '\\' || c == ',' }) {
		return "", fail(http.StatusBadRequest, "Idempotency-Key must be one string of 1 to %d letters, digits and signs in quotes, such as \"8e03978e-40d5-43dd-bc93-6894a57f9324\"; send a UUID.", maxKey)
	}
	return key, nil
}

// digestOf tells two bodies with the same key apart.
func digestOf(m medium, body []byte) [32]byte {
	sum := sha256.New()
	sum.Write([]byte(m + "\n"))
	sum.Write(body)
	return [32]byte(sum.Sum(nil))
}

// keyError is what Begin's error is to the caller.
func (h *Handler) keyError(err error) error {
	switch {
	case errors.Is(err, ErrUnderway):
		return fail(http.StatusConflict, "A request with this Idempotency-Key is being taken in; ask again in a moment with the same key and body.").after(time.Second)
	case errors.Is(err, ErrOtherBody):
		return fail(http.StatusUnprocessableEntity, "This Idempotency-Key came with another body; send a new key for a new message.")
	}
	h.log.Error("idempotency keys cannot be looked up", "error", err)
	return fail(http.StatusServiceUnavailable, "The desk cannot take messages in just now; send it again later with the same key.").after(busyTime)
}
