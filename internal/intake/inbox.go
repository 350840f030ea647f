package intake

import (
	"context"
	"fmt"
	"time"

	"todoke/internal/desk"
	"todoke/internal/store"
)

// Inbox keeps what the doors take in. Deliveries that come in at the same time share one transaction, and so one wait for the
// disk: the more doors are busy, the more each wait is worth.
type Inbox struct {
	store    *store.Store
	maxBytes int64
	room     room
	requests chan request
	kept     chan struct{} // tells the pump that there is something to read
	counters Counters
}

// Counters count what became of deliveries.
type Counters struct {
	Kept, Known, Refused, Failed counter
}

// request is one delivery on its way to the store.
type request struct {
	delivery store.PackedDelivery
	done     chan<- outcome
}

type outcome struct {
	receipt desk.Receipt
	err     error
}

const (
	sharedDeliveries = 256     // at most so many deliveries share a transaction
	sharedBytes      = 8 << 20 // and so many bytes, but at least one delivery
	depositTime      = 30 * time.Second
)

// NewInbox makes the inbox of a store. A delivery of more than maxBytes is refused with desk.ErrTooLarge.
func NewInbox(s *store.Store, maxBytes int64) *Inbox {
	return &Inbox{store: s, maxBytes: maxBytes, room: newRoom(), requests: make(chan request, sharedDeliveries), kept: make(chan struct{}, 1)}
}

// Counters are those of this inbox.
func (in *Inbox) Counters() *Counters { return &in.counters }

// Kept is told, now and then, that deliveries were kept.
func (in *Inbox) Kept() <-chan struct{} { return in.kept }

// Deposit implements desk.Inbox. It returns nil only when the delivery is on the disk.
func (in *Inbox) Deposit(ctx context.Context, d *desk.Delivery) (desk.Receipt, error) {
	if int64(len(d.Raw)) > in.maxBytes {
		in.counters.Refused.add(1)
		return desk.Receipt{}, desk.ErrTooLarge
	}
	ctx, cancel := context.WithTimeout(ctx, depositTime)
	defer cancel()
	if err := in.room.enter(ctx, len(d.Raw)); err != nil {
		in.counters.Failed.add(1)
		return desk.Receipt{}, fmt.Errorf("waiting for room: %w", err)
	}
	defer in.room.leave(len(d.Raw))
	done := make(chan outcome, 1)
	select {
	case in.requests <- request{store.PackDelivery(d), done}:
	case <-ctx.Done():
		in.counters.Failed.add(1)
		return desk.Receipt{}, fmt.Errorf("waiting for the store: %w", ctx.Err())
	}
	select {
	case o := <-done:
		return o.receipt, o.err
	case <-ctx.Done(): // it may still be kept; who sends it again sends the same bytes, which are then known
		in.counters.Failed.add(1)
		return desk.Receipt{}, fmt.Errorf("waiting for the store: %w", ctx.Err())
	}
}

// Run writes what is deposited until the context ends, then what was deposited before that.
func (in *Inbox) Run(ctx context.Context) {
	for {
		select {
		case first := <-in.requests:
			in.keep(in.share(first))
		case <-ctx.Done():
			for {
				select {
				case first := <-in.requests:
					in.keep(in.share(first))
				default:
					return
				}
			}
		}
	}
}

// share gathers what waits together with the first.
func (in *Inbox) share(first request) []request {
	batch, size := []request{first}, first.delivery.Size()
	for len(batch) < sharedDeliveries && size < sharedBytes {
		select {
		case next := <-in.requests:
			batch, size = append(batch, next), size+next.delivery.Size()
		default:
			return batch
		}
	}
	return batch
}

// keep writes a batch. One delivery that the database will not have must not cost the others: where the batch fails, each is
// tried alone.
func (in *Inbox) keep(batch []request) {
	ctx, cancel := context.WithTimeout(context.Background(), depositTime)
	defer cancel()
	packed := make([]store.PackedDelivery, len(batch))
	for i := range batch {
		packed[i] = batch[i].delivery
	}
	receipts, err := in.store.Deposit(ctx, packed)
	for i := range batch {
		if err == nil {
			in.tell(batch[i], receipts[i], nil)
			continue
		}
		one, single := []desk.Receipt{{}}, err
		if len(batch) > 1 && ctx.Err() == nil {
			one, single = in.store.Deposit(ctx, packed[i:i+1])
		}
		if single != nil {
			in.tell(batch[i], desk.Receipt{}, single)
		} else {
			in.tell(batch[i], one[0], nil)
		}
	}
	select {
	case in.kept <- struct{}{}:
	default:
	}
}

func (in *Inbox) tell(r request, receipt desk.Receipt, err error) {
	switch {
	case err != nil:
		in.counters.Failed.add(1)
	case receipt.Known:
		in.counters.Known.add(1)
	default:
		in.counters.Kept.add(1)
	}
	r.done <- outcome{receipt, err}
}

var _ desk.Inbox = (*Inbox)(nil)
