package pgp

import (
	"bytes"
	"slices"
	"strings"

	"todoke/internal/mail"
)

// Header fields stand outside every cover, so mailers repeat them inside and hide the true subject ("..."). RFC 9788
// marks such a content by the parameter hp of its Content-Type; before it mailers wrote protected-headers="v1"
// (the "memory hole"). Either way the fields inside are the writer's.

// protectable are the fields that a content may speak for. What the way of the mail has written (Received, DKIM-Signature,
// Authentication-Results, Return-Path) is never taken from inside.
var protectable = []string{"subject", "from", "to", "cc", "date", "reply-to", "message-id", "in-reply-to", "references", "keywords"}

// protectedFields are the fields that a content protects, for a mail with the given outer header.
func protectedFields(inner entity, outer mail.Header) []field {
	if inner.params["hp"] == "" && inner.params["protected-headers"] == "" {
		return nil
	}
	var list []field
	for _, f := range fields(inner.raw[:inner.body]) {
		name := strings.ToLower(f.name)
		if !slices.Contains(protectable, name) || slices.ContainsFunc(list, f.sameName) {
			continue
		}
		// The sender that the mail's way has authenticated stays: an encryption is anybody's, and a signature is judged
		// by its key.
		if name == "from" && !sameAddress(inner.header, outer) {
			continue
		}
		list = append(list, field{f.name, bytes.Clone(f.raw)}) // the content's memory is used again: see carry
	}
	return list
}

func sameAddress(a, b mail.Header) bool {
	x, y := a.AddressList("From"), b.AddressList("From")
	return len(x) == 1 && len(y) == 1 && strings.EqualFold(x[0].Address, y[0].Address)
}

// override replaces fields by news of the same name, of which the first counts, and appends those that are not there.
func override(old, news []field) []field {
	if len(news) == 0 {
		return old
	}
	list := make([]field, 0, len(old)+len(news))
	done := make([]bool, len(news))
	for _, f := range old {
		i := slices.IndexFunc(news, f.sameName)
		switch {
		case i < 0:
			list = append(list, f)
		case !done[i]:
			done[i] = true
			list = append(list, news[i])
		}
	}
	for i, f := range news {
		if !done[i] && !slices.ContainsFunc(list, f.sameName) {
			list = append(list, f)
		}
	}
	return list
}

// withFields gives e with the protected fields in its header, nil where they stand there already.
func (e entity) withFields(protected []field) []byte {
	if len(protected) == 0 {
		return nil
	}
	old := fields(e.raw[:e.body])
	news := override(old, protected)
	if slices.EqualFunc(old, news, func(a, b field) bool { return a.name == b.name && bytes.Equal(trimmed(a), trimmed(b)) }) {
		return nil
	}
	out := make([]byte, 0, len(e.raw)+512)
	for _, f := range news {
		out = appendField(out, f)
	}
	out = append(out, "\r\n"...)
	return append(out, e.raw[e.body:]...)
}

func trimmed(f field) []byte { return bytes.TrimSpace(f.raw) }
