package dkim

import "strings"

// maxTags bounds a tag list. Signatures have some dozen tags.
const maxTags = 50

// Tags is a tag list, "v=1; a=rsa-sha256; …" (RFC 6376, section 3.2): values by name, without the white space around
// them.
type Tags map[string]string

// ParseTags reads a tag list. ok is false where it breaks the grammar: a tag without "=", without a name, or twice. One
// semicolon too many is forgiven.
func ParseTags(text string) (tags Tags, ok bool) {
	tags = make(Tags)
	for tag := range strings.SplitSeq(text, ";") {
		if strings.TrimSpace(tag) == "" {
			continue
		}
		name, value, isTag := strings.Cut(tag, "=")
		name = strings.TrimSpace(name)
		_, twice := tags[name]
		if !isTag || name == "" || twice || len(tags) == maxTags {
			return nil, false
		}
		tags[name] = strings.TrimSpace(value)
	}
	return tags, true
}

// Packed is a tag's value without any white space: base64 is folded, and lists may be.
func (t Tags) Packed(name string) string {
	return strings.Join(strings.Fields(t[name]), "")
}

// List are the elements of a value that is a list with colons, nil where the tag is missing.
func (t Tags) List(name string) []string {
	if _, has := t[name]; !has {
		return nil
	}
	return strings.Split(t.Packed(name), ":")
}

// WithoutSignature is a field's text with the value of its b= tag taken out: a signature is made over its own field so
// (RFC 6376, section 3.7).
func WithoutSignature(field []byte) []byte {
	text := string(field)
	at := strings.IndexByte(text, ':') + 1
	for at < len(text) {
		end := len(text)
		if n := strings.IndexByte(text[at:], ';'); n >= 0 {
			end = at + n
		}
		name, _, isTag := strings.Cut(text[at:end], "=")
		if isTag && strings.TrimSpace(name) == "b" {
			return []byte(text[:at+len(name)+1] + text[end:])
		}
		at = end + 1
	}
	return field
}
