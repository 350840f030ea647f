package mailauth

import (
	"context"
	"errors"
	"net"
	"strings"

	"blitiri.com.ar/go/spf"

	"todoke/internal/mailauth/domain"
	"todoke/internal/mailauth/verdict"
)

// maxSender bounds the envelope sender (RFC 5321, section 4.5.3.1: 64 + 1 + 255); macros of SPF multiply it.
const maxSender = 320

// checkSPF finds out whether the client may send for the domain of the envelope.
func (c *checker) checkSPF(ctx context.Context) {
	s := &c.r.SPF
	if c.session.client.IsValid() {
		s.Client = c.session.client.String()
	}
	sender := c.sender()
	s.Domain = domain.Of(sender)
	if m, v, ok := c.ours.one("spf"); ok {
		s.Source, s.Verdict = Ours, v
		if _, told := identity(m); told != "" {
			s.Domain = told
		}
		return
	}
	s.Verdict = verdict.None
	switch {
	case c.resolver == nil:
		s.Reason = verdict.NotChecked
	case !c.session.client.IsValid():
		s.Reason = verdict.NoClient
	case s.Domain == "" || !strings.Contains(s.Domain, ".") || len(sender) > maxSender:
		s.Source, s.Reason = Computed, verdict.NoSender // RFC 7208, section 4.3
	default:
		s.Source = Computed
		s.Verdict, s.Reason = c.askSPF(ctx, sender)
	}
}

// sender is whom the envelope names; a null sender is the postmaster of HELO (RFC 7208, section 2.4).
func (c *checker) sender() string {
	if c.session.from != "" {
		return c.session.from
	}
	return "postmaster@" + c.session.helo
}

// askSPF evaluates the domain's record. The library bounds what the RFC bounds, ten terms that look something up and two
// lookups without result; the resolver bounds all questions together.
func (c *checker) askSPF(ctx context.Context, sender string) (verdict.Verdict, verdict.Reason) {
	c.resolver.spent = false
	helo := c.session.helo
	if len(helo) > maxName {
		helo = ""
	}
	ip := net.IP(c.session.client.AsSlice())
	result, err := spf.CheckHostWithSender(ip, helo, sender, spf.WithContext(ctx), spf.WithResolver(c.resolver))
	switch v := verdict.Parse(string(result)); {
	case c.resolver.spent && v != verdict.Pass, errors.Is(err, spf.ErrLookupLimitReached), errors.Is(err, spf.ErrVoidLookupLimitReached):
		return verdict.PermError, verdict.TooManyLookups // RFC 7208, section 4.6.4
	case v == verdict.TempError:
		return v, verdict.DNSTrouble
	case v == verdict.PermError:
		return v, verdict.Malformed
	case v == verdict.None:
		return v, verdict.NoRecord
	case v == verdict.Pass && errors.Is(err, spf.ErrMatchedAll):
		return v, verdict.OpenToAll
	default:
		return v, ""
	}
}
