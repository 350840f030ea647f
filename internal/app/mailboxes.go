package app

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"os"
	"time"

	"todoke/internal/config"
	"todoke/internal/mailbox"
)

// mailboxes adds a worker for each mailbox that is looked into.
func (b *builder) mailboxes() error {
	for _, each := range b.config.IMAP {
		settings, err := b.mailbox(each)
		if err != nil {
			return err
		}
		log := b.log.With("door", "imap", "server", each.Address)
		collector, err := mailbox.New(settings, b.inbox, mailbox.Clock{Now: b.env.now, After: time.After}, log)
		if err != nil {
			return usage("imap %s: %w", each.Address, err)
		}
		b.gauges.mailbox(each.Address, collector)
		b.house.workers = append(b.house.workers, collector.Run)
	}
	return nil
}

func (b *builder) mailbox(box config.Mailbox) (mailbox.Config, error) {
	settings := mailbox.Default()
	settings.Address, settings.User, settings.MaxBytes = box.Address, box.User, b.config.MaxBytes()
	settings.Password = func(context.Context) (string, error) { return secretFile(box.PasswordFile) }
	if _, err := secretFile(box.PasswordFile); err != nil {
		return settings, err
	}
	if box.TLS != "" {
		settings.Security = mailbox.Security(box.TLS)
	}
	if box.Folder != "" {
		settings.Folder = box.Folder
	}
	if box.Done != "" {
		settings.Done = box.Done
	}
	if box.PollSeconds > 0 {
		settings.Poll = time.Duration(box.PollSeconds) * time.Second
	}
	if box.CAFile == "" {
		return settings, nil
	}
	pem, err := os.ReadFile(box.CAFile)
	if err != nil {
		return settings, usage("imap %s: ca_file: %w", box.Address, err)
	}
	authorities := x509.NewCertPool()
	if !authorities.AppendCertsFromPEM(pem) {
		return settings, usage("imap %s: ca_file: %s holds no certificate (PEM)", box.Address, box.CAFile)
	}
	settings.TLSConfig = &tls.Config{RootCAs: authorities, MinVersion: tls.VersionTLS12}
	return settings, nil
}
