package config_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"todoke/internal/config"
)

// TestFileAddsAndResolves reads a settings file in another folder: its never_blame is added to the resolvers and root servers,
// and its brands lie beside it.
func TestFileAddsAndResolves(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	brands := write("own.toml", "[[brand]]\nname = \"Ours\"\norigin = \"domestic\"\n")
	c, err := config.Load(write("desk.toml", `never_blame = ["203.0.113.0/24", "dns.example.jp"]
fax_gateways = ["@fax.example.jp"]
brands = "own.toml"
desk_name_en = "Example CSIRT"
`))
	if err != nil {
		t.Fatal(err)
	}
	for _, address := range []string{"203.0.113.0/24", "dns.example.jp", "8.8.8.8", "202.12.27.33"} {
		if !slices.Contains(c.NeverBlame, address) {
			t.Errorf("%s may be blamed", address)
		}
	}
	if c.Brands != brands {
		t.Errorf("brands at %s, want %s", c.Brands, brands)
	}
	if c.DeskNameEN != "Example CSIRT" || c.DeskNameJA != "CSIRT" {
		t.Errorf("the desk is %q, %q", c.DeskNameJA, c.DeskNameEN)
	}
}

// TestRootServersAreThirteen: each letter has an address of both versions, and none stands twice.
func TestRootServersAreThirteen(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, address := range config.Default().NeverBlame {
		if seen[address] {
			t.Errorf("%s stands twice", address)
		}
		seen[address] = true
	}
	if want := 14 + 2*13; len(seen) != want {
		t.Errorf("%d addresses, want %d: 14 of resolvers and two for each root server", len(seen), want)
	}
}

// TestWrongTypes: a value of the wrong type is told with the line, the key, what stands there and what to write.
func TestWrongTypes(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"window_days = \"x\"":        "line 1: window_days has a text in quotes; write a whole number",
		"\nown_addresses = \"a@b\"":  "line 2: own_addresses has a text in quotes; write a list in brackets",
		"zone = 5":                   "line 1: zone has a whole number; write a text in quotes",
		"window_days = [1]":          "line 1: window_days has a list in brackets; write a whole number",
		"private_incidents = \"no\"": "line 1: private_incidents has a text in quotes; write true or false",
	} {
		path := filepath.Join(t.TempDir(), "todoke.toml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := config.Load(path); err == nil || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("%q gives %v, want %q", text, err, want)
		}
	}
}
