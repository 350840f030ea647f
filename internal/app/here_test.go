package app

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// TestOnlyHere: pages that ask nobody who looks answer on this machine only.
func TestOnlyHere(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]bool{
		"127.0.0.1:8080": true, "[::1]:8080": true, "localhost:8080": true, "unix:/run/todoke/desk": true, "127.1.2.3:80": true,
		":8080": false, "0.0.0.0:8080": false, "[::]:8080": false, "192.0.2.1:8080": false, "desk.example.jp:8080": false, "8080": false, "": false,
	} {
		if got := onlyHere(address); got != want {
			t.Errorf("%q: %v, want %v", address, got, want)
		}
	}
}

// TestFromHere: pages that ask nobody who looks are for who asks this machine by its own name.
func TestFromHere(t *testing.T) {
	t.Parallel()
	pages := fromHere("127.0.0.1:8080", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) }))
	for _, test := range []struct {
		host, forwarded string
		want            int
	}{
		{"127.0.0.1:8080", "", 200}, {"localhost:8080", "", 200}, {"[::1]:8080", "", 200}, {"localhost", "", 200},
		{"evil.example:8080", "", 403}, {"localhost.evil.example", "", 403}, {"192.0.2.1", "", 403}, {"127.0.0.1:8080", "192.0.2.1", 403},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Host = test.host
		if test.forwarded != "" {
			r.Header.Set("X-Forwarded-For", test.forwarded)
		}
		w := httptest.NewRecorder()
		pages.ServeHTTP(w, r)
		if w.Code != test.want {
			t.Errorf("%s, forwarded for %q: %d, want %d", test.host, test.forwarded, w.Code, test.want)
		}
	}
}
