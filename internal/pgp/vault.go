package pgp

import (
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/chacha20poly1305"
)

// Vault seals texts at rest: what encrypted mail said must not lie in the database, or in its backup, in clear. Texts are
// sealed with a data key by XChaCha20-Poly1305, whose nonces of 24 bytes may be drawn at random for any number of texts.
// The data key itself is sealed with a key that Argon2id (RFC 9106) makes of a passphrase or key file, so that a changed
// passphrase seals 32 bytes anew and not the whole archive.
type Vault struct {
	aead cipher.AEAD
	key  []byte
}

// A wrapped data key is version, costs and salt, then nonce and sealed key; the part in front is bound to it as
// associated data:
//
//	0   version, 1
//	1   Argon2id passes, threads
//	3   Argon2id memory in KiB, big endian
//	7   salt
//	23  nonce
//	47  data key, sealed
const (
	vaultVersion = 1
	saltSize     = 16
	headSize     = 7 + saltSize
	wrappedSize  = headSize + chacha20poly1305.NonceSizeX + chacha20poly1305.KeySize + chacha20poly1305.Overhead
)

// cost is what one try at the passphrase costs. The standard is the second choice of RFC 9106, section 4.
type cost struct {
	passes, threads uint8
	memory          uint32 // KiB
}

var (
	standardCost = cost{passes: 3, threads: 4, memory: 64 << 10}
	// greatestCost is what a wrapped key may ask for: it comes from a database that others may have written to.
	greatestCost = cost{passes: 16, threads: 16, memory: 1 << 20}
)

// Errors of sealing.
var (
	ErrSecret = errors.New("the passphrase or key file does not open the vault")
	ErrSealed = errors.New("sealed text is damaged, or sealed for another place or with another key")
)

// NewVault makes a vault with a new data key. Wrapped is what to keep; secret, the bytes of a passphrase or key file, is
// what opens it again.
func NewVault(secret []byte) (v *Vault, wrapped []byte, err error) {
	key := make([]byte, chacha20poly1305.KeySize)
	rand.Read(key) // never fails
	if v, err = newVault(key); err != nil {
		return nil, nil, err
	}
	wrapped, err = v.Wrap(secret)
	return v, wrapped, err
}

func newVault(key []byte) (*Vault, error) {
	aead, err := chacha20poly1305.NewX(key)
	if err != nil {
		return nil, err
	}
	return &Vault{aead: aead, key: key}, nil
}

// Wrap seals the data key under a secret: for another passphrase, or a second one.
func (v *Vault) Wrap(secret []byte) ([]byte, error) {
	if len(secret) == 0 {
		return nil, errors.New("a vault needs a passphrase or key file")
	}
	head := make([]byte, headSize, wrappedSize)
	head[0], head[1], head[2] = vaultVersion, standardCost.passes, standardCost.threads
	binary.BigEndian.PutUint32(head[3:], standardCost.memory)
	rand.Read(head[7:])
	wrapper, err := wrapping(secret, head)
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, chacha20poly1305.NonceSizeX)
	rand.Read(nonce)
	return wrapper.Seal(append(head, nonce...), nonce, v.key, head), nil
}

// OpenVault opens a vault by what NewVault or Wrap gave.
func OpenVault(wrapped, secret []byte) (*Vault, error) {
	if len(wrapped) != wrappedSize || wrapped[0] != vaultVersion {
		return nil, fmt.Errorf("%w: not a wrapped key of this version", ErrSecret)
	}
	head := wrapped[:headSize]
	wrapper, err := wrapping(secret, head)
	if err != nil {
		return nil, err
	}
	nonce := wrapped[headSize : headSize+chacha20poly1305.NonceSizeX]
	key, err := wrapper.Open(nil, nonce, wrapped[headSize+len(nonce):], head)
	if err != nil {
		return nil, ErrSecret
	}
	return newVault(key)
}

// wrapping is the cipher that a secret makes with the costs and salt of head.
func wrapping(secret, head []byte) (cipher.AEAD, error) {
	c := cost{passes: head[1], threads: head[2], memory: binary.BigEndian.Uint32(head[3:])}
	if c.passes == 0 || c.threads == 0 || c.passes > greatestCost.passes || c.threads > greatestCost.threads || c.memory > greatestCost.memory {
		return nil, fmt.Errorf("%w: it asks for too much work", ErrSecret)
	}
	return chacha20poly1305.NewX(argon2.IDKey(secret, head[7:headSize], uint32(c.passes), c.memory, c.threads, chacha20poly1305.KeySize))
}

// Seal encrypts a text. Place is associated data, such as "message 17 text": a sealed text opens only with the same, so
// that rows cannot be exchanged unnoticed.
func (v *Vault) Seal(plain, place []byte) []byte {
	nonce := make([]byte, v.aead.NonceSize(), v.aead.NonceSize()+len(plain)+v.aead.Overhead())
	rand.Read(nonce)
	return v.aead.Seal(nonce, nonce, plain, place)
}

// Unseal gives what Seal was given. The error is ErrSealed.
func (v *Vault) Unseal(sealed, place []byte) ([]byte, error) {
	size := v.aead.NonceSize()
	if len(sealed) < size {
		return nil, ErrSealed
	}
	plain, err := v.aead.Open(nil, sealed[:size], sealed[size:], place)
	if err != nil {
		return nil, ErrSealed
	}
	return plain, nil
}
