package fax

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// FrameKind says what a frame of the child holds.
type FrameKind byte

// What the child tells. A stream ends with FrameEnd; one that ends without it is of a child that died.
const (
	FramePage    FrameKind = 'P' // a page as PNG
	FrameText    FrameKind = 'T' // the text of the last page, as the PDF holds it (UTF-8)
	FrameRead    FrameKind = 'R' // what was read in a picture: a MachineText as JSON
	FrameProblem FrameKind = 'X' // what could not be done, in words
	FrameMissing FrameKind = 'M' // a program that is not installed: a MissingProgram as JSON
	FrameEnd     FrameKind = 'E' // all that could be told has been told
)

// Frame is one thing that the child tells.
type Frame struct {
	Kind FrameKind
	Data []byte
}

// frameHeader is the length of what stands before the data: the kind, and the length of the data as a big-endian number.
const frameHeader = 5

func writeFrame(w io.Writer, kind FrameKind, data []byte) error {
	header := [frameHeader]byte{byte(kind)}
	binary.BigEndian.PutUint32(header[1:], uint32(len(data)))
	if _, err := w.Write(header[:]); err != nil {
		return err
	}
	_, err := w.Write(data)
	return err
}

// Errors of a stream of frames.
var (
	errNoEnd  = errors.New("it ended before it had told all")
	errOutput = errors.New("it told more than is taken")
)

// readFrames gives each frame to each, up to FrameEnd, and takes at most limit bytes in all. Its memory grows with what came, not
// with what a header claims.
func readFrames(r io.Reader, limit int64, each func(Frame) error) error {
	for {
		var header [frameHeader]byte
		if _, err := io.ReadFull(r, header[:]); err != nil {
			return errNoEnd
		}
		kind, size := FrameKind(header[0]), int64(binary.BigEndian.Uint32(header[1:]))
		switch kind {
		case FramePage, FrameText, FrameRead, FrameProblem, FrameMissing:
		case FrameEnd:
			return nil
		default:
			return fmt.Errorf("a frame of the unknown kind %q", byte(kind))
		}
		if limit -= size + frameHeader; limit < 0 {
			return errOutput
		}
		data, err := io.ReadAll(io.LimitReader(r, size))
		if err != nil || int64(len(data)) < size {
			return errNoEnd
		}
		if err := each(Frame{Kind: kind, Data: data}); err != nil {
			return err
		}
	}
}
