package smtpd

import "sync/atomic"

// Stats is what a server has done since it was made. Numbers of events, but where it says otherwise.
type Stats struct {
	Open          int64 // connections that are open now
	BytesUnderway int64 // of messages that are being received now
	Connections   int64
	Refused       int64 // connections over a limit
	TimedOut      int64 // connections closed because the client was too slow
	Messages      int64 // answered by 250
	Known         int64 // of these, messages whose bytes were here before
	Bytes         int64 // of these, without our Received field
	Later         int64 // messages that the inbox could not take: 451
	Full          int64 // messages for which there was no memory: 452
	TooLarge      int64 // messages over the size: 552
	Loops         int64 // messages with too many Received fields: 554
	Unknown       int64 // recipients that are not ours: 550
	TooMany       int64 // recipients over the limit: 452
	RateLimited   int64 // messages over a client's rate: 450
	LoginFailures int64
}

// counters are the events behind Stats.
type counters struct {
	connections, refused, timedOut, messages, known, bytes, later, full     atomic.Int64
	tooLarge, loops, unknown, tooMany, rateLimited, loginFailures, underway atomic.Int64
}

func (c *counters) stats() Stats {
	return Stats{
		BytesUnderway: c.underway.Load(),
		Connections:   c.connections.Load(),
		Refused:       c.refused.Load(),
		TimedOut:      c.timedOut.Load(),
		Messages:      c.messages.Load(),
		Known:         c.known.Load(),
		Bytes:         c.bytes.Load(),
		Later:         c.later.Load(),
		Full:          c.full.Load(),
		TooLarge:      c.tooLarge.Load(),
		Loops:         c.loops.Load(),
		Unknown:       c.unknown.Load(),
		TooMany:       c.tooMany.Load(),
		RateLimited:   c.rateLimited.Load(),
		LoginFailures: c.loginFailures.Load(),
	}
}
