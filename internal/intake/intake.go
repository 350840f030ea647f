// Package intake takes messages into the store: from files it finds what is new, reads it with
// several workers, and has the store keep and match it.
//
// An import has two phases. In the first each new message is read and kept, in any order. In the second all that is kept
// and not yet matched is matched in order of receipt. A process that is killed in either phase loses nothing: started
// again it goes on, and the result is that of an import that was never interrupted.
package intake

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"runtime"
	"time"

	"golang.org/x/sync/errgroup"

	"todoke/internal/desk"
	"todoke/internal/mail"
	"todoke/internal/match"
	"todoke/internal/read"
	"todoke/internal/store"
)

// Importer imports messages from files.
type Importer struct {
	Store      *store.Store
	Reader     *read.Reader
	Rules      match.Rules
	Policy     Policy
	Workers    int                          // readers at work at once; 0 for one a processor
	Now        func() time.Time             // the clock that stands in for a time of receipt, and that no time may be later than
	Progress   func(Progress)               // called now and then, nil for nobody
	Unreadable func(path string, err error) // called for each file that cannot be opened, nil for nobody
}

// Policy says which proposals are accepted without a handler.
type Policy struct {
	Auto      bool    // accept what is proposed with at least Threshold of confidence; else all waits for a handler
	Threshold float64 // 0 to 1
}

// Progress tells how far an import is.
type Progress struct {
	Phase   Phase
	Seen    int // messages found in the files
	Added   int // of them new
	Matched int
}

// Phase names the two phases of an import.
type Phase string

// The phases.
const (
	Reading  Phase = "reading"
	Matching Phase = "matching"
)

// Result is what an import did.
type Result struct {
	Seen, Added, Failed int
}

const (
	batchMessages = 1000
	batchBytes    = 4 << 20 // of packed messages in one transaction; three batches are held at once
	chunkBytes    = 4 << 20 // of files asked about at once
	matchBatch    = 1000
	newChunk      = 256 // files asked about at once
)

// Import reads all messages under the paths and matches what is not matched yet. A path that cannot be opened fails the
// import before anything is changed; a file inside a folder that cannot be read is told to Unreadable and counted.
func (im *Importer) Import(ctx context.Context, paths []string) (Result, error) {
	if err := CheckPaths(paths); err != nil {
		return Result{}, err
	}
	result, err := im.readAll(ctx, paths)
	if err != nil {
		return result, err
	}
	return result, im.matchAll(ctx, &result)
}

// CheckPaths tells whether all paths are there; the error names the one that is not.
func CheckPaths(paths []string) error {
	for _, path := range paths {
		if _, err := os.Stat(path); err != nil {
			return fmt.Errorf("%s cannot be opened; name a mail file, an mbox, a Maildir or a folder of them", path)
		}
	}
	return nil
}

// fresh is a message that the store does not have.
type fresh struct {
	source mail.Source
	sum    [sha256.Size]byte
}

// readAll is the first phase: one walker, several readers, one that makes batches of what they read, one writer. While the
// writer writes a batch, the readers fill the next.
func (im *Importer) readAll(ctx context.Context, paths []string) (Result, error) {
	workers := im.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	var result Result
	group, ctx := errgroup.WithContext(ctx)
	found := make(chan fresh, workers*4)
	done := make(chan store.Packed, workers*4)
	group.Go(func() error {
		defer close(found)
		return im.walk(ctx, paths, found, &result)
	})
	readers, readCtx := errgroup.WithContext(ctx)
	for range workers {
		readers.Go(func() error { return im.readNew(readCtx, found, done) })
	}
	group.Go(func() error {
		defer close(done)
		return readers.Wait()
	})
	batches := make(chan []store.Packed)
	group.Go(func() error {
		defer close(batches)
		return collect(ctx, done, batches)
	})
	added := 0
	group.Go(func() (err error) {
		added, err = im.keep(ctx, batches)
		return err
	})
	err := group.Wait()
	result.Added = added
	return result, err
}

// walk finds the messages under the paths and passes on those that the store does not have.
func (im *Importer) walk(ctx context.Context, paths []string, found chan<- fresh, result *Result) error {
	var chunk []fresh
	flush := func() error {
		sums := make([][sha256.Size]byte, len(chunk))
		for i, each := range chunk {
			sums[i] = each.sum
		}
		have, err := im.Store.Have(ctx, sums)
		if err != nil {
			return err
		}
		for _, each := range chunk {
			if have[each.sum] {
				continue
			}
			have[each.sum] = true
			select {
			case found <- each:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		clear(chunk) // lets go of their bytes
		chunk = chunk[:0]
		return nil
	}
	size := 0
	for _, path := range paths {
		for source, err := range mail.OpenPath(path) {
			if err != nil {
				result.Failed++
				if im.Unreadable != nil {
					im.Unreadable(path, err)
				}
				continue
			}
			result.Seen++
			size += len(source.Raw)
			chunk = append(chunk, fresh{source, sha256.Sum256(source.Raw)})
			if len(chunk) < newChunk && size < chunkBytes {
				continue
			}
			size = 0
			if err := flush(); err != nil {
				return err
			}
		}
	}
	return flush()
}

// readNew reads and packs messages until there are none left.
func (im *Importer) readNew(ctx context.Context, found <-chan fresh, done chan<- store.Packed) error {
	for each := range found {
		reading := im.Reader.Read(each.source.Raw, read.Envelope{MboxFrom: each.source.MboxFrom, Now: im.Now()})
		accepted := store.Accepted{
			SHA256: each.sum, Raw: each.source.Raw, Received: *reading.Received, ReceivedFrom: reading.ReceivedFrom,
			Source: each.source.Path, Reading: reading, SearchText: read.SearchText(reading), Match: ToMatch(reading),
		}
		accepted.Match.Confirmed = im.Policy.Auto && reading.Class.Confidence >= im.Policy.Threshold
		packed, err := store.Pack(accepted)
		if err != nil {
			return fmt.Errorf("%s: %w", each.source.Path, err)
		}
		select {
		case done <- packed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// collect makes batches of what was read. Of an import that was broken off it drops the last one.
func collect(ctx context.Context, done <-chan store.Packed, batches chan<- []store.Packed) error {
	var batch []store.Packed
	size := 0
	pass := func() error {
		select {
		case batches <- batch:
		case <-ctx.Done():
			return ctx.Err()
		}
		batch, size = nil, 0
		return nil
	}
	for each := range done {
		batch = append(batch, each)
		size += each.Size()
		if len(batch) < batchMessages && size < batchBytes {
			continue
		}
		if err := pass(); err != nil {
			return err
		}
	}
	if len(batch) == 0 {
		return nil
	}
	return pass()
}

// keep writes batch by batch, each in one transaction.
func (im *Importer) keep(ctx context.Context, batches <-chan []store.Packed) (added int, err error) {
	for batch := range batches {
		n, err := im.Store.Add(ctx, batch)
		if err != nil {
			return added, err
		}
		added += n
		im.progress(Progress{Phase: Reading, Added: added})
	}
	return added, nil
}

// matchAll is the second phase.
func (im *Importer) matchAll(ctx context.Context, result *Result) error {
	matched := 0
	for {
		n, err := im.Store.Match(ctx, im.Rules, matchBatch)
		if err != nil {
			return fmt.Errorf("matching: %w", err)
		}
		if n == 0 {
			return nil
		}
		matched += n
		im.progress(Progress{Phase: Matching, Added: result.Added, Matched: matched})
	}
}

func (im *Importer) progress(p Progress) {
	if im.Progress != nil {
		im.Progress(p)
	}
}

// ToMatch picks out of a reading what matching needs.
func ToMatch(reading *desk.Reading) match.Message {
	m := match.Message{
		Received: *reading.Received, MessageID: reading.MessageID, Content: reading.Content,
		Refs: refs(reading), Kind: reading.Kind, Notice: reading.Notice, People: people(reading),
		To: lower(append(append([]string{}, reading.To...), reading.Cc...)), TLD: reading.ReporterTLD,
		Numbers: reading.Numbers, Tellings: reading.Incidents, Withheld: reading.Withheld,
	}
	if reading.Kind == desk.KindOutbound {
		m.Mentions, m.Class = mentions(reading), reading.Class.Class
	}
	return m
}
