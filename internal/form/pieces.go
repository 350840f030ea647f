package form

import (
	"bytes"
	"errors"
	"io"
)

// pieces is what was read, in pieces of one length (the last may be shorter), so that nothing is copied as it grows and memory
// is as much as was taken of the room.
type pieces [][]byte

// The lengths of pieces. Those of files are whole lines of base64, so that each is encoded by itself.
const (
	textPiece = 4 << 10
	filePiece = 1150 * lineLen
)

// size is the number of bytes.
func (p pieces) size() int64 {
	n := 0
	for _, piece := range p {
		n += len(piece)
	}
	return int64(n)
}

// join is all in one.
func (p pieces) join() []byte { return bytes.Join(p, nil) }

// errTooLong ends what is longer than may be, errNoRoom what finds no room.
var (
	errTooLong = errors.New("longer than may be")
	errNoRoom  = errors.New("no room for the body")
)

// readPieces reads a part of a body to its end, in pieces of the length. With errTooLong there is what fits into the limit, with
// errNoRoom nothing; the rest of the part has then been read and forgotten.
func readPieces(part io.Reader, limit int64, length int, room *held) (pieces, error) {
	var p pieces
	left := limit
	for {
		if !room.take(int64(length)) {
			return nil, rest(part, errNoRoom)
		}
		piece := make([]byte, length)
		n, end, err := fill(part, piece)
		if err != nil {
			return nil, err
		}
		if int64(n) > left {
			return append(p, piece[:left]), rest(part, errTooLong)
		}
		left -= int64(n)
		if n < length/2 {
			piece = bytes.Clone(piece[:n])
		}
		if n > 0 {
			p = append(p, piece[:n])
		}
		if end {
			return p, nil
		}
	}
}

// fill reads until the piece is full or the part has ended.
func fill(part io.Reader, piece []byte) (n int, end bool, err error) {
	for n < len(piece) {
		m, err := part.Read(piece[n:])
		n += m
		if errors.Is(err, io.EOF) {
			return n, true, nil
		}
		if err != nil {
			return n, false, err
		}
	}
	return n, false, nil
}

// rest reads what is left of a part and gives the reason why it is not kept, or why it could not be read.
func rest(part io.Reader, why error) error {
	if _, err := io.Copy(io.Discard, part); err != nil {
		return err
	}
	return why
}
