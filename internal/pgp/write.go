package pgp

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"

	"github.com/ProtonMail/go-crypto/openpgp/armor"
	"github.com/ProtonMail/go-crypto/openpgp/packet"
	"github.com/ProtonMail/gopenpgp/v3/crypto"
)

// NoKeyError tells for which addresses there is no confirmed key that can be encrypted to.
type NoKeyError struct{ Addresses []string }

func (e *NoKeyError) Error() string {
	return "no confirmed key for " + strings.Join(e.Addresses, ", ")
}

// Sign makes multipart/signed (RFC 3156, 5) of a mail, or of a MIME entity: its content is signed with our current key,
// its other header fields stay in front. The content is made fit for the way first: see canonical.
func (r *Ring) Sign(entity []byte) ([]byte, error) {
	current := r.current()
	if current == nil {
		return nil, ErrNoCurrent
	}
	e := readEntity(entity)
	content, err := canonical(e, protect(e, "clear"))
	if err != nil {
		return nil, err
	}
	signer, err := r.handle().Sign().SigningKey(current.key).SignTime(r.now().Unix()).Detached().New()
	if err != nil {
		return nil, fmt.Errorf("signing: %w", err)
	}
	r.verifying.Lock()
	signature, err := signer.Sign(content, crypto.Armor)
	r.verifying.Unlock()
	if err != nil {
		return nil, fmt.Errorf("signing: %w", err)
	}
	boundary := newBoundary()
	out := outerHeader(e, "")
	fmt.Fprintf(out, "Content-Type: multipart/signed; micalg=\"%s\";\r\n protocol=\"application/pgp-signature\"; boundary=\"%s\"\r\n\r\n",
		micalg(signature), boundary)
	fmt.Fprintf(out, "--%s\r\n%s\r\n--%s\r\n", boundary, content, boundary)
	out.WriteString("Content-Type: application/pgp-signature; name=\"signature.asc\"\r\nContent-Description: OpenPGP signature\r\n\r\n")
	out.Write(canonicalLines(signature))
	fmt.Fprintf(out, "\r\n--%s--\r\n", boundary)
	return out.Bytes(), nil
}

// micalg names the hash of a signature (RFC 3156, 5): which one a key prefers is its own affair.
func micalg(signature []byte) string {
	if block, err := armor.Decode(bytes.NewReader(signature)); err == nil {
		if p, err := packet.Read(block.Body); err == nil {
			if s, ok := p.(*packet.Signature); ok {
				return "pgp-" + strings.ToLower(strings.ReplaceAll(s.Hash.String(), "-", ""))
			}
		}
	}
	return "pgp-sha256"
}

// Encrypt makes multipart/encrypted (RFC 3156, 4 and 6.2) of a mail: signed with our current key and encrypted to the
// confirmed keys of the addresses, and to our own so that the desk can read what it wrote. The subject goes under the
// cover (RFC 9788); outside it stands "[...]". The error may be a *NoKeyError.
func (r *Ring) Encrypt(entity []byte, to ...string) ([]byte, error) {
	current := r.current()
	if current == nil {
		return nil, ErrNoCurrent
	}
	readers, err := r.readers(current, to)
	if err != nil {
		return nil, err
	}
	e := readEntity(entity)
	content, err := canonical(e, protect(e, "cipher"))
	if err != nil {
		return nil, err
	}
	r.verifying.Lock()
	armored, err := r.encrypt(content, current, readers)
	r.verifying.Unlock()
	if err != nil {
		return nil, fmt.Errorf("encrypting: %w", err)
	}
	boundary := newBoundary()
	out := outerHeader(e, "[...]")
	fmt.Fprintf(out, "Content-Type: multipart/encrypted;\r\n protocol=\"application/pgp-encrypted\"; boundary=\"%s\"\r\n\r\n", boundary)
	fmt.Fprintf(out, "--%s\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n\r\n", boundary)
	fmt.Fprintf(out, "--%s\r\nContent-Type: application/octet-stream; name=\"encrypted.asc\"\r\nContent-Disposition: inline; filename=\"encrypted.asc\"\r\n\r\n", boundary)
	out.Write(canonicalLines(armored))
	fmt.Fprintf(out, "\r\n--%s--\r\n", boundary)
	return out.Bytes(), nil
}

func (r *Ring) encrypt(content []byte, current *holding, readers []*crypto.Key) ([]byte, error) {
	builder := r.handle().Encryption().SigningKey(current.key).EncryptionTime(r.now().Unix()).SignTime(r.now().Unix())
	for _, key := range readers {
		builder = builder.Recipient(key)
	}
	encryptor, err := builder.New()
	if err != nil {
		return nil, err
	}
	message, err := encryptor.Encrypt(content)
	if err != nil {
		return nil, err
	}
	return message.ArmorBytes()
}

// readers are the keys of the addresses, and our own.
func (r *Ring) readers(current *holding, to []string) ([]*crypto.Key, error) {
	if len(to) == 0 {
		return nil, errors.New("nobody to encrypt to")
	}
	var missing []string
	readers := []*crypto.Key{current.key}
	for _, address := range to {
		if h := r.holdingFor(address); h != nil {
			readers = append(readers, h.key)
		} else {
			missing = append(missing, address)
		}
	}
	if len(missing) > 0 {
		return nil, &NoKeyError{Addresses: missing}
	}
	return readers, nil
}

// outerHeader begins a mail with the fields of e that tell of the message, with another subject where one is given.
func outerHeader(e entity, subject string) *bytes.Buffer {
	out := &bytes.Buffer{}
	for _, f := range fields(e.raw[:e.body]) {
		switch {
		case structural(f.name):
		case subject != "" && strings.EqualFold(f.name, "Subject"):
			out.WriteString("Subject: " + subject + "\r\n")
		default:
			out.Write(canonicalLines(appendField(nil, f)))
		}
	}
	out.WriteString("MIME-Version: 1.0\r\n")
	return out
}

// protect are the fields to repeat under the cover, and for RFC 9788 what stands outside: hp is "clear" or "cipher". An
// entity that is no mail has none.
func protect(e entity, hp string) protection {
	var in protection
	for _, f := range fields(e.raw[:e.body]) {
		if structural(f.name) || !protectedOut(f.name) {
			continue
		}
		raw := canonicalLines(appendField(nil, f))
		in.hp = hp
		in.fields = append(in.fields, raw...)
		if hp == "cipher" {
			if strings.EqualFold(f.name, "Subject") {
				raw = []byte("Subject: [...]\r\n")
			}
			in.fields = append(append(in.fields, "HP-Outer: "...), raw...)
		}
	}
	return in
}

// protectedOut tells whether a field that we write is repeated under the cover.
func protectedOut(name string) bool {
	switch strings.ToLower(name) {
	case "subject", "from", "to", "cc", "date", "reply-to", "message-id", "in-reply-to", "references":
		return true
	}
	return false
}

// newBoundary is a boundary that no content can hold, since nobody could foretell it.
func newBoundary() string { return "todoke-" + rand.Text() }
