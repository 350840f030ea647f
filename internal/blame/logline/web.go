package logline

import (
	"strconv"
	"strings"
)

// request is what a web server or proxy wrote of one request.
type request struct {
	method, target    string // as written, method in upper case
	whole             string // the request line as written
	status            int    // 0 where not told
	user              string // authenticated or tried, "" for "-"
	referer, agent    string
	client, server    Endpoint
	vhost             string
	product, protocol string
}

// readAccess reads a line of an access log: Common and Combined Log Format
// with or without a virtual host before it, and the formats of HAProxy, Gin, Uvicorn
// and nginx proxy manager that keep to the same parts in other orders.
func readAccess(e *entry) (Event, bool) {
	if strings.IndexByte(e.message(), '"') < 0 {
		return Event{}, false
	}
	for _, read := range [...]func(*entry) (request, stamp, bool){commonLog, serverFirstLog, haproxyLog, uvicornLog, proxyManagerLog, ginLog} {
		if r, st, ok := read(e); ok {
			if st.known {
				e.stamp = st
			}
			r.forwardedFor(e)
			return r.event(), true
		}
	}
	return Event{}, false
}

// forwardedFor takes the client for whom a proxy asked, where the line ends with it: XFF="203.0.113.5".
func (r *request) forwardedFor(e *entry) {
	for _, key := range [...]string{"xff=", "x-forwarded-for=", "x-forwarded-for: ", "x_forwarded_for="} {
		at := strings.LastIndex(e.low, key)
		if at < 0 {
			continue
		}
		if client, _, ok := readEndpoint(e.line, at+len(key)); ok && client.Addr.IsValid() && !client.Addr.IsPrivate() {
			r.client = client
			return
		}
	}
}

// commonLog reads: [vhost[:port]] client ident user [date] "request" status
// bytes "referer" "agent".
func commonLog(e *entry) (request, stamp, bool) {
	s := e.line
	open := strings.IndexByte(s[e.msg:], '[')
	if open < 0 || open > 512 {
		return request{}, stamp{}, false
	}
	open += e.msg
	st, end := readStamp(s, open+1)
	if !st.known || end >= len(s) || s[end] != ']' {
		return request{}, stamp{}, false
	}
	r := request{product: "apache"}
	if strings.HasPrefix(e.program, "nginx") {
		r.product = "nginx"
	}
	if !r.clientBefore(s, e.msg, open) || !r.quoted(s, end+1) {
		return request{}, stamp{}, false
	}
	return r, st, true
}

// clientBefore reads the words before the date.
func (r *request) clientBefore(s string, from, to int) bool {
	i := from
	var words []string
	for i < to && len(words) < 8 {
		for i < to && s[i] == ' ' {
			i++
		}
		end := min(wordEnd(s, i), to)
		if end == i {
			break
		}
		word := s[i:end]
		words = append(words, word)
		if !r.client.Addr.IsValid() {
			if c, _, ok := readEndpoint(s, i); ok && c.End <= end {
				switch {
				case c.Addr.IsValid():
					if r.client.Host != "" {
						r.vhost = r.client.Host
					}
					r.client = c
				case r.client.Host == "":
					r.client = c
				}
			}
		} else if c, _, ok := readHost(s, i); ok && r.vhost == "" && c.Host != "" && c.End == end {
			r.vhost = c.Host
		}
		i = end
	}
	if n := len(words); n >= 3 && words[n-1] != "-" && r.client.Addr.IsValid() {
		r.user = words[n-1]
	}
	return r.client.Known()
}

// quoted reads `"request" status bytes "referer" "agent"` from i on.
func (r *request) quoted(s string, i int) bool {
	line, end, ok := quotedText(s, i)
	if !ok || end-i > len(line)+40 {
		return false
	}
	r.setLine(line)
	i = end
	for i < len(s) && s[i] == ' ' {
		i++
	}
	if n, after := readNumber(s, i); after == i+3 {
		r.status = n
		i = after
	}
	r.referer, i, _ = quotedText(s, i)
	r.agent, i, _ = quotedText(s, i)
	if at := strings.Index(s[i:], "port="); at >= 0 && at < 200 {
		r.server.Port, _ = readNumber(s, i+at+len("port="))
	}
	return r.status != 0 || r.protocol != ""
}

// quotedText gives the text between the next two quotes, minding backslashes.
func quotedText(s string, i int) (text string, end int, ok bool) {
	open := strings.IndexByte(s[min(i, len(s)):], '"')
	if open < 0 {
		return "", i, false
	}
	open += i + 1
	for j := open; j < len(s); j++ {
		switch s[j] {
		case '\\':
			j++
		case '"':
			return s[open:j], j + 1, true
		}
	}
	return "", i, false
}

// setLine splits "GET /path HTTP/1.1". What is no such line is kept whole.
func (r *request) setLine(line string) {
	r.whole = line
	method, rest, ok := strings.Cut(line, " ")
	if !ok || !isMethod(method) {
		return
	}
	r.method = method
	r.target = rest
	if at := strings.LastIndex(rest, " HTTP/"); at >= 0 {
		r.target, r.protocol = rest[:at], rest[at+1:]
	}
}

func isMethod(word string) bool {
	if len(word) < 3 || len(word) > 16 {
		return false
	}
	for i := range len(word) {
		if c := word[i]; (c < 'A' || c > 'Z') && c != '-' && c != '_' {
			return false
		}
	}
	return true
}

// serverFirstLog reads: time server:80 client "request" status ….
func serverFirstLog(e *entry) (request, stamp, bool) {
	server, end, ok := readEndpoint(e.line, e.msg)
	if !ok || !e.known || !server.Addr.IsValid() || server.Port == 0 || server.Port >= 1024 && !strings.HasSuffix(serviceNames[server.Port], "http") {
		return request{}, stamp{}, false
	}
	for end < len(e.line) && e.line[end] == ' ' {
		end++
	}
	client, end, ok := readEndpoint(e.line, end)
	if !ok || !client.Addr.IsValid() || strings.TrimSpace(e.line[end:min(len(e.line), end+2)]) != `"` {
		return request{}, stamp{}, false
	}
	r := request{product: "http", client: client, server: server}
	ok = r.quoted(e.line, end) && r.method != ""
	return r, e.stamp, ok
}

// haproxyLog reads: client:port [date] frontend backend/server timers status bytes … "request".
func haproxyLog(e *entry) (request, stamp, bool) {
	s := e.line
	c, end, ok := readEndpoint(s, e.msg)
	if !ok || !c.Addr.IsValid() {
		return request{}, stamp{}, false
	}
	c, end = portAfterV6(s, c, end)
	if !strings.HasPrefix(s[end:], " [") {
		return request{}, stamp{}, false
	}
	st, after := readStamp(s, end+2)
	if !st.known || after >= len(s) || s[after] != ']' {
		return request{}, stamp{}, false
	}
	fields := strings.Fields(s[after+1 : min(len(s), after+1+400)])
	r := request{product: "haproxy", client: c}
	if len(fields) < 5 || strings.Count(fields[2], "/") < 2 {
		return request{}, stamp{}, false
	}
	r.status, _ = strconv.Atoi(fields[3])
	line, _, ok := quotedText(s, after)
	r.setLine(line)
	if r.status == 401 {
		r.user = "-"
	}
	return r, st, ok
}

// portAfterV6 splits "2001:db8::1234:58430", where the last group is the port.
func portAfterV6(s string, c Endpoint, end int) (Endpoint, int) {
	if !c.Addr.Is6() || c.Port != 0 {
		return c, end
	}
	cut := strings.LastIndexByte(s[c.Start:c.End], ':')
	port, after := readNumber(s, c.Start+cut+1)
	a, stop, ok := readAddr(s[:c.Start+cut], c.Start)
	if after != c.End || port == 0 || port > 65535 || !ok || stop != c.Start+cut {
		return c, end
	}
	c.Addr, c.End, c.Port = a, stop, port
	return c, after
}

// uvicornLog reads: INFO: client:port - "request" status.
func uvicornLog(e *entry) (request, stamp, bool) {
	at := strings.Index(e.line, " - \"")
	if at < 0 {
		return request{}, stamp{}, false
	}
	start := strings.LastIndexByte(e.line[:at], ' ') + 1
	c, end, ok := readEndpoint(e.line, start)
	if !ok || end != at || !c.Addr.IsValid() {
		return request{}, stamp{}, false
	}
	r := request{product: "http", client: c}
	ok = r.quoted(e.line, at+3) && r.method != ""
	return r, e.stamp, ok
}

// proxyManagerLog reads: [date] - 404 404 - GET http host "/path" [Client 203.0.113.5] ….
func proxyManagerLog(e *entry) (request, stamp, bool) {
	at := strings.Index(e.line, "[Client ")
	if at < 0 || !e.known {
		return request{}, stamp{}, false
	}
	c, _, ok := readEndpoint(e.line, at+len("[Client "))
	fields := strings.Fields(e.line[e.msg:at])
	if !ok || len(fields) < 6 {
		return request{}, stamp{}, false
	}
	r := request{product: "nginx", client: c}
	for k, f := range fields {
		if n, err := strconv.Atoi(f); err == nil && n >= 100 && n < 600 && r.status == 0 {
			r.status = n
		}
		if isMethod(f) && k+2 < len(fields) {
			target := strings.Trim(fields[len(fields)-1], `"`)
			r.setLine(f + " " + target + " HTTP/1.1")
			r.vhost = fields[k+2]
		}
	}
	return r, e.stamp, r.status != 0
}

// ginLog reads: [GIN] date | 401 | 505µs | client | POST "/path".
func ginLog(e *entry) (request, stamp, bool) {
	parts := strings.Split(e.line, "|")
	if len(parts) < 5 || len(parts) > 8 || !strings.Contains(parts[0], "[GIN]") {
		return request{}, stamp{}, false
	}
	status, err := strconv.Atoi(strings.TrimSpace(parts[1]))
	at := len(parts[0]) + len(parts[1]) + len(parts[2]) + 3
	for at < len(e.line) && e.line[at] == ' ' {
		at++
	}
	c, _, ok := readEndpoint(e.line, at)
	if err != nil || !ok {
		return request{}, stamp{}, false
	}
	method, target, _ := strings.Cut(strings.TrimSpace(parts[4]), " ")
	r := request{product: "http", client: c, status: status}
	r.setLine(method + " " + strings.Trim(target, ` "`) + " HTTP/1.1")
	if status == 401 {
		r.user = "-"
	}
	return r, e.stamp, r.method != ""
}

// event judges a request. Traffic as anybody makes it is neutral; a request
// accuses its client where it attacks, probes for what nobody links to, is no
// HTTP at all, or tries a password.
func (r request) event() Event {
	ev := Event{
		Product: r.product, Source: r.client, Target: r.server, Proto: "tcp", Port: 80, Service: "http",
		Outcome: Neutral, Status: r.status, User: r.user, What: r.product + ": request",
	}
	if p := r.server.Port; p > 0 && p < 65536 {
		ev.attacked(p)
	}
	if r.vhost != "" && !ev.Target.Known() {
		ev.Target.Host = strings.ToLower(r.vhost)
	}
	if ev.User == "-" {
		ev.User = ""
	}
	refused := r.status == 0 || r.status >= 400
	j := judge(r)
	ev.Injection, ev.Worm = j.injection, j.worm
	switch {
	case j.injection != "":
		ev.accuse(ScanWeb, r.product+": request with "+string(j.injection))
		ev.SuccessHint = r.status >= 200 && r.status < 300 && j.inPath
	case j.worm:
		ev.accuse(ScanWeb, r.product+": request of a scanner or worm")
	case j.probe || j.mildProbe && refused:
		ev.accuse(ScanWeb, r.product+": probe for a known weak place")
	case r.status == 400 && (r.method == "" || r.protocol == ""), r.status >= 400 && (r.method == "CONNECT" || strings.HasPrefix(r.target, "http://")), r.method == "" && r.whole != "" && refused:
		ev.accuse(ScanWeb, r.product+": request that is no request")
	case r.status == 401 && r.user != "":
		ev.accuse(ScanBruteforce, r.product+": password refused")
	case j.login && r.method == "POST" && (r.status == 200 || refused):
		ev.accuse(ScanBruteforce, r.product+": login refused")
	case j.login && r.method == "POST":
		ev.Outcome = Succeeded
	}
	return ev
}

func (ev *Event) accuse(class, what string) {
	ev.Outcome, ev.Class, ev.What = Tried, class, what
}
