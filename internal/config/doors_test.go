package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"todoke/internal/config"
)

func load(t *testing.T, text string) (config.Config, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "desk.toml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := config.Load(path)
	for _, box := range c.IMAP {
		if err == nil && !filepath.IsAbs(box.PasswordFile) {
			t.Errorf("%s does not begin at the settings' file", box.PasswordFile)
		}
	}
	return c, err
}

func TestDoors(t *testing.T) {
	t.Parallel()
	c, err := load(t, `listen = "127.0.0.1:8080"
lmtp = "unix:/run/todoke/lmtp"
[[address]]
mail = "Abuse@desk.example.jp"
for = "reports"
[[address]]
mail = "ask@desk.example.jp"
for = "questions"
[[imap]]
address = "mail.example.jp:993"
user = "desk"
password_file = "imap.secret"
`)
	if err != nil {
		t.Fatal(err)
	}
	want := []config.Address{{Mail: "Abuse@desk.example.jp", For: config.ForReports}, {Mail: "ask@desk.example.jp", For: config.ForQuestions}}
	if diff := cmp.Diff(want, c.Addresses); diff != "" {
		t.Errorf("the addresses of the file stand in place of the default (-want +got):\n%s", diff)
	}
	if c.From() != "abuse@desk.example.jp" || c.None() || c.MaxBytes() != 50<<20 || c.Policy != "assist" {
		t.Errorf("from %s, none %v, %d bytes, %s", c.From(), c.None(), c.MaxBytes(), c.Policy)
	}
	if !config.Default().None() {
		t.Error("without settings all doors are shut")
	}
}

func TestWrongDoors(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`listen = "8080"`:                                   "listen:",
		`lmtp = "unix:"`:                                    "lmtp:",
		`relay = "unix:/run/x"`:                             "relay:",
		`resolver = "9.9.9.9"`:                              "resolver:",
		`public_url = "report.example.jp"`:                  "public_url:",
		`public_url = "https://report.example.jp/"`:         "public_url:",
		`hostname = "a b"`:                                  "hostname:",
		`policy = "maybe"`:                                  "policy:",
		`max_message_mib = 0`:                               "max_message_mib:",
		`max_message_mib = 5000`:                            "max_message_mib:",
		`incidents_a_day = -1`:                              "incidents_a_day:",
		`token_days = 0`:                                    "token_days:",
		`tls_cert = "a.pem"`:                                "tls_key",
		"[[address]]\nmail = \"report\"\nfor = \"reports\"": "no address of ours",
		"[[address]]\nmail = \"a+b@example.jp\"\nfor = \"reports\"":  "no address of ours",
		"[[address]]\nmail = \"a@example.jp\"\nfor = \"everything\"": "no purpose",
		"[[imap]]\naddress = \"mail.example.jp:993\"":                "user and password_file",
		"[[imap]]\naddress = \"mail.example.jp\"":                    "no server",
		"[[imap]]\naddress = \"m:1\"\ntls = \"ssl\"":                 "tls:",
		"[[imap]]\naddres = \"m:1\"":                                 "unknown key",
	} {
		if _, err := load(t, text); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v; want one line with %q", text, err, want)
		}
	}
}
