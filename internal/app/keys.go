package app

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"todoke/internal/config"
	"todoke/internal/intake"
	"todoke/internal/pgp"
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
	ring := pgp.New(pgp.Config{Limits: pgp.DefaultLimits(), Now: k.now})
	for _, key := range keys {
		if key.Ours {
			_, err = ring.AddOurs(key.Armored, k.secret, pgp.State(key.State))
		} else {
			_, err = ring.AddTheirs(key.Armored, pgp.State(key.State))
		}
		if err != nil {
			return fmt.Errorf("key %s: %w", key.Fingerprint, err)
		}
	}
	k.mu.Lock()
	k.ring, k.changed = ring, changed
	k.mu.Unlock()
	return nil
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

// errClear keeps a letter from going in clear to somebody who wrote encrypted.
var errClear = errors.New("its writer encrypted, and none of the writer's keys is confirmed: confirm one with todoke key confirm, then answer by hand")

// letter signs a letter, and encrypts it where the recipient has a confirmed key.
func (k *keyring) letter(ctx context.Context, letter []byte, to string, encrypted bool) ([]byte, error) {
	if err := k.reload(ctx); err != nil { // what a handler confirmed a moment ago counts
		return nil, err
	}
	ring := k.current()
	if _, ok := ring.Current(); !ok {
		if encrypted {
			return nil, errClear
		}
		return letter, nil
	}
	if _, ok := ring.For(to); ok {
		return ring.Encrypt(letter, to)
	}
	if encrypted {
		return nil, errClear
	}
	return ring.Sign(letter)
}

// watch looks every minute whether keys have changed, and opens what they open.
func (k *keyring) watch(pump *intake.Pump, b *builder) worker {
	return func(ctx context.Context) {
		tick := time.NewTicker(keyWatch)
		defer tick.Stop()
		for {
			if err := k.reload(ctx); err != nil && ctx.Err() == nil {
				b.log.Error("keys could not be loaded", "error", err)
			} else if n, err := pump.Reopen(ctx); err != nil && ctx.Err() == nil {
				b.log.Error("closed mail could not be opened", "error", err)
			} else if n > 0 {
				b.log.Info("closed mail was opened by a new key", "messages", n)
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
