package kind

import (
	"testing"

	"todoke/internal/cue"
)

// Every cue must be found in each of its examples and in none of its counter-examples.
func TestCueExamples(t *testing.T) {
	t.Parallel()
	for _, c := range cues().all {
		if len(c.Counter) == 0 {
			t.Errorf("cue %q for %s has no counter-examples", c.Says, c.For)
		}
		for _, wrong := range cue.Untrue(c.Examples, c.Counter, func(text string) bool { return says(text, c) }) {
			t.Errorf("cue %q for %s %s", c.Says, c.For, wrong)
		}
	}
}

func says(text string, c *said) bool {
	for _, f := range cues().find(cue.Fold(text)) {
		if f.said == c {
			return true
		}
	}
	return false
}
