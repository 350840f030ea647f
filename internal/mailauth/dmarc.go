package mailauth

import (
	"cmp"
	"context"
	"errors"
	"net"
	"slices"
	"strings"

	"github.com/emersion/go-msgauth/dmarc"

	"todoke/internal/mailauth/domain"
	"todoke/internal/mailauth/verdict"
)

// policy is what From's domain wants, as far as it is known.
type policy struct {
	record *dmarc.Record   // nil where there is none
	ours   verdict.Verdict // what our own server found, "" where it did not say
	why    verdict.Verdict // without a record and without ours: why
	reason verdict.Reason
}

// readPolicy takes what our own server found, else looks for the record.
func (c *checker) readPolicy(ctx context.Context) {
	d := &c.r.DMARC
	m, v, written := c.ours.one("dmarc")
	switch {
	case c.r.From == "":
		d.Source = Computed
		c.policy = policy{why: verdict.PermError, reason: verdict.NoFrom}
	case written && c.isAboutFrom(m.Get("header.from")):
		d.Source, d.Policy = Ours, strings.ToLower(m.Get("policy.published-domain-policy"))
		c.policy = policy{ours: v}
	case c.resolver == nil:
		c.policy = policy{why: verdict.None, reason: verdict.NotChecked}
	default:
		d.Source = Computed
		c.policy = c.lookupPolicy(ctx)
	}
}

// checkDMARC brings SPF and DKIM together with From.
func (c *checker) checkDMARC() {
	d, p := &c.r.DMARC, c.policy
	switch {
	case p.ours != "":
		c.align(relaxed)
		d.Verdict = p.ours
		if p.ours == verdict.Fail {
			d.Reason = verdict.NotAligned
		}
	case p.record != nil:
		c.align(p.record)
		d.Verdict, d.Reason = c.judge(p.record)
	case p.why == verdict.TempError:
		c.align(strict) // there may be a policy that asks for it
		d.Verdict, d.Reason = p.why, p.reason
	default:
		c.align(relaxed)
		d.Verdict, d.Reason = p.why, p.reason
	}
}

// Alignment where there is no record that says how: of one organisation, or of the very domain.
var (
	relaxed = &dmarc.Record{DKIMAlignment: dmarc.AlignmentRelaxed, SPFAlignment: dmarc.AlignmentRelaxed}
	strict  = &dmarc.Record{DKIMAlignment: dmarc.AlignmentStrict, SPFAlignment: dmarc.AlignmentStrict}
)

// isAboutFrom tells whether a result of DMARC is about the From that we read; a field that does not say is.
func (c *checker) isAboutFrom(from string) bool {
	return from == "" || domain.Of(from) == c.r.From
}

// align tells which of the methods that passed speak for From. An SPF record that lets everybody send speaks for nobody.
func (c *checker) align(record *dmarc.Record) {
	r := &c.r
	r.DKIM.Aligned = c.signedFor(r.DKIM.Domains, record)
	r.SPF.Aligned = r.SPF.Verdict == verdict.Pass && r.SPF.Reason != verdict.OpenToAll && c.sentFor(record)
}

// signedFor tells whether one of the signers speaks for From.
func (c *checker) signedFor(signers []string, record *dmarc.Record) bool {
	return slices.ContainsFunc(signers, func(d string) bool {
		return domain.Aligned(d, c.r.From, record.DKIMAlignment == dmarc.AlignmentStrict)
	})
}

// sentFor tells whether the domain of the envelope speaks for From.
func (c *checker) sentFor(record *dmarc.Record) bool {
	return domain.Aligned(c.r.SPF.Domain, c.r.From, record.SPFAlignment == dmarc.AlignmentStrict)
}

// judge is the verdict by a record. Where nothing passed, and DNS had trouble with a domain that could have, it stays open.
func (c *checker) judge(record *dmarc.Record) (verdict.Verdict, verdict.Reason) {
	r := &c.r
	switch {
	case r.DKIM.Aligned || r.SPF.Aligned:
		return verdict.Pass, ""
	case r.DKIM.Verdict == verdict.TempError && c.signedFor(r.DKIM.Failed, record),
		r.SPF.Verdict == verdict.TempError && c.sentFor(record):
		return verdict.TempError, verdict.DNSTrouble
	}
	return verdict.Fail, verdict.NotAligned
}

// lookupPolicy looks for the record of From's domain, then for that of its organisation (RFC 7489, section 6.6.3).
func (c *checker) lookupPolicy(ctx context.Context) policy {
	names := []string{c.r.From}
	if org := domain.Organisation(c.r.From); org != "" && org != c.r.From {
		names = append(names, org)
	}
	for _, name := range names {
		texts, err := c.resolver.LookupTXT(ctx, "_dmarc."+name)
		var dns *net.DNSError
		switch {
		case err == nil, errors.As(err, &dns) && dns.IsNotFound:
		case c.resolver.spent:
			return policy{why: verdict.PermError, reason: verdict.TooManyLookups}
		default:
			return policy{why: verdict.TempError, reason: verdict.DNSTrouble}
		}
		texts = slices.DeleteFunc(slices.Clone(texts), func(t string) bool { return !isDMARC(t) })
		if len(texts) == 0 {
			continue
		}
		record := readRecord(texts)
		if record == nil {
			return policy{why: verdict.PermError, reason: verdict.Malformed}
		}
		c.r.DMARC.Domain, c.r.DMARC.Policy = name, string(record.Policy)
		if name != c.r.From {
			c.r.DMARC.Policy = string(cmp.Or(record.SubdomainPolicy, record.Policy))
		}
		return policy{record: record}
	}
	return policy{why: verdict.None, reason: verdict.NoRecord}
}

// isDMARC tells whether a TXT record is one of DMARC: its first tag is the version.
func isDMARC(text string) bool {
	first, _, _ := strings.Cut(text, ";")
	name, value, _ := strings.Cut(first, "=")
	return strings.TrimSpace(name) == "v" && strings.TrimSpace(value) == "DMARC1"
}

// readRecord reads the record; nil where there are several, or where it cannot be read (section 6.6.3). A record without a
// policy that can be read, but with an address for reports, means p=none.
func readRecord(texts []string) *dmarc.Record {
	if len(texts) != 1 {
		return nil
	}
	record, err := dmarc.Parse(texts[0])
	if err != nil && strings.Contains(texts[0], "rua=") {
		return &dmarc.Record{Policy: dmarc.PolicyNone}
	}
	if err != nil {
		return nil
	}
	return record
}
