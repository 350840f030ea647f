package blame

import (
	"net/netip"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// settled is the configuration and the reporter's own hosts, ready to be asked.
type settled struct {
	own, shared, never []netip.Prefix
	neverHosts         []string
	ownDomains         []string
	reporter           []string // hosts and domains of the reporter
	private            bool
	legitimate         func(string) bool
}

func compile(doc Document, cfg Config) settled {
	s := settled{private: cfg.PrivateIncidents, legitimate: cfg.Legitimate}
	if s.legitimate == nil {
		s.legitimate = func(string) bool { return false }
	}
	s.own, _ = prefixes(cfg.OwnNetworks)
	s.shared, _ = prefixes(cfg.SharedNetworks)
	s.never, s.neverHosts = prefixes(cfg.NeverBlame)
	for _, address := range cfg.OwnAddresses {
		s.ownDomains = append(s.ownDomains, strings.ToLower(address[strings.LastIndexByte(address, '@')+1:]))
	}
	s.reporter = reporterHosts(doc)
	return s
}

func prefixes(list []string) (nets []netip.Prefix, hosts []string) {
	for _, item := range list {
		if p, err := netip.ParsePrefix(item); err == nil {
			nets = append(nets, p.Masked())
		} else if a, err := netip.ParseAddr(item); err == nil {
			nets = append(nets, netip.PrefixFrom(a, a.BitLen()))
		} else {
			hosts = append(hosts, strings.ToLower(item))
		}
	}
	return nets, hosts
}

// freeMail are domains where anybody has an address: that a reporter writes from one makes no host there the reporter's.
var freeMail = map[string]bool{"gmail.com": true, "googlemail.com": true, "yahoo.co.jp": true, "yahoo.com": true, "hotmail.com": true,
	"hotmail.co.jp": true, "outlook.com": true, "outlook.jp": true, "live.jp": true, "icloud.com": true, "me.com": true, "aol.com": true,
	"docomo.ne.jp": true, "ezweb.ne.jp": true, "softbank.ne.jp": true, "gmx.de": true, "gmx.net": true, "web.de": true, "mail.ru": true,
	"qq.com": true, "163.com": true, "126.com": true, "sina.com": true, "excite.co.jp": true, "infoseek.jp": true, "goo.jp": true}

func reporterHosts(doc Document) []string {
	var hosts []string
	add := func(host string) {
		if host = strings.ToLower(strings.TrimSuffix(host, ".")); host != "" && !freeMail[host] && strings.Contains(host, ".") {
			hosts = append(hosts, host)
		}
	}
	for _, host := range doc.ReporterHosts {
		add(host)
	}
	for _, address := range []string{doc.From.Address, doc.ReplyTo, doc.Form.Fields["email"]} {
		domain := address[strings.LastIndexByte(address, '@')+1:]
		add(domain)
		if registered, err := publicsuffix.EffectiveTLDPlusOne(strings.ToLower(domain)); err == nil && !strings.HasPrefix(registered, "example.") {
			add(registered) // below the domains kept for examples (RFC 2606) everybody is a stranger
		}
	}
	return hosts
}

// isReporters tells whether the host is the reporter's own or lies below one.
func (s *settled) isReporters(host string) bool { return under(host, s.reporter) }

func (s *settled) isOwn(host string) bool {
	if under(host, s.ownDomains) {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && contains(s.own, a)
}

func (s *settled) isNever(host string) bool {
	a, err := netip.ParseAddr(host)
	return err == nil && contains(s.never, a) || under(host, s.neverHosts)
}

func (s *settled) isShared(ip string) bool {
	a, err := netip.ParseAddr(ip)
	return err == nil && contains(s.shared, a)
}

func under(host string, domains []string) bool {
	for _, d := range domains {
		if host == d || strings.HasSuffix(host, d) && host[len(host)-len(d)-1] == '.' {
			return true
		}
	}
	return false
}

func contains(nets []netip.Prefix, a netip.Addr) bool {
	for _, p := range nets {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// isNetwork tells whether an IPv4 address ends in two zeros: the name of a network, not of a machine.
func isNetwork(value string) bool { return strings.HasSuffix(value, ".0.0") }

// isPrivate tells whether nobody outside can own the address: private, loopback, link-local, unspecified, multicast
// and broadcast (RFC 1918, 4193, 6598, 6890).
func isPrivate(value string) bool {
	value, _, _ = strings.Cut(value, "/")
	a, err := netip.ParseAddr(value)
	if err != nil {
		return false
	}
	a = a.Unmap()
	return a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() || a.IsUnspecified() || a.IsMulticast() ||
		sharedSpace.Contains(a) || a.Is4() && (a.As4()[0] >= 224 || a.As4()[0] == 0)
}

var sharedSpace = netip.MustParsePrefix("100.64.0.0/10")
