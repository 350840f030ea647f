package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// file is the file of an SQLite store, as it was when the store was opened.
type file struct {
	path string
	info os.FileInfo
}

// fileOf is nil for a store that is no file.
func fileOf(address string) (*file, error) {
	path, ok := strings.CutPrefix(address, "sqlite:")
	if !ok {
		return nil, nil
	}
	path, err := filepath.EvalSymlinks(path) // the log stands beside the file itself
	if err != nil {
		return nil, fmt.Errorf("looking for the store's file: %w", err)
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("looking at the store's file: %w", err)
	}
	return &file{path, info}, nil
}

// errGone is what becomes of a store whose file was removed, moved or replaced.
var errGone = errors.New("the store's file is not there any more")

// there fails where what is written now would be lost: the system lets a process go on writing into a file that nobody else finds
// any more, and into a write-ahead log of which the same holds.
func (f *file) there() error {
	if f == nil {
		return nil
	}
	info, err := os.Stat(f.path)
	if err != nil || !os.SameFile(info, f.info) {
		return fmt.Errorf("%w: %s", errGone, f.path)
	}
	if _, err := os.Stat(f.path + "-wal"); err != nil {
		return fmt.Errorf("%w: %s-wal", errGone, f.path)
	}
	return nil
}
