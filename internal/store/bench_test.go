package store

import (
	"testing"
	"time"

	"todoke/internal/store/pgtest"
)

const (
	benchBatch    = 1000
	manyAddresses = 1 << 20 // so that an address is told again now and then
)

// benchmarks run on both databases.
func onBoth(b *testing.B, run func(*testing.B, string)) {
	b.Run("sqlite", func(b *testing.B) { run(b, "sqlite:"+b.TempDir()+"/bench.db") })
	b.Run("postgres", func(b *testing.B) { run(b, pgtest.Database(b)) })
}

func benchStore(b *testing.B, url string) *Store {
	s, err := Open(b.Context(), url, Options{Create: true})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	return s
}

// BenchmarkAccept stores batches of mails of 3 KB; one operation is one batch.
func BenchmarkAccept(b *testing.B) {
	for _, indexed := range []bool{true, false} {
		name := "storing"
		if indexed {
			name = "storing+index"
		}
		b.Run(name, func(b *testing.B) {
			onBoth(b, func(b *testing.B, url string) {
				s := benchStore(b, url)
				b.StopTimer()
				b.ReportAllocs()
				for i := range b.N {
					batch := acceptedOf(traffic(uint64(i), benchBatch, manyAddresses, time.Unix(1.2e9, 0).Add(time.Duration(i)*time.Hour), time.Second))
					if !indexed {
						for i := range batch {
							batch[i].SearchText = ""
						}
					}
					b.StartTimer()
					if _, err := s.Accept(b.Context(), batch); err != nil {
						b.Fatal(err)
					}
					b.StopTimer()
				}
				b.ReportMetric(b.Elapsed().Seconds()*1e6/float64(b.N*benchBatch), "µs/mail")
			})
		})
	}
}

// BenchmarkMatch decides batches of accepted mails; one operation is one batch.
func BenchmarkMatch(b *testing.B) {
	onBoth(b, func(b *testing.B, url string) {
		s := benchStore(b, url)
		b.StopTimer()
		for i := range b.N {
			batch := acceptedOf(traffic(uint64(i), benchBatch, manyAddresses, time.Unix(1.2e9, 0).Add(time.Duration(i)*time.Hour), time.Second))
			for i := range batch {
				batch[i].SearchText = ""
			}
			if _, err := s.Accept(b.Context(), batch); err != nil {
				b.Fatal(err)
			}
			b.StartTimer()
			if _, err := s.Match(b.Context(), rules, benchBatch); err != nil {
				b.Fatal(err)
			}
			b.StopTimer()
		}
		b.ReportMetric(b.Elapsed().Seconds()*1e6/float64(b.N*benchBatch), "µs/mail")
	})
}
