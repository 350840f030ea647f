package logline

import "strings"

// entry is a line with its envelope taken off.
type entry struct {
	line string
	low  string // line with ASCII letters in lower case, of equal length
	stamp
	host    string // that logged, "" where not told
	program string // lower case, without pid; "" where not told
	pid     bool   // a process id stood behind program, so it surely is one
	msg     int    // offset in line of the message behind the header
}

func (e *entry) message() string { return e.line[e.msg:] }

// header takes time, host, program and process id off a line: RFC 3164, RFC
// 5424, journald, container and application logs. A line without any of
// them is all message.
func header(line string) *entry {
	e := &entry{line: line, low: lowerASCII(line)}
	i := skipLead(line)
	if st, end := bracketedStamp(line, i); st.known {
		e.stamp = st
		i = end
	}
	e.msg = i
	e.readProgram()
	return e
}

// lowerASCII keeps the length of its text, unlike strings.ToLower.
func lowerASCII(s string) string {
	for i := range len(s) {
		if s[i]-'A' < 26 {
			b := []byte(s)
			for ; i < len(b); i++ {
				if b[i]-'A' < 26 {
					b[i] |= 0x20
				}
			}
			return string(b)
		}
	}
	return s
}

// skipLead passes the marks of quoted mail, the priority <34>1 of syslog and blanks.
func skipLead(s string) int {
	i := 0
	for i < len(s) && (s[i] == ' ' || s[i] == '\t' || s[i] == '>' || s[i] == '|') {
		i++
	}
	if i < len(s) && s[i] == '<' {
		if n, end := readNumber(s, i+1); end > i+1 && n < 192 && end < len(s) && s[end] == '>' {
			i = end + 1
			if strings.HasPrefix(s[i:], "1 ") {
				i += 2
			}
		}
	}
	return i
}

// bracketedStamp reads a time that may stand in brackets or behind "t=" and
// the like.
func bracketedStamp(s string, i int) (stamp, int) {
	for _, lead := range [...]string{"", "[", "(", "time=\"", "time=", "t=", "ts=", "timestamp="} {
		if !strings.HasPrefix(s[i:], lead) {
			continue
		}
		if st, end := readStamp(s, i+len(lead)); st.known {
			for end < len(s) && strings.IndexByte("])\":,; \t", s[end]) >= 0 {
				end++
			}
			return st, end
		}
	}
	return stamp{}, i
}

// readProgram reads "host program[pid]: " behind the time. In a line without
// time it takes "program[pid]: " only.
func (e *entry) readProgram() {
	s, i := e.line, e.msg
	if name, end, ok := programTag(s, i); ok {
		e.setProgram(name, end)
		return
	}
	if !e.known {
		return
	}
	hostEnd := wordEnd(s, i)
	if hostEnd == i || hostEnd >= len(s) || hostEnd-i > 255 {
		return
	}
	next := hostEnd
	for next < len(s) && s[next] == ' ' {
		next++
	}
	name, end, ok := programTag(s, next)
	if !ok {
		name, end, ok = structuredTag(s, next)
	}
	if ok {
		e.host = e.low[i:hostEnd]
		e.setProgram(name, end)
	}
}

func (e *entry) setProgram(name string, end int) {
	if slash := strings.LastIndexByte(name, '/'); slash >= 0 && slash+1 < len(name) && name[0] == '/' {
		name = name[slash+1:]
	}
	e.program = lowerASCII(name)
	if at := strings.LastIndexByte(e.line[:end], '['); at >= e.msg {
		e.pid = isDigit(e.line[at+1])
	}
	e.msg = end
	// Products that write a time of their own behind syslog's.
	if st, after := bracketedStamp(e.line, end); st.known {
		e.msg = after
		if !e.zoned && st.zoned || st.time.Year() > 0 && e.time.Year() == 0 {
			e.stamp = st
		}
	}
}

func wordEnd(s string, i int) int {
	for i < len(s) && s[i] != ' ' {
		i++
	}
	return i
}

// programTag reads "sshd[1234]: ", "sshd: ", "postfix/smtpd[9]: ", "[sshd]: ",
// "pop(pam_unix)[4920]: ".
func programTag(s string, i int) (name string, end int, ok bool) {
	start := i
	bracketed := i < len(s) && s[i] == '['
	if bracketed {
		start++
		i++
	}
	for i < len(s) && i-start < 64 && (isAlnum(s[i]) || strings.IndexByte("-_./()@\\", s[i]) >= 0) {
		i++
	}
	if i == start || i >= len(s) || isDigit(s[start]) {
		return "", 0, false
	}
	name = s[start:i]
	if bracketed {
		if s[i] != ']' || i+1 < len(s) && s[i+1] != ':' && s[i+1] != ' ' || levels[lowerASCII(name)] {
			return "", 0, false
		}
		return name, skipTagEnd(s, i+1), true
	}
	if s[i] == ' ' && i+1 < len(s) && s[i+1] == '[' { // "sogod [26818]: "
		i++
	}
	if s[i] == '[' {
		closed := strings.IndexByte(s[i:min(len(s), i+24)], ']')
		if closed < 0 || !isDigit(s[i+1]) {
			return "", 0, false
		}
		i += closed + 1
		if i < len(s) && s[i] != ':' && s[i] != ' ' && s[i] != ']' {
			return "", 0, false
		}
		return name, skipTagEnd(s, i), true
	}
	if s[i] != ':' || i+1 < len(s) && s[i+1] != ' ' {
		return "", 0, false
	}
	return name, skipTagEnd(s, i), true
}

// levels stand in brackets like a program, and are none.
var levels = map[string]bool{
	"error": true, "warn": true, "warning": true, "info": true, "notice": true, "debug": true, "crit": true, "alert": true, "emerg": true, "err": true,
	"wrn": true, "inf": true, "fatal": true, "trace": true, "note": true, "audit": true, "gin": true, "web": true, "login_error": true, "security": true, "verbose": true,
}

func skipTagEnd(s string, i int) int {
	if i < len(s) && s[i] == ':' { // one only: "::1" may follow
		i++
	}
	for i < len(s) && s[i] == ' ' {
		i++
	}
	return i
}

// structuredTag reads "program pid msgid structured-data " of RFC 5424 section 6.
func structuredTag(s string, i int) (name string, end int, ok bool) {
	fields := strings.SplitN(s[i:min(len(s), i+256)], " ", 4)
	if len(fields) < 4 || !isAlpha(first(fields[0])) || fields[1] != "-" && !isDigit(first(fields[1])) || len(fields[2]) > 32 {
		return "", 0, false
	}
	end = i + len(fields[0]) + len(fields[1]) + len(fields[2]) + 3
	switch {
	case strings.HasPrefix(s[end:], "- "):
		end += 2
	case strings.HasPrefix(s[end:], "["):
		if n := strings.Index(s[end:], "] "); n >= 0 {
			end += n + 2
		}
	default:
		return "", 0, false
	}
	return fields[0], end, true
}

func first(s string) byte {
	if s == "" {
		return 0
	}
	return s[0]
}
