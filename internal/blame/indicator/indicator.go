// Package indicator finds the technical indicators that people write in text:
// addresses, networks, hosts, URLs, mail addresses, hashes, AS numbers, CVE
// identifiers and ports.
//
// Reports write them for the eye. They are defanged so that nobody clicks
// (hxxp://www[.]example[.]jp), written with full-width letters by a Japanese
// keyboard (２０３．０．１１３．７), run into the words around them
// (攻撃元は203.0.113.7です), or broken over two lines between angle brackets.
// Find reads all of these and gives each in one normal form, beside the bytes
// where it stood.
//
// The text is first folded to plain ASCII punctuation with a map back to the
// original offsets; one scanner then walks over it once. A host is believed
// where its last label is a public suffix (or a special-use name) and the
// word is not rather a file name, a version number or a class name; where the
// writer defanged it, the doubt falls away.
//
// Normal forms follow RFC 5952 (IPv6), RFC 5891 (IDNA, by golang.org/x/net/idna),
// RFC 3986 (URLs: scheme and host normalised, the rest as written).
package indicator

import "strings"

// Kind says what an indicator is, in the words of the desk's contract.
type Kind string

const (
	IP    Kind = "ip"
	CIDR  Kind = "cidr"
	Host  Kind = "host"
	URL   Kind = "url"
	Email Kind = "email"
	Hash  Kind = "hash"
	ASN   Kind = "asn"
	CVE   Kind = "cve"
	Port  Kind = "port"
)

// Finding is one indicator and where it stood.
type Finding struct {
	Kind Kind

	// Value is the normal form: refanged; a host as lower-case A-label
	// without final dot; IPv6 as in RFC 5952; a hash in lower case; an AS
	// number as "AS64500"; a CVE in upper case; a port as "22", "22/tcp".
	// A URL has scheme and host in normal form, the rest as it was written.
	Value string

	// Start and End are byte offsets of what was read, in the text as written.
	Start, End int

	// Defanged says that the writer made the indicator unclickable.
	Defanged bool

	// Host is, for a URL or mail address, its host in normal form, which may
	// be an IP; for an IP or host, the value itself. Else "".
	Host string

	// Port is the port directly attached: of a URL or of "203.0.113.5:22";
	// of a port finding, its number. 0 where none was told.
	Port int
}

// Find gives the indicators of a text in order of their place. They do not
// overlap, except that a range of addresses that is no single network
// ("203.0.113.1-203.0.113.9") gives the fewest networks that make it up,
// all with the range's offsets.
func Find(text string) []Finding { return FindFirst(text, len(text)) }

// FindFirst finds as Find does, and goes no further once it has more than
// most, so that a text of nothing but addresses takes no memory out of
// proportion.
func FindFirst(text string, most int) []Finding {
	if !worthScanning(text) {
		return nil
	}
	s := &scanner{folded: fold(text), most: most}
	s.scan()
	return s.found
}

// worthScanning is a quick look for anything an indicator needs: a digit, a
// dot or a colon, in ASCII or among the full-width forms.
func worthScanning(text string) bool {
	for i := range len(text) {
		switch c := text[i]; {
		case isDigit(c), c == '.', c == ':', c == '@', c == 0xEF:
			return true
		case c == 0xE3 && (strings.HasPrefix(text[i:], "アット") || strings.HasPrefix(text[i:], "ドット")):
			return true
		case c|0x20 == 'd' && hasFoldPrefix(text[i:], "dot "):
			return true
		}
	}
	return false
}
