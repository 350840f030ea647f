package canon_test

import (
	"bytes"
	"crypto/sha256"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"todoke/internal/mailauth/canon"
)

var roomy = canon.Limits{Header: 1 << 20, Fields: 1000}

func TestSplit(t *testing.T) {
	t.Parallel()
	type field struct{ Name, Raw string }
	cases := []struct {
		why, raw string
		fields   []field
		body     string
	}{
		{"the usual", "From: a\r\nTo: b\r\n\r\nbody\r\n", []field{{"from", "From: a"}, {"to", "To: b"}}, "body\r\n"},
		{"LF alone ends lines too", "From: a\n\nbody", []field{{"from", "From: a"}}, "body"},
		{"a folded field", "From: a\r\n\tb\r\n  c\r\n\r\n", []field{{"from", "From: a\r\n\tb\r\n  c"}}, ""},
		{"a line of blanks goes on and does not end the header", "A: a\r\n \r\nB: b\r\n\r\n", []field{{"a", "A: a\r\n "}, {"b", "B: b"}}, ""},
		{"blanks before the colon", "From \t: a\r\n\r\n", []field{{"from", "From \t: a"}}, ""},
		{"a line that is no field", "From a b\r\nTo: b\r\n\r\n", []field{{"", "From a b"}, {"to", "To: b"}}, ""},
		{"a colon in a line that is no field", "From a Mon 10:00\r\n\r\n", []field{{"", "From a Mon 10:00"}}, ""},
		{"no header", "\r\nbody", nil, "body"},
		{"no body", "From: a", []field{{"from", "From: a"}}, ""},
		{"a continuation of nothing", " x\r\nTo: b\r\n\r\n", []field{{"", " x"}, {"to", "To: b"}}, ""},
		{"a carriage return alone ends no line", "From: a\rTo: b\r\n\r\n", []field{{"from", "From: a\rTo: b"}}, ""},
		{"nothing", "", nil, ""},
	}
	for _, c := range cases {
		m := canon.Split([]byte(c.raw), roomy)
		var got []field
		for _, f := range m.Fields {
			got = append(got, field{f.Name, string(f.Raw)})
		}
		if diff := cmp.Diff(c.fields, got); diff != "" || string(m.Body) != c.body || m.Cut {
			t.Errorf("%s: body %q, cut %v (-want +got):\n%s", c.why, m.Body, m.Cut, diff)
		}
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	for why, c := range map[string]struct {
		raw  string
		cut  bool
		kept int
	}{
		"as many fields as are allowed": {strings.Repeat("A: a\r\n", 1000) + "\r\nbody", false, 1000},
		"one field more":                {strings.Repeat("A: a\r\n", 1001) + "\r\nbody", true, 1000},
		"a header that is too long":     {"A: a\r\nB: " + strings.Repeat("x", 1<<20) + "\r\n\r\nbody", true, 1},
		"a field folded too often":      {"A: a\r\nB: b\r\n" + strings.Repeat(" x\r\n", 1<<19) + "\r\nbody", true, 1},
	} {
		m := canon.Split([]byte(c.raw), roomy)
		if m.Cut != c.cut || len(m.Fields) != c.kept || c.cut != (m.Body == nil) {
			t.Errorf("%s: cut %v, %d fields, %d bytes of body", why, m.Cut, len(m.Fields), len(m.Body))
		}
	}
}

func TestField(t *testing.T) {
	t.Parallel()
	cases := []struct{ why, raw, simple, relaxed string }{
		{"as it is", "From: a", "From: a", "from:a"},
		{"blanks around and within", "SubJect \t:\t a  b\tc \t", "SubJect \t:\t a  b\tc \t", "subject:a b c"},
		{"folded", "To: a,\r\n\tb,\n c", "To: a,\r\n\tb,\r\n c", "to:a, b, c"},
		{"a line of blanks at the end", "To: a\r\n ", "To: a\r\n ", "to:a"},
		{"no value", "To:", "To:", "to:"},
		{"bytes that are no ASCII", "Subject: \x82\xa0  \x82\xa2", "Subject: \x82\xa0  \x82\xa2", "subject:\x82\xa0 \x82\xa2"},
	}
	for _, c := range cases {
		f := canon.Split([]byte(c.raw+"\r\n\r\n"), roomy).Fields[0]
		if got := string(f.Append(nil, canon.Simple)); got != c.simple {
			t.Errorf("%s, simple: %q, want %q", c.why, got, c.simple)
		}
		if got := string(f.Append(nil, canon.Relaxed)); got != c.relaxed {
			t.Errorf("%s, relaxed: %q, want %q", c.why, got, c.relaxed)
		}
	}
}

func TestBody(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 10_000)
	cases := []struct{ why, body, simple, relaxed string }{
		{"as it is", "a\r\nb\r\n", "a\r\nb\r\n", "a\r\nb\r\n"},
		{"no body", "", "\r\n", ""},
		{"empty lines only", "\r\n\r\n", "\r\n", ""},
		{"blanks only", " \r\n\t\r\n", " \r\n\t\r\n", ""},
		{"no break at the end", "a", "a\r\n", "a\r\n"},
		{"empty lines at the end", "a\r\n\r\n\r\n", "a\r\n", "a\r\n"},
		{"empty lines within", "\r\na\r\n\r\n\r\nb\r\n", "\r\na\r\n\r\n\r\nb\r\n", "\r\na\r\n\r\n\r\nb\r\n"},
		{"blanks at the ends of lines", "a \t\r\n\t b  \r\n", "a \t\r\n\t b  \r\n", "a\r\n b\r\n"},
		{"blanks within", "a \t b\tc\r\n", "a \t b\tc\r\n", "a b c\r\n"},
		{"LF alone", "a\n\nb", "a\r\n\r\nb\r\n", "a\r\n\r\nb\r\n"},
		{"a carriage return alone is no break", "a\rb\r\n", "a\rb\r\n", "a\rb\r\n"},
		{"lines longer than the buffer", long + " \t" + long, long + " \t" + long + "\r\n", long + " " + long + "\r\n"},
	}
	for _, c := range cases {
		m := canon.Split([]byte("\r\n"+c.body), roomy)
		for form, want := range map[canon.Form]string{canon.Simple: c.simple, canon.Relaxed: c.relaxed} {
			expected := canon.BodySum{Sum: sha256.Sum256([]byte(want)), Length: int64(len(want))}
			if got := m.BodySum(form); got != expected {
				t.Errorf("%s, %s: length %d, want %d, and the same sum", c.why, form, got.Length, expected.Length)
			}
		}
	}
}

func TestPick(t *testing.T) {
	t.Parallel()
	m := canon.Split([]byte("A: 1\r\nB: 2\r\nA: 3\r\nno field\r\n\r\n"), roomy)
	var got []string
	for _, f := range m.Pick([]string{"a", "c", "", "a", "b", "a", "b"}) {
		got = append(got, string(f.Raw))
	}
	if diff := cmp.Diff([]string{"A: 3", "A: 1", "B: 2"}, got); diff != "" {
		t.Errorf("from below, each once (-want +got):\n%s", diff)
	}
}

func FuzzCanon(f *testing.F) {
	for _, raw := range []string{"", "From: a\r\n b\r\n\r\nx  y \r\n\r\n", "a\nb: c\n\n\r\r\n", ": x\r\n \r\n\r\n \t"} {
		f.Add([]byte(raw))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		m := canon.Split(raw, canon.Limits{Header: 500, Fields: 20})
		for _, field := range m.Fields {
			relaxed := field.Append(nil, canon.Relaxed)
			if bytes.Contains(relaxed, []byte("\n")) || bytes.Contains(relaxed, []byte("  ")) {
				t.Errorf("%q is not relaxed", relaxed)
			}
		}
		simple, relaxed := m.BodySum(canon.Simple), m.BodySum(canon.Relaxed)
		if relaxed.Length > simple.Length {
			t.Errorf("the relaxed body is longer: %d, %d", relaxed.Length, simple.Length)
		}
	})
}

func BenchmarkBody(b *testing.B) {
	raw := []byte("\r\n" + strings.Repeat("Nov 23 12:00:01 www sshd[1]: Failed password for root from 192.0.2.7\r\n", 15_000))
	for _, form := range []canon.Form{canon.Simple, canon.Relaxed} {
		b.Run(string(form), func(b *testing.B) {
			b.SetBytes(int64(len(raw)))
			for b.Loop() {
				canon.Split(raw, roomy).BodySum(form)
			}
		})
	}
}
