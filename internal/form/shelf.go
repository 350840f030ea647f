package form

import (
	"crypto/rand"
	"slices"
	"sync"
	"time"
)

// shelf keeps the attachments of forms that have to be sent again, so that nobody must choose them again. It is bounded in bytes,
// for all and for each client, and in time. Whoever knows an id (128 random bits) may use the file; nobody can read it back.
type shelf struct {
	max     int64
	keepFor time.Duration

	mu      sync.Mutex
	files   map[string]kept
	bytes   int64
	clients map[string]int64 // bytes
	order   []string         // ids, oldest first
}

type kept struct {
	file
	client string
	until  time.Time
}

// clientShare is the part of the shelf that one client may fill.
const clientShare = 4

func newShelf(max int64, keepFor time.Duration) *shelf {
	return &shelf{max: max, keepFor: keepFor, files: map[string]kept{}, clients: map[string]int64{}}
}

// put keeps a file and gives its id, or "" where there is no room. What is there already stays for its time: nobody can push
// another's files off.
func (s *shelf) put(f file, client string, now time.Time) string {
	size := f.Data.size() + 1<<10 // with what it takes to know of it
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sweep(now)
	if s.bytes+size > s.max || s.clients[client]+size > s.max/clientShare {
		return ""
	}
	id := rand.Text()
	s.files[id] = kept{f, client, now.Add(s.keepFor)}
	s.order = append(s.order, id)
	s.bytes += size
	s.clients[client] += size
	return id
}

// get gives a file that is still there.
func (s *shelf) get(id string, now time.Time) (file, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k, ok := s.files[id]
	return k.file, ok && now.Before(k.until)
}

// drop takes a file off.
func (s *shelf) drop(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.remove(id)
	if len(s.order) > 2*len(s.files)+64 {
		s.order = slices.DeleteFunc(s.order, func(id string) bool { _, there := s.files[id]; return !there })
	}
}

// sweep takes off what has had its time. Files are put with the same time to keep, so that the oldest ends first.
func (s *shelf) sweep(now time.Time) {
	for len(s.order) > 0 {
		k, ok := s.files[s.order[0]]
		if ok && now.Before(k.until) {
			return
		}
		s.remove(s.order[0])
		s.order = s.order[1:]
	}
}

func (s *shelf) remove(id string) {
	k, ok := s.files[id]
	if !ok {
		return
	}
	size := k.Data.size() + 1<<10
	delete(s.files, id)
	s.bytes -= size
	if s.clients[k.client] -= size; s.clients[k.client] <= 0 {
		delete(s.clients, k.client)
	}
}
