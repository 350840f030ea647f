package smime

import (
	"bytes"
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	_ "crypto/sha1" // hashes that senders choose for OAEP and key derivation
	_ "crypto/sha256"
	_ "crypto/sha512"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/binary"
	"errors"
	"fmt"
)

var (
	oidRSA  = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1}
	oidOAEP = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 7}
)

// open decrypts the content with a private key of ours.
func (env *enveloped) open(own *identity, who reader) ([]byte, error) {
	var session []byte
	var err error
	switch key := own.key.(type) {
	case *rsa.PrivateKey:
		session, err = transported(key, who)
	case *ecdsa.PrivateKey:
		session, err = agreed(key, who)
	default:
		err = fmt.Errorf("keys of type %T do not decrypt", key)
	}
	if err != nil {
		return nil, err
	}
	return env.decrypt(session)
}

// transported decrypts a session key by RSA (RFC 8017, 7.1 and 7.2).
func transported(key *rsa.PrivateKey, who reader) ([]byte, error) {
	if who.transport == nil {
		return nil, errors.New("an RSA certificate in a key agreement")
	}
	algorithm := who.transport.Algorithm
	switch {
	case algorithm.Algorithm.Equal(oidRSA):
		return key.Decrypt(rand.Reader, who.transport.Key, &rsa.PKCS1v15DecryptOptions{})
	case algorithm.Algorithm.Equal(oidOAEP):
		options, err := oaepOptions(algorithm.Parameters)
		if err != nil {
			return nil, err
		}
		return key.Decrypt(rand.Reader, who.transport.Key, options)
	}
	return nil, fmt.Errorf("key encryption %v is not known", algorithm.Algorithm)
}

// oaepParameters are those of RFC 4055, 4.1. A label (pSourceFunc) is used by nobody.
type oaepParameters struct {
	Hash   pkix.AlgorithmIdentifier `asn1:"optional,explicit,tag:0"`
	Mask   pkix.AlgorithmIdentifier `asn1:"optional,explicit,tag:1"`
	Source pkix.AlgorithmIdentifier `asn1:"optional,explicit,tag:2"`
}

func oaepOptions(raw asn1.RawValue) (*rsa.OAEPOptions, error) {
	options := &rsa.OAEPOptions{Hash: crypto.SHA1}
	var p oaepParameters
	if _, err := asn1.Unmarshal(raw.FullBytes, &p); err != nil {
		return nil, err
	}
	var ok bool
	if len(p.Hash.Algorithm) > 0 {
		if options.Hash, ok = hashes[p.Hash.Algorithm.String()]; !ok {
			return nil, fmt.Errorf("OAEP with hash %v", p.Hash.Algorithm)
		}
	}
	options.MGFHash = crypto.SHA1
	if len(p.Mask.Algorithm) > 0 {
		var inner pkix.AlgorithmIdentifier
		if _, err := asn1.Unmarshal(p.Mask.Parameters.FullBytes, &inner); err != nil {
			return nil, err
		}
		if options.MGFHash, ok = hashes[inner.Algorithm.String()]; !ok {
			return nil, fmt.Errorf("OAEP with mask hash %v", inner.Algorithm)
		}
	}
	return options, nil
}

var hashes = map[string]crypto.Hash{
	"1.3.14.3.2.26":          crypto.SHA1,
	"2.16.840.1.101.3.4.2.4": crypto.SHA224,
	"2.16.840.1.101.3.4.2.1": crypto.SHA256,
	"2.16.840.1.101.3.4.2.2": crypto.SHA384,
	"2.16.840.1.101.3.4.2.3": crypto.SHA512,
}

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

// contentCipher says how content is encrypted: by which cipher with what size of key, in bytes, and whether with
// authentication (GCM, RFC 5084) or by chaining (RFC 3565).
type contentCipher struct {
	block func(key []byte) (cipher.Block, error)
	size  int
	gcm   bool
}

// contentCiphers are those of RFC 8551, 2.7, and of older versions what is not broken.
var contentCiphers = map[string]contentCipher{
	"2.16.840.1.101.3.4.1.2":  {aes.NewCipher, 16, false},
	"2.16.840.1.101.3.4.1.22": {aes.NewCipher, 24, false},
	"2.16.840.1.101.3.4.1.42": {aes.NewCipher, 32, false},
	"2.16.840.1.101.3.4.1.6":  {aes.NewCipher, 16, true},
	"2.16.840.1.101.3.4.1.26": {aes.NewCipher, 24, true},
	"2.16.840.1.101.3.4.1.46": {aes.NewCipher, 32, true},
	"1.2.840.113549.3.7":      {des.NewTripleDESCipher, 24, false},
}

var errContent = errors.New("content does not fit its key")

// decrypt decrypts the content with the session key.
func (env *enveloped) decrypt(session []byte) ([]byte, error) {
	algorithm := env.Content.Algorithm
	c, ok := contentCiphers[algorithm.Algorithm.String()]
	if !ok {
		return nil, fmt.Errorf("content encryption %v is not known, or broken", algorithm.Algorithm)
	}
	if len(session) != c.size {
		return nil, errContent
	}
	block, err := c.block(session)
	if err != nil {
		return nil, err
	}
	if c.gcm {
		return env.authenticated(block)
	}
	var iv []byte
	if _, err := asn1.Unmarshal(algorithm.Parameters.FullBytes, &iv); err != nil || len(iv) != block.BlockSize() {
		return nil, errContent
	}
	data := env.ciphertext()
	if len(data) == 0 || len(data)%block.BlockSize() != 0 {
		return nil, errContent
	}
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(data, data)
	return unpadded(data, block.BlockSize())
}

// ciphertext is a copy of the encrypted content: an octet string under the tag [0], which stands in pieces where the
// sender did not know its length.
func (env *enveloped) ciphertext() []byte {
	raw := env.Content.Content
	if !raw.IsCompound {
		return bytes.Clone(raw.Bytes)
	}
	var joined []byte
	for rest := raw.Bytes; len(rest) > 0; {
		var piece []byte
		var err error
		if rest, err = asn1.Unmarshal(rest, &piece); err != nil {
			return nil
		}
		joined = append(joined, piece...)
	}
	return joined
}

// unpadded takes off the padding of RFC 5652, 6.3.
func unpadded(data []byte, size int) ([]byte, error) {
	n := int(data[len(data)-1])
	if n == 0 || n > size || !bytes.Equal(data[len(data)-n:], bytes.Repeat([]byte{byte(n)}, n)) {
		return nil, errContent
	}
	return data[:len(data)-n], nil
}

// gcmParameters are those of RFC 5084, 3.2; a tag has 12 bytes where nothing else is said.
type gcmParameters struct {
	Nonce []byte
	Tag   int `asn1:"optional,default:12"`
}

// authenticated decrypts by AES-GCM and checks that nothing was altered, the authenticated attributes included, which
// count as a set (RFC 5083, 2.2).
func (env *enveloped) authenticated(block cipher.Block) ([]byte, error) {
	var p gcmParameters
	if _, err := asn1.Unmarshal(env.Content.Algorithm.Parameters.FullBytes, &p); err != nil {
		return nil, err
	}
	if len(p.Nonce) != 12 || p.Tag < 12 || p.Tag > 16 || len(env.MAC) != p.Tag {
		return nil, errContent
	}
	gcm, err := cipher.NewGCMWithTagSize(block, p.Tag)
	if err != nil {
		return nil, err
	}
	attributes := bytes.Clone(env.AuthAttrs.FullBytes)
	if len(attributes) > 0 {
		attributes[0] = asn1.TagSet | 0x20
	}
	content, err := gcm.Open(nil, p.Nonce, append(env.ciphertext(), env.MAC...), attributes)
	if err != nil {
		return nil, errContent
	}
	return content, nil
}

// isFor tells whether a reader is named by the issuer and serial number, or by the subject key identifier, of a
// certificate.
func (r reader) isFor(certificate *x509.Certificate) bool {
	if r.serial != nil {
		return certificate.SerialNumber.Cmp(r.serial) == 0 && bytes.Equal(certificate.RawIssuer, r.issuer)
	}
	return len(r.keyID) > 0 && bytes.Equal(certificate.SubjectKeyId, r.keyID)
}
