package read

import (
	"net/netip"
	"strings"
	"time"

	"golang.org/x/net/idna"

	"todoke/internal/desk"
	"todoke/internal/mail"
)

// header fills in what the header fields tell.
func (r *Reader) header(m *mail.Message, env Envelope) *desk.Reading {
	h := m.Header
	reading := &desk.Reading{
		MessageID: h.MessageID(), InReplyTo: orEmpty(h.InReplyTo()), References: orEmpty(h.References()),
		From: mailbox(h.AddressList("From")), ReplyTo: mailbox(h.AddressList("Reply-To")).Address,
		To: addresses(h.AddressList("To")), Cc: addresses(h.AddressList("Cc")), Subject: h.Subject(),
	}
	reading.Auth = env.Auth
	if reading.From.Address == "" {
		reading.From = mailbox(h.AddressList("Sender"))
	}
	if date, ok := h.Date(); ok {
		reading.Date = &date
	}
	received, from := receipt(h, reading.Date, env)
	reading.Received, reading.ReceivedFrom = &received, from
	return reading
}

// receipt says when a message was received: at a live door the clock; else the date of its topmost Received field, else the mbox From line, else its Date,
// else the clock. A time later than the clock is not believed, nor is one before mail had dates.
func receipt(h mail.Header, date *time.Time, env Envelope) (time.Time, string) {
	if env.Live {
		return env.Now, desk.ReceivedFromClock
	}
	believed := func(t time.Time) bool { return !t.After(env.Now) && t.Year() >= 1970 }
	if fields := h.Received(); len(fields) > 0 {
		if t, ok := mail.ReceivedDate(fields[0]); ok && believed(t) {
			return t, desk.ReceivedFromHeader
		}
	}
	if !env.MboxFrom.IsZero() && believed(env.MboxFrom) {
		return env.MboxFrom, desk.ReceivedFromMbox
	}
	if date != nil && believed(*date) {
		return *date, desk.ReceivedFromDate
	}
	return env.Now, desk.ReceivedFromClock
}

func mailbox(list []mail.Address) desk.Mailbox {
	if len(list) == 0 {
		return desk.Mailbox{}
	}
	return desk.Mailbox{Name: list[0].Name, Address: list[0].Address}
}

func addresses(list []mail.Address) []string {
	addresses := []string{}
	for _, each := range list {
		if each.Address != "" {
			addresses = append(addresses, each.Address)
		}
	}
	return addresses
}

// reporterTLD is the top-level domain of the reporter's mail address: of the form, else of Reply-To, else of From. It is ""
// for a fax and for an address without a domain of the public name space.
func (r *Reader) reporterTLD(reading *desk.Reading) string {
	for _, gateway := range r.settings.FaxGateways {
		_, domain, _ := strings.Cut(reading.From.Address, "@")
		if strings.EqualFold(gateway, reading.From.Address) || strings.EqualFold(gateway, "@"+domain) {
			return ""
		}
	}
	for _, address := range []string{reading.Form.Fields["email"], reading.ReplyTo, reading.From.Address} {
		if r.own(address) {
			continue
		}
		if tld := tldOf(address); tld != "" {
			return tld
		}
	}
	return ""
}

func tldOf(address string) string {
	_, domain, ok := strings.Cut(strings.TrimSpace(address), "@")
	if !ok {
		return ""
	}
	ascii, err := idna.Lookup.ToASCII(strings.TrimSuffix(domain, "."))
	if err != nil {
		return ""
	}
	dot := strings.LastIndexByte(ascii, '.')
	if dot < 0 || strings.ContainsAny(ascii[dot+1:], "0123456789") && !strings.HasPrefix(ascii[dot+1:], "xn--") {
		return ""
	}
	return strings.ToLower(ascii[dot+1:])
}

// reporterHosts lists the hosts of the reporter's mail domain and of the machines that first handled the mail.
func (r *Reader) reporterHosts(m *mail.Message, reading *desk.Reading) []string {
	var hosts []string
	for _, address := range []string{reading.From.Address, reading.ReplyTo, reading.Form.Fields["email"]} {
		if _, domain, ok := strings.Cut(address, "@"); ok {
			hosts = append(hosts, strings.ToLower(domain))
		}
	}
	if _, host, ok := strings.Cut(strings.Trim(reading.MessageID, "<>"), "@"); ok && strings.Contains(host, ".") {
		hosts = append(hosts, strings.ToLower(host))
	}
	return hosts
}

// never tells whether the list names the address: itself, a network that holds it, or a domain above it.
func never(list []string, address string) bool {
	ip, err := netip.ParseAddr(address)
	for _, each := range list {
		if strings.EqualFold(each, address) || strings.HasSuffix(address, "."+strings.ToLower(each)) {
			return true
		}
		if prefix, bad := netip.ParsePrefix(each); err == nil && bad == nil && prefix.Contains(ip) {
			return true
		}
	}
	return false
}
