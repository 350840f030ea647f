package pgp

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// gpg is a real GnuPG with a home of its own: the peer of these tests.
type gpg struct {
	t    *testing.T
	home string
}

// newGPG starts a GnuPG. Where there is none the test is skipped, unless TODOKE_CI says that it must run.
func newGPG(t *testing.T) *gpg {
	t.Helper()
	if _, err := exec.LookPath("gpg"); err != nil {
		if os.Getenv("TODOKE_CI") != "" {
			t.Fatal("gpg is not installed, and TODOKE_CI is set")
		}
		t.Skip("gpg is not installed")
	}
	// The agent's socket lives in the home, and its path may be 107 bytes long: t.TempDir() of a long test name is longer.
	home, err := os.MkdirTemp("", "gpg")
	if err != nil {
		t.Fatal(err)
	}
	g := &gpg{t, home}
	if err := os.WriteFile(filepath.Join(home, "gpg-agent.conf"), []byte("allow-loopback-pinentry\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		exec.Command("gpgconf", "--homedir", home, "--kill", "all").Run()
		os.RemoveAll(home)
	})
	return g
}

// run runs gpg and gives its output; status is what it says for programs.
func (g *gpg) run(input []byte, args ...string) (output []byte, status string, err error) {
	g.t.Helper()
	cmd := exec.Command("gpg", append([]string{"--homedir", g.home, "--batch", "--yes", "--no-tty", "--pinentry-mode", "loopback", "--passphrase", "",
		"--trust-model", "always", "--status-fd", "2"}, args...)...)
	cmd.Stdin = bytes.NewReader(input)
	var errors bytes.Buffer
	cmd.Stderr = &errors
	output, err = cmd.Output()
	return output, errors.String(), err
}

// must runs gpg and gives its output.
func (g *gpg) must(input []byte, args ...string) []byte {
	g.t.Helper()
	output, status, err := g.run(input, args...)
	if err != nil {
		g.t.Fatalf("gpg %s: %v\n%s", strings.Join(args, " "), err, status)
	}
	return output
}

var created = regexp.MustCompile(`KEY_CREATED \w ([0-9A-F]{40})`)

// key makes a key and gives its fingerprint and the armored public key. Algorithm is "rsa2048", "cv25519" or, for a key
// that only signs, "dsa2048"; extra are options of gpg.
func (g *gpg) key(name, algorithm, expire string, extra ...string) (fingerprint, public string) {
	g.t.Helper()
	sign, encrypt := "ed25519", "cv25519"
	if algorithm != "cv25519" {
		sign, encrypt = algorithm, algorithm
	}
	_, status, err := g.run(nil, append(extra, "--quick-gen-key", name, sign, "sign", expire)...)
	match := created.FindStringSubmatch(status)
	if err != nil || match == nil {
		g.t.Fatalf("gpg made no key: %v\n%s", err, status)
	}
	if !strings.HasPrefix(algorithm, "dsa") {
		g.must(nil, append(extra, "--quick-add-key", match[1], encrypt, "encr", expire)...)
	}
	return match[1], string(g.must(nil, "--armor", "--export", match[1]))
}

// secret is the armored private key.
func (g *gpg) secret(fingerprint string) string {
	g.t.Helper()
	return string(g.must(nil, "--armor", "--export-secret-keys", fingerprint))
}

// knows gives gpg a key.
func (g *gpg) knows(armored string) {
	g.t.Helper()
	g.must([]byte(armored), "--import")
}

func writeFile(t *testing.T, name string, data []byte) {
	t.Helper()
	if err := os.WriteFile(name, data, 0o600); err != nil {
		t.Fatal(err)
	}
}
