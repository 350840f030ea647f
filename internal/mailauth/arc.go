package mailauth

import (
	"context"
	"slices"

	"todoke/internal/mailauth/arc"
	"todoke/internal/mailauth/authres"
	"todoke/internal/mailauth/domain"
	"todoke/internal/mailauth/verdict"
)

// checkARC verifies the chain of forwarders and hears those that are trusted.
func (c *checker) checkARC(ctx context.Context) {
	a := &c.r.ARC
	var chain arc.Chain
	switch _, v, written := c.ours.one("arc"); {
	case c.m.Cut:
		a.Source, a.Verdict, a.Reason = Computed, verdict.PermError, verdict.TooLarge
		return
	case written:
		a.Source = Ours
		if chain = arc.Read(c.m); v != verdict.Pass {
			chain.Verdict, chain.Reason = v, ""
		}
	case c.resolver == nil:
		a.Verdict, a.Reason = verdict.None, verdict.NotChecked
		return
	default:
		a.Source = Computed
		chain = arc.Verify(ctx, c.verifier, c.m)
	}
	a.Verdict, a.Reason = chain.Verdict, chain.Reason
	for _, set := range slices.Backward(chain.Sets) {
		a.Sealers = append(a.Sealers, set.Sealer)
	}
	if chain.Verdict == verdict.Pass {
		a.Vouched = c.vouched(chain.Sets)
	}
}

// vouched is the sealer by whose word From's domain passed. The last sealer may have changed the whole mail and
// what stood in it before; so his word is heard first, and that of one before him only if he is trusted, and so on.
func (c *checker) vouched(sets []arc.Set) string {
	if c.r.From == "" {
		return ""
	}
	for _, set := range slices.Backward(sets) {
		if !slices.ContainsFunc(c.cfg.TrustedSealers, func(d string) bool { return domain.Normal(d) == set.Sealer }) {
			return ""
		}
		if sawPass(set.Results, c.r.From) {
			return set.Sealer
		}
	}
	return ""
}

// sawPass tells whether results say that From's domain passed: what DMARC says of it, else a domain of the same organisation.
func sawPass(results authres.Field, from string) bool {
	passed := false
	for _, m := range results.Methods {
		about := ""
		switch m.Name {
		case "dmarc":
			if v := verdict.Parse(m.Result); domain.Of(m.Get("header.from")) == from && (v == verdict.Pass || v == verdict.Fail) {
				return v == verdict.Pass
			}
		case "dkim":
			about = signer(m)
		case "spf":
			_, about = identity(m)
		}
		if verdict.Parse(m.Result) == verdict.Pass && domain.Aligned(domain.Of(about), from, false) {
			passed = true
		}
	}
	return passed
}
