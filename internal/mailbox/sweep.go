package mailbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"todoke/internal/desk"
)

// How many messages are asked for their sizes, and are moved, at once.
const (
	sizesAtOnce = 200
	movesAtOnce = 32
)

// sweep takes all messages of the folder, the oldest first. Those that were taken are moved even where a later one fails.
func (s *session) sweep(ctx context.Context) error {
	uids, err := s.search()
	if err != nil {
		return fmt.Errorf("looking for mail: %w", err)
	}
	s.memory.keep(uids)
	for some := range slices.Chunk(uids, sizesAtOnce) {
		sizes, err := s.sizes(some)
		if err != nil {
			return fmt.Errorf("asking for sizes: %w", err)
		}
		for few := range slices.Chunk(some, movesAtOnce) {
			err := s.takeAll(ctx, few, sizes)
			if err = errors.Join(err, s.move(s.memory.waiting(few))); err != nil {
				return err
			}
		}
	}
	s.count.polled(s.now())
	return nil
}

// search lists the folder's messages but those that are marked as deleted. A NOOP before it lets the server look for new ones.
func (s *session) search() ([]imap.UID, error) {
	var uids []imap.UID
	err := s.ask(func() error {
		if err := s.client.Noop().Wait(); err != nil {
			return err
		}
		found, err := s.client.UIDSearch(&imap.SearchCriteria{NotFlag: []imap.Flag{imap.FlagDeleted}}, nil).Wait()
		if err != nil {
			return err
		}
		uids = found.AllUIDs()
		return nil
	})
	slices.Sort(uids)
	return uids, err
}

// sizes asks for the sizes of messages, in bytes. One that somebody else has removed is not in the answer.
func (s *session) sizes(uids []imap.UID) (map[imap.UID]int64, error) {
	sizes := map[imap.UID]int64{}
	err := s.ask(func() error {
		messages, err := s.client.Fetch(imap.UIDSetNum(uids...), &imap.FetchOptions{UID: true, RFC822Size: true}).Collect()
		for _, message := range messages {
			sizes[message.UID] = message.RFC822Size
		}
		return err
	})
	return sizes, err
}

// takeAll takes messages up to the first that fails.
func (s *session) takeAll(ctx context.Context, uids []imap.UID, sizes map[imap.UID]int64) error {
	for _, uid := range uids {
		size, there := sizes[uid]
		switch {
		case !there || s.memory.known(uid):
		case size > s.cfg.MaxBytes:
			s.leave(uid, size)
		default:
			if err := s.take(ctx, uid); err != nil {
				return err
			}
		}
	}
	return nil
}

// take has the inbox keep a message.
func (s *session) take(ctx context.Context, uid imap.UID) error {
	raw, size, err := s.fetch(uid)
	switch {
	case err != nil:
		return fmt.Errorf("fetching message %d: %w", uid, err)
	case size > s.cfg.MaxBytes: // than the server had said
		s.leave(uid, size)
		return nil
	case raw == nil: // removed by somebody else since
		return nil
	}
	receipt, err := s.inbox.Deposit(ctx, &desk.Delivery{Raw: raw, Door: desk.DoorIMAP, Received: s.now(), TLS: s.cfg.Security != None})
	if errors.Is(err, desk.ErrTooLarge) {
		s.leave(uid, size)
		return nil
	}
	if err != nil {
		return fmt.Errorf("the inbox failed: %w", err)
	}
	s.memory.take(uid)
	s.count.took(size, receipt.Known)
	s.log.Info("mail taken in", "delivery", receipt.ID, "known", receipt.Known, "bytes", size, "uid", uid)
	return nil
}

// leave passes a message over that is too large, and says so once.
func (s *session) leave(uid imap.UID, size int64) {
	s.memory.leave(uid)
	s.count.left()
	s.log.Warn("mail left where it is: too large", "uid", uid, "bytes", size, "max_bytes", s.cfg.MaxBytes)
}

// fetch reads a message: its bytes, which are nil where there is none or it is too large, and its size.
func (s *session) fetch(uid imap.UID) (raw []byte, size int64, err error) {
	err = s.ask(func() error {
		command := s.client.Fetch(imap.UIDSetNum(uid), &imap.FetchOptions{
			UID: true, BodySection: []*imap.FetchItemBodySection{{Peek: true}},
		})
		for message := command.Next(); message != nil; message = command.Next() {
			for item := message.Next(); item != nil; item = message.Next() {
				body, ok := item.(imapclient.FetchItemDataBodySection)
				if !ok || body.Literal == nil {
					continue
				}
				if size = body.Literal.Size(); size > s.cfg.MaxBytes {
					continue
				}
				raw = make([]byte, size)
				if _, err := io.ReadFull(body.Literal, raw); err != nil {
					_ = s.conn.Close()
					return err // without command.Close, which would read on while the library does too
				}
			}
		}
		return command.Close()
	})
	if err != nil {
		return nil, 0, err
	}
	return raw, size, nil
}
