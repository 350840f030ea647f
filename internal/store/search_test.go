package store

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"todoke/internal/desk"
)

func TestSearch(t *testing.T) {
	t.Parallel()
	texts := []string{
		"フィッシングサイトが銀行を騙っています",                  // 0
		"The phishing site imitates a bank 銀行", // 1
		"Scan from 203.0.113.7 on port 22",     // 2
		"Scan from 203.0.113.70 on port 22",    // 3
		"連絡先: abuse@example.co.jp まで",          // 4
		"ﾌｨｯｼﾝｸﾞ　サイト ＰＨＩＳＨＩＮＧ 銀　行",             // 5
		"www.example.co.jp の改ざん",               // 6
		"銀座行きの便",                               // 7
		"bank phishing",                        // 8
	}
	cases := []struct {
		query, why string
		want       []int
	}{
		{"銀行", "a word of two characters", []int{1, 0}},
		{"銀", "a single character", []int{7, 5, 1, 0}},
		{"行", "a single character at the end of a run, before a space, or inside", []int{7, 5, 1, 0}},
		{"フィッシング", "half-width kana is the same word", []int{5, 0}},
		{"phishing", "full-width and upper case are the same word", []int{8, 5, 1}},
		{"PHISHING 銀行", "all words, whatever their order", []int{1}},
		{`"phishing site"`, "quoted: side by side", []int{1}},
		{`"phishing bank"`, "the other order stands nowhere", nil},
		{"“bank phishing”", "curly quotes", []int{8}},
		{"203.0.113.7", "an address, not a longer one", []int{2}},
		{"example.co.jp", "a host inside a host and a mail address", []int{6, 4}},
		{"abuse@example.co.jp", "a mail address", []int{4}},
		{"サイトが銀行", "a long run crosses words", []int{0}},
		{"銀行サイト", "the same pairs in another order", nil},
		{"", "nothing", nil},
		{"。、", "punctuation only", nil},
		{"' OR 1=1 --", "not SQL", nil},
	}
	onEach(t, func(t *testing.T, url string) {
		s := open(t, url)
		var batch []Accepted
		for i, text := range texts {
			batch = append(batch, mail{at: begin.Add(time.Duration(i) * time.Hour), id: fmt.Sprint(i), text: text, kind: desk.KindReport}.accepted())
		}
		for _, each := range batch {
			if _, err := s.Accept(t.Context(), []Accepted{each}); err != nil {
				t.Fatal(err)
			}
		}
		for _, c := range cases {
			found, err := s.Search(t.Context(), c.query, 10, Key{})
			if err != nil {
				t.Fatal(err)
			}
			var got []int
			for _, hit := range found.Hits {
				got = append(got, int(hit.Received.Sub(begin)/time.Hour))
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("%s (%s) (-want +got):\n%s", c.query, c.why, diff)
			}
		}
	})
}

// Segments are merged as messages come in one by one; what is found must not hang on it, nor may a page lose a hit.
func TestSearchPagesThroughMergedSegments(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, url string) {
		s := open(t, url)
		const n = 2*fanIn*fanIn + 5
		want := map[int64]bool{}
		for i := range n {
			at := begin.Add(time.Duration(i*7919%n) * time.Minute) // not in order of receipt
			m := mail{at: at, id: fmt.Sprint(i), text: fmt.Sprintf("共通の語 common w%d", i%3), kind: desk.KindReport}
			if _, err := s.Accept(t.Context(), []Accepted{m.accepted()}); err != nil {
				t.Fatal(err)
			}
			if i%3 == 1 {
				want[micros(at)] = true
			}
		}
		var segments int
		if err := s.db.QueryRowContext(t.Context(), "SELECT count(*) FROM search_segment").Scan(&segments); err != nil || segments > 3*fanIn {
			t.Errorf("%d segments, %v: they are not merged", segments, err)
		}
		got := map[int64]bool{}
		var after Key
		last := begin.Add(time.Hour * 24 * 365)
		for {
			found, err := s.Search(t.Context(), "共通 w1", 10, after)
			if err != nil {
				t.Fatal(err)
			}
			for _, hit := range found.Hits {
				if !hit.Received.Before(last) {
					t.Fatalf("%v after %v: not the newest first", hit.Received, last)
				}
				last, after = hit.Received, hit.Key()
				got[micros(hit.Received)] = true
			}
			if !found.More {
				break
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("found (-want +got):\n%s", diff)
		}
	})
}
