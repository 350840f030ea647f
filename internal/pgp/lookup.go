package pgp

import (
	"slices"

	"github.com/ProtonMail/go-crypto/openpgp/packet"
	openpgp "github.com/ProtonMail/go-crypto/openpgp/v2"
)

// The library looks for keys in the ring. Our keys and confirmed ones come first, since it takes the first key of an ID, and
// IDs can be made to collide.
var _ openpgp.KeyRing = (*Ring)(nil)

// KeysById implements openpgp.KeyRing.
func (r *Ring) KeysById(id uint64) []openpgp.Key {
	return openpgp.EntityList(r.EntitiesById(id)).KeysById(id)
}

// EntitiesById implements openpgp.KeyRing.
func (r *Ring) EntitiesById(id uint64) []*openpgp.Entity {
	var list []*openpgp.Entity
	for _, h := range r.byID(id) {
		list = append(list, h.key.GetEntity())
	}
	return list
}

// holdingOf is the holding of a key that the library found in the ring; nil where there is none.
func (r *Ring) holdingOf(entity *openpgp.Entity) *holding {
	if entity == nil {
		return nil
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.prints[fingerprint(entity.PrimaryKey.Fingerprint)]
}

// byID are the keys that have an ID, the most believed first.
func (r *Ring) byID(id uint64) []*holding {
	r.mu.RLock()
	defer r.mu.RUnlock()
	list := slices.Clone(r.ids[id])
	slices.SortStableFunc(list, func(a, b *holding) int { return byRank(a.info, b.info) })
	return list
}

// decryptors are our private keys for a key ID; all of them where the sender hid it (RFC 9580, 5.1.1: key ID 0).
func (r *Ring) decryptors(id uint64) []*packet.PrivateKey {
	r.mu.RLock()
	defer r.mu.RUnlock()
	holdings := r.ids[id]
	if id == 0 {
		holdings = nil
		for _, h := range r.prints {
			holdings = append(holdings, h)
		}
	}
	var keys []*packet.PrivateKey
	for _, h := range holdings {
		if !h.info.Ours {
			continue
		}
		entity := h.key.GetEntity()
		for _, sub := range entity.Subkeys {
			if sub.PrivateKey != nil && (id == 0 || sub.PublicKey.KeyId == id) {
				keys = append(keys, sub.PrivateKey)
			}
		}
		if id == 0 || entity.PrimaryKey.KeyId == id {
			keys = append(keys, entity.PrivateKey)
		}
	}
	return keys
}
