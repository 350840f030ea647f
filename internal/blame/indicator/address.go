package indicator

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"net/netip"
	"strings"
)

func v4(n uint32) netip.Addr {
	var a [4]byte
	binary.BigEndian.PutUint32(a[:], n)
	return netip.AddrFrom4(a)
}

func number(a netip.Addr) uint32 {
	b := a.As4()
	return binary.BigEndian.Uint32(b[:])
}

// dotted reads four decimal numbers with dots at the start of b. A number may
// be padded with zeros to three digits, as some devices and people write.
func dotted(b []byte) (a netip.Addr, length int, ok bool) {
	var octets [4]byte
	i := 0
	for k := range octets {
		start, n := i, 0
		for i < len(b) && i < start+3 && isDigit(b[i]) {
			n = n*10 + int(b[i]-'0')
			i++
		}
		digits := i - start
		if digits == 0 || n > 255 || digits == 2 && b[start] == '0' {
			return netip.Addr{}, 0, false
		}
		octets[k] = byte(n)
		if k < 3 {
			if i >= len(b) || b[i] != '.' {
				return netip.Addr{}, 0, false
			}
			i++
		}
	}
	return netip.AddrFrom4(octets), i, true
}

// ipv4 reads an IPv4 address at b[i:], with what makes it a network, a range or
// an endpoint. wordEnd is where its word ends.
func (s *scanner) ipv4(i, wordEnd int) (int, bool) {
	a, n, ok := dotted(s.b[i:wordEnd])
	if !ok {
		return 0, false
	}
	end := i + n
	if !s.standsFree(i, end, wordEnd) || s.isVersion(i, a) {
		return wordEnd, true
	}
	if next, ok := s.network(i, end, a); ok {
		return next, true
	}
	if next, ok := s.rangeFrom(i, end, a); ok {
		return next, true
	}
	port, after := attachedPort(s.b, end)
	value := a.String()
	if after == end && onlyNumber(s.b, end) {
		return s.add(Finding{Kind: IP, Value: value, Host: value}, i, end), true
	}
	if next, ok := s.bareURL(i, after, value, port); ok {
		return next, true
	}
	return s.add(Finding{Kind: IP, Value: value, Host: value, Port: port}, i, after), true
}

// onlyNumber tells whether nothing but a slash and a number follows an address: a port of a packet filter ("outside:203.0.113.5/1234")
// or the next cell of a row, and no path of a page.
func onlyNumber(b []byte, end int) bool {
	if end >= len(b) || b[end] != '/' {
		return false
	}
	n := end + 1
	for n < len(b) && isDigit(b[n]) {
		n++
	}
	return n > end+1 && (n == len(b) || b[n] != '/' && b[n] != '?' && !wordByte[b[n]])
}

// standsFree rejects four numbers within more: "1.2.3.4.5", "4.3.2.1-beta",
// "10.0.0.1.example.jp".
func (s *scanner) standsFree(i, end, wordEnd int) bool {
	if i > 0 && (s.b[i-1] == '.' || s.b[i-1] == '_' || s.b[i-1] == '-' && i > 1 && isAlpha(s.b[i-2])) {
		return false
	}
	if end == wordEnd {
		return true
	}
	switch next := s.b[end]; {
	case next == '.' && (end+1 == wordEnd || !isAlnum(s.b[end+1])):
		return true // the sentence's full stop, or an ellipsis
	case next == '-':
		return end+1 == wordEnd || isDigit(s.b[end+1])
	}
	return false
}

// versionWords stand before numbers that are no address.
var versionWords = []string{
	"version", "ver", "ver.", "v", "v.", "build", "release", "rev", "rev.", "firmware", "oid",
	"section", "sec.", "chapter", "バージョン", "版", "第", "§",
}

// isVersion decides from what stands before b[i] that four numbers are a
// version or a section: "Firefox/3.0.0.1", "version 1.2.3.4", "第1.2.3.4".
func (s *scanner) isVersion(i int, a netip.Addr) bool {
	first := a.As4()[0]
	if first == 0 && a != netip.IPv4Unspecified() || a == netip.AddrFrom4([4]byte{1, 3, 6, 1}) {
		return true
	}
	if s.defangedIn(i, i+7) || i == 0 {
		return false
	}
	if s.b[i-1] == '/' && i > 1 && isAlpha(s.b[i-2]) && s.done < i {
		return productToken(s.b[:i-1])
	}
	before := bytes.TrimRight(s.b[max(0, i-24):i], " :=(\t")
	if len(before) == 0 {
		return false
	}
	text := lower(before)
	for _, word := range versionWords {
		if strings.HasSuffix(text, word) {
			rest := text[:len(text)-len(word)]
			return word[0] >= 0x80 || rest == "" || !isAlnum(rest[len(rest)-1])
		}
	}
	return false
}

// productToken sees "Firefox" in "Firefox/3.0.0.1": a name with a capital that no slash begins.
func productToken(b []byte) bool {
	start := len(b)
	for start > 0 && (isAlnum(b[start-1]) || b[start-1] == '-' || b[start-1] == '_') {
		start--
	}
	return isUpper(b[start]) && (start == 0 || b[start-1] != '/') || bytes.Contains(b[start:], []byte("lib"))
}

// network reads "/24", " / 24", "/255.255.255.0" and " netmask 255.255.255.0"
// behind the address a.
func (s *scanner) network(start, end int, a netip.Addr) (int, bool) {
	i := end
	spaced := i < len(s.b) && s.b[i] == ' '
	if spaced {
		i++
	}
	if i < len(s.b) && s.b[i] == '/' {
		i++
		if spaced && i < len(s.b) && s.b[i] == ' ' {
			i++
		}
		if mask, n, ok := dotted(s.b[i:]); ok {
			return s.masked(start, i+n, a, mask)
		}
		length, n := smallNumber(s.b[i:])
		if n == 0 || length > 32 || i+n < len(s.b) && (isAlnum(s.b[i+n]) || s.b[i+n] == '/') {
			return 0, false
		}
		if length == 0 && number(a) != 0 {
			return 0, false
		}
		return s.addPrefix(start, i+n, netip.PrefixFrom(a, length).Masked()), true
	}
	for _, word := range []string{"netmask ", "mask ", "ネットマスク ", "subnet mask "} {
		if spaced && hasFoldPrefix(string(s.b[i:min(len(s.b), i+40)]), word) {
			if mask, n, ok := dotted(s.b[i+len(word):]); ok {
				return s.masked(start, i+len(word)+n, a, mask)
			}
		}
	}
	return 0, false
}

func (s *scanner) masked(start, end int, a, mask netip.Addr) (int, bool) {
	m := number(mask)
	ones := bits.LeadingZeros32(^m)
	if bits.OnesCount32(m) != ones || ones == 0 {
		return 0, false
	}
	return s.addPrefix(start, end, netip.PrefixFrom(a, ones).Masked()), true
}

// addPrefix records a network; one of full length is an address.
func (s *scanner) addPrefix(start, end int, p netip.Prefix) int {
	if p.IsSingleIP() {
		value := p.Addr().String()
		return s.add(Finding{Kind: IP, Value: value, Host: value}, start, end)
	}
	return s.add(Finding{Kind: CIDR, Value: p.String()}, start, end)
}

// smallNumber reads up to three digits.
func smallNumber(b []byte) (n, length int) {
	for length < len(b) && length < 3 && isDigit(b[length]) {
		n = n*10 + int(b[length]-'0')
		length++
	}
	return n, length
}

// rangeFrom reads "-203.0.113.9", "～9" or " - 203.0.113.9" behind the address
// first. A range is one network where it is one, else the fewest that make it
// up; ranges wider than a /8 are taken for two addresses with a dash between.
func (s *scanner) rangeFrom(start, end int, first netip.Addr) (int, bool) {
	i := skipBlank(s.b, end)
	if i >= len(s.b) || s.b[i] != '-' && s.b[i] != '~' {
		return 0, false
	}
	dash := s.b[i]
	tight := i == end
	i = skipBlank(s.b, i+1)
	last, n, ok := dotted(s.b[i:])
	if !ok {
		if !tight || dash == '-' && i != end+1 {
			return 0, false
		}
		octet, m := smallNumber(s.b[i:])
		if m == 0 || octet > 255 || i+m < len(s.b) && (isAlnum(s.b[i+m]) || s.b[i+m] == '-') {
			return 0, false
		}
		o := first.As4()
		o[3] = byte(octet)
		last, n = netip.AddrFrom4(o), m
	}
	end = i + n
	lo, hi := number(first), number(last)
	if hi <= lo || hi-lo >= 1<<24 || lo < 1<<24 || end < len(s.b) && (isAlnum(s.b[end]) || s.b[end] == '/') {
		return 0, false
	}
	for _, p := range cover(lo, hi) {
		s.addPrefix(start, end, p)
	}
	return end, true
}

func skipBlank(b []byte, i int) int {
	if i < len(b) && b[i] == ' ' {
		i++
	}
	return i
}

// cover gives the fewest networks that hold exactly lo to hi.
func cover(lo, hi uint32) []netip.Prefix {
	var list []netip.Prefix
	for next := uint64(lo); next <= uint64(hi); {
		size := min(bits.TrailingZeros32(uint32(next)), bits.Len64(uint64(hi)-next+1)-1)
		list = append(list, netip.PrefixFrom(v4(uint32(next)), 32-size))
		next += 1 << size
	}
	return list
}

var v6Byte = byteSet("0123456789abcdefABCDEF:.")

// ipv6 reads an IPv6 address at b[i:], with prefix length, or with the port of
// "[2001:db8::1]:22". Its text must look like one on purpose: Class::Name made of hex
// letters is none.
func (s *scanner) ipv6(i int) (int, bool) {
	b := s.b
	if b[i] != ':' && !hexThenColon(b[i:]) || i > 0 && (isAlnum(b[i-1]) || b[i-1] == ':' || b[i-1] == '.') {
		return 0, false
	}
	end := i
	for end < len(b) && end-i < 64 && v6Byte[b[end]] {
		end++
	}
	if end < len(b) && (isAlnum(b[end]) || b[end] == '_') {
		return 0, false
	}
	text := strings.TrimRight(string(b[i:end]), ".")
	if strings.HasSuffix(text, ":") && !strings.HasSuffix(text, "::") {
		text = text[:len(text)-1]
	}
	a, err := netip.ParseAddr(text)
	if err != nil || !a.Is6() || a.IsUnspecified() || !deliberate(a.String()) {
		return 0, false
	}
	end = i + len(text)
	if a.Is4In6() {
		a = a.Unmap()
	}
	return s.addV6(i, end, a), true
}

func (s *scanner) addV6(i, end int, a netip.Addr) int {
	if end+1 < len(s.b) && s.b[end] == '/' && isDigit(s.b[end+1]) {
		length, n := smallNumber(s.b[end+1:])
		after := end + 1 + n
		if a.Is4() {
			length -= 96
		}
		if length >= 8 && length <= a.BitLen() && (after == len(s.b) || !isAlnum(s.b[after])) {
			if p := netip.PrefixFrom(a, length).Masked(); p.Addr().Is4() || deliberate(p.Addr().String()) {
				return s.addPrefix(i, after, p)
			}
		}
	}
	value := a.String()
	f := Finding{Kind: IP, Value: value, Host: value}
	if end < len(s.b) && s.b[end] == ']' && i > 0 && s.b[i-1] == '[' {
		if port, after := attachedPort(s.b, end+1); port != 0 {
			f.Port = port
			return s.add(f, i, after)
		}
	}
	return s.add(f, i, end)
}

// hexThenColon is the cheap look before an IPv6 address is parsed.
func hexThenColon(b []byte) bool {
	for i := 0; i < len(b) && i < 5; i++ {
		if b[i] == ':' {
			return i > 0 && i+1 < len(b) && (b[i+1] == ':' || isHex(b[i+1]))
		}
		if !isHex(b[i]) {
			return false
		}
	}
	return false
}

// deliberate rejects what only happens to parse: "::", "a::b", "dead::beef"
// of a program.
func deliberate(text string) bool {
	colons := strings.Count(text, ":")
	if text == "::1" || colons >= 7 {
		return true
	}
	digits := 0
	for i := range len(text) {
		if isDigit(text[i]) {
			digits++
		}
	}
	return digits >= 2 && colons >= 2 && len(text) >= 6 || digits >= 1 && colons >= 3
}
