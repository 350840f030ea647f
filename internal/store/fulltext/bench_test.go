package fulltext

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// BenchmarkBuild makes the segment of a batch of a thousand texts of 3 KB, half of them Japanese; one operation is one batch.
func BenchmarkBuild(b *testing.B) {
	random := rand.New(rand.NewPCG(1, 1))
	often := rand.NewZipf(random, 1.1, 4, 20_000)
	texts := make([]string, 1000)
	for i := range texts {
		var text strings.Builder
		for text.Len() < 3000 {
			if n := int(often.Uint64()); i%2 == 0 {
				text.WriteString(string([]rune{rune('一' + n%3000), rune('一' + n*7%2500), []rune("をがにのはと")[n%6]}))
			} else {
				fmt.Fprintf(&text, "%s%d ", []string{"attack", "fail", "ro", "pass", "connect"}[n%5], n/5)
			}
		}
		texts[i] = text.String()
	}
	builder := NewBuilder()
	b.ReportAllocs()
	for b.Loop() {
		for i, text := range texts {
			builder.Add(int64(i+1), text)
		}
		builder.Build()
	}
	b.ReportMetric(b.Elapsed().Seconds()*1e6/float64(b.N*len(texts)), "µs/text")
}
