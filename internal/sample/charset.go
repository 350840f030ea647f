package sample

import (
	"encoding/base64"
	"fmt"
	"mime/quotedprintable"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
)

// charsets by the names under which mails of 2008 declare them.
var charsets = map[string]encoding.Encoding{
	"us-ascii": charmap.ISO8859_1, "utf-8": unicode.UTF8,
	"iso-2022-jp": japanese.ISO2022JP, "shift_jis": japanese.ShiftJIS, "euc-jp": japanese.EUCJP,
	"iso-8859-1": charmap.ISO8859_1, "iso-8859-2": charmap.ISO8859_2, "iso-8859-15": charmap.ISO8859_15, "windows-1252": charmap.Windows1252,
	"gb2312": simplifiedchinese.GBK, "big5": traditionalchinese.Big5, "euc-kr": korean.EUCKR, "koi8-r": charmap.KOI8R,
}

// label is the name under which a mail program declares the charset. Not all
// of them are registered, and all are in use.
func label(charset string, pick int) string {
	switch {
	case pick == 0 && charset == "shift_jis":
		return "x-sjis"
	case pick == 1 && charset == "shift_jis":
		return "shift-jis"
	case pick == 1 && charset == "euc-jp":
		return "x-euc-jp"
	case pick < 3:
		return `"` + strings.ToUpper(charset) + `"`
	}
	return charset
}

// charsetFor picks what the person's mail program uses.
func (w *writer) charsetFor(p *person) string {
	byLang := map[string][]string{
		"ja": {"iso-2022-jp", "iso-2022-jp", "iso-2022-jp", "iso-2022-jp", "iso-2022-jp", "shift_jis", "euc-jp", "utf-8"},
		"en": {"us-ascii", "us-ascii", "us-ascii", "iso-8859-1", "utf-8", "windows-1252"},
		"cn": {"gb2312"}, "tw": {"big5", "utf-8"}, "kr": {"euc-kr", "utf-8"}, "ru": {"koi8-r"}, "pl": {"iso-8859-2", "utf-8"},
	}
	list := byLang[p.lang]
	if list == nil {
		list = []string{"iso-8859-1", "iso-8859-15", "utf-8"}
	}
	return w.places.pick(list)
}

// encodable is the charset itself, or utf-8 where some text does not fit into it.
func encodable(charset string, texts ...string) string {
	for _, t := range texts {
		if _, err := encodeText(charset, t); err != nil {
			return "utf-8"
		}
	}
	return charset
}

// encodeText turns text into the bytes of the charset, or says that it has
// characters which the charset lacks.
func encodeText(charset, text string) (string, error) {
	enc, ok := charsets[charset]
	if !ok {
		return "", fmt.Errorf("charset %q is not known", charset)
	}
	if charset == "us-ascii" && strings.ContainsFunc(text, func(r rune) bool { return r > '~' }) {
		return "", fmt.Errorf("text is not ASCII")
	}
	return enc.NewEncoder().String(text)
}

// headerText encodes a header's text as encoded words of RFC 2047, each short
// enough for its line and, in ISO-2022-JP, back in ASCII at its end.
func headerText(charset, text string) string {
	if !strings.ContainsFunc(text, func(r rune) bool { return r > '~' }) {
		return text
	}
	if charset == "us-ascii" {
		charset = "utf-8"
	}
	charset = encodable(charset, text)
	var words []string
	runes := []rune(text)
	for len(runes) > 0 {
		n := min(12, len(runes))
		chunk, err := encodeText(charset, string(runes[:n]))
		if err != nil {
			chunk = string(runes[:n])
		}
		words = append(words, "=?"+strings.ToUpper(charset)+"?B?"+base64.StdEncoding.EncodeToString([]byte(chunk))+"?=")
		runes = runes[n:]
	}
	return strings.Join(words, "\n ")
}

// transfer encodes bytes for the way, in the encoding that suits the charset;
// pick chooses between those in use.
func transfer(charset, raw string, pick int) (name, body string) {
	ascii := !strings.ContainsFunc(raw, func(r rune) bool { return r > '~' })
	switch {
	case ascii || charset == "iso-2022-jp":
		if pick%7 == 6 && charset != "us-ascii" {
			return "base64", base64Lines(raw)
		}
		return "7bit", raw
	case charset == "utf-8" && pick%2 == 0, charset == "shift_jis" && pick%3 == 0, charset == "gb2312" && pick%2 == 0:
		return "base64", base64Lines(raw)
	case pick%3 == 1:
		return "8bit", raw
	}
	var b strings.Builder
	q := quotedprintable.NewWriter(&b)
	q.Write([]byte(raw))
	q.Close()
	return "quoted-printable", strings.ReplaceAll(b.String(), "\r\n", "\n")
}

func base64Lines(raw string) string {
	text := base64.StdEncoding.EncodeToString([]byte(strings.ReplaceAll(raw, "\n", "\r\n")))
	var b strings.Builder
	for len(text) > 76 {
		b.WriteString(text[:76] + "\n")
		text = text[76:]
	}
	return b.String() + text + "\n"
}
