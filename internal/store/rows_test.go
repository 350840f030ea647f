package store

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"todoke/internal/desk"
)

// TestPagesAreTheList reads each list page by page, three rows at a time: together the pages are the list, each tells how long
// it is, and a key that no page gave is refused.
func TestPagesAreTheList(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, url string) {
		s := open(t, url)
		take(t, s, sample()[:120], 50)
		for _, figure := range figures {
			want := listRows(t, s, figure)
			var got [][]string
			for after, more := "", true; more; more = after != "" {
				page, err := s.RowsPage(t.Context(), quarter, desk.SchemeJPCERT2008, figure, after, 3)
				if err != nil || page.Number != len(want) {
					t.Fatalf("%s behind %q: %d rows in all, %v; want %d", figure, after, page.Number, err, len(want))
				}
				got, after = slices.Concat(got, page.Rows), page.Next
				if len(got) > len(want) {
					t.Fatalf("%s: more rows by pages than in the list", figure)
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-list +pages):\n%s", figure, diff)
			}
			if _, err := s.RowsPage(t.Context(), quarter, desk.SchemeJPCERT2008, figure, "x", 3); !errors.Is(err, ErrNotFound) {
				t.Errorf("%s behind a key that is none: %v", figure, err)
			}
		}
	})
}
