package pgp

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// TestMake: a key is what was asked for, also to GnuPG, and rests locked.
func TestMake(t *testing.T) {
	t.Parallel()
	now := time.Now().Truncate(time.Second)
	ring := New(Config{Now: func() time.Time { return now }})
	key := must[Key](t)(ring.Make("例の窓口 CSIRT", deskBox, 730*24*time.Hour, secret))
	want := Key{
		Names: []string{"例の窓口 CSIRT <" + deskBox + ">"}, Addresses: []string{deskBox}, Algorithm: "ed25519",
		Created: now.UTC(), Expires: now.UTC().Add(730 * 24 * time.Hour), State: Current, Ours: true,
	}
	if diff := cmp.Diff(want, key, cmpopts.IgnoreFields(Key{}, "Fingerprint", "KeyIDs", "Armored")); diff != "" {
		t.Errorf("key (-want +got)\n%s", diff)
	}
	if len(key.Fingerprint) != 40 || len(key.KeyIDs) != 2 || key.KeyIDs[0] != key.Fingerprint[24:] {
		t.Errorf("fingerprint %s, key IDs %v", key.Fingerprint, key.KeyIDs)
	}
	if _, err := newRing(t).AddOurs(key.Armored, []byte("wrong"), Current); !errors.Is(err, ErrLocked) {
		t.Errorf("opened by a wrong passphrase: %v", err)
	}
	if again := must[Key](t)(newRing(t).AddOurs(key.Armored, secret, Current)); again.Fingerprint != key.Fingerprint {
		t.Errorf("read back as %s", again.Fingerprint)
	}
	open := must[string](t)(ring.current().key.Armor())
	if _, err := newRing(t).AddOurs(open, secret, Current); !errors.Is(err, ErrLocked) {
		t.Errorf("took a key that rests open: %v", err)
	}
	if imported := must[Key](t)(newRing(t).Import(open, nil, secret, Current)); imported.Armored == open {
		t.Error("imported a key, and it rests open")
	}
	if _, err := ring.Make("x", deskBox, 0, nil); err == nil {
		t.Error("made a key that rests unlocked")
	}
	if _, err := ring.Make("x", deskBox, 200*365*24*time.Hour, secret); err == nil {
		t.Error("made a key for longer than the format can say")
	}

	g := newGPG(t)
	g.knows(must[string](t)(ring.Export(key.Fingerprint)))
	listed := string(g.must(nil, "--with-colons", "--fixed-list-mode", "--list-keys"))
	for _, part := range []string{"fpr:::::::::" + key.Fingerprint, ":ed25519:", ":cv25519:", ":22:"} {
		if !strings.Contains(listed, part) {
			t.Errorf("gpg does not say %q:\n%s", part, listed)
		}
	}
}

// TestRotate: the new key signs, and what was written to the old one is still read.
func TestRotate(t *testing.T) {
	t.Parallel()
	c := newCorrespondents(t, "rsa2048")
	before := mimeEncrypted(c.encrypt(text("to the old key\r\n")))
	fresh := must[Key](t)(c.ring.Rotate(0, secret))
	if current, ok := c.ring.Current(); !ok || current.Fingerprint != fresh.Fingerprint || fresh.Fingerprint == c.recipient {
		t.Errorf("current is %s, made was %s", current.Fingerprint, fresh.Fingerprint)
	}
	if diff := cmp.Diff([]string{"Old desk <" + deskBox + ">"}, fresh.Names); diff != "" {
		t.Errorf("name (-want +got)\n%s", diff)
	}
	opened, _ := c.ring.Open([]byte(head("s") + before))
	if diff := cmp.Diff([]string{"decrypted"}, outcomes(opened)); diff != "" {
		t.Errorf("to the old key (-want +got)\n%s", diff)
	}
	states := map[string]State{}
	for _, key := range c.ring.List() {
		states[key.Fingerprint] = key.State
	}
	if diff := cmp.Diff(map[string]State{fresh.Fingerprint: Current, c.recipient: Old, c.reporter: Confirmed}, states); diff != "" {
		t.Errorf("states (-want +got)\n%s", diff)
	}
}

// TestRevoke: everybody who gets the key afterwards sees it, and it still decrypts.
func TestRevoke(t *testing.T) {
	t.Parallel()
	c := newCorrespondents(t, "cv25519")
	before := mimeEncrypted(c.encrypt(text("x\r\n")))
	key := must[Key](t)(c.ring.Revoke(c.recipient, "moved to another key", false, secret))
	if !key.Revoked || key.State != Withdrawn {
		t.Errorf("revoked, and yet %+v", key)
	}
	c.knows(must[string](t)(c.ring.Export(c.recipient)))
	if listed := string(c.must(nil, "--with-colons", "--list-keys", c.recipient)); !strings.Contains(listed, "\npub:r:") {
		t.Errorf("gpg does not know of the revocation:\n%s", listed)
	}
	if _, _, err := c.run([]byte("x"), "--armor", "--encrypt", "--recipient", c.recipient); err == nil {
		t.Error("gpg still encrypts to it")
	}
	reread := newRing(t)
	must[Key](t)(reread.AddOurs(key.Armored, secret, Current))
	if _, ok := reread.Current(); ok {
		t.Error("a revoked key became current when it was read back")
	}
	opened, _ := reread.Open([]byte(head("s") + before))
	if diff := cmp.Diff([]string{"decrypted"}, outcomes(opened)); diff != "" {
		t.Errorf("with the revoked key (-want +got)\n%s", diff)
	}
	if _, err := c.ring.Revoke(c.reporter, "", false, secret); err == nil {
		t.Error("revoked a key of somebody else")
	}
}

// TestWanted: mail that is closed says which keys it wants, and opens when one of them comes.
func TestWanted(t *testing.T) {
	t.Parallel()
	g := newGPG(t)
	fingerprint, _ := g.key("desk <"+deskBox+">", "rsa2048", "never")
	raw := []byte(head("s") + mimeEncrypted(g.must([]byte(text("late\r\n")), "--armor", "--encrypt", "--recipient", fingerprint)))
	ring := newRing(t)
	must[Key](t)(ring.Make("another", deskBox, 0, secret))
	opened, ok := ring.Open(raw)
	if !ok || opened.PGP.Verdict != string(NoKey) || len(opened.Wants) != 1 || ring.Opens(opened.Wants) {
		t.Fatalf("without the key: %+v, wants %v", opened.PGP, opened.Wants)
	}
	wants := opened.Wants
	key := must[Key](t)(ring.Import(g.secret(fingerprint), nil, secret, Old))
	if key.Algorithm != "RSA 2048" || key.State != Old {
		t.Errorf("imported as %+v", key)
	}
	if !ring.Opens(wants) {
		t.Errorf("the ring with %v does not know that it opens %v", key.KeyIDs, wants)
	}
	if opened, _ = ring.Open(raw); said(opened.Raw) != "s|late|" || len(opened.Wants) != 0 {
		t.Errorf("with the key: %+v", opened)
	}
}

// TestTheirs: what happens to keys of others that are here already.
func TestTheirs(t *testing.T) {
	t.Parallel()
	other := newRing(t)
	theirs := must[Key](t)(other.Make("Hanako", reporter, 0, secret))
	public := must[string](t)(other.Export(theirs.Fingerprint))
	ring := newRing(t)
	state := func() State {
		key, _ := ring.Get(FormatFingerprint(theirs.Fingerprint))
		return key.State
	}
	must[Key](t)(ring.AddTheirs(public, Confirmed))
	if must[Key](t)(ring.AddTheirs(public, Offered)); state() != Confirmed {
		t.Errorf("an offer made a confirmed key %s", state())
	}
	must[Key](t)(other.Revoke(theirs.Fingerprint, "", true, secret))
	if must[Key](t)(ring.AddTheirs(must[string](t)(other.Export(theirs.Fingerprint)), Confirmed)); state() != Withdrawn {
		t.Errorf("a revoked key is %s", state())
	}
	if must[Key](t)(ring.AddTheirs(public, Confirmed)); state() != Withdrawn {
		t.Errorf("an older copy made a revoked key %s", state())
	}
	if err := ring.SetState(theirs.Fingerprint, Confirmed); err != nil || state() != Withdrawn {
		t.Errorf("a revoked key was made %s: %v", state(), err)
	}
	mixed := must[Key](t)(ring.AddTheirs(theirs.Armored, Offered)) // its private part, which they should not have sent
	if mixed.Ours || strings.Contains(mixed.Armored, "PRIVATE") {
		t.Errorf("took a private key: %+v", mixed)
	}
	ring.Remove(theirs.Fingerprint)
	if len(ring.List()) != 0 {
		t.Error("removed, and still there")
	}
	if _, err := ring.AddTheirs("no key", Offered); !errors.Is(err, ErrNotAKey) {
		t.Errorf("took what is no key: %v", err)
	}
	if _, err := ring.AddOurs(public, secret, Current); !errors.Is(err, ErrNotAKey) {
		t.Errorf("took a public key for ours: %v", err)
	}
}

// TestOffered: keys that come with a mail are offered, and only that.
func TestOffered(t *testing.T) {
	t.Parallel()
	other := newRing(t)
	theirs := must[Key](t)(other.Make("Hanako", reporter, 0, secret))
	public := must[string](t)(other.Export(theirs.Fingerprint))
	binary := must[[]byte](t)(other.ExportBinary(theirs.Fingerprint))
	keydata := strings.ReplaceAll(encoded("base64", "", binary)[strings.Index(encoded("base64", "", binary), "\r\n\r\n")+4:], "\r\n", "\r\n ")
	autocrypt := func(attributes string) string {
		return "Autocrypt: " + attributes + "keydata=\r\n " + keydata + "\r\n" + head("s") + text("x\r\n")
	}
	for _, tc := range []struct {
		name, mail string
		want       int
	}{
		{"attached", head("s") + mixed("k", text("my key\r\n"), "Content-Type: application/pgp-keys; name=key.asc\r\n\r\n"+crlf([]byte(public))), 1},
		{"attached, not armored", head("s") + mixed("k", strings.Replace(encoded("base64", "x", binary), "text/plain", "application/pgp-keys", 1)), 1},
		{"attached under another type", head("s") + mixed("k", "Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=key.asc\r\n\r\n"+crlf([]byte(public))), 1},
		{"in the text", head("s") + text("my key\r\n"+crlf([]byte(public))), 1},
		{"twice", head("s") + mixed("k", "Content-Type: application/pgp-keys\r\n\r\n"+crlf([]byte(public+public))), 1},
		{"Autocrypt", autocrypt("addr=" + reporter + "; prefer-encrypt=mutual; "), 1},
		{"Autocrypt of another sender", autocrypt("addr=other@example.net; "), 0},
		{"Autocrypt with what must be understood", autocrypt("addr=" + reporter + "; new=1; "), 0},
		{"Autocrypt with what need not be", autocrypt("addr=" + reporter + "; _new=1; "), 1},
		{"two Autocrypt headers", strings.TrimSuffix(autocrypt("addr="+reporter+"; "), head("s")+text("x\r\n")) + autocrypt("addr="+reporter+"; "), 0},
		{"a private key, by mistake", head("s") + mixed("k", "Content-Type: application/pgp-keys\r\n\r\n"+crlf([]byte(theirs.Armored))), 1},
		{"junk", head("s") + mixed("k", "Content-Type: application/pgp-keys\r\n\r\njunk\r\n"), 0},
	} {
		ring := newRing(t)
		opened, _ := ring.Open([]byte(tc.mail))
		if len(opened.Offered) != tc.want {
			t.Errorf("%s: %d keys, want %d; problems %v", tc.name, len(opened.Offered), tc.want, opened.Problems)
			continue
		}
		for _, key := range opened.Offered {
			if key.Fingerprint != theirs.Fingerprint || key.State != Offered || key.Ours || strings.Contains(key.Armored, "PRIVATE") {
				t.Errorf("%s: offered %+v", tc.name, key)
			}
		}
		if len(ring.List()) != 0 {
			t.Errorf("%s: the ring took it by itself", tc.name)
		}
	}
}

// TestUserIDs: a user ID is any bytes, and is shown in one line.
func TestUserIDs(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ raw, want string }{
		{"Hanako <h@example.jp>", "Hanako <h@example.jp>"},
		{"two\nlines\x00", "two lines"},
		{"right\u202Eleft", "right left"},
		{"bad \xff bytes", "bad \uFFFD bytes"},
		{strings.Repeat("長", 500), strings.Repeat("長", 200)},
	} {
		if got := oneLine(tc.raw); got != tc.want {
			t.Errorf("oneLine(%q) = %q, want %q", tc.raw, got, tc.want)
		}
	}
}
