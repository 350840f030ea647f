package api

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"sync"
	"testing"

	"todoke/internal/desk"
)

// fakeInbox keeps deliveries in memory, and knows bytes that it has seen.
type fakeInbox struct {
	mu    sync.Mutex
	kept  []*desk.Delivery
	fails error
	gate  chan struct{} // where it is set, a deposit waits for it
	comes chan struct{} // told of each deposit that waits
}

func (in *fakeInbox) Deposit(ctx context.Context, d *desk.Delivery) (desk.Receipt, error) {
	if in.gate != nil {
		in.comes <- struct{}{}
		<-in.gate
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	if err := cmp.Or(in.fails, ctx.Err()); err != nil {
		return desk.Receipt{}, err
	}
	for n, each := range in.kept {
		if bytes.Equal(each.Raw, d.Raw) {
			return desk.Receipt{ID: int64(n + 1), Known: true}, nil
		}
	}
	in.kept = append(in.kept, d)
	return desk.Receipt{ID: int64(len(in.kept))}, nil
}

func (in *fakeInbox) last(t *testing.T) *desk.Delivery {
	t.Helper()
	in.mu.Lock()
	defer in.mu.Unlock()
	if len(in.kept) == 0 {
		t.Fatal("nothing was deposited")
	}
	return in.kept[len(in.kept)-1]
}

func (in *fakeInbox) count() int {
	in.mu.Lock()
	defer in.mu.Unlock()
	return len(in.kept)
}

// fakeTokens knows four secrets.
type fakeTokens struct{}

func (fakeTokens) Check(_ context.Context, secret string) (Caller, error) {
	switch secret {
	case "good":
		return Caller{Name: "feed", Scopes: []string{"other:read", ScopeWrite}}, nil
	case "second":
		return Caller{Name: "partner", Scopes: []string{ScopeWrite}}, nil
	case "weak":
		return Caller{Name: "reader", Scopes: []string{"other:read"}}, nil
	case "down":
		return Caller{}, errors.New("the database is away")
	}
	return Caller{}, ErrToken
}

// fakeKeys does what Keys asks for, in memory.
type fakeKeys struct {
	mu    sync.Mutex
	begun map[string]*begunKey
	fails error
}

type begunKey struct {
	digest [32]byte
	answer *Answer
}

func (k *fakeKeys) Begin(_ context.Context, user, key string, digest [32]byte) (*Answer, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	have := k.begun[user+" "+key]
	switch {
	case k.fails != nil:
		return nil, k.fails
	case have == nil:
		if k.begun == nil {
			k.begun = map[string]*begunKey{}
		}
		k.begun[user+" "+key] = &begunKey{digest: digest}
		return nil, nil
	case have.digest != digest:
		return nil, ErrOtherBody
	case have.answer == nil:
		return nil, ErrUnderway
	}
	return have.answer, nil
}

func (k *fakeKeys) End(_ context.Context, user, key string, answer *Answer) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if answer == nil {
		delete(k.begun, user+" "+key)
	} else {
		k.begun[user+" "+key].answer = answer
	}
	return nil
}

// fakeStatuses knows the messages 1 to 4 of "feed".
type fakeStatuses struct{}

func (fakeStatuses) Status(_ context.Context, id int64, user string) (Status, error) {
	if user != "feed" {
		return Status{}, ErrNoMessage
	}
	switch id {
	case 1:
		return Status{State: StateRegistering}, nil
	case 2:
		return Status{State: StateOpen, Number: "CSIRT-2026-0001", Kind: desk.KindReport}, nil
	case 3:
		return Status{State: StateFiled, Kind: desk.KindSpam}, nil
	case 4:
		return Status{}, errors.New("the database is away")
	}
	return Status{}, ErrNoMessage
}
