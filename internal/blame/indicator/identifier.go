package indicator

import (
	"bytes"
	"strconv"
	"strings"
)

// identifier reads a hash, an AS number, a CVE or a port that starts the word
// b[i:end].
func (s *scanner) identifier(i, end int) (int, bool) {
	if i > 0 && s.b[i-1] == '_' {
		return 0, false
	}
	word := s.b[i:end]
	if len(word) >= 32 {
		if next, ok := s.hash(i, bytes.TrimRight(word, ".-_")); ok {
			return next, true
		}
	}
	switch word[0] | 0x20 {
	case 'a':
		return s.asn(i, word)
	case 'c':
		return s.cve(i, word)
	case 't', 'u', 'p', 'd':
		return s.portAfterWord(i, end)
	}
	if isDigit(word[0]) {
		return s.portBeforeWord(i, end)
	}
	return 0, false
}

// hash accepts the lengths of MD5, SHA-1, SHA-224, SHA-256, SHA-384 and SHA-512 in hex, of
// one letter case, with both digits and letters.
func (s *scanner) hash(i int, word []byte) (int, bool) {
	switch len(word) {
	case 32, 40, 56, 64, 96, 128:
	default:
		return 0, false
	}
	digits, letters := false, false
	for _, c := range word {
		if !isHex(c) {
			return 0, false
		}
		if isDigit(c) {
			digits = true
		} else {
			letters = true
		}
	}
	if !digits || !letters {
		return 0, false
	}
	return s.add(Finding{Kind: Hash, Value: lower(word)}, i, i+len(word)), true
}

// asn reads AS64500, ASN64500, "AS 64500" (asplain, RFC 5396) and AS1.10 (asdot).
func (s *scanner) asn(i int, word []byte) (int, bool) {
	n := 0
	switch {
	case len(word) >= 3 && bytes.EqualFold(word[:3], []byte("ASN")):
		n = 3
	case len(word) >= 2 && bytes.Equal(word[:2], []byte("AS")) || bytes.HasPrefix(word, []byte("as")) && len(word) >= 6:
		n = 2
	default:
		return 0, false
	}
	at := i + n
	if n == len(word) {
		for at < len(s.b) && at < i+n+2 && (s.b[at] == ' ' || s.b[at] == ':') {
			at++
		}
	}
	end := at
	for end < len(s.b) && end-at < 11 && isDigit(s.b[end]) {
		end++
	}
	high := uint64(0)
	low, err := strconv.ParseUint(string(s.b[at:end]), 10, 32)
	if err != nil || low == 0 {
		return 0, false
	}
	if end+1 < len(s.b) && s.b[end] == '.' && isDigit(s.b[end+1]) {
		high = low
		at = end + 1
		for end = at; end < len(s.b) && end-at < 6 && isDigit(s.b[end]); end++ {
		}
		if low, err = strconv.ParseUint(string(s.b[at:end]), 10, 16); err != nil || high > 65535 {
			return 0, false
		}
	}
	if end < len(s.b) && (isAlnum(s.b[end]) || s.b[end] == '_' || s.b[end] == '-' && n == len(word)) {
		return 0, false
	}
	return s.add(Finding{Kind: ASN, Value: "AS" + strconv.FormatUint(high<<16|low, 10)}, i, end), true
}

// cve reads CVE-2008-1447 and the candidates (CAN-) of before 2005.
func (s *scanner) cve(i int, word []byte) (int, bool) {
	if len(word) < 13 || !bytes.EqualFold(word[:4], []byte("CVE-")) && !bytes.EqualFold(word[:4], []byte("CAN-")) {
		return 0, false
	}
	for k := 4; k < 8; k++ {
		if !isDigit(word[k]) {
			return 0, false
		}
	}
	n := 9
	for n < len(word) && isDigit(word[n]) {
		n++
	}
	if word[8] != '-' || n-9 < 4 || n-9 > 10 || n < len(word) && isAlnum(word[n]) {
		return 0, false
	}
	return s.add(Finding{Kind: CVE, Value: "CVE-" + string(word[4:n])}, i, i+n), true
}

// portAfterWord reads "tcp/22", "TCP 22", "port 22", "dst port: 22", "dport=22".
func (s *scanner) portAfterWord(i, end int) (int, bool) {
	word := s.b[i:end]
	for n := 0; n < len(word); n++ {
		if !isAlpha(word[n]) {
			word = word[:n]
		}
	}
	if len(word) < 3 || len(word) > 7 {
		return 0, false
	}
	name := lower(word)
	proto := ""
	at := i + len(word)
	switch name {
	case "tcp", "udp":
		proto = name
		if at >= len(s.b) || strings.IndexByte("/:- ", s.b[at]) < 0 {
			return 0, false
		}
		at++
		if hasFoldPrefix(string(s.b[at:min(len(s.b), at+8)]), "port ") {
			at += len("port ")
		}
	case "port", "ports", "dport", "dpt", "dstport":
		for at < len(s.b) && at < i+len(word)+3 && strings.IndexByte(" :=#.\"", s.b[at]) >= 0 {
			at++
		}
	default:
		return 0, false
	}
	return s.port(i, at, proto)
}

// portBeforeWord reads "22/tcp", "22番ポート", "22 番ポート" and "22番port".
func (s *scanner) portBeforeWord(i, end int) (int, bool) {
	number, n := portNumber(s.b[i:end])
	if n == 0 || i+n != end && s.b[i+n] != '.' {
		return 0, false
	}
	rest := s.b[i+n:]
	for _, proto := range []string{"tcp", "udp"} {
		if len(rest) > 3 && rest[0] == '/' && bytes.EqualFold(rest[1:4], []byte(proto)) && (len(rest) == 4 || !isAlnum(rest[4])) {
			return s.addPort(i, i+n+4, number, proto), true
		}
	}
	blank := 0
	if len(rest) > 0 && rest[0] == ' ' {
		blank = 1
	}
	for _, word := range []string{"番ポート", "番のポート", "番port", "番Port", "ポート"} {
		if bytes.HasPrefix(rest[blank:], []byte(word)) && (blank == 0 || word != "ポート") { // "22 ポート" may count ports
			return s.addPort(i, i+n+blank+len(word), number, ""), true
		}
	}
	return 0, false
}

// port reads the number at b[at:] of a port whose wording began at start.
func (s *scanner) port(start, at int, proto string) (int, bool) {
	number, n := portNumber(s.b[at:])
	if n == 0 {
		return 0, false
	}
	end := at + n
	if end < len(s.b) && (isAlpha(s.b[end]) || s.b[end] == '_' || (s.b[end] == '.' || s.b[end] == ':') && end+1 < len(s.b) && isDigit(s.b[end+1])) {
		return 0, false
	}
	if proto == "" && end+4 <= len(s.b) && s.b[end] == '/' {
		if p := lower(s.b[end+1 : end+4]); p == "tcp" || p == "udp" {
			proto, end = p, end+4
		}
	}
	return s.addPort(start, end, number, proto), true
}

func (s *scanner) addPort(start, end, number int, proto string) int {
	value := strconv.Itoa(number)
	if proto != "" {
		value += "/" + proto
	}
	return s.add(Finding{Kind: Port, Value: value, Port: number}, start, end)
}

func portNumber(b []byte) (number, length int) {
	for length < len(b) && length < 6 && isDigit(b[length]) {
		number = number*10 + int(b[length]-'0')
		length++
	}
	if number == 0 || number > 65535 || length > 5 || b[0] == '0' {
		return 0, 0
	}
	return number, length
}

// portWords begin a port in Japanese: ポート22, ポート番号：22.
var portWords = [][]byte{[]byte("ポート番号"), []byte("ポート")}

// japanese skips the non-ASCII text at b[i], reading the one indicator that
// starts in it.
func (s *scanner) japanese(i int) int {
	for i < len(s.b) && s.b[i] >= 0x80 {
		if s.b[i] != 0xE3 || i+2 >= len(s.b) || s.b[i+1] != 0x83 || s.b[i+2] != 0x9D { // ポ
			i++
			continue
		}
		if next, ok := s.japanesePort(i); ok {
			return next
		}
		i++
	}
	return i
}

func (s *scanner) japanesePort(i int) (int, bool) {
	for _, word := range portWords {
		if bytes.HasPrefix(s.b[i:], word) {
			at := i + len(word)
			for at < len(s.b) && at < i+len(word)+3 && strings.IndexByte(" :=", s.b[at]) >= 0 {
				at++
			}
			proto := ""
			if at+4 < len(s.b) && s.b[at+3] == '/' {
				if p := lower(s.b[at : at+3]); p == "tcp" || p == "udp" {
					proto, at = p, at+4
				}
			}
			return s.port(i, at, proto)
		}
	}
	return 0, false
}
