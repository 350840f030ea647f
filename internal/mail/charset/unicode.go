package charset

import (
	"encoding/base64"
	"unicode/utf16"
	"unicode/utf8"
)

// appendUTF16 decodes UTF-16 of the given byte order; a byte order mark overrules it and is dropped.
func appendUTF16(dst, src []byte, bigEndian bool) ([]byte, int) {
	if len(src) >= 2 {
		switch {
		case src[0] == 0xFE && src[1] == 0xFF:
			src, bigEndian = src[2:], true
		case src[0] == 0xFF && src[1] == 0xFE:
			src, bigEndian = src[2:], false
		}
	}
	unit := func(i int) rune {
		if bigEndian {
			return rune(src[i])<<8 | rune(src[i+1])
		}
		return rune(src[i+1])<<8 | rune(src[i])
	}
	bad, i := 0, 0
	for ; i+1 < len(src); i += 2 {
		r := unit(i)
		if utf16.IsSurrogate(r) {
			pair := rune(utf8.RuneError)
			if i+3 < len(src) {
				pair = utf16.DecodeRune(r, unit(i+2))
			}
			if r = pair; r == utf8.RuneError {
				bad++
			} else {
				i += 2
			}
		}
		dst = utf8.AppendRune(dst, r)
	}
	if i < len(src) {
		dst = append(dst, "\uFFFD"...)
		bad++
	}
	return dst, bad
}

// appendUTF32 decodes UTF-32; a byte order mark is dropped.
func appendUTF32(dst, src []byte, bigEndian bool) ([]byte, int) {
	bad := 0
	for i := 0; i+3 < len(src); i += 4 {
		b := src[i : i+4]
		r := rune(b[3])<<24 | rune(b[2])<<16 | rune(b[1])<<8 | rune(b[0])
		if bigEndian {
			r = rune(b[0])<<24 | rune(b[1])<<16 | rune(b[2])<<8 | rune(b[3])
		}
		if i == 0 && r == 0xFEFF {
			continue
		}
		if !utf8.ValidRune(r) {
			r = utf8.RuneError
			bad++
		}
		dst = utf8.AppendRune(dst, r)
	}
	if len(src)%4 != 0 {
		dst = append(dst, "\uFFFD"...)
		bad++
	}
	return dst, bad
}

// appendUTF7 decodes UTF-7 (RFC 2152). Runs of IMAP's dialect (RFC 3501, 5.1.3: "&" for "+", "," for "/")
// are read too where one is whole, since mailers mix them up in file names.
func appendUTF7(dst, src []byte) ([]byte, int) {
	bad := 0
	for i := 0; i < len(src); {
		c := src[i]
		if c != '+' && c != '&' {
			if c >= utf8.RuneSelf {
				dst = append(dst, "\uFFFD"...)
				bad++
			} else {
				dst = append(dst, c)
			}
			i++
			continue
		}
		end := i + 1
		for end < len(src) && isBase64(src[end], c == '&') {
			end++
		}
		closed := end < len(src) && src[end] == '-'
		if end == i+1 {
			dst = append(dst, c)
			i++
			if closed && c == '+' {
				i++ // "+-" is a plus sign
			}
			continue
		}
		text, ok := decodeShifted(src[i+1:end], c == '&')
		switch {
		case ok && (c == '+' || closed):
			dst = append(dst, text...)
		case c == '&':
			dst = append(dst, src[i:end]...)
			i = end
			continue
		default:
			dst = append(append(dst, text...), "\uFFFD"...)
			bad++
		}
		i = end
		if closed {
			i++
		}
	}
	return dst, bad
}

func isBase64(c byte, imap bool) bool {
	return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '+' ||
		c == '/' && !imap || c == ',' && imap
}

var imapBase64 = base64.NewEncoding("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,").
	WithPadding(base64.NoPadding)

// decodeShifted decodes a run of UTF-16 in base64; ok is false where units are broken.
func decodeShifted(run []byte, imap bool) (text []byte, ok bool) {
	enc := base64.RawStdEncoding
	if imap {
		enc = imapBase64
	}
	if len(run)%4 == 1 {
		run = run[:len(run)-1]
	}
	units := make([]byte, enc.DecodedLen(len(run)))
	n, err := enc.Decode(units, run)
	if err != nil {
		return nil, false
	}
	text, bad := appendUTF16(nil, units[:n&^1], true)
	return text, bad == 0
}
