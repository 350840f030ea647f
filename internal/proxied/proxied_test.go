package proxied_test

import (
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"todoke/internal/proxied"
)

// TestClient: each way in which a request can come names the client as far as it can be believed.
func TestClient(t *testing.T) {
	t.Parallel()
	proxies := proxied.Proxies{netip.MustParsePrefix("10.0.0.0/8")}
	for _, tt := range []struct{ why, remote, forwarded, proto, ip, network string }{
		{"straight", "192.0.2.1:80", "", "", "192.0.2.1", "192.0.2.1"},
		{"a stranger says who he is", "192.0.2.1:80", "198.51.100.1", "https", "192.0.2.1", "192.0.2.1"},
		{"by our proxy", "10.0.0.1:80", "198.51.100.1", "https", "198.51.100.1", "198.51.100.1"},
		{"by two of our proxies, with a lie before", "10.0.0.1:80", "8.8.8.8, 198.51.100.1, 10.0.0.2", "", "198.51.100.1", "198.51.100.1"},
		{"by a unix socket", "@", "2001:db8:0:1:2::3", "https", "2001:db8:0:1:2::3", "2001:db8:0:1::/64"},
		{"nonsense from our proxy", "10.0.0.1:80", "unknown", "", "10.0.0.1", "10.0.0.1"},
		{"IPv4 in IPv6", "[::ffff:192.0.2.1]:80", "", "", "192.0.2.1", "192.0.2.1"},
	} {
		r := httptest.NewRequest("GET", "http://x/", nil)
		r.RemoteAddr = tt.remote
		r.Header.Set("X-Forwarded-For", tt.forwarded)
		r.Header.Set("X-Forwarded-Proto", tt.proto)
		c := proxies.Client(r)
		if diff := cmp.Diff([]string{tt.ip, tt.network}, []string{c.Remote(), c.Network()}); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.why, diff)
		}
		if want := tt.proto == "https" && !strings.HasPrefix(tt.remote, "192"); c.TLS != want {
			t.Errorf("%s: TLS %t", tt.why, c.TLS)
		}
	}
}
