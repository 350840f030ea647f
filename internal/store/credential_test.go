package store

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"todoke/internal/desk"
)

// TestCredentials: a secret opens what its credential allows until it is ended; the name stays taken.
func TestCredentials(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, url string) {
		s := open(t, url)
		sensor := Credential{Name: "sensor", Scopes: []string{"messages:write", "messages:read"}, Made: noon}
		if err := s.AddCredential(t.Context(), sensor, "secret"); err != nil {
			t.Fatal(err)
		}
		if err := s.AddCredential(t.Context(), sensor, "another"); !errors.Is(err, ErrConflict) {
			t.Errorf("%v: want ErrConflict", err)
		}
		found, err := s.CheckCredential(t.Context(), "secret")
		if diff := cmp.Diff(sensor, found); diff != "" || err != nil {
			t.Errorf("%v (-want +got):\n%s", err, diff)
		}
		for _, wrong := range []string{"another", "", "Secret"} {
			if _, err := s.CheckCredential(t.Context(), wrong); !errors.Is(err, ErrNotFound) {
				t.Errorf("%q: %v: want ErrNotFound", wrong, err)
			}
		}
		if err := s.DisableCredential(t.Context(), "sensor", noon); err != nil {
			t.Fatal(err)
		}
		if _, err := s.CheckCredential(t.Context(), "secret"); !errors.Is(err, ErrNotFound) {
			t.Errorf("ended: %v", err)
		}
		if err := s.DisableCredential(t.Context(), "sensor", noon); !errors.Is(err, ErrNotFound) {
			t.Errorf("ended twice: %v", err)
		}
		all, err := s.Credentials(t.Context())
		if err != nil || len(all) != 1 || !all[0].Disabled.Equal(noon) {
			t.Errorf("%+v, %v", all, err)
		}
	})
}

// TestAsk: the same question under a key is answered as before, and forgotten after its time.
func TestAsk(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, url string) {
		s := open(t, url)
		day := 24 * time.Hour
		ask := func(credential, key string, sum byte, now time.Time) *Asked {
			t.Helper()
			asked, err := s.Ask(t.Context(), credential, key, [32]byte{sum}, now, day, 2*time.Hour)
			if err != nil {
				t.Fatal(err)
			}
			return asked
		}
		if first := ask("sensor", "k", 1, noon); first != nil {
			t.Fatalf("asked before? %+v", first)
		}
		if again := ask("sensor", "k", 2, noon); again == nil || again.Answer != nil || again.SHA256 != [32]byte{1} {
			t.Errorf("underway: %+v", again)
		}
		if dead := ask("dead", "k", 1, noon); dead != nil {
			t.Errorf("another's key: %+v", dead)
		}
		if taken := ask("dead", "k", 2, noon.Add(2*time.Hour+time.Second)); taken != nil {
			t.Errorf("its node died: %+v", taken)
		}
		if again := ask("sensor", "k", 1, noon); again != nil { // that question was forgotten too
			t.Errorf("begun anew: %+v", again)
		}
		if other := ask("other", "k", 1, noon); other != nil {
			t.Errorf("another's key: %+v", other)
		}
		if err := s.Answered(t.Context(), "sensor", "k", json.RawMessage(`{"status":202}`)); err != nil {
			t.Fatal(err)
		}
		if again := ask("sensor", "k", 1, noon.Add(time.Hour)); again == nil || string(again.Answer) != `{"status":202}` {
			t.Errorf("answered: %+v", again)
		}
		if over := ask("sensor", "k", 1, noon.Add(day+time.Second)); over != nil {
			t.Errorf("after a day: %+v", over)
		}
		if err := s.Answered(t.Context(), "sensor", "k", nil); err != nil {
			t.Fatal(err)
		}
		if again := ask("sensor", "k", 1, noon.Add(day+time.Minute)); again != nil {
			t.Errorf("forgotten, so that it may be tried again: %+v", again)
		}
	})
}

// TestDeliveryOf: who brought a delivery may ask how far it is, nobody else.
func TestDeliveryOf(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, url string) {
		s := open(t, url)
		receipts := deposit(t, s, PackDelivery(&desk.Delivery{Raw: []byte("x"), Door: desk.DoorAPI, Received: noon, User: "sensor"}))
		id := receipts[0].ID
		status, err := s.DeliveryOf(t.Context(), id, "sensor")
		if diff := cmp.Diff(DeliveryStatus{Received: noon}, status); diff != "" || err != nil {
			t.Errorf("waiting: %v (-want +got):\n%s", err, diff)
		}
		for _, d := range claim(t, s, noon) {
			if err := s.Register(t.Context(), []Arrived{arrivedOf(t, d)}); err != nil {
				t.Fatal(err)
			}
		}
		matchAll(t, s, 10)
		status, err = s.DeliveryOf(t.Context(), id, "sensor")
		if diff := cmp.Diff(DeliveryStatus{Received: noon, Number: "TDK-2008-000001", Kind: desk.KindReport}, status); diff != "" || err != nil {
			t.Errorf("matched: %v (-want +got):\n%s", err, diff)
		}
		for _, who := range []string{"other", ""} {
			if _, err := s.DeliveryOf(t.Context(), id, who); !errors.Is(err, ErrNotFound) {
				t.Errorf("%q: %v: want ErrNotFound", who, err)
			}
		}
	})
}

// TestSecret: all nodes get the same bytes for one purpose, and others for another.
func TestSecret(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, url string) {
		var got []string
		for _, node := range []*Store{open(t, url), open(t, url)} {
			for _, name := range []string{"form", "other"} {
				value, err := node.Secret(t.Context(), name)
				if err != nil || len(value) != 32 {
					t.Fatalf("%d bytes, %v", len(value), err)
				}
				got = append(got, string(value))
			}
		}
		if got[0] != got[2] || got[1] != got[3] || got[0] == got[1] {
			t.Error("a purpose has one secret on all nodes, and no other has the same")
		}
	})
}
