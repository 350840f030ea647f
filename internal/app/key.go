package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"todoke/internal/desk"
	"todoke/internal/intake"
	"todoke/internal/pgp"
	"todoke/internal/smime"
	"todoke/internal/store"
	"todoke/internal/terminal"
)

type keyCommand struct {
	Make    keyMake    `cmd:"" help:"Make a key of ours; it signs from now on."`
	Import  keyImport  `cmd:"" help:"Take in a key: ours with its private part, or somebody's public one."`
	List    keyList    `cmd:"" help:"List keys."`
	Rotate  keyRotate  `cmd:"" help:"Make a new key in the place of the current one, which goes on decrypting."`
	Export  keyExport  `cmd:"" help:"Print a public key."`
	Revoke  keyRevoke  `cmd:"" help:"Revoke a key: ours for everybody, somebody's for us."`
	Confirm keyConfirm `cmd:"" help:"Confirm that an offered key is whose it says: letters to its addresses are encrypted from now on."`
}

// keys opens the store and the keys for a command about them; only those that add a key make a store.
func (e *env) keys(create bool) (*store.Store, *keyring, error) {
	c, err := e.settings()
	if err != nil {
		return nil, nil, err
	}
	if c.KeyFile == "" {
		return nil, nil, usage("there is no key file: write key_file = \"FILE\" into the settings, a file that holds a long passphrase in its first line")
	}
	if err := readable(c); err != nil {
		return nil, nil, err
	}
	s, err := e.open(c.DB, create)
	if err != nil {
		return nil, nil, err
	}
	k, err := openKeys(e.ctx, c, s, e.now)
	if err != nil {
		return nil, nil, errors.Join(err, s.Close())
	}
	return s, k, nil
}

// withKeys runs what changes keys, keeps those that it returns, and prints the first.
func (e *env) withKeys(asJSON bool, do func(ring *pgp.Ring, secret []byte) ([]pgp.Key, error)) error {
	s, k, err := e.keys(true) // a desk's first key may come before its first mail
	if err != nil {
		return err
	}
	defer s.Close()
	changed, err := do(k.current(), k.secret)
	if err != nil {
		return keyError(err)
	}
	if err := k.save(e.ctx, changed...); err != nil {
		return err
	}
	return printKeys(e.Out, changed[:1], asJSON)
}

// keyError makes a mistake of the caller's of what the ring says of keys that are not there.
func keyError(err error) error {
	if errors.Is(err, pgp.ErrNoSuchKey) || errors.Is(err, pgp.ErrNotAKey) || errors.Is(err, pgp.ErrNoCurrent) || errors.Is(err, pgp.ErrLocked) {
		return usageError{err}
	}
	return err
}

type keyMake struct {
	Name    string        `arg:"" help:"Whose key it is: the desk's name."`
	Address string        `arg:"" help:"The mail address that it is for."`
	Life    time.Duration `help:"After which it expires; 0 for never." default:"17520h"`
	JSON    bool          `help:"Print JSON."`
}

func (cmd *keyMake) Run(e *env) error {
	return e.withKeys(cmd.JSON, func(ring *pgp.Ring, secret []byte) ([]pgp.Key, error) {
		before, had := ring.Current()
		made, err := ring.Make(cmd.Name, cmd.Address, cmd.Life, secret)
		return withBefore(ring, made, before, had), err
	})
}

// withBefore lists a key that became current with the one that was so before, whose state changed too.
func withBefore(ring *pgp.Ring, made, before pgp.Key, had bool) []pgp.Key {
	keys := []pgp.Key{made}
	if old, ok := ring.Get(before.Fingerprint); had && ok && old.Fingerprint != made.Fingerprint {
		keys = append(keys, old)
	}
	return keys
}

type keyRotate struct {
	Life time.Duration `help:"After which the new key expires; 0 for never." default:"17520h"`
	JSON bool          `help:"Print JSON."`
}

func (cmd *keyRotate) Run(e *env) error {
	return e.withKeys(cmd.JSON, func(ring *pgp.Ring, secret []byte) ([]pgp.Key, error) {
		before, had := ring.Current()
		made, err := ring.Rotate(cmd.Life, secret)
		return withBefore(ring, made, before, had), err
	})
}

type keyImport struct {
	File           string `arg:"" help:"An armored OpenPGP key, or a certificate of S/MIME (ours as PKCS #12, somebody's as PEM); - for standard input."`
	PassphraseFile string `help:"Holds the passphrase that locks a private key, in its first line." placeholder:"FILE" type:"path"`
	Old            bool   `help:"Ours decrypts only; it does not sign."`
	JSON           bool   `help:"Print JSON."`
}

func (cmd *keyImport) Run(e *env) error {
	armored, err := readAll(cmd.File)
	if err != nil {
		return err
	}
	var passphrase string
	if cmd.PassphraseFile != "" {
		if passphrase, err = secretFile(cmd.PassphraseFile); err != nil {
			return err
		}
	}
	if !strings.Contains(armored, "BEGIN PGP") {
		return cmd.certificate(e, []byte(armored), passphrase)
	}
	return e.withKeys(cmd.JSON, func(ring *pgp.Ring, secret []byte) ([]pgp.Key, error) {
		if !strings.Contains(armored, "PRIVATE KEY BLOCK") {
			key, err := ring.AddTheirs(armored, pgp.Confirmed)
			return []pgp.Key{key}, err
		}
		state := pgp.Current
		if cmd.Old {
			state = pgp.Old
		}
		before, had := ring.Current()
		key, err := ring.Import(armored, []byte(passphrase), secret, state)
		return withBefore(ring, key, before, had), err
	})
}

// certificate takes in a certificate of S/MIME.
func (cmd *keyImport) certificate(e *env, file []byte, passphrase string) error {
	s, k, err := e.keys(true)
	if err != nil {
		return err
	}
	defer s.Close()
	taken, err := k.importCertificate(e.ctx, file, passphrase)
	if errors.Is(err, smime.ErrLocked) || errors.Is(err, smime.ErrNotCertificate) {
		return usage("%s: %w", cmd.File, err)
	}
	if err != nil {
		return err
	}
	if cmd.JSON {
		return json.NewEncoder(e.Out).Encode(taken)
	}
	_, err = fmt.Fprintf(e.Out, "%s  S/MIME  %s  until %s\n", taken.Fingerprint, terminal.Clean(taken.Name), taken.Expires.Format(time.DateOnly))
	return err
}

// readAll reads a file, or standard input.
func readAll(path string) (string, error) {
	if path == "-" {
		text, err := io.ReadAll(os.Stdin)
		return string(text), err
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return "", usage("%s cannot be read: %w", path, err)
	}
	return string(text), nil
}

type keyList struct {
	JSON bool `help:"Print JSON."`
}

func (cmd *keyList) Run(e *env) error {
	s, k, err := e.keys(false)
	if err != nil {
		return err
	}
	defer s.Close()
	return printKeys(e.Out, k.current().List(), cmd.JSON)
}

type keyExport struct {
	Fingerprint string `arg:"" optional:"" help:"Of the key; else the current one of ours."`
}

func (cmd *keyExport) Run(e *env) error {
	s, k, err := e.keys(false)
	if err != nil {
		return err
	}
	defer s.Close()
	ring := k.current()
	fingerprint := plain(cmd.Fingerprint)
	if fingerprint == "" {
		current, ok := ring.Current()
		if !ok {
			return keyError(pgp.ErrNoCurrent)
		}
		fingerprint = current.Fingerprint
	}
	armored, err := ring.Export(fingerprint)
	if err != nil {
		return keyError(err)
	}
	_, err = fmt.Fprintln(e.Out, strings.TrimSpace(armored))
	return err
}

// plain is a fingerprint as the ring knows it.
func plain(fingerprint string) string {
	return strings.ToUpper(strings.NewReplacer(" ", "", ":", "").Replace(fingerprint))
}

type keyRevoke struct {
	Fingerprint string `arg:"" help:"Of the key."`
	Reason      string `help:"Why, for people to read." default:""`
	Compromised bool   `help:"Somebody else has it: what it signed is not to be believed either."`
	JSON        bool   `help:"Print JSON."`
}

func (cmd *keyRevoke) Run(e *env) error {
	return e.withKeys(cmd.JSON, func(ring *pgp.Ring, secret []byte) ([]pgp.Key, error) {
		fingerprint := plain(cmd.Fingerprint)
		if key, ok := ring.Get(fingerprint); ok && !key.Ours {
			if err := ring.SetState(fingerprint, pgp.Withdrawn); err != nil {
				return nil, err
			}
			key, _ = ring.Get(fingerprint)
			return []pgp.Key{key}, nil
		}
		key, err := ring.Revoke(fingerprint, cmd.Reason, cmd.Compromised, secret)
		return []pgp.Key{key}, err
	})
}

type keyConfirm struct {
	Fingerprint string `arg:"" help:"Of the key, compared by another way than mail."`
	JSON        bool   `help:"Print JSON."`
}

func (cmd *keyConfirm) Run(e *env) error {
	return e.withKeys(cmd.JSON, func(ring *pgp.Ring, _ []byte) ([]pgp.Key, error) {
		fingerprint := plain(cmd.Fingerprint)
		if err := ring.SetState(fingerprint, pgp.Confirmed); err != nil {
			return nil, err
		}
		key, _ := ring.Get(fingerprint)
		return []pgp.Key{key}, nil
	})
}

// shownKey is a key as --json prints it; a private part is never printed.
type shownKey struct {
	Fingerprint string     `json:"fingerprint"`
	Names       []string   `json:"names"`
	Algorithm   string     `json:"algorithm"`
	Created     time.Time  `json:"created"`
	Expires     *time.Time `json:"expires"`
	State       string     `json:"state"`
	Ours        bool       `json:"ours"`
}

func printKeys(out io.Writer, keys []pgp.Key, asJSON bool) error {
	if asJSON {
		shown := make([]shownKey, len(keys))
		for i, key := range keys {
			shown[i] = shownKey{key.Fingerprint, key.Names, key.Algorithm, key.Created, expiry(key), string(key.State), key.Ours}
		}
		return json.NewEncoder(out).Encode(shown)
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, key := range keys {
		whose, until := "theirs", "never expires"
		if key.Ours {
			whose = "ours"
		}
		if at := expiry(key); at != nil {
			until = "until " + at.Format(time.DateOnly)
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n", pgp.FormatFingerprint(key.Fingerprint), whose, key.State, key.Algorithm, until, strings.Join(key.Names, ", "))
	}
	return table.Flush()
}

func expiry(key pgp.Key) *time.Time {
	if key.Expires.IsZero() {
		return nil
	}
	return &key.Expires
}

type openCommand struct {
	by      `embed:""`
	Message string `arg:"" help:"The message: its number or the beginning of its SHA-256."`
}

// Run prints what an encrypted mail says, and records who opened it and why.
func (cmd *openCommand) Run(e *env) error {
	decider, err := cmd.decider(e)
	if err != nil {
		return err
	}
	s, k, err := e.keys(false)
	if err != nil {
		return err
	}
	defer s.Close()
	message, err := s.MessageNamed(e.ctx, cmd.Message)
	if errors.Is(err, store.ErrNotFound) {
		return usage("there is no message %q", cmd.Message)
	}
	if err != nil {
		return err
	}
	sealed, err := s.Unseal(e.ctx, message.ID, decider)
	if errors.Is(err, store.ErrNotFound) {
		return usage("message %d has no sealed text: it was not encrypted, or is still closed", message.ID)
	}
	if err != nil {
		return err
	}
	opened, err := k.vault.Unseal(sealed, intake.SealedPlace(message.SHA256))
	if err != nil {
		return err
	}
	var reading desk.Reading
	if err := json.Unmarshal(opened, &reading); err != nil {
		return fmt.Errorf("the sealed reading cannot be read: %w", err)
	}
	for line := range strings.SplitSeq(reading.Subject+"\n"+reading.PGP.Verdict+"\n\n"+reading.Text, "\n") {
		if _, err := fmt.Fprintln(e.Out, terminal.Clean(strings.TrimRight(line, "\r"))); err != nil {
			return err
		}
	}
	return nil
}
