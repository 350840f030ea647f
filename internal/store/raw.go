package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/klauspost/compress/zstd"
)

// pieceSize is how many bytes of a message are compressed into one row. The drivers and databases hold a row several times
// over on its way, so this, and not the length of a mail, decides what memory writing and reading take.
const pieceSize = 1 << 20

var (
	encoder, _ = zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithLowerEncoderMem(true), zstd.WithWindowSize(pieceSize))
	decoder, _ = zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxMemory(1<<30))
)

func compress(data []byte) []byte { return encoder.EncodeAll(data, make([]byte, 0, len(data)/2+64)) }

// firstPiece cuts the bytes of a message in two: what stands in its row of "body", and the rest, which is nil for a short one,
// as an empty slice would hold it too.
func firstPiece(raw []byte) (first, rest []byte) {
	if len(raw) <= pieceSize {
		return raw, nil
	}
	return raw[:pieceSize], raw[pieceSize:]
}

// Raw returns the bytes of a message as they came, by their digest; else ErrNotFound.
func (s *Store) Raw(ctx context.Context, sum [32]byte) ([]byte, error) {
	var raw []byte
	err := s.read(ctx, func(t tx) (err error) {
		raw, err = t.raw(ctx, sum)
		return err
	})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("message: %w", ErrNotFound)
	}
	if err != nil {
		return nil, fmt.Errorf("reading raw bytes: %w", err)
	}
	return raw, nil
}

func (t tx) raw(ctx context.Context, sum [32]byte) ([]byte, error) {
	var message, size int64
	var packed []byte
	err := t.QueryRowContext(ctx, "SELECT m.id, m.size, b.raw FROM message m JOIN body b ON b.message = m.id WHERE m.sha256 = $1", sum[:]).
		Scan(&message, &size, &packed)
	if err != nil {
		return nil, err
	}
	raw, err := decoder.DecodeAll(packed, make([]byte, 0, size))
	if err != nil {
		return nil, err
	}
	return t.pieces(ctx, "body_rest", "message", message, raw)
}
