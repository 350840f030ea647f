package mailauth

import (
	"errors"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"todoke/internal/mailauth/dnstest"
)

func TestThrifty(t *testing.T) {
	t.Parallel()
	zone := &dnstest.Zone{
		TXT: map[string][]string{"long.example": {strings.Repeat("x", maxTXT+1), "short"}, "many.example": slices.Repeat([]string{"x"}, 1000)},
		IP:  map[string][]string{"a.example": {"192.0.2.1"}},
	}
	r := newThrifty(zone, 7, time.Second)
	long, _ := r.LookupTXT(t.Context(), "long.example")
	again, _ := r.LookupTXT(t.Context(), "long.example.")
	if diff := cmp.Diff([]string{"short"}, long); diff != "" || !cmp.Equal(long, again) {
		t.Errorf("a record that is too long, and the same question again: %d and %d", len(long), len(again))
	}
	if many, _ := r.LookupTXT(t.Context(), "many.example"); len(many) != maxRecords {
		t.Errorf("%d records of a thousand", len(many))
	}
	if _, err := r.LookupIPAddr(t.Context(), strings.Repeat("label.", 60)+"a.example"); !isNotFound(err) {
		t.Error(err)
	}
	for _, name := range []string{"a b.example", "a\n.example", "\xff.example", "", "."} {
		if _, err := r.LookupMX(t.Context(), name); !isNotFound(err) {
			t.Errorf("%q: %v", name, err)
		}
	}
	if addrs, err := r.LookupIPAddr(t.Context(), "a.example"); len(addrs) != 1 {
		t.Error(addrs, err)
	}
	if _, err := r.LookupIPAddr(t.Context(), "a.example"); isNotFound(err) || isTemporary(err) || !r.spent {
		t.Errorf("an eighth question: %v", err)
	}
	cut := strings.TrimSuffix("TXT long.example\nTXT many.example\nIP "+strings.Repeat("label.", 40)+"a.example\nIP a.example", "\n")
	if diff := cmp.Diff(strings.Split(cut, "\n"), zone.Asked()); diff != "" {
		t.Errorf("questions (-want +got):\n%s", diff)
	}
}

// TestPlainError: a resolver's other troubles are passing ones, whatever it calls them.
func TestPlainError(t *testing.T) {
	t.Parallel()
	for why, c := range map[string]struct {
		err                 error
		notFound, temporary bool
	}{
		"no record":            {&net.DNSError{IsNotFound: true}, true, false},
		"a timeout":            {&net.DNSError{IsTimeout: true}, false, true},
		"a broken server":      {&net.DNSError{IsTemporary: true}, false, true},
		"an answer of rubbish": {&net.DNSError{Err: "cannot unmarshal DNS message"}, false, true},
		"no network":           {errors.New("network is unreachable"), false, true},
	} {
		if got := plainError(c.err, "a.example"); isNotFound(got) != c.notFound || isTemporary(got) != c.temporary {
			t.Errorf("%s: %#v", why, got)
		}
	}
	if plainError(nil, "") != nil {
		t.Error("no error became one")
	}
}

func isNotFound(err error) bool {
	dns, ok := err.(*net.DNSError)
	return ok && dns.IsNotFound
}

func isTemporary(err error) bool {
	dns, ok := err.(*net.DNSError)
	return ok && dns.Temporary()
}
