package kind

import (
	"testing"
)

// BenchmarkLoad makes the cues, as every start of the program that reads a mail does once.
func BenchmarkLoad(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := loadCues(cueFiles, "cues/*.toml"); err != nil {
			b.Fatal(err)
		}
	}
}
