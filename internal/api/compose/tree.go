package compose

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A report is read strictly: what the schema does not know may be a misspelt name, and dropping it in silence would lose what the
// reporter told. Each fault is told with its place, as many as there are up to a bound, so that one try shows them all.

// Fault is what is wrong with one value.
type Fault struct {
	Pointer string `json:"pointer"` // a JSON pointer as URI fragment (RFC 6901, section 6)
	Detail  string `json:"detail"`  // a sentence that says what to do
}

// MaxFaults is how many faults are told of one body.
const MaxFaults = 20

// errEnough ends the reading of a body of which enough is known to refuse it.
var errEnough = errors.New("enough faults")

// tree reads one JSON value (RFC 8259) token by token, without building it.
type tree struct {
	dec    *json.Decoder
	path   []string // to the value that is read, each reference token escaped (RFC 6901, section 3)
	faults []Fault
}

// checkJSON tells what makes a body no JSON at all, or too deep.
func checkJSON(body []byte, depth int) error {
	switch {
	case !utf8.Valid(body):
		return errors.New("the body is not UTF-8; encode the JSON in UTF-8 (RFC 8259, section 8.1)")
	case deeper(body, depth):
		return fmt.Errorf("the JSON is nested deeper than %d; flatten it", depth)
	case json.Valid(body):
		return nil
	}
	var syntax *json.SyntaxError
	if err := json.Unmarshal(body, new(json.RawMessage)); errors.As(err, &syntax) {
		return fmt.Errorf("the body is no JSON: %s, at byte %d; correct it there", syntax.Error(), syntax.Offset)
	}
	return errors.New("the body is no JSON; correct it")
}

// deeper tells whether objects and lists are nested deeper than so many, also in what is no JSON.
func deeper(body []byte, most int) bool {
	depth, quoted := 0, false
	for i := 0; i < len(body); i++ {
		switch c := body[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			if depth++; depth > most {
				return true
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return false
}

// newTree begins to read a body that checkJSON has found to be JSON.
func newTree(body []byte) *tree {
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	return &tree{dec: dec}
}

// wrong notes a fault of the value that is read.
func (t *tree) wrong(format string, args ...any) {
	if len(t.faults) < MaxFaults {
		t.faults = append(t.faults, Fault{Pointer: t.pointer(), Detail: fmt.Sprintf(format, args...)})
	}
}

func (t *tree) pointer() string {
	if len(t.path) == 0 {
		return "#"
	}
	return "#/" + strings.Join(t.path, "/")
}

// reference writes a name as a reference token of a JSON pointer that is a URI fragment.
func reference(name string) string { return url.PathEscape(tilde.Replace(name)) }

var tilde = strings.NewReplacer("~", "~0", "/", "~1")

// at does something one step further down.
func (t *tree) at(step string, do func() error) error {
	t.path = append(t.path, step)
	err := do()
	t.path = t.path[:len(t.path)-1]
	return err
}

// object reads an object: known says what to do with each member. A name that it has not, or has twice, is a fault.
func (t *tree) object(known map[string]func() error) error {
	if ok, err := t.open('{', "an object, in {}"); !ok {
		return err
	}
	seen := map[string]bool{}
	for t.dec.More() {
		if len(t.faults) >= MaxFaults {
			return errEnough
		}
		token, err := t.dec.Token()
		if err != nil {
			return err
		}
		name, _ := token.(string)
		read, is := known[name]
		err = t.at(reference(shortened(name)), func() error {
			switch {
			case !is:
				t.wrong("%q is no field here; remove it or correct its name: there are %s", shortened(name), strings.Join(slices.Sorted(maps.Keys(known)), ", "))
				return t.skip()
			case seen[name]:
				t.wrong("%q is told twice; tell it once", name)
				return t.skip()
			}
			seen[name] = true
			return read()
		})
		if err != nil {
			return err
		}
	}
	_, err := t.dec.Token()
	return err
}

// list reads an array of at most so many elements.
func (t *tree) list(most int, each func() error) error {
	if ok, err := t.open('[', "a list, in []"); !ok {
		return err
	}
	for i := 0; t.dec.More(); i++ {
		if i == most {
			t.wrong("there are more than %d; leave out the rest or post it in a further message", most)
			return errEnough
		}
		if len(t.faults) >= MaxFaults {
			return errEnough
		}
		if err := t.at(strconv.Itoa(i), each); err != nil {
			return err
		}
	}
	_, err := t.dec.Token()
	return err
}

// open takes the mark that opens an object or list. Where something else stands, it is skipped and ok is false; null is told as
// nothing.
func (t *tree) open(mark json.Delim, what string) (ok bool, err error) {
	token, err := t.dec.Token()
	switch {
	case err != nil || token == nil:
		return false, err
	case token == mark:
		return true, nil
	}
	t.wrong("write %s", what)
	return false, t.rest(token)
}

// text reads a string of at most so many code points; null is "".
func (t *tree) text(most int, to *string) error {
	token, err := t.dec.Token()
	if err != nil || token == nil {
		return err
	}
	s, ok := token.(string)
	switch {
	case !ok:
		t.wrong("write a text, in quotes")
		return t.rest(token)
	case utf8.RuneCountInString(s) > most:
		t.wrong("this text is longer than %d characters; shorten it", most)
	case strings.ContainsRune(s, 0):
		t.wrong("this text has a NUL character; take it out")
	default:
		*to = s
	}
	return nil
}

// integer reads a whole number; null is 0.
func (t *tree) integer(least, most int, to *int) error {
	token, err := t.dec.Token()
	if err != nil || token == nil {
		return err
	}
	number, ok := token.(json.Number)
	if !ok {
		t.wrong("write a whole number, without quotes")
		return t.rest(token)
	}
	n, err := strconv.Atoi(number.String())
	if err != nil || n < least || n > most {
		t.wrong("write a whole number from %d to %d", least, most)
		return nil
	}
	*to = n
	return nil
}

// skip reads over a value.
func (t *tree) skip() error {
	token, err := t.dec.Token()
	if err != nil {
		return err
	}
	return t.rest(token)
}

// maxSkipped is how many tokens of a value that is a fault are read over to look at what comes behind it.
const maxSkipped = 1000

// rest reads over what is left of a value whose first token was taken.
func (t *tree) rest(token json.Token) error {
	depth := 0
	for range maxSkipped {
		switch token {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
		if depth == 0 {
			return nil
		}
		var err error
		if token, err = t.dec.Token(); err != nil {
			return err
		}
	}
	return errEnough
}

// shortened bounds a name that stands in an answer.
func shortened(name string) string {
	if utf8.RuneCountInString(name) <= 60 {
		return name
	}
	return string([]rune(name)[:60]) + "…"
}
