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

// maxSignature bounds a detached signature, in bytes, and maxSignatures the signatures in it: each costs a hash of all
// that it signs.
const (
	maxSignature  = 64 << 10
	maxSignatures = 8
)

// detached verifies a detached signature, armored or binary, and notes what it found.
func (o *opener) detached(signed, signature []byte, whole bool) {
	if !fewSignatures(o, signature) {
		o.note(Finding{Method: OpenPGP, Signature: true, Outcome: Unreadable, Whole: whole})
		return
	}
	o.ring.verifying.Lock()
	defer o.ring.verifying.Unlock()
	details, err := openpgp.VerifyDetachedSignatureReader(o.ring, bytes.NewReader(signed), o.source(signature, nil), policy(o.ring.now()))
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
func fewSignatures(o *opener, signature []byte) bool {
	if len(signature) > maxSignature {
		return false
	}
	packets := packet.NewReader(o.source(signature, nil))
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
	for i, candidate := range candidates {
		if i == maxSignatures {
			break
		}
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
	holdings := o.ring.byID(candidate.IssuerKeyId)
	if len(holdings) == 0 {
		f.Outcome = UnknownKey
		f.Detail = weakness(nil, candidate.HashAlgorithm)
		return f
	}
	info := holdings[0].info
	if len(info.Names) > 0 {
		f.Signer = info.Names[0]
	}
	f.Stranger = !slices.ContainsFunc(o.from, func(from string) bool { return slices.Contains(info.Addresses, from) })
	key := publicKey(holdings[0].key.GetEntity(), candidate.IssuerKeyId)
	f.Outcome, f.Detail = o.outcome(candidate, key, info)
	return f
}

// outcome weighs a signature that a key of the ring is said to have made.
func (o *opener) outcome(candidate *openpgp.SignatureCandidate, key *packet.PublicKey, info Key) (Outcome, string) {
	if err := candidate.SignatureError; err != nil {
		return o.misfit(err, candidate, key, info)
	}
	if weak := weakness(key, candidate.CorrespondingSig.Hash); weak != "" {
		return Weak, weak
	}
	if o.elsewhere(candidate.CorrespondingSig) {
		return Misdirected, ""
	}
	switch info.State {
	case Withdrawn:
		return Revoked, ""
	case Offered:
		return Unconfirmed, ""
	}
	if !info.Expires.IsZero() && o.ring.now().After(info.Expires) {
		return Good, "the key has expired since"
	}
	return Good, ""
}

// misfit says why a signature is not accepted by the library.
func (o *opener) misfit(err error, candidate *openpgp.SignatureCandidate, key *packet.PublicKey, info Key) (Outcome, string) {
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
		return subkeyOutcome(o.ring.byID(candidate.IssuerKeyId)[0].key.GetEntity(), candidate.IssuerKeyId, candidate.CorrespondingSig.CreationTime)
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
