package logline

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// corpus gives the folder of public log samples, which are not part of this project.
func corpus(t *testing.T, parts ...string) string {
	t.Helper()
	root := os.Getenv("TODOKE_CORPUS")
	if root == "" {
		t.Skip("TODOKE_CORPUS is not set: no corpus of public log samples")
	}
	return filepath.Join(append([]string{root, "logs"}, parts...)...)
}

// expectation is what stands before a line in fail2ban's samples.
type expectation struct {
	Match bool   `json:"match"`
	Host  string `json:"host"`
}

// TestFail2ban counts over the samples: lines that match name their host as a source
// that tried; lines that do not match blame nobody. Some lines are one part of
// a story of several, so neither share can be complete.
func TestFail2ban(t *testing.T) {
	files, err := filepath.Glob(corpus(t, "fail2ban+fail2ban", "logs", "*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no samples: %v", err)
	}
	var tried, lines, quiet, others int
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			continue // a folder
		}
		var want *expectation
		for line := range strings.SplitSeq(string(text), "\n") {
			if spec, ok := strings.CutPrefix(line, "# failJSON:"); ok {
				want = &expectation{}
				if json.Unmarshal([]byte(spec), want) != nil {
					want = nil
				}
				continue
			}
			if want == nil || line == "" || strings.HasPrefix(line, "#") {
				continue
			}
			ev, _ := Parse(line)
			switch {
			case !want.Match:
				others++
				if !ev.Blames() {
					quiet++
				} else {
					t.Logf("blamed %v (%s): %.200s", ev.Source.Addr, ev.What, line)
				}
			case want.Host != "" && strings.Contains(line, want.Host):
				lines++
				if ev.Outcome == Tried && named(ev.Source, want.Host) {
					tried++
				} else {
					t.Logf("want %s, got %v%s %s (%s): %.200s", want.Host, ev.Source.Addr, ev.Source.Host, ev.Outcome, ev.What, line)
				}
			}
			want = nil
		}
	}
	t.Logf("%d of %d sources, %d of %d quiet", tried, lines, quiet, others)
	if tried*100 < lines*96 {
		t.Errorf("only %d of %d lines name their source", tried, lines)
	}
	if quiet*100 < others*80 {
		t.Errorf("only %d of %d other lines blame nobody", quiet, others)
	}
}

func named(e Endpoint, host string) bool {
	if a, _, ok := readAddr(host, 0); ok {
		return e.Addr == a
	}
	return e.Host == host
}

var scenarioSource = regexp.MustCompile(`"([0-9a-fA-F.:]+)" in results\[\d+\]\.Overflow\.GetSources`)

// TestCrowdsec counts the sources of its scenarios that some line blames. Scenarios
// that judge by number and speed of harmless requests are out of reach of one line.
func TestCrowdsec(t *testing.T) {
	folders, err := filepath.Glob(corpus(t, "crowdsecurity+hub", "*"))
	if err != nil || len(folders) == 0 {
		t.Fatalf("no samples: %v", err)
	}
	found, all := 0, 0
	for _, folder := range folders {
		spec, err := os.ReadFile(filepath.Join(folder, "scenario.assert"))
		if err != nil {
			continue
		}
		blamed := map[string]bool{}
		logs, _ := filepath.Glob(filepath.Join(folder, "*.log"))
		for _, log := range logs {
			text, err := os.ReadFile(log)
			if err != nil {
				t.Fatal(err)
			}
			var r Reader
			for _, l := range r.Lines(string(text)) {
				if l.Event.Blames() {
					blamed[l.Event.Source.Addr.String()] = true
				}
			}
		}
		for _, m := range scenarioSource.FindAllStringSubmatch(string(spec), -1) {
			a, _, ok := readAddr(m[1], 0)
			if !ok {
				continue
			}
			all++
			if blamed[a.String()] {
				found++
			} else {
				t.Logf("%s: %s not blamed", filepath.Base(folder), m[1])
			}
		}
	}
	t.Logf("%d of %d sources", found, all)
	if found*100 < all*85 {
		t.Errorf("only %d of %d sources of scenarios are blamed", found, all)
	}
}

// TestLoghub counts over two thousand lines of a server under attack: every line with a
// failed password blames somebody, no line of a login does.
func TestLoghub(t *testing.T) {
	text, err := os.ReadFile(corpus(t, "logpai+loghub", "OpenSSH", "OpenSSH_2k.log"))
	if err != nil {
		t.Fatal(err)
	}
	failed, blamed := 0, 0
	for line := range strings.SplitSeq(string(text), "\n") {
		ev, _ := Parse(line)
		if strings.Contains(line, "Accepted password") && ev.Blames() {
			t.Errorf("a login is blamed: %s", line)
		}
		if strings.Contains(line, "Failed password") {
			if failed++; ev.Blames() && ev.TimeKnown && ev.Port == 22 {
				blamed++
			}
		}
	}
	if failed == 0 || blamed != failed {
		t.Errorf("%d of %d failed passwords are blamed", blamed, failed)
	}
}
