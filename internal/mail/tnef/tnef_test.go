package tnef

import (
	"encoding/binary"
	"errors"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
)

func le32(n int) []byte { return binary.LittleEndian.AppendUint32(nil, uint32(n)) }

// stream builds a TNEF stream of attributes.
func stream(attributes ...[]byte) []byte {
	b := append(le32(signature), 1, 0)
	for _, a := range attributes {
		b = append(b, a...)
	}
	return b
}

func attribute(level byte, id int, value []byte) []byte {
	b := append([]byte{level}, le32(id)...)
	b = append(b, le32(len(value))...)
	b = append(b, value...)
	sum := uint16(0)
	for _, c := range value {
		sum += uint16(c)
	}
	return binary.LittleEndian.AppendUint16(b, sum)
}

// props builds the value of an attribute of MAPI properties.
func props(properties ...[]byte) []byte {
	b := le32(len(properties))
	for _, p := range properties {
		b = append(b, p...)
	}
	return b
}

func stringProperty(id, kind int, value string) []byte {
	b := binary.LittleEndian.AppendUint16(nil, uint16(kind))
	b = binary.LittleEndian.AppendUint16(b, uint16(id))
	b = append(append(b, le32(1)...), le32(len(value))...)
	b = append(b, value...)
	return append(b, make([]byte, (4-len(value)%4)%4)...)
}

func utf16z(s string) string {
	var b []byte
	for _, u := range utf16.Encode([]rune(s + "\x00")) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return string(b)
}

// compressed builds compressed RTF of literal bytes only.
func compressed(rtf string) []byte {
	var body []byte
	for i := 0; i < len(rtf); i += 8 {
		body = append(append(body, 0), rtf[i:min(i+8, len(rtf))]...)
	}
	b := append(le32(len(body)+12), le32(len(rtf))...)
	b = append(append(b, le32(rtfCompressed)...), le32(0)...)
	return append(b, body...)
}

func TestParse(t *testing.T) {
	inner := stream(attribute(1, attrSubject, []byte("inner\x00")))
	data := stream(
		attribute(1, attrCodepage, append(le32(932), le32(0)...)),
		attribute(1, attrSubject, []byte("\x93\xCD\x8F\x6F\x00")),
		attribute(1, attrProps, props(
			// A named property and one of several values stand before the text, to be stepped over.
			append(append([]byte{0x1E, 0, 1, 0x80}, make([]byte, 16)...), append(append(append(le32(1), le32(4)...), "a\x00b\x00"...), append(append(le32(1), le32(1)...), 'x', 0, 0, 0)...)...),
			append([]byte{3, 0x10, 2, 0x10}, append(append(le32(2), le32(7)...), le32(8)...)...),
			stringProperty(propRTF, typeBinary, string(compressed(`{\rtf1 hello}`))),
			stringProperty(propBody, typeUnicode, utf16z("本文")),
		)),
		attribute(2, attrAttachRender, make([]byte, 14)),
		attribute(2, attrAttachTitle, []byte("SHORT~1.TXT\x00")),
		attribute(2, attrAttachData, []byte("content")),
		attribute(2, attrAttachProps, props(
			stringProperty(propAttachLong, typeUnicode, utf16z("報告書.txt")),
			stringProperty(propAttachTag, typeString8, "text/plain\x00"),
			stringProperty(propAttachID, typeString8, "<id@example>\x00"),
		)),
		attribute(2, attrAttachRender, make([]byte, 14)),
		attribute(2, attrAttachProps, props(stringProperty(propAttachData, typeObject, strings.Repeat("\x00", 16)+string(inner)))),
	)
	got, err := Parse(data, Limits{Attachments: 10, Depth: 5, RTF: 1000})
	if err != nil {
		t.Fatal(err)
	}
	want := &Message{
		Subject: "届出", Charset: "utf-8", Text: []byte("本文"), RTF: []byte(`{\rtf1 hello}`),
		Attachments: []Attachment{
			{Name: "報告書.txt", MediaType: "text/plain", ContentID: "id@example", Data: []byte("content")},
			{Data: inner, Embedded: &Message{Subject: "inner"}},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestParseBroken(t *testing.T) {
	whole := stream(attribute(1, attrSubject, []byte("kept\x00")), attribute(2, attrAttachRender, nil), attribute(2, attrAttachData, []byte("content")))
	if _, err := Parse([]byte("not a stream"), Limits{}); !errors.Is(err, ErrFormat) {
		t.Errorf("error is %v", err)
	}
	for cut := 8; cut < len(whole); cut++ {
		m, err := Parse(whole[:cut], Limits{Attachments: 5})
		if cut > 30 && m.Subject != "kept" {
			t.Errorf("cut at %d: subject lost", cut)
		}
		if cut == len(whole)-5 && err == nil {
			t.Errorf("cut at %d: no error", cut)
		}
	}
	if _, err := Parse(whole, Limits{}); err == nil {
		t.Error("more attachments than allowed, and no error")
	}
}

func TestDecompressRTF(t *testing.T) {
	// A reference into what has just been written: "abc", then 9 bytes from where the a stands.
	ref := len(dictionaryStart)<<4 | 7
	body := append([]byte{0x08, 'a', 'b', 'c'}, byte(ref>>8), byte(ref))
	data := append(append(append(le32(len(body)+12), le32(12)...), le32(rtfCompressed)...), le32(0)...)
	got, err := decompressRTF(append(data, body...), 1000)
	if err != nil || string(got) != "abcabcabcabc" {
		t.Errorf("got %q, %v", got, err)
	}
	if got, _ := decompressRTF(append(data, body...), 5); string(got) != "abcab" {
		t.Errorf("limited to 5: %q", got)
	}
	// A size that the stream claims makes nothing be allocated.
	huge := append(append(append(le32(100), le32(1<<31-1)...), le32(rtfCompressed)...), 0, 0, 0, 0, 0, 'x')
	if got, _ := decompressRTF(huge, 1<<40); cap(got) > 1000 {
		t.Errorf("%d bytes allocated", cap(got))
	}
}
