package fax_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"testing"

	"todoke/internal/fax"
)

// TestMain makes the test binary its own child, as the program is.
func TestMain(m *testing.M) {
	if spyJob(os.Args) {
		spy()
		os.Exit(0)
	}
	if len(os.Args) > 1 && os.Args[1] == fax.ChildCommand {
		if err := fax.Child(os.Args[2:], os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// opener opens by children of this test.
func opener(t *testing.T) fax.Opener {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return fax.Opener{Exe: exe, Limits: fax.DefaultLimits()}
}

// need gives a program of the machine; the test is skipped where it is not installed, and fails where TODOKE_CI is set.
func need(t *testing.T, program string) {
	t.Helper()
	if _, err := exec.LookPath(program); err == nil {
		return
	}
	if os.Getenv("TODOKE_CI") != "" {
		t.Fatalf("%s is not installed, and TODOKE_CI is set", program)
	}
	t.Skipf("%s is not installed", program)
}

func pages(t *testing.T, document []byte) fax.Document {
	t.Helper()
	opened, err := opener(t).Pages(context.Background(), document)
	if err != nil {
		t.Fatal(err)
	}
	return opened
}

// ocr reads a picture; where tesseract lacks Japanese the test is skipped, and fails where TODOKE_CI is set.
func ocr(t *testing.T, picture []byte) fax.MachineText {
	t.Helper()
	read, err := opener(t).OCR(context.Background(), picture)
	var missing *fax.MissingProgram
	if errors.As(err, &missing) && os.Getenv("TODOKE_CI") == "" {
		t.Skip(missing)
	}
	if err != nil {
		t.Fatal(err)
	}
	return read
}
