package mail

import (
	"bufio"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Source is a mail found in the file system.
type Source struct {
	Path     string // of the file; for a mail in an mbox, with "#" and its number from 1
	Raw      []byte // at most one byte more than the size limit, so that Parse says that it was cut
	MboxFrom time.Time
}

// OpenPath finds the mails under path, in name order, one in memory at a time: single mails, mbox files (known
// by their first line), Maildir folders (their cur and new), and folders of all these. Hidden files are skipped,
// but not the folders of a Maildir, which are named so. What cannot be read gives an error that names it, and
// the sequence goes on.
func OpenPath(path string) iter.Seq2[Source, error] {
	return func(yield func(Source, error) bool) {
		w := walker{yield: yield, maxSize: DefaultLimits().Size}
		w.path(path, true)
	}
}

// walker yields mails until its consumer has enough.
type walker struct {
	yield   func(Source, error) bool
	maxSize int64
}

// path reads a file or folder; false where the consumer has enough. A symbolic link to a folder is followed
// only where the caller named it, so that links cannot lead in circles.
func (w *walker) path(path string, named bool) bool {
	info, err := os.Lstat(path)
	if err == nil && info.Mode()&fs.ModeSymlink != 0 {
		info, err = os.Stat(path)
		if err == nil && info.IsDir() && !named {
			return true
		}
	}
	switch {
	case err != nil:
		return w.fail(path, err)
	case info.IsDir():
		return w.folder(path)
	case info.Mode().IsRegular():
		return w.file(path)
	case named:
		return w.fail(path, fmt.Errorf("%s is neither a file nor a folder", path))
	}
	return true
}

func (w *walker) fail(path string, err error) bool {
	return w.yield(Source{Path: path}, fmt.Errorf("reading mail: %w", err))
}

func (w *walker) folder(path string) bool {
	entries, err := os.ReadDir(path)
	if err != nil {
		return w.fail(path, err)
	}
	maildir := isMaildir(path)
	for _, e := range entries {
		name := e.Name()
		child := filepath.Join(path, name)
		switch {
		case maildir && (name == "tmp" || !e.IsDir()): // half-written mails, and the server's own files
			continue
		case strings.HasPrefix(name, ".") && !(maildir && isMaildir(child)):
			continue
		}
		if !w.path(child, false) {
			return false
		}
	}
	return true
}

func isMaildir(path string) bool {
	for _, sub := range []string{"cur", "new"} {
		info, err := os.Stat(filepath.Join(path, sub))
		if err != nil || !info.IsDir() {
			return false
		}
	}
	return true
}

// file reads a single mail or an mbox.
func (w *walker) file(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return w.fail(path, err)
	}
	defer f.Close()
	r := bufio.NewReaderSize(f, 64<<10)
	if head, _ := r.Peek(500); isFromLine(firstLine(head)) {
		return w.mbox(path, r)
	}
	raw, err := readFile(r, f, w.maxSize+1)
	if err != nil {
		return w.fail(path, err)
	}
	return w.yield(Source{Path: path, Raw: raw}, nil)
}

func firstLine(head []byte) []byte {
	line, _ := nextLine(head, 0)
	return line
}

// readFile reads at most limit bytes, into memory of the file's size where that is known.
func readFile(r io.Reader, f *os.File, limit int64) ([]byte, error) {
	size := int64(0)
	if info, err := f.Stat(); err == nil {
		size = min(info.Size(), limit)
	}
	raw := make([]byte, 0, size+1)
	r = io.LimitReader(r, limit)
	for {
		if len(raw) == cap(raw) {
			raw = append(raw, 0)[:len(raw)]
		}
		n, err := r.Read(raw[len(raw):cap(raw)])
		raw = raw[:len(raw)+n]
		if err == io.EOF {
			return raw, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

func (w *walker) mbox(path string, r io.Reader) bool {
	n := 0
	for m, err := range SplitMbox(r, w.maxSize+1) {
		if err != nil {
			return w.fail(path, err)
		}
		n++
		if !w.yield(Source{Path: fmt.Sprintf("%s#%d", path, n), Raw: m.Raw, MboxFrom: m.From}, nil) {
			return false
		}
	}
	return true
}
