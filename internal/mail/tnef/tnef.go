// Package tnef reads the Transport Neutral Encapsulation Format (MS-OXTNEF), the "winmail.dat" in which
// Outlook wraps what a mail is made of: its text, as plain text, HTML or compressed RTF (MS-OXRTFCP), and its
// attachments.
//
// Readers of this format have a history of holes, all of them of memory: lengths believed, buffers overrun.
// This one is safe to run beside keys for three reasons: it is Go without unsafe, so that a wrong length is an
// error and not an overrun; it walks a slice that is there already and copies nothing of it, so that no length
// in the file makes it allocate; and what it does allocate, the unpacked RTF, is bounded by the caller.
package tnef

import (
	"encoding/binary"
	"errors"
	"fmt"

	"todoke/internal/mail/charset"
)

// Message is what a TNEF stream holds. The bytes share memory with the stream, RTF excepted.
type Message struct {
	Subject     string
	Class       string // message class, "IPM.Note"
	Text        []byte // plain text in Charset
	HTML        []byte // in Charset unless it declares another
	RTF         []byte // unpacked
	Charset     string // canonical name, "" where the stream does not say
	Attachments []Attachment
}

// Attachment is a file, or a mail where Embedded is set.
type Attachment struct {
	Name      string
	MediaType string // as the sender said, "" where not
	ContentID string
	Data      []byte
	Embedded  *Message
}

// Limits bound what a stream may cost.
type Limits struct {
	Attachments int   // in all, those of embedded messages included
	Depth       int   // of embedded messages
	RTF         int64 // bytes of unpacked RTF in all
}

// ErrFormat is returned for bytes that are no TNEF.
var ErrFormat = errors.New("not TNEF")

const signature = 0x223E9F78

// Attribute identifiers (MS-OXTNEF, 2.1.3.2) with their types.
const (
	attrFrom         = 0x00008000
	attrSubject      = 0x00018004
	attrClass        = 0x00078008
	attrBody         = 0x0002800C
	attrAttachData   = 0x0006800F
	attrAttachTitle  = 0x00018010
	attrAttachRender = 0x00069002
	attrProps        = 0x00069003
	attrAttachProps  = 0x00069005
	attrCodepage     = 0x00069007
)

// Parse reads a stream. Where it is broken it returns what stood before the break together with an error.
func Parse(data []byte, lim Limits) (*Message, error) {
	r := &reader{lim: lim}
	return r.message(data, 0)
}

// reader is what may still be spent.
type reader struct {
	lim Limits
}

// message reads one stream at the given depth of embedding.
func (r *reader) message(data []byte, depth int) (*Message, error) {
	m := &Message{}
	c := cursor{data: data}
	if c.uint32() != signature || !c.ok() {
		return m, ErrFormat
	}
	c.uint16() // key, of no use
	var current *Attachment
	for len(c.data) > 0 {
		if level := c.uint8(); level != 1 && level != 2 {
			return m, errors.New("bytes behind the last attribute") // mailing software pads the stream
		}
		id := c.uint32()
		value := c.bytes(int64(c.uint32()))
		if !c.ok() {
			return m, fmt.Errorf("reading attribute %#x: %w", id, errShort)
		}
		c.uint16() // checksum, often wrong
		if id == attrAttachRender {
			if r.lim.Attachments <= 0 {
				return m, errors.New("too many attachments")
			}
			r.lim.Attachments--
			m.Attachments = append(m.Attachments, Attachment{})
			current = &m.Attachments[len(m.Attachments)-1]
			continue
		}
		if err := r.attribute(m, current, id, value, depth); err != nil {
			return m, fmt.Errorf("reading attribute %#x: %w", id, err)
		}
	}
	return m, nil
}

// attribute takes one attribute into the message or the attachment in hand.
func (r *reader) attribute(m *Message, a *Attachment, id uint32, value []byte, depth int) error {
	switch id {
	case attrCodepage:
		if len(value) >= 4 {
			m.Charset = codepage(binary.LittleEndian.Uint32(value))
		}
	case attrSubject:
		m.Subject = m.text(value)
	case attrClass:
		m.Class = m.text(value)
	case attrBody:
		m.Text = trimNUL(value)
	case attrProps:
		return properties(value, func(p property) { r.messageProperty(m, p) })
	}
	if a == nil {
		return nil
	}
	switch id {
	case attrAttachTitle:
		if a.Name == "" {
			a.Name = m.text(value)
		}
	case attrAttachData:
		a.Data = value
	case attrAttachProps:
		return properties(value, func(p property) { r.attachmentProperty(m, a, p, depth) })
	}
	return nil
}

// text decodes a string of the stream's codepage.
func (m *Message) text(value []byte) string {
	return charset.ToUTF8(trimNUL(value), m.Charset).Text
}

func trimNUL(b []byte) []byte {
	for len(b) > 0 && b[len(b)-1] == 0 {
		b = b[:len(b)-1]
	}
	return b
}

// codepage names a Windows codepage.
func codepage(n uint32) string {
	name, _ := charset.Canonical(fmt.Sprintf("cp%d", n))
	return name
}
