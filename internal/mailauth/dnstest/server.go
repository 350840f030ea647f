package dnstest

import (
	"context"
	"net"
	"strings"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
)

// Serve answers for the zone on a loopback UDP port until the test ends, and gives the standard library's resolver asking
// there: what it makes of real answers is what the program meets.
func (z *Zone) Serve(t testing.TB) *net.Resolver {
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		z.answerAll(conn)
	}()
	t.Cleanup(func() {
		conn.Close()
		<-done
	})
	var d net.Dialer
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return d.DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

// answerAll answers until the connection is closed.
func (z *Zone) answerAll(conn net.PacketConn) {
	buf := make([]byte, 4096)
	for {
		n, from, err := conn.ReadFrom(buf)
		if err != nil {
			return
		}
		if answer, ok := z.answer(buf[:n]); ok {
			conn.WriteTo(answer, from)
		}
	}
}

// answer makes the answer to one question; ok is false where there is to be none.
func (z *Zone) answer(packet []byte) (answer []byte, ok bool) {
	var question dnsmessage.Message
	if question.Unpack(packet) != nil || len(question.Questions) != 1 {
		return nil, false
	}
	q := question.Questions[0]
	name := strings.ToLower(strings.TrimSuffix(q.Name.String(), "."))
	if z.Silent[name] {
		return nil, false
	}
	m := dnsmessage.Message{
		Header:    dnsmessage.Header{ID: question.ID, Response: true, RecursionDesired: true, RecursionAvailable: true},
		Questions: question.Questions,
	}
	switch records := z.records(name, q.Type); {
	case z.Broken[name]:
		m.RCode = dnsmessage.RCodeServerFailure
	case len(records) == 0 && !z.has(name):
		m.RCode = dnsmessage.RCodeNameError
	default:
		header := dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: dnsmessage.ClassINET, TTL: 60}
		for _, body := range records {
			m.Answers = append(m.Answers, dnsmessage.Resource{Header: header, Body: body})
		}
	}
	answer, err := m.Pack()
	return answer, err == nil
}

func (z *Zone) has(name string) bool {
	return z.txt(name) != nil || z.IP[name] != nil || z.MX[name] != nil
}

// records are the bodies of the records of one type.
func (z *Zone) records(name string, kind dnsmessage.Type) []dnsmessage.ResourceBody {
	var bodies []dnsmessage.ResourceBody
	switch kind {
	case dnsmessage.TypeTXT:
		for _, text := range z.txt(name) {
			bodies = append(bodies, &dnsmessage.TXTResource{TXT: strings255(text)})
		}
	case dnsmessage.TypeMX:
		for _, host := range z.MX[name] {
			bodies = append(bodies, &dnsmessage.MXResource{Pref: 10, MX: dnsmessage.MustNewName(host + ".")})
		}
	case dnsmessage.TypeA, dnsmessage.TypeAAAA:
		for _, text := range z.IP[name] {
			ip := net.ParseIP(text)
			if v4 := ip.To4(); v4 != nil && kind == dnsmessage.TypeA {
				bodies = append(bodies, &dnsmessage.AResource{A: [4]byte(v4)})
			} else if v4 == nil && kind == dnsmessage.TypeAAAA {
				bodies = append(bodies, &dnsmessage.AAAAResource{AAAA: [16]byte(ip)})
			}
		}
	}
	return bodies
}

// strings255 cuts a text into the strings of a TXT record, which hold up to 255 bytes each.
func strings255(text string) []string {
	var pieces []string
	for len(text) > 255 {
		pieces, text = append(pieces, text[:255]), text[255:]
	}
	return append(pieces, text)
}
