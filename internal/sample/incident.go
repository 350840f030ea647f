package sample

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// An incident of the plan. Which of its facts are told is decided by the
// wordings: where no text names the IP, the host is the address.
type incident struct {
	key      string
	family   *family
	ip, host string // ip may be a CIDR
	urls     []string
	brand    brand
	at       time.Time // when the harm was seen first
	toldIP   bool      // some text of the matter names the IP
	shared   bool      // stands in several reports, so nobody tells of it again
	single   bool      // told by one mail alone, for it comes again after the window
	opened   time.Time // receipt of the first mail that tells of it
	net      bool      // ip is a whole network
}

func (i *incident) address() string {
	if i.toldIP {
		return i.ip
	}
	return i.host
}

// seen is an incident in the hands of a wording. Its methods note what the
// text tells, so that the truth follows the words.
type seen struct {
	incident *incident
	told     *told
	me       *person
	rnd      *rand.Rand
	at       time.Time // when this person saw the harm
}

// IP names the address.
func (s *seen) IP() string {
	s.told.ip = true
	return s.incident.ip
}

// Host names the host of a site, or the provider's name of an address.
func (s *seen) Host() string {
	if s.incident.host == s.incident.ip {
		return s.IP()
	}
	s.told.host = true
	return s.incident.host
}

// URL names the first page.
func (s *seen) URL() string { return s.name(s.incident.urls[0]) }

// URLs names all pages.
func (s *seen) URLs() []string {
	for _, u := range s.incident.urls {
		s.name(u)
	}
	return s.incident.urls
}

func (s *seen) name(url string) string {
	s.Host()
	for _, u := range s.told.urls {
		if u == url {
			return url
		}
	}
	s.told.urls = append(s.told.urls, url)
	return url
}

// Brand names who is imitated, in the reporter's language. Nobody can know an
// obscure one, so its site comes along.
func (s *seen) Brand() string {
	s.told.brand = true
	b := s.incident.brand
	name := b.en
	if s.me.ja() {
		name = b.ja
	}
	if b.obscure {
		return fmt.Sprintf("%s (%s)", name, b.site)
	}
	return name
}

// BrandSite names the imitated site, which is not to blame.
func (s *seen) BrandSite() string {
	s.told.brand = true
	return s.incident.brand.site
}

// BrandMail is the address of the imitated that phishers put into From.
func (s *seen) BrandMail() string {
	s.told.brand = true
	_, rest, _ := strings.Cut(s.incident.brand.site, "://")
	host, _, _ := strings.Cut(rest, "/")
	return s.one("service", "security", "alerts", "support") + "@" + strings.TrimPrefix(host, "www.")
}

// zoneHours are the zones in which people write, by top-level domain.
var zoneHours = map[string]int{
	"jp": 9, "com": -4, "net": -7, "de": 2, "cn": 8, "org": -5, "kr": 9, "tw": 8, "au": 10, "br": -3, "uk": 1, "fr": 2, "nl": 2, "us": -7, "edu": -4,
	"ca": -4, "it": 2, "pl": 2, "ch": 2, "se": 2, "at": 2, "es": 2, "ru": 4, "fi": 3, "hk": 8, "sg": 8, "dk": 2, "my": 8, "be": 2, "th": 7,
}

// zone is the clock of the person's mails and logs.
func (p *person) zone() *time.Location {
	h := zoneHours[p.Mail[strings.LastIndexByte(p.Mail, '.')+1:]]
	if p.ja() {
		h = 9
	}
	return time.FixedZone("", h*60*60)
}

func (s *seen) local() time.Time { return s.at.In(s.me.zone()) }

// At is the time of the harm on the reporter's clock.
func (s *seen) At() string { return s.local().Format("2006-01-02 15:04:05") }

// AtZone is At with its zone.
func (s *seen) AtZone() string { return s.local().Format("2006-01-02 15:04:05 -0700") }

// UTC is the time of the harm in UTC.
func (s *seen) UTC() string { return s.at.UTC().Format("2006-01-02 15:04:05 UTC") }

// MailDate is the time of the harm as mail headers have it.
func (s *seen) MailDate() string { return s.local().Format(time.RFC1123Z) }

// Ja is the time of the harm as Japanese people write it.
func (s *seen) Ja() string {
	t := s.at.In(tokyo)
	return fmt.Sprintf("%d月%d日 %d時%d分頃", t.Month(), t.Day(), t.Hour(), t.Minute())
}

// Day is the day of the harm.
func (s *seen) Day() string { return s.local().Format("January 2") }

// Number is some number between the bounds, for counts in the text.
func (s *seen) Number(from, to int) int { return from + s.rnd.IntN(to-from+1) }

// KnownIP is the IP where reporters told it. For our own mails, which name
// nothing that nobody told us.
func (s *seen) KnownIP() string {
	if s.incident.toldIP {
		return s.incident.ip
	}
	return ""
}
