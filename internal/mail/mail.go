// Package mail turns the bytes of any mail into text, parts and header fields.
//
// A mail (RFC 5322) is a header and a body; MIME (RFC 2045 to 2049) makes the body a tree of parts, each
// with a header of its own, a transfer encoding and, for text, a charset. Mail as it really comes breaks
// every rule of these: boundaries are missing or written twice, headers hold junk or raw Japanese, labels
// are misspelt. So [Parse] never fails. It reads what can be read in one pass over the bytes, with a stack
// of the open boundaries, and says in [Message.Problems] what could not be read, was cut at a limit, or was
// read by a guess. Its result depends on nothing but the bytes and the limits.
//
// Beyond MIME it reads encoded words (RFC 2047) also where they split a character, parameters of RFC 2231
// and of mailers that do not know it, format=flowed (RFC 3676), uuencoded files in text, and TNEF
// (winmail.dat). HTML becomes text that keeps its links. [Segments] tells apart what in a text is new,
// quoted, forwarded or signature. [SplitMbox] and [OpenPath] read mbox files (RFC 4155) and Maildir.
//
// Encrypted and signed mail (RFC 3156, S/MIME) is left as its parts.
package mail

// Limits bound what one mail may cost. A zero field means its default.
type Limits struct {
	Size       int64 // bytes of the mail; more is cut off
	Depth      int   // how deep parts may nest
	Parts      int   // parts in all, containers included
	HeaderSize int64 // bytes of one header block; fields behind are not read
	Fields     int   // header fields in all
	Decoded    int64 // bytes held beyond the mail itself for decoded bodies
	Text       int64 // bytes of bodies that are turned into text; a text takes at most 3 times that
}

// DefaultLimits are the limits of the design. Decoded and Text are chosen so that a mail of 50 MiB costs
// less than 64 MiB beyond its own size: base64 of that size decodes to 37 MiB, and only what was encoded
// several times over is cut.
func DefaultLimits() Limits {
	return Limits{
		Size:       50 << 20,
		Depth:      50,
		Parts:      2000,
		HeaderSize: 1 << 20,
		Fields:     50_000,
		Decoded:    38 << 20,
		Text:       8 << 20,
	}
}

func (l Limits) withDefaults() Limits {
	d := DefaultLimits()
	set := func(v *int64, def int64) {
		if *v <= 0 {
			*v = def
		}
	}
	set(&l.Size, d.Size)
	set(&l.HeaderSize, d.HeaderSize)
	set(&l.Decoded, d.Decoded)
	set(&l.Text, d.Text)
	if l.Depth <= 0 {
		l.Depth = d.Depth
	}
	if l.Parts <= 0 {
		l.Parts = d.Parts
	}
	if l.Fields <= 0 {
		l.Fields = d.Fields
	}
	return l
}

// Message is a mail as read.
type Message struct {
	Header   Header  // the header at the top
	Root     *Part   // never nil
	Parts    []*Part // leaves and containers, depth first in order, also inside message/rfc822
	Problems []Problem
}

// Problem is one thing that could not be read, was cut, or was read by a guess.
type Problem struct {
	Part    string // path of the part; that of the root for the mail as a whole
	Problem string // one plain English phrase, "charset label missing; read as shift_jis"
}

// Part is one node of the MIME tree.
type Part struct {
	// Path is the section number of IMAP (RFC 3501, 6.4.5): "1", "2.1". A multipart at the top of a message,
	// which has no number there, is "TEXT" or "2.TEXT".
	Path string
	// Type is the media type that the part was read as, in lower case: "text/plain".
	Type string
	// Declared is the value of Content-Type as written, "" where there is none.
	Declared string
	// Params are the parameters of Content-Type, decoded.
	Params Params
	// Charset is the canonical name of the charset that Text was decoded from, "" where there is no text.
	Charset string
	// Name is the file name, "" where the part has none.
	Name        string
	Disposition string // "inline", "attachment", "" where not said
	ContentID   string // without angle brackets
	Header      Header // of the part; for the root of a message, the header of that message
	// Raw is the body as it stands in the mail, before transfer decoding; of a container, all of its parts.
	Raw []byte
	// Body is the transfer-decoded body of a leaf (or of a message/rfc822 that was encoded). It shares memory
	// with the mail where nothing needed decoding.
	Body []byte
	// Text is the UTF-8 text of a part that is text, with lines ended by \n and without control characters
	// other than \n and \t; "" for others. HTML is turned into text.
	Text  string
	HTML  bool
	Links []Link // of HTML, in order
	// Children are the parts of a multipart, the root of a message/rfc822, the contents of TNEF, and the
	// uuencoded files of a text.
	Children []*Part
	Embedded bool // stands inside a message/rfc822
	// Alternative is the number, from 1, of the innermost multipart/alternative that the part stands in; 0
	// for none.
	Alternative int
	// Lesser marks a part that says the same as another of its multipart/alternative, which reads better as
	// text. Its links may still be of interest.
	Lesser bool

	top bool // the root of a message
}

// Link is a link of an HTML text: what is shown and where it leads.
type Link struct {
	Text, URL string
}

// IsAttachment tells whether the part is a file that came along rather than text to be read with the mail.
func (p *Part) IsAttachment() bool {
	return p.Disposition == "attachment" || p.Name != "" && !p.isText()
}

func (p *Part) isText() bool { return hasPrefixFold(p.Type, "text/") }

// BodyParts are the parts that a person reads as the mail itself, in order: texts that are no attachments,
// no lesser alternatives, and not inside a forwarded message.
func (m *Message) BodyParts() []*Part {
	var parts []*Part
	for _, p := range m.Parts {
		if p.Text != "" && !p.Lesser && !p.Embedded && !p.IsAttachment() {
			parts = append(parts, p)
		}
	}
	return parts
}

// TextParts are all parts with text worth reading, in order: as BodyParts, with attachments and the texts of
// embedded messages.
func (m *Message) TextParts() []*Part {
	var parts []*Part
	for _, p := range m.Parts {
		if p.Text != "" && !p.Lesser {
			parts = append(parts, p)
		}
	}
	return parts
}

// BodyText is the text of BodyParts, one after the other.
func (m *Message) BodyText() string {
	parts := m.BodyParts()
	if len(parts) == 1 {
		return parts[0].Text
	}
	n := 0
	for _, p := range parts {
		n += len(p.Text) + 1
	}
	text := make([]byte, 0, n)
	for _, p := range parts {
		text = append(text, p.Text...)
		if text[len(text)-1] != '\n' {
			text = append(text, '\n')
		}
	}
	return string(text)
}
