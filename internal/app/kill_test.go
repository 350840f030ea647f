package app_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// kills is how often an import is killed on each database.
const kills = 20

// TestKilledImport kills an import (SIGKILL) at random moments and starts it again, with the files in another order and
// with 1 or 8 workers, until it has been killed often enough and then ends. Figures and rows must be those of an import
// that nobody disturbed.
func TestKilledImport(t *testing.T) {
	t.Parallel()
	_, files := sampleMail(t)
	for name, database := range databases(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, files := t.TempDir(), slices.Clone(files)
			calm := database(t)
			began := time.Now()
			must(t, dir, append([]string{"import", "--db", calm}, files...)...)
			whole := time.Since(began)

			seed := rand.Uint64()
			t.Logf("seed %d", seed)
			random := rand.New(rand.NewPCG(seed, 1))
			killed := database(t)
			for n := 0; n < kills; {
				if killImport(t, dir, killed, files, random, whole) {
					n++
					continue
				}
				killed = database(t) // it ended before it was killed: the next one begins anew
			}
			must(t, dir, append([]string{"import", "--db", killed}, files...)...)
			for _, figure := range []string{"", "messages", "reports", "addresses", "notices", "inquiries", "not-counted:spam"} {
				args := []string{"figures", "2008Q2", "--json"}
				if figure != "" {
					args = append(args, "--rows", figure)
				}
				want, got := must(t, dir, append(args, "--db", calm)...), must(t, dir, append(args, "--db", killed)...)
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("figures %s after %d kills (-undisturbed +killed):\n%.3000s", figure, kills, diff)
				}
			}
		})
	}
}

// killImport starts an import and kills it at a random moment of the time that a whole one takes. It returns false where
// the import was faster.
func killImport(t *testing.T, dir, db string, files []string, random *rand.Rand, whole time.Duration) bool {
	t.Helper()
	random.Shuffle(len(files), func(i, j int) { files[i], files[j] = files[j], files[i] })
	workers := []int{1, 8}[random.IntN(2)]
	cmd := program(t, dir, append([]string{"import", "--db", db, "--workers", fmt.Sprint(workers)}, files...)...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(time.Duration(random.Int64N(int64(whole))), func() { _ = cmd.Process.Kill() })
	err := cmd.Wait()
	timer.Stop()
	return err != nil
}

// TestShuffledImport imports the same files in another order with other numbers of workers.
func TestShuffledImport(t *testing.T) {
	t.Parallel()
	_, files := sampleMail(t)
	dir := t.TempDir()
	var first string
	for _, workers := range []string{"1", "8"} {
		for name, database := range databases(t) {
			db := database(t)
			rand.Shuffle(len(files), func(i, j int) { files[i], files[j] = files[j], files[i] })
			must(t, dir, append([]string{"import", "--db", db, "--workers", workers}, files...)...)
			got := must(t, dir, "figures", "2008Q2", "--json", "--db", db) +
				must(t, dir, "figures", "2008Q2", "--rows", "addresses", "--db", db) +
				must(t, dir, "figures", "2008Q2", "--rows", "messages", "--db", db)
			if first == "" {
				first = got
			}
			if diff := cmp.Diff(first, got); diff != "" {
				t.Errorf("%s with %s workers (-first +this):\n%.3000s", name, workers, diff)
			}
		}
	}
}
