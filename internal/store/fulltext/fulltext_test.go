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
		{"203.0.113.7", "an address is words side by side, and one term", []string{"203@0", "0@1", "113@2", "7@3", "203.0.113.7@3"}},
		{"203[.]0(.)113\\.7", "dots that were made harmless", []string{"203@0", "0@1", "113@2", "7@3", "203.0.113.7@3"}},
		{"1.2.3.4.5", "of five numbers each four", []string{"1@0", "2@1", "3@2", "4@3", "1.2.3.4@3", "5@4", "2.3.4.5@4"}},
		{"1.2.3. 4", "a space parts numbers", []string{"1@0", "2@1", "3@2", "4@3"}},
		{"1.2.3.2008", "four digits are no part of an address", []string{"1@0", "2@1", "3@2", "2008@3"}},
		{"1.2銀.3.4", "nor is what has a word between", []string{"1@0", "2@1", "銀@2", "3@3", "4@4"}},
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

// An address is found by its one term, alone and in a phrase; a part of it by its numbers.
func TestSearchAddress(t *testing.T) {
	t.Parallel()
	texts := []string{
		"from 203.0.113.7 port 22", "from 203[.]0[.]113[.]7", "http://203.0.113.7:8080/x", "203.0.113.71", "1203.0.113.7", "203 0 113 7", "7.203.0.113",
	}
	cases := []struct {
		query, why string
		want       []int64 // places in texts, from 1
	}{
		{"203.0.113.7", "all ways of writing it", []int64{1, 2, 3}},
		{"203[.]0[.]113[.]7", "the query may be harmless too", []int64{1, 2, 3}},
		{`"203.0.113.7 port 22"`, "what follows stands behind the last number", []int64{1}},
		{"203.0.113.7:8080", "a port is a word behind it", []int64{3}},
		{"203.0.113", "a part of an address is a phrase", []int64{1, 2, 3, 4, 6, 7}},
		{"203.0.113.8", "nobody tells of it", nil},
	}
	b := NewBuilder()
	for i, text := range texts {
		b.Add(int64(i+1), text)
	}
	terms := entries(t, b.Build())
	for _, c := range cases {
		got, err := ParseQuery(c.query).Documents(func(term string, prefix bool) ([][]byte, error) {
			if postings, ok := terms[term]; ok {
				return [][]byte{[]byte(postings)}, nil
			}
			return nil, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (%s) (-want +got):\n%s", c.query, c.why, diff)
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
