package smtpd

import (
	"bufio"
	"errors"
	"io"
)

// dotReader reads message data: the lines behind DATA up to one that is a single dot, with the dot removed that a client puts
// before each line that begins with one (RFC 5321, section 4.5.2). A line ends with CRLF and with nothing else: a bare carriage
// return or line feed is a byte like any other, and what looks like an end of data around one is not taken for it.
type dotReader struct {
	r      *bufio.Reader
	inside bool // of a line: what comes next is not its beginning
	cr     bool // the last byte was a carriage return
}

// next returns the next bytes of the message, good until the next call, and io.EOF when the data has ended.
func (d *dotReader) next() ([]byte, error) {
	block, err := d.r.ReadSlice('\n') // a whole line, or as much of it as the buffer holds
	if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return nil, err
	}
	begins := !d.inside
	if begins && len(block) == 3 && block[0] == '.' && block[1] == '\r' && block[2] == '\n' {
		return nil, io.EOF
	}
	d.inside = !d.endsLine(block)
	d.cr = block[len(block)-1] == '\r'
	if begins && block[0] == '.' {
		block = block[1:]
	}
	return block, nil
}

// endsLine tells whether block, with the carriage return that may stand before it, ends with CRLF.
func (d *dotReader) endsLine(block []byte) bool {
	n := len(block)
	if block[n-1] != '\n' {
		return false
	}
	if n == 1 {
		return d.cr
	}
	return block[n-2] == '\r'
}
