package compose

import (
	"testing"

	"todoke/internal/desk"
)

// TestClassWords: each class has words for people, in both languages.
func TestClassWords(t *testing.T) {
	t.Parallel()
	for _, class := range desk.Classes() {
		if w := classWords[class]; w.JA == "" || w.EN == "" {
			t.Errorf("%s has no words", class)
		}
	}
}
