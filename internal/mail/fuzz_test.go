package mail

import (
	"bytes"
	"strings"
	"testing"
)

// small are limits that a fuzzer reaches.
var small = Limits{Size: 1 << 20, Depth: 6, Parts: 20, HeaderSize: 4096, Fields: 100, Decoded: 1 << 20, Text: 1 << 20}

func FuzzParse(f *testing.F) {
	for _, c := range structureCases {
		f.Add([]byte(c.raw))
	}
	for _, c := range wordCases {
		f.Add([]byte("Subject: " + c.raw + "\nContent-Type: text/plain; name=\"" + c.raw + "\"\n\n"))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		kept := bytes.Clone(raw)
		m := Parse(raw, small)
		if !bytes.Equal(raw, kept) {
			t.Error("the mail was changed")
		}
		checkMessage(t, m, small)
		for i := range m.Header.Len() {
			if _, v := m.Header.Field(i); strings.ContainsAny(v, "\n\r\x00") {
				t.Errorf("field %d is not one line: %q", i, v)
			}
		}
		m.Header.AddressList("From")
		m.Header.References()
		m.Header.Date()
		again := Parse(raw, small)
		if len(again.Parts) != len(m.Parts) || len(again.Problems) != len(m.Problems) {
			t.Error("read twice, different")
		}
	})
}

func FuzzSegments(f *testing.F) {
	for _, c := range segmentCases {
		f.Add(c.text)
	}
	f.Add("\n0000000:") // a time of day cut off at the end of the text
	f.Fuzz(func(t *testing.T, text string) {
		at := 0
		for i, s := range Segments(text) {
			if s.Start != at || s.End <= s.Start || s.End > len(text) {
				t.Fatalf("segment %d is %d to %d, expected to begin at %d of %d", i, s.Start, s.End, at, len(text))
			}
			if s.Kind == Quoted && s.Depth < 1 {
				t.Errorf("segment %d is quoted 0 times", i)
			}
			at = s.End
		}
		if at != len(text) {
			t.Errorf("segments end at %d of %d", at, len(text))
		}
	})
}

func FuzzMbox(f *testing.F) {
	f.Add([]byte("From a@example.jp Sat Apr 12 03:20:00 2008\nSubject: x\n\n>From here\n\nFrom b@example.jp Sat Apr 12 03:20:00 2008\n\nbody\n"))
	f.Add([]byte("no From line\n\ntext"))
	f.Fuzz(func(t *testing.T, file []byte) {
		total := 0
		for m, err := range SplitMbox(bytes.NewReader(file), 1000) {
			if err != nil {
				t.Fatal(err)
			}
			if len(m.Raw) > 1000 {
				t.Errorf("mail of %d bytes", len(m.Raw))
			}
			total += len(m.Raw)
		}
		if total > len(file) {
			t.Errorf("%d bytes made of %d", total, len(file))
		}
	})
}

func FuzzParseDate(f *testing.F) {
	for _, c := range dateCases {
		f.Add(c.in)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if d, ok := ParseDate(s); ok && (d.Year() < 1899 || d.Year() > 10000) {
			t.Errorf("%q is %v", s, d)
		}
	})
}
