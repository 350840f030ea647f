package fax

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"time"
)

// stage is how far a child has come.
type stage string

const (
	stageConfine stage = "confine" // it binds itself, and becomes the program anew
	stageOpen    stage = "open"    // bound, it reads the document
)

// Child is what the program does when it is started as a child by RunChild; args are its arguments behind ChildCommand.
//
// It does so in two stages. The first has not seen a byte of the document: it closes what files it may have inherited, sets limits
// on itself (address space, processor time, size of files, number of files, no core), gives up the right to gain rights, and,
// where the kernel has Landlock, the right to all files but those of the system's programs and its own folder, to all
// TCP connections, to signals and to looking into other processes, its parent above all. Then it executes the program anew, so
// that nothing is left of what it was. The second stage reads the document from stdin and writes frames to stdout.
//
// An error is one of the child as such: what is wrong with the document is told in frames.
func Child(args []string, stdin io.Reader, stdout io.Writer) error {
	if len(args) != 2 {
		return errors.New("this command is for the program itself")
	}
	var job Job
	if err := json.Unmarshal([]byte(args[1]), &job); err != nil {
		return fmt.Errorf("reading the job: %w", err)
	}
	switch stage(args[0]) {
	case stageConfine:
		return confine(job.Limits, []string{ChildCommand, string(stageOpen), args[1]})
	case stageOpen:
		return open(job, stdin, stdout)
	}
	return fmt.Errorf("unknown stage %q", args[0])
}

// open does the job.
func open(job Job, stdin io.Reader, stdout io.Writer) error {
	runtime.LockOSThread()                                 // programs are told to die with this thread
	time.AfterFunc(job.Limits.Time, func() { os.Exit(1) }) // where our parent is no more
	debug.SetMemoryLimit(job.Limits.Memory / 2)            // clear away early rather than die
	document, err := io.ReadAll(io.LimitReader(stdin, job.Limits.Input+1))
	if err != nil {
		return fmt.Errorf("reading the document: %w", err)
	}
	if int64(len(document)) > job.Limits.Input {
		return ErrTooLarge
	}
	t := teller{w: stdout}
	switch job.Kind {
	case JobTIFF:
		t.tiff(document, job.Limits)
	case JobPDF:
		t.pdf(document, job.Limits)
	case JobOCR:
		t.ocr(document, job)
	default:
		return fmt.Errorf("unknown job %q", job.Kind)
	}
	t.frame(FrameEnd, nil)
	return t.err
}

// teller writes frames. After a first error it writes no more.
type teller struct {
	w   io.Writer
	err error
}

func (t *teller) frame(kind FrameKind, data []byte) {
	if t.err == nil {
		t.err = writeFrame(t.w, kind, data)
	}
}

func (t *teller) problem(format string, args ...any) {
	t.frame(FrameProblem, fmt.Appendf(nil, format, args...))
}

func (t *teller) json(kind FrameKind, value any) {
	data, err := json.Marshal(value)
	if err != nil {
		t.err = err
		return
	}
	t.frame(kind, data)
}
