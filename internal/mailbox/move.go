package mailbox

import (
	"fmt"

	"github.com/emersion/go-imap/v2"
)

// move moves messages that the inbox has to the folder for what is done.
func (s *session) move(uids []imap.UID) error {
	if len(uids) == 0 {
		return nil
	}
	set := imap.UIDSetNum(uids...)
	how := s.copyAndDelete
	if s.has(imap.CapMove) {
		how = s.moveAtOnce
	}
	if err := how(set); err != nil {
		return fmt.Errorf("moving to %q: %w", s.cfg.Done, err)
	}
	s.memory.moved(uids)
	s.count.moved(len(uids))
	return nil
}

func (s *session) moveAtOnce(set imap.UIDSet) error {
	return s.ask(func() error {
		_, err := s.client.Move(set, s.cfg.Done).Wait()
		return err
	})
}

// copyAndDelete does what MOVE does for servers without it. Each step waits for the one before: nothing is deleted of which there is no
// copy. Without UIDPLUS messages stay, marked as deleted.
func (s *session) copyAndDelete(set imap.UIDSet) error {
	return s.ask(func() error {
		if _, err := s.client.Copy(set, s.cfg.Done).Wait(); err != nil {
			return err
		}
		deleted := &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{imap.FlagDeleted}}
		if err := s.client.Store(set, deleted, nil).Close(); err != nil {
			return err
		}
		if !s.client.Caps().Has(imap.CapUIDPlus) {
			return nil
		}
		return s.client.UIDExpunge(set).Close()
	})
}
