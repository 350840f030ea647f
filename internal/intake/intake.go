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
	done := make(chan kept, workers*4)
	room := newRoom()
	group.Go(func() error {
		defer close(found)
		w := walker{importer: im, room: room, found: found, result: &result}
		return w.walk(ctx, paths)
	})
	readers, readCtx := errgroup.WithContext(ctx)
	for range workers {
		readers.Go(func() error { return im.readNew(readCtx, room, found, done) })
	}
	group.Go(func() error {
		defer close(done)
		return readers.Wait()
	})
	batches := make(chan batch)
	group.Go(func() error {
		defer close(batches)
		return collect(ctx, done, batches)
	})
	added := 0
	group.Go(func() (err error) {
		added, err = im.keep(ctx, room, batches)
		return err
	})
	err := group.Wait()
	result.Added = added
	return result, err
}

// walker finds the messages under the paths and passes on those that the store does not have.
type walker struct {
	importer *Importer
	room     room
	found    chan<- fresh
	result   *Result

	chunk []fresh // not yet asked about
	size  int     // their bytes
}

func (w *walker) walk(ctx context.Context, paths []string) error {
	for _, path := range paths {
		for source, err := range mail.OpenPath(path) {
			if err != nil {
				w.result.Failed++
				if w.importer.Unreadable != nil {
					w.importer.Unreadable(path, err)
				}
				continue
			}
			w.result.Seen++
			if err := w.take(ctx, source); err != nil {
				return err
			}
		}
	}
	return w.ask(ctx)
}

// take takes a message in, and waits until there is room for another one.
func (w *walker) take(ctx context.Context, source mail.Source) error {
	if !w.room.enterNow(len(source.Raw)) {
		if err := w.ask(ctx); err != nil { // for the chunk takes room too
			return err
		}
		if err := w.room.enter(ctx, len(source.Raw)); err != nil {
			return err
		}
	}
	tidy(len(source.Raw))
	w.chunk = append(w.chunk, fresh{source, sha256.Sum256(source.Raw)})
	w.size += len(source.Raw)
	if len(w.chunk) < newChunk && w.size < chunkBytes {
		return nil
	}
	if err := w.ask(ctx); err != nil {
		return err
	}
	return w.room.wait(ctx)
}

// ask asks the store which messages of the chunk it has, and passes on the others.
func (w *walker) ask(ctx context.Context) error {
	sums := make([][sha256.Size]byte, len(w.chunk))
	for i, each := range w.chunk {
		sums[i] = each.sum
	}
	have, err := w.importer.Store.Have(ctx, sums)
	if err != nil {
		return err
	}
	for _, each := range w.chunk {
		if have[each.sum] {
			w.room.leave(len(each.source.Raw))
			continue
		}
		have[each.sum] = true
		select {
		case w.found <- each:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	clear(w.chunk) // lets go of their bytes
	w.chunk, w.size = w.chunk[:0], 0
	return nil
}

// kept is a message that was read, and how much room it still takes: a long one is held until it is written.
type kept struct {
	store.Packed
	held int // bytes
}

// readNew reads and packs messages until there are none left.
func (im *Importer) readNew(ctx context.Context, room room, found <-chan fresh, done chan<- kept) error {
	for each := range found {
		packed, err := im.readOne(each)
		if err != nil {
			return fmt.Errorf("%s: %w", each.source.Path, err)
		}
		tidy(len(each.source.Raw))
		message := kept{Packed: packed}
		if packed.HoldsRaw() {
			message.held = len(each.source.Raw)
		} else {
			room.leave(len(each.source.Raw))
		}
		select {
		case done <- message:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

func (im *Importer) readOne(each fresh) (store.Packed, error) {
	reading := im.Reader.Read(each.source.Raw, read.Envelope{MboxFrom: each.source.MboxFrom, Now: im.Now()})
	accepted := store.Accepted{
		SHA256: each.sum, Raw: each.source.Raw, Received: *reading.Received, ReceivedFrom: reading.ReceivedFrom,
		Source: each.source.Path, Reading: reading, SearchText: read.SearchText(reading), Match: ToMatch(reading),
	}
	accepted.Match.Confirmed = im.Policy.Auto && reading.Class.Confidence >= im.Policy.Threshold
	return store.Pack(accepted)
}

// batch is what is written in one transaction.
type batch struct {
	messages []store.Packed
	size     int   // bytes
	held     []int // bytes of each message that takes room
}

// full tells whether the batch is to be written. One that takes room is, else the walk might wait for it forever.
func (b *batch) full() bool {
	return len(b.messages) >= batchMessages || b.size >= batchBytes || len(b.held) > 0
}

// collect makes batches of what was read. Of an import that was broken off it drops the last one.
func collect(ctx context.Context, done <-chan kept, batches chan<- batch) error {
	var next batch
	pass := func() error {
		select {
		case batches <- next:
		case <-ctx.Done():
			return ctx.Err()
		}
		next = batch{}
		return nil
	}
	for each := range done {
		next.messages = append(next.messages, each.Packed)
		next.size += each.Size()
		if each.held > 0 {
			next.held = append(next.held, each.held)
		}
		if !next.full() {
			continue
		}
		if err := pass(); err != nil {
			return err
		}
	}
	if len(next.messages) == 0 {
		return nil
	}
	return pass()
}

// keep writes batch by batch, each in one transaction.
func (im *Importer) keep(ctx context.Context, room room, batches <-chan batch) (added int, err error) {
	for each := range batches {
		n, err := im.Store.Add(ctx, each.messages)
		if err != nil {
			return added, err
		}
		for _, held := range each.held {
			tidy(held)
			room.leave(held)
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
	m.Forged = reading.Auth.Forged()
	if reading.Kind == desk.KindOutbound {
		m.Mentions, m.Class = mentions(reading), reading.Class.Class
	}
	return m
}
