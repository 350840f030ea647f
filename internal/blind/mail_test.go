package blind_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"todoke/internal/app"
	"todoke/internal/desk"
	"todoke/internal/read"
)

// wholly is the share of single hard mails that are to be wholly right.
const wholly = 0.95

// whollyOf is the share that a set must have: wholly where the environment has TODOKE_BLIND=bounds, else what was reached.
func whollyOf(t *testing.T, set string) float64 {
	t.Helper()
	if os.Getenv("TODOKE_BLIND") == "bounds" {
		return wholly
	}
	text, err := os.ReadFile("testdata/reached.json")
	if err != nil {
		t.Fatal(err)
	}
	var reached struct{ Mails map[string]float64 }
	if err := json.Unmarshal(text, &reached); err != nil {
		t.Fatal(err)
	}
	if share, known := reached.Mails[set]; known {
		return share
	}
	return wholly
}

// hardTruth is what a human expert finds in one mail. Where the design leaves room, several answers are right.
type hardTruth struct {
	Kind       desk.Kind      `json:"kind"`
	KindAny    []desk.Kind    `json:"kind_any"`
	Notice     bool           `json:"notice"`
	Language   string         `json:"language"`
	Incidents  []hardIncident `json:"incidents"`
	Optional   []optional     `json:"optional_incidents"`
	NotSources []string       `json:"not_sources"`
}

// optional is an incident that may be told or not: whole, or its address alone.
type optional struct{ hardIncident }

func (o *optional) UnmarshalJSON(text []byte) error {
	if err := json.Unmarshal(text, &o.Address); err == nil {
		return nil
	}
	return json.Unmarshal(text, &o.hardIncident)
}

type hardIncident struct {
	Address     string       `json:"address"`
	Class       desk.Class   `json:"class"`
	ClassAny    []desk.Class `json:"class_any"`
	Proto       string       `json:"proto"`
	Port        int          `json:"port"`
	PortAny     []int        `json:"port_any"`
	Worm        bool         `json:"worm"`
	BrandOrigin desk.Origin  `json:"brand_origin"`
	Way         string       `json:"way"`
	Aftermath   []string     `json:"aftermath"`
}

// TestSingleMails reads hard mails, each a situation of its own, and counts those that are wholly right: kind, language, each
// address, its class, and what the tables show of it.
func TestSingleMails(t *testing.T) {
	t.Parallel()
	sets, err := filepath.Glob("testdata/mails-*.zip")
	if err != nil || len(sets) == 0 {
		t.Fatalf("no mails: %v", err)
	}
	reader, err := app.DefaultReader()
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range sets {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".zip"), func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			unpack(t, path, dir)
			files, err := filepath.Glob(filepath.Join(dir, "*.eml"))
			if err != nil {
				t.Fatal(err)
			}
			right := 0
			for _, file := range files {
				if wrong := readHard(t, reader, file); len(wrong) == 0 {
					right++
				} else {
					t.Logf("%s: %s", filepath.Base(file), strings.Join(wrong, "; "))
				}
			}
			share, want := float64(right)/float64(len(files)), whollyOf(t, strings.TrimSuffix(filepath.Base(path), ".zip"))
			t.Logf("%d of %d mails are wholly right (%.3f)", right, len(files), share)
			if share < want || len(files) < 100 {
				t.Errorf("%d of %d mails are wholly right (%.3f), want %.3f", right, len(files), share, want)
			}
		})
	}
}

func readHard(t *testing.T, reader *read.Reader, file string) (wrong []string) {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(strings.TrimSuffix(file, ".eml") + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var want hardTruth
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	got := reader.Read(raw, read.Envelope{Now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)})
	return want.compare(got)
}

// compare lists what a reading has wrong.
func (want hardTruth) compare(got *desk.Reading) (wrong []string) {
	say := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	alone := want.Kind // as one mail alone can show it
	if alone == desk.KindFollowUp || alone == desk.KindDuplicate {
		alone = desk.KindReport
	}
	if got.Kind != alone && !slices.Contains(want.KindAny, got.Kind) {
		say("kind %s, want %s", got.Kind, alone)
	}
	if want.Kind == desk.KindOutbound && got.Notice != want.Notice {
		say("notice %v, want %v", got.Notice, want.Notice)
	}
	if want.Language != "" && got.Language != want.Language {
		say("language %s, want %s", got.Language, want.Language)
	}
	open := slices.Clone(got.Incidents)
	for _, incident := range want.Incidents {
		at := slices.IndexFunc(open, incident.is)
		if at < 0 {
			say("misses %s %s", incident.Address, incident.Class)
			continue
		}
		wrong = append(wrong, incident.compare(open[at])...)
		open = slices.Delete(open, at, at+1)
	}
	for _, telling := range open {
		if !slices.ContainsFunc(want.Optional, func(o optional) bool { return o.is(telling) }) {
			say("blames %s %s", telling.Address, telling.Class)
		}
	}
	return wrong
}

// is tells whether a telling is of this incident: the address, and a class that is right, or any where none is wanted.
func (want hardIncident) is(got desk.Telling) bool {
	return got.Address == want.Address && (want.Class == "" || got.Class == want.Class || slices.Contains(want.ClassAny, got.Class))
}

func (want hardIncident) compare(got desk.Telling) (wrong []string) {
	say := func(format string, args ...any) {
		wrong = append(wrong, want.Address+": "+fmt.Sprintf(format, args...))
	}
	switch got.Class.Group() {
	case desk.ScanPort.Group():
		if (got.Port != want.Port || got.Proto != want.Proto) && !slices.Contains(want.PortAny, got.Port) {
			say("port %s/%d, want %s/%d", got.Proto, got.Port, want.Proto, want.Port)
		}
		if got.Worm != want.Worm {
			say("worm %v", got.Worm)
		}
	case desk.PhishingSite.Group():
		if got.BrandOrigin != want.BrandOrigin {
			say("brand origin %s, want %s", got.BrandOrigin, want.BrandOrigin)
		}
	case desk.IntrusionSystem.Group():
		if want.Class.Group() != got.Class.Group() {
			break
		}
		if got.Way != want.Way {
			say("way %q, want %q", got.Way, want.Way)
		}
		if !slices.Equal(slices.Sorted(slices.Values(got.Aftermath)), slices.Sorted(slices.Values(want.Aftermath))) {
			say("aftermath %v, want %v", got.Aftermath, want.Aftermath)
		}
	}
	return wrong
}
