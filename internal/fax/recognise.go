package fax

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"todoke/internal/mail"
)

// Fax is what a gateway's mail says of a fax.
type Fax struct {
	Profile  string // name of the gateway's profile, "" where only its address is known
	Gateway  bool   // the mail's From is one of the settings' gateways; without that anybody may have written it
	Number   string // the caller's, see Normalise; "" where it was withheld or is not told
	Told     string // the caller's number or name as the gateway wrote it: for people
	Pages    int    // 0 where not told
	Received time.Time
	// Attachments are the TIFFs and PDFs, in order.
	Attachments []Attachment
}

// Attachment is a document of a fax.
type Attachment struct {
	Path string // of the mail's part
	Name string
	Type string // as the mail says
	Data []byte // shares memory with the mail
}

// Own is what the desk's settings say.
type Own struct {
	Gateways []string       // addresses of gateways, or domains ("@fax.example.jp")
	Zone     *time.Location // of times without one; nil for UTC
	Country  string         // digits before numbers without a country: "81"; "" for Japan's
}

// Recognise tells whether a mail is a fax, and what its gateway says of it. It is one where it comes from one of the settings'
// gateways or looks as a profile says, and brings a TIFF or PDF.
func (p *Profiles) Recognise(m *mail.Message, own Own) (Fax, bool) {
	fax := Fax{Attachments: documents(m), Gateway: own.isGateway(fromAddress(m))}
	if len(fax.Attachments) == 0 && !fax.Gateway {
		return Fax{}, false
	}
	said := headerLines(m)
	profile := p.find(said, fax)
	if profile == nil && (!fax.Gateway || len(fax.Attachments) == 0) {
		return Fax{}, false
	}
	if profile != nil {
		said += textLines(m)
		fax.Profile = profile.Name
		fax.Told = strings.TrimSpace(first(profile.Number, said))
		fax.Number = Normalise(fax.Told, own.Country)
		fax.Pages, _ = strconv.Atoi(first(profile.Pages, said))
		fax.Received = profile.moment(first(profile.Time, said), own.Zone)
	}
	if fax.Received.IsZero() {
		fax.Received = received(m)
	}
	return fax, true
}

// find is the first profile that the header fits.
func (p *Profiles) find(header string, fax Fax) *profile {
	for _, each := range p.list {
		if each.GatewayOnly && !fax.Gateway || !each.WithoutDocument && len(fax.Attachments) == 0 {
			continue
		}
		if slices.ContainsFunc(each.Known, func(known *pattern) bool { return known.MatchString(header) }) {
			return each
		}
	}
	return nil
}

// first is what the group of the first pattern that fits holds.
func first(patterns []*pattern, text string) string {
	for _, each := range patterns {
		if found := each.FindStringSubmatch(text); found != nil {
			return found[1]
		}
	}
	return ""
}

// moment reads a time. Spaces do not matter: Japanese is written with and without.
func (p *profile) moment(value string, zone *time.Location) time.Time {
	if zone == nil {
		zone = time.UTC
	}
	value = strings.ReplaceAll(value, " ", "")
	for _, layout := range p.Layouts {
		if t, err := time.ParseInLocation(strings.ReplaceAll(layout, " ", ""), value, zone); err == nil {
			return t
		}
	}
	return time.Time{}
}

// received is the time of the topmost Received field, else of Date.
func received(m *mail.Message) time.Time {
	for _, trace := range m.Header.Received() {
		if t, ok := mail.ReceivedDate(trace); ok {
			return t
		}
	}
	t, _ := m.Header.Date()
	return t
}

func fromAddress(m *mail.Message) string {
	list := m.Header.AddressList("From")
	if len(list) == 0 {
		return ""
	}
	return list[0].Address
}

func (own Own) isGateway(address string) bool {
	_, domain, _ := strings.Cut(address, "@")
	return address != "" && slices.ContainsFunc(own.Gateways, func(gateway string) bool {
		return strings.EqualFold(gateway, address) || strings.EqualFold(gateway, "@"+domain)
	})
}

// documents are the parts that are TIFFs or PDFs by their first bytes.
func documents(m *mail.Message) []Attachment {
	var found []Attachment
	for _, part := range m.Parts {
		if len(part.Children) > 0 || part.Embedded || part.Lesser || strings.HasPrefix(part.Type, "text/") {
			continue
		}
		if _, err := jobFor(part.Body); err == nil {
			found = append(found, Attachment{Path: part.Path, Name: part.Name, Type: part.Type, Data: part.Body})
		}
	}
	return found
}

// Bounds of what the patterns look at.
const (
	maxLine   = 300     // bytes of a header line
	maxFields = 60      // header fields
	maxSaid   = 8 << 10 // bytes of the text
)

// headerLines are the fields that tell a gateway, a line each, in one spelling (NFKC: full-width letters are letters).
func headerLines(m *mail.Message) string {
	var b strings.Builder
	for i := range min(m.Header.Len(), maxFields) {
		name, value := m.Header.Field(i)
		switch lower := strings.ToLower(name); {
		case lower == "from", lower == "subject", lower == "to", strings.HasPrefix(lower, "x-"):
			b.WriteString(name + ": " + cut(strings.TrimSpace(value), maxLine) + "\n")
		}
	}
	return norm.NFKC.String(b.String())
}

// textLines are the text of the mail and the names of its files.
func textLines(m *mail.Message) string {
	text := "\n" + cut(m.BodyText(), maxSaid) + "\n"
	for _, part := range m.Parts[:min(len(m.Parts), maxFields)] {
		if part.Name != "" {
			text += "File: " + cut(part.Name, maxLine) + "\n"
		}
	}
	return norm.NFKC.String(text)
}

// cut shortens a text to at most n bytes, by whole characters.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
