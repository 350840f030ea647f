package pgp

import (
	"time"

	"todoke/internal/desk"
)

// Outcome is what became of one cover of a mail, as a phrase that stays the same: it is stored, counted and compared. For
// people there is [Finding.Words].
type Outcome string

// What becomes of an encryption.
const (
	Decrypted   Outcome = "decrypted"
	NoKey       Outcome = "encrypted to keys that are not here"
	Password    Outcome = "encrypted with a password"
	Damaged     Outcome = "encrypted, but damaged or altered"
	Unprotected Outcome = "encrypted without protection against alteration"
	TooLarge    Outcome = "unpacks to more than is allowed"
	TooDeep     Outcome = "too many covers"
	Unreadable  Outcome = "unreadable cover"
)

// What becomes of a signature.
const (
	Good        Outcome = "good signature"
	Unconfirmed Outcome = "signature fits an unconfirmed key"
	UnknownKey  Outcome = "signed by an unknown key"
	Bad         Outcome = "bad signature"
	Weak        Outcome = "signature too weak"
	Expired     Outcome = "signed by an expired key"
	Revoked     Outcome = "signed by a revoked key"
	Outdated    Outcome = "signature expired or from the future"
	Misdirected Outcome = "signed for somebody else"
	Untrusted   Outcome = "signed with an untrusted certificate"
)

// Note is something to know about a signature that is good all the same.
type Note string

// The notes.
const (
	ExpiredSince Note = "the key has expired since"
	BoundBySHA1  Note = "the key binds its name by SHA-1"
)

// Method is the kind of cover.
type Method string

// The methods.
const (
	OpenPGP Method = "OpenPGP"
	SMIME   Method = "S/MIME"
)

// Finding tells of one cover, or of one signature of a cover that has several.
type Finding struct {
	Method    Method
	Signature bool // it tells of a signature; else of an encryption
	Outcome   Outcome
	// Whole tells that the cover is around all of the mail. A signature on a part says nothing about the rest.
	Whole bool
	// Keys are the key IDs concerned, 16 digits of upper-case hexadecimals: those that an encryption wants or was opened
	// with, that of the signer. For S/MIME they are what identifies the certificate: see smime.
	Keys []string
	// Signer is who the key or certificate belongs to, as it says itself: "Name <address>". Only a confirmed key's word
	// is worth anything.
	Signer string
	// Stranger tells that the mail's From is no address of the signer.
	Stranger bool
	Time     time.Time // when the signature was made, as it says; zero where it does not
	Notes    []Note
	Detail   string // what was too weak: "SHA-1", "RSA 1024"; or the technical reason
}

// Opened is a mail with its covers taken away.
type Opened struct {
	// Raw is the mail with what could be opened put in its place: the very bytes given where nothing was opened. It must
	// not be opened again: a signature in it may no longer fit, since what it covered was opened.
	Raw      []byte
	PGP      desk.PGP
	Findings []Finding // outermost first
	// Wants are the keys without which something stays closed, as in Finding.Keys: with any of them, open it again.
	Wants []string
	// Offered are the public keys that came with the mail, attached or in an Autocrypt header (autocrypt.org, level 1).
	Offered  []Key
	Problems []desk.Problem
}

// summary makes the row of facts that is kept with the message.
func summary(findings []Finding) desk.PGP {
	p := desk.PGP{Verdict: "none"}
	seen := map[Outcome]bool{}
	for _, f := range findings {
		p.Encrypted = p.Encrypted || !f.Signature
		p.Signed = p.Signed || f.Signature
		if f.Signature && f.Outcome == Good && f.Whole && p.Signer == "" {
			p.Signer = f.Signer
		}
		if seen[f.Outcome] {
			continue
		}
		seen[f.Outcome] = true
		if p.Verdict == "none" {
			p.Verdict = string(f.Outcome)
		} else {
			p.Verdict += "; " + string(f.Outcome)
		}
	}
	return p
}

// wanted lists, without repetition, the keys that closed encryptions want.
func wanted(findings []Finding) []string {
	var wants []string
	seen := map[string]bool{}
	for _, f := range findings {
		if f.Outcome != NoKey {
			continue
		}
		for _, id := range f.Keys {
			if !seen[id] {
				seen[id] = true
				wants = append(wants, id)
			}
		}
	}
	return wants
}
