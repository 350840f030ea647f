package store

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"
)

// quarterMessages is the design load of a quarter.
const quarterMessages = 150_000

// BenchmarkBig measures a store of the design's size: figures of a quarter, search, and one more batch of mail. It runs
// only where TODOKE_BENCH_STORE gives the address of a store, which is filled up to TODOKE_BENCH_MESSAGES (1,000,000 where
// not said) first and is kept, and beside it an empty one for the same batch.
func BenchmarkBig(b *testing.B) {
	address := os.Getenv("TODOKE_BENCH_STORE")
	if address == "" {
		b.Skip("skipped: TODOKE_BENCH_STORE is not set")
	}
	size := 1_000_000
	if n, err := strconv.Atoi(os.Getenv("TODOKE_BENCH_MESSAGES")); err == nil {
		size = n
	}
	s := benchStore(b, address)
	fill(b, s, size)
	b.Run("facts", func(b *testing.B) {
		for b.Loop() {
			f, err := s.Facts(b.Context(), period("2008Q3"))
			if err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(f.Totals.Messages+f.Totals.Notices+f.Totals.Inquiries), "messages")
		}
	})
	for _, query := range []string{"不正", "障", "の", "調査依頼", "phishing 銀行", "failed password", `"suspicious login page"`, "198.18.77.3", "gw3 攻撃元", "example", "nowhere"} {
		b.Run("search/"+query, func(b *testing.B) {
			for b.Loop() {
				found, err := s.Search(b.Context(), query, 50, Key{})
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(len(found.Hits)), "hits")
			}
		})
	}
	b.Run("more/full", func(b *testing.B) { more(b, s) })
	b.Run("more/empty", func(b *testing.B) { onBoth(b, func(b *testing.B, url string) { more(b, benchStore(b, url)) }) })
}

// pace spreads the messages so that a quarter has quarterMessages.
const pace = 91 * 24 * time.Hour / quarterMessages

func fill(b *testing.B, s *Store, size int) {
	var held int
	if err := s.db.QueryRowContext(b.Context(), "SELECT count(*) FROM message").Scan(&held); err != nil {
		b.Fatal(err)
	}
	for ; held < size; held += benchBatch {
		takeBatch(b, s, held)
		if held%20_000 == 0 {
			fmt.Fprintf(os.Stderr, "\rfilling: %d of %d", held, size)
		}
	}
}

func takeBatch(b *testing.B, s *Store, held int) {
	at := time.Date(2007, 12, 1, 0, 0, 0, 0, tokyo).Add(time.Duration(held) * pace)
	batch := acceptedOf(traffic(uint64(held), benchBatch, manyAddresses, at, pace))
	b.StartTimer()
	if _, err := s.Accept(b.Context(), batch); err != nil {
		b.Fatal(err)
	}
	if _, err := s.Match(b.Context(), rules, benchBatch); err != nil {
		b.Fatal(err)
	}
	b.StopTimer()
}

// more takes batches in behind what is held; the middle one and the slowest are told apart, for a merge of the search
// index falls on one batch of many.
func more(b *testing.B, s *Store) {
	b.StopTimer()
	var held int
	if err := s.db.QueryRowContext(b.Context(), "SELECT count(*) FROM message").Scan(&held); err != nil {
		b.Fatal(err)
	}
	var times []time.Duration
	for range b.N {
		before := b.Elapsed()
		takeBatch(b, s, held)
		times = append(times, b.Elapsed()-before)
		held += benchBatch
	}
	slices.Sort(times)
	b.ReportMetric(b.Elapsed().Seconds()*1e6/float64(b.N*benchBatch), "µs/mail")
	b.ReportMetric(times[len(times)/2].Seconds()*1e6/benchBatch, "µs/mail-median")
}
