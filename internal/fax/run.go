package fax

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"
)

// ChildCommand is the program's first argument where it is started as a child: then it calls Child, and nothing else.
const ChildCommand = "fax-child"

// Job is what a child is to do with its document.
type Job struct {
	Kind   JobKind
	Langs  string // of the text in a picture, as tesseract names them: "jpn+eng"
	Limits Limits
}

// JobKind names what a child can do.
type JobKind string

// The jobs.
const (
	JobTIFF JobKind = "tiff" // pages of a TIFF
	JobPDF  JobKind = "pdf"  // pages of a PDF, with the text that it holds
	JobOCR  JobKind = "ocr"  // text of a picture (PNG)
)

// Errors of RunChild.
var (
	ErrTooLarge = errors.New("the document is larger than is opened")
	ErrTime     = errors.New("the document took longer than is waited for")
	// ErrDied is of a child that ended before it had told all: it met a limit of memory, processor time or file size, or a fault.
	ErrDied = errors.New("the process that opened the document died")
)

// RunChild starts the program exe as a child that opens a foreign document, and gives each frame that it tells to each, whose error
// ends the child. The child has an empty environment, an empty folder of its own to work in, no open files but its three streams,
// and the job's limits (see Child). It and all that it started are killed when the limit of time is reached, when ctx is done,
// and when it has told all.
func RunChild(ctx context.Context, exe string, job Job, document []byte, each func(Frame) error) error {
	if int64(len(document)) > job.Limits.Input {
		return ErrTooLarge
	}
	folder, err := os.MkdirTemp("", "todoke-fax-")
	if err != nil {
		return fmt.Errorf("making a folder for a child: %w", err)
	}
	defer os.RemoveAll(folder)
	words, err := json.Marshal(job)
	if err != nil {
		return err
	}
	limited, cancel := context.WithTimeout(ctx, job.Limits.Time)
	defer cancel()
	child := exec.CommandContext(limited, exe, ChildCommand, string(stageConfine), string(words))
	child.Env = []string{} // nil would be ours
	child.Dir = folder
	child.Stdin = bytes.NewReader(document)
	ownGroup(child)
	child.Cancel = func() error { return killGroup(child) }
	child.WaitDelay = time.Second
	err = runFrames(child, job.Limits.Output, each)
	if err != nil && limited.Err() != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return ErrTime
	}
	return err
}

// runFrames runs a child and reads its frames. A child whose frames are no longer read is killed with its group.
func runFrames(child *exec.Cmd, limit int64, each func(Frame) error) error {
	complaint := &head{limit: maxComplaint}
	child.Stderr = complaint
	told, err := child.StdoutPipe()
	if err != nil {
		return fmt.Errorf("starting a child: %w", err)
	}
	if err := child.Start(); err != nil {
		return fmt.Errorf("starting a child: %w", err)
	}
	err = readFrames(told, limit, each)
	if err != nil && !errors.Is(err, errNoEnd) {
		killGroup(child)
		child.Wait()
		return err
	}
	if err == nil {
		killGroup(child)
		child.Wait()
		return nil
	}
	if ended := child.Wait(); ended != nil {
		err = ended
	}
	first, _, _ := strings.Cut(complaint.String(), "\n")
	return fmt.Errorf("%w: %w: %q", ErrDied, err, first)
}
