package tnef

import (
	"encoding/binary"
	"errors"
	"strings"

	"todoke/internal/mail/charset"
)

// Property identifiers (MS-OXPROPS).
const (
	propSubject      = 0x0037
	propBody         = 0x1000
	propRTF          = 0x1009
	propHTML         = 0x1013
	propDisplayName  = 0x3001
	propAttachData   = 0x3701
	propAttachName   = 0x3704
	propAttachLong   = 0x3707
	propAttachTag    = 0x370E
	propAttachID     = 0x3712
	propInternetCode = 0x3FDE
)

// Property types (MS-OXCDATA, 2.11.1).
const (
	typeString8 = 0x001E
	typeUnicode = 0x001F
	typeObject  = 0x000D
	typeBinary  = 0x0102
	multiValued = 0x1000
)

// property is one MAPI property: the first of its values.
type property struct {
	id, kind uint16
	value    []byte
}

var errShort = errors.New("the stream ends early")

// properties calls use for each property of an attMAPIProps attribute (MS-OXTNEF, 2.1.3.4).
func properties(data []byte, use func(property)) error {
	c := cursor{data: data}
	for n := c.uint32(); n > 0 && c.ok() && len(c.data) > 0; n-- {
		p := property{kind: c.uint16(), id: c.uint16()}
		if p.id >= 0x8000 {
			c.skipName()
		}
		values := uint32(1)
		multi := p.kind&multiValued != 0
		p.kind &^= multiValued
		size := fixedSize(p.kind)
		if multi || size == 0 {
			values = c.uint32()
		}
		for i := uint32(0); i < values && c.ok(); i++ {
			var value []byte
			if size > 0 {
				value = c.padded(size)
			} else {
				value = c.padded(int64(c.uint32()))
			}
			if i == 0 {
				p.value = value
			}
		}
		if !c.ok() {
			return errShort
		}
		use(p)
	}
	return nil
}

// fixedSize is the size of a value of that type in bytes, 0 where each value tells its own. An unknown type
// counts as such, as nothing else could be read behind it.
func fixedSize(kind uint16) int64 {
	switch kind {
	case 0x0002, 0x0003, 0x0004, 0x000A, 0x000B:
		return 4
	case 0x0005, 0x0006, 0x0007, 0x0014, 0x0040:
		return 8
	case 0x0048:
		return 16
	}
	return 0
}

func (r *reader) messageProperty(m *Message, p property) {
	switch p.id {
	case propInternetCode:
		if len(p.value) >= 4 && m.Charset == "" {
			m.Charset = codepage(binary.LittleEndian.Uint32(p.value))
		}
	case propSubject:
		m.Subject = m.propertyText(p)
	case propBody:
		if p.kind == typeUnicode {
			m.Text = []byte(m.propertyText(p))
			m.Charset = charset.UTF8
		} else if len(m.Text) == 0 {
			m.Text = trimNUL(p.value)
		}
	case propHTML:
		m.HTML = trimNUL(p.value)
	case propRTF:
		rtf, err := decompressRTF(p.value, r.lim.RTF)
		if err == nil || len(rtf) > 0 {
			m.RTF = rtf
			r.lim.RTF -= int64(cap(rtf))
		}
	}
}

func (r *reader) attachmentProperty(m *Message, a *Attachment, p property, depth int) {
	switch p.id {
	case propAttachLong:
		a.Name = m.propertyText(p)
	case propAttachName, propDisplayName:
		if a.Name == "" {
			a.Name = m.propertyText(p)
		}
	case propAttachTag:
		a.MediaType = strings.ToLower(m.propertyText(p))
	case propAttachID:
		a.ContentID = strings.Trim(m.propertyText(p), "<>")
	case propAttachData:
		r.attachmentData(a, p, depth)
	}
}

// attachmentData takes the content of an attachment. An object begins with the identifier of its interface;
// that of IMessage (MS-OXTNEF, 2.1.3.4.1) has another stream behind it.
func (r *reader) attachmentData(a *Attachment, p property, depth int) {
	if p.kind != typeObject || len(p.value) < 16 {
		a.Data = p.value
		return
	}
	a.Data = p.value[16:]
	if len(a.Data) < 4 || binary.LittleEndian.Uint32(a.Data) != signature || depth >= r.lim.Depth {
		return
	}
	// What the inner stream has before a break is worth as much as a whole one; the raw bytes are kept as well.
	a.Embedded, _ = r.message(a.Data, depth+1)
}

// propertyText decodes a property that is text.
func (m *Message) propertyText(p property) string {
	if p.kind == typeUnicode {
		text, _ := charset.Append(nil, p.value[:len(p.value)&^1], charset.UTF16LE)
		return strings.TrimRight(string(text), "\x00")
	}
	return m.text(p.value)
}

// cursor reads little-endian numbers off the front of data. Reading past its end makes it fail for good.
type cursor struct {
	data []byte
	bad  bool
}

func (c *cursor) ok() bool { return !c.bad }

// bytes takes n bytes; all that is left, and failure, where there are fewer.
func (c *cursor) bytes(n int64) []byte {
	if n > int64(len(c.data)) {
		n = int64(len(c.data))
		c.bad = true
	}
	b := c.data[:n:n]
	c.data = c.data[n:]
	return b
}

// padded takes n bytes and the padding to a multiple of four behind them, which the last value may lack.
func (c *cursor) padded(n int64) []byte {
	b := c.bytes(n)
	c.data = c.data[min((4-n%4)%4, int64(len(c.data))):]
	return b
}

func (c *cursor) uint8() byte {
	if b := c.bytes(1); len(b) == 1 {
		return b[0]
	}
	return 0
}

func (c *cursor) uint16() uint16 {
	if b := c.bytes(2); len(b) == 2 {
		return binary.LittleEndian.Uint16(b)
	}
	return 0
}

func (c *cursor) uint32() uint32 {
	if b := c.bytes(4); len(b) == 4 {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

// skipName skips the name of a named property: its namespace, and a number or a string.
func (c *cursor) skipName() {
	c.bytes(16)
	if c.uint32() == 0 {
		c.uint32()
		return
	}
	c.padded(int64(c.uint32()))
}
