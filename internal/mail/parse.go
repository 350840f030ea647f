package mail

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"todoke/internal/mail/charset"
)

// Parse reads a mail. It never fails; what it could not read stands in Problems. The result shares memory
// with raw, which must not be changed afterwards.
func Parse(raw []byte, lim Limits) *Message {
	lim = lim.withDefaults()
	r := &reader{lim: lim, msg: &Message{}, decoded: lim.Decoded, text: lim.Text, fields: lim.Fields}
	root := &Part{}
	r.msg.Root = root
	if int64(len(raw)) > lim.Size {
		raw = raw[:lim.Size]
		r.problem(root, "longer than "+strconv.FormatInt(lim.Size, 10)+" bytes; the rest was not read")
	}
	raw = r.asBytesOfLines(root, raw)
	r.rescan = 4 * int64(len(raw))
	r.message(&cursor{raw: raw}, root, "", 0)
	r.msg.Header = root.Header
	r.finish()
	return r.msg
}

// reader is the state of reading one mail: what it has found and what it may still spend.
type reader struct {
	lim          Limits
	msg          *Message
	decoded      int64 // bytes left for decoded bodies
	text         int64 // bytes left to be turned into text
	fields       int   // header fields left
	rescan       int64 // bytes that may be read a second time, after a boundary turned out wrong
	alternatives int   // numbers given to multipart/alternative
	partsCut     bool
	problemOf    []*Part // the part of each problem
}

// cursor is a place in the bytes of a mail, or of a message that was encoded inside one.
type cursor struct {
	raw  []byte
	pos  int
	open []string // boundaries of the open multiparts, outermost first
}

// delimiter is a boundary line met: which of the open boundaries it is, and whether it is the closing one.
// At the end of the bytes index is -1.
type delimiter struct {
	index   int
	closing bool
}

var atEnd = delimiter{index: -1}

const maxProblems = 500

// problem notes a problem of p. Its path is filled in at the end, as that of a part can still change.
func (r *reader) problem(p *Part, text string) {
	if len(r.msg.Problems) < maxProblems {
		r.msg.Problems = append(r.msg.Problems, Problem{Problem: text})
		r.problemOf = append(r.problemOf, p)
	}
}

// asBytesOfLines makes of a file that is not bytes of lines ended by LF one that is: UTF-16 as Windows saves
// it, and line ends of a lone CR.
func (r *reader) asBytesOfLines(root *Part, raw []byte) []byte {
	if len(raw) >= 2 && (raw[0] == 0xFF && raw[1] == 0xFE || raw[0] == 0xFE && raw[1] == 0xFF) {
		raw = raw[:min(int64(len(raw)), r.decoded/2)]
		raw, _ = charset.Append(make([]byte, 0, len(raw)*3/2+4), raw, charset.UTF16LE)
		r.decoded -= int64(len(raw))
		r.problem(root, "the whole mail is in UTF-16")
	}
	raw = bytes.TrimPrefix(raw, []byte("\xEF\xBB\xBF"))
	if bytes.IndexByte(raw, '\n') < 0 && bytes.IndexByte(raw, '\r') >= 0 {
		raw = bytes.ReplaceAll(raw[:min(int64(len(raw)), r.decoded)], []byte("\r"), []byte("\n"))
		r.decoded -= int64(len(raw))
		r.problem(root, "lines end in a lone CR")
	}
	return raw
}

// finish gives every problem its part, and every header the charset of the mail's text for raw 8-bit values.
func (r *reader) finish() {
	for i, p := range r.problemOf {
		r.msg.Problems[i].Part = p.Path
	}
	hint := ""
	for _, p := range r.msg.Parts {
		if p.Text != "" && p.Charset != charset.ASCII && p.Charset != "" {
			hint = p.Charset
			break
		}
	}
	for _, p := range r.msg.Parts {
		p.Header.hint = hint
	}
	r.msg.Header.hint = hint
	for _, f := range r.msg.Header.fields {
		if value := strings.TrimSpace(f.value); !isPlainASCII(value) && len(r.msg.Problems) < maxProblems {
			r.msg.Problems = append(r.msg.Problems, Problem{r.msg.Root.Path, f.name + " not encoded; read as " + rawCharset([]byte(value), hint)})
		}
	}
}

// message reads a message (header and body) at the cursor into its root part. path is the number of the
// message/rfc822 that it stands in, "" at the top.
func (r *reader) message(c *cursor, p *Part, path string, depth int) delimiter {
	c.skipEnvelope()
	p.top = true
	p.Path = section(path, "1")
	r.msg.Parts = append(r.msg.Parts, p)
	start := c.pos
	hit := r.entity(c, p, path, depth, "text/plain")
	if p.Header.Len() == 0 && start < len(c.raw) {
		r.problem(p, "no header")
	}
	return hit
}

// setType makes p a part of that type. A multipart at the top of a message has no section number.
func (p *Part) setType(mediaType, path string) {
	p.Type = mediaType
	switch {
	case p.top && isMultipart(p):
		p.Path = section(path, "TEXT")
	case p.top:
		p.Path = section(path, "1")
	}
}

// section is the number of the part called name inside path.
func section(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

func isMultipart(p *Part) bool { return strings.HasPrefix(p.Type, "multipart/") }

// skipEnvelope goes past what may stand before a header: empty lines and the From_ line of an mbox.
func (c *cursor) skipEnvelope() {
	for c.pos < len(c.raw) {
		line, next := nextLine(c.raw, c.pos)
		if len(line) != 0 && !bytes.HasPrefix(line, []byte("From ")) && !bytes.HasPrefix(line, []byte(">From ")) {
			return
		}
		if c.isDelimiter(line).index >= 0 {
			return
		}
		c.pos = next
	}
}

// entity reads header and body of a part at the cursor, up to the delimiter that ends it. path is the prefix
// for the numbers of its children.
func (r *reader) entity(c *cursor, p *Part, path string, depth int, defaultType string) delimiter {
	p.Header = r.header(c, p)
	r.describe(p, path, defaultType)
	bodyStart := c.pos
	enc, ok := parseTransferEncoding(p.Header.Raw("Content-Transfer-Encoding"))
	if !ok {
		r.problem(p, "transfer encoding "+quote(p.Header.Raw("Content-Transfer-Encoding"))+" unknown; read as not encoded")
	}
	r.undeclaredMultipart(c, p, path, enc)
	if hit, ok := r.container(c, p, path, depth, enc); ok {
		p.Raw = c.raw[bodyStart:c.pos]
		return hit
	}
	body, hit := c.body()
	p.Raw = body
	r.leaf(p, enc, depth)
	return hit
}

// undeclaredMultipart makes p a multipart where its body begins as one without its header saying so, or without
// the boundary.
func (r *reader) undeclaredMultipart(c *cursor, p *Part, path string, enc transferEncoding) {
	lacksBoundary := p.Type == "multipart/mixed" && p.Params.Get("boundary") == ""
	if !lacksBoundary && (p.Type != "text/plain" || enc != encIdentity) {
		return
	}
	b := sniffBoundary(c.raw[c.pos:])
	if b == "" || c.isDelimiter([]byte("--"+b)).index >= 0 {
		return
	}
	r.problem(p, "boundary not declared; taken from the body")
	p.setType("multipart/mixed", path)
	p.Params = append(p.Params, Param{"boundary", b})
}

// container reads the parts of p where it is a multipart, or the message in it; ok is false where it is to be read
// as a leaf.
func (r *reader) container(c *cursor, p *Part, path string, depth int, enc transferEncoding) (hit delimiter, ok bool) {
	switch {
	case !isMultipart(p) && !isMessage(p.Type):
		return hit, false
	case depth >= r.lim.Depth:
		r.problem(p, "nested deeper than "+strconv.Itoa(r.lim.Depth)+"; not read further")
		return hit, false
	case isMultipart(p):
		return r.multipart(c, p, path, depth, enc)
	case enc == encIdentity:
		return r.embed(c, p, depth), true
	}
	return hit, false
}

func isMessage(mediaType string) bool {
	return mediaType == "message/rfc822" || mediaType == "message/global" || mediaType == "message/news"
}

// embed reads the message inside the message/rfc822 p at the cursor.
func (r *reader) embed(c *cursor, p *Part, depth int) delimiter {
	child := r.child(p)
	if child == nil {
		_, hit := c.body()
		return hit
	}
	child.Embedded = true
	return r.message(c, child, p.Path, depth+1)
}

// child makes a new part below p; nil where there are too many.
func (r *reader) child(p *Part) *Part {
	if len(r.msg.Parts) >= r.lim.Parts {
		if !r.partsCut {
			r.partsCut = true
			r.problem(r.msg.Root, "more than "+strconv.Itoa(r.lim.Parts)+" parts; the others were not read")
		}
		return nil
	}
	child := &Part{Embedded: p.Embedded, Alternative: p.Alternative}
	p.Children = append(p.Children, child)
	return child
}

// multipart reads the parts of p. ok is false where it turned out that p has none to be read here; the
// cursor then stands again where the body begins.
func (r *reader) multipart(c *cursor, p *Part, path string, depth int, enc transferEncoding) (hit delimiter, ok bool) {
	start := c.pos
	boundary := strings.TrimRight(p.Params.Get("boundary"), " \t")
	if boundary == "" {
		r.problem(p, "no boundary; read as text")
		p.setType("text/plain", path)
		return hit, false
	}
	hit, found := r.parts(c, p, path, depth, boundary)
	if found {
		return hit, true
	}
	end := c.pos
	c.pos = start
	if enc != encIdentity { // encoded against RFC 2045, 6.4
		return r.encodedMultipart(c, p, path, depth, boundary, enc)
	}
	if b := findBoundary(c.raw[start:end]); b != "" && r.rescan >= int64(end-start) {
		r.rescan -= int64(end - start)
		r.problem(p, "the declared boundary does not occur; another was taken from the body")
		if hit, found = r.parts(c, p, path, depth, b); found {
			return hit, true
		}
		c.pos = start
	}
	r.problem(p, "the boundary does not occur; read as text")
	p.setType("text/plain", path)
	return hit, false
}

// encodedMultipart reads a multipart whose body as a whole is in base64 or quoted-printable.
func (r *reader) encodedMultipart(c *cursor, p *Part, path string, depth int, boundary string, enc transferEncoding) (delimiter, bool) {
	body, hit := c.body()
	data := r.decode(p, body, enc)
	inner := &cursor{raw: data}
	if _, found := r.parts(inner, p, path, depth, boundary); found {
		r.problem(p, "the multipart is encoded as a whole")
		return hit, true
	}
	r.problem(p, "the boundary does not occur; read as text")
	p.setType("text/plain", path)
	p.Raw = body
	r.leaf(p, enc, depth)
	return hit, true
}

// parts reads the parts of p between the delimiters of boundary, up to a delimiter of an outer multipart.
// found is false where there is no delimiter of it at all.
func (r *reader) parts(c *cursor, p *Part, path string, depth int, boundary string) (hit delimiter, found bool) {
	own := len(c.open)
	c.open = append(c.open, boundary)
	_, hit = c.body()
	found = hit.index == own
	if p.Type == "multipart/alternative" {
		r.alternatives++
		p.Alternative = r.alternatives
	}
	closed := false
	for n := len(p.Children) + 1; hit.index == own; {
		if hit.closing {
			// Behind the closing delimiter stands an epilogue, or what a mailer wrote on regardless, unless an
			// outer multipart has the same boundary.
			closed = true
			if slices.Contains(c.open[:own], boundary) {
				c.open = c.open[:own]
			}
			_, hit = c.body()
			continue
		}
		child := r.child(p)
		if child == nil {
			_, hit = c.body()
			continue
		}
		child.Path = section(path, strconv.Itoa(n))
		r.msg.Parts = append(r.msg.Parts, child)
		hit = r.entity(c, child, child.Path, depth+1, defaultType(p))
		n++
	}
	c.open = c.open[:own]
	if found && !closed {
		r.problem(p, "the closing boundary is missing")
	}
	if p.Type == "multipart/alternative" {
		markLesser(p)
	}
	return hit, found
}

// defaultType is the type of the parts of p that do not say theirs (RFC 2046, 5.1.5).
func defaultType(p *Part) string {
	if p.Type == "multipart/digest" {
		return "message/rfc822"
	}
	return "text/plain"
}

// body goes to the next delimiter and gives what stood before it, without the line end that belongs to the
// delimiter (RFC 2046, 5.1.1).
func (c *cursor) body() ([]byte, delimiter) {
	start := c.pos
	if len(c.open) == 0 {
		c.pos = len(c.raw)
		return c.raw[start:], atEnd
	}
	for at := start; at < len(c.raw); {
		if !bytes.HasPrefix(c.raw[at:], []byte("--")) {
			i := bytes.Index(c.raw[at:], []byte("\n--"))
			if i < 0 {
				break
			}
			at += i + 1
		}
		line, next := nextLine(c.raw, at)
		if hit := c.isDelimiter(line); hit.index >= 0 {
			c.pos = next
			return c.raw[start:lineEndBefore(c.raw, start, at)], hit
		}
		at = max(at+2, next-1)
	}
	c.pos = len(c.raw)
	return c.raw[start:], atEnd
}

// lineEndBefore is the end of the text in b[start:at] without its last line end.
func lineEndBefore(b []byte, start, at int) int {
	if at > start && b[at-1] == '\n' {
		at--
		if at > start && b[at-1] == '\r' {
			at--
		}
	}
	return at
}

// isDelimiter tells which open boundary line is a delimiter of, the innermost first.
func (c *cursor) isDelimiter(line []byte) delimiter {
	if len(line) < 3 || line[0] != '-' || line[1] != '-' || len(c.open) == 0 {
		return atEnd
	}
	for i := len(c.open) - 1; i >= 0; i-- {
		b := c.open[i]
		if len(line) < len(b)+2 || string(line[2:2+len(b)]) != b {
			continue
		}
		if closing, ok := delimiterTail(line[2+len(b):], len(b)); ok {
			return delimiter{index: i, closing: closing}
		}
	}
	return atEnd
}

// minTailed is the length from which a boundary may have text behind it in its line.
const minTailed = 6

// delimiterTail judges what stands behind a boundary of n bytes in its line: nothing or "--", with white space,
// and then junk, which RFC 2046, 5.1.1 lets be. Other text makes it another, longer boundary.
func delimiterTail(tail []byte, n int) (closing, ok bool) {
	trimmed := bytes.TrimLeft(tail, " \t\r")
	if len(trimmed) == 0 {
		return false, true
	}
	if rest, found := bytes.CutPrefix(trimmed, []byte("--")); found && (len(rest) == 0 || rest[0] == ' ' || rest[0] == '\t') {
		return true, true
	}
	return false, len(trimmed) < len(tail) && n >= minTailed
}

// How much of a body is looked at for a boundary that nobody declared, in lines and bytes.
const (
	sniffLines = 10
	sniffSize  = 4 << 10
)

// sniffBoundary takes the boundary from a body that begins with a delimiter: in one of its first lines, with
// a Content- field behind. "" where it does not look so.
func sniffBoundary(body []byte) string {
	body = body[:min(len(body), sniffSize)]
	for pos, n := 0, 0; pos < len(body) && n < sniffLines; n++ {
		line, next := nextLine(body, pos)
		if b := boundaryLine(line, body[next:]); b != "" {
			return b
		}
		pos = next
	}
	return ""
}

// findBoundary finds, anywhere in body, a line that looks like a delimiter with a part behind it.
func findBoundary(body []byte) string {
	for pos := 0; pos < len(body); {
		if !bytes.HasPrefix(body[pos:], []byte("--")) {
			i := bytes.Index(body[pos:], []byte("\n--"))
			if i < 0 {
				return ""
			}
			pos += i + 1
		}
		line, next := nextLine(body, pos)
		if b := boundaryLine(line, body[next:]); b != "" {
			return b
		}
		pos = max(pos+2, next-1)
	}
	return ""
}

func boundaryLine(line, after []byte) string {
	line = bytes.TrimRight(line, " \t")
	if len(line) < 5 || len(line) > 200 || !bytes.HasPrefix(line, []byte("--")) || bytes.IndexByte(line, ' ') >= 0 {
		return ""
	}
	if len(after) < 8 || !bytes.EqualFold(after[:8], []byte("content-")) {
		return ""
	}
	return string(line[2:])
}

// quote makes a foreign value fit to stand in a phrase.
func quote(s string) string {
	s = strings.TrimSpace(cleanLine(strings.ToValidUTF8(unfold(s), "")))
	if len(s) > 60 {
		s = strings.ToValidUTF8(s[:60], "")
	}
	return strconv.Quote(s)
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}
