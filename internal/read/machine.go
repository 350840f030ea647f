package read

import (
	"cmp"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/idna"

	"todoke/internal/desk"
	"todoke/internal/formats/arf"
	"todoke/internal/formats/xarf"
	"todoke/internal/mail"
)

// machineTellings are the incidents of a message with machine-readable parts (ARF, X-ARF). Such a part is exact, while the text
// beside it is made for people and quotes the mail complained of: so where it names a source, what was told of the text only
// adds to it (withText). Where it names none, it gives the text's tellings their class. Many parts are many incidents.
func machineTellings(m *mail.Message, told []desk.Telling) []desk.Telling {
	var exact []desk.Telling
	var class desk.Class
	for _, part := range m.Parts {
		t, whole := machineTelling(m, part)
		if class == "" {
			class = t.Class
		}
		if t.Address == "" || t.Class == "" {
			continue
		}
		t = withText(t, told, whole)
		known := slices.IndexFunc(exact, func(other desk.Telling) bool {
			return other.Address == t.Address && other.Class.Group() == t.Class.Group()
		})
		if known >= 0 {
			exact[known].Ports = append(exact[known].Ports, t.Ports...)
		} else {
			exact = append(exact, t)
		}
	}
	if len(exact) > 0 {
		return exact
	}
	for i := range told {
		if class != "" && told[i].Class == desk.Other {
			told[i].Class = class
			told[i].Reasons = append(told[i].Reasons, "type of the machine's report")
		}
	}
	return told
}

// machineTelling is what one part tells; without an address where it names no source on the net, without a class where it is
// no report of a machine. It is whole where the desk itself wrote the part, of a report that told every field by itself.
func machineTelling(m *mail.Message, part *mail.Part) (t desk.Telling, whole bool) {
	switch {
	case part.Type == "message/feedback-report":
		if report, err := arf.Parse(string(part.Body)); err == nil {
			return fromARF(report, part.Path), false
		}
	case isXARF(m, part):
		if report, err := xarf.Parse(part.Body); err == nil {
			return fromXARF(report, part.Path), report.Told != ""
		}
	}
	return desk.Telling{}, false
}

// withText adds to a telling what the text says of the same address: the IP of a host, where its brand is at home, and, unless it is
// whole, the brand and the times.
func withText(t desk.Telling, told []desk.Telling, whole bool) desk.Telling {
	for _, other := range told {
		paired := slices.Contains(other.Hosts, t.Address)
		if other.Address != t.Address && !paired {
			continue
		}
		if paired && !whole {
			t.Hosts = append(t.Hosts, t.Address)
			t.Address = other.Address
		}
		if t.Brand == "" && !whole || t.Brand != "" && t.Brand == other.Brand {
			t.Brand, t.BrandOrigin = other.Brand, other.BrandOrigin
		}
		if t.FirstSeen == nil && t.LastSeen == nil && !whole {
			t.FirstSeen, t.LastSeen = other.FirstSeen, other.LastSeen
		}
		t.Evidence = append(t.Evidence, other.Evidence...)
		break
	}
	return t
}

// isXARF tells whether a part may be the report of an X-ARF mail: the second part, or one that says so.
func isXARF(m *mail.Message, part *mail.Part) bool {
	if len(part.Children) > 0 {
		return false
	}
	name := strings.ToLower(part.Name)
	return strings.Contains(part.Type, "xarf") || name == "report.txt" || strings.HasPrefix(name, "xarf") ||
		m.Header.Has("X-XARF") || m.Header.Has("X-ARF") && part.Path != "1"
}

func fromARF(report arf.Report, path string) desk.Telling {
	return telling(sourceOf(report.SourceIP.String()), report.Class(), path, "feedback report: Source-IP")
}

func fromXARF(report xarf.Report, path string) desk.Telling {
	t := telling(sourceOf(report.Source), report.Class(), path, "X-ARF report: Source")
	t.URLs = orEmpty(report.URLs)
	t.Hosts = slices.DeleteFunc(orEmpty(report.Domains), func(host string) bool { return host == t.Address })
	t.FirstSeen, t.LastSeen = seen(report.FirstSeen), seen(report.LastSeen)
	if t.Brand = report.Brand; t.Brand != "" {
		t.BrandOrigin = desk.OriginUnknown
	}
	if t.Class.Group() == desk.ScanPort.Group() {
		t.Port = report.DestinationPort
	}
	if t.Port != 0 {
		t.Proto = cmp.Or(report.Protocol, "tcp")
	}
	if t.Port != 0 {
		t.Ports = []desk.PortEvidence{{Proto: t.Proto, Port: t.Port, Evidence: 1}}
	}
	return t
}

// seen is a time as a telling has it.
func seen(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// sourceOf is the address of a source as an incident has it: the IP or the host, of a URL its host, of a mail address none.
// Addresses that are nowhere on the net are no source.
func sourceOf(source string) string {
	if strings.Contains(source, "://") {
		if u, err := url.Parse(source); err == nil {
			source = u.Hostname()
		}
	}
	if ip, err := netip.ParseAddr(source); err == nil {
		if ip = ip.Unmap(); ip.IsPrivate() || !ip.IsGlobalUnicast() {
			return ""
		}
		return ip.String()
	}
	if network, err := netip.ParsePrefix(source); err == nil {
		return network.Masked().String()
	}
	host, err := idna.Lookup.ToASCII(strings.TrimSuffix(source, "."))
	if err != nil || !strings.Contains(host, ".") || strings.ContainsAny(host, "@/: ") {
		return ""
	}
	return strings.ToLower(host)
}

func telling(address string, class desk.Class, path, why string) desk.Telling {
	return desk.Telling{
		Address: address, Class: class, Hosts: []string{}, URLs: []string{}, Aftermath: []string{}, Evidence: []string{path}, Weight: 1,
		Ports: []desk.PortEvidence{}, Reasons: []string{why},
	}
}
