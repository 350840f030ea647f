package app_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
)

// layers lists the rooms of the house from the bottom up. A package may import packages of lower layers and its own
// sub-packages, nothing else of the project: so readers know nothing of the store, and the domain knows nobody.
var layers = [][]string{
	{"desk", "terminal", "config", "cue", "likeness", "proxied"},
	{"mail"},
	{"formats", "blame", "pgp", "smime", "mailauth", "fax"},
	{"classify", "kind"},
	{"read", "match", "count", "sample"},
	{"store", "publish"},
	{"intake", "notify", "smtpd", "mailbox", "form", "api", "site"},
	{"app"},
}

// TestArrows walks the imports of all files that are part of the program.
func TestArrows(t *testing.T) {
	t.Parallel()
	level := map[string]int{}
	for i, rooms := range layers {
		for _, room := range rooms {
			level[room] = i
		}
	}
	files := 0
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		files++
		room, _, _ := strings.Cut(strings.TrimPrefix(filepath.ToSlash(path), "../"), "/")
		if toolRooms[room] {
			return nil
		}
		if _, known := level[room]; !known {
			t.Errorf("%s: the room %q has no place in the layers", path, room)
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, imported := range file.Imports {
			name := strings.Trim(imported.Path.Value, `"`)
			checkArrow(t, path, room, name, level)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 20 {
		t.Errorf("only %d files were looked at", files)
	}
}

// webRooms show pages or answer programs; the others open no connection for that.
var webRooms = map[string]bool{"proxied": true, "site": true, "form": true, "api": true, "app": true}

// toolRooms hold programs and helpers of tests and benchmarks; nothing of the program may import them.
var toolRooms = map[string]bool{"bench": true, "blind": true}

func checkArrow(t *testing.T, path, room, name string, level map[string]int) {
	t.Helper()
	inner, ours := strings.CutPrefix(name, "todoke/internal/")
	if ours {
		target, _, _ := strings.Cut(inner, "/")
		if target != room && level[target] >= level[room] || toolRooms[target] {
			t.Errorf("%s imports %s: arrows point downwards only", path, name)
		}
		return
	}
	if name == "database/sql" && room != "store" {
		t.Errorf("%s imports %s: all SQL lives in the store", path, name)
	}
	if name == "net/http" && !webRooms[room] {
		t.Errorf("%s imports %s: readers and the store open no connection", path, name)
	}
}
