package blame

import (
	"strings"
	"unicode"

	"todoke/internal/desk"
)

// Alerts come as they were made by a program: JSON (RFC 8259) or XML, whose keys say on which end each address stands. A key
// speaks for all that lies in it, and the innermost that says something holds: {"remote": {"address": "203.0.113.5"}}.

// keyEnds are the words in keys that say on which end an address stands.
var keyEnds = map[direction]map[string]bool{
	from: set("src", "source", "saddr", "srcip", "sourceip", "remote", "remoteip", "attacker", "attackers", "attackerip", "attacking", "client", "clientip",
		"peer", "caller", "offender", "actor", "intruder", "origin", "hostile", "malicious", "abuser", "abusive", "sender", "bad", "suspect"),
	to: set("dst", "dest", "dstip", "destip", "destination", "daddr", "target", "targets", "targetip", "local", "localip", "resource", "victim", "victims", "victimip",
		"server", "internal", "private", "asset", "protected", "own", "our", "my", "sensor", "honeypot", "instance", "receiver", "recipient"),
}

// keys finds the addresses of a text that stand in JSON or XML and the end that their keys tell.
func (r *reader) keys(text string, first int) {
	list := r.ev.Findings[first:]
	if strings.Contains(text, "\":") || strings.Contains(text, "':") {
		scan := objectKeys{text: text}
		for i := range list {
			list[i].keyed = scan.at(list[i].Start)
		}
	}
	if strings.Contains(text, "</") {
		scan := tagKeys{text: text}
		for i := range list {
			if end := scan.at(list[i].Start); end != nowhere {
				list[i].keyed = end
			}
		}
	}
}

// byKey gives an address the role that its key tells, and tells whether it does. Log lines of a known product tell it better.
func (r *reader) byKey(f *Finding) bool {
	if f.keyed == nowhere || !isIP(f) {
		return false
	}
	if f.Log >= 0 {
		if e := &r.ev.Logs[f.Log].Event; e.Product != "json" || !e.Blames() && len(r.guessed()) > 0 {
			return false
		}
	}
	scores := r.ev.HarmAt(f.Passage)
	f.Harm, _ = scores.Best()
	if f.keyed == from {
		f.side.way = from
		f.set(desk.RoleSource, "its key says that it is the source")
		return true
	}
	if isVisited(f.Harm) {
		return false
	}
	f.set(desk.RoleTarget, "its key says that it is the target")
	return true
}

// endOfKeys is the end that the innermost telling key names.
func endOfKeys(keys []string) direction {
	for i := len(keys) - 1; i >= 0; i-- {
		for _, word := range keyWords(keys[i]) {
			for _, end := range []direction{from, to} {
				if keyEnds[end][word] {
					return end
				}
			}
		}
	}
	return nowhere
}

// keyWords are the words of a key in lower case: "remoteIpDetails", "remote_ip", "remote-ip".
func keyWords(key string) []string {
	var words []string
	start := 0
	add := func(end int) {
		if end > start {
			words = append(words, strings.ToLower(key[start:end]))
		}
	}
	for i, c := range key {
		switch {
		case !unicode.IsLetter(c):
			add(i)
			start = i + 1
		case unicode.IsUpper(c) && i > start && !unicode.IsUpper(rune(key[i-1])):
			add(i)
			start = i
		}
	}
	add(len(key))
	return words
}

// maxKeys bounds the depth of keys that is kept, and maxKey the length of one.
const (
	maxKeys = 32
	maxKey  = 64
)

// objectKeys follows the keys of JSON in a text in which anything may stand around it.
type objectKeys struct {
	text string
	next int      // what is not read yet
	open []string // the keys of the open objects
	key  string   // of the value that is read
}

// at reads up to a place, which must not lie before the last one, and gives the end that the keys around it tell.
func (o *objectKeys) at(place int) direction {
	for o.next < place {
		o.step()
	}
	if len(o.open) == 0 {
		return nowhere
	}
	return endOfKeys(append(o.open, o.key))
}

func (o *objectKeys) step() {
	c := o.text[o.next]
	o.next++
	switch {
	case c == '{':
		if len(o.open) < maxKeys {
			o.open = append(o.open, o.key)
		}
		o.key = ""
	case c == '}' && len(o.open) > 0:
		o.open = o.open[:len(o.open)-1]
		o.key = ""
	case (c == '"' || c == '\'') && len(o.open) > 0:
		o.name(c)
	}
}

// name takes a string behind its opening mark, if it is a key.
func (o *objectKeys) name(mark byte) {
	rest := o.text[o.next:min(len(o.text), o.next+maxKey)]
	end := strings.IndexByte(rest, mark)
	if end < 0 || !strings.HasPrefix(strings.TrimLeft(rest[end+1:], " \t"), ":") {
		return
	}
	o.key = rest[:end]
	o.next += end + 1
}

// tagKeys follows the elements of XML in a text.
type tagKeys struct {
	text string
	next int
	open []string
}

// at reads up to a place, which must not lie before the last one, and gives the end that the elements around it tell.
func (t *tagKeys) at(place int) direction {
	for t.next < place {
		i := strings.IndexByte(t.text[t.next:place], '<')
		if i < 0 {
			t.next = place
			break
		}
		t.next += i + 1
		t.tag()
	}
	return endOfKeys(t.open)
}

func (t *tagKeys) tag() {
	rest := t.text[t.next:min(len(t.text), t.next+maxKey)]
	end := strings.IndexByte(rest, '>')
	if end < 0 {
		return
	}
	name, closes := strings.CutPrefix(rest[:end], "/")
	switch {
	case closes:
		for i := len(t.open) - 1; i >= 0; i-- {
			if t.open[i] == name {
				t.open = t.open[:i]
				return
			}
		}
	case isElement(name) && len(t.open) < maxKeys:
		t.open = append(t.open, name)
	}
}

// isElement tells whether the text between angle brackets opens an element: no address, no empty element.
func isElement(name string) bool {
	if name == "" || strings.HasSuffix(name, "/") || strings.ContainsAny(name, "@:.\n") {
		return false
	}
	c := name[0]
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}
