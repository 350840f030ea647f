package mailauth

import (
	"net/netip"
	"slices"
	"strings"

	"todoke/internal/mail"
	"todoke/internal/mailauth/authres"
	"todoke/internal/mailauth/domain"
)

// session is the SMTP session in which a mail came to us.
type session struct {
	client netip.Addr // not valid where not known
	helo   string
	from   string // envelope sender
}

// trace finds the session in which the mail came in from outside, and what our own servers wrote down about it.
//
// A client from outside is the session itself, and nothing in the mail is believed. A mail that was handed on inside has
// been stamped by our servers, each at the top: their fields stand above the first Received that is not theirs. The
// sender may have written a Received in our name; it can only stand below the one that our server at the border wrote,
// which is the first of ours that names a client from outside.
func (c *checker) trace(e Envelope) (session, ours) {
	s := session{client: e.IP.Unmap(), helo: e.Helo, from: e.From}
	if !e.Inside && !c.isRelay(s.client) {
		return s, ours{}
	}
	s.client, s.helo = netip.Addr{}, ""
	var zone zone
	for _, f := range c.m.Fields {
		switch f.Name {
		case "received":
			if !zone.pass(c, string(f.Value()), &s) {
				return s, zone.ours()
			}
		case "return-path":
			if !zone.stamped && s.from == "" {
				s.from = returnPath(string(f.Value()))
			}
		case "authentication-results":
			if field, ok := authres.Parse(string(f.Value())); ok && c.isOurs(field.ID) && len(zone.fields) < maxOurs {
				zone.fields = append(zone.fields, field)
			}
		}
	}
	return s, zone.ours()
}

// maxOurs bounds the Authentication-Results of ours in one mail.
const maxOurs = 20

// zone is the part of the header that our own servers wrote.
type zone struct {
	stamped bool // a Received of ours was seen
	border  bool // and it was that of the border
	fields  []authres.Field
}

// pass takes a Received field; false where the zone ends at it.
func (z *zone) pass(c *checker, value string, s *session) bool {
	h := parseHop(value)
	if z.border {
		return false
	}
	if !c.isOurs(h.by) {
		// A hop without a client is one inside a mail service, which stands above that of its border.
		return h.from == "" && h.by != ""
	}
	z.stamped = true
	switch {
	case h.from == "": // taken up or filtered on the machine itself
	case h.local && c.isOurs(h.from): // handed from our mail server to our mailbox
	case h.client.IsValid() && c.isRelay(h.client):
	default:
		z.border = true
		s.client, s.helo = h.client, h.from
	}
	return true
}

// ours is what counts of the fields: nothing where no server of ours has stamped the mail.
func (z *zone) ours() ours {
	if !z.stamped {
		return ours{}
	}
	return gather(z.fields)
}

func (c *checker) isRelay(addr netip.Addr) bool {
	return slices.ContainsFunc(c.cfg.Relays, func(p netip.Prefix) bool { return p.Contains(addr) })
}

func (c *checker) isOurs(name string) bool {
	return name != "" && slices.ContainsFunc(c.cfg.TrustedIDs, func(id string) bool { return strings.EqualFold(id, name) })
}

// hop is what a Received field tells (RFC 5321, section 4.4): from HELO (host [IP]) by NAME with …
type hop struct {
	from   string     // what the client called itself, "" where the field names none
	client netip.Addr // not valid unless the field names exactly one address
	local  bool       // it came by LMTP from nowhere: "from mx.example.jp by mx.example.jp with LMTP"
	by     string     // "" where the field cannot be understood
}

// parseHop reads a Received field. A client may call itself "x ([192.0.2.1]) by mx.example.jp", and some servers write even
// that down; so of a field with two "by" nothing is believed, nor an address where several stand.
func parseHop(value string) hop {
	var h hop
	words := strings.Fields(value)
	by := slices.IndexFunc(words, isBy)
	if by < 0 || by+1 == len(words) || slices.ContainsFunc(words[by+1:], isBy) {
		return h
	}
	if by == 0 {
		h.by = strings.Trim(words[1], ";,")
		return h
	}
	if by < 2 || !strings.EqualFold(words[0], "from") {
		return h
	}
	h.by = strings.Trim(words[by+1], ";,")
	h.from = words[1]
	var named int
	if h.client, named = client(words[2:by]); named == 0 {
		h.client, _ = client(words[1:2]) // from [192.0.2.1] (helo=…) by …
	}
	h.local = by == 2 && slices.Equal(words[by+2:min(by+4, len(words))], []string{"with", "LMTP"})
	return h
}

func isBy(word string) bool { return strings.EqualFold(word, "by") }

// client is the address in brackets among the words, not valid unless there is exactly one.
func client(words []string) (addr netip.Addr, named int) {
	for _, word := range words {
		for _, text := range strings.Split(word, "[")[1:] {
			text, _, _ = strings.Cut(text, "]")
			if len(text) > 5 && strings.EqualFold(text[:5], "IPv6:") {
				text = text[5:]
			}
			addr, _ = netip.ParseAddr(text)
			named++
		}
	}
	if named != 1 {
		addr = netip.Addr{}
	}
	return addr.Unmap().WithZone(""), named
}

// returnPath reads the envelope sender that the server of a mailbox wrote down, "" for <>.
func returnPath(value string) string {
	value = strings.TrimSpace(value)
	if open := strings.IndexByte(value, '<'); open >= 0 {
		value, _, _ = strings.Cut(value[open+1:], ">")
	}
	return value
}

// fromDomain is the one domain in the one From field, "" where there are none or several: then nobody can say whose the mail is
// (RFC 7489, section 6.6.1).
func (c *checker) fromDomain() string {
	fields := c.m.All("from")
	if len(fields) != 1 || c.m.Cut {
		return ""
	}
	found := ""
	for _, a := range mail.ParseAddresses(string(fields[0].Value())) {
		d := domain.Of(a.Address)
		if d == "" || !strings.Contains(a.Address, "@") || found != "" && d != found {
			return ""
		}
		found = d
	}
	return found
}
