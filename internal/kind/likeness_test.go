package kind

import (
	"testing"

	"todoke/internal/likeness"
)

// TestSilent decides mails in which the cues hear nothing, by their likeness to mails whose kind is known. All are of our own making.
func TestSilent(t *testing.T) {
	t.Parallel()
	for _, s := range samples(t, "testdata/silent.toml") {
		s.From = "someone@example.org"
		in := s.input()
		in.Places = len(placeNamed.FindAllString(s.Text, -1))
		for i := range in.Tellings {
			in.Tellings[i].Inherit = true // the text says no harm
		}
		in.Words = likeness.Features(s.Subject + "\n" + s.Text)
		if got := Decide(in); string(got.Kind) != s.Kind {
			t.Errorf("%s: got %s, want %s\n  %s\n  reasons %q", s.Why, got.Kind, s.Kind, s.Text, got.Reasons)
		}
	}
}
