package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"todoke/internal/api"
	"todoke/internal/desk"
	"todoke/internal/store"
)

// programs lets programs in by their tokens, and remembers what they asked.
type programs struct{ *builder }

// Check implements api.Tokens.
func (p programs) Check(ctx context.Context, secret string) (api.Caller, error) {
	credential, err := p.store.CheckCredential(ctx, secret)
	if errors.Is(err, store.ErrNotFound) {
		return api.Caller{}, api.ErrToken
	}
	return api.Caller{Name: credential.Name, Scopes: credential.Scopes}, err
}

// underway is how long a request may be underway; then its node is taken for dead.
const underway = time.Minute

// Begin implements api.Keys.
func (p programs) Begin(ctx context.Context, user, key string, digest [32]byte) (*api.Answer, error) {
	earlier, err := p.store.Ask(ctx, user, key, digest, p.env.now(), api.KeepKeys, underway)
	switch {
	case err != nil || earlier == nil:
		return nil, err
	case earlier.SHA256 != digest:
		return nil, api.ErrOtherBody
	case earlier.Answer == nil:
		return nil, api.ErrUnderway
	}
	var answer api.Answer
	if err := json.Unmarshal(earlier.Answer, &answer); err != nil {
		return nil, fmt.Errorf("the kept answer cannot be read: %w", err)
	}
	return &answer, nil
}

// End implements api.Keys.
func (p programs) End(ctx context.Context, user, key string, answer *api.Answer) error {
	if answer == nil {
		return p.store.Answered(ctx, user, key, nil)
	}
	kept, err := json.Marshal(answer)
	if err != nil {
		return fmt.Errorf("encoding an answer: %w", err)
	}
	return p.store.Answered(ctx, user, key, kept)
}

// Status implements api.Statuses.
func (p programs) Status(ctx context.Context, id int64, user string) (api.Status, error) {
	status, err := p.store.DeliveryOf(ctx, id, user)
	if errors.Is(err, store.ErrNotFound) {
		return api.Status{}, api.ErrNoMessage
	}
	if err != nil {
		return api.Status{}, err
	}
	state := api.StateOpen
	switch {
	case status.Held:
		state = api.StateHeld
	case status.Kind == "":
		state = api.StateRegistering
	case status.Number == "":
		state = api.StateFiled
	}
	return api.Status{State: state, Number: status.Number, Kind: desk.Kind(status.Kind)}, nil
}
