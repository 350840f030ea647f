package logline

import "strings"

// readVPCFlow reads a record of the flow logs of Amazon VPC in their default format (version 2):
//
//	2 123456789010 eni-0a1b2c 203.0.113.5 192.0.2.7 40222 9200 6 1 40 1618880000 1618880060 REJECT OK
func readVPCFlow(e *entry) (Event, bool) {
	if !strings.Contains(e.line, " eni-") {
		return Event{}, false
	}
	first := strings.Index(e.line, "eni-")
	cells := split(e.line, first, ' ')
	if len(cells) < 11 {
		return Event{}, false
	}
	ev := Event{Product: "vpc-flow", Source: cells[1].endpoint(), Target: cells[2].endpoint(), Proto: protocol(cells[5].text)}
	ev.Source.Port, ev.Target.Port = cells[3].number(), cells[4].number()
	if !ev.Source.Addr.IsValid() || !ev.Target.Addr.IsValid() {
		return Event{}, false
	}
	ev.attacked(ev.Target.Port)
	ev.decide(verdictOf(lowerASCII(cells[10].text)))
	return ev, true
}

// readRequestPairs reads a web request that an application logs in pairs:
//
//	time=… client=203.0.113.5 method=POST path=/login status=401
func readRequestPairs(e *entry) (Event, bool) {
	if !contains(e.low, "method=") || !contains(e.low, "path=", "uri=", "url=", "request=") {
		return Event{}, false
	}
	var r request
	r.product = "http"
	for _, p := range pairs(e) {
		switch p.key {
		case "client", "ip", "remote", "remote_addr", "remote_ip", "client_ip", "clientip", "src", "srcip", "src_ip", "addr", "fwd", "host_ip", "remoteaddr", "x_forwarded_for":
			if !r.client.Known() {
				r.client = p.value.endpoint()
			}
		case "method":
			r.method = strings.ToUpper(p.value.text)
		case "path", "uri", "url", "request_uri":
			r.target = p.value.text
		case "status", "code", "status_code":
			r.status = p.value.number()
		case "agent", "ua", "user_agent":
			r.agent = p.value.text
		}
	}
	if !r.client.Addr.IsValid() || r.method == "" || r.target == "" {
		return Event{}, false
	}
	r.setLine(r.method + " " + r.target + " HTTP/1.1")
	if r.status == 401 {
		r.user = "-"
	}
	return r.event(), true
}
