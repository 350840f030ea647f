package intake

import (
	"context"
	"runtime/debug"

	"golang.org/x/sync/semaphore"
)

// roomBytes is how many bytes of messages may wait or be worked upon at once, between the walk that finds them and the store. A
// longer message has the room alone.
const roomBytes = 16 << 20

// room bounds the memory that messages in flight take, whatever their number and length.
type room struct{ free *semaphore.Weighted }

func newRoom() room { return room{semaphore.NewWeighted(roomBytes)} }

// weight is what a message of n bytes takes of the room: never nothing, never more than there is.
func weight(n int) int64 { return int64(min(max(n, 1), roomBytes)) }

// tidy gives memory back after each step of a message that has the room alone: what finding it left behind, what reading it took,
// and its own bytes. Each step, and the database outside of the program's heap, then starts with what is in use.
func tidy(n int) {
	if n >= roomBytes {
		debug.FreeOSMemory()
	}
}

// enter waits until a message of n bytes has its place.
func (r room) enter(ctx context.Context, n int) error { return r.free.Acquire(ctx, weight(n)) }

// enterNow gives a message of n bytes its place if there is one, and tells whether.
func (r room) enterNow(n int) bool { return r.free.TryAcquire(weight(n)) }

// leave gives the place of a message of n bytes back.
func (r room) leave(n int) { r.free.Release(weight(n)) }

// wait waits until there is any place at all, so that no message is read from its file while a long one fills the room.
func (r room) wait(ctx context.Context) error {
	if err := r.free.Acquire(ctx, 1); err != nil {
		return err
	}
	r.free.Release(1)
	return nil
}
