package pgp

import (
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp/packet"
	"github.com/ProtonMail/go-crypto/openpgp/s2k"
	"github.com/ProtonMail/gopenpgp/v3/crypto"
	"github.com/ProtonMail/gopenpgp/v3/profile"

	"todoke/internal/mail"
)

// s2kCount is the number of bytes that a passphrase is stretched over (RFC 9580, 3.7.1.3): the most that the format can
// say, a few tenths of a second for each key, once at the start.
const s2kCount = 65011712

// handle makes what gopenpgp works with: version 4 keys with ed25519 and cv25519, which GnuPG 2.2 reads.
func (r *Ring) handle() *crypto.PGPHandle {
	p := profile.Default()
	p.CipherKeyEncryption = packet.CipherAES256
	p.S2kKeyEncryption = &s2k.Config{S2KMode: s2k.IteratedSaltedS2K, S2KCount: s2kCount}
	return crypto.PGPWithProfile(p)
}

// Make makes a key for the desk and makes it current. The key expires after life; 0 means never. Key.Armored is what to
// keep: locked by secret, the bytes of a passphrase or key file.
func (r *Ring) Make(name, address string, life time.Duration, secret []byte) (Key, error) {
	if len(secret) == 0 {
		return Key{}, errors.New("a private key needs a passphrase or key file")
	}
	seconds := life / time.Second
	if seconds < 0 || seconds > math.MaxInt32 {
		return Key{}, fmt.Errorf("a key cannot live for %v", life)
	}
	key, err := r.handle().KeyGeneration().AddUserId(name, address).GenerationTime(r.now().Unix()).Lifetime(int32(seconds)).New().GenerateKey()
	if err != nil {
		return Key{}, fmt.Errorf("making a key: %w", err)
	}
	return r.keep(key, secret, Current)
}

// keep locks a private key and holds it.
func (r *Ring) keep(key *crypto.Key, secret []byte, state State) (Key, error) {
	if len(secret) == 0 {
		return Key{}, errors.New("a private key needs a passphrase or key file")
	}
	locked, err := r.handle().LockKey(key, secret)
	if err != nil {
		return Key{}, fmt.Errorf("locking the key: %w", err)
	}
	armored, err := locked.Armor()
	if err != nil {
		return Key{}, fmt.Errorf("writing the key: %w", err)
	}
	return r.hold(key, armored, state), nil
}

// Rotate makes a new current key with the name and address of the current one, which becomes old.
func (r *Ring) Rotate(life time.Duration, secret []byte) (Key, error) {
	current, ok := r.Current()
	if !ok {
		return Key{}, ErrNoCurrent
	}
	for _, name := range current.Names {
		if mailbox := mail.ParseAddresses(name); len(mailbox) == 1 && mailbox[0].Address != "" {
			return r.Make(mailbox[0].Name, mailbox[0].Address, life, secret)
		}
	}
	return Key{}, fmt.Errorf("the current key %s has no mail address", current.Fingerprint)
}

// Import takes a private key from elsewhere, locked by passphrase (empty where it is not locked), and locks it by secret.
func (r *Ring) Import(armored string, passphrase, secret []byte, state State) (Key, error) {
	key, _, err := unlock(armored, passphrase)
	if err != nil {
		return Key{}, err
	}
	return r.keep(key, secret, state)
}

// Export is the public key of a fingerprint, armored, with its revocation where it has one.
func (r *Ring) Export(fingerprint string) (string, error) {
	h, err := r.find(fingerprint)
	if err != nil {
		return "", err
	}
	return h.key.GetArmoredPublicKey()
}

// ExportBinary is the public key of a fingerprint as a WKD serves it (see WKD).
func (r *Ring) ExportBinary(fingerprint string) ([]byte, error) {
	h, err := r.find(fingerprint)
	if err != nil {
		return nil, err
	}
	return h.key.GetPublicKey()
}

func (r *Ring) find(fingerprint string) (*holding, error) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	h, ok := r.prints[fingerprint]
	if !ok {
		return nil, fmt.Errorf("%w: %s", ErrNoSuchKey, fingerprint)
	}
	return h, nil
}

// Revoke revokes a key of ours: what Export gives from now on tells everybody. It signs no more and goes on decrypting.
// Reason is for people; compromised says that signatures of the past are not to be believed either.
func (r *Ring) Revoke(fingerprint, reason string, compromised bool, secret []byte) (Key, error) {
	h, err := r.find(fingerprint)
	if err != nil {
		return Key{}, err
	}
	if !h.info.Ours {
		return Key{}, fmt.Errorf("%w: %s is not ours to revoke", ErrNoSuchKey, fingerprint)
	}
	key, err := h.key.Copy() // the one held may be in use
	if err != nil {
		return Key{}, err
	}
	code := packet.KeyRetired
	if compromised {
		code = packet.KeyCompromised
	}
	if err := key.GetEntity().Revoke(code, reason, policy(r.now())); err != nil {
		return Key{}, fmt.Errorf("revoking %s: %w", fingerprint, err)
	}
	return r.keep(key, secret, Withdrawn)
}
