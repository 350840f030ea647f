// Package domain compares the names that answer for a mail: in one spelling, and by the organisation that they belong to.
package domain

import (
	"strings"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
)

// maxName is the longest name that DNS can ask for (RFC 1035, section 2.3.4).
const maxName = 253

// Normal is a domain in one spelling: ASCII, lower case, without the dot at the end. It is "" for what is no domain.
func Normal(name string) string {
	name = strings.ToLower(strings.TrimSuffix(strings.TrimSpace(name), "."))
	if name == "" || len(name) > maxName {
		return ""
	}
	if !isASCII(name) {
		ascii, err := idna.Lookup.ToASCII(name)
		if err != nil || len(ascii) > maxName {
			return ""
		}
		name = ascii
	}
	for label := range strings.SplitSeq(name, ".") {
		if !isLabel(label) {
			return ""
		}
	}
	return name
}

// isLabel tells whether s may stand between the dots. The underscore stands in names of keys and in those of some hosts.
func isLabel(s string) bool {
	for i := range len(s) {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_' {
			return false
		}
	}
	return len(s) > 0 && len(s) <= 63
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// Of is the domain of a mail address, or of a bare domain, in its normal spelling.
func Of(address string) string {
	return Normal(address[strings.LastIndexByte(address, '@')+1:])
}

// Within tells whether name is the domain or below it. Both are in their normal spelling.
func Within(name, domain string) bool {
	return domain != "" && (name == domain || strings.HasSuffix(name, "."+domain))
}

// Organisation is the registered domain that a name belongs to (RFC 7489, section 3.2), by the list of public suffixes. A
// public suffix itself belongs to nobody: "".
func Organisation(name string) string {
	org, err := publicsuffix.EffectiveTLDPlusOne(name)
	if err != nil {
		return ""
	}
	return org
}

// Aligned tells whether an authenticated domain speaks for From's (RFC 7489, section 3.1): being the same, or, unless
// strict, being of the same organisation.
func Aligned(authenticated, from string, strict bool) bool {
	if authenticated == "" || from == "" {
		return false
	}
	if strict || authenticated == from {
		return authenticated == from
	}
	org := Organisation(from)
	return org != "" && Organisation(authenticated) == org
}
