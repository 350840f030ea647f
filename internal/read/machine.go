package read

import (
	"net/netip"
	"slices"
	"strings"

	"todoke/internal/desk"
	"todoke/internal/formats/arf"
	"todoke/internal/formats/xarf"
	"todoke/internal/mail"
)

// machineTellings are the incidents that the machine-readable parts of a message tell (ARF, X-ARF) and that its text does
// not tell already.
func machineTellings(m *mail.Message, told []desk.Telling) []desk.Telling {
	var tellings []desk.Telling
	add := func(t desk.Telling) {
		known := func(other desk.Telling) bool { return other.Address == t.Address }
		if t.Address != "" && t.Class != "" && !slices.ContainsFunc(told, known) && !slices.ContainsFunc(tellings, known) {
			tellings = append(tellings, t)
		}
	}
	for _, part := range m.Parts {
		switch {
		case part.Type == "message/feedback-report":
			if report, err := arf.Parse(string(part.Body)); err == nil {
				add(fromARF(report, part.Path))
			}
		case isXARF(m, part):
			if report, err := xarf.Parse(part.Body); err == nil {
				add(fromXARF(report, part.Path))
			}
		}
	}
	return tellings
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
	if !report.SourceIP.IsValid() {
		return desk.Telling{}
	}
	return telling(report.SourceIP.Unmap().String(), report.Class(), path, "feedback report: Source-IP")
}

func fromXARF(report xarf.Report, path string) desk.Telling {
	address := report.Source
	if ip, err := netip.ParseAddr(address); err == nil {
		address = ip.Unmap().String()
	}
	t := telling(address, report.Class(), path, "X-ARF report: Source")
	t.Proto, t.Port = report.Protocol, report.DestinationPort
	t.URLs = orEmpty(report.URLs)
	return t
}

func telling(address string, class desk.Class, path, why string) desk.Telling {
	return desk.Telling{
		Address: address, Class: class, Hosts: []string{}, URLs: []string{}, Aftermath: []string{}, Evidence: []string{path}, Weight: 1,
		Ports: []desk.PortEvidence{}, Reasons: []string{why},
	}
}
