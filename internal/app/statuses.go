package app

import (
	"context"
	"errors"
	"time"

	"todoke/internal/form"
	"todoke/internal/notify"
	"todoke/internal/store"
)

// statusTime is how long the status link of a form holds.
const statusTime = 365 * 24 * time.Hour

// statuses gives each form its private page.
type statuses struct{ *builder }

// Open implements form.Statuses.
func (s statuses) Open(ctx context.Context, delivery int64) (string, error) {
	secret := notify.Secret()
	token := store.Token{Secret: secret, Purpose: store.TokenStatus, Delivery: delivery, Expires: s.env.now().Add(statusTime)}
	return secret, s.store.AddToken(ctx, token)
}

// Status implements form.Statuses.
func (s statuses) Status(ctx context.Context, token string) (form.Status, error) {
	status, err := s.store.DeliveryStatus(ctx, token, s.env.now())
	if errors.Is(err, store.ErrNotFound) {
		return form.Status{}, form.ErrNoStatus
	}
	return form.Status{Received: status.Received, Number: status.Number, State: stateOf(status)}, err
}

// stateOf says how far a delivery is, in what its sender may know.
func stateOf(status store.DeliveryStatus) form.State {
	switch {
	case status.Kind == "":
		return form.StateRegistering
	case status.Number == "":
		return form.StateFiled
	}
	return form.StateOpen
}
