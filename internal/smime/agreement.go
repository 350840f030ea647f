package smime

import (
	"bytes"
	"crypto"
	"crypto/aes"
	"crypto/ecdh"
	"crypto/ecdsa"
	_ "crypto/sha1" // hashes that senders choose
	_ "crypto/sha256"
	_ "crypto/sha512"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/binary"
	"errors"
	"fmt"
)

// derivations are the hashes of the key derivation of RFC 5753, 7.1.4, by the algorithm that names it (dhSinglePass).
var derivations = map[string]crypto.Hash{
	"1.3.133.16.840.63.0.2": crypto.SHA1,
	"1.3.132.1.11.0":        crypto.SHA224,
	"1.3.132.1.11.1":        crypto.SHA256,
	"1.3.132.1.11.2":        crypto.SHA384,
	"1.3.132.1.11.3":        crypto.SHA512,
}

// wrapSizes are the sizes of the keys of AES key wrap, in bytes.
var wrapSizes = map[string]int{
	"2.16.840.1.101.3.4.1.5":  16,
	"2.16.840.1.101.3.4.1.25": 24,
	"2.16.840.1.101.3.4.1.45": 32,
}

// originatorKey is the sender's key of one time (RFC 5652, 6.2.2).
type originatorKey struct {
	Algorithm asn1.RawValue
	Key       asn1.BitString
}

// agreed computes a session key by elliptic curves (RFC 5753, 3.1): the sender's key of one time and ours give a secret,
// of which a key is derived that unwraps the session key.
func agreed(key *ecdsa.PrivateKey, who reader) ([]byte, error) {
	if who.agreement == nil {
		return nil, errors.New("a certificate with an elliptic curve in a key transport")
	}
	private, err := key.ECDH()
	if err != nil {
		return nil, err
	}
	var sender originatorKey
	if _, err := asn1.UnmarshalWithParams(who.agreement.Originator.Bytes, &sender, "tag:1"); err != nil {
		return nil, fmt.Errorf("the sender's key: %w", err)
	}
	public, err := private.Curve().NewPublicKey(sender.Key.Bytes)
	if err != nil {
		return nil, fmt.Errorf("the sender's key: %w", err)
	}
	return unwrapAgreed(private, public, who)
}

func unwrapAgreed(private *ecdh.PrivateKey, public *ecdh.PublicKey, who reader) ([]byte, error) {
	secret, err := private.ECDH(public)
	if err != nil {
		return nil, err
	}
	algorithm := who.agreement.Algorithm
	hash, ok := derivations[algorithm.Algorithm.String()]
	if !ok {
		return nil, fmt.Errorf("key agreement %v is not known", algorithm.Algorithm)
	}
	var wrap pkix.AlgorithmIdentifier
	if _, err := asn1.Unmarshal(algorithm.Parameters.FullBytes, &wrap); err != nil {
		return nil, err
	}
	size, ok := wrapSizes[wrap.Algorithm.String()]
	if !ok {
		return nil, fmt.Errorf("key wrap %v is not known", wrap.Algorithm)
	}
	info, err := sharedInfo(algorithm.Parameters, who.agreement.UKM, size)
	if err != nil {
		return nil, err
	}
	return unwrap(derive(hash, secret, info, size), who.wrapped)
}

// sharedInfo is ECC-CMS-SharedInfo (RFC 5753, 7.2): the key wrap, what the sender added, and the size in bits.
func sharedInfo(wrap asn1.RawValue, ukm []byte, size int) ([]byte, error) {
	bits := binary.BigEndian.AppendUint32(nil, uint32(size*8))
	if ukm == nil {
		return asn1.Marshal(struct {
			Wrap asn1.RawValue
			Bits []byte `asn1:"explicit,tag:2"`
		}{wrap, bits})
	}
	return asn1.Marshal(struct {
		Wrap asn1.RawValue
		UKM  []byte `asn1:"explicit,tag:0"`
		Bits []byte `asn1:"explicit,tag:2"`
	}{wrap, ukm, bits})
}

// derive is the key derivation of ANSI X9.63 (SEC 1, 3.6.1).
func derive(hash crypto.Hash, secret, info []byte, size int) []byte {
	var key []byte
	for counter := uint32(1); len(key) < size; counter++ {
		h := hash.New()
		h.Write(secret)
		h.Write(binary.BigEndian.AppendUint32(nil, counter))
		h.Write(info)
		key = h.Sum(key)
	}
	return key[:size]
}

// unwrap is AES key unwrap (RFC 3394, 2.2.2).
func unwrap(key, wrapped []byte) ([]byte, error) {
	n := len(wrapped)/8 - 1
	if len(wrapped)%8 != 0 || n < 2 || n > 8 {
		return nil, errors.New("wrapped key of a wrong length")
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	var b [16]byte
	copy(b[:8], wrapped)
	out := bytes.Clone(wrapped[8:])
	for j := 5; j >= 0; j-- {
		for i := n; i >= 1; i-- {
			t := binary.BigEndian.Uint64(b[:8]) ^ uint64(n*j+i)
			binary.BigEndian.PutUint64(b[:8], t)
			copy(b[8:], out[(i-1)*8:i*8])
			block.Decrypt(b[:], b[:])
			copy(out[(i-1)*8:], b[8:])
		}
	}
	if binary.BigEndian.Uint64(b[:8]) != 0xA6A6A6A6A6A6A6A6 {
		return nil, errors.New("wrapped key does not fit")
	}
	return out, nil
}
