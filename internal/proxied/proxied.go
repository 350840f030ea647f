// Package proxied tells where an HTTP request comes from, behind reverse proxies of ours: limits by address, and who is answered over TLS,
// hang on it, and what a stranger writes into X-Forwarded-For must not move them.
package proxied

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// Proxies are the networks whose X-Forwarded-For and X-Forwarded-Proto are believed. What comes over a unix socket, which has no address,
// is always such a proxy's.
type Proxies []netip.Prefix

// Client is where a request comes from, as far as the connection tells.
type Client struct {
	IP  netip.Addr // without a zone, IPv4 as such; the zero Addr where nobody said
	TLS bool       // the client speaks TLS, to us or to a proxy
}

// Remote is the client's address as text, "" where nobody said.
func (c Client) Remote() string {
	if !c.IP.IsValid() {
		return ""
	}
	return c.IP.String()
}

// Network is what one subscriber has: the IPv4 address, or the IPv6 network of 64 bits.
func (c Client) Network() string {
	if c.IP.Is6() {
		network, _ := c.IP.Prefix(64)
		return network.String()
	}
	return c.IP.String()
}

// Client tells who asks. What proxies say is believed, the last of them first, up to the first address that is no proxy's; what stands
// before it anybody may have written.
func (p Proxies) Client(r *http.Request) Client {
	c := Client{IP: hostIP(r.RemoteAddr), TLS: r.TLS != nil}
	if c.IP.IsValid() && !p.contain(c.IP) {
		return c
	}
	c.TLS = c.TLS || r.Header.Get("X-Forwarded-Proto") == "https"
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, hop := range slices.Backward(hops) {
		ip, err := netip.ParseAddr(strings.TrimSpace(hop))
		if err != nil {
			break
		}
		if c.IP = ip.Unmap().WithZone(""); !p.contain(c.IP) {
			break
		}
	}
	return c
}

func (p Proxies) contain(ip netip.Addr) bool {
	return slices.ContainsFunc(p, func(each netip.Prefix) bool { return each.Contains(ip) })
}

// hostIP is the address of "192.0.2.1:80"; it is not valid for a unix socket.
func hostIP(hostport string) netip.Addr {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		return netip.Addr{}
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return netip.Addr{}
	}
	return ip.Unmap().WithZone("")
}
