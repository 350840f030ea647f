package pgp

import (
	"strings"
	"testing"
)

func TestWKD(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ address, advanced, direct string }{
		{ // the example of the draft, section 3.1
			"Joe.Doe@Example.ORG",
			"https://openpgpkey.example.org/.well-known/openpgpkey/example.org/hu/iy9q119eutrkn8s1mk4r39qejnbu3n5q?l=Joe.Doe",
			"https://example.org/.well-known/openpgpkey/hu/iy9q119eutrkn8s1mk4r39qejnbu3n5q?l=Joe.Doe",
		},
		{"no address", "", ""},
		{"@example.org", "", ""},
		{"joe@", "", ""},
		{"joe@example.org/path?x", "", ""},
	} {
		advanced, direct, err := WKD(tc.address)
		if advanced != tc.advanced || direct != tc.direct || (err == nil) != (tc.direct != "") {
			t.Errorf("WKD(%q) = %q, %q, %v", tc.address, advanced, direct, err)
		}
	}
	if _, direct, _ := WKD("a+b&c@example.org"); !strings.HasSuffix(direct, "?l=a%2Bb%26c") {
		t.Errorf("the local part is not escaped: %s", direct)
	}
}

// TestWKDLikeGPG: GnuPG finds keys under the same name.
func TestWKDLikeGPG(t *testing.T) {
	t.Parallel()
	g := newGPG(t)
	for _, local := range []string{"desk", "Desk.CSIRT", "a", "info+abuse"} {
		address := local + "@csirt.example.jp"
		fingerprint, _ := g.key(address, "cv25519", "never")
		listed := string(g.must(nil, "--with-wkd-hash", "--list-keys", fingerprint))
		if want := WKDHash(local) + "@csirt.example.jp"; !strings.Contains(listed, want) {
			t.Errorf("gpg does not say %s:\n%s", want, listed)
		}
	}
}
