package logline

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"testing"
)

var reSrc = regexp.MustCompile(`"([0-9a-fA-F.:]+)" in results\[\d+\]\.Overflow\.GetSources`)

func TestZZ2(t *testing.T) {
	dir := os.Getenv("TODOKE_CORPUS") + "/logs/crowdsecurity+hub"
	ds, _ := filepath.Glob(dir + "/*")
	good, all, extra := 0, 0, 0
	for _, d := range ds {
		a, _ := os.ReadFile(d + "/scenario.assert")
		want := map[string]bool{}
		for _, m := range reSrc.FindAllStringSubmatch(string(a), -1) {
			want[m[1]] = true
		}
		got := map[string]bool{}
		logs, _ := filepath.Glob(d + "/*.log")
		var un []string
		for _, l := range logs {
			b, _ := os.ReadFile(l)
			var r Reader
			seen := map[int]bool{}
			for _, x := range r.Lines(string(b)) {
				seen[x.No] = true
				if x.Event.Blames() {
					got[x.Event.Source.Addr.String()] = true
				}
			}
			for i, q := range strings.Split(string(b), "\n") {
				if q != "" && !seen[i+1] {
					un = append(un, q)
				}
			}
		}
		all += len(want)
		miss := []string{}
		for w := range want {
			if got[w] {
				good++
			} else {
				miss = append(miss, w)
			}
		}
		sort.Strings(miss)
		for g := range got {
			if len(want) > 0 && !want[g] {
				extra++
			}
		}
		if len(miss) > 0 || os.Getenv("ALL") != "" {
			fmt.Println("D", filepath.Base(d), "MISS", miss, "got", len(got), "unread", len(un))
			if len(un) > 0 {
				fmt.Printf("   U %.260s\n", un[0])
			} else if len(logs) > 0 && len(miss) > 0 {
				b, _ := os.ReadFile(logs[0])
				fmt.Printf("   L %.260s\n", b)
			}
		}
	}
	fmt.Println(good, all, "extra", extra)
}
