package mail

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// corpus gives a folder of real mail that nobody here wrote, or skips the test.
func corpus(t *testing.T, sub ...string) string {
	t.Helper()
	root := os.Getenv("TODOKE_CORPUS")
	if root == "" {
		t.Skip("TODOKE_CORPUS is not set: no corpus of real mail to read")
	}
	dir := filepath.Join(append([]string{root}, sub...)...)
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("no such part of the corpus: %v", err)
	}
	return dir
}

// TestCorpusIsRead reads every file of the corpus as mail, whatever it is.
func TestCorpusIsRead(t *testing.T) {
	for _, sub := range []string{"mails", "reports"} {
		n := 0
		for src, err := range OpenPath(corpus(t, sub)) {
			if err != nil {
				t.Error(err)
				continue
			}
			n++
			start := time.Now()
			m := Parse(src.Raw, Limits{})
			if took := time.Since(start); took > time.Second {
				t.Errorf("%s: took %v", src.Path, took)
			}
			checkMessage(t, m, DefaultLimits())
			for _, p := range m.Parts {
				Segments(p.Text)
			}
		}
		if n == 0 {
			t.Errorf("no mail in %s", sub)
		}
		t.Logf("%s: %d mails", sub, n)
	}
}

// TestCorpusJapanese checks that no Japanese mail of the two sets that are whole has an unreadable character or
// a field that shows its encoding.
func TestCorpusJapanese(t *testing.T) {
	for _, sub := range [][]string{{"mails", "ytmknd+joruri-mail"}, {"mails", "mikel+mail", "multi_charset"}} {
		for src, err := range OpenPath(corpus(t, sub...)) {
			if err != nil {
				t.Fatal(err)
			}
			m := Parse(src.Raw, Limits{})
			shown := []string{m.Header.Subject()}
			for _, a := range append(m.Header.AddressList("From"), m.Header.AddressList("To")...) {
				shown = append(shown, a.Name)
			}
			for _, p := range m.Parts {
				shown = append(shown, p.Text, p.Name)
			}
			for _, s := range shown {
				if strings.Contains(s, "\uFFFD") || strings.Contains(s, "=?") || strings.Contains(s, "?=") || strings.Contains(s, "\x1b") {
					t.Errorf("%s: %q", src.Path, s)
				}
			}
		}
	}
}

// TestCorpusDecodedBodies compares bodies with those that another project decoded and keeps beside its mails.
func TestCorpusDecodedBodies(t *testing.T) {
	dir := corpus(t, "mails", "apache+james-mime4j")
	// Where we read on purpose what the other project gives up or reads by the letter of RFC 5322.
	differ := map[string]string{
		"hdr-fakeout_decoded_1.txt":                           "white space for the empty line behind the header",
		"basic-plain-with-bad-header-separator_decoded_1.txt": "white space for the empty line behind the header",
		"malformedHeader-nocrlfcrlf_decoded_1.txt":            "a header without its empty line",
		"malformedHeader-noheader_decoded_1.txt":              "a body without a header",
		"malformedHeaderStartsBody-nocrlfcrlf_decoded_1.txt":  "a header without its empty line",
		"malformedHeaderStartsBody-noheader_decoded_1.txt":    "a body without a header",
		"obsolete_decoded_1.txt":                              "an empty line folded into the header",
		"weird-boundary_decoded_1_1.txt":                      "a boundary that ends in spaces, which RFC 2046 forbids",
		"very-long-boundary_decoded_1_1.txt":                  "a boundary that ends in spaces, which RFC 2046 forbids",
		"very-very-long-boundary_decoded_1_1.txt":             "a boundary of more than 4 KB",
		"multipartnestedemptyparts_decoded_1_1.txt":           "a message/rfc822 kept as bytes",
		"frag_decoded_1_2_1_2_1_2_1_2.bin":                    "base64 cut in the middle of a group",
		"multi-frag_decoded_1_3_2.bin":                        "base64 cut in the middle of a group",
	}
	same, wrong := 0, 0
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".msg") {
			return err
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		m := Parse(raw, Limits{})
		decoded, err := filepath.Glob(strings.TrimSuffix(path, ".msg") + "_decoded_*")
		for _, file := range decoded {
			switch {
			case hasBody(t, m, file):
				same++
			case differ[filepath.Base(file)] == "":
				wrong++
				t.Errorf("%s: no part has this body", filepath.Base(file))
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d bodies the same, %d wrong", same, wrong)
}

// hasBody tells whether a part of m has the content of file, line ends and white space around it apart.
func hasBody(t *testing.T, m *Message, file string) bool {
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	plain := func(b []byte) []byte { return bytes.TrimSpace(bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n"))) }
	want = plain(want)
	for _, p := range m.Parts {
		if bytes.Equal(plain(p.Body), want) {
			return true
		}
	}
	return false
}

// TestCorpusTNEF compares the attachments of TNEF streams with their lists and extracted files.
func TestCorpusTNEF(t *testing.T) {
	dir := corpus(t, "mails", "jstedfast+MimeKit-tnef", "UnitTests", "TestData", "tnef")
	streams, err := filepath.Glob(filepath.Join(dir, "*.tnef"))
	if err != nil || len(streams) == 0 {
		t.Fatalf("no streams: %v", err)
	}
	for _, path := range streams {
		stream, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		m := Parse(append([]byte("Content-Type: application/ms-tnef\n\n"), stream...), Limits{})
		base := strings.TrimSuffix(path, ".tnef")
		list, err := os.ReadFile(base + ".list")
		if err != nil {
			t.Fatal(err)
		}
		for name := range strings.FieldsFuncSeq(string(list), func(r rune) bool { return r == '\n' || r == '\r' }) {
			if !tnefHas(m, name) {
				t.Errorf("%s: no %s", filepath.Base(path), name)
			}
		}
		for _, p := range m.Parts {
			want, err := os.ReadFile(filepath.Join(base, p.Name))
			if p.Name != "" && err == nil && !bytes.Equal(p.Body, want) {
				t.Errorf("%s: %s differs", filepath.Base(path), p.Name)
			}
		}
	}
}

// tnefHas tells whether an attachment of that name was found, or a text where the list names a body.
func tnefHas(m *Message, name string) bool {
	for _, p := range m.Parts[1:] {
		if p.Name == name || strings.HasPrefix(name, "body.") && p.Name == "" && p.Text != "" {
			return true
		}
	}
	return false
}

// TestCorpusMemory reads the largest mail many times and looks that nothing is kept.
func TestCorpusMemory(t *testing.T) {
	var largest []byte
	for src, err := range OpenPath(corpus(t, "mails")) {
		if err == nil && len(src.Raw) > len(largest) {
			largest = src.Raw
		}
	}
	Parse(largest, Limits{})
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for range 20 {
		Parse(largest, Limits{})
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if after.HeapAlloc > before.HeapAlloc+1<<20 {
		t.Errorf("%d bytes kept", after.HeapAlloc-before.HeapAlloc)
	}
}
