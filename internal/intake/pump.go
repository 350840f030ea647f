package intake

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"runtime"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"

	"todoke/internal/desk"
	"todoke/internal/match"
	"todoke/internal/read"
	"todoke/internal/store"
)

// Sender is what is known of who sent a delivery.
type Sender struct {
	Auth    *desk.AuthResults // kept with the message
	Trusted bool              // the address in From is shown to be the writer's
}

// Opened is a delivery with its covers taken away.
type Opened struct {
	Raw      []byte
	PGP      desk.PGP
	Wants    []string       // keys without which something stays closed
	Offered  []store.PGPKey // keys that it brought
	Problems []desk.Problem
}

// Covers take covers off mail, and put them on again for what is kept of it.
type Covers interface {
	// Open is false where a mail has no cover and brings no key.
	Open(raw []byte) (Opened, bool)
	// Opens tells whether a mail that wants these keys can be opened now.
	Opens(wants []string) bool
	// Seal encrypts what was read, for this place alone.
	Seal(plain, place []byte) []byte
}

// Pump turns deliveries into messages: it takes them off the queue, finds out who sent them, reads, registers and matches them.
// Any number of nodes may pump on one store; what a dead node was reading, another takes a minute later.
type Pump struct {
	Store        *store.Store
	Reader       *read.Reader
	Rules        match.Rules
	Policy       Policy
	Authenticate func(context.Context, *store.WaitingDelivery) Sender // nil: nobody is known
	Covers       Covers                                               // nil: encrypted mail stays closed
	Own          func(address string) bool                            // is this mail address ours?
	MaxTold      int                                                  // incidents that a sender who did not authenticate may propose a day; 0 for any number
	Zone         *time.Location                                       // in which a day begins
	Now          func() time.Time
	Log          *slog.Logger
	Wake         <-chan struct{} // told when there is something to read; deliveries of other nodes are looked for every second
	Matched      chan<- struct{} // told when messages were matched; nil for nobody

	counters PumpCounters
}

// PumpCounters count what a pump did.
type PumpCounters struct {
	Read, Held, GivenUp, Errors counter
}

// Counters are those of this pump.
func (p *Pump) Counters() *PumpCounters { return &p.counters }

const (
	claimDeliveries = 100
	claimBytes      = 16 << 20
	claimTime       = time.Minute // after which another node takes what this one was reading
	maxTries        = 3           // of reading a delivery that ends with the process; then it waits for a handler
	readAtOnce      = 16          // most of the time of finding out who sent a mail is waiting
	lookAround      = time.Second // how often deliveries of other nodes are looked for
	afterError      = 2 * time.Second
	waysGiven       = 3                     // how many times longer than reading a batch the doors may keep the pump waiting
	doorsQuiet      = 50 * time.Millisecond // after which doors are not busy
)

// Run pumps until the context ends. Trouble with the store is logged, and tried again.
func (p *Pump) Run(ctx context.Context) {
	tick := time.NewTicker(lookAround)
	defer tick.Stop()
	for ctx.Err() == nil {
		began := time.Now()
		n, err := p.Once(ctx)
		switch {
		case err != nil && ctx.Err() == nil:
			p.counters.Errors.add(1)
			p.Log.Error("deliveries cannot be read; trying again", "error", err)
			sleep(ctx, afterError)
		case n > 0:
			p.giveWay(ctx, time.Since(began))
			continue // there may be more
		}
		select {
		case <-p.Wake:
		case <-tick.C:
		case <-ctx.Done():
		}
	}
}

// giveWay leaves the store to the doors while they are busy, for some times as long as reading the last batch took: who brings mail
// waits for his answer until it is durable, and nobody waits for its reading.
func (p *Pump) giveWay(ctx context.Context, took time.Duration) {
	enough, quiet := time.NewTimer(waysGiven*took), time.NewTimer(doorsQuiet)
	defer enough.Stop()
	defer quiet.Stop()
	for {
		select {
		case <-p.Wake:
			quiet.Reset(doorsQuiet)
		case <-quiet.C:
			return
		case <-enough.C:
			return
		case <-ctx.Done():
			return
		}
	}
}

// sleep waits for the time or the end of the context.
func sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// Once reads what waits, up to a batch, and matches all that is read. It says how many deliveries it took.
func (p *Pump) Once(ctx context.Context) (int, error) {
	now := p.Now()
	until := now.Add(claimTime)
	claimed, err := p.Store.Claim(ctx, claimDeliveries, claimBytes, now, until)
	if err != nil {
		return 0, err
	}
	if len(claimed) > 0 {
		if err := p.register(ctx, claimed); err != nil {
			p.giveBack(ctx, claimed, until)
			return 0, err
		}
	}
	matched := 0
	for {
		n, err := p.Store.Match(ctx, p.Rules, matchBatch)
		if err != nil {
			return len(claimed), err
		}
		if matched += n; n < matchBatch {
			break
		}
	}
	if matched > 0 && p.Matched != nil {
		select {
		case p.Matched <- struct{}{}:
		default:
		}
	}
	return len(claimed), nil
}

// giveBack lets deliveries go that were not registered for a reason that was none of theirs: the store failed, or the program ends.
// Where the store fails at this too, another node takes them later.
func (p *Pump) giveBack(ctx context.Context, claimed []store.WaitingDelivery, until time.Time) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), afterError)
	defer cancel()
	ids := make([]int64, len(claimed))
	for i := range claimed {
		ids[i] = claimed[i].ID
	}
	if err := p.Store.GiveBack(ctx, ids, until); err != nil {
		p.Log.Error("deliveries that were not read are taken up again later", "error", err)
	}
}

// register reads a batch, each delivery by itself, and writes it in one transaction.
func (p *Pump) register(ctx context.Context, claimed []store.WaitingDelivery) error {
	size := 0
	for i := range claimed {
		size += len(claimed[i].Raw)
	}
	tidy(size)
	defer tidy(size)
	arrived := make([]*store.Arrived, len(claimed))
	workers, readCtx := errgroup.WithContext(ctx)
	workers.SetLimit(readAtOnce)
	processors := semaphore.NewWeighted(int64(runtime.GOMAXPROCS(0)))
	for i := range claimed {
		workers.Go(func() (err error) {
			arrived[i], err = p.read(readCtx, &claimed[i], processors)
			tidy(len(claimed[i].Raw))
			return err
		})
	}
	if err := workers.Wait(); err != nil {
		return err
	}
	var batch []store.Arrived
	told := map[string]int{}
	for i, each := range arrived {
		if each == nil {
			continue
		}
		held, err := p.hold(ctx, &claimed[i], each, told)
		if err != nil {
			return err
		}
		if !held {
			batch = append(batch, *each)
		}
	}
	if len(batch) == 0 {
		return nil
	}
	if err := p.keep(ctx, batch); err != nil {
		return err
	}
	p.counters.Read.add(len(batch))
	return nil
}

// keep writes a batch. One message that the store will not have must not keep the others out: where the batch fails, each is tried alone,
// and what fails while others get in waits for a handler. Where none gets in, the trouble is the store's.
func (p *Pump) keep(ctx context.Context, batch []store.Arrived) error {
	whole := p.Store.Register(ctx, batch)
	if whole == nil || ctx.Err() != nil || len(batch) == 1 {
		return whole
	}
	var bad []int64
	for i := range batch {
		if err := p.Store.Register(ctx, batch[i:i+1]); err != nil {
			p.Log.Error("a delivery cannot be kept as a message", "delivery", batch[i].Delivery, "error", err)
			bad = append(bad, batch[i].Delivery)
		}
	}
	if len(bad) == len(batch) {
		return whole
	}
	for _, delivery := range bad {
		p.counters.GivenUp.add(1)
		if err := p.Store.Hold(ctx, delivery, "it cannot be kept as a message"); err != nil {
			return err
		}
	}
	return nil
}

// read reads one delivery. One whose reading has ended the process before waits for a handler instead: nil. Any number may ask who the
// sender is, but only as many read as there are processors, for a door that wakes up to answer would have to queue behind all of them.
func (p *Pump) read(ctx context.Context, d *store.WaitingDelivery, processors *semaphore.Weighted) (*store.Arrived, error) {
	if d.Tries >= maxTries {
		p.counters.GivenUp.add(1)
		p.Log.Warn("a delivery waits for a handler: reading it ended the program several times", "delivery", d.ID)
		return nil, p.Store.Hold(ctx, d.ID, fmt.Sprintf("reading it came to no end %d times", d.Tries))
	}
	var sender Sender
	if p.Authenticate != nil {
		sender = p.Authenticate(ctx, d)
	}
	if err := processors.Acquire(ctx, 1); err != nil {
		return nil, err
	}
	defer processors.Release(1)
	return p.arrive(d, sender)
}

// arrive reads a delivery of a known sender, under its covers where they open.
func (p *Pump) arrive(d *store.WaitingDelivery, sender Sender) (*store.Arrived, error) {
	envelope := read.Envelope{Now: d.Received, Live: true, Auth: sender.Auth}
	var opened Opened
	covered := false
	if p.Covers != nil {
		opened, covered = p.Covers.Open(d.Raw)
	}
	if !covered {
		opened.Raw = d.Raw
	} else {
		envelope.PGP = &opened.PGP
	}
	inside := p.Reader.Read(opened.Raw, envelope)
	inside.Problems = append(inside.Problems, opened.Problems...)
	reading, sealed := inside, []byte(nil)
	if covered && opened.PGP.Encrypted {
		reading = p.Reader.Read(d.Raw, envelope)
		if len(opened.Wants) > 0 && len(reading.Incidents) == 0 {
			reading.Kind, reading.KindReasons = desk.KindUnreadable, []string{"encrypted to keys that are not here"}
		}
		if len(opened.Wants) == 0 {
			full, err := json.Marshal(inside)
			if err != nil {
				return nil, fmt.Errorf("encoding a reading: %w", err)
			}
			reading, sealed = read.Outside(inside, reading), p.Covers.Seal(full, SealedPlace(d.SHA256))
		}
	}
	accepted := store.Accepted{
		SHA256: d.SHA256, Raw: d.Raw, Received: d.Received, ReceivedFrom: reading.ReceivedFrom, Source: string(d.Envelope.Door),
		Reading: reading, SearchText: read.SearchText(reading), Match: ToMatch(reading),
	}
	accepted.Match.Tokens = Tokens(append(append([]string{}, d.Envelope.To...), accepted.Match.To...), p.Own)
	accepted.Match.Confirmed = p.Policy.Auto && reading.Class.Confidence >= p.Policy.Threshold
	packed, err := store.Pack(accepted)
	if err != nil {
		return nil, err
	}
	return &store.Arrived{
		Delivery: d.ID, Envelope: d.Envelope, Message: packed, Received: d.Received, Sender: senderOf(d, reading, sender.Trusted), Trusted: sender.Trusted,
		Told: len(reading.Incidents), Wants: opened.Wants, Sealed: sealed, Offered: opened.Offered,
	}, nil
}

// SealedPlace is where the reading of a message is sealed: it opens for no other.
func SealedPlace(sum [32]byte) []byte {
	return []byte("reading of message " + hex.EncodeToString(sum[:]))
}

// unproven marks a sender of whom nothing shows that it is the one it says, so that nobody uses up what another may tell in a day.
const unproven = "unproven:"

// senderOf is who a delivery counts for.
func senderOf(d *store.WaitingDelivery, reading *desk.Reading, trusted bool) string {
	if d.Envelope.User == "" && !trusted {
		return unproven + nameOf(d, reading)
	}
	return nameOf(d, reading)
}

func nameOf(d *store.WaitingDelivery, reading *desk.Reading) string {
	for _, who := range []string{d.Envelope.User, reading.From.Address, d.Envelope.From, d.Envelope.Remote} {
		if who != "" {
			return strings.ToLower(who)
		}
	}
	return ""
}

// hold lets a delivery wait for a handler whose sender has proposed too much today. told counts what the batch proposes before it.
func (p *Pump) hold(ctx context.Context, d *store.WaitingDelivery, a *store.Arrived, told map[string]int) (bool, error) {
	if p.MaxTold == 0 || d.Released || a.Told == 0 || a.Envelope.User != "" {
		return false, nil
	}
	if _, known := told[a.Sender]; !known {
		at := a.Received.In(p.Zone)
		today := time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, p.Zone)
		n, err := p.Store.ToldSince(ctx, a.Sender, today)
		if err != nil {
			return false, err
		}
		told[a.Sender] = n
	}
	if told[a.Sender]+a.Told <= p.MaxTold {
		told[a.Sender] += a.Told
		return false, nil
	}
	p.counters.Held.add(1)
	why := fmt.Sprintf("it proposes %d incidents, and its sender, who did not authenticate, has proposed %d of %d today", a.Told, told[a.Sender], p.MaxTold)
	return true, p.Store.Hold(ctx, d.ID, why)
}

// tokenLength is that of a reply token: 128 random bits in base32 without padding.
const tokenLength = 26

// Tokens are the digests of the secrets that our addresses among the recipients carry behind a plus (RFC 5233): report+SECRET@….
func Tokens(recipients []string, own func(string) bool) []string {
	var digests []string
	for _, recipient := range recipients {
		local, domain, ok := strings.Cut(strings.ToLower(recipient), "@")
		name, detail, plus := strings.Cut(local, "+")
		if !ok || !plus || len(detail) != tokenLength || own == nil || !own(name+"@"+domain) {
			continue
		}
		sum := sha256.Sum256([]byte(detail))
		digests = append(digests, hex.EncodeToString(sum[:]))
	}
	return digests
}
