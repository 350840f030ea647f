package api

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
)

// Tokens knows the tokens that the desk has given out.
type Tokens interface {
	// Check tells whose a token's secret is. ErrToken: it is nobody's, or no longer. It must take as long for a secret that is like a
	// token's as for one that is not. Any other error: nobody can tell now.
	Check(ctx context.Context, secret string) (Caller, error)
}

// ErrToken is the answer to a secret that is no token's, whatever the reason.
var ErrToken = errors.New("no such token")

// Caller is the holder of a token.
type Caller struct {
	Name   string   // of the token: it goes with each message as who authenticated
	Scopes []string // what its holder may do
}

// ScopeWrite lets a caller post messages and ask what became of them.
const ScopeWrite = "messages:write"

// maxSecret bounds the length of what is looked up as a token.
const maxSecret = 512

// caller tells who asks (RFC 6750, section 2.1), and that they may.
func (h *Handler) caller(r *http.Request) (Caller, error) {
	secret, shown := bearer(r)
	if !shown {
		return Caller{}, unauthorized(`Bearer realm="todoke"`)
	}
	caller, err := h.tokens.Check(r.Context(), secret)
	switch {
	case errors.Is(err, ErrToken):
		return Caller{}, unauthorized(`Bearer realm="todoke", error="invalid_token"`)
	case err != nil:
		h.log.Error("tokens cannot be looked up", "error", err)
		return Caller{}, fail(http.StatusServiceUnavailable, "The desk cannot check tokens just now; try again later.").after(busyTime)
	case !slices.Contains(caller.Scopes, ScopeWrite):
		return Caller{}, fail(http.StatusForbidden, "This token lacks the scope %s; ask the desk for one that has it.", ScopeWrite).
			with("WWW-Authenticate", `Bearer realm="todoke", error="insufficient_scope", scope="`+ScopeWrite+`"`)
	}
	return caller, nil
}

func unauthorized(challenge string) *problem {
	return fail(http.StatusUnauthorized, "Show a valid token of the desk in the field Authorization, as: Bearer TOKEN.").with("WWW-Authenticate", challenge)
}

// bearer takes the secret out of the field Authorization. What cannot be a token's is none.
func bearer(r *http.Request) (secret string, ok bool) {
	fields := r.Header.Values("Authorization")
	if len(fields) != 1 {
		return "", false
	}
	scheme, secret, _ := strings.Cut(fields[0], " ")
	secret = strings.TrimLeft(secret, " ")
	if !strings.EqualFold(scheme, "Bearer") || secret == "" || len(secret) > maxSecret {
		return "", false
	}
	return secret, !strings.ContainsFunc(secret, func(c rune) bool { return c <= ' ' || c >= 0x7F })
}
