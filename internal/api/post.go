package api

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"strconv"
	"time"

	"todoke/internal/api/compose"
	"todoke/internal/desk"
	"todoke/internal/proxied"
)

// post takes a message in.
func (h *Handler) post(w http.ResponseWriter, r *http.Request) error {
	caller, err := h.caller(r)
	if err != nil {
		return err
	}
	if wait, ok := h.messages.take(caller.Name, h.now()); !ok {
		return fail(http.StatusTooManyRequests, "This token posts too often; wait as long as Retry-After says, or put several incidents into one report.").after(wait)
	}
	m, params, err := mediumOf(r)
	if err != nil {
		return err
	}
	key, err := keyOf(r)
	if err != nil {
		return err
	}
	body, held, err := h.body(w, r, m.memory())
	defer func() { h.room.give(held) }()
	if err != nil {
		return err
	}
	p := posted{caller: caller, client: h.cfg.Proxies.Client(r), medium: m, params: params, key: key, body: body, at: h.now()}
	d, err := h.delivery(p)
	if err != nil {
		return err
	}
	// A caller who goes away now has posted it all the same.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), h.cfg.DepositTime)
	defer cancel()
	answer, err := h.once(ctx, p, d)
	if err != nil {
		return err
	}
	if answer.ID != nil {
		w.Header().Set("Location", "/api/v1/messages/"+strconv.FormatInt(*answer.ID, 10))
	}
	writeJSON(w, http.StatusAccepted, "application/json", answer)
	return nil
}

// posted is what came with a request.
type posted struct {
	caller Caller
	client proxied.Client
	medium medium
	params map[string]string // of Content-Type
	key    string            // "" for none
	body   []byte
	at     time.Time
}

// id is what the message that is written of a body is named by. With a key it is made of that, so that a message whose answer was
// lost with its node is recognisably the same when it is posted again.
func (p posted) id() (id [16]byte) {
	if p.key == "" {
		rand.Read(id[:])
		return id
	}
	digest := digestOf(p.medium, p.body)
	sum := sha256.Sum256([]byte("message\x00" + p.caller.Name + "\x00" + p.key + "\x00" + string(digest[:])))
	return [16]byte(sum[:])
}

// delivery makes the one message of what was posted.
func (h *Handler) delivery(p posted) (*desk.Delivery, error) {
	d := &desk.Delivery{Door: desk.DoorAPI, Received: p.at, To: []string{h.cfg.Mail}, Remote: p.client.Remote(), User: p.caller.Name, TLS: p.client.TLS}
	e := compose.Envelope{To: h.cfg.Mail, NoReply: h.cfg.NoReply, Own: h.cfg.Own, ID: p.id(), Now: p.at.UTC().Truncate(time.Second)}
	var faults []compose.Fault
	switch p.medium {
	case mediaMail:
		d.Raw = p.body
	case mediaJSON:
		d.Raw, d.From, faults = compose.JSON(p.body, e)
	case mediaXARF:
		d.Raw, faults = compose.XARF(p.body, e)
	case mediaReport:
		d.Raw, faults = compose.Feedback(p.body, p.params["boundary"], e)
	}
	if len(faults) > 0 {
		return nil, faulty(faults)
	}
	return d, nil
}

// once deposits a message, unless its key tells that it was deposited before.
func (h *Handler) once(ctx context.Context, p posted, d *desk.Delivery) (*Answer, error) {
	if p.key == "" {
		return h.deposit(ctx, p, d)
	}
	earlier, err := h.keys.Begin(ctx, p.caller.Name, p.key, digestOf(p.medium, p.body))
	if err != nil {
		return nil, h.keyError(err)
	}
	if earlier != nil {
		return earlier, nil
	}
	answer, err := h.deposit(ctx, p, d)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), h.cfg.DepositTime) // of its own: the deposit may have used its time up
	defer cancel()
	if bad := h.keys.End(ctx, p.caller.Name, p.key, answer); bad != nil {
		h.log.Error("idempotency key not kept", "user", p.caller.Name, "error", bad) // the message is safe, and the same when it comes again
	}
	return answer, err
}

// deposit hands a message to the inbox.
func (h *Handler) deposit(ctx context.Context, p posted, d *desk.Delivery) (*Answer, error) {
	receipt, err := h.inbox.Deposit(ctx, d)
	switch {
	case errors.Is(err, desk.ErrTooLarge):
		return nil, h.tooLarge()
	case err != nil:
		h.log.Error("message not taken in", "user", p.caller.Name, "type", p.medium, "bytes", len(d.Raw), "error", err)
		return nil, fail(http.StatusServiceUnavailable, "The desk cannot store messages just now, and this one was not taken in; send it again later.").after(busyTime)
	}
	h.stats.taken.Add(1)
	if receipt.Known {
		h.stats.known.Add(1)
	}
	h.log.Info("message taken in", "delivery", receipt.ID, "user", p.caller.Name, "type", p.medium, "bytes", len(d.Raw), "known", receipt.Known)
	sum := sha256.Sum256(d.Raw)
	answer := &Answer{Known: receipt.Known, SHA256: hex.EncodeToString(sum[:])}
	if receipt.ID > 0 {
		answer.ID = &receipt.ID
	}
	return answer, nil
}
