package sample

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

func TestDump2(t *testing.T) {
	want := os.Getenv("DUMP")
	if want == "" {
		t.Skip()
	}
	_, m := quarterForTest(t)
	seen := map[string]int{}
	for _, x := range m {
		for _, wn := range strings.Split(want, ",") {
			if strings.HasPrefix(x.Truth.Wording, wn) && seen[x.Truth.Wording] < 1 {
				seen[x.Truth.Wording]++
				fmt.Printf("######## %s %+v\n", x.Name, x.Truth)
				for _, p := range partsOf(t, x) {
					fmt.Printf("---- %s\n%s\n", p.header["Content-Type"], p.text)
				}
			}
		}
	}
}
