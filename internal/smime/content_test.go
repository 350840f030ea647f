package smime

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
	"testing"
	"time"
)

// TestUnwrap takes the example of RFC 3394, 4.1.
func TestUnwrap(t *testing.T) {
	t.Parallel()
	key, _ := hex.DecodeString("000102030405060708090A0B0C0D0E0F")
	wrapped, _ := hex.DecodeString("1FA68B0A8112B447AEF34BD8FB5A7B829D3E862371D2CFE5")
	got, err := unwrap(key, wrapped)
	if want, _ := hex.DecodeString("00112233445566778899AABBCCDDEEFF"); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%X, %v", got, err)
	}
	wrapped[5] ^= 1
	if _, err := unwrap(key, wrapped); err == nil {
		t.Error("an altered key was unwrapped")
	}
}

// TestPadding: content whose last block says something impossible is refused and no more is read than there is.
func TestPadding(t *testing.T) {
	t.Parallel()
	block, err := aes.NewCipher(make([]byte, 16))
	if err != nil {
		t.Fatal(err)
	}
	for last := range 256 {
		data := make([]byte, 16)
		data[15] = byte(last)
		_, err := unpadded(data, block.BlockSize())
		if ok := last == 1; (err == nil) != ok {
			t.Errorf("padding %d: %v", last, err)
		}
	}
}

// TestContent: how content is encrypted, from the session key on, with what OpenSSL does not write.
func TestContent(t *testing.T) {
	t.Parallel()
	session, nonce, plain := make([]byte, 16), make([]byte, 12), []byte("content")
	block, err := aes.NewCipher(session)
	if err != nil {
		t.Fatal(err)
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		t.Fatal(err)
	}
	// As an attribute set they are authenticated, under the tag [1] they are sent.
	attributes := []byte{0x31, 2, 5, 0}
	sent := []byte{0xA1, 2, 5, 0}
	sealed := func(attributes []byte) []byte { return gcm.Seal(nil, nonce, plain, attributes) }
	for _, tc := range []struct {
		name       string
		sealed     []byte
		attributes []byte
		nonce      []byte
		tag        int
		session    []byte
		opens      bool
	}{
		{"without attributes", sealed(nil), nil, nonce, 16, session, true},
		{"with attributes", sealed(attributes), sent, nonce, 16, session, true},
		{"attributes taken away", sealed(attributes), nil, nonce, 16, session, false},
		{"attributes put there", sealed(nil), sent, nonce, 16, session, false},
		{"a nonce of another length", sealed(nil), nil, nonce[:8], 16, session, false},
		{"a tag that is said to be shorter", sealed(nil), nil, nonce, 4, session, false},
		{"a key of another length", sealed(nil), nil, nonce, 16, make([]byte, 32), false},
	} {
		parameters, err := asn1.Marshal(gcmParameters{tc.nonce, tc.tag})
		if err != nil {
			t.Fatal(err)
		}
		env := &enveloped{
			Content: encryptedContent{
				Algorithm: pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 1, 6}, Parameters: asn1.RawValue{FullBytes: parameters}},
				Content:   asn1.RawValue{Bytes: tc.sealed[:len(plain)]},
			},
			AuthAttrs: asn1.RawValue{FullBytes: tc.attributes},
			MAC:       tc.sealed[len(plain):],
		}
		c, err := env.cipher()
		if err != nil {
			t.Fatal(err)
		}
		got, err := env.decrypt(c, tc.session)
		if (err == nil) != tc.opens || tc.opens && !bytes.Equal(got, plain) {
			t.Errorf("%s: %q, %v", tc.name, got, err)
		}
	}
}

// TestManyRecipients: a message to more readers than are looked at is not read.
func TestManyRecipients(t *testing.T) {
	t.Parallel()
	null := pkix.AlgorithmIdentifier{Algorithm: oidRSA}
	for _, tc := range []struct {
		count int
		ok    bool
	}{{maxRecipients, true}, {maxRecipients + 1, false}} {
		one, err := asn1.Marshal(keyTransport{Recipient: asn1.RawValue{FullBytes: []byte{0x80, 1, 7}}, Algorithm: null, Key: []byte{1}})
		if err != nil {
			t.Fatal(err)
		}
		var env struct {
			Version    int
			Recipients []asn1.RawValue `asn1:"set"`
			Content    struct {
				Type      asn1.ObjectIdentifier
				Algorithm pkix.AlgorithmIdentifier
			}
		}
		for range tc.count {
			env.Recipients = append(env.Recipients, asn1.RawValue{FullBytes: one})
		}
		env.Content.Type, env.Content.Algorithm = oidEnveloped, null
		inner, err := asn1.Marshal(env)
		if err != nil {
			t.Fatal(err)
		}
		cms, err := asn1.Marshal(contentInfo{oidEnveloped, asn1.RawValue{Class: asn1.ClassContextSpecific, IsCompound: true, Bytes: inner}})
		if err != nil {
			t.Fatal(err)
		}
		_, keys, err := New(Config{Now: time.Now}).Decrypt(cms)
		if tc.ok != (len(keys) == tc.count) {
			t.Errorf("%d recipients: %d read, %v", tc.count, len(keys), err)
		}
	}
}
