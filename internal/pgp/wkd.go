package pgp

import (
	"crypto/sha1"
	"fmt"
	"net/url"
	"strings"
)

// WKD tells where the key of a mail address is published in its domain's web key directory
// (draft-koch-openpgp-webkey-service, 3.1): by the advanced method, on the host openpgpkey of the domain, and by the
// direct one, which is for domains that have no such host. SHA-1 only shortens the local part to a file name here.
func WKD(address string) (advanced, direct string, err error) {
	at := strings.LastIndexByte(address, '@')
	if at <= 0 || at == len(address)-1 {
		return "", "", fmt.Errorf("%q is no mail address", address)
	}
	local, domain := address[:at], lowerASCII(address[at+1:])
	if strings.ContainsAny(domain, "/?#:@ \r\n\t") {
		return "", "", fmt.Errorf("%q is no mail address", address)
	}
	file := "hu/" + WKDHash(local) + "?l=" + url.QueryEscape(local)
	return "https://openpgpkey." + domain + "/.well-known/openpgpkey/" + domain + "/" + file,
		"https://" + domain + "/.well-known/openpgpkey/" + file, nil
}

// WKDHash is the file name of a local part: the z-base-32 of the SHA-1 of its lower case.
func WKDHash(local string) string {
	sum := sha1.Sum([]byte(lowerASCII(local)))
	return zbase32(sum[:])
}

// lowerASCII lowers A to Z alone, as the draft says: other characters are what the owner of the domain makes of them.
func lowerASCII(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}

// zbase32 encodes whole groups of 5 bytes (RFC 6189, 5.1.6).
func zbase32(data []byte) string {
	const alphabet = "ybndrfg8ejkmcpqxot1uwisza345h769"
	var out strings.Builder
	var bits, n uint
	for _, b := range data {
		bits, n = bits<<8|uint(b), n+8
		for n >= 5 {
			n -= 5
			out.WriteByte(alphabet[bits>>n&31])
		}
		bits &= 1<<n - 1
	}
	return out.String()
}
