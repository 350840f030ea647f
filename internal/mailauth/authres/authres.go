// Package authres reads Authentication-Results (RFC 8601): the field in which a mail server writes down what it found out
// about a mail's sender.
//
//	Authentication-Results: mx.example.jp; spf=pass smtp.mailfrom=example.com;
//	    dkim=fail (body changed) header.d=example.com
//
// The first word is the authserv-id, the name of the server. Anybody can write such a field into a mail, so its content
// means nothing until somebody has decided which fields are to be believed; this package only reads. It does not let
// what a sender could choose, an address in quotes or a comment, pass for a result of its own.
package authres

import "strings"

// Bounds of one field.
const (
	maxMethods    = 100
	maxProperties = 30
)

// Field is an Authentication-Results field, read.
type Field struct {
	ID      string // the authserv-id, in lower case
	Methods []Method
}

// Method is one result: "dkim=pass header.d=example.com".
type Method struct {
	Name       string // "dkim", in lower case, without its version
	Result     string // "pass", in lower case
	Properties []Property
}

// Property says what a result is about.
type Property struct {
	Name  string // "header.d", in lower case
	Value string // as written, without quotes
}

// Get is the value of the first property of that name, "" where there is none.
func (m Method) Get(name string) string {
	for _, p := range m.Properties {
		if p.Name == name {
			return p.Value
		}
	}
	return ""
}

// Parse reads the value of a field. ok is false where it names no server, or is of another version than 1.
func Parse(value string) (f Field, ok bool) {
	c := cursor{text: value}
	c.skip()
	f.ID = strings.ToLower(c.value(";"))
	c.skip()
	if version := c.value(";"); f.ID == "" || version != "" && version != "1" {
		return Field{}, false
	}
	for c.nextResult() && len(f.Methods) < maxMethods {
		if m, isResult := c.method(); isResult {
			f.Methods = append(f.Methods, m)
		}
	}
	return f, true
}

// cursor reads a field from left to right.
type cursor struct {
	text string
	pos  int
}

func (c *cursor) done() bool { return c.pos >= len(c.text) }

// nextResult goes to what stands behind the next semicolon.
func (c *cursor) nextResult() bool {
	for c.skip(); !c.done(); c.skip() {
		if c.text[c.pos] == ';' {
			c.pos++
			return true
		}
		c.value(";")
	}
	return false
}

// method reads "name/version=result" and its properties, up to the semicolon or the end.
func (c *cursor) method() (m Method, ok bool) {
	name, ok := c.name()
	if !ok {
		return m, false // "none", or what is no result
	}
	m.Name, _, _ = strings.Cut(name, "/")
	m.Result = strings.ToLower(c.value(";"))
	for c.skip(); !c.done() && c.text[c.pos] != ';'; c.skip() {
		name, ok := c.name()
		if !ok {
			continue // a word without "=", which is behind the cursor now
		}
		value := c.value(";")
		if len(m.Properties) < maxProperties {
			m.Properties = append(m.Properties, Property{name, value})
		}
	}
	return m, m.Name != "" && m.Result != ""
}

// name reads a name and the "=" behind it. Where there is no "=", the cursor stays behind what it read.
func (c *cursor) name() (name string, ok bool) {
	c.skip()
	name = strings.ToLower(c.value("=;"))
	c.skip()
	if c.done() || c.text[c.pos] != '=' {
		return "", false
	}
	c.pos++
	c.skip()
	return name, true
}

// value reads a word up to white space, a comment or one of the bytes in stop. Pieces in quotes are part of it.
func (c *cursor) value(stop string) string {
	var word strings.Builder
	for !c.done() {
		b := c.text[c.pos]
		switch {
		case b == '"':
			c.quoted(&word)
			continue
		case isSpace(b) || b == '(' || strings.IndexByte(stop, b) >= 0:
			return word.String()
		}
		word.WriteByte(b)
		c.pos++
	}
	return word.String()
}

// quoted reads a quoted string; one that is not closed reaches to the end.
func (c *cursor) quoted(word *strings.Builder) {
	for c.pos++; !c.done(); c.pos++ {
		switch b := c.text[c.pos]; {
		case b == '"':
			c.pos++
			return
		case b == '\\' && c.pos+1 < len(c.text):
			c.pos++
			word.WriteByte(c.text[c.pos])
		case b != '\r' && b != '\n':
			word.WriteByte(b)
		}
	}
}

// skip passes over white space and comments, which may stand in one another (RFC 5322, section 3.2.2).
func (c *cursor) skip() {
	depth := 0
	for ; !c.done(); c.pos++ {
		switch b := c.text[c.pos]; {
		case b == '(':
			depth++
		case b == ')' && depth > 0:
			depth--
		case b == '\\' && depth > 0:
			c.pos++
		case depth == 0 && !isSpace(b):
			return
		}
	}
	c.pos = len(c.text)
}

func isSpace(b byte) bool { return b == ' ' || b == '\t' || b == '\r' || b == '\n' }
