package pgp

import (
	"bytes"
	"encoding/binary"
	"errors"
	"testing"
)

func TestVault(t *testing.T) {
	t.Parallel()
	v, wrapped, err := NewVault(secret)
	if err != nil {
		t.Fatal(err)
	}
	plain, place := []byte("秘密の本文"), []byte("message 17 text")
	sealed := v.Seal(plain, place)
	if bytes.Contains(sealed, plain) || bytes.Equal(sealed, v.Seal(plain, place)) {
		t.Error("a sealed text shows itself, or is the same each time")
	}
	other, otherWrapped, err := NewVault(secret)
	if err != nil {
		t.Fatal(err)
	}
	again, err := OpenVault(wrapped, secret)
	if err != nil {
		t.Fatal(err)
	}
	rewrapped, err := v.Wrap([]byte("another passphrase"))
	if err != nil {
		t.Fatal(err)
	}
	changed, err := OpenVault(rewrapped, []byte("another passphrase"))
	if err != nil {
		t.Fatal(err)
	}
	altered := bytes.Clone(sealed)
	altered[len(altered)-1] ^= 1
	for _, tc := range []struct {
		name   string
		vault  *Vault
		sealed []byte
		place  []byte
		opens  bool
	}{
		{"the same vault", v, sealed, place, true},
		{"opened again", again, sealed, place, true},
		{"under a new passphrase", changed, sealed, place, true},
		{"an empty text", v, v.Seal(nil, nil), nil, true},
		{"in another place", v, sealed, []byte("message 18 text"), false},
		{"another vault", other, sealed, place, false},
		{"altered", v, altered, place, false},
		{"cut", v, sealed[:len(sealed)-1], place, false},
		{"too short", v, sealed[:10], place, false},
		{"nothing", v, nil, place, false},
	} {
		got, err := tc.vault.Unseal(tc.sealed, tc.place)
		if (err == nil) != tc.opens || err != nil && !errors.Is(err, ErrSealed) || tc.opens && len(tc.place) > 0 && !bytes.Equal(got, plain) {
			t.Errorf("%s: %q, %v", tc.name, got, err)
		}
	}
	if bytes.Equal(wrapped, otherWrapped) {
		t.Error("two vaults are wrapped alike")
	}
}

// TestOpenVault: a wrapped key opens only with its secret, unaltered, and asks for bounded work.
func TestOpenVault(t *testing.T) {
	t.Parallel()
	_, wrapped, err := NewVault(secret)
	if err != nil {
		t.Fatal(err)
	}
	with := func(change func(b []byte)) []byte {
		b := bytes.Clone(wrapped)
		change(b)
		return b
	}
	for _, tc := range []struct {
		name    string
		wrapped []byte
		secret  []byte
	}{
		{"another secret", wrapped, []byte("wrong")},
		{"no secret", wrapped, nil},
		{"another version", with(func(b []byte) { b[0] = 2 }), secret},
		{"fewer passes", with(func(b []byte) { b[1] = 1 }), secret},
		{"no passes", with(func(b []byte) { b[1] = 0 }), secret},
		{"no threads", with(func(b []byte) { b[2] = 0 }), secret},
		{"all the memory there is", with(func(b []byte) { binary.BigEndian.PutUint32(b[3:], 1<<32-1) }), secret},
		{"another salt", with(func(b []byte) { b[10] ^= 1 }), secret},
		{"another nonce", with(func(b []byte) { b[30] ^= 1 }), secret},
		{"cut", wrapped[:50], secret},
		{"nothing", nil, secret},
	} {
		if _, err := OpenVault(tc.wrapped, tc.secret); !errors.Is(err, ErrSecret) {
			t.Errorf("%s: %v", tc.name, err)
		}
	}
	if _, _, err := NewVault(nil); err == nil {
		t.Error("made a vault without a secret")
	}
}
