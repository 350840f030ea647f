package smtpd

import (
	"context"
	"strings"
	"sync"
	"testing"

	"todoke/internal/desk"
)

// BenchmarkLMTP measures messages through a unix socket into an inbox that does nothing. One client waits for each answer; sixteen
// do so side by side.
func BenchmarkLMTP(b *testing.B) {
	for name, c := range map[string]struct{ clients, size int }{
		"1 client, 3 KB": {1, 3 << 10}, "16 clients, 3 KB": {16, 3 << 10}, "1 client, 50 MB": {1, 49 << 20},
	} {
		b.Run(name, func(b *testing.B) {
			address, _ := socket(b)
			p := start(b, &inbox{}, lmtp, func(cfg *Config) { cfg.Address = address })
			p.Server.inbox = nothing{}
			message := "Subject: a\r\n\r\n" + strings.Repeat(strings.Repeat("x", 62)+"\r\n", c.size/64) + ".\r\n"
			b.SetBytes(int64(len(message)))
			b.ReportAllocs()
			work := make(chan struct{})
			var clients sync.WaitGroup
			for range c.clients {
				clients.Go(func() {
					client := p.greeted(b)
					for range work {
						client.do("MAIL FROM:<a@isp.example>", "250")
						client.do("RCPT TO:<report@desk.example>", "250")
						client.do("DATA", "354")
						client.send(message)
						client.expect("250")
					}
				})
			}
			b.ResetTimer()
			for range b.N {
				work <- struct{}{}
			}
			close(work)
			clients.Wait()
		})
	}
}

type nothing struct{}

func (nothing) Deposit(context.Context, *desk.Delivery) (desk.Receipt, error) {
	return desk.Receipt{}, nil
}
