package app

import "testing"

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
