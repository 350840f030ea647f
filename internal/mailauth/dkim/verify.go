// Package dkim verifies the signatures of DKIM (RFC 6376, with the algorithms of RFC 8301 and RFC 8463), by which a domain
// answers for a mail: whoever holds the private key of a key in the domain's DNS has signed some header fields and the body.
// ARC (RFC 8617) signs mails in the same way; package arc uses what is here.
//
// The library that signs in the tests (emersion/go-msgauth) could verify too. This package is there because mail to an
// incident desk is hostile and because ARC needs the same work on other fields: a header of any size costs no more
// than one pass for each signature, names and keys are bounded, the clock is the caller's, and a body is hashed once and not
// once for each signature.
//
// Stricter than the RFC: a signature that covers only the beginning of the body (l=) does not count where something
// follows, since anybody could have added that (RFC 6376, section 8.2).
package dkim

import (
	"bytes"
	"context"
	"crypto/sha256"
	"time"

	"todoke/internal/mailauth/canon"
	"todoke/internal/mailauth/verdict"
)

// FieldName is the name of the field, in lower case.
const FieldName = "dkim-signature"

// Result is what came out for one signature.
type Result struct {
	Verdict  verdict.Verdict
	Reason   verdict.Reason
	Domain   string // who signed; "" where that could not be read
	Selector string
}

// Verifier holds what verification needs besides the mail.
type Verifier struct {
	Resolver Resolver
	Now      time.Time // against which signatures expire
}

// Verify checks one DKIM-Signature field of a mail.
func (v Verifier) Verify(ctx context.Context, m *canon.Message, field canon.Field) Result {
	s, reason := Parse(field)
	if reason != "" {
		return s.result(verdict.PermError, reason)
	}
	return v.Check(ctx, m, s)
}

// Check checks a signature that was read. What can be seen in the mail itself goes first, so that a changed mail asks DNS
// nothing.
func (v Verifier) Check(ctx context.Context, m *canon.Message, s Signature) Result {
	if !s.Expires.IsZero() && v.Now.After(s.Expires) {
		return s.result(verdict.PermError, verdict.Expired)
	}
	if reason := s.checkBody(m); reason != "" {
		return s.result(verdict.Fail, reason)
	}
	key, state, reason := LookupKey(ctx, v.Resolver, s.Domain, s.Selector)
	if state != verdict.Pass {
		return s.result(state, reason)
	}
	if key.Strict && s.Identity != "" && s.Identity != s.Domain {
		return s.result(verdict.PermError, verdict.BadKey)
	}
	sum := s.headerSum(m)
	if !key.Verify(s.Algorithm, sum[:], s.Value) {
		return s.result(verdict.Fail, verdict.HeaderChanged)
	}
	if key.Testing {
		return s.result(verdict.Neutral, verdict.Testing) // to be treated as unsigned: RFC 6376, 3.6.1
	}
	return s.result(verdict.Pass, "")
}

func (s Signature) result(v verdict.Verdict, reason verdict.Reason) Result {
	return Result{Verdict: v, Reason: reason, Domain: s.Domain, Selector: s.Selector}
}

// checkBody compares the body with bh=.
func (s Signature) checkBody(m *canon.Message) verdict.Reason {
	body := m.BodySum(s.Body)
	switch {
	case s.Length >= 0 && s.Length != body.Length:
		return verdict.BodyLength
	case !bytes.Equal(body.Sum[:], s.BodySum):
		return verdict.BodyChanged
	}
	return ""
}

// headerSum is the SHA-256 of the signed fields and of the signature's own (RFC 6376, section 3.7).
func (s Signature) headerSum(m *canon.Message) [sha256.Size]byte {
	h := sha256.New()
	var buf []byte
	for _, f := range m.Pick(s.Signed) {
		buf = append(f.Append(buf[:0], s.Header), "\r\n"...)
		h.Write(buf)
	}
	own := canon.Field{Name: s.field.Name, Raw: WithoutSignature(s.field.Raw)}
	h.Write(own.Append(buf[:0], s.Header))
	return [sha256.Size]byte(h.Sum(nil))
}
