package pgp

import (
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp/packet"
	openpgp "github.com/ProtonMail/go-crypto/openpgp/v2"
	"github.com/ProtonMail/gopenpgp/v3/crypto"

	"todoke/internal/mail"
)

// State is what the desk makes of a key.
type State string

// States of our keys and of others'.
const (
	Current State = "current" // ours: signs, is published, decrypts
	Old     State = "old"     // ours: goes on decrypting

	Offered   State = "offered"   // of somebody, nobody has confirmed it: never used for sending
	Confirmed State = "confirmed" // a handler, or an authenticated look-up, confirmed that it is whose it says

	Withdrawn State = "revoked" // ours or of others: not believed any more; ours goes on decrypting
)

// Key describes a key, and carries it in the form in which it is kept.
type Key struct {
	Fingerprint string    // 40 (v4) or 64 (v6) hexadecimal digits, upper case
	KeyIDs      []string  // of the primary key and the subkeys, 16 digits each, upper case
	Names       []string  // user IDs that the key itself signed, the main one first
	Addresses   []string  // mail addresses of these, lower case
	Algorithm   string    // of the primary key: "RSA 2048", "ed25519"
	Created     time.Time // UTC
	Expires     time.Time // UTC; zero where it never does
	Revoked     bool      // it carries a revocation of its own
	State       State
	Ours        bool   // we hold its private part
	Armored     string // the public key; of ours, the private key locked
}

// FormatFingerprint writes a fingerprint in groups of four digits, as people compare it.
func FormatFingerprint(fingerprint string) string {
	var groups []string
	for group := range slices.Chunk([]byte(fingerprint), 4) {
		groups = append(groups, string(group))
	}
	return strings.Join(groups, " ")
}

// describe reads from a key what Key tells, at a time.
func describe(key *crypto.Key, now time.Time) Key {
	entity := key.GetEntity()
	k := Key{
		Fingerprint: fingerprint(entity.PrimaryKey.Fingerprint),
		KeyIDs:      []string{keyID(entity.PrimaryKey.KeyId)},
		Algorithm:   algorithm(entity.PrimaryKey),
		Created:     entity.PrimaryKey.CreationTime.UTC(),
		Revoked:     entity.Revoked(now),
		Ours:        key.IsPrivate(),
	}
	for _, sub := range entity.Subkeys {
		k.KeyIDs = append(k.KeyIDs, keyID(sub.PublicKey.KeyId))
	}
	k.Names = names(entity, now)
	for _, name := range k.Names {
		for _, address := range mail.ParseAddresses(name) {
			if address := strings.ToLower(address.Address); address != "" && !slices.Contains(k.Addresses, address) {
				k.Addresses = append(k.Addresses, address)
			}
		}
	}
	if self, err := entity.PrimarySelfSignature(time.Time{}, policy(now)); err == nil && self.KeyLifetimeSecs != nil && *self.KeyLifetimeSecs > 0 {
		k.Expires = k.Created.Add(time.Duration(*self.KeyLifetimeSecs) * time.Second)
	}
	return k
}

// names are the user IDs that the key signed itself and did not revoke, the main one first. Others can be hung on any key
// by anybody.
func names(entity *openpgp.Entity, now time.Time) []string {
	var list []string
	for name, identity := range entity.Identities {
		if _, err := identity.Verify(time.Time{}, policy(now)); err == nil {
			list = append(list, oneLine(name))
		}
	}
	slices.Sort(list)
	if _, main := entity.PrimaryIdentity(now, policy(now)); main != nil {
		if i := slices.Index(list, oneLine(main.Name)); i > 0 {
			list = slices.Insert(slices.Delete(list, i, i+1), 0, oneLine(main.Name))
		}
	}
	return list
}

// oneLine makes a user ID, which is any bytes, fit for a line of text.
func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7F || r >= 0x80 && r < 0xA0 || r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069 {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	if runes := []rune(s); len(runes) > maxName {
		s = string(runes[:maxName])
	}
	return strings.TrimSpace(s)
}

// maxName bounds a user ID, in characters.
const maxName = 200

func keyID(id uint64) string { return fmt.Sprintf("%016X", id) }

// algorithm names the algorithm of a key as people know it.
func algorithm(key *packet.PublicKey) string {
	bits, _ := key.BitLength()
	switch key.PubKeyAlgo {
	case packet.PubKeyAlgoRSA, packet.PubKeyAlgoRSAEncryptOnly, packet.PubKeyAlgoRSASignOnly:
		return fmt.Sprintf("RSA %d", bits)
	case packet.PubKeyAlgoDSA:
		return fmt.Sprintf("DSA %d", bits)
	case packet.PubKeyAlgoElGamal:
		return fmt.Sprintf("ElGamal %d", bits)
	case packet.PubKeyAlgoEdDSA, packet.PubKeyAlgoEd25519:
		return "ed25519"
	case packet.PubKeyAlgoECDSA, packet.PubKeyAlgoECDH:
		if curve, err := key.Curve(); err == nil {
			return string(curve)
		}
	case packet.PubKeyAlgoEd448:
		return "ed448"
	}
	return fmt.Sprintf("algorithm %d", key.PubKeyAlgo)
}

func fingerprint(b []byte) string { return strings.ToUpper(hex.EncodeToString(b)) }
