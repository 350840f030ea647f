package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"todoke/internal/count"
	"todoke/internal/desk"
	"todoke/internal/match"
	"todoke/internal/store"
)

// The large store holds messages of many years whose last quarter is the one that is counted: its share of the messages is
// period of large.
var (
	zone      = time.FixedZone("Asia/Tokyo", 9*3600)
	quarter   = mustPeriod("2008Q1")
	growBatch = 2000
)

func mustPeriod(name string) desk.Period {
	p, err := desk.ParsePeriod(name, zone)
	if err != nil {
		panic(err)
	}
	return p
}

// large measures figures and search in a large store, and what one more month costs in it and in an empty one. The month is
// April 2008, after all that is there.
func large(db database, n sizes, month string) error {
	url, err := db.next()
	if err != nil {
		return err
	}
	fmt.Printf("\n%s: a store of %d messages, %d of them in the quarter counted\n", db.name, n.large, n.period)
	if err := row("  growing it (rows alone, nothing read)", n.large, "grow", url, "-", fmt.Sprintf("%d/%d", n.period, n.large)); err != nil {
		return err
	}
	if _, err := measure("ask", url, "-", strconv.Itoa(n.large)); err != nil {
		return err
	}
	empty, err := db.next()
	if err != nil {
		return err
	}
	if err := row("  one more month into an empty store", n.month, "import", empty, month); err != nil {
		return err
	}
	return row("  one more month into the large store", n.month, "import", url, month)
}

// grow fills a store with generated readings: share is "messages of the quarter/messages in all".
func grow(ctx context.Context, db, share string) error {
	inQuarter, all, err := parseShare(share)
	if err != nil {
		return err
	}
	s, err := store.Open(ctx, db, store.Options{Create: true})
	if err != nil {
		return err
	}
	defer s.Close()
	random := rand.New(rand.NewPCG(5, 5))
	start := quarter.Start().AddDate(-10, 0, 0)
	before := quarter.Start().Sub(start) / time.Duration(all-inQuarter)
	within := quarter.End().Sub(quarter.Start()) / time.Duration(inQuarter+1)
	var batch []store.Accepted
	at := start
	rules := match.Rules{Window: 30 * 24 * time.Hour, Zone: zone}
	for i := range all {
		if i < all-inQuarter {
			at = at.Add(before)
		} else {
			at = at.Add(within)
		}
		if batch = append(batch, generated(i, at, random)); len(batch) < growBatch && i < all-1 {
			continue
		}
		if _, err := s.Accept(ctx, batch); err != nil {
			return err
		}
		batch = batch[:0]
		if _, err := s.Match(ctx, rules, growBatch); err != nil {
			return err
		}
	}
	return nil
}

func parseShare(share string) (inQuarter, all int, err error) {
	first, second, _ := strings.Cut(share, "/")
	if inQuarter, err = strconv.Atoi(first); err != nil {
		return 0, 0, err
	}
	all, err = strconv.Atoi(second)
	return inQuarter, all, err
}

// generated is one message: three of four are reports of one address out of a million.
func generated(i int, at time.Time, random *rand.Rand) store.Accepted {
	raw := fmt.Appendf(nil, "Subject: %d\n\n%d\n", i, random.Uint64())
	text := fmt.Sprintf("報告 %d 不正アクセス site%d.example.net phishing 銀行 word%d", i, random.IntN(100_000), random.IntN(5_000))
	m := match.Message{Received: at, MessageID: fmt.Sprintf("<%d@bench>", i), Content: strconv.Itoa(i), Kind: desk.KindReport,
		People: []string{fmt.Sprintf("r%d@example.org", random.IntN(20_000))}, TLD: "org", Confirmed: true}
	switch i % 4 {
	case 0:
		m.Kind = desk.KindSpam
	default:
		m.Tellings = []desk.Telling{{Address: fmt.Sprintf("61.%d.%d.%d", random.IntN(16), random.IntN(250), random.IntN(250)),
			Class: []desk.Class{desk.ScanPort, desk.PhishingSite, desk.MalwareSite}[random.IntN(3)], Proto: "tcp", Port: 22, Weight: 1}}
	}
	return store.Accepted{SHA256: sha256.Sum256(raw), Raw: raw, Received: at, ReceivedFrom: desk.ReceivedFromHeader, Source: "bench",
		Reading: &desk.Reading{Subject: text, Kind: m.Kind}, SearchText: text, Match: m}
}

// questions are searched for: a rare word, common ones, two of them, an address, and two characters of Japanese.
var questions = []string{"site77.example.net", "phishing", "銀行", "不正アクセス word77", `"phishing 銀行"`, "行", "nothing"}

// ask times figures and searches, the best and the worst of several runs.
func ask(ctx context.Context, db, _ string) error {
	s, err := store.Open(ctx, db, store.Options{})
	if err != nil {
		return err
	}
	defer s.Close()
	err = timed("  figures of the quarter", func() error {
		facts, err := s.Facts(ctx, quarter)
		if err != nil {
			return err
		}
		if f := count.Count(quarter, count.Address2008, facts); f.Counters.Messages == 0 || len(f.Broken()) > 0 {
			return fmt.Errorf("the figures are wrong: %+v", f.Counters)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, question := range questions {
		err := timed("  search "+question, func() error {
			_, err := s.Search(ctx, question, 50, store.Key{})
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func timed(label string, do func() error) error {
	const runs = 5
	var best, worst time.Duration
	for i := range runs {
		began := time.Now()
		if err := do(); err != nil {
			return fmt.Errorf("%s: %w", label, err)
		}
		took := time.Since(began)
		if i == 0 || took < best {
			best = took
		}
		worst = max(worst, took)
	}
	fmt.Printf("%-44s best %7.1f ms, worst of %d %7.1f ms\n", label, float64(best.Microseconds())/1000, runs, float64(worst.Microseconds())/1000)
	return nil
}
