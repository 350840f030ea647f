package domain_test

import (
	"strings"
	"testing"

	"todoke/internal/mailauth/domain"
)

func TestNormal(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a.", 126) + "a" // 253 bytes
	for in, want := range map[string]string{
		"example.jp":                         "example.jp",
		" Example.JP. ":                      "example.jp",
		"_dmarc.a-b.example":                 "_dmarc.a-b.example",
		"例え.jp":                              "xn--r8jz45g.jp",
		"localhost":                          "localhost",
		long:                                 long,
		long + "a":                           "",
		strings.Repeat("a", 63) + ".example": strings.Repeat("a", 63) + ".example",
		strings.Repeat("a", 64) + ".example": "",
		"":                                   "",
		".":                                  "",
		"a..example":                         "",
		".example":                           "",
		"a b.example":                        "",
		"[192.0.2.1]":                        "",
		"a@example.jp":                       "",
		"\xff.example":                       "",
	} {
		if got := domain.Normal(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestOf(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"a@Example.jp": "example.jp", "@example.jp": "example.jp", "example.jp": "example.jp", `"a@b"@example.jp`: "example.jp", "a@": "", "": "",
	} {
		if got := domain.Of(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestAligned(t *testing.T) {
	t.Parallel()
	cases := []struct {
		authenticated, from string
		relaxed, strict     bool
	}{
		{"example.jp", "example.jp", true, true},
		{"mail.example.jp", "example.jp", true, false},
		{"example.jp", "mail.example.jp", true, false},
		{"a.example.jp", "b.example.jp", true, false},
		{"example.jp", "example.com", false, false},
		{"notexample.jp", "example.jp", false, false},
		{"a.co.jp", "b.co.jp", false, false},                        // co.jp is a public suffix
		{"co.jp", "a.co.jp", false, false},                          // it speaks for nobody below
		{"jp", "co.jp", false, false},                               // nor for another
		{"co.jp", "co.jp", true, true},                              // but for itself
		{"a.city.chuo.tokyo.jp", "city.chuo.tokyo.jp", true, false}, // an exception of the list
		{"b.chuo.tokyo.jp", "c.chuo.tokyo.jp", false, false},
		{"a.internal", "b.a.internal", true, false}, // of no list: the last two labels
		{"", "example.jp", false, false},
		{"", "", false, false},
	}
	for _, c := range cases {
		if got := domain.Aligned(c.authenticated, c.from, false); got != c.relaxed {
			t.Errorf("%q for %q, relaxed: %v", c.authenticated, c.from, got)
		}
		if got := domain.Aligned(c.authenticated, c.from, true); got != c.strict {
			t.Errorf("%q for %q, strict: %v", c.authenticated, c.from, got)
		}
	}
}
