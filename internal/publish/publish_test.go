package publish_test

import (
	"flag"
	"testing"

	"todoke/internal/publish"
	"todoke/internal/publish/publishtest"
)

var out = flag.String("out", "", "write the sample edition into this folder, to be looked at")

func TestWriteLeavesAllFiles(t *testing.T) {
	dir := *out
	if dir == "" {
		dir = t.TempDir()
	}
	paths, err := publish.Write(dir, publishtest.Edition())
	if err != nil {
		t.Fatal(err)
	}
	t.Log(paths)
}
