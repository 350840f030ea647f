package fulltext

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTerms(t *testing.T) {
	t.Parallel()
	cases := []struct {
		text, why string
		want      []string
	}{
		{"", "nothing", nil},
		{"Phishing SITE", "words, small", []string{"phishing@0", "site@1"}},
		{"銀行振込", "pairs, and the last character alone", []string{"銀行@0", "行振@1", "振込@2", "込@3"}},
		{"URLは2つ", "another kind of character ends a word", []string{"url@0", "は@1", "2@2", "つ@3"}},
		{"203.0.113.7", "an address is words side by side", []string{"203@0", "0@1", "113@2", "7@3"}},
		{"ｶﾞＡ１", "half and full width are the same as normal", []string{"ガ@0", "a1@1"}},
		{"a\xffb", "invalid bytes part words", []string{"a@0", "b@1"}},
	}
	for _, c := range cases {
		var got []string
		Terms(c.text, func(term []byte, place int) { got = append(got, fmt.Sprintf("%s@%d", term, place)) })
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%q (%s) (-want +got):\n%s", c.text, c.why, diff)
		}
	}
}

// A merged segment is, term by term and byte by byte, the segment that all texts together would have made.
func TestMergeIsAsIfBuiltAtOnce(t *testing.T) {
	t.Parallel()
	whole := NewBuilder()
	var sources []Source
	for segment := range 5 {
		part := NewBuilder()
		for i := range 40 {
			doc := int64(1000*segment + 7*i + 1)
			text := fmt.Sprintf("共通の語 common w%d w%d 単語%d common", i%3, doc, segment)
			part.Add(doc, text)
			whole.Add(doc, text)
		}
		blocks := part.Build()
		sources = append(sources, func() ([]byte, error) {
			if len(blocks) == 0 {
				return nil, nil
			}
			data := blocks[0].Data
			blocks = blocks[1:]
			return data, nil
		})
	}
	var merged []Block
	if err := Merge(sources, func(blocks []Block) error { merged = append(merged, blocks...); return nil }); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(entries(t, whole.Build()), entries(t, merged)); diff != "" {
		t.Errorf("(-at once +merged):\n%s", diff)
	}
}

func entries(t *testing.T, blocks []Block) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, block := range blocks {
		if err := Entries(block.Data, func(e Entry) bool { all[e.Term] = string(e.Postings); return true }); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// What a damaged disk gives must end in an error or in fewer hits, not in a crash.
func FuzzDamagedBlock(f *testing.F) {
	b := NewBuilder()
	b.Add(3, "common words 銀行")
	b.Add(9, "common 銀行 words")
	f.Add(b.Build()[0].Data)
	f.Fuzz(func(t *testing.T, data []byte) {
		query := ParseQuery(`"common words" 銀`)
		_, _ = query.Documents(func(string, bool) ([][]byte, error) {
			var found [][]byte
			err := Entries(data, func(e Entry) bool { found = append(found, e.Postings); return true })
			return found, err
		})
	})
}
