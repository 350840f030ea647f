package indicator

import (
	"bytes"
	"net/netip"
	"strconv"
	"strings"
	"unicode/utf8"
)

// schemes gives the normal form of the schemes that are read, and of the ways
// in which they are defanged. Star and other fillers stand for any letter
// (see schemeAt).
var schemes = map[string]struct {
	normal   string
	defanged bool
}{
	"http": {"http", false}, "https": {"https", false}, "ftp": {"ftp", false},
	"ftps": {"ftps", false}, "sftp": {"sftp", false}, "ssh": {"ssh", false},
	"telnet": {"telnet", false}, "ws": {"ws", false}, "wss": {"wss", false},
	"ldap": {"ldap", false}, "ldaps": {"ldaps", false}, "rmi": {"rmi", false},
	"rtsp": {"rtsp", false}, "irc": {"irc", false}, "ircs": {"ircs", false}, "tcp": {"tcp", false}, "udp": {"udp", false},
	"sip": {"sip", false}, "sips": {"sips", false}, "smb": {"smb", false}, "rdp": {"rdp", false},
	"hxxp": {"http", true}, "hxxps": {"https", true}, "hxtp": {"http", true}, "htxp": {"http", true},
	"hxxtp": {"http", true}, "hxxtps": {"https", true}, "htxps": {"https", true}, "hxtps": {"https", true},
	"htttp": {"http", true}, "httpx": {"http", true}, "xxxp": {"http", true}, "xxxps": {"https", true},
	"meow": {"http", true}, "meows": {"https", true},
	"ttp": {"http", true}, "ttps": {"https", true}, "tp": {"http", true}, "tps": {"https", true},
	"htp": {"http", true}, "htps": {"https", true}, "hp": {"http", true},
	"fxp": {"ftp", true}, "fxps": {"ftps", true}, "fxxp": {"ftp", true},
	"h**p": {"http", true}, "h**ps": {"https", true}, "h__p": {"http", true}, "h__ps": {"https", true},
	"h--p": {"http", true}, "h--ps": {"https", true}, "h..p": {"http", true}, "h..ps": {"https", true},
	"f*p": {"ftp", true}, "ht*p": {"http", true}, "ht*ps": {"https", true}, "h*tp": {"http", true}, "h*tps": {"https", true},
}

// url reads a URL whose scheme ends the word b[i:end], or a scheme hidden by
// stars (h**p://) that starts at i.
func (s *scanner) url(i, end int) (int, bool) {
	sep := end
	if sep < len(s.b) && s.b[sep] == '*' && sep-i <= 2 {
		for sep < len(s.b) && sep-i < 6 && (s.b[sep] == '*' || isAlpha(s.b[sep])) {
			sep++
		}
	}
	if sep >= len(s.b) || s.b[sep] != ':' {
		return 0, false
	}
	after := afterSeparator(s.b, sep)
	if after < 0 {
		return 0, false
	}
	// "seehttp://": the longest known scheme that ends the word.
	for from := max(i, sep-7); from < sep; from++ {
		known, ok := schemes[lower(s.b[from:sep])]
		if ok && (from == i || len(known.normal) >= 3 && !known.defanged) {
			return s.urlAfter(from, after, known.normal, known.defanged)
		}
	}
	return 0, false
}

// afterSeparator gives the index behind "://" at b[i:], forgiving ":\\", ":///"
// and a space after it; -1 where there is none.
func afterSeparator(b []byte, i int) int {
	rest := b[i:]
	for _, sep := range []string{"://", ":\\\\"} {
		if bytes.HasPrefix(rest, []byte(sep)) {
			i += 3
			if i < len(b) && b[i] == '/' {
				i++
			}
			return i
		}
	}
	return -1
}

// urlAfter reads what follows the scheme: authority and the rest. start is
// where the finding starts.
func (s *scanner) urlAfter(start, after int, scheme string, defanged bool) (int, bool) {
	raw, end := s.urlExtent(start, after)
	split := bytes.IndexAny(raw, "/?#\\")
	if split < 0 {
		split = len(raw)
	}
	authority, rest := string(raw[:split]), raw[split:]
	userinfo := ""
	if at := strings.LastIndexByte(authority, '@'); at >= 0 {
		userinfo, authority = authority[:at+1], authority[at+1:]
	}
	host, port, portText := splitPort(authority)
	normal, addr, ok := urlHost(host)
	if !ok {
		return 0, false
	}
	shown := normal
	if addr.Is6() {
		shown = "[" + normal + "]"
	}
	f := Finding{
		Kind: URL, Host: normal, Port: port, Defanged: defanged,
		Value: scheme + "://" + userinfo + shown + portText + string(rest),
	}
	return s.add(f, start, end), true
}

// splitPort takes ":port" off an authority. The text of the port is given back
// with its colon, as written.
func splitPort(authority string) (host string, port int, text string) {
	colon := strings.LastIndexByte(authority, ':')
	if colon < 0 || strings.HasSuffix(authority, "]") {
		return authority, 0, ""
	}
	n, err := strconv.ParseUint(authority[colon+1:], 10, 16)
	if err != nil {
		if authority[colon+1:] == "" {
			return authority[:colon], 0, ""
		}
		return authority, 0, ""
	}
	return authority[:colon], int(n), authority[colon:]
}

// urlHost normalises the host of a URL: a name, an address, an IPv6 literal in
// brackets, or one of the number forms that inet_aton takes.
func urlHost(host string) (normal string, addr netip.Addr, ok bool) {
	if strings.HasPrefix(host, "[") {
		a, err := netip.ParseAddr(strings.Trim(host, "[]"))
		if err != nil || a.Zone() != "" {
			return "", netip.Addr{}, false
		}
		return a.String(), a, true
	}
	if a, ok := numericHost(host); ok {
		return a.String(), a, true
	}
	name, ok := hostName(host)
	return name, netip.Addr{}, ok
}

// numericHost reads an IPv4 address in the forms of inet_aton(3): one to four
// parts, each decimal, octal (0…) or hexadecimal (0x…), the last one filling
// the bytes that are left.
func numericHost(host string) (netip.Addr, bool) {
	parts := strings.Split(strings.TrimSuffix(host, "."), ".")
	if len(parts) > 4 {
		return netip.Addr{}, false
	}
	var value uint64
	for k, part := range parts {
		n, err := parseAton(part)
		limit := uint64(1) << 8
		if k == len(parts)-1 {
			limit = 1 << (8 * (4 - k))
		}
		if err != nil || n >= limit {
			return netip.Addr{}, false
		}
		if k == len(parts)-1 {
			value = value<<(8*(4-k)) | n
		} else {
			value = value<<8 | n
		}
	}
	return v4(uint32(value)), true
}

func parseAton(part string) (uint64, error) {
	if len(part) == 3 && part[0] == '0' && !strings.ContainsAny(part, "xX") {
		// Padded to three digits by people far more often than octal.
		return strconv.ParseUint(part, 10, 64)
	}
	if part == "" || part[0] == '_' || strings.Contains(part, "_") {
		return 0, strconv.ErrSyntax
	}
	if len(part) > 1 && part[0] == '0' && !isAlpha(part[1]) {
		return strconv.ParseUint(part[1:], 8, 64)
	}
	if !isDigit(part[0]) {
		return 0, strconv.ErrSyntax
	}
	return strconv.ParseUint(part, 0, 64)
}

// maxURL bounds what is read as one URL.
const maxURL = 8 << 10

// maxHost bounds a host in letters outside ASCII.
const maxHost = 253 * 3

// urlStop are bytes that end a URL. Other ASCII may be part of one; text in
// other scripts ends it too, because Japanese writes on without a space.
var urlStop = byteSet(" \t\r\n\v\f\x00\"<>`^{}|")

// urlExtent gives the bytes of a URL behind its scheme and the index after it.
// Between angle brackets a URL may be broken over lines (RFC 3986 appendix C).
func (s *scanner) urlExtent(start, after int) (raw []byte, end int) {
	if start > 0 && s.b[start-1] == '<' || start > 4 && bytes.EqualFold(s.b[start-5:start], []byte("<url:")) {
		if raw, end, ok := angleURL(s.b, after); ok {
			return raw[:trimURL(raw)], end
		}
	}
	host := true
	end = after
	for end < len(s.b) && end-after < maxURL {
		c := s.b[end]
		if c == ',' && ipColumn(s.b[end+1:]) {
			break
		}
		if urlStop[c] || c < ' ' || c == 0x7F {
			break
		}
		if c == '/' || c == '?' || c == '#' || c == '\\' {
			host = false
		}
		if c >= utf8.RuneSelf {
			if !host {
				break
			}
			n := hostRune(s.b[end:])
			if n == 0 || end-after > maxHost || !idnAhead(s.b[after:], end-after) {
				break
			}
			end += n
			continue
		}
		end++
	}
	end = after + trimURL(s.b[after:end])
	return s.b[after:end], end
}

// ipColumn tells whether b begins with an IPv4 address that fills a column of comma-separated values: the URL before it ends
// at the comma.
func ipColumn(b []byte) bool {
	column := b[:min(len(b), len("255.255.255.255")+1)]
	if stop := bytes.IndexAny(column, ",\r\n"); stop >= 0 {
		column = column[:stop]
	} else if len(column) < len(b) {
		return false
	}
	a, err := netip.ParseAddr(string(column))
	return err == nil && a.Is4()
}

// angleURL reads up to ">", joining at most eight lines. Where something stands
// between that is no part of a URL, the brackets mean something else.
func angleURL(b []byte, from int) (raw []byte, end int, ok bool) {
	broken := 0
	for i := from; i < len(b) && i-from < maxURL; i++ {
		switch c := b[i]; {
		case c == '>':
			return raw, i, len(raw) > 0
		case c == '\n':
			if broken++; broken > 8 {
				return nil, 0, false
			}
			for i+1 < len(b) && (b[i+1] == ' ' || b[i+1] == '\t') {
				i++
			}
		case c == '\r':
		case urlStop[c] || c < ' ' || c >= 0x7F:
			return nil, 0, false
		default:
			raw = append(raw, c)
		}
	}
	return nil, 0, false
}

// trimURL gives the length of u without the punctuation of the sentence
// around it and without closing brackets that it did not open.
func trimURL(u []byte) int {
	n := len(u)
	var depth [3]int // of ( [ and ' in u[:n]
	for _, c := range u {
		depth[0] += balance(c, '(', ')')
		depth[1] += balance(c, '[', ']')
	}
	for n > 0 {
		switch c := u[n-1]; {
		case c == ')' && depth[0] < 0:
			depth[0]++
		case c == ']' && depth[1] < 0:
			depth[1]++
		case strings.IndexByte(".,;:!?'*\\", c) >= 0:
		default:
			return n
		}
		n--
	}
	return n
}

func balance(c, open, closed byte) int {
	switch c {
	case open:
		return 1
	case closed:
		return -1
	}
	return 0
}

// bareURL extends a host that stands without scheme to a URL where a path
// follows it: "www.example.jp/login.php". It reads nothing where the
// slash only separates words.
func (s *scanner) bareURL(start, end int, name string, port int) (int, bool) {
	b := s.b
	if end+1 >= len(b) || b[end] != '/' || urlStop[b[end+1]] || b[end+1] >= utf8.RuneSelf {
		return 0, false
	}
	raw, stop := s.urlExtent(start, end)
	if len(raw) < 2 {
		return 0, false
	}
	value := "http://" + name
	if port != 0 {
		value += ":" + strconv.Itoa(port)
	}
	f := Finding{Kind: URL, Value: value + string(raw), Host: name, Port: port}
	return s.add(f, start, stop), true
}
