package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"todoke/internal/count"
	"todoke/internal/desk"
	"todoke/internal/match"
	"todoke/internal/store"
)

// The large store holds messages of ten years, the last quarter of which is counted.
var (
	zone    = time.FixedZone("Asia/Tokyo", 9*3600)
	quarter = desk.Period{Name: "2008Q1", First: time.Date(2008, 1, 1, 0, 0, 0, 0, zone), Last: time.Date(2008, 3, 31, 0, 0, 0, 0, zone)}
)

const (
	growBatch = 2000
	growText  = 400 // bytes of text of each message, which are indexed
)

// large measures figures and search in a large store, and what one more month costs in it and in an empty one. The month is
// April 2008, after all that is there.
func large(dir string, n sizes, db database, aims *aims) error {
	month := mailSet{name: "3 KB", dir: filepath.Join(dir, "month"), n: n.month, size: 3 << 10, seed: 3}
	if err := month.write(); err != nil {
		return err
	}
	url, err := db.next()
	if err != nil {
		return err
	}
	printHead(fmt.Sprintf("%s: a store of %d messages", db.name, n.large))
	if _, err := row(&db, "growing it, nothing read", n.large, "grow", url, "-", strconv.Itoa(n.period), strconv.Itoa(n.large)); err != nil {
		return err
	}
	if err := answers(db, url, n, aims); err != nil {
		return err
	}
	printHead(fmt.Sprintf("%s: one more month, %d mails of 3 KB", db.name, n.month))
	empty, err := rowInto(db, "import into an empty store", n.month, "import", month.dir)
	if err != nil {
		return err
	}
	full, err := row(&db, db.name+": import into the large store", n.month, "import", url, month.dir)
	if err != nil {
		return err
	}
	aims.add(db.name+": a month in the large store / in an empty one", (full.cpu+full.server).Seconds()/(empty.cpu+empty.server).Seconds(), 1.5, false, "CPU")
	return nil
}

// answers prints how long the figures and each search took in a process of their own.
func answers(db database, url string, n sizes, aims *aims) error {
	var said bytes.Buffer
	if _, err := measure(&db, &said, "ask", url, "-"); err != nil {
		return err
	}
	fmt.Printf("\n%-44s %9s %12s\n", fmt.Sprintf("%s: asked %d times", db.name, runs), "best ms", "worst ms")
	var slowest float64
	for line := range strings.Lines(said.String()) {
		var what string
		var best, worst float64
		if _, err := fmt.Sscanf(line, "%q %f %f", &what, &best, &worst); err != nil {
			return fmt.Errorf("reading %q: %w", line, err)
		}
		fmt.Printf("%-44s %9.1f %12.1f\n", what, best, worst)
		if what == figures {
			aims.add(fmt.Sprintf("%s: figures of a quarter of %d", db.name, n.period), worst, 1000, false, "ms")
		} else {
			slowest = max(slowest, worst)
		}
	}
	aims.add(db.name+": the slowest search", slowest, 100, false, "ms")
	return nil
}

// grow fills a store with generated readings.
func grow(ctx context.Context, db string, inQuarter, all int) error {
	s, err := store.Open(ctx, db, store.Options{Create: true})
	if err != nil {
		return err
	}
	defer s.Close()
	w := newWriter(5)
	at := quarter.Start().AddDate(-10, 0, 0)
	before := quarter.Start().Sub(at) / time.Duration(all-inQuarter+1)
	within := quarter.End().Sub(quarter.Start()) / time.Duration(inQuarter+1)
	rules := match.Rules{Window: 30 * 24 * time.Hour, Zone: zone}
	var batch []store.Accepted
	for i := range all {
		if i == all-inQuarter {
			at = quarter.Start()
		}
		if i < all-inQuarter {
			at = at.Add(before)
		} else {
			at = at.Add(within)
		}
		if batch = append(batch, w.generated(i, at)); len(batch) < growBatch && i < all-1 {
			continue
		}
		if _, err := s.Accept(ctx, batch); err != nil {
			return err
		}
		if _, err := s.Match(ctx, rules, len(batch)); err != nil {
			return err
		}
		batch = batch[:0]
	}
	return nil
}

// generated is one message: three of four are reports of one address, the rest is spam.
func (w *writer) generated(i int, at time.Time) store.Accepted {
	text := w.englishText(growText, at)
	if i%2 == 0 {
		text = w.japaneseText(growText)
	}
	raw := fmt.Appendf(nil, "Message-ID: <%d@bench>\n\n", i)
	m := match.Message{Received: at, MessageID: fmt.Sprintf("<%d@bench>", i), Content: strconv.Itoa(i), Kind: desk.KindSpam,
		People: []string{w.person()}, TLD: "org", Confirmed: true}
	if i%4 != 0 {
		m.Kind = desk.KindReport
		m.Tellings = []desk.Telling{{Address: w.address(), Class: [...]desk.Class{desk.ScanPort, desk.PhishingSite, desk.MalwareSite}[i%3],
			Proto: "tcp", Port: 22, Weight: 1}}
	}
	return store.Accepted{SHA256: sha256.Sum256(raw), Raw: raw, Received: at, ReceivedFrom: desk.ReceivedFromHeader, Source: "bench",
		Reading: &desk.Reading{Subject: text, Kind: m.Kind}, SearchText: text, Match: m}
}

// figures is what is asked beside searches.
const figures = "figures of the quarter"

const runs = 5

// questions are searched for: words that every second mail has, rare ones, a phrase, one and two characters of Japanese, an
// address often told of and one that nobody tells of, a part of an address, and what is nowhere.
func questions() []string {
	w := newWriter(5)
	return []string{"attacks", w.english.words[9_000], w.japanese.words[9_000], "attacks " + w.english.words[9_000], `"stop the attacks"`, "調", "調査",
		"不正なアクセス", "61.0.0.7", "61.9.250.251", "61.0.0.7 root", "61.9.250", "nowhere"}
}

// ask times figures and searches. Each line it prints is a quoted question, and the best and the worst of several runs in
// milliseconds.
func ask(ctx context.Context, db string) error {
	s, err := store.Open(ctx, db, store.Options{})
	if err != nil {
		return err
	}
	defer s.Close()
	err = timed(figures, func() error {
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
	for _, question := range questions() {
		err := timed("search for "+question, func() error {
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
	var times []time.Duration
	for range runs {
		began := time.Now()
		if err := do(); err != nil {
			return fmt.Errorf("%s: %w", label, err)
		}
		times = append(times, time.Since(began))
	}
	_, err := fmt.Printf("%q %f %f\n", label, slices.Min(times).Seconds()*1000, slices.Max(times).Seconds()*1000)
	return err
}
