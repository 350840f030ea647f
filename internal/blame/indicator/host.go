package indicator

import (
	"bytes"
	"net/netip"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
)

// profile maps names as a resolver would, but lets odd labels pass: malware
// does not keep to STD 3.
var profile = idna.New(idna.MapForLookup(), idna.StrictDomainName(false), idna.BidiRule())

// hostName gives the normal form of a name in a URL or mail address, where its
// writer says that it is a host: lower case, A-labels, no final dot.
func hostName(name string) (string, bool) {
	name = strings.TrimSuffix(name, ".")
	if name == "" || len(name) > 253*3 {
		return "", false
	}
	if isASCII(name) {
		name = strings.ToLower(name)
		return name, validLabels(name) && (strings.Contains(name, ".") || name == "localhost" || isAlpha(name[0]))
	}
	a, err := profile.ToASCII(name)
	if err != nil {
		return "", false
	}
	return a, validLabels(a)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// validLabels checks lengths and characters (RFC 1035 section 2.3.4, with the
// underscore that real names have).
func validLabels(name string) bool {
	if len(name) > 253 {
		return false
	}
	label := 0
	for i := range len(name) {
		switch c := name[i]; {
		case c == '.':
			if label == 0 {
				return false
			}
			label = 0
			continue
		case !isAlnum(c) && c != '-' && c != '_':
			return false
		}
		if label++; label > 63 {
			return false
		}
	}
	return label > 0 && name[0] != '-'
}

// specialTLD are last labels that no public suffix list has (RFC 2606, RFC
// 6761, RFC 7686) and those used inside networks, accepted because reports name
// such hosts.
var specialTLD = map[string]bool{
	"example": true, "invalid": true, "test": true, "onion": true, "local": true,
	"localdomain": true, "internal": true, "lan": true, "bit": true, "i2p": true,
}

// knownTLD reports whether a last label, lower-case, is one of the DNS.
func knownTLD(label string) bool {
	if label == "" || isDigit(label[0]) {
		return false
	}
	if specialTLD[label] {
		return true
	}
	_, icann := publicsuffix.PublicSuffix(label)
	return icann
}

// commonTLD are accepted without a second thought: a two-label word under
// them is a host even where its first label is a number.
var commonTLD = set("com net org jp cn ru kr tw edu gov mil info biz de uk fr br eu nl it us ca au in")

// fileTLD are top-level domains that are also suffixes of files, or ends of
// words in programs and abbreviations. A bare two-label word under them is no host.
var fileTLD = set("zip mov sh pl py rs md ps so cc app cab inc pm mk am ac ml la java do " +
	"properties name bat foo sc as ms pub vi tf bz swiss rip mm ad al st cat bar gt bin tm id is page pages key")

func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

// programWords look like hosts and are products or classes.
var programWords = set("asp.net vb.net ado.net system.net command.com win.com socket.io node.js next.js")

// host reads a bare host name at b[i:end], with port and path where they
// follow.
func (s *scanner) host(i, end int) (int, bool) {
	if bytes.IndexByte(s.b[i:end], '.') < 0 {
		return 0, false
	}
	word := trimWord(s.b[i:end])
	if len(word) < 4 || len(word) > 253 || bytes.IndexByte(word, '.') < 0 {
		return 0, false
	}
	end = i + len(word)
	if !validLabels(string(word)) {
		return 0, false
	}
	name := lower(word)
	tldAt := strings.LastIndexByte(name, '.') + 1
	if !knownTLD(name[tldAt:]) || isRangeOfNumbers(name[:tldAt]) && !commonTLD[name[tldAt:]] {
		return 0, false
	}
	if !s.defangedIn(i, end) && !s.plausible(i, end, string(word), name) {
		return 0, false
	}
	return s.addHost(i, end, name), true
}

// trimWord cuts dots, hyphens and underscores that are punctuation, and what follows
// a double dot.
func trimWord(w []byte) []byte {
	if n := bytes.Index(w, []byte("..")); n >= 0 {
		w = w[:n]
	}
	return bytes.TrimRight(w, ".-_")
}

// isRangeOfNumbers reports whether a name, with its final dot, has digits in all its labels.
func isRangeOfNumbers(labels string) bool {
	for i := range len(labels) {
		if !isDigit(labels[i]) && labels[i] != '.' {
			return false
		}
	}
	return true
}

func (s *scanner) addHost(i, end int, name string) int {
	port, after := attachedPort(s.b, end)
	if next, ok := s.bareURL(i, after, name, port); ok {
		return next
	}
	return s.add(Finding{Kind: Host, Value: name, Host: name, Port: port}, i, after)
}

// attachedPort reads ":22" directly behind an address or host.
func attachedPort(b []byte, i int) (port, end int) {
	if i >= len(b) || b[i] != ':' {
		return 0, i
	}
	n, j := 0, i+1
	for j < len(b) && j < i+6 && isDigit(b[j]) {
		n = n*10 + int(b[j]-'0')
		j++
	}
	if j == i+1 || n == 0 || n > 65535 || j < len(b) && (isAlnum(b[j]) || b[j] == ':') {
		return 0, i
	}
	return n, j
}

// plausible decides whether a bare word that ends in a top-level domain is a
// host, and not a file, a class, a version or two sentences run together.
func (s *scanner) plausible(i, end int, word, name string) bool {
	labels := strings.Count(name, ".") + 1
	tld := name[strings.LastIndexByte(name, '.')+1:]
	if programWords[name] || s.inPath(i) || malwareName(word) {
		return false
	}
	if strings.HasPrefix(name, "www.") {
		return true
	}
	if end+1 < len(s.b) && s.b[end] == '(' && s.b[end+1] == ')' {
		return false // a call
	}
	if fileTLD[tld] && (labels == 2 || hasNumberLabel(name)) {
		// Alone on its line it is an entry of a list of hosts.
		return len(tld) == 2 && s.aloneOnLine(i, end)
	}
	return !sentenceBreak(word) && !className(word, name, labels)
}

// malwareKinds begin the names that scanners give to malware.
var malwareKinds = set("worm trojan backdoor virus adware spyware exploit w32 w97m win32 win64 html js vbs heur troj downloader rootkit mal bkdr tspy pwsteal infostealer")

// malwareName sees "Worm.Bagle.GE" and "Trojan.Zbot": a kind, a dot, and a name with a capital.
func malwareName(word string) bool {
	kind, name, _ := strings.Cut(word, ".")
	return name != "" && (isUpper(name[0]) || isUpper(kind[0])) && malwareKinds[strings.ToLower(kind)]
}

// inPath reports whether b[i] goes on a file path: "/var/mail.app", "C:\x.com".
func (s *scanner) inPath(i int) bool {
	if i == 0 {
		return false
	}
	switch s.b[i-1] {
	case '\\', '$', '%', '#', '&':
		return true
	case '/', '~':
		return i-1 != s.done || s.done == 0 // not what follows a finding: "203.0.113.5/www.example.jp"
	case '.', '-', '_':
		return true
	}
	return false
}

func (s *scanner) aloneOnLine(i, end int) bool {
	return (i == 0 || s.b[i-1] == '\n') && (end == len(s.b) || s.b[end] == '\n' || s.b[end] == '\r')
}

func hasNumberLabel(name string) bool {
	for label := range strings.SplitSeq(name, ".") {
		if label != "" && isRangeOfNumbers(label) {
			return true
		}
	}
	return false
}

// sentenceBreak sees "later.In", where a space was forgotten: the last label
// alone begins with a capital.
func sentenceBreak(word string) bool {
	dot := strings.LastIndexByte(word, '.')
	last := word[dot+1:]
	return isUpper(last[0]) && !isUpper(last[len(last)-1]) && !isUpper(word[0])
}

// reversed are first labels of names written backwards, as Java packages are.
var reversed = set("com org net jp java javax sun android io gov edu")

// className sees names of packages and classes: org.apache.Foo, java.util.name.
func className(word, name string, labels int) bool {
	first, _, _ := strings.Cut(name, ".")
	tld := name[strings.LastIndexByte(name, '.')+1:]
	if labels >= 3 && reversed[first] && !commonTLD[tld] && len(tld) > 2 && !specialTLD[tld] {
		return true
	}
	for label := range strings.SplitSeq(word, ".") {
		if camelCase(label) && !commonTLD[tld] {
			return true
		}
	}
	return false
}

// camelCase reports a capital after a small letter: "fooBar".
func camelCase(label string) bool {
	for i := 1; i < len(label); i++ {
		if isUpper(label[i]) && label[i-1]-'a' < 26 {
			return true
		}
	}
	return false
}

func isUpper(c byte) bool { return c-'A' < 26 }

// email reads a mail address whose local part ends the word b[i:end] or goes
// on behind it.
func (s *scanner) email(i, end int) (int, bool) {
	at := end
	for at < len(s.b) && at-i < 64 && localByte[s.b[at]] {
		at++
	}
	if at >= len(s.b) || s.b[at] != '@' || at+1 >= len(s.b) {
		return 0, false
	}
	local := s.b[i:at]
	if at-i > 64 || bytes.HasSuffix(local, []byte(".")) {
		return 0, false
	}
	stop := wordEnd(s.b, at+1)
	host := trimWord(s.b[at+1 : stop])
	if s.b[at+1] == '[' {
		return s.emailLiteral(i, at)
	}
	hostEnd := at + 1 + len(host)
	name, ok := hostName(string(host))
	if !ok || !strings.Contains(name, ".") || !knownTLD(name[strings.LastIndexByte(name, '.')+1:]) {
		return 0, false
	}
	f := Finding{Kind: Email, Value: string(local) + "@" + name, Host: name}
	return s.add(f, i, hostEnd), true
}

// emailLiteral reads user@[203.0.113.5] (RFC 5321 section 4.1.3).
func (s *scanner) emailLiteral(i, at int) (int, bool) {
	n := bytes.IndexByte(s.b[at:min(len(s.b), at+64)], ']')
	if n < 0 {
		return 0, false
	}
	inside := strings.TrimPrefix(string(s.b[at+2:at+n]), "IPv6:")
	addr, err := netip.ParseAddr(inside)
	if err != nil || addr.Zone() != "" {
		return 0, false
	}
	f := Finding{Kind: Email, Value: string(s.b[i:at]) + "@[" + addr.String() + "]", Host: addr.String()}
	return s.add(f, i, at+n+1), true
}

var localByte = byteSet("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_+=&'*~%!#$")

// hostRune gives the length of a letter or digit outside ASCII that may stand
// in a host name, 0 for punctuation such as 。 and 、.
func hostRune(b []byte) int {
	r, n := utf8.DecodeRune(b)
	if r == utf8.RuneError || !unicode.IsLetter(r) && !unicode.IsMark(r) && r != 'ー' && r != '々' {
		return 0
	}
	return n
}

// idnAhead decides in an authority without path, "http://example.jpにアクセス",
// whether the letters at b[k:] belong to the host: they do where no known
// top-level domain was complete before them.
func idnAhead(b []byte, k int) bool {
	before := string(b[:k])
	if k == 0 || strings.HasSuffix(before, ".") || strings.HasSuffix(before, "-") {
		return true
	}
	if last := before[strings.LastIndexByte(before, '.')+1:]; !isASCII(last) {
		return strings.IndexByte(string(b[k:min(len(b), k+maxLabel)]), '.') >= 0
	} else if strings.Contains(before, ".") && knownTLD(strings.ToLower(last)) {
		return false
	}
	return true
}

const maxLabel = 63 * 3

// dot reads a host whose label before the dot is not ASCII: 日本語.jp. The dot
// is at b[i].
func (s *scanner) dot(i int) int {
	if i == 0 || s.b[i-1] < utf8.RuneSelf || i+1 >= len(s.b) || !isAlpha(s.b[i+1]) {
		return i + 1
	}
	end := wordEnd(s.b, i+1)
	word := trimWord(s.b[i+1 : end])
	tld := lower(word[bytes.LastIndexByte(word, '.')+1:])
	if len(word) == 0 || !knownTLD(tld) {
		return i + 1
	}
	start, ok := s.idnStart(i)
	if !ok {
		return i + 1
	}
	end = i + 1 + len(word)
	name, ok := hostName(string(s.b[start:end]))
	if !ok {
		return i + 1
	}
	return s.addHost(start, end, name)
}

// idnStart walks back over letters to where a name in another script starts.
// Running Japanese text gives no border, so the name must stand free: after
// a space, bracket, quote or the line's start.
func (s *scanner) idnStart(i int) (int, bool) {
	start := i
	for start > s.done && i-start < maxLabel {
		r, n := utf8.DecodeLastRune(s.b[s.done:start])
		if r == '.' || r == '-' || unicode.IsLetter(r) || unicode.IsMark(r) || r >= '0' && r <= '9' {
			start -= n
			continue
		}
		break
	}
	if start == i || i-start >= maxLabel {
		return 0, false
	}
	first := s.b[start]
	return start, first != '.' && first != '-' && !strings.ContainsAny(string(s.b[start:i]), "はがをにへでとのも")
}
