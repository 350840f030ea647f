package pgp

import (
	"bytes"
	"encoding/base64"
	"slices"
	"strings"

	"todoke/internal/desk"
)

// offer takes the public keys of armored blocks, or the one of bare packets, into Opened.Offered.
func (o *opener) offer(data []byte) {
	if !isArmored(data) {
		if len(data) <= o.lim.KeySize && len(o.offered) < o.lim.Keys {
			o.offerOne(data)
		}
		return
	}
	for pos, n := 0, 0; pos < len(data) && n < 4*o.lim.Keys && len(o.offered) < o.lim.Keys; n++ {
		one := data[pos:]
		if i := bytes.Index(one, []byte("\n"+blockEnd)); i >= 0 {
			one = one[:lineEnd(one, i+1)]
		}
		pos += len(one)
		if len(one) > o.lim.KeySize {
			o.problem("an offered key is longer than is allowed")
			continue
		}
		o.offerOne(bytes.TrimSpace(one))
	}
}

func (o *opener) problem(text string) {
	if len(o.problems) < 20 {
		o.problems = append(o.problems, desk.Problem{Part: "1", Problem: text})
	}
}

// offerOne takes one public key.
func (o *opener) offerOne(data []byte) {
	if len(data) == 0 {
		return
	}
	key, err := o.ring.Read(data)
	if err != nil {
		o.problem("a key that came with the mail cannot be read")
		return
	}
	if !slices.ContainsFunc(o.offered, func(k Key) bool { return k.Fingerprint == key.Fingerprint }) {
		o.offered = append(o.offered, key)
	}
}

// autocrypt takes the key of the Autocrypt header (autocrypt.org, level 1, 2.1): there must be one such header only, for
// the address of From.
func (o *opener) autocrypt(root entity) {
	headers := root.header.Values("Autocrypt")
	if len(headers) != 1 || len(headers[0]) > 2*o.lim.KeySize || len(o.from) != 1 || len(o.offered) >= o.lim.Keys {
		return
	}
	var address, keydata string
	for attribute := range strings.SplitSeq(headers[0], ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(attribute), "=")
		switch strings.TrimSpace(name) {
		case "addr":
			address = strings.TrimSpace(value)
		case "keydata":
			keydata = value
		case "prefer-encrypt":
		default:
			if !strings.HasPrefix(strings.TrimSpace(name), "_") {
				return // an attribute that must be understood, and is not
			}
		}
	}
	data, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(keydata), ""))
	if err != nil || !strings.EqualFold(address, o.from[0]) {
		return
	}
	o.offerOne(data)
}
