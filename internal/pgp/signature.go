package pgp

import (
	"bytes"
	gocrypto "crypto"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	pgperrors "github.com/ProtonMail/go-crypto/openpgp/errors"
	"github.com/ProtonMail/go-crypto/openpgp/packet"
	openpgp "github.com/ProtonMail/go-crypto/openpgp/v2"
)

// maxSignature bounds a detached signature, in bytes, and maxSignatures the signatures of one content: each costs a hash of
// all of it.
const (
	maxSignature  = 64 << 10
	maxSignatures = 4
)

// clockSkew is how far a writer's clock may be ahead of ours.
const clockSkew = 10 * time.Minute

// detached verifies a detached signature, armored or binary, and notes what it found.
func (o *opener) detached(signed, signature []byte, whole bool) {
	if !fewSignatures(signature) {
		o.note(Finding{Method: OpenPGP, Signature: true, Outcome: Unreadable, Whole: whole})
		return
	}
	o.ring.verifying.Lock()
	defer o.ring.verifying.Unlock()
	details, err := openpgp.VerifyDetachedSignatureReader(o.ring, bytes.NewReader(signed), source(signature, nil), policy(o.ring.now().Add(clockSkew)))
	if err == nil {
		_, err = io.Copy(io.Discard, details.UnverifiedBody)
	}
	if err != nil {
		o.note(Finding{Method: OpenPGP, Signature: true, Outcome: Unreadable, Whole: whole, Detail: err.Error()})
		return
	}
	o.judgeAll(details.SignatureCandidates, whole)
}

// fewSignatures tells whether a detached signature is signatures, and few enough to be verified.
func fewSignatures(signature []byte) bool {
	if len(signature) > maxSignature {
		return false
	}
	packets := packet.NewReader(source(signature, nil))
	for n := 0; n <= maxSignatures; n++ {
		p, err := packets.Next()
		if err == io.EOF {
			return n > 0
		}
		if _, ok := p.(*packet.Signature); err != nil || !ok {
			return false
		}
	}
	return false
}

// judgeAll notes what each signature is worth.
func (o *opener) judgeAll(candidates []*openpgp.SignatureCandidate, whole bool) {
	for _, candidate := range candidates {
		finding := o.judge(candidate)
		finding.Whole = whole
		o.note(finding)
	}
}

// judge says what a signature is worth. Whether it fits has been computed; whether to believe it depends on how strong it
// is, on the key's life, and on what the desk makes of the key.
func (o *opener) judge(candidate *openpgp.SignatureCandidate) Finding {
	f := Finding{Method: OpenPGP, Signature: true, Keys: []string{keyID(candidate.IssuerKeyId)}}
	if candidate.CorrespondingSig != nil {
		f.Time = candidate.CorrespondingSig.CreationTime.UTC()
	}
	signer := o.ring.holdingOf(candidate.SignedByEntity)
	if signer == nil {
		f.Outcome = UnknownKey
		return f
	}
	if len(signer.info.Names) > 0 {
		f.Signer = signer.info.Names[0]
	}
	f.Stranger = !slices.ContainsFunc(o.from, func(from string) bool { return slices.Contains(signer.info.Addresses, from) })
	if f.Outcome, f.Detail = o.outcome(candidate, signer.info.State); f.Outcome == Good || f.Outcome == Unconfirmed {
		f.Notes = o.notes(signer)
	}
	return f
}

// notes says what to know of a key whose signature is accepted.
func (o *opener) notes(h *holding) []Note {
	var notes []Note
	now := o.ring.now()
	if !h.info.Expires.IsZero() && now.After(h.info.Expires) {
		notes = append(notes, ExpiredSince)
	}
	if self, err := h.key.GetEntity().PrimarySelfSignature(now, policy(now)); err == nil && weakness(nil, self.Hash) != "" {
		notes = append(notes, BoundBySHA1)
	}
	return notes
}

// outcome weighs a signature that a key of the ring is said to have made.
func (o *opener) outcome(candidate *openpgp.SignatureCandidate, state State) (Outcome, string) {
	if err := candidate.SignatureError; err != nil {
		return misfit(err, candidate)
	}
	if weak := weakness(publicKey(candidate.SignedByEntity, candidate.IssuerKeyId), candidate.CorrespondingSig.Hash); weak != "" {
		return Weak, weak
	}
	if o.elsewhere(candidate.CorrespondingSig) {
		return Misdirected, ""
	}
	switch state {
	case Withdrawn:
		return Revoked, ""
	case Offered:
		return Unconfirmed, ""
	}
	return Good, ""
}

// misfit says why a signature is not accepted by the library.
func misfit(err error, candidate *openpgp.SignatureCandidate) (Outcome, string) {
	var weak pgperrors.WeakAlgorithmError
	var structural pgperrors.StructuralError
	switch {
	case errors.Is(err, pgperrors.ErrKeyRevoked):
		return Revoked, ""
	case errors.Is(err, pgperrors.ErrKeyExpired):
		return Expired, ""
	case errors.Is(err, pgperrors.ErrSignatureExpired):
		return Outdated, ""
	case errors.As(err, &weak):
		return Weak, string(weak)
	case !candidate.HashAlgorithm.Available() || candidate.HashAlgorithm == gocrypto.MD5:
		return Weak, weakness(nil, candidate.HashAlgorithm)
	case errors.As(err, &structural) && candidate.CorrespondingSig != nil:
		// No key was valid for signing when the signature was made: of a subkey the library does not say why.
		return subkeyOutcome(candidate.SignedByEntity, candidate.IssuerKeyId, candidate.CorrespondingSig.CreationTime)
	}
	return Bad, ""
}

// subkeyOutcome says why a subkey was not valid for signing at a time.
func subkeyOutcome(entity *openpgp.Entity, id uint64, at time.Time) (Outcome, string) {
	for _, sub := range entity.Subkeys {
		if sub.PublicKey.KeyId != id {
			continue
		}
		binding, err := sub.LatestValidBindingSignature(time.Time{}, policy(at))
		switch {
		case sub.Revoked(binding, at):
			return Revoked, ""
		case err == nil && sub.PublicKey.KeyExpired(binding, at):
			return Expired, ""
		}
	}
	return Bad, "the key is not for signing"
}

// elsewhere tells whether a signature names readers (RFC 9580, 5.2.3.36), none of which is us: somebody may have passed
// on what was signed for them.
func (o *opener) elsewhere(signature *packet.Signature) bool {
	for _, reader := range signature.IntendedRecipients {
		if key, ok := o.ring.Get(fingerprint(reader.Fingerprint)); ok && key.Ours {
			return false
		}
	}
	return len(signature.IntendedRecipients) > 0
}

// publicKey is the primary key or subkey of an ID.
func publicKey(entity *openpgp.Entity, id uint64) *packet.PublicKey {
	for _, sub := range entity.Subkeys {
		if sub.PublicKey.KeyId == id {
			return sub.PublicKey
		}
	}
	return entity.PrimaryKey
}

// senders are the addresses of From, in lower case.
func senders(e entity) []string {
	var list []string
	for _, address := range e.header.AddressList("From") {
		list = append(list, strings.ToLower(address.Address))
	}
	return list
}
