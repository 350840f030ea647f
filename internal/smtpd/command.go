package smtpd

import (
	"errors"
	"strings"
	"unicode/utf8"
)

// command is one command line.
type command struct {
	verb string // in upper case
	rest string // what follows the space behind it
}

// parseCommand reads a line without its CRLF.
func parseCommand(line string) command {
	verb, rest, _ := strings.Cut(line, " ")
	return command{strings.ToUpper(verb), strings.Trim(rest, " \t")}
}

// plainText tells whether a line can be a command: no NUL, no carriage return or other control character but TAB, and
// valid UTF-8 where it is not ASCII (RFC 6531, section 3.3).
func plainText(line string) bool {
	for i := range len(line) {
		if line[i] < ' ' && line[i] != '\t' || line[i] == 0x7f {
			return false
		}
	}
	return utf8.ValidString(line)
}

var errPath = errors.New("not a path")

// parsePath reads "FROM:<path> PARAMETERS" behind MAIL, or "TO:<path> PARAMETERS" behind RCPT (RFC 5321, section 4.1.2). A source
// route is dropped. The address is as it was written; "" stands for <>. A space before the path is forgiven, as are local parts
// with dots at odd places, which mail providers of Japan have handed out; a path without angle brackets is not.
func parsePath(rest, keyword string) (address string, parameters []string, err error) {
	if len(rest) < len(keyword) || !strings.EqualFold(rest[:len(keyword)], keyword) {
		return "", nil, errPath
	}
	inner, ok := strings.CutPrefix(strings.TrimLeft(rest[len(keyword):], " "), "<")
	if !ok {
		return "", nil, errPath
	}
	end := pathEnd(inner)
	if end < 0 {
		return "", nil, errPath
	}
	behind := inner[end+1:]
	if behind != "" && behind[0] != ' ' {
		return "", nil, errPath
	}
	address = withoutRoute(inner[:end])
	if address == "" && end > 0 || !validAddress(address) {
		return "", nil, errPath
	}
	return address, strings.Fields(behind), nil
}

// pathEnd finds the closing bracket, which may also stand within a quoted local part, where it closes nothing; -1 if there is none.
func pathEnd(s string) int {
	quoted := false
	for i := 0; i < len(s); i++ {
		switch {
		case quoted && s[i] == '\\':
			i++
		case s[i] == '"':
			quoted = !quoted
		case s[i] == '>' && !quoted:
			return i
		}
	}
	return -1
}

// withoutRoute drops "@host,@host:" before an address (RFC 5321, appendix C).
func withoutRoute(path string) string {
	if !strings.HasPrefix(path, "@") {
		return path
	}
	_, address, _ := strings.Cut(path, ":")
	return address
}

// maxAddress is the longest address in octets: 64 of the local part, 255 of the domain (RFC 5321, section 4.5.3.1), and "@".
const maxAddress = 64 + 1 + 255

// validAddress tells whether an address is "", a local part alone ("postmaster"), or a local part, "@" and a domain.
func validAddress(address string) bool {
	if address == "" {
		return true
	}
	if len(address) > maxAddress {
		return false
	}
	local, domain := splitLocal(address)
	if local == "" {
		return false
	}
	if local[0] != '"' && strings.ContainsAny(local, " \t<>()[]:;,\\\"@") {
		return false
	}
	return domain == "" && local == address || domain != "" && !strings.ContainsAny(domain, " \t<>()\\\"@,;")
}

// splitLocal cuts an address at the "@" behind its local part, which may be a quoted string with further ones in it.
func splitLocal(address string) (local, domain string) {
	if !strings.HasPrefix(address, `"`) {
		local, domain, _ = strings.Cut(address, "@")
		return local, domain
	}
	for i := 1; i < len(address); i++ {
		switch address[i] {
		case '\\':
			i++
		case '"':
			rest := address[i+1:]
			if rest != "" && rest[0] != '@' {
				return "", ""
			}
			return address[:i+1], strings.TrimPrefix(rest, "@")
		}
	}
	return "", ""
}
