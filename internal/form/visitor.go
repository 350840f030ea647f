package form

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// visitor is who asks, as far as the connection tells.
type visitor struct {
	ip  netip.Addr // the zero Addr where nobody said
	tls bool
}

// client is the key of the visitor's buckets: the IPv4 address, or the IPv6 network of 64 bits, which is what one
// subscriber gets.
func (v visitor) client() string {
	if v.ip.Is6() {
		network, _ := v.ip.Prefix(64)
		return network.String()
	}
	return v.ip.String()
}

func (v visitor) remote() string {
	if !v.ip.IsValid() {
		return ""
	}
	return v.ip.String()
}

// visitor tells who asks. What proxies of ours say is believed, the last of them first, up to the first address that is no
// proxy's; what stands before it anybody may have written.
func (h *Handler) visitor(r *http.Request) visitor {
	v := visitor{ip: hostIP(r.RemoteAddr), tls: r.TLS != nil}
	if v.ip.IsValid() && !h.isProxy(v.ip) {
		return v
	}
	v.tls = v.tls || r.Header.Get("X-Forwarded-Proto") == "https"
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0; i-- {
		ip, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		v.ip = ip.Unmap().WithZone("")
		if !h.isProxy(v.ip) {
			break
		}
	}
	return v
}

func (h *Handler) isProxy(ip netip.Addr) bool {
	for _, p := range h.cfg.Proxies {
		if p.Contains(ip) {
			return true
		}
	}
	return false
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
