package mail

import "bytes"

// transferEncoding is how a body was made fit for 7-bit lines (RFC 2045, 6).
type transferEncoding byte

const (
	encIdentity transferEncoding = iota
	encBase64
	encQuotedPrintable
	encUuencode
)

// parseTransferEncoding reads a Content-Transfer-Encoding as mailers spell it; ok is false for a word that
// nobody knows, which then is read as if nothing were encoded.
func parseTransferEncoding(value string) (enc transferEncoding, ok bool) {
	var key [24]byte
	n := 0
	for i := 0; i < len(value) && n < len(key); i++ {
		c := value[i]
		if c == ';' || c == '(' {
			break
		}
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' {
			key[n] = c
			n++
		}
	}
	switch string(key[:n]) {
	case "", "7bit", "8bit", "binary", "7bits", "8bits", "7", "8", "plain", "none", "identity", "raw", "text", "ascii", "usascii", "utf8":
		return encIdentity, true
	case "base64", "xbase64", "b64", "base", "b", "base64encoded":
		return encBase64, true
	case "quotedprintable", "quotedprintible", "quotedprint", "qp", "q", "quoted", "xquotedprintable", "quotedprinable", "quoteprintable", "quotedpritable":
		return encQuotedPrintable, true
	case "xuuencode", "uuencode", "xuue", "uue", "xuu", "xuuencoded", "uuencoded":
		return encUuencode, true
	}
	return encIdentity, false
}

// base64Value maps a byte to its six bits; 0xFF is not of the alphabet, 0xFE is padding.
var base64Value = func() (t [256]byte) {
	for i := range t {
		t[i] = 0xFF
	}
	for i, c := range "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/" {
		t[c] = byte(i)
	}
	t['='] = 0xFE
	return t
}()

// appendBase64 decodes base64 with white space, junk and padding anywhere: padding ends a group, not the
// text, since mailers paste encoded pieces together. It tells how many bytes fit nothing.
func appendBase64(dst, src []byte) (out []byte, junk int) {
	var bits uint32
	n := 0
	for i := 0; i < len(src); i++ {
		if n == 0 {
			// Four of the alphabet at once, which is nearly all of any file.
			var groups int
			if dst, groups = appendGroups(dst, src[i:]); groups > 0 {
				if i += 4 * groups; i == len(src) {
					break
				}
			}
		}
		switch c := src[i]; {
		case base64Value[c] < 64:
			bits = bits<<6 | uint32(base64Value[c])
			if n++; n == 4 {
				dst = append(dst, byte(bits>>16), byte(bits>>8), byte(bits))
				bits, n = 0, 0
			}
		case c == '=':
			dst = flushBase64(dst, bits, n)
			bits, n = 0, 0
		case c != '\r' && c != '\n' && c != ' ' && c != '\t' && c != 0:
			junk++
		}
	}
	return flushBase64(dst, bits, n), junk
}

// appendGroups decodes the whole groups of four that src begins with, and tells how many.
func appendGroups(dst, src []byte) ([]byte, int) {
	groups := 0
	for ; len(src) >= 4; src = src[4:] {
		a, b, c, d := base64Value[src[0]], base64Value[src[1]], base64Value[src[2]], base64Value[src[3]]
		if a|b|c|d >= 64 {
			break
		}
		v := uint32(a)<<18 | uint32(b)<<12 | uint32(c)<<6 | uint32(d)
		dst = append(dst, byte(v>>16), byte(v>>8), byte(v))
		groups++
	}
	return dst, groups
}

// flushBase64 writes the whole bytes of a group that ended after n characters.
func flushBase64(dst []byte, bits uint32, n int) []byte {
	switch n {
	case 2:
		return append(dst, byte(bits>>4))
	case 3:
		return append(dst, byte(bits>>10), byte(bits>>2))
	}
	return dst
}

// looksBase64 tells whether a body that says base64 is: its first lines are of the alphabet.
func looksBase64(body []byte) bool {
	sample := body[:min(len(body), 4096)]
	good, junk := 0, 0
	for _, c := range sample {
		switch {
		case base64Value[c] != 0xFF:
			good++
		case c == '\r' || c == '\n':
		case c == ' ' || c == '\t' || c >= 0x80:
			junk += 2
		default:
			junk++
		}
	}
	return junk*8 <= good
}

// appendQuotedPrintable decodes quoted-printable (RFC 2045, 6.7). What is no escape stays as it is.
func appendQuotedPrintable(dst, src []byte) []byte {
	for len(src) > 0 {
		eq := bytes.IndexByte(src, '=')
		if eq < 0 {
			return append(dst, src...)
		}
		dst = append(dst, src[:eq]...)
		src = src[eq+1:]
		switch {
		case len(src) >= 2 && isHex(src[0]) && isHex(src[1]):
			dst = append(dst, unhex(src[0])<<4|unhex(src[1]))
			src = src[2:]
		default:
			n := softBreak(src)
			if n < 0 {
				dst = append(dst, '=')
				n = 0
			}
			src = src[n:]
		}
	}
	return dst
}

// maxTrailingSpace bounds the white space looked over behind the "=" of a soft line break.
const maxTrailingSpace = 256

// softBreak is the length of the soft line break behind "=": white space and one line end, or the end of the
// body; -1 where there is none.
func softBreak(src []byte) int {
	for i := 0; i < len(src) && i < maxTrailingSpace; i++ {
		switch src[i] {
		case ' ', '\t', '\r':
		case '\n':
			return i + 1
		default:
			return -1
		}
	}
	if len(src) < maxTrailingSpace {
		return len(src)
	}
	return -1
}

// uuFile is a uuencoded file found in a body.
type uuFile struct {
	name       string // raw, as behind the mode
	start, end int    // of the block in the body, from "begin" to the line after "end"
	data       []byte
}

// findUuencode finds the first uuencoded block at or after from: a line "begin MODE NAME", encoded lines, and
// "end". At most budget bytes are decoded.
func findUuencode(body []byte, from int, budget int64) (uuFile, bool) {
	for at := from; at < len(body); {
		i := bytes.Index(body[at:], []byte("begin "))
		if i < 0 {
			break
		}
		at += i
		if at == 0 || body[at-1] == '\n' {
			if f, ok := readUuencode(body, at, budget); ok {
				return f, true
			}
		}
		at += len("begin ")
	}
	return uuFile{}, false
}

// readUuencode reads the block that begins at start. It ends with "end", or where its lines do.
func readUuencode(body []byte, start int, budget int64) (uuFile, bool) {
	line, pos := nextLine(body, start)
	mode, name, ok := bytes.Cut(line[len("begin "):], []byte(" "))
	if !ok || len(mode) < 3 || len(mode) > 4 || len(bytes.Trim(mode, "01234567")) > 0 {
		return uuFile{}, false
	}
	f := uuFile{name: string(bytes.TrimSpace(name[:min(len(name), maxName)])), start: start}
	for first := true; pos < len(body); first = false {
		line, next := nextLine(body, pos)
		switch {
		case string(line) == "end":
			f.end = next
			return f, true
		case len(line) == 0 || line[0] == '`': // the empty line of data before "end"
		case isUuLine(line):
			if int64(len(f.data)+uuLineSize) <= budget {
				f.data = appendUuLine(f.data, line)
			}
		case first && (line[0] == ' ' || line[0] == '\t'): // a name that a mailer folded
		default:
			f.end = pos
			return f, len(f.data) > 0
		}
		pos = next
	}
	f.end = pos
	return f, len(f.data) > 0
}

// uuLineSize is the number of bytes that a line stands for at most.
const uuLineSize = 45

// isUuLine tells whether the length that a line begins with fits the line.
func isUuLine(line []byte) bool {
	n := int(line[0]-0x20) & 0x3F
	need := (n + 2) / 3 * 4
	if line[0] < 0x20 || line[0] > 0x60 || n > uuLineSize || len(line)-1 > need+2 || len(line)-1 < (n*8+5)/6-3 {
		return false
	}
	for _, c := range line {
		if c < 0x20 || c > 0x60 {
			return false
		}
	}
	return true
}

func appendUuLine(dst, line []byte) []byte {
	n := int(line[0]-0x20) & 0x3F
	line = line[1:]
	at := func(i int) byte {
		if i < len(line) {
			return (line[i] - 0x20) & 0x3F
		}
		return 0 // trailing spaces are lost on the way
	}
	for i := 0; n > 0; i, n = i+4, n-3 {
		a, b, c, d := at(i), at(i+1), at(i+2), at(i+3)
		group := [3]byte{a<<2 | b>>4, b<<4 | c>>2, c<<6 | d}
		dst = append(dst, group[:min(n, 3)]...)
	}
	return dst
}

// nextLine gives the line of b that begins at pos, without its line end, and where the next begins.
func nextLine(b []byte, pos int) (line []byte, next int) {
	i := bytes.IndexByte(b[pos:], '\n')
	if i < 0 {
		line, next = b[pos:], len(b)
	} else {
		line, next = b[pos:pos+i], pos+i+1
	}
	for len(line) > 0 && line[len(line)-1] == '\r' {
		line = line[:len(line)-1]
	}
	return line, next
}
