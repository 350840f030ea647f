package app

import (
	"context"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"todoke/internal/config"
	"todoke/internal/intake"
	"todoke/internal/notify"
	"todoke/internal/pgp"
	"todoke/internal/smime"
	"todoke/internal/store"
)

// keyring is the desk's keys and vault, as the store keeps them and as they work in memory.
type keyring struct {
	store  *store.Store
	secret []byte
	now    func() time.Time

	mu      sync.RWMutex
	ring    *pgp.Ring
	changed time.Time // of the keys in the ring
	vault   *pgp.Vault
}

// vaultName is under which name the store keeps the vault's wrapped key.
const vaultName = "vault"

// openKeys loads the keys under the secret of the settings' key_file; nil where none is set. Every command that needs keys says so by
// itself.
func openKeys(ctx context.Context, c config.Config, s *store.Store, now func() time.Time) (*keyring, error) {
	if c.KeyFile == "" {
		return nil, nil
	}
	secret, err := secretFile(c.KeyFile)
	if err != nil {
		return nil, err
	}
	k := &keyring{store: s, secret: []byte(secret), now: now}
	if err := k.openVault(ctx); err != nil {
		return nil, err
	}
	return k, k.reload(ctx)
}

// openVault opens the vault, and makes it where there is none yet.
func (k *keyring) openVault(ctx context.Context) error {
	wrapped, err := k.store.SharedSecret(ctx, vaultName)
	if errors.Is(err, store.ErrNotFound) {
		_, made, err := pgp.NewVault(k.secret)
		if err != nil {
			return err
		}
		if wrapped, err = k.store.KeepSecret(ctx, vaultName, made); err != nil {
			return err
		}
	} else if err != nil {
		return err
	}
	if k.vault, err = pgp.OpenVault(wrapped, k.secret); err != nil {
		return usage("key_file: %w", err)
	}
	return nil
}

// reload takes the keys from the store, where they have changed since.
func (k *keyring) reload(ctx context.Context) error {
	changed, err := k.store.KeysChanged(ctx)
	if err != nil {
		return err
	}
	k.mu.RLock()
	same := k.ring != nil && changed.Equal(k.changed)
	k.mu.RUnlock()
	if same {
		return nil
	}
	keys, err := k.store.Keys(ctx)
	if err != nil {
		return err
	}
	certificates := smime.New(smime.Config{Now: k.now, Roots: roots()})
	ring := pgp.New(pgp.Config{Limits: pgp.DefaultLimits(), Now: k.now, CMS: certificates})
	offers := 0
	for _, key := range keys {
		if key.State == string(pgp.Offered) {
			if offers++; offers > maxOffers {
				continue
			}
		}
		if err := k.add(ring, certificates, key); err != nil && key.Ours { // a foreign key that does not load shuts nobody out
			return fmt.Errorf("key %s: %w", key.Fingerprint, err)
		}
	}
	k.mu.Lock()
	k.ring, k.changed = ring, changed
	k.mu.Unlock()
	return nil
}

// maxOffers is how many offered keys are held in memory: anybody can offer any number.
const maxOffers = 10_000

// certificate is the state under which the store keeps certificates of S/MIME beside the keys of OpenPGP: ours as PKCS #12 in base64,
// locked by the desk's secret, those of others in PEM.
const certificate = "certificate"

// add puts one kept key or certificate into the rings.
func (k *keyring) add(ring *pgp.Ring, certificates *smime.Ring, key store.PGPKey) (err error) {
	switch {
	case key.State != certificate && key.Ours:
		_, err = ring.AddOurs(key.Armored, k.secret, pgp.State(key.State))
	case key.State != certificate:
		_, err = ring.AddTheirs(key.Armored, pgp.State(key.State))
	case key.Ours:
		var file []byte
		if file, err = base64.StdEncoding.DecodeString(key.Armored); err == nil {
			_, err = certificates.AddOurs(file, string(k.secret))
		}
	default:
		_, err = certificates.AddTheirs([]byte(key.Armored))
	}
	return err
}

// roots are the issuers of certificates that the system believes; none where it has none.
func roots() *x509.CertPool {
	pool, err := x509.SystemCertPool()
	if err != nil {
		return nil
	}
	return pool
}

// importCertificate takes in a certificate of S/MIME: ours from a PKCS #12 file, somebody's from PEM, which a handler confirms by that.
func (k *keyring) importCertificate(ctx context.Context, file []byte, passphrase string) (smime.Certificate, error) {
	certificates := smime.New(smime.Config{Now: k.now})
	if strings.Contains(string(file), "BEGIN CERTIFICATE") {
		theirs, err := certificates.AddTheirs(file)
		if err != nil {
			return theirs, err
		}
		return theirs, k.store.SaveKey(ctx, store.PGPKey{Fingerprint: theirs.Fingerprint, State: certificate, Armored: string(file)}, k.now())
	}
	locked, err := smime.Import(file, passphrase, string(k.secret))
	if err != nil {
		return smime.Certificate{}, err
	}
	ours, err := certificates.AddOurs(locked, string(k.secret))
	if err != nil {
		return ours, err
	}
	kept := store.PGPKey{Fingerprint: ours.Fingerprint, Ours: true, State: certificate, Armored: base64.StdEncoding.EncodeToString(locked)}
	return ours, k.store.SaveKey(ctx, kept, k.now())
}

func (k *keyring) current() *pgp.Ring {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return k.ring
}

// save keeps keys as the ring has them now.
func (k *keyring) save(ctx context.Context, keys ...pgp.Key) error {
	for _, key := range keys {
		kept := store.PGPKey{Fingerprint: key.Fingerprint, Ours: key.Ours, State: string(key.State), Armored: key.Armored}
		if err := k.store.SaveKey(ctx, kept, k.now()); err != nil {
			return err
		}
	}
	return nil
}

// Open implements intake.Covers.
func (k *keyring) Open(raw []byte) (intake.Opened, bool) {
	opened, covered := k.current().Open(raw)
	if !covered {
		return intake.Opened{}, false
	}
	result := intake.Opened{Raw: opened.Raw, PGP: opened.PGP, Wants: opened.Wants, Problems: opened.Problems}
	for _, key := range opened.Offered {
		result.Offered = append(result.Offered, store.PGPKey{Fingerprint: key.Fingerprint, State: string(pgp.Offered), Armored: key.Armored})
	}
	return result, true
}

// Opens implements intake.Covers.
func (k *keyring) Opens(wants []string) bool { return k.current().Opens(wants) }

// Seal implements intake.Covers.
func (k *keyring) Seal(plain, place []byte) []byte { return k.vault.Seal(plain, place) }

// letter signs a letter, and encrypts it where the recipient has a confirmed key.
func (k *keyring) letter(ctx context.Context, letter []byte, to string, encrypted bool) ([]byte, error) {
	if err := k.reload(ctx); err != nil { // what a handler confirmed a moment ago counts
		return nil, err
	}
	ring := k.current()
	if _, ok := ring.Current(); !ok {
		if encrypted {
			return nil, notify.ErrClear
		}
		return letter, nil
	}
	if _, ok := ring.For(to); ok {
		return ring.Encrypt(letter, to)
	}
	if encrypted {
		return nil, notify.ErrClear
	}
	return ring.Sign(letter)
}

// watch looks now and then whether keys have changed, and then opens what they open.
func (k *keyring) watch(pump *intake.Pump, b *builder) worker {
	return func(ctx context.Context) {
		tick := time.NewTicker(keyWatch)
		defer tick.Stop()
		var tried *pgp.Ring // with which everything that was closed was tried
		for {
			if err := k.reload(ctx); err != nil && ctx.Err() == nil {
				b.log.Error("keys could not be loaded", "error", err)
			}
			if ring := k.current(); ring != tried {
				n, err := pump.Reopen(ctx)
				if err != nil && ctx.Err() == nil {
					b.log.Error("closed mail could not be opened", "error", err)
				} else {
					tried = ring
				}
				if n > 0 {
					b.log.Info("closed mail was opened by a new key", "messages", n)
				}
			}
			select {
			case <-tick.C:
			case <-ctx.Done():
				return
			}
		}
	}
}

// keyWatch is how often a node looks for changed keys.
const keyWatch = 5 * time.Second

var _ intake.Covers = (*keyring)(nil)
