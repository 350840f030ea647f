package smime

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
)

var (
	oidRSA  = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1}
	oidOAEP = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 7}
)

// open decrypts the content with a private key of ours.
func (env *enveloped) open(own *identity, who reader) ([]byte, error) {
	c, err := env.cipher()
	if err != nil {
		return nil, err
	}
	var session []byte
	switch key := own.key.(type) {
	case *rsa.PrivateKey:
		session, err = transported(key, who, c.size)
	case *ecdsa.PrivateKey:
		session, err = agreed(key, who)
	default:
		err = fmt.Errorf("keys of type %T do not decrypt", key)
	}
	if err != nil {
		return nil, err
	}
	return env.decrypt(c, session)
}

// transported decrypts a session key of so many bytes by RSA (RFC 8017, 7.1 and 7.2). Where the padding of the old scheme is
// wrong it gives a random key, which then does not fit: nobody can learn from what we say whether the padding was right.
func transported(key *rsa.PrivateKey, who reader, size int) ([]byte, error) {
	if who.transport == nil {
		return nil, errors.New("an RSA certificate in a key agreement")
	}
	algorithm := who.transport.Algorithm
	switch {
	case algorithm.Algorithm.Equal(oidRSA):
		//lint:ignore SA1019 S/MIME mailers write it to this day (RFC 8551, 2.3), and it is made safe by the random key
		return key.Decrypt(rand.Reader, who.transport.Key, &rsa.PKCS1v15DecryptOptions{SessionKeyLen: size})
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
