package cue

import (
	"fmt"
	"io/fs"

	"github.com/BurntSushi/toml"
)

// Load reads the TOML files that match the glob, in the order of their names, each in the shape T. A key that T does not have
// is an error, as a misspelt one would go unseen; so is a glob that matches nothing.
func Load[T any](files fs.FS, glob string) ([]T, error) {
	names, err := fs.Glob(files, glob)
	if err != nil || len(names) == 0 {
		return nil, fmt.Errorf("no rules at %q: %v", glob, err)
	}
	all := make([]T, len(names))
	for i, name := range names {
		meta, err := toml.DecodeFS(files, name, &all[i])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if unknown := meta.Undecoded(); len(unknown) > 0 {
			return nil, fmt.Errorf("%s: unknown key %s", name, unknown[0])
		}
	}
	return all, nil
}

// Untrue tells which of the things that a rule says of itself do not hold: it is found in all its examples, and there is one,
// and in none of its counter-examples.
func Untrue(examples, counter []string, found func(text string) bool) []string {
	var wrong []string
	if len(examples) == 0 {
		wrong = append(wrong, "has no examples")
	}
	for _, text := range examples {
		if !found(text) {
			wrong = append(wrong, fmt.Sprintf("is not found in its example %q", text))
		}
	}
	for _, text := range counter {
		if found(text) {
			wrong = append(wrong, fmt.Sprintf("is found in its counter-example %q", text))
		}
	}
	return wrong
}
