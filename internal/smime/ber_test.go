package smime

import (
	"bytes"
	"encoding/asn1"
	"encoding/hex"
	"testing"
	"time"
)

func TestNormal(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, ber, der string // hexadecimals; no DER: refused
	}{
		{"DER stays", "3003020105", "3003020105"},
		{"what follows is left out", "0201050000", "020105"},
		{"long lengths made short", "308200040281" + "0105", "3003020105"},
		{"open length", "30800201050000", "3003020105"},
		{"open in open", "3080308002010500000000", "30053003020105"},
		{"pieces of a string", "24800401610402" + "6263" + "0000", "0403616263"},
		{"pieces of pieces", "2480240304016104016200" + "00", "04026162"},
		{"an empty open string", "24800000", "0400"},
		{"a piece that is no string", "2403020105", "2403020105"},
		{"a tag of several octets", "5F8101" + "0161", "5F81010161"},
		{"open and primitive", "0480610000", ""},
		{"cut in a length", "3082", ""},
		{"cut in a value", "0405616263", ""},
		{"no end of an open value", "30800201", ""},
		{"a part longer than its whole", "300302" + "0501", ""},
		{"a length beyond all numbers", "30FF", ""},
		{"a length of nine octets", "3089010000000000000000", ""},
		{"nothing", "", ""},
	} {
		ber, err := hex.DecodeString(tc.ber)
		if err != nil {
			t.Fatalf("%s: %v", tc.name, err)
		}
		der, err := normal(ber)
		want, _ := hex.DecodeString(tc.der)
		if (err != nil) != (tc.der == "") || !bytes.Equal(der, want) {
			t.Errorf("%s: %X, %v; want %s", tc.name, der, err, tc.der)
		}
	}
}

// TestHostileBER: structures that are made to cost are refused. Without the bounds this would not end.
func TestHostileBER(t *testing.T) {
	t.Parallel()
	const size = 8 << 20
	open := func(tag byte, inside []byte) []byte {
		return append(append([]byte{tag, 0x80}, inside...), 0, 0)
	}
	for _, tc := range []struct {
		name string
		ber  []byte
	}{
		{"nested without end", append(bytes.Repeat([]byte{0x30, 0x80}, size/4), make([]byte, size/2)...)},
		{"nested deeper than anything needs", append(bytes.Repeat([]byte{0x30, 0x80}, 100), make([]byte, 200)...)},
		{"millions of values", open(0x30, bytes.Repeat([]byte{0x05, 0x00}, size/2))},
		{"a string in millions of pieces", open(0x24, bytes.Repeat([]byte{0x04, 0x01, 0x61}, size/3))},
		{"tags without end", bytes.Repeat([]byte{0x3F, 0xFF}, size/2)},
	} {
		if _, err := normal(tc.ber); err == nil {
			t.Errorf("%s: taken", tc.name)
		}
	}
}

func FuzzCMS(f *testing.F) {
	for _, oid := range []asn1.ObjectIdentifier{oidEnveloped, oidAuthEnveloped, {1, 2, 840, 113549, 1, 7, 2}} {
		type seed struct {
			Type    asn1.ObjectIdentifier
			Content struct{ Version int } `asn1:"explicit,tag:0"`
		}
		der, err := asn1.Marshal(seed{Type: oid})
		if err != nil {
			f.Fatal(err)
		}
		f.Add(der)
	}
	f.Add([]byte{0x30, 0x80, 0x24, 0x80, 0x04, 0x01, 0x61, 0, 0, 0, 0})
	r := New(Config{Now: time.Now})
	f.Fuzz(func(t *testing.T, cms []byte) {
		if der, err := normal(cms); err == nil {
			again, err := normal(der)
			if err != nil || !bytes.Equal(der, again) {
				t.Errorf("%X is not the normal form of itself: %X, %v", der, again, err)
			}
		}
		if _, _, err := r.Decrypt(cms); err == nil {
			t.Error("decrypted without a key")
		}
		if _, _, err := r.Verify(cms, nil); err == nil {
			t.Error("believed without roots")
		}
	})
}
