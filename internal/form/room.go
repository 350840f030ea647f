package form

import "sync"

// room bounds the bytes that are held in memory at once for what visitors send. No client may have more than a share of it.
// Nobody waits for room: whoever finds none is told to come again.
type room struct {
	mu      sync.Mutex
	left    int64
	share   int64
	clients map[string]int64 // bytes held
}

// shares is into how many shares a room is divided.
const shares = 4

func newRoom(size int64) *room {
	return &room{left: size, share: size / shares, clients: map[string]int64{}}
}

func (r *room) take(client string, n int64) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.left < n || r.clients[client]+n > r.share {
		return false
	}
	r.left -= n
	r.clients[client] += n
	return true
}

func (r *room) give(client string, n int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.left += n
	if r.clients[client] -= n; r.clients[client] == 0 {
		delete(r.clients, client)
	}
}

// held is what an upload holds of a room.
type held struct {
	room   *room
	client string
	bytes  int64
}

func (h *held) take(n int64) bool {
	ok := h.room.take(h.client, n)
	if ok {
		h.bytes += n
	}
	return ok
}
