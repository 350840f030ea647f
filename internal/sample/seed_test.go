package sample

import (
	"fmt"
	"os"
	"testing"
	"time"
)

func TestSeeds(t *testing.T) {
	if os.Getenv("SEEDS") == "" {
		t.Skip()
	}
	best := 99
	bad := map[string]int{}
	start := time.Now()
	n := 0
	for s := uint64(20080401); time.Since(start) < 50*time.Second; s++ {
		w, err := composed(s)
		if err != nil {
			bad[err.Error()[:30]]++
			continue
		}
		n++
		un := []string{}
		for _, l := range w.wordings {
			for _, v := range l {
				if v.used == 0 {
					un = append(un, v.name)
					bad[v.name]++
				}
			}
		}
		if len(un) < best {
			best = len(un)
			fmt.Println(s, un)
		}
		if best == 0 {
			break
		}
	}
	fmt.Println(n, bad)
}
