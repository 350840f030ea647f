package mail

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"todoke/internal/mail/charset"
)

// maxName bounds a parameter value, in bytes.
const maxName = 4096

// maxParams bounds the parameters of one field.
const maxParams = 100

// Param is a parameter of Content-Type or Content-Disposition, decoded.
type Param struct {
	Name  string // lower case, without the marks of RFC 2231
	Value string
}

// Params are the parameters of a field in their order.
type Params []Param

// Get is the value of the named parameter, "" where it is missing.
func (p Params) Get(name string) string {
	for i := range p {
		if p[i].Name == name {
			return p[i].Value
		}
	}
	return ""
}

// contentType is a parsed Content-Type, or another field of that shape.
type contentType struct {
	mediaType string // lower case; "" where it is none
	params    Params
}

// parseContentType reads "type/subtype; name=value…" (RFC 2045, 5.1) as mailers write it: without a type,
// without semicolons, with values unquoted or half quoted, raw or in encoded words.
func parseContentType(raw, hint string) contentType {
	raw = strings.Trim(raw, " \t\r\n;")
	if raw == "" {
		return contentType{}
	}
	value := unfold(raw)
	head, rest, _ := strings.Cut(value, ";")
	head = strings.TrimSpace(head)
	if i := strings.IndexAny(head, " \t("); i >= 0 && !strings.Contains(head[:i], "=") {
		if tail := head[i:]; strings.Contains(tail, "=") { // "text/plain charset=utf-8"
			rest = tail + ";" + rest
		}
		head = head[:i]
	}
	if strings.Contains(head, "=") { // no type at all: "charset=us-ascii"
		rest, head = value, ""
	}
	return contentType{mediaType: lower(strings.Trim(head, "\"' ,")), params: parseParams(rest, hint)}
}

// lower is strings.ToLower for ASCII, without an allocation for what is lower case already.
func lower(s string) string { return strings.ToLower(s) }

// rawParam is a parameter before RFC 2231 is applied.
type rawParam struct {
	name    string // lower case, without marks
	section int    // -1 where the value is whole
	percent bool   // the value is percent-encoded
	value   string
}

// parseParams reads "name=value; …" and joins what RFC 2231 splits.
func parseParams(s, hint string) Params {
	var raws []rawParam
	simple := true
	for len(s) > 0 && len(raws) < maxParams {
		var p rawParam
		var ok bool
		if p, s, ok = nextParam(s); ok {
			simple = simple && p.section < 0 && !p.percent
			raws = append(raws, p)
		}
	}
	if len(raws) == 0 {
		return nil
	}
	params := make(Params, 0, len(raws))
	if simple {
		for _, p := range raws {
			params = append(params, Param{p.name, decodeParam(p.value, hint)})
		}
		return params
	}
	return joinSections(params, raws, hint)
}

// nextParam reads one parameter off s.
func nextParam(s string) (p rawParam, rest string, ok bool) {
	s = strings.TrimLeft(s, "; \t,")
	stop := strings.IndexAny(s, "=;")
	if stop < 0 {
		return p, "", false
	}
	name := strings.TrimSpace(s[:stop])
	if s[stop] == ';' {
		return p, s[stop:], false
	}
	p = parseParamName(name)
	p.value, rest = paramValue(s[stop+1:])
	return p, rest, p.name != "" && len(p.value) <= maxName
}

// parseParamName splits "filename*0*" into its parts (RFC 2231, 3 and 4).
func parseParamName(name string) rawParam {
	p := rawParam{section: -1}
	if i := strings.LastIndexAny(name, " \t"); i >= 0 { // words in front of the name are junk
		name = name[i+1:]
	}
	base, marks, marked := strings.Cut(name, "*")
	p.name = lower(base)
	if !marked {
		return p
	}
	if m, ok := strings.CutSuffix(marks, "*"); ok {
		p.percent, marks = true, m
	}
	if marks == "" {
		p.percent = true
	} else if n, err := strconv.Atoi(marks); err == nil && n >= 0 && n < maxParams {
		p.section = n
	}
	return p
}

// paramValue reads a value: a quoted string, or all up to the semicolon, since file names with spaces come
// unquoted.
func paramValue(s string) (value, rest string) {
	s = strings.TrimLeft(s, " \t")
	if !strings.HasPrefix(s, `"`) {
		end := unquotedEnd(s)
		return strings.Trim(strings.TrimSpace(s[:end]), `"`), s[end:]
	}
	var b []byte
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\\'):
			if b == nil {
				b = append(make([]byte, 0, len(s)), s[1:i]...)
			}
			i++
			b = append(b, s[i])
		case c == 0x1B: // ISO-2022-JP has '"' and ';' among its bytes
			end := i + kanjiRun(s[i:])
			if b != nil {
				b = append(b, s[i:end]...)
			}
			i = end - 1
		case c == '"':
			if b != nil {
				return string(b), s[i+1:]
			}
			return endQuoted(s, i)
		default:
			if b != nil {
				b = append(b, c)
			}
		}
	}
	// The closing quote is missing: the value ends at the next parameter.
	end := 1 + unquotedEnd(s[1:])
	return strings.TrimSpace(s[1:end]), s[end:]
}

// endQuoted ends a quoted string at the quote s[i], unless that quote begins something: the next parameter's
// value, where the own closing quote is missing, or the value itself, where the opening one was doubled.
func endQuoted(s string, i int) (value, rest string) {
	if j := strings.IndexByte(s[:i], ';'); j >= 0 && s[i-1] == '=' && strings.Count(s[j:i], "=") == 1 {
		return strings.TrimSpace(s[1:j]), s[j:]
	}
	if i == 1 && len(s) > 2 && s[2] != ';' && s[2] != ' ' {
		end := 2 + unquotedEnd(s[2:])
		return strings.Trim(strings.TrimSpace(s[2:end]), `"`), s[end:]
	}
	return s[1:i], s[i+1:]
}

// kanjiRun is the length of the text in a two-byte set that the escape at the start of s selects.
func kanjiRun(s string) int {
	if len(s) < 3 || s[1] != '$' {
		return min(len(s), 3)
	}
	if i := strings.IndexByte(s[1:], 0x1B); i >= 0 {
		return i + 1
	}
	return len(s)
}

// unquotedEnd is where an unquoted value ends: at a semicolon that is outside raw ISO-2022-JP.
func unquotedEnd(s string) int {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case ';':
			return i
		case 0x1B:
			i += kanjiRun(s[i:]) - 1
		}
	}
	return len(s)
}

// joinSections appends the parameters with the sections of RFC 2231 joined: sorted by number, the charset
// of the first one holding for all. It takes the place of a plain parameter of the same name, which is there
// for old mailers.
func joinSections(params Params, raws []rawParam, hint string) Params {
	for i, p := range raws {
		marked := p.section >= 0 || p.percent
		if marked && slices.ContainsFunc(raws[:i], func(q rawParam) bool { return q.name == p.name && (q.section >= 0 || q.percent) }) {
			continue // joined with the first of its name
		}
		value := decodeParam(p.value, hint)
		if marked {
			value = joinSection(raws[i:], p.name, hint)
		}
		if at := slices.IndexFunc(params, func(q Param) bool { return q.Name == p.name }); at >= 0 {
			if marked {
				params[at].Value = value
			}
			continue
		}
		params = append(params, Param{p.name, value})
	}
	return params
}

// joinSection decodes the marked parameters called name.
func joinSection(raws []rawParam, name, hint string) string {
	var sections []rawParam
	for _, p := range raws {
		if p.name == name && (p.section >= 0 || p.percent) {
			sections = append(sections, p)
		}
	}
	slices.SortStableFunc(sections, func(a, b rawParam) int { return a.section - b.section })
	label := ""
	var data []byte
	percent := false
	for i, p := range sections {
		value := p.value
		if p.percent {
			percent = true
			if i == 0 {
				label, value = cutLanguage(value)
			}
			data = appendPercent(data, value)
		} else {
			data = append(data, value...)
		}
	}
	if len(data) > maxName {
		data = data[:maxName]
	}
	if !percent || label == "" && bytes.Contains(data, []byte("=?")) {
		return decodeParam(string(data), hint)
	}
	return cleanLine(charset.ToUTF8(data, label).Text)
}

// cutLanguage splits "charset'language'value" (RFC 2231, 4).
func cutLanguage(value string) (label, rest string) {
	label, rest, ok := strings.Cut(value, "'")
	if !ok {
		return "", value
	}
	if _, text, ok := strings.Cut(rest, "'"); ok {
		return label, text
	}
	return label, rest
}

func appendPercent(dst []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]) {
			dst = append(dst, unhex(s[i+1])<<4|unhex(s[i+2]))
			i += 2
			continue
		}
		dst = append(dst, s[i])
	}
	return dst
}

// decodeParam decodes a plain value: encoded words, which RFC 2047 forbids here and most mailers write, and
// raw bytes.
func decodeParam(value, hint string) string {
	if isPlainLine(value) {
		return value
	}
	return cleanLine(decodeWords(value, hint))
}
