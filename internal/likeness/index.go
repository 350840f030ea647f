package likeness

import (
	"hash/maphash"
	"slices"
)

// index numbers strings from 0, in the order in which they came. A mail has thousands of features, each asked for in every
// table: this takes less time than a map, since its slots are few bytes and most strings that it does not know are told by their
// hash alone. It is a hash table with open addressing (Knuth, TAOCP volume 3, section 6.4).
type index struct {
	slots []slot // as many as a power of two, at most half of them taken
	all   []string
}

// slot is where a string is found by its hash.
type slot struct {
	hash   uint32
	number int32 // from 1; 0 for a free slot
}

var seed = maphash.MakeSeed()

// newIndex makes an index with room for some strings; it grows where they are more.
func newIndex(room int) *index {
	x := &index{all: slices.Grow([]string(nil), room)}
	x.spread(room)
	return x
}

// spread makes slots enough for so many strings, and finds a slot for each that is there.
func (x *index) spread(room int) {
	slots := 16
	for slots <= 2*room {
		slots *= 2
	}
	x.slots = make([]slot, slots)
	for i, s := range x.all {
		at, hash := x.look(s)
		x.slots[at] = slot{hash, int32(i + 1)}
	}
}

// look gives the slot of a string, or the free one where it belongs, and its hash.
func (x *index) look(s string) (at int, hash uint32) {
	hash = uint32(maphash.String(seed, s))
	last := len(x.slots) - 1
	for at = int(hash) & last; ; at = (at + 1) & last {
		if found := x.slots[at]; found.number == 0 || found.hash == hash && x.all[found.number-1] == s {
			return at, hash
		}
	}
}

// find is the number of a string, -1 where it has none.
func (x *index) find(s string) int {
	at, _ := x.look(s)
	return int(x.slots[at].number) - 1
}

// add numbers a string that has no number yet, and gives its number.
func (x *index) add(s string) int {
	at, hash := x.look(s)
	if known := x.slots[at].number; known > 0 {
		return int(known) - 1
	}
	x.all = append(x.all, s)
	x.slots[at] = slot{hash, int32(len(x.all))}
	if 2*len(x.all) >= len(x.slots) {
		x.spread(2 * len(x.all))
	}
	return len(x.all) - 1
}
