package pgp

import (
	"bytes"
	"fmt"

	"github.com/ProtonMail/go-crypto/openpgp/packet"
	"github.com/ProtonMail/gopenpgp/v3/crypto"
)

// Read reads a public key of somebody, armored or as bare packets, as it comes with a mail, from a form or from a WKD,
// without taking it into the ring: that is AddTheirs(Key.Armored, ...). The private part of a key, which people send by
// mistake, is left out. The error is ErrNotAKey.
func (r *Ring) Read(data []byte) (Key, error) {
	key, err := readKey(data)
	if err == nil {
		err = bounded(key)
	}
	if err == nil {
		key, err = publicPart(key)
	}
	if err != nil {
		return Key{}, fmt.Errorf("%w: %w", ErrNotAKey, err)
	}
	info := describe(key, r.now())
	if len(info.Names) == 0 {
		return Key{}, fmt.Errorf("%w: it has no name that it signed", ErrNotAKey)
	}
	if info.Armored, err = key.GetArmoredPublicKey(); err != nil {
		return Key{}, fmt.Errorf("%w: %w", ErrNotAKey, err)
	}
	info.State = Offered
	return info, nil
}

func readKey(data []byte) (*crypto.Key, error) {
	if isArmored(data) {
		return crypto.NewKeyFromArmored(string(data))
	}
	return crypto.NewKey(data)
}

// Bounds on a key of somebody else: to read its names, signatures are verified, and the sender says with how long a key.
const (
	maxRSA        = 8192 // bits
	maxDSA        = 4096 // bits
	maxSelfSigned = 100  // signatures
)

// bounded refuses a key that would cost too much to read.
func bounded(key *crypto.Key) error {
	entity := key.GetEntity()
	keys := []*packet.PublicKey{entity.PrimaryKey}
	signatures := len(entity.Revocations) + len(entity.DirectSignatures)
	for _, identity := range entity.Identities {
		signatures += len(identity.SelfCertifications) + len(identity.Revocations)
	}
	for _, sub := range entity.Subkeys {
		keys = append(keys, sub.PublicKey)
		signatures += len(sub.Bindings) + len(sub.Revocations)
	}
	if signatures > maxSelfSigned || len(keys) > maxSelfSigned {
		return fmt.Errorf("%w: too many signatures", ErrNotAKey)
	}
	for _, k := range keys {
		limit := uint16(maxDSA)
		if k.PubKeyAlgo == packet.PubKeyAlgoRSA || k.PubKeyAlgo == packet.PubKeyAlgoRSAEncryptOnly || k.PubKeyAlgo == packet.PubKeyAlgoRSASignOnly {
			limit = maxRSA
		}
		if bits, err := k.BitLength(); err == nil && bits > limit {
			return fmt.Errorf("%w: %s is too long", ErrNotAKey, algorithm(k))
		}
	}
	return nil
}

// publicPart is the key without private parameters.
func publicPart(key *crypto.Key) (*crypto.Key, error) {
	if !key.IsPrivate() {
		return key, nil
	}
	return key.ToPublic()
}

// unlock reads a private key and opens it; locked tells whether it needed to.
func unlock(armored string, secret []byte) (key *crypto.Key, locked bool, err error) {
	if key, err = crypto.NewKeyFromArmored(armored); err != nil {
		return nil, false, fmt.Errorf("%w: %w", ErrNotAKey, err)
	}
	if !key.IsPrivate() {
		return nil, false, fmt.Errorf("%w: it has no private part", ErrNotAKey)
	}
	if locked, err = key.IsLocked(); err != nil || !locked {
		return key, false, err
	}
	if key, err = key.Unlock(bytes.Clone(secret)); err != nil {
		return nil, true, ErrLocked
	}
	return key, true, nil
}
