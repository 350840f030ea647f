package pgp

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/ProtonMail/gopenpgp/v3/crypto"
)

// Ring holds our private keys, unlocked, and the public keys of others. It is safe for concurrent use.
type Ring struct {
	cfg Config

	mu     sync.RWMutex
	prints map[string]*holding   // by fingerprint
	ids    map[uint64][]*holding // by the ID of the primary key and of each subkey

	// verifying is held while signatures are verified: the library notes in a key which of its own signatures it has
	// verified already.
	verifying sync.Mutex
}

// holding is a key in the ring. It is never changed, only replaced: readers go on with the one that they have found.
type holding struct {
	key  *crypto.Key // unlocked where it is ours
	info Key
}

// Errors of the ring.
var (
	ErrNoSuchKey = errors.New("no such key")
	ErrNoCurrent = errors.New("no current key that can sign")
	ErrLocked    = errors.New("the passphrase or key file does not open this key")
	ErrNotAKey   = errors.New("not an armored OpenPGP key")
)

// New makes an empty ring.
func New(cfg Config) *Ring {
	cfg.Limits = cfg.Limits.withDefaults()
	return &Ring{cfg: cfg, prints: map[string]*holding{}, ids: map[uint64][]*holding{}}
}

// AddOurs adds a private key as it is kept: armored, locked by secret. State is Current, Old or Withdrawn; a key that
// becomes current makes the one before it old.
func (r *Ring) AddOurs(armored string, secret []byte, state State) (Key, error) {
	key, locked, err := unlock(armored, secret)
	if err != nil {
		return Key{}, err
	}
	if !locked {
		return Key{}, fmt.Errorf("%w: it is not locked at all; Import it", ErrLocked)
	}
	return r.hold(key, armored, state), nil
}

// AddTheirs adds the public key of somebody, or a newer copy of it; the private part of a key is not taken. An offer
// changes nothing about a key that is here: anybody can offer a copy. A revocation that was seen stays.
func (r *Ring) AddTheirs(armored string, state State) (Key, error) {
	info, err := r.Read([]byte(armored))
	if err != nil {
		return Key{}, err
	}
	if has, ok := r.Get(info.Fingerprint); ok && (has.Ours || has.Revoked || state == Offered) {
		return has, nil
	}
	key, err := crypto.NewKeyFromArmored(info.Armored)
	if err != nil {
		return Key{}, fmt.Errorf("%w: %w", ErrNotAKey, err)
	}
	return r.hold(key, info.Armored, state), nil
}

// hold puts a key into the ring, in the place of an earlier copy.
func (r *Ring) hold(key *crypto.Key, armored string, state State) Key {
	r.verifying.Lock()
	info := describe(key, r.cfg.Now())
	r.verifying.Unlock()
	if info.Revoked {
		state = Withdrawn
	}
	info.Armored, info.State = armored, state

	r.mu.Lock()
	defer r.mu.Unlock()
	if state == Current {
		for _, h := range r.prints {
			if h.info.State == Current {
				r.put(h.as(Old))
			}
		}
	}
	r.put(&holding{key: key, info: info})
	return info
}

// as is the holding in another state.
func (h *holding) as(state State) *holding {
	changed := *h
	changed.info.State = state
	return &changed
}

// put puts a holding in, in the place of that of the same key. The lock is held.
func (r *Ring) put(h *holding) {
	r.forget(h.info.Fingerprint)
	r.prints[h.info.Fingerprint] = h
	for _, id := range ids(h.key) {
		r.ids[id] = append(r.ids[id], h)
	}
}

// ids are the IDs of the primary key and the subkeys, each once.
func ids(key *crypto.Key) []uint64 {
	entity := key.GetEntity()
	list := []uint64{entity.PrimaryKey.KeyId}
	for _, sub := range entity.Subkeys {
		list = append(list, sub.PublicKey.KeyId)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// forget takes a key out. The lock is held.
func (r *Ring) forget(fingerprint string) {
	h, ok := r.prints[fingerprint]
	if !ok {
		return
	}
	delete(r.prints, fingerprint)
	for _, id := range ids(h.key) {
		r.ids[id] = slices.DeleteFunc(r.ids[id], func(other *holding) bool { return other == h })
	}
}

// Remove takes a key out of the ring.
func (r *Ring) Remove(fingerprint string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.forget(fingerprint)
}

// SetState changes what the desk makes of a key of somebody else.
func (r *Ring) SetState(fingerprint string, state State) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	h, ok := r.prints[fingerprint]
	if !ok || h.info.Ours {
		return fmt.Errorf("%w: %s", ErrNoSuchKey, fingerprint)
	}
	if !h.info.Revoked {
		r.put(h.as(state))
	}
	return nil
}

// Get is the key of a fingerprint.
func (r *Ring) Get(fingerprint string) (Key, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	h, ok := r.prints[strings.ToUpper(strings.ReplaceAll(fingerprint, " ", ""))]
	if !ok {
		return Key{}, false
	}
	return h.info, true
}

// List gives all keys: ours before others', the current one first, then by age, newest first.
func (r *Ring) List() []Key {
	r.mu.RLock()
	list := make([]Key, 0, len(r.prints))
	for _, h := range r.prints {
		list = append(list, h.info)
	}
	r.mu.RUnlock()
	slices.SortFunc(list, func(a, b Key) int {
		return cmp.Or(byRank(a, b), b.Created.Compare(a.Created), cmp.Compare(a.Fingerprint, b.Fingerprint))
	})
	return list
}

var ranks = []State{Current, Old, Confirmed, Offered, Withdrawn}

func byRank(a, b Key) int {
	switch {
	case a.Ours && !b.Ours:
		return -1
	case b.Ours && !a.Ours:
		return 1
	}
	return cmp.Compare(slices.Index(ranks, a.State), slices.Index(ranks, b.State))
}

// Current is our current key, with which the desk signs and which it publishes.
func (r *Ring) Current() (Key, bool) {
	if h := r.current(); h != nil {
		return h.info, true
	}
	return Key{}, false
}

func (r *Ring) current() *holding {
	r.mu.RLock()
	defer r.mu.RUnlock()
	for _, h := range r.prints {
		if h.info.State == Current {
			return h
		}
	}
	return nil
}

// Opens tells whether one of our keys or certificates is among those that a closed mail wants (Opened.Wants), so that it is
// worth opening it again. For a mail that hides its readers any key of ours is.
func (r *Ring) Opens(wants []string) bool {
	if r.cfg.CMS != nil && r.cfg.CMS.Opens(wants) {
		return true
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	for _, h := range r.prints {
		if h.info.Ours && slices.ContainsFunc(wants, func(id string) bool { return id == hidden || slices.Contains(h.info.KeyIDs, id) }) {
			return true
		}
	}
	return false
}

// For is the key to encrypt with for an address: confirmed, not expired, the newest of several.
func (r *Ring) For(address string) (Key, bool) {
	if h := r.holdingFor(address); h != nil {
		return h.info, true
	}
	return Key{}, false
}

func (r *Ring) holdingFor(address string) *holding {
	address = strings.ToLower(address)
	now := r.cfg.Now()
	r.verifying.Lock()
	defer r.verifying.Unlock()
	r.mu.RLock()
	defer r.mu.RUnlock()
	var best *holding
	for _, h := range r.prints {
		if h.info.State == Confirmed && slices.Contains(h.info.Addresses, address) && h.key.CanEncrypt(now.Unix()) &&
			(best == nil || h.info.Created.After(best.info.Created)) {
			best = h
		}
	}
	return best
}

// now is the ring's clock.
func (r *Ring) now() time.Time { return r.cfg.Now() }
