package sample

import (
	"fmt"
	"math/rand/v2"
	"os"
	"testing"
)

func TestDump(t *testing.T) {
	if os.Getenv("DUMP") == "" {
		t.Skip()
	}
	_, m := quarterForTest(t)
	r := rand.New(rand.NewPCG(uint64(len(os.Getenv("DUMP"))), 3))
	os.RemoveAll("/tmp/sampledump")
	os.MkdirAll("/tmp/sampledump", 0755)
	for _, i := range r.Perm(len(m))[:45] {
		fmt.Printf("######## %s %+v\n", m[i].Name, m[i].Truth)
		for _, p := range partsOf(t, m[i]) {
			fmt.Printf("---- %s\n%s\n", p.header["Content-Type"], p.text)
		}
	}
}
