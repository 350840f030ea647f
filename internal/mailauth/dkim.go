package mailauth

import (
	"context"
	"slices"

	"todoke/internal/mailauth/canon"
	"todoke/internal/mailauth/dkim"
	"todoke/internal/mailauth/domain"
	"todoke/internal/mailauth/verdict"
)

// checkDKIM finds the domains that signed, from what our server wrote or from the signatures.
func (c *checker) checkDKIM(ctx context.Context) {
	d := &c.r.DKIM
	fields := c.m.All(dkim.FieldName)
	switch written := c.ours["dkim"]; {
	case len(written) > 0:
		d.Source = Ours
		c.takeDKIM(fields)
	case c.resolver == nil:
		d.Verdict, d.Reason = verdict.None, verdict.NotChecked
	case c.m.Cut:
		d.Source, d.Verdict, d.Reason = Computed, verdict.PermError, verdict.TooLarge
	default:
		d.Source = Computed
		c.verifyDKIM(ctx, fields)
	}
}

// takeDKIM takes what our server wrote. A pass counts only for a domain that has a signature in the mail: a result that
// somebody else slipped in would name another.
func (c *checker) takeDKIM(fields []canon.Field) {
	signers := map[string]bool{}
	for _, f := range fields {
		tags, _ := dkim.ParseTags(string(f.Value()))
		signers[domain.Normal(tags.Packed("d"))] = true
	}
	c.r.DKIM.Verdict = verdict.None
	for _, m := range c.ours["dkim"] {
		v, d := verdict.Parse(m.Result), domain.Normal(signer(m))
		if v == verdict.Pass && !signers[d] {
			continue
		}
		c.addDKIM(dkim.Result{Verdict: v, Domain: d})
	}
}

// verifyDKIM verifies signatures, those first that could speak for From, then the others as they stand.
func (c *checker) verifyDKIM(ctx context.Context, fields []canon.Field) {
	speaks := func(f canon.Field) bool {
		tags, _ := dkim.ParseTags(string(f.Value()))
		return domain.Aligned(domain.Normal(tags.Packed("d")), c.r.From, false)
	}
	var first, rest []canon.Field
	for _, f := range fields {
		if speaks(f) {
			first = append(first, f)
		} else {
			rest = append(rest, f)
		}
	}
	fields = append(first, rest...)
	if len(fields) > c.cfg.MaxSignatures {
		c.r.DKIM.Ignored = len(fields) - c.cfg.MaxSignatures
		fields = fields[:c.cfg.MaxSignatures]
	}
	c.r.DKIM.Verdict = verdict.None
	for _, f := range fields {
		c.addDKIM(c.verifier.Verify(ctx, c.m, f))
	}
}

// addDKIM adds the result of one signature; the best one gives the verdict.
func (c *checker) addDKIM(result dkim.Result) {
	d := &c.r.DKIM
	if rank(result.Verdict) > rank(d.Verdict) {
		d.Verdict, d.Reason = result.Verdict, result.Reason
	}
	list := &d.Failed
	if result.Verdict == verdict.Pass {
		list = &d.Domains
	}
	if result.Domain != "" && result.Verdict != verdict.None && !slices.Contains(*list, result.Domain) {
		*list = append(*list, result.Domain)
	}
}

// rank orders the verdicts on signatures by what they are worth.
func rank(v verdict.Verdict) int {
	return slices.Index([]verdict.Verdict{verdict.None, verdict.Neutral, verdict.PermError, verdict.Fail, verdict.TempError, verdict.Pass}, v)
}
