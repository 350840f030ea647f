package app_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"todoke/internal/pgp"
)

// correspondent is somebody with a key of their own who writes to the desk.
type correspondent struct {
	t    *testing.T
	ring *pgp.Ring
	key  pgp.Key
}

func newCorrespondent(t *testing.T, name, address string) *correspondent {
	t.Helper()
	ring := pgp.New(pgp.Config{Limits: pgp.DefaultLimits(), Now: time.Now})
	key, err := ring.Make(name, address, 0, []byte("secret"))
	if err != nil {
		t.Fatal(err)
	}
	return &correspondent{t, ring, key}
}

// trusts takes somebody's public key for genuine.
func (c *correspondent) trusts(armored string) {
	c.t.Helper()
	if _, err := c.ring.AddTheirs(armored, pgp.Confirmed); err != nil {
		c.t.Fatal(err)
	}
}

// export writes the correspondent's public key into a file.
func (c *correspondent) export() string {
	c.t.Helper()
	armored, err := c.ring.Export(c.key.Fingerprint)
	if err != nil {
		c.t.Fatal(err)
	}
	return file(c.t, "key.asc", armored)
}

func file(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// encrypts writes a report about an address, signed and encrypted to somebody.
func (c *correspondent) encrypts(to, id, address string) string {
	c.t.Helper()
	mail := fmt.Sprintf("From: Hana <%s>\r\nTo: report@csirt.example.jp\r\nSubject: xylophone %s\r\nMessage-ID: <%s@example.jp>\r\nMIME-Version: 1.0\r\n"+
		"Content-Type: text/plain; charset=us-ascii\r\n\r\nThe xylophone server of ours was scanned: %s tried port 22 all night.\r\n", c.key.Addresses[0], id, id, address)
	sealed, err := c.ring.Encrypt([]byte(mail), to)
	if err != nil {
		c.t.Fatal(err)
	}
	return string(sealed)
}

// bringOne brings one mail by LMTP.
func (d *peerDesk) bringOne(from, mail string) {
	d.t.Helper()
	c := bring(d.t.Context(), nil, d.socket, from, strings.TrimSuffix(mail, "\r\n"), func(answer string) { d.t.Errorf("answered %s", answer) })
	if c != nil {
		c.conn.Close()
	}
}

// TestCovers: encrypted mail is read, counted and answered, and none of its words lies in clear; a mail that cannot be opened is read by
// itself when its key comes; letters are signed, and encrypted to keys that a handler confirmed.
func TestCovers(t *testing.T) {
	t.Parallel()
	sink := startSink(t)
	socket := filepath.Join(publicDir(t), "lmtp")
	d := startDesk(t, socket, fmt.Sprintf("relay = %q\nkey_file = %q\n", sink.Address, file(t, "secret", "correct horse\n")))
	must(t, d.dir, "key", "make", "Example CSIRT", "report@csirt.example.jp")
	public := must(t, d.dir, "key", "export")
	hana := newCorrespondent(t, "Hana", "hana@example.jp")
	hana.trusts(public)

	// She wrote encrypted, and nobody has confirmed her key: nothing goes to her in clear.
	d.bringOne("hana@example.jp", hana.encrypts("report@csirt.example.jp", "one", "203.0.113.1"))
	d.opens("203.0.113.1")
	d.settled(1)
	if letters := sink.letters(); len(letters) != 0 {
		t.Errorf("%d letters went out in clear", len(letters))
	}

	// Her key is confirmed: the next answer is encrypted to her and signed by us.
	must(t, d.dir, "key", "import", hana.export())
	d.bringOne("hana@example.jp", hana.encrypts("report@csirt.example.jp", "two", "203.0.113.2"))
	d.opens("203.0.113.2")
	until(t, "an answer", func() bool { return len(sink.letters()) == 1 })
	answer := sink.letters()[0]
	opened, ok := hana.ring.Open(answer.Raw)
	if !ok || !opened.PGP.Encrypted || !opened.PGP.Signed || !bytes.Contains(opened.Raw, []byte("TDK-")) || bytes.Contains(answer.Raw, []byte("TDK-")) {
		t.Errorf("the answer has %+v:\n%s", opened.PGP, answer.Raw)
	}

	// A mail to a key that is not here waits for it.
	moved := newCorrespondent(t, "Old desk", "old@csirt.example.jp")
	armored, err := moved.ring.Export(moved.key.Fingerprint)
	if err != nil {
		t.Fatal(err)
	}
	hana.trusts(armored)
	d.bringOne("hana@example.jp", hana.encrypts("old@csirt.example.jp", "three", "203.0.113.3"))
	until(t, "the closed mail is kept as unreadable", func() bool { return d.counts()["unreadable"] == 1 })
	passphrase := file(t, "passphrase", "secret\n")
	must(t, d.dir, "key", "import", "--old", "--passphrase-file", passphrase, file(t, "private.asc", moved.key.Armored))
	d.opens("203.0.113.3")
	if counts := d.counts(); counts["unreadable"] != 0 || counts["reports"] != 3 {
		t.Errorf("after the key came: %v", counts)
	}

	// A letter to somebody without a key is signed.
	d.bringOne("taro@example.jp", "From: taro@example.jp\r\nTo: report@csirt.example.jp\r\nMessage-ID: <four@example.jp>\r\nSubject: scan\r\n\r\n203.0.113.4 scanned port 22.\r\n")
	until(t, "an answer to Taro", func() bool {
		for _, l := range sink.letters() {
			if l.Recipients[0] == "taro@example.jp" {
				answer = l
				return true
			}
		}
		return false
	})
	if opened, ok := hana.ring.Open(answer.Raw); !ok || !opened.PGP.Signed || opened.PGP.Encrypted || opened.Findings[0].Outcome != pgp.Good {
		t.Errorf("the letter has %+v", opened.Findings)
	}
	d.saysNothing("xylophone")
}

// opens waits until an address stands among the incidents.
func (d *peerDesk) opens(address string) {
	d.t.Helper()
	until(d.t, address+" is an incident", func() bool {
		return strings.Contains(must(d.t, d.dir, "figures", year(), "--rows", "addresses"), ","+address+",")
	})
}

// saysNothing looks for a word of encrypted mail everywhere but under its cover.
func (d *peerDesk) saysNothing(word string) {
	d.t.Helper()
	if found := must(d.t, d.dir, "search", word); strings.Contains(found, "TDK-") {
		d.t.Errorf("the search finds %q:\n%s", word, found)
	}
	rows := must(d.t, d.dir, "figures", year(), "--rows", "messages")
	if strings.Contains(rows, word) {
		d.t.Errorf("rows tell %q:\n%s", word, rows)
	}
	sum := ""
	for line := range strings.Lines(rows) {
		if fields := strings.Split(line, ","); len(fields) > 4 && len(fields[4]) == 64 {
			sum = fields[4]
			break
		}
	}
	if text := must(d.t, d.dir, "open", "--who", "handler", "--why", "triage", sum); !strings.Contains(text, word+" server") {
		d.t.Errorf("opened, the mail says\n%s", text)
	}
	files, err := filepath.Glob(filepath.Join(d.dir, "todoke.db*"))
	if err != nil || len(files) == 0 {
		d.t.Fatal(files, err)
	}
	for _, path := range files {
		raw, err := os.ReadFile(path)
		if err != nil {
			d.t.Fatal(err)
		}
		if bytes.Contains(raw, []byte(word)) {
			d.t.Errorf("%s holds %q in clear", filepath.Base(path), word)
		}
	}
}
