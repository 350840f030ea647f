package classify

import (
	"slices"
	"testing"

	phrases "todoke/internal/cue"
)

// TestDeeds runs what the deeds say of themselves: each is found in its examples, and in none of its counter-examples.
func TestDeeds(t *testing.T) {
	t.Parallel()
	known := knownDeeds()
	for _, one := range known.list {
		for _, wrong := range phrases.Untrue(one.Examples, one.Never, func(text string) bool { return tells(one, text) }) {
			t.Errorf("deed %s %s %v %s", one.Sense, one.Value, one.Of, wrong)
		}
	}
}

// tells finds a deed in a text as a message tells it: with what it denies left out.
func tells(one *deed, text string) bool {
	p := surveyed("203.0.113.5\n\n" + text)
	for _, acts := range p.acts {
		if slices.ContainsFunc(acts, func(a act) bool { return a.deed == one }) {
			return true
		}
	}
	return false
}
