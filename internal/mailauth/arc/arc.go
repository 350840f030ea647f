// Package arc verifies the chain of ARC (RFC 8617), by which those who forward a mail tell what they found out about its
// sender before they changed it.
//
// A mailing list adds a footer: the author's DKIM signature breaks, and SPF sees the list's machine. With ARC the list
// first writes down what it saw (ARC-Authentication-Results), signs the mail as it leaves (ARC-Message-Signature), and seals
// both with all that forwarders before it wrote (ARC-Seal). The three fields are a set with a number, the instance. A chain that
// holds shows that nobody changed what the sealers wrote, and that the mail is as the last of them sent it. It does not
// show that they wrote the truth: whose word counts is decided elsewhere.
//
// The chain is verified as section 5.2 has it; which of the older message signatures still hold (oldest-pass) is not looked
// at, as nothing depends on it. Beyond the RFC's three results a chain can be TempError, where DNS did not answer.
package arc

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"hash"
	"strconv"
	"strings"

	"todoke/internal/mailauth/authres"
	"todoke/internal/mailauth/canon"
	"todoke/internal/mailauth/dkim"
	"todoke/internal/mailauth/domain"
	"todoke/internal/mailauth/verdict"
)

// maxSets is the most sets that a chain may have (RFC 8617, section 4.2.1).
const maxSets = 50

// The names of the three fields of a set, in lower case.
const (
	resultsField = "arc-authentication-results"
	messageField = "arc-message-signature"
	sealField    = "arc-seal"
)

// Chain is what came out.
type Chain struct {
	Verdict verdict.Verdict // None where the mail has no ARC field
	Reason  verdict.Reason
	Sets    []Set // by instance, from 1; nil where they are not whole
}

// Set is what one forwarder wrote.
type Set struct {
	Sealer  string        // the domain that sealed (d=)
	Results authres.Field // what it found out about the sender

	results, message, seal canon.Field
	tags                   dkim.Tags // of the seal
}

// Verify checks the chain of a mail. DNS is asked for one key a set at most, and one for the message signature.
func Verify(ctx context.Context, v dkim.Verifier, m *canon.Message) Chain {
	c := Read(m)
	if c.Verdict != verdict.Pass {
		return c
	}
	last := c.Sets[len(c.Sets)-1]
	signature, reason := dkim.ParseARC(last.message)
	if reason != "" {
		return c.end(verdict.Fail, reason)
	}
	if result := v.Check(ctx, m, signature); result.Verdict != verdict.Pass {
		return c.end(result.Verdict, result.Reason)
	}
	return c.verifySeals(ctx, v)
}

// end closes the chain with a verdict that is not pass. The RFC knows only fail; passing trouble is told apart.
func (c Chain) end(v verdict.Verdict, reason verdict.Reason) Chain {
	if v != verdict.TempError {
		v = verdict.Fail
	}
	c.Verdict, c.Reason = v, reason
	return c
}

// Read tells whether the chain is whole: Pass says no more than that. No signature is checked.
func Read(m *canon.Message) Chain {
	fields := map[string][]canon.Field{}
	most := 0
	for _, name := range []string{resultsField, messageField, sealField} {
		fields[name] = m.All(name)
		most = max(most, len(fields[name]))
	}
	switch {
	case most == 0:
		return Chain{Verdict: verdict.None}
	case most > maxSets:
		return Chain{Verdict: verdict.Fail, Reason: verdict.TooMany}
	}
	sets := make([]Set, most)
	for name, list := range fields {
		if len(list) != most || !place(sets, name, list) {
			return Chain{Verdict: verdict.Fail, Reason: verdict.Broken}
		}
	}
	c := Chain{Verdict: verdict.Pass, Sets: sets}
	if strings.EqualFold(sets[most-1].tags["cv"], "fail") {
		return c.end(verdict.Fail, verdict.SealedAsFailed)
	}
	for i := range sets {
		if !sets[i].readSeal(i == 0) {
			return c.end(verdict.Fail, verdict.Broken)
		}
	}
	return c
}

// place puts the fields of one name into their sets. It is false where an instance is missing, doubled or out of range.
func place(sets []Set, name string, list []canon.Field) bool {
	for _, f := range list {
		i, rest, ok := instance(f)
		if !ok || i > len(sets) {
			return false
		}
		set := &sets[i-1]
		at := map[string]*canon.Field{resultsField: &set.results, messageField: &set.message, sealField: &set.seal}[name]
		if at.Name != "" {
			return false
		}
		*at = f
		switch name {
		case resultsField:
			set.Results, _ = authres.Parse(rest)
		case sealField:
			set.tags, _ = dkim.ParseTags(string(f.Value()))
		}
	}
	return true
}

// instance reads i=, which in ARC-Authentication-Results stands first and without which the rest is one of RFC 8601.
func instance(f canon.Field) (i int, rest string, ok bool) {
	var text string
	if f.Name == resultsField {
		var first string
		first, rest, _ = strings.Cut(string(f.Value()), ";")
		name, value, _ := strings.Cut(first, "=")
		if strings.TrimSpace(name) != "i" {
			return 0, "", false
		}
		text = strings.TrimSpace(value)
	} else {
		tags, _ := dkim.ParseTags(string(f.Value()))
		text = tags["i"]
	}
	i, err := strconv.Atoi(text)
	return i, rest, err == nil && i >= 1 && i <= maxSets
}

// readSeal looks at the tags of the seal (section 4.1.3). The first set's cv is none, that of all others pass; a seal has no h=,
// as what it covers is fixed.
func (s *Set) readSeal(first bool) bool {
	want := "pass"
	if first {
		want = "none"
	}
	s.Sealer = domain.Normal(s.tags.Packed("d"))
	_, hasSigned := s.tags["h"]
	return s.Sealer != "" && domain.Normal(s.tags.Packed("s")) != "" && strings.EqualFold(s.tags["cv"], want) && !hasSigned
}

// verifySeals checks each seal. A seal covers all sets up to its own (section 5.1.1), so that one running digest serves
// all.
func (c Chain) verifySeals(ctx context.Context, v dkim.Verifier) Chain {
	sealed := sha256.New()
	for _, set := range c.Sets {
		write(sealed, set.results)
		write(sealed, set.message)
		own := canon.Field{Name: set.seal.Name, Raw: dkim.WithoutSignature(set.seal.Raw)}
		sum, err := sumWith(sealed, own.Append(nil, canon.Relaxed))
		if err != nil {
			return c.end(verdict.Fail, verdict.Malformed)
		}
		if state, reason := set.verifySeal(ctx, v.Resolver, sum); state != verdict.Pass {
			return c.end(state, reason)
		}
		write(sealed, set.seal)
	}
	return c
}

// sumWith is the digest as it would be with that text behind; the digest itself stays as it is.
func sumWith(h hash.Hash, text []byte) ([]byte, error) {
	branch, err := h.(hash.Cloner).Clone()
	if err != nil {
		return nil, err
	}
	branch.Write(text)
	return branch.Sum(nil), nil
}

func (s *Set) verifySeal(ctx context.Context, r dkim.Resolver, sum []byte) (verdict.Verdict, verdict.Reason) {
	sig, err := base64.StdEncoding.DecodeString(s.tags.Packed("b"))
	if err != nil {
		return verdict.Fail, verdict.Malformed
	}
	key, state, reason := dkim.LookupKey(ctx, r, s.Sealer, domain.Normal(s.tags.Packed("s")))
	if state != verdict.Pass {
		return state, reason
	}
	if !key.Verify(strings.ToLower(s.tags["a"]), sum, sig) {
		return verdict.Fail, verdict.HeaderChanged
	}
	return verdict.Pass, ""
}

// write adds one whole field, in relaxed form whatever the signatures say.
func write(h hash.Hash, f canon.Field) {
	h.Write(append(f.Append(nil, canon.Relaxed), "\r\n"...))
}
