// Package dnstest is a DNS for tests: a zone in memory that answers as *net.Resolver does, and the same zone behind a real
// server on the loopback interface.
package dnstest

import (
	"context"
	"net"
	"strings"
	"sync"
)

// Zone holds records by name: in lower case, without the dot at the end. A name without records does not exist.
type Zone struct {
	TXT map[string][]string
	IP  map[string][]string // A and AAAA
	MX  map[string][]string // hosts
	PTR map[string][]string // names by IP

	Broken  map[string]bool            // names whose servers answer SERVFAIL
	Silent  map[string]bool            // names whose servers do not answer at all
	Endless func(name string) []string // TXT records of names that are not in TXT

	mu    sync.Mutex
	asked []string
}

// Asked are the questions so far, "TXT example.jp" and so on, in order.
func (z *Zone) Asked() []string {
	z.mu.Lock()
	defer z.mu.Unlock()
	return append([]string(nil), z.asked...)
}

// LookupTXT answers as net.Resolver does.
func (z *Zone) LookupTXT(ctx context.Context, name string) ([]string, error) {
	name, err := z.ask(ctx, "TXT", name)
	if err != nil {
		return nil, err
	}
	return found(name, z.txt(name))
}

func (z *Zone) txt(name string) []string {
	if records := z.TXT[name]; records != nil || z.Endless == nil {
		return records
	}
	return z.Endless(name)
}

// LookupMX answers as net.Resolver does.
func (z *Zone) LookupMX(ctx context.Context, name string) ([]*net.MX, error) {
	name, err := z.ask(ctx, "MX", name)
	if err != nil {
		return nil, err
	}
	hosts, err := found(name, z.MX[name])
	var records []*net.MX
	for _, host := range hosts {
		records = append(records, &net.MX{Host: host + ".", Pref: 10})
	}
	return records, err
}

// LookupIPAddr answers as net.Resolver does.
func (z *Zone) LookupIPAddr(ctx context.Context, name string) ([]net.IPAddr, error) {
	name, err := z.ask(ctx, "IP", name)
	if err != nil {
		return nil, err
	}
	texts, err := found(name, z.IP[name])
	var addrs []net.IPAddr
	for _, text := range texts {
		addrs = append(addrs, net.IPAddr{IP: net.ParseIP(text)})
	}
	return addrs, err
}

// LookupAddr answers as net.Resolver does.
func (z *Zone) LookupAddr(ctx context.Context, addr string) ([]string, error) {
	addr, err := z.ask(ctx, "PTR", addr)
	if err != nil {
		return nil, err
	}
	return found(addr, z.PTR[addr])
}

// ask writes the question down. A silent name is waited for until the context ends.
func (z *Zone) ask(ctx context.Context, kind, name string) (string, error) {
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	z.mu.Lock()
	z.asked = append(z.asked, kind+" "+name)
	z.mu.Unlock()
	if z.Silent[name] {
		<-ctx.Done()
		return name, &net.DNSError{Err: ctx.Err().Error(), Name: name, IsTimeout: true}
	}
	if z.Broken[name] {
		return name, &net.DNSError{Err: "server misbehaving", Name: name, IsTemporary: true}
	}
	return name, nil
}

func found(name string, records []string) ([]string, error) {
	if len(records) == 0 {
		return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
	}
	return records, nil
}
