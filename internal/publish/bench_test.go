package publish_test

import (
	"io"
	"testing"

	"todoke/internal/publish"
	"todoke/internal/publish/publishtest"
)

// BenchmarkFormats measures the making of each format from figures, once per language.
func BenchmarkFormats(b *testing.B) {
	e := publishtest.Edition()
	files, err := publish.Files(e)
	if err != nil {
		b.Fatal(err)
	}
	for _, f := range files {
		switch f.Name {
		case "report.ja.html", "report.ja.txt", "report.ja.pdf", "figures.json", "chart-1.ja.svg":
			b.Run(f.Name, func(b *testing.B) {
				for b.Loop() {
					if err := f.Write(io.Discard); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
