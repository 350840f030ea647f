package dkim

import (
	"cmp"
	"encoding/base64"
	"slices"
	"strconv"
	"strings"
	"time"

	"todoke/internal/mailauth/canon"
	"todoke/internal/mailauth/domain"
	"todoke/internal/mailauth/verdict"
)

// The algorithms of signatures that count (RFC 8301, section 3.1; RFC 8463).
const (
	RSASHA256     = "rsa-sha256"
	Ed25519SHA256 = "ed25519-sha256"
)

// maxSigned bounds the fields that one signature covers.
const maxSigned = 1000

// Signature is a signature field, read: a DKIM-Signature, or an ARC-Message-Signature, which differs in i= and v= alone.
type Signature struct {
	Domain   string // d=, in lower case and ASCII
	Selector string // s=
	Identity string // i= of DKIM: the domain of whom the signer speaks for; the signer's own where not told

	Algorithm string
	Header    canon.Form
	Body      canon.Form
	Signed    []string  // h=, in lower case
	BodySum   []byte    // bh=
	Value     []byte    // b=
	Length    int64     // l=, -1 where the whole body is signed
	Expires   time.Time // x=, zero where never

	field canon.Field
}

// Parse reads a DKIM-Signature field. Of what cannot be read the reason tells; the domain is given where it could be.
func Parse(field canon.Field) (Signature, verdict.Reason) {
	tags, ok := ParseTags(string(field.Value()))
	if !ok || tags["v"] != "1" {
		return Signature{Domain: domain.Normal(tags["d"]), field: field}, verdict.Malformed
	}
	s, reason := parseCommon(field, tags)
	if reason != "" {
		return s, reason
	}
	s.Identity = s.Domain
	if identity, has := tags["i"]; has {
		s.Identity = domain.Of(identity)
		if !domain.Within(s.Identity, s.Domain) {
			return s, verdict.Malformed // RFC 6376, 6.1.1
		}
	}
	return s, ""
}

// ParseARC reads an ARC-Message-Signature field (RFC 8617, section 4.1.2). Its i= is the instance, which the chain looks at,
// and it may not cover seals, which come after it.
func ParseARC(field canon.Field) (Signature, verdict.Reason) {
	tags, ok := ParseTags(string(field.Value()))
	if !ok {
		return Signature{}, verdict.Malformed
	}
	s, reason := parseCommon(field, tags)
	if reason == "" && slices.Contains(s.Signed, "arc-seal") {
		reason = verdict.Malformed
	}
	return s, reason
}

// parseCommon reads the tags that both have.
func parseCommon(field canon.Field, tags Tags) (Signature, verdict.Reason) {
	s := Signature{
		Domain:   domain.Normal(tags.Packed("d")),
		Selector: domain.Normal(tags.Packed("s")),
		Length:   -1,
		field:    field,
	}
	if s.Domain == "" || s.Selector == "" {
		return s, verdict.Malformed
	}
	for _, read := range []func(Tags) verdict.Reason{s.readAlgorithm, s.readForms, s.readSigned, s.readSums, s.readLength, s.readTimes} {
		if reason := read(tags); reason != "" {
			return s, reason
		}
	}
	return s, ""
}

func (s *Signature) readAlgorithm(tags Tags) verdict.Reason {
	s.Algorithm = strings.ToLower(tags["a"])
	switch s.Algorithm {
	case RSASHA256, Ed25519SHA256:
	case "rsa-sha1":
		return verdict.WeakAlgorithm
	default:
		return verdict.Malformed
	}
	if methods := tags.List("q"); methods != nil && !slices.Contains(methods, "dns/txt") {
		return verdict.NoKey
	}
	return ""
}

// readForms reads c=, "header/body"; what is not told is simple (RFC 6376, 3.5).
func (s *Signature) readForms(tags Tags) verdict.Reason {
	header, body, _ := strings.Cut(strings.ToLower(tags.Packed("c")), "/")
	s.Header, s.Body = canon.Form(cmp.Or(header, string(canon.Simple))), canon.Form(cmp.Or(body, string(canon.Simple)))
	for _, form := range []canon.Form{s.Header, s.Body} {
		if form != canon.Simple && form != canon.Relaxed {
			return verdict.Malformed
		}
	}
	return ""
}

func (s *Signature) readSigned(tags Tags) verdict.Reason {
	s.Signed = tags.List("h")
	if len(s.Signed) > maxSigned {
		return verdict.Malformed
	}
	for i, name := range s.Signed {
		s.Signed[i] = strings.ToLower(name)
	}
	if !slices.Contains(s.Signed, "from") {
		return verdict.FromUnsigned
	}
	return ""
}

func (s *Signature) readSums(tags Tags) verdict.Reason {
	var errSum, errValue error
	s.BodySum, errSum = base64.StdEncoding.DecodeString(tags.Packed("bh"))
	s.Value, errValue = base64.StdEncoding.DecodeString(tags.Packed("b"))
	if errSum != nil || errValue != nil || len(s.BodySum) == 0 || len(s.Value) == 0 {
		return verdict.Malformed
	}
	return ""
}

func (s *Signature) readLength(tags Tags) verdict.Reason {
	text, has := tags["l"]
	if !has {
		return ""
	}
	length, err := strconv.ParseInt(text, 10, 64)
	if err != nil || length < 0 {
		return verdict.Malformed
	}
	s.Length = length
	return ""
}

// readTimes reads x=, which must be later than t= (RFC 6376, 3.5).
func (s *Signature) readTimes(tags Tags) verdict.Reason {
	made, hasMade, errMade := seconds(tags, "t")
	expires, hasExpires, errExpires := seconds(tags, "x")
	if errMade != nil || errExpires != nil || hasMade && hasExpires && expires <= made {
		return verdict.Malformed
	}
	if hasExpires {
		s.Expires = time.Unix(expires, 0)
	}
	return ""
}

func seconds(tags Tags, name string) (n int64, has bool, err error) {
	text, has := tags[name]
	if !has {
		return 0, false, nil
	}
	n, err = strconv.ParseInt(text, 10, 64)
	return n, true, err
}
