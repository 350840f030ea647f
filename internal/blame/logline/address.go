package logline

import (
	"net/netip"
	"strings"
)

func isDigit(c byte) bool { return c-'0' < 10 }
func isAlpha(c byte) bool { return c|0x20-'a' < 26 }
func isAlnum(c byte) bool { return isDigit(c) || isAlpha(c) }
func isHex(c byte) bool   { return isDigit(c) || c|0x20-'a' < 6 }

// readAddr reads an IP address at s[i:] and gives the index after it. IPv4
// inside IPv6 is given as IPv4. Numbers may be padded with zeros, as by
// devices that print columns.
func readAddr(s string, i int) (a netip.Addr, end int, ok bool) {
	if a, end, ok = readV4(s, i); ok {
		return a, end, true
	}
	return readV6(s, i)
}

func readV4(s string, i int) (netip.Addr, int, bool) {
	a, end, ok := fourNumbers(s, i)
	if !ok || end < len(s) && (isAlnum(s[end]) || s[end] == '.' && end+1 < len(s) && isDigit(s[end+1])) {
		return netip.Addr{}, i, false
	}
	return a, end, true
}

// fourNumbers reads "203.0.113.5" whatever stands behind it.
func fourNumbers(s string, i int) (netip.Addr, int, bool) {
	var octets [4]byte
	for k := range octets {
		start, n := i, 0
		for i < len(s) && i < start+3 && isDigit(s[i]) {
			n = n*10 + int(s[i]-'0')
			i++
		}
		if i == start || n > 255 {
			return netip.Addr{}, i, false
		}
		octets[k] = byte(n)
		if k < 3 {
			if i >= len(s) || s[i] != '.' {
				return netip.Addr{}, i, false
			}
			i++
		}
	}
	return netip.AddrFrom4(octets), i, true
}

func readV6(s string, i int) (netip.Addr, int, bool) {
	if i >= len(s) || !isHex(s[i]) && s[i] != ':' {
		return netip.Addr{}, i, false
	}
	end, colons := i, 0
	for end < len(s) && end-i < 48 && (isHex(s[end]) || s[end] == ':' || s[end] == '.') {
		if s[end] == ':' {
			colons++
		}
		end++
	}
	if colons < 2 || end < len(s) && isAlnum(s[end]) {
		return netip.Addr{}, i, false
	}
	text := strings.TrimRight(s[i:end], ".")
	if strings.HasSuffix(text, ":") && !strings.HasSuffix(text, "::") {
		text = text[:len(text)-1]
	}
	a, err := netip.ParseAddr(text)
	if err != nil && colons <= 8 {
		// "::ffff:203.0.113.5:22" and seven-colon forms carry a port after the address.
		if cut := strings.LastIndexByte(text, ':'); cut > 0 {
			text = text[:cut]
			a, err = netip.ParseAddr(text)
		}
	}
	if err != nil || a == netip.IPv6Unspecified() && len(text) > 2 {
		return netip.Addr{}, i, false
	}
	return a.Unmap(), i + len(text), true
}

// readPort reads the port attached behind an address or host: ":22", "#53",
// "]:22", "(22)", " port 22", ",port=22".
func readPort(s string, i int) (port, end int) {
	j := i
	if j < len(s) && s[j] == ']' {
		j++
	}
	rest := s[j:]
	for _, lead := range [...]string{":", "#", " port ", "(", ", port ", ",port=", ", port=[", ", port: "} {
		if strings.HasPrefix(rest, lead) {
			port, end = readNumber(s, j+len(lead))
			if end > j+len(lead) && port > 0 && port <= 65535 && (end == len(s) || !isAlnum(s[end]) && s[end] != '.' || s[end] == '.' && (end+1 == len(s) || !isDigit(s[end+1]))) {
				return port, end
			}
		}
	}
	return 0, i
}

// readNumber reads at most nine digits.
func readNumber(s string, i int) (n, end int) {
	for end = i; end < len(s) && end < i+9 && isDigit(s[end]); end++ {
		n = n*10 + int(s[end]-'0')
	}
	return n, end
}

// readEndpoint reads an address or host name at s[i:] behind brackets and
// quotes, with the port attached to it.
func readEndpoint(s string, i int) (Endpoint, int, bool) {
	i = skipOpening(s, i)
	if a, end, ok := readAddr(s, i); ok {
		e := Endpoint{Addr: a, Start: i, End: end}
		e.Port, end = readPort(s, end)
		return e, end, true
	}
	return readHost(s, i)
}

// skipOpening passes what products print before an address.
func skipOpening(s string, i int) int {
	for i < len(s) && strings.IndexByte("[(<{\"'`@/=", s[i]) >= 0 {
		i++
	}
	for _, label := range [...]string{"ip address ", "ip ", "ip:", "IP: ", "IP:", "IP ", "ipv4:", "ipv6:", "IPv4:", "AF_INET]", "AF_INET6]", "UDP:[", "TCP:[", "UDP:", "TCP:", "TLS:", "host ", "IPV4/UDP/", "IPV4/TCP/", "IPV4/TLS/", "IPV4/WS/", "IPV4/WSS/", "IPV6/UDP/", "IPV6/TCP/", "IPV6/TLS/"} {
		if strings.HasPrefix(s[i:], label) {
			i += len(label)
			if i < len(s) && (s[i] == '[' || s[i] == ' ') {
				i++
			}
			break
		}
	}
	return i
}

// readHost reads a host name, followed by its address in brackets where the product tells both:
// "mail.example.jp [203.0.113.5]".
func readHost(s string, i int) (Endpoint, int, bool) {
	end, dots, letters := i, 0, 0
	for end < len(s) && end-i < 254 && (isAlnum(s[end]) || s[end] == '.' || s[end] == '-' || s[end] == '_') {
		if s[end] == '.' {
			dots++
		}
		if isAlpha(s[end]) {
			letters++
		}
		end++
	}
	if end == i {
		return Endpoint{}, i, false
	}
	for j := end; j < len(s) && j < end+3 && strings.IndexByte(" [(", s[j]) >= 0; j++ {
		if s[j] == ' ' {
			continue
		}
		if a, after, ok := readAddr(s, j+1); ok {
			e := Endpoint{Addr: a, Start: j + 1, End: after}
			if e.Port, after = readPort(s, after); after < len(s) && (s[after] == ']' || s[after] == ')') {
				after++
				if e.Port == 0 {
					e.Port, after = readPort(s, after)
				}
			}
			return e, after, true
		}
	}
	name := strings.TrimRight(s[i:end], ".-")
	if dots == 0 || letters == 0 || !strings.Contains(name, ".") || !isAlpha(name[len(name)-1]) {
		return Endpoint{}, i, false
	}
	e := Endpoint{Host: strings.ToLower(name), Start: i, End: i + len(name)}
	e.Port, end = readPort(s, i+len(name))
	return e, end, true
}

// maxAddresses bounds how many addresses of one line are weighed.
const maxAddresses = 16

// addresses finds the IP addresses in s from from on, with their ports.
func addresses(s string, from int) []Endpoint {
	var list []Endpoint
	for i := from; i < len(s) && len(list) < maxAddresses; {
		c := s[i]
		if !isHex(c) && c != ':' || i > 0 && (isAlnum(s[i-1]) || s[i-1] == '.' || s[i-1] == ':' && c == ':') {
			i++
			continue
		}
		a, end, ok := readAddr(s, i)
		if !ok || a == netip.IPv6Unspecified() || c != ':' && !a.Is4() && !strings.Contains(s[i:end], ":") {
			i = skipWord(s, i)
			continue
		}
		e := Endpoint{Addr: a, Start: i, End: end}
		e.Port, i = readPort(s, end)
		list = append(list, e)
	}
	return list
}

// skipWord passes the characters an address is made of, so that no character is tried twice.
func skipWord(s string, i int) int {
	i++
	for i < len(s) && isAlnum(s[i]) {
		i++
	}
	return i
}
