package smime

import (
	"bytes"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"strings"
)

// contentInfo is what every CMS begins with (RFC 5652, 3).
type contentInfo struct {
	Type    asn1.ObjectIdentifier
	Content asn1.RawValue `asn1:"explicit,optional,tag:0"`
}

// enveloped is EnvelopedData (RFC 5652, 6.1) and AuthEnvelopedData (RFC 5083, 2.1), which has a MAC and attributes that
// it covers.
type enveloped struct {
	Version    int
	Originator asn1.RawValue   `asn1:"optional,tag:0"`
	Recipients []asn1.RawValue `asn1:"set"`
	Content    encryptedContent
	AuthAttrs  asn1.RawValue `asn1:"optional,tag:1"`
	MAC        []byte        `asn1:"optional"`
	Attrs      asn1.RawValue `asn1:"optional,tag:2"`
}

type encryptedContent struct {
	Type      asn1.ObjectIdentifier
	Algorithm pkix.AlgorithmIdentifier
	Content   asn1.RawValue `asn1:"optional,tag:0"`
}

// keyTransport says for whom a session key is encrypted with RSA (RFC 5652, 6.2.1).
type keyTransport struct {
	Version   int
	Recipient asn1.RawValue // issuer and serial number, or [0] subject key identifier
	Algorithm pkix.AlgorithmIdentifier
	Key       []byte
}

// keyAgreement says for whom a session key is wrapped with a key that both sides compute (RFC 5652, 6.2.2), as it is for
// certificates with elliptic curves (RFC 5753).
type keyAgreement struct {
	Version    int
	Originator asn1.RawValue `asn1:"explicit,tag:0"`
	UKM        []byte        `asn1:"explicit,optional,tag:1"`
	Algorithm  pkix.AlgorithmIdentifier
	Recipients []agreedKey
}

type agreedKey struct {
	Recipient asn1.RawValue
	Key       []byte
}

type issuerAndSerial struct {
	Issuer asn1.RawValue
	Serial *big.Int
}

// maxRecipients bounds the readers of one message.
const maxRecipients = 200

var (
	oidEnveloped     = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 3}
	oidAuthEnveloped = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 1, 23}
)

// Decrypt opens EnvelopedData and AuthEnvelopedData. Keys are the readers' certificates, by serial number (RFC 5280,
// 4.1.2.2) or subject key identifier, in upper-case hexadecimals: those that would open it, or the one that did. An error
// is a *Failure.
func (r *Ring) Decrypt(cms []byte) (content []byte, keys []string, err error) {
	env, err := parseEnveloped(cms)
	if err != nil {
		return nil, nil, &Failure{unreadable, err.Error()}
	}
	for _, raw := range env.Recipients {
		for _, reader := range readers(raw) {
			keys = append(keys, reader.name())
			own := r.ours(reader)
			if own == nil {
				continue
			}
			content, err := env.open(own, reader)
			if err != nil {
				return nil, []string{reader.name()}, &Failure{damaged, err.Error()}
			}
			return content, []string{reader.name()}, nil
		}
	}
	return nil, keys, &Failure{noKey, strings.Join(keys, ", ")}
}

// parseEnveloped reads CMS up to what is encrypted.
func parseEnveloped(cms []byte) (*enveloped, error) {
	der, err := normal(cms)
	if err != nil {
		return nil, err
	}
	var info contentInfo
	if _, err := asn1.Unmarshal(der, &info); err != nil {
		return nil, err
	}
	if !info.Type.Equal(oidEnveloped) && !info.Type.Equal(oidAuthEnveloped) {
		return nil, fmt.Errorf("content type %v is not encrypted data", info.Type)
	}
	env := &enveloped{}
	if _, err := asn1.Unmarshal(info.Content.Bytes, env); err != nil {
		return nil, err
	}
	if len(env.Recipients) > maxRecipients {
		return nil, errors.New("too many recipients")
	}
	return env, nil
}

// reader is one for whom the session key is encrypted.
type reader struct {
	issuer []byte // DER of the issuer's name, with serial; else keyID
	serial *big.Int
	keyID  []byte // subject key identifier

	transport *keyTransport
	agreement *keyAgreement
	wrapped   []byte // of an agreement
}

// name identifies the reader's certificate.
func (r reader) name() string {
	if r.serial != nil {
		return strings.ToUpper(r.serial.Text(16))
	}
	return fmt.Sprintf("%X", r.keyID)
}

// readers reads a RecipientInfo. Those of other kinds, and unreadable ones, are nobody.
func readers(raw asn1.RawValue) []reader {
	switch {
	case raw.Class == asn1.ClassUniversal && raw.Tag == asn1.TagSequence:
		var info keyTransport
		if _, err := asn1.Unmarshal(raw.FullBytes, &info); err == nil {
			who := identify(info.Recipient)
			who.transport = &info
			return []reader{who}
		}
	case raw.Class == asn1.ClassContextSpecific && raw.Tag == 1:
		var info keyAgreement
		if _, err := asn1.UnmarshalWithParams(raw.FullBytes, &info, "tag:1"); err == nil && len(info.Recipients) <= maxRecipients {
			var list []reader
			for _, recipient := range info.Recipients {
				who := identify(recipient.Recipient)
				who.agreement, who.wrapped = &info, recipient.Key
				list = append(list, who)
			}
			return list
		}
	}
	return nil
}

// identify reads how a RecipientInfo names a certificate.
func identify(raw asn1.RawValue) reader {
	if raw.Class == asn1.ClassContextSpecific && raw.Tag == 0 {
		id := raw.Bytes
		if raw.IsCompound { // RecipientKeyIdentifier, whose first field is the identifier
			var inner []byte
			if _, err := asn1.Unmarshal(raw.Bytes, &inner); err == nil {
				id = inner
			}
		}
		return reader{keyID: bytes.Clone(id)}
	}
	var ias issuerAndSerial
	if _, err := asn1.Unmarshal(raw.FullBytes, &ias); err != nil || ias.Serial == nil {
		return reader{}
	}
	return reader{issuer: ias.Issuer.FullBytes, serial: ias.Serial}
}

// isFor tells whether a reader is named by the issuer and serial number, or by the subject key identifier, of a
// certificate.
func (r reader) isFor(certificate *x509.Certificate) bool {
	if r.serial != nil {
		return certificate.SerialNumber.Cmp(r.serial) == 0 && bytes.Equal(certificate.RawIssuer, r.issuer)
	}
	return len(r.keyID) > 0 && bytes.Equal(certificate.SubjectKeyId, r.keyID)
}
