package compose

import (
	"net/mail"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/net/idna"

	"todoke/internal/desk"
)

// The kinds of values in a report, each brought into normal form.

// lines reads a text of any number of lines, which end with LF, whatever they came with: what ends a line in the mail must end one
// where headings are looked for.
func (d decoder) lines(most int, to *string) error {
	err := d.text(most, to)
	*to = lineEnds.Replace(*to)
	return err
}

var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// line reads a text of one line, without blanks around it.
func (d decoder) line(most int, to *string) error {
	err := d.text(most, to)
	if strings.ContainsFunc(*to, unicode.IsControl) {
		d.wrong("write it in one line")
	}
	*to = strings.TrimSpace(*to)
	return err
}

// choice reads one of several words.
func (d decoder) choice(to *string, words ...string) error {
	var s string
	err := d.text(MaxName, &s)
	switch {
	case slices.Contains(words, s):
		*to = s
	case s != "":
		d.wrong("%q is no choice here; write one of %s", shortened(s), strings.Join(words, ", "))
	}
	return err
}

func (d decoder) purpose(to *desk.Purpose) error {
	s := string(*to)
	err := d.choice(&s, string(desk.PurposeInformation), string(desk.PurposeQuestion), string(desk.PurposeCoordination))
	*to = desk.Purpose(s)
	return err
}

// classes are those of the desk, as words to choose from.
func classes() []string {
	var words []string
	for _, c := range desk.Classes() {
		words = append(words, string(c))
	}
	return words
}

func (d decoder) class(to *desk.Class) error {
	s := ""
	err := d.choice(&s, classes()...)
	*to = desk.Class(s)
	return err
}

// email reads an address without a name that every mail system can take: its local part ASCII, its domain made ASCII (RFC 5891).
func (d decoder) email(to *string) error {
	var s string
	err := d.line(MaxEmail, &s)
	if s == "" {
		return err
	}
	address, ok := plainAddress(s)
	if !ok {
		d.wrong("this is no mail address; write it like name@example.jp")
	}
	*to = address
	return err
}

func plainAddress(s string) (string, bool) {
	a, err := mail.ParseAddress(s)
	if err != nil || a.Name != "" || a.Address != s {
		return "", false
	}
	at := strings.LastIndexByte(s, '@')
	local := s[:at]
	domain, ok := hostName(s[at+1:])
	if !ok || len(local) > 64 || strings.ContainsFunc(local, func(r rune) bool { return r <= ' ' || r >= 0x7F || strings.ContainsRune(`"<>()[],;:\`, r) }) {
		return "", false
	}
	return local + "@" + domain, true
}

// hostName gives a host of the public name space in lower case and as A-label (RFC 5890).
func hostName(s string) (string, bool) {
	ascii, err := idna.Lookup.ToASCII(strings.TrimSuffix(s, "."))
	if err != nil || len(ascii) > 253 || !strings.Contains(ascii, ".") {
		return "", false
	}
	last := ascii[strings.LastIndexByte(ascii, '.')+1:]
	return strings.ToLower(ascii), strings.Trim(last, "0123456789") != ""
}

// address reads an IP, a network or a host.
func (d decoder) address(to *string) error {
	var s string
	err := d.line(maxHost, &s)
	if s == "" {
		return err
	}
	if ip, bad := netip.ParseAddr(s); bad == nil && ip.Zone() == "" {
		*to = ip.Unmap().String()
		return err
	}
	if network, bad := netip.ParsePrefix(s); bad == nil {
		*to = network.Masked().String()
		return err
	}
	host, ok := hostName(s)
	if !ok {
		d.wrong("%q is no address; write an IP such as 192.0.2.1, a network such as 192.0.2.0/28, or a host such as www.example.com", shortened(s))
	}
	*to = host
	return err
}

func (d decoder) hosts(to *[]string) error {
	return d.list(MaxHosts, func() error {
		var s string
		err := d.line(maxHost, &s)
		if s == "" {
			return err
		}
		host, ok := hostName(s)
		if !ok {
			d.wrong("%q is no host; write a name such as www.example.com", shortened(s))
		}
		*to = append(*to, host)
		return err
	})
}

func (d decoder) urls(to *[]string) error {
	return d.list(MaxURLs, func() error {
		var s string
		err := d.line(MaxURL, &s)
		if s == "" {
			return err
		}
		u, bad := url.Parse(s)
		if bad != nil || u.Host == "" || !slices.Contains([]string{"http", "https", "ftp"}, u.Scheme) || strings.ContainsAny(s, " <>\"") {
			d.wrong("%q is no URL; write it whole and not defanged, such as http://www.example.com/login", shortened(s))
		}
		*to = append(*to, s)
		return err
	})
}

// moment reads a time with its zone (RFC 3339).
func (d decoder) moment(to *time.Time) error {
	var s string
	err := d.line(MaxName, &s)
	if s == "" {
		return err
	}
	at, bad := time.Parse(time.RFC3339, s)
	switch {
	case bad != nil:
		d.wrong("%q is no time with a zone; write it like 2026-04-01T09:30:00+09:00 (RFC 3339)", shortened(s))
	case at.Year() < 1990 || at.After(d.now.AddDate(0, 0, 1)):
		d.wrong("%s is before 1990 or still to come; correct the year and the zone", s)
	default:
		*to = at
	}
	return err
}
