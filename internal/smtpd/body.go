package smtpd

import "sync/atomic"

// Sizes in which the room for a message grows, in bytes.
const (
	firstRoom = 8 << 10
	trustFrom = 64 << 10 // who has sent as much is believed what he says of the rest
)

// body collects a message in memory, within what all messages underway may take together.
type body struct {
	memory   *atomic.Int64 // bytes of all messages underway
	total    int64         // most that memory may be; 0: no limit
	limit    int64         // longest message
	declared int64         // what the client said that it would be

	bytes   []byte // the message; nothing is kept once it is too long or refused
	held    int64  // bytes of memory that are ours
	size    int64  // of the message as it came, whether kept or not
	refused bool   // there was no memory for it
}

// add appends a block of the message.
func (b *body) add(block []byte) {
	b.size += int64(len(block))
	if b.size > b.limit {
		b.drop()
	}
	if b.refused || b.size > b.limit {
		return
	}
	if need := len(b.bytes) + len(block); need > cap(b.bytes) && !b.grow(need) {
		b.drop()
		return
	}
	b.bytes = append(b.bytes, block...)
}

// grow makes room for at least need bytes: at once for all that the client has declared, once it has sent some of it, so that long
// messages are not copied again and again; else for twice as much as there was.
func (b *body) grow(need int) bool {
	room := min(max(2*need, firstRoom), int(b.limit))
	if whole := int(b.declared); need >= trustFrom && whole >= need {
		room = whole
	}
	if !b.hold(int64(room)) {
		return false
	}
	b.bytes = append(make([]byte, 0, room), b.bytes...)
	return true
}

// hold takes room bytes of memory in all, and tells whether there are as many.
func (b *body) hold(room int64) bool {
	more := room - b.held
	if now := b.memory.Add(more); b.total > 0 && now > b.total {
		b.memory.Add(-more)
		b.refused = true
		return false
	}
	b.held = room
	return true
}

// drop gives up on keeping the message; its end is still waited for.
func (b *body) drop() {
	b.bytes = nil
	b.release()
}

// release gives the memory back.
func (b *body) release() {
	b.memory.Add(-b.held)
	b.held = 0
}
