package app_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	_ "time/tzdata"

	"todoke/internal/app"
	"todoke/internal/sample"
)

// asProgram makes the test binary behave as the program, so that tests can run it, and kill it, as a process of its own.
const asProgram = "TODOKE_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		os.Exit(app.Main(os.Args[1:], app.Streams{Out: os.Stdout, Err: os.Stderr}))
	}
	os.Exit(m.Run())
}

// program is the command line as a process in an empty folder, with no settings from outside.
func program(t *testing.T, dir string, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(context.Background(), self, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), asProgram+"=1", "TODOKE_DB=", "TODOKE_CONFIG=", "USER=tester")
	return cmd
}

// outcome is what a run of the program left.
type outcome struct {
	status   int
	out, err string
}

func runProgram(t *testing.T, dir string, args ...string) outcome {
	t.Helper()
	var out, errs bytes.Buffer
	cmd := program(t, dir, args...)
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		t.Fatalf("running todoke %s: %v", strings.Join(args, " "), err)
	}
	return outcome{cmd.ProcessState.ExitCode(), out.String(), errs.String()}
}

// must runs the program and fails the test where the program fails.
func must(t *testing.T, dir string, args ...string) string {
	t.Helper()
	got := runProgram(t, dir, args...)
	if got.status != 0 {
		t.Fatalf("todoke %s: exit %d\n%s", strings.Join(args, " "), got.status, got.err)
	}
	return got.out
}

// sampleMail writes the sample quarter and lists its files.
func sampleMail(t *testing.T) (dir string, files []string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "mail")
	if err := sample.Write(dir); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		files = append(files, filepath.Join(dir, entry.Name()))
	}
	if len(files) < 768 {
		t.Fatalf("the sample has %d files", len(files))
	}
	return dir, files
}
