package app_test

import (
	"regexp"
	"testing"

	"todoke/internal/config"
)

// commented is a setting, or a table of settings, that stands in a comment.
var commented = regexp.MustCompile(`(?m)^# ([a-z_]+ = .*|\[\[[a-z]+\]\])$`)

// TestDocumentedSettings: the settings to copy are ones that the program takes, and so are those that they show in comments.
func TestDocumentedSettings(t *testing.T) {
	t.Parallel()
	text := documented(t, "todoke.toml")
	if n := len(commented.FindAllString(text, -1)); n < 10 {
		t.Fatalf("only %d settings stand in comments", n)
	}
	for name, settings := range map[string]string{"as they are": text, "with those in comments": commented.ReplaceAllString(text, "$1")} {
		c, err := config.Load(file(t, "todoke.toml", settings))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		diff(t, "LMTP, form, relay, addresses", []any{"unix:/run/todoke/lmtp", "unix:/run/todoke-web/form", "127.0.0.1:25", 3}, []any{c.LMTP, c.Public, c.Relay, len(c.Addresses)})
	}
}
