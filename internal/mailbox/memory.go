package mailbox

import (
	"slices"

	"github.com/emersion/go-imap/v2"
)

// memory is what is remembered of messages in the folder, from one session to the next.
type memory struct {
	validity uint32            // UIDVALIDITY of the folder, 0 before it is known
	fate     map[imap.UID]fate // of messages that are not to be fetched again
}

type fate int

const (
	tooLarge  fate = iota + 1 // it stays where it is
	deposited                 // it is to be moved
)

// expect begins a session with a folder. Another UIDVALIDITY makes all UIDs mean something else.
func (m *memory) expect(validity uint32) {
	if m.validity != validity || m.fate == nil {
		m.validity, m.fate = validity, map[imap.UID]fate{}
	}
}

// keep forgets messages that are not in the folder any more. uids are sorted.
func (m *memory) keep(uids []imap.UID) {
	for uid := range m.fate {
		if _, there := slices.BinarySearch(uids, uid); !there {
			delete(m.fate, uid)
		}
	}
}

// known tells whether a message is not to be fetched again.
func (m *memory) known(uid imap.UID) bool { return m.fate[uid] != 0 }

func (m *memory) leave(uid imap.UID) { m.fate[uid] = tooLarge }

func (m *memory) take(uid imap.UID) { m.fate[uid] = deposited }

// waiting are those messages of uids that are to be moved.
func (m *memory) waiting(uids []imap.UID) (waiting []imap.UID) {
	for _, uid := range uids {
		if m.fate[uid] == deposited {
			waiting = append(waiting, uid)
		}
	}
	return waiting
}

// moved forgets messages that have left the folder.
func (m *memory) moved(uids []imap.UID) {
	for _, uid := range uids {
		delete(m.fate, uid)
	}
}
