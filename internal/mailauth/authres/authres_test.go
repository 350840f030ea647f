package authres_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"todoke/internal/mailauth/authres"
)

// method makes a Method of a name, a result and properties in pairs.
func method(name, result string, properties ...string) authres.Method {
	m := authres.Method{Name: name, Result: result}
	for i := 0; i < len(properties); i += 2 {
		m.Properties = append(m.Properties, authres.Property{Name: properties[i], Value: properties[i+1]})
	}
	return m
}

func TestParse(t *testing.T) {
	t.Parallel()
	cases := []struct {
		why, value string
		id         string
		methods    []authres.Method
	}{
		{"one result", " mx.example.jp; spf=pass smtp.mailfrom=example.com", "mx.example.jp",
			[]authres.Method{method("spf", "pass", "smtp.mailfrom", "example.com")}},
		{"several, folded", "mx.example.jp;\r\n\tdkim=pass header.d=example.com header.i=@example.com;\r\n\tdmarc=fail", "mx.example.jp",
			[]authres.Method{method("dkim", "pass", "header.d", "example.com", "header.i", "@example.com"), method("dmarc", "fail")}},
		{"no result", "mx.example.jp; none", "mx.example.jp", nil},
		{"no semicolon", "mx.example.jp", "mx.example.jp", nil},
		{"with versions", "mx.example.jp 1; DKIM/1 = Pass", "mx.example.jp", []authres.Method{method("dkim", "pass")}},
		{"in capitals", "MX.Example.JP; SPF=Pass SMTP.MailFrom=A@B.example", "mx.example.jp",
			[]authres.Method{method("spf", "pass", "smtp.mailfrom", "A@B.example")}},
		{"comments everywhere, in one another", "(x) mx.example.jp (a (b;c) d) ; (e) spf (f) = (g) pass (h; dkim=pass) smtp.helo (i) = (j) a.example (k)",
			"mx.example.jp", []authres.Method{method("spf", "pass", "smtp.helo", "a.example")}},
		{"base64 with equals signs", "mx.example.jp; dkim=pass header.b=\"ab+/==\" header.s=x=", "mx.example.jp",
			[]authres.Method{method("dkim", "pass", "header.b", "ab+/==", "header.s", "x=")}},
		{"a reason in quotes", `mx.example.jp; dkim=fail reason="the \"body\"; dkim=pass header.d=bank.example" header.d=example.com`, "mx.example.jp",
			[]authres.Method{method("dkim", "fail", "reason", `the "body"; dkim=pass header.d=bank.example`, "header.d", "example.com")}},
		{"an address that pretends to be a result", `mx.example.jp; spf=fail smtp.mailfrom="x; dkim=pass header.d=bank.example"@example.com`, "mx.example.jp",
			[]authres.Method{method("spf", "fail", "smtp.mailfrom", "x; dkim=pass header.d=bank.example@example.com")}},
		{"a comment that pretends to be a result", "mx.example.jp; spf=fail (HELO x\\); dkim=pass) smtp.helo=x", "mx.example.jp",
			[]authres.Method{method("spf", "fail", "smtp.helo", "x")}},
		{"quotes that are not closed", `mx.example.jp; spf=fail smtp.mailfrom="x; dkim=pass`, "mx.example.jp",
			[]authres.Method{method("spf", "fail", "smtp.mailfrom", "x; dkim=pass")}},
		{"words that are no properties", "mx.example.jp; spf=pass what is this header.x=y; ; =; dmarc=", "mx.example.jp",
			[]authres.Method{method("spf", "pass", "header.x", "y")}},
	}
	for _, c := range cases {
		got, ok := authres.Parse(c.value)
		if diff := cmp.Diff(authres.Field{ID: c.id, Methods: c.methods}, got); diff != "" || !ok {
			t.Errorf("%s: ok %v (-want +got):\n%s", c.why, ok, diff)
		}
	}
}

func TestNotReadable(t *testing.T) {
	t.Parallel()
	for why, value := range map[string]string{
		"nothing":                   "",
		"only white space":          " \r\n\t",
		"only a comment":            "(mx.example.jp; spf=pass)",
		"no server":                 "; spf=pass",
		"another version":           "mx.example.jp 2; spf=pass",
		"a result before a server":  "; mx.example.jp; spf=pass",
		"two words for the version": "mx.example.jp x y; spf=pass",
	} {
		if got, ok := authres.Parse(value); ok {
			t.Errorf("%s: read as %+v", why, got)
		}
	}
}

func TestBounds(t *testing.T) {
	t.Parallel()
	got, _ := authres.Parse("mx.example.jp" + strings.Repeat("; dkim=pass"+strings.Repeat(" a.b=c", 50), 200))
	if len(got.Methods) != 100 || len(got.Methods[0].Properties) != 30 {
		t.Errorf("%d methods, %d properties", len(got.Methods), len(got.Methods[0].Properties))
	}
}

func FuzzParse(f *testing.F) {
	f.Add("mx.example.jp 1; dkim/1=pass (ok) header.d=\"a\\\"b\"@c reason=x; none")
	f.Add("(((;\"")
	f.Fuzz(func(t *testing.T, value string) {
		got, ok := authres.Parse(value)
		if !ok {
			return
		}
		if got.ID == "" {
			t.Error("read without a server")
		}
		for _, m := range got.Methods {
			if m.Name == "" || m.Result == "" {
				t.Errorf("an empty result: %+v", m)
			}
		}
		if !strings.Contains(value, "(") && !strings.Contains(value, "\"") && len(got.Methods) > strings.Count(value, ";") {
			t.Errorf("%d results behind %d semicolons", len(got.Methods), strings.Count(value, ";"))
		}
	})
}
