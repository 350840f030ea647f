package pgp

import (
	"bytes"
	"errors"
	"io"

	"github.com/ProtonMail/go-crypto/openpgp/armor"
	pgperrors "github.com/ProtonMail/go-crypto/openpgp/errors"
	"github.com/ProtonMail/go-crypto/openpgp/packet"
	openpgp "github.com/ProtonMail/go-crypto/openpgp/v2"
)

// An OpenPGP message (RFC 9580, 10.3) is a row of packets: session keys, each encrypted to a reader, then the encrypted
// data; inside it, or without any encryption, packets that may be compressed, and in them signatures around one literal.
// The library reads all of this, but lets the sender say how much work that is: keys to try, signatures to hold for
// checking, which it keeps in time that grows with their square. So the session key is found here, within bounds, and
// the inside is looked through up to the literal before the library reads it.

// maxTries bounds the private-key operations for one mail.
const maxTries = 64

// maxInner bounds the packets in front of the literal: signatures and layers of compression.
const maxInner = 32

// hidden is the key ID that stands where the sender hid whom a message is for.
const hidden = "0000000000000000"

// plaintext is what an OpenPGP message held.
type plaintext struct {
	data    []byte
	name    string // of the file, as the message says
	charset string // as the armor says
}

// message opens an OpenPGP message, armored or binary, and notes what it found; ok is false where it stays closed.
func (o *opener) message(data []byte, whole bool) (plain plaintext, ok bool) {
	env, err := readEnvelope(source(data, nil), o.lim.Packets)
	if err != nil {
		o.note(Finding{Method: OpenPGP, Outcome: outcomeOf(err, Unreadable), Whole: whole, Detail: err.Error()})
		return plaintext{}, false
	}
	if env.data != nil {
		finding, opened := o.unlockEnvelope(env)
		finding.Whole = whole
		if !opened {
			o.note(finding)
			return plaintext{}, false
		}
		at := o.note(finding)
		plain, err = o.read(data, env, whole)
		if err != nil {
			o.findings[at].Outcome, o.findings[at].Detail = outcomeOf(err, Damaged), err.Error()
		}
		return plain, err == nil
	}
	if plain, err = o.read(data, env, whole); err != nil {
		o.note(Finding{Method: OpenPGP, Outcome: outcomeOf(err, Unreadable), Whole: whole, Detail: err.Error()})
	}
	return plain, err == nil
}

// outcomeOf is the outcome that an error stands for, else the given one.
func outcomeOf(err error, other Outcome) Outcome {
	switch {
	case errors.Is(err, pgperrors.ErrMessageTooLarge):
		return TooLarge
	case errors.Is(err, errUnprotected):
		return Unprotected
	case errors.Is(err, errTooMany):
		return TooDeep
	}
	return other
}

var (
	errUnprotected = errors.New("no integrity protection")
	errTooMany     = errors.New("too many packets")
	errNoMessage   = errors.New("no OpenPGP message")
)

// source reads the packets of a message that may be armored. The charset that the armor names goes into label.
func source(data []byte, label *string) io.Reader {
	if !isArmored(data) {
		return bytes.NewReader(data)
	}
	block, err := armor.Decode(bytes.NewReader(data))
	if err != nil {
		return bytes.NewReader(nil)
	}
	if label != nil {
		*label = block.Header["Charset"]
	}
	return block.Body
}

func isArmored(data []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(data, " \t\r\n"), []byte(blockBegin))
}

// envelope is the front of a message: for whom its session key is encrypted.
type envelope struct {
	keys     []*packet.EncryptedKey
	password bool
	data     packet.EncryptedDataPacket // nil where the message is not encrypted

	cipher  packet.CipherFunction // with session, once a key was found
	session []byte
}

// readEnvelope reads up to the encrypted data, or to the first packet of a message that is not encrypted.
func readEnvelope(r io.Reader, limit int) (*envelope, error) {
	env := &envelope{}
	packets := packet.NewReader(r)
	for range limit {
		p, err := packets.Next()
		if err == io.EOF {
			return nil, errNoMessage
		}
		if err != nil {
			return nil, err
		}
		switch p := p.(type) {
		case *packet.EncryptedKey:
			env.keys = append(env.keys, p)
		case *packet.SymmetricKeyEncrypted:
			env.password = true
		case *packet.SymmetricallyEncrypted:
			if !p.IntegrityProtected {
				return nil, errUnprotected
			}
			env.data = p
			return env, nil
		case *packet.AEADEncrypted:
			env.data = p
			return env, nil
		case *packet.Compressed, *packet.LiteralData, *packet.OnePassSignature, *packet.Signature:
			return env, nil
		}
	}
	return nil, errTooMany
}

// unlockEnvelope finds the session key with our private keys.
func (o *opener) unlockEnvelope(env *envelope) (Finding, bool) {
	f := Finding{Method: OpenPGP, Outcome: NoKey}
	for _, key := range env.keys {
		f.Keys = append(f.Keys, keyID(key.KeyId))
		for _, private := range o.ring.decryptors(key.KeyId) {
			if o.tries++; o.tries > maxTries {
				break
			}
			if err := key.Decrypt(private, policy(o.ring.now())); err != nil {
				continue
			}
			inside, err := env.data.Decrypt(key.CipherFunc, key.Key)
			if err != nil || inside == nil {
				continue
			}
			env.cipher, env.session = key.CipherFunc, key.Key
			return Finding{Method: OpenPGP, Outcome: Decrypted, Keys: []string{keyID(private.KeyId)}}, true
		}
	}
	if len(env.keys) == 0 && env.password {
		f.Outcome = Password
	}
	return f, false
}

// read reads the inside of a message whose session key is known, or of one that is not encrypted, and judges its
// signatures.
func (o *opener) read(data []byte, env *envelope, whole bool) (plaintext, error) {
	inside, err := o.inside(data, env, nil)
	if err != nil {
		return plaintext{}, err
	}
	if err := o.lookThrough(inside); err != nil {
		return plaintext{}, err
	}
	var plain plaintext
	if inside, err = o.inside(data, env, &plain.charset); err != nil {
		return plaintext{}, err
	}
	o.ring.verifying.Lock()
	defer o.ring.verifying.Unlock()
	// The library says no more than "parsing error" when its own limit is reached; that of readAll is reached before.
	limit := 2*o.unpacked + 1<<20
	config := policy(o.ring.now().Add(clockSkew))
	config.MaxDecompressedMessageSize = &limit
	details, err := openpgp.ReadMessage(inside, o.ring, nil, config)
	if err != nil {
		return plaintext{}, err
	}
	about := len(data)
	if isArmored(data) {
		about = len(data) / 4 * 3
	}
	if plain.data, err = o.readAll(details.UnverifiedBody, about); err != nil {
		return plaintext{}, err
	}
	if err := inside.Close(); err != nil { // the check of integrity
		return plaintext{}, err
	}
	plain.name = details.LiteralData.FileName
	o.judgeAll(details.SignatureCandidates, whole)
	return plain, nil
}

// inside is the row of packets under the encryption, read from the start.
func (o *opener) inside(data []byte, env *envelope, label *string) (io.ReadCloser, error) {
	source := source(data, label)
	if env.data == nil {
		return io.NopCloser(source), nil
	}
	again, err := readEnvelope(source, o.lim.Packets)
	if err != nil {
		return nil, err
	}
	return again.data.Decrypt(env.cipher, env.session)
}

// lookThrough reads up to the literal and refuses what is not signatures and compression, and too much of these.
func (o *opener) lookThrough(r io.Reader) error {
	packets := packet.NewReader(r)
	signatures := 0
	for range maxInner {
		p, err := packets.Next()
		if err == io.EOF {
			return errNoMessage
		}
		if err != nil {
			return err
		}
		switch p := p.(type) {
		case *packet.Compressed:
			if err := packets.Push(&metered{p.Body, &o.unpacked}); err != nil {
				return errTooMany
			}
		case *packet.OnePassSignature, *packet.Signature:
			if signatures++; signatures > maxSignatures {
				return errTooMany
			}
		case *packet.Padding:
		case *packet.LiteralData:
			return nil
		default:
			return errNoMessage
		}
	}
	return errTooMany
}

// metered reads as long as there is something left to be spent.
type metered struct {
	r    io.Reader
	left *int64
}

func (m *metered) Read(p []byte) (int, error) {
	if *m.left <= 0 {
		return 0, pgperrors.ErrMessageTooLarge
	}
	n, err := m.r.Read(p[:min(int64(len(p)), *m.left)])
	*m.left -= int64(n)
	return n, err
}

// roomForHeader is what a text's memory is longer than the text, so that the header of its mail can be put before it without another copy.
const roomForHeader = 16 << 10

// readAll reads a text of which nothing is known but about how long it will be, within what may still be unpacked.
func (o *opener) readAll(r io.Reader, about int) ([]byte, error) {
	var buffer bytes.Buffer
	buffer.Grow(int(min(int64(about), o.unpacked)) + roomForHeader)
	limit := o.unpacked
	n, err := buffer.ReadFrom(io.LimitReader(r, limit+1))
	o.unpacked = max(0, limit-n) // also for what is thrown away: it was work
	switch {
	case n > limit:
		return nil, pgperrors.ErrMessageTooLarge
	case err != nil:
		return nil, err
	}
	return buffer.Bytes(), nil
}
