package pgp

import (
	gocrypto "crypto"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp/packet"
)

// minRSA is the shortest RSA key whose signature is believed, in bits. NIST SP 800-131A disallows shorter ones.
const minRSA = 2048

// policy configures the library to do the mathematics of everything it can, also of what is too weak: whether a signature
// fits, and whether it is worth anything, are two questions, and a reporter with an old key shall be told which it was.
// The second one is answered by weakness.
func policy(now time.Time) *packet.Config {
	no := false
	return &packet.Config{
		Time:                        func() time.Time { return now },
		MinRSABits:                  512,
		RejectPublicKeyAlgorithms:   map[packet.PublicKeyAlgorithm]bool{},
		RejectHashAlgorithms:        map[gocrypto.Hash]bool{},
		RejectMessageHashAlgorithms: map[gocrypto.Hash]bool{},
		RejectCurves:                map[packet.Curve]bool{},
		CheckIntendedRecipients:     &no, // see judge: the library knows only the key that decrypted
		CheckPacketSequence:         &no, // see message.go: the order of packets is looked at before
	}
}

// weakness says what of a signature is too weak to be believed, "" where nothing is (RFC 9580, 9.5 and 12).
func weakness(key *packet.PublicKey, hash gocrypto.Hash) string {
	switch hash {
	case gocrypto.SHA1:
		return "SHA-1"
	case gocrypto.MD5:
		return "MD5"
	case gocrypto.RIPEMD160:
		return "RIPEMD-160"
	}
	if key == nil {
		return ""
	}
	switch key.PubKeyAlgo {
	case packet.PubKeyAlgoDSA, packet.PubKeyAlgoElGamal:
		return algorithm(key)
	case packet.PubKeyAlgoRSA, packet.PubKeyAlgoRSASignOnly:
		if bits, err := key.BitLength(); err != nil || bits < minRSA {
			return algorithm(key)
		}
	}
	return ""
}
