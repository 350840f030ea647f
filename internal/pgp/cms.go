package pgp

import (
	"crypto/x509"
	"errors"
	"slices"
	"strings"
)

// CMS opens the Cryptographic Message Syntax (RFC 5652) that S/MIME is made of. Package smime offers it.
//
// An error that has a method Outcome() string says by it which Outcome of this package it stands for.
type CMS interface {
	// Decrypt opens enveloped data. Keys identify the certificates that it is encrypted to, also where it stays closed.
	Decrypt(cms []byte) (content []byte, keys []string, err error)
	// Verify verifies signed data. Detached is what was signed, nil where it stands inside; content is what was signed
	// in any case, also with an error. Signer may be nil with an error.
	Verify(cms, detached []byte) (content []byte, signer *x509.Certificate, err error)
	// Opens tells whether one of our certificates is among those that Decrypt said.
	Opens(keys []string) bool
}

// isCMS tells whether a part is S/MIME of one piece (RFC 8551, 3.2), under its type or only under its name.
func isCMS(e entity) bool {
	switch e.mediaType {
	case "application/pkcs7-mime", "application/x-pkcs7-mime":
		return e.params["smime-type"] != "certs-only"
	case "application/octet-stream":
		return strings.HasSuffix(strings.ToLower(fileName(e)), ".p7m")
	}
	return false
}

// cms opens S/MIME of one piece. What it is stands in its first bytes, whatever the header says.
func (o *opener) cms(e entity, depth int, whole bool) []byte {
	if !o.cover(SMIME, whole) {
		return nil
	}
	if o.ring.cfg.CMS == nil {
		o.note(Finding{Method: SMIME, Outcome: NoKey, Whole: whole})
		return nil
	}
	body := e.decoded()
	var content []byte
	if e.params["smime-type"] == "signed-data" || isSignedData(body) {
		content = o.verifyCMS(body, nil, whole)
	} else {
		content = o.decryptCMS(body, whole)
	}
	if content == nil {
		return nil
	}
	// Clipped, since behind it in memory may stand what is not ours to write over: see carry.
	return o.uncover(e, asEntity(slices.Clip(content)), depth, whole)
}

// isSignedData tells whether CMS is signed data: its type is the first object identifier, 1.2.840.113549.1.7.2.
func isSignedData(cms []byte) bool {
	return strings.Contains(string(cms[:min(len(cms), 32)]), "\x2A\x86\x48\x86\xF7\x0D\x01\x07\x02")
}

// decryptCMS opens enveloped data and notes what it found.
func (o *opener) decryptCMS(body []byte, whole bool) []byte {
	content, keys, err := o.ring.cfg.CMS.Decrypt(body)
	f := Finding{Method: SMIME, Outcome: Decrypted, Whole: whole, Keys: keys}
	switch {
	case err != nil:
		f.Outcome, f.Detail = stated(err, Damaged), err.Error()
	case int64(len(content)) > o.unpacked:
		f.Outcome = TooLarge
	}
	o.note(f)
	if f.Outcome != Decrypted {
		return nil
	}
	o.unpacked -= int64(len(content))
	return content
}

// verifyCMS verifies signed data, notes what it found, and gives what was signed, where that stands inside.
func (o *opener) verifyCMS(body, detached []byte, whole bool) []byte {
	f := Finding{Method: SMIME, Signature: true, Outcome: UnknownKey, Whole: whole}
	if o.ring.cfg.CMS == nil {
		o.note(f)
		return nil
	}
	content, signer, err := o.ring.cfg.CMS.Verify(body, detached)
	if f.Outcome = Good; err != nil {
		f.Outcome, f.Detail = stated(err, Bad), err.Error()
	}
	if signer != nil {
		f.Keys = []string{certificateID(signer)}
		f.Signer, f.Stranger = o.certified(signer)
	}
	switch {
	case detached != nil:
		content = nil // it stands in the mail
	case int64(len(content)) > o.unpacked:
		f.Outcome, content = TooLarge, nil
	}
	o.note(f)
	o.unpacked -= int64(len(content))
	return content
}

// stated is the outcome that an error states, else the given one.
func stated(err error, other Outcome) Outcome {
	var s interface{ Outcome() string }
	if errors.As(err, &s) {
		return Outcome(s.Outcome())
	}
	return other
}

// certificateID is how package smime names a certificate: its serial number.
func certificateID(c *x509.Certificate) string { return strings.ToUpper(c.SerialNumber.Text(16)) }

// certified says whom a certificate names, and whether the mail's sender is somebody else.
func (o *opener) certified(c *x509.Certificate) (name string, stranger bool) {
	name = oneLine(c.Subject.CommonName)
	stranger = true
	for _, address := range c.EmailAddresses {
		if name == "" || !strings.Contains(name, "@") && !strings.Contains(name, "<") {
			name = strings.TrimSpace(name + " <" + oneLine(address) + ">")
		}
		for _, from := range o.from {
			stranger = stranger && !strings.EqualFold(from, address)
		}
	}
	return name, stranger
}
