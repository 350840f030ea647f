package app

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"slices"
	"strings"
	"time"

	"todoke/internal/api"
	"todoke/internal/config"
	"todoke/internal/form"
	"todoke/internal/intake"
	"todoke/internal/mailauth"
	"todoke/internal/notify"
	"todoke/internal/publish"
	"todoke/internal/read"
	"todoke/internal/site"
	"todoke/internal/smtpd"
	"todoke/internal/store"
)

// builder puts a house together from the settings.
type builder struct {
	env    *env
	config config.Config
	store  *store.Store
	log    *slog.Logger
	reader *read.Reader
	inbox  *intake.Inbox
	keys   *keyring // nil where no key_file is set
	house  *house
	gauges *gauges
}

// newHouse makes all that serve needs; nothing is open yet.
func newHouse(e *env, c config.Config, s *store.Store, log *slog.Logger) (*house, error) {
	c.FaxGateways = append(c.FaxGateways, formSender(c)) // a form without a reply address has no reporter's mail domain
	reader, err := newReader(c)
	if err != nil {
		return nil, err
	}
	if len(c.Addresses) == 1 && c.Addresses[0] == config.Default().Addresses[0] {
		log.Warn("the desk's address is an example; write [[address]] with mail and for into the settings", "address", c.From())
	}
	b := &builder{
		env: e, config: c, store: s, log: log, reader: reader, inbox: intake.NewInbox(s, c.MaxBytes()),
		house: &house{log: log}, gauges: newGauges(),
	}
	if b.keys, err = openKeys(e.ctx, c, s, e.now); err != nil {
		return nil, err
	}
	b.house.inbox = b.inbox.Run
	b.gauges.inbox(b.inbox)
	b.pump()
	for _, build := range []func() error{b.lmtp, b.smtp, b.mailboxes, b.public, b.desk} {
		if err := build(); err != nil {
			return nil, err
		}
	}
	return b.house, nil
}

// pump adds the workers behind the inbox: reading and matching, answering, sending.
func (b *builder) pump() {
	matched := make(chan struct{}, 1)
	pump := &intake.Pump{
		Store: b.store, Reader: b.reader, Rules: rules(b.config), Policy: intake.Policy{Auto: b.config.Policy == "auto", Threshold: b.config.AutoThreshold},
		Authenticate: b.authenticator(), Own: b.own, MaxTold: b.config.IncidentsADay, Zone: b.config.Location(), Now: b.env.now, Log: b.log,
		Wake: b.inbox.Kept(), Matched: matched,
	}
	b.gauges.pump(pump)
	b.house.workers = append(b.house.workers, pump.Run)
	if b.keys != nil {
		pump.Covers = b.keys
		b.house.workers = append(b.house.workers, b.keys.watch(pump, b))
	}
	answerer := &notify.Answerer{
		Store: b.store, Reader: b.reader, Own: b.unanswered, Takes: b.takes, From: b.config.From(), DeskName: b.deskName, TokenFor: b.config.TokenFor(), Now: b.env.now, Log: b.log,
		Limits: notify.Limits{Person: b.config.AnswersADay, Domain: 10 * b.config.AnswersADay, Proven: b.config.AnswerProven},
	}
	if b.keys != nil {
		answerer.Seal = b.keys.letter
	}
	answered := make(chan struct{}, 1)
	if b.config.Relay == "" {
		return // nothing leaves the house; what is to be answered waits
	}
	outbox := &notify.Outbox{Store: b.store, Relay: notify.SMTPRelay{Address: b.config.Relay, Name: b.config.Hostname, Time: time.Minute}, Now: b.env.now, Log: b.log}
	b.gauges.outbox(outbox)
	b.house.workers = append(b.house.workers, b.repeat("answering", answerer.Once, matched, answered), b.repeat("sending", outbox.Once, answered, nil))
}

// patience is how often a worker looks whether there is something to do that nobody told it of.
const patience = time.Second

// repeat makes a worker of a step: it goes on while there is something to do, and else waits to be told.
func (b *builder) repeat(what string, once func(context.Context) (int, error), wake <-chan struct{}, done chan<- struct{}) worker {
	return func(ctx context.Context) {
		tick := time.NewTicker(patience)
		defer tick.Stop()
		for ctx.Err() == nil {
			n, err := once(ctx)
			if err != nil && ctx.Err() == nil {
				b.log.Error(what+" failed; trying again", "error", err)
			}
			if n > 0 && done != nil {
				select {
				case done <- struct{}{}:
				default:
				}
			}
			if n > 0 && err == nil {
				continue
			}
			select {
			case <-wake:
			case <-tick.C:
			case <-ctx.Done():
			}
		}
	}
}

func (b *builder) deskName(language string) string {
	if language == "ja" {
		return b.config.DeskNameJA
	}
	return b.config.DeskNameEN
}

// own tells whether a mail address is ours: one that takes mail in, or one of own_addresses.
func (b *builder) own(address string) bool {
	_, domain, _ := strings.Cut(address, "@")
	for _, each := range b.config.Addresses {
		if strings.EqualFold(each.Mail, address) {
			return true
		}
	}
	for _, each := range b.config.OwnAddresses {
		if strings.EqualFold(each, address) || strings.EqualFold(each, "@"+domain) {
			return true
		}
	}
	return false
}

// unanswered tells whether an address gets no answer: one of ours, or the one in whose name forms without an address come.
func (b *builder) unanswered(address string) bool {
	return b.own(address) || strings.EqualFold(address, formSender(b.config))
}

// takes tells whether an address is one of ours that take mail in.
func (b *builder) takes(address string) bool { return b.recipient(address) == smtpd.Accept }

// recipient says whether mail for an address is taken in: for ours that take mail, with or without a detail behind a plus.
func (b *builder) recipient(address string) smtpd.Verdict {
	local, domain, _ := strings.Cut(strings.ToLower(address), "@")
	if local == "postmaster" {
		return smtpd.Accept
	}
	name, _, _ := strings.Cut(local, "+")
	for _, each := range b.config.Addresses {
		if strings.EqualFold(each.Mail, name+"@"+domain) {
			return smtpd.Accept
		}
	}
	return smtpd.Unknown
}

// authenticator finds out who sent a mail.
func (b *builder) authenticator() func(context.Context, *store.WaitingDelivery) intake.Sender {
	settings := mailauth.Default()
	settings.TrustedIDs, settings.TrustedSealers, settings.Now = b.config.TrustedAuthserv, b.config.TrustedSealers, b.env.now
	settings.Relays = append(settings.Relays, prefixes(b.config.Relays)...)
	switch b.config.Resolver {
	case "none":
	case "":
		settings.Resolver = net.DefaultResolver
	default:
		settings.Resolver = &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, b.config.Resolver)
		}}
	}
	return func(ctx context.Context, d *store.WaitingDelivery) intake.Sender {
		envelope := mailauth.Envelope{Helo: d.Envelope.Helo, From: d.Envelope.From, Received: d.Received}
		envelope.IP, _ = netip.ParseAddr(d.Envelope.Remote)
		switch d.Envelope.Door {
		case "lmtp", "imap":
			envelope.Inside = true
		case "form", "api":
			return intake.Sender{} // they say who they are in other ways
		}
		results := mailauth.Check(ctx, d.Raw, envelope, settings)
		verdicts := results.Desk()
		return intake.Sender{Auth: &verdicts, Trusted: results.Trusted()}
	}
}

// prefixes are networks; a single address is a network of one. They have been validated.
func prefixes(networks []string) []netip.Prefix {
	var list []netip.Prefix
	for _, each := range networks {
		if address, err := netip.ParseAddr(each); err == nil {
			list = append(list, netip.PrefixFrom(address, address.BitLen()))
		} else if prefix, err := netip.ParsePrefix(each); err == nil {
			list = append(list, prefix)
		}
	}
	return list
}

// mailDoor is a server of LMTP or SMTP.
type mailDoor struct {
	*smtpd.Server
	name, address string
}

func (d mailDoor) Where() string { return d.name + " " + d.address }

func (b *builder) lmtp() error {
	if b.config.LMTP == "" {
		return nil
	}
	settings := smtpd.DefaultLMTP()
	settings.Address = b.config.LMTP
	return b.mailDoor("lmtp", settings)
}

func (b *builder) smtp() error {
	if b.config.SMTP == "" {
		return nil
	}
	settings := smtpd.DefaultSMTP()
	settings.Address = b.config.SMTP
	if b.config.TLSCert != "" {
		pair, err := tls.LoadX509KeyPair(b.config.TLSCert, b.config.TLSKey)
		if err != nil {
			return usage("tls_cert, tls_key: %w", err)
		}
		settings.TLS = &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}
		settings.Auth = b.login
	}
	return b.mailDoor("smtp", settings)
}

func (b *builder) mailDoor(name string, settings smtpd.Config) error {
	settings.Domain, settings.MaxBytes, settings.Recipients = b.config.Hostname, b.config.MaxBytes(), b.recipient
	server, err := smtpd.New(settings, b.inbox, b.env.now, b.log.With("door", name))
	if err != nil {
		return usage("%s: %w", name, err)
	}
	b.gauges.mail(name, server)
	b.house.doors = append(b.house.doors, mailDoor{server, name, settings.Address})
	return nil
}

// login lets a program in that has a credential: its name and secret are user and password.
func (b *builder) login(ctx context.Context, user, password string) error {
	credential, err := b.store.CheckCredential(ctx, password)
	switch {
	case errors.Is(err, store.ErrNotFound), err == nil && (credential.Name != user || !slices.Contains(credential.Scopes, scopeWrite)):
		return smtpd.ErrCredentials
	case err != nil:
		return err
	}
	return nil
}

// webDoor is a server of HTTP.
type webDoor struct {
	name, address string
	server        *http.Server
	listener      net.Listener
}

func (d *webDoor) Where() string { return d.name + " " + d.address }

func (d *webDoor) Listen() (err error) {
	network, address := "tcp", d.address
	if path, ok := strings.CutPrefix(d.address, "unix:"); ok {
		network, address = "unix", path
		if err := removeSocket(path); err != nil {
			return err
		}
	}
	if d.listener, err = net.Listen(network, address); err != nil || network != "unix" {
		return err
	}
	return os.Chmod(address, 0o660)
}

// removeSocket takes away the socket that a killed server left; what is no socket, or is answered, stays.
func removeSocket(path string) error {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if info.Mode().Type() != fs.ModeSocket {
		return fmt.Errorf("%s is there and is no socket; name another", path)
	}
	if conn, err := net.Dial("unix", path); err == nil {
		conn.Close()
		return fmt.Errorf("another server answers at %s", path)
	}
	return os.Remove(path)
}

func (d *webDoor) Serve() error {
	if err := d.server.Serve(d.listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func (d *webDoor) Shutdown(ctx context.Context) error { return d.server.Shutdown(ctx) }

// formSender is who a form without a reply address comes from: an address of nobody's, and none of ours.
func formSender(c config.Config) string { return "form@form." + c.Hostname + ".invalid" }

func (b *builder) public() error {
	if b.config.Public == "" {
		return nil
	}
	key, err := b.store.Secret(b.env.ctx, "form")
	if err != nil {
		return err
	}
	settings := form.Default()
	settings.NameJA, settings.NameEN, settings.URL, settings.Mail = b.config.DeskNameJA, b.config.DeskNameEN, b.config.PublicURL, b.config.From()
	settings.NoReply, settings.Key, settings.Zone = formSender(b.config), key, b.config.Zone
	settings.Proxies = prefixes(b.config.Proxies)
	if b.keys != nil {
		if ours, ok := b.keys.current().Current(); ok {
			public, err := b.keys.current().Export(ours.Fingerprint)
			if err != nil {
				return err
			}
			settings.PGP = form.PublicKey{Armored: public, Fingerprint: ours.Fingerprint, WKD: b.config.From()}
		}
	}
	handler, err := form.New(settings, b.inbox, statuses{b}, b.log.With("door", "form"), b.env.now)
	if err != nil {
		return usage("public: %w", err)
	}
	b.house.doors = append(b.house.doors, &webDoor{name: "public", address: b.config.Public, server: handler.Server()})
	return nil
}

// desk adds the door for the desk itself: its pages, health and metrics.
func (b *builder) desk() error {
	if b.config.Listen == "" {
		return nil
	}
	b.gauges.queue(func() (store.Queue, error) {
		ctx, cancel := context.WithTimeout(b.env.ctx, askTime)
		defer cancel()
		return b.store.Queue(ctx)
	})
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", b.ready)
	mux.Handle("GET /metrics", b.gauges)
	programs, err := b.api()
	if err != nil {
		return err
	}
	mux.Handle("/api/", programs)
	if onlyHere(b.config.Listen) {
		mux.Handle("/", fromHere(b.config.Listen, b.pages()))
	} else {
		b.log.Warn("the desk's pages show mail and ask nobody who looks: they answer on this machine only, and are left out here", "listen", b.config.Listen)
	}
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute}
	b.house.doors = append(b.house.doors, &webDoor{name: "desk", address: b.config.Listen, server: server})
	return nil
}

// api is the door for programs.
func (b *builder) api() (http.Handler, error) {
	settings := api.Default()
	settings.Mail, settings.NoReply, settings.Own, settings.MaxBytes = b.config.From(), formSender(b.config), b.own, b.config.MaxBytes()
	settings.Proxies = prefixes(b.config.Proxies)
	p := programs{b}
	return api.New(settings, b.inbox, p, p, p, b.log.With("door", "api"), b.env.now)
}

// pages are the report's pages, on which each figure opens its rows and each row its mail.
func (b *builder) pages() http.Handler {
	now := b.env.now().In(b.config.Location())
	first := fmt.Sprintf("%dQ%d", now.Year(), (int(now.Month())+2)/3)
	names := publish.Desk{NameJA: b.config.DeskNameJA, NameEN: b.config.DeskNameEN}
	source := &pages{env: b.env, config: b.config, store: b.store, reader: b.reader, desk: names, first: first}
	return site.New(source, b.log.With("door", "desk"), site.Zone(b.config.Location()))
}

// fromHere lets only those at the pages who asked this machine by its own name, and by nobody in between: a foreign page could have its own
// name lead here, and a proxy would open the pages to all.
func fromHere(address string, pages http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.Host)
		if err != nil {
			host = r.Host
		}
		ip, notIP := netip.ParseAddr(strings.Trim(host, "[]"))
		named := strings.HasPrefix(address, "unix:") || host == "localhost" || notIP == nil && ip.IsLoopback()
		if !named || r.Header.Get("X-Forwarded-For") != "" || r.Header.Get("Forwarded") != "" {
			http.Error(w, "the desk's pages answer on this machine only", http.StatusForbidden)
			return
		}
		pages.ServeHTTP(w, r)
	})
}

// onlyHere tells whether nobody but this machine's own programs can reach an address.
func onlyHere(address string) bool {
	if strings.HasPrefix(address, "unix:") {
		return true
	}
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// askTime is how long the database may take to say that it is there.
const askTime = 5 * time.Second

// ready says whether mail can be taken in: whether the database answers.
func (b *builder) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), askTime)
	defer cancel()
	if err := b.store.Ping(ctx); err != nil {
		http.Error(w, "the database does not answer", http.StatusServiceUnavailable)
		b.log.Error("not ready", "error", err)
		return
	}
	fmt.Fprintln(w, "ready")
}
