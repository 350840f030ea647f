package app

import (
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/VictoriaMetrics/metrics"

	"todoke/internal/intake"
	"todoke/internal/mailbox"
	"todoke/internal/notify"
	"todoke/internal/smtpd"
	"todoke/internal/store"
)

// gauges shows what the parts of the house have counted, in the text format of Prometheus. Names and labels hold nothing of any mail.
type gauges struct{ parts []func(io.Writer) }

func newGauges() *gauges { return &gauges{} }

func (g *gauges) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	for _, part := range g.parts {
		part(w)
	}
	metrics.WriteProcessMetrics(w)
}

func (g *gauges) add(part func(io.Writer)) { g.parts = append(g.parts, part) }

// total writes one number that only grows, with labels as pairs of name and value.
func total(w io.Writer, name string, n int64, labels ...string) {
	metrics.WriteCounterUint64(w, series(name, labels), uint64(max(0, n)))
}

func level(w io.Writer, name string, n int64, labels ...string) {
	metrics.WriteGaugeUint64(w, series(name, labels), uint64(max(0, n)))
}

func series(name string, labels []string) string {
	var pairs []string
	for i := 0; i+1 < len(labels); i += 2 {
		pairs = append(pairs, fmt.Sprintf("%s=%q", labels[i], labels[i+1]))
	}
	return "todoke_" + name + "{" + strings.Join(pairs, ",") + "}"
}

func (g *gauges) inbox(in *intake.Inbox) {
	c := in.Counters()
	g.add(func(w io.Writer) {
		const name = "deliveries_total"
		total(w, name, c.Kept.Value(), "outcome", "kept")
		total(w, name, c.Known.Value(), "outcome", "known")
		total(w, name, c.Refused.Value(), "outcome", "too_large")
		total(w, name, c.Failed.Value(), "outcome", "failed")
	})
}

func (g *gauges) pump(p *intake.Pump) {
	c := p.Counters()
	g.add(func(w io.Writer) {
		const name = "readings_total"
		total(w, name, c.Read.Value(), "outcome", "read")
		total(w, name, c.Held.Value(), "outcome", "held")
		total(w, name, c.GivenUp.Value(), "outcome", "given_up")
		total(w, name, c.Errors.Value(), "outcome", "error")
	})
}

func (g *gauges) outbox(o *notify.Outbox) {
	g.add(func(w io.Writer) {
		const name = "letters_total"
		total(w, name, o.Sent(), "outcome", "sent")
		total(w, name, o.Postponed(), "outcome", "postponed")
		total(w, name, o.Refused(), "outcome", "refused")
	})
}

func (g *gauges) mail(door string, server *smtpd.Server) {
	g.add(func(w io.Writer) {
		s := server.Stats()
		level(w, "connections_open", s.Open, "door", door)
		total(w, "door_refused_connections_total", s.Refused, "door", door)
		total(w, "door_unknown_recipients_total", s.Unknown, "door", door)
		const name = "door_messages_total"
		total(w, name, s.Messages, "door", door, "outcome", "taken")
		total(w, name, s.Later+s.Full, "door", door, "outcome", "later")
		total(w, name, s.TooLarge, "door", door, "outcome", "too_large")
		total(w, name, s.Loops, "door", door, "outcome", "loop")
		total(w, name, s.RateLimited, "door", door, "outcome", "rate_limited")
	})
}

func (g *gauges) mailbox(server string, collector *mailbox.Collector) {
	g.add(func(w io.Writer) {
		s := collector.Stats()
		connected := int64(0)
		if s.Connected {
			connected = 1
		}
		level(w, "imap_connected", connected, "server", server)
		total(w, "imap_messages_total", s.Messages, "server", server)
		total(w, "imap_failures_total", s.Failures, "server", server)
	})
}

// queue shows how much waits at each step, as a look at the store tells. Where the store does not answer, nothing is shown of it.
func (g *gauges) queue(look func() (store.Queue, error)) {
	g.add(func(w io.Writer) {
		waiting, err := look()
		if err != nil {
			return
		}
		const name = "waiting"
		level(w, name, int64(waiting.Unread), "step", "reading")
		level(w, name, int64(waiting.Held), "step", "handler")
		level(w, name, int64(waiting.Unmatched), "step", "matching")
		level(w, name, int64(waiting.Unanswered), "step", "answering")
		level(w, name, int64(waiting.Outgoing), "step", "sending")
	})
}
