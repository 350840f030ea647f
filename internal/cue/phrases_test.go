package cue

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Spellings that share beginnings, end inside one another or go on must each be found, and no other.
func TestPhrases(t *testing.T) {
	t.Parallel()
	words := []string{"take", "taken*", "take down", "Take-Down", "停止", "停止中", "E*TRADE", "down", "サーバー"}
	var p Phrases
	for i, word := range words {
		if err := p.Add(i, word); err != nil {
			t.Fatal(err)
		}
	}
	p.Build()
	for _, test := range []struct {
		why, text string
		want      []string
	}{
		{"a word", "take", []string{"take"}},
		{"in order of place, the shorter first", "take down", []string{"take", "take down", "Take-Down", "down"}},
		{"not the beginning of a word", "takedowns", nil},
		{"but of one that goes on", "takens", []string{"taken*"}},
		{"not the end of a word", "untaken", nil},
		{"nor the beginning of a phrase", "tak", nil},
		{"inside Japanese", "運用停止中", []string{"停止", "停止中"}},
		{"letters beside Japanese", "をtakeする", []string{"take"}},
		{"a star inside", "at e*trade", []string{"E*TRADE"}},
		{"as folded", "サーバ", []string{"サーバー"}},
		{"nothing", "", nil},
	} {
		var got []string
		text := Fold(test.text)
		end := 0
		p.Find(text, func(phrase int, at Hit) {
			got = append(got, words[phrase])
			if at.Start > at.End || at.End > len(text.String()) {
				t.Errorf("%s: found at %v", test.why, at)
			}
			end = at.End
		})
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: %q (-want +got)\n%s", test.why, test.text, diff)
		}
		if len(got) > 0 && end == 0 {
			t.Errorf("%s: no place", test.why)
		}
	}
}

func TestPhrasesShareASpelling(t *testing.T) {
	t.Parallel()
	var p Phrases
	for _, a := range []struct {
		phrase   int
		spelling string
	}{{1, "scan*"}, {0, "scan"}, {0, "SCAN"}, {1, "scan"}, {0, "probe"}} {
		if err := p.Add(a.phrase, a.spelling); err != nil {
			t.Fatal(err)
		}
	}
	p.Build()
	var got []int
	p.Find(Fold("scan scanner"), func(phrase int, _ Hit) { got = append(got, phrase) })
	if diff := cmp.Diff([]int{0, 1, 1}, got); diff != "" {
		t.Errorf("each phrase once at each place (-want +got)\n%s", diff)
	}
}

func TestAddRefusesWhatStandsEverywhere(t *testing.T) {
	t.Parallel()
	for _, spelling := range []string{"", "a", "*", " - ", "a*"} {
		if err := new(Phrases).Add(0, spelling); err == nil || !strings.Contains(err.Error(), "too short") {
			t.Errorf("%q: error %v, want that it is too short", spelling, err)
		}
	}
}
