package kind

import (
	"testing"

	"todoke/internal/kind/cue"
)

// Every cue must be found in each of its examples and in none of its counter-examples.
func TestCueExamples(t *testing.T) {
	t.Parallel()
	for _, c := range cues().Cues() {
		if len(c.Examples) == 0 || len(c.Counter) == 0 {
			t.Errorf("cue %q for %s has no examples or no counter-examples", c.Says, c.For)
		}
		for _, example := range c.Examples {
			if !says(example, c) {
				t.Errorf("cue %q for %s is not found in its example %q", c.Says, c.For, example)
			}
		}
		for _, counter := range c.Counter {
			if says(counter, c) {
				t.Errorf("cue %q for %s is found in its counter-example %q", c.Says, c.For, counter)
			}
		}
	}
}

func says(text string, c *cue.Cue) bool {
	for _, f := range cues().Find(cue.Fold(text, 1<<12)) {
		if f.Cue == c {
			return true
		}
	}
	return false
}
