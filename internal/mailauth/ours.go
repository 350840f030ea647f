package mailauth

import (
	"cmp"
	"strings"

	"todoke/internal/mailauth/authres"
	"todoke/internal/mailauth/domain"
	"todoke/internal/mailauth/verdict"
)

// ours are the results that our own servers wrote down, by method. It is nil where nothing is believed.
type ours map[string][]authres.Method

// gather puts the fields together. Where two of them say different things of the same, one is not our server's: then none
// is believed, and everything is found out anew.
func gather(fields []authres.Field) ours {
	o := ours{}
	said := map[string]string{}
	for _, f := range fields {
		for _, m := range f.Methods {
			about := subject(m)
			if before, known := said[about]; known && before != m.Result {
				return nil
			}
			said[about] = m.Result
			o[m.Name] = append(o[m.Name], m)
		}
	}
	return o
}

// subject is what a result is about: one signature, one identity of the envelope, or the mail.
func subject(m authres.Method) string {
	switch m.Name {
	case "dkim":
		return strings.ToLower("dkim " + signer(m) + " " + m.Get("header.s") + " " + m.Get("header.b"))
	case "spf":
		kind, _ := identity(m)
		return "spf " + kind
	}
	return m.Name
}

// signer is the domain of a DKIM result.
func signer(m authres.Method) string {
	if d := m.Get("header.d"); d != "" {
		return d
	}
	i := m.Get("header.i")
	return i[strings.LastIndexByte(i, '@')+1:]
}

// identity tells which name of the envelope an SPF result is about, "mailfrom" or "helo", and the domain of it. Gmail and others
// write the sender as smtp.mail.
func identity(m authres.Method) (kind, name string) {
	if from := cmp.Or(m.Get("smtp.mailfrom"), m.Get("smtp.mail")); from != "" || m.Get("smtp.helo") == "" {
		return "mailfrom", domain.Of(from)
	}
	return "helo", domain.Of(m.Get("smtp.helo"))
}

// one is the only result of a method.
func (o ours) one(method string) (m authres.Method, v verdict.Verdict, ok bool) {
	for _, m := range o[method] {
		kind, _ := identity(m)
		if method != "spf" || kind == "mailfrom" || len(o[method]) == 1 {
			return m, verdict.Parse(m.Result), true
		}
	}
	return m, verdict.None, false
}
