package store

import (
	"context"
	"encoding/hex"
	"fmt"
)

// MessageNamed finds a message by the name under which Rows lists it, the first 16 hexadecimal digits of its SHA-256, or by
// more of them; else ErrNotFound.
func (s *Store) MessageNamed(ctx context.Context, name string) (*Message, error) {
	from, err := hex.DecodeString(name)
	if err != nil || len(from) < 8 || len(from) > 32 {
		return nil, fmt.Errorf("message %q: %w", name, ErrNotFound)
	}
	upTo := append(append([]byte{}, from...), make([]byte, 32-len(from))...)
	for i := len(from); i < 32; i++ {
		upTo[i] = 0xFF
	}
	return s.message(ctx, messageQuery+"WHERE m.sha256 >= $1 AND m.sha256 <= $3 ORDER BY m.sha256 LIMIT 1", from, upTo)
}
