package intake

import (
	"context"
	"errors"

	"todoke/internal/store"
)

// Reopen reads the messages that were closed and for which a key has come since. It says how many it opened.
func (p *Pump) Reopen(ctx context.Context) (int, error) {
	if p.Covers == nil {
		return 0, nil
	}
	closed, err := p.Store.ClosedMessages(ctx)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, each := range closed {
		if !p.Covers.Opens(each.Wants) {
			continue
		}
		opened, err := p.reopen(ctx, each)
		if err != nil {
			return n, err
		}
		if opened {
			n++
		}
	}
	return n, nil
}

// reopen reads one message anew. One of which somebody has decided something meanwhile stays as it is.
func (p *Pump) reopen(ctx context.Context, c store.Closed) (bool, error) {
	raw, err := p.Store.Raw(ctx, c.SHA256)
	if err != nil {
		return false, err
	}
	d := &store.WaitingDelivery{Raw: raw, SHA256: c.SHA256, Received: c.Received, Envelope: c.Envelope}
	var sender Sender
	if p.Authenticate != nil {
		sender = p.Authenticate(ctx, d)
	}
	arrived, err := p.arrive(d, sender)
	if err != nil || len(arrived.Wants) > 0 {
		return false, err
	}
	err = p.Store.Reopen(ctx, c.Message, *arrived)
	if errors.Is(err, store.ErrConflict) {
		p.Log.Info("a mail that could be opened now was decided by hand and stays as it is", "message", c.Message)
		return false, nil
	}
	return err == nil, err
}
