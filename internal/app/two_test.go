package app_test

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestTwoImportsAtOnce imports the same files by two processes at once, each in an order of its own, into a store that
// neither finds made. Afterwards it must hold each message once, and figures and rows must be those of one import.
func TestTwoImportsAtOnce(t *testing.T) {
	t.Parallel()
	_, files := sampleMail(t)
	for name, database := range databases(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			alone, shared := database(t), database(t)
			must(t, dir, append([]string{"import", "--db", alone}, files...)...)
			importTwice(t, dir, shared, files)
			for _, figure := range []string{"", "messages", "reports", "addresses", "notices", "inquiries", "not-counted:spam"} {
				args := []string{"figures", "2008Q2", "--json"}
				if figure != "" {
					args = append(args, "--rows", figure)
				}
				want, got := must(t, dir, append(args, "--db", alone)...), must(t, dir, append(args, "--db", shared)...)
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("figures %s (-one import +two at once):\n%.3000s", figure, diff)
				}
			}
		})
	}
}

// importTwice runs two imports at once and waits for both, which must end well.
func importTwice(t *testing.T, dir, db string, files []string) {
	t.Helper()
	var waits []func()
	for range 2 {
		shuffled := slices.Clone(files)
		rand.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		cmd := program(t, dir, append([]string{"import", "--db", db}, shuffled...)...)
		var errs bytes.Buffer
		cmd.Stderr = &errs
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		waits = append(waits, func() {
			if err := cmd.Wait(); err != nil {
				t.Errorf("an import beside another: %v\n%s", err, errs.String())
			}
		})
	}
	for _, wait := range waits {
		wait()
	}
}
