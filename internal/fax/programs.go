package fax

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// MissingProgram is the error that a program of the machine, or a part of it, is not installed.
type MissingProgram struct {
	Program string // "tesseract"
	Package string // Debian's package that holds it: "tesseract-ocr"
}

func (m *MissingProgram) Error() string {
	return fmt.Sprintf("%s is not installed; on Debian: apt-get install %s", m.Program, m.Package)
}

// packages are Debian's packages of the programs that a child uses.
var packages = map[string]string{
	"pdfinfo": "poppler-utils", "pdftoppm": "poppler-utils", "pdftotext": "poppler-utils", "tesseract": "tesseract-ocr",
}

// programFolders are where programs are looked for. There is no PATH: the environment is empty.
var programFolders = []string{"/usr/local/bin", "/usr/bin", "/bin"}

func findProgram(name string) (string, error) {
	for _, folder := range programFolders {
		path := filepath.Join(folder, name)
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0 {
			return path, nil
		}
	}
	return "", &MissingProgram{Program: name, Package: packages[name]}
}

// maxComplaint bounds what is kept of a program's standard error, in bytes.
const maxComplaint = 2000

// errProgram is of a program that failed; what it complained of is kept apart, for it may quote the document.
type errProgram struct {
	name, complaint string
	cause           error
}

func (e *errProgram) Error() string { return fmt.Sprintf("%s failed: %v", e.name, e.cause) }
func (e *errProgram) Unwrap() error { return e.cause }

// run runs a program with the limits of this process, which it inherits, and gives what it printed: at most limit bytes, else an
// error.
func run(limit int64, input io.Reader, name string, args ...string) ([]byte, error) {
	path, err := findProgram(name)
	if err != nil {
		return nil, err
	}
	complaint := &head{limit: maxComplaint}
	command := exec.Command(path, args...)
	command.Env = []string{"OMP_THREAD_LIMIT=1", "LC_ALL=C.UTF-8"} // tesseract: threads cost more than they give
	command.Stdin = input
	command.Stderr = complaint
	diesWithUs(command)
	output, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := command.Start(); err != nil {
		return nil, &errProgram{name, "", err}
	}
	data, readErr := io.ReadAll(io.LimitReader(output, limit+1))
	if int64(len(data)) > limit {
		command.Process.Kill()
		readErr = errOutput
	}
	if err := command.Wait(); err != nil && readErr == nil {
		return nil, &errProgram{name, complaint.String(), err}
	}
	return data, readErr
}

// head is a Writer that keeps the first bytes of what is written to it.
type head struct {
	bytes.Buffer
	limit int
}

func (h *head) Write(data []byte) (int, error) {
	h.Buffer.Write(data[:min(len(data), max(0, h.limit-h.Len()))])
	return len(data), nil
}

// complained tells whether a program failed and complained in these words.
func complained(err error, words string) bool {
	var failed *errProgram
	return errors.As(err, &failed) && strings.Contains(failed.complaint, words)
}

// failure tells why a program could not do its work.
func (t *teller) failure(what string, err error) {
	var missing *MissingProgram
	if errors.As(err, &missing) {
		t.json(FrameMissing, missing)
		return
	}
	t.problem("%s: %v", what, err)
}
