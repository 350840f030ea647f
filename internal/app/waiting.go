package app

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"text/tabwriter"
	"time"

	"todoke/internal/config"
	"todoke/internal/store"
	"todoke/internal/terminal"
)

// heldCommand is about deliveries that wait for a handler before they are read.
type heldCommand struct {
	List    heldList    `cmd:"" default:"1" help:"List deliveries that wait for a handler, and why."`
	Release heldRelease `cmd:"" help:"Let deliveries be read after all."`
}

type heldList struct {
	JSON bool `help:"Print JSON."`
}

// heldShown is how many held deliveries are listed at most.
const heldShown = 1000

func (cmd *heldList) Run(e *env) error {
	return e.withStore(func(_ config.Config, s *store.Store) error {
		held, err := s.HeldDeliveries(e.ctx, 0, heldShown)
		if err != nil {
			return err
		}
		if cmd.JSON {
			type shown struct {
				ID       int64     `json:"id"`
				Received time.Time `json:"received"`
				Door     string    `json:"door"`
				From     string    `json:"from"`
				Size     int       `json:"size"`
				Why      string    `json:"why"`
			}
			list := make([]shown, len(held))
			for i, d := range held {
				list[i] = shown{d.ID, d.Received, string(d.Envelope.Door), d.Envelope.From, d.Size, d.Why}
			}
			return json.NewEncoder(e.Out).Encode(list)
		}
		if len(held) == 0 {
			_, err := fmt.Fprintln(e.Out, "nothing waits for a handler")
			return err
		}
		table := tabwriter.NewWriter(e.Out, 0, 0, 2, ' ', 0)
		for _, d := range held {
			fmt.Fprintf(table, "%d\t%s\t%s\t%s\t%s\n", d.ID, d.Received.Format(time.RFC3339), d.Envelope.Door, terminal.Clean(d.Envelope.From), terminal.Clean(d.Why))
		}
		return table.Flush()
	})
}

type heldRelease struct {
	All        bool    `help:"All that wait."`
	Deliveries []int64 `arg:"" optional:"" help:"Their numbers, as the list has them."`
}

func (cmd *heldRelease) Run(e *env) error {
	if cmd.All == (len(cmd.Deliveries) > 0) {
		return usage("name deliveries, or write --all")
	}
	return e.withStore(func(_ config.Config, s *store.Store) error {
		n, err := s.Release(e.ctx, cmd.Deliveries)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(e.Out, "%d released\n", n)
		return err
	})
}

// tokenCommand is about credentials of programs, for the API and for SMTP AUTH.
type tokenCommand struct {
	Add     tokenAdd     `cmd:"" help:"Make a token for a program, and print it: it is shown this once."`
	List    tokenList    `cmd:"" help:"List tokens; their secrets are not kept."`
	Disable tokenDisable `cmd:"" help:"End a token."`
}

type tokenAdd struct {
	Name string `arg:"" help:"Of the program: letters, digits, dots and hyphens."`
	Read bool   `help:"It may ask how far its messages are, and bring none."`
}

var tokenName = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{0,62}$`)

// The scopes of tokens.
const (
	scopeWrite = "messages:write"
	scopeRead  = "messages:read"
)

func (cmd *tokenAdd) Run(e *env) error {
	name := strings.ToLower(cmd.Name)
	if !tokenName.MatchString(name) {
		return usage("%q is no name for a token; write letters, digits, dots and hyphens", cmd.Name)
	}
	scopes := []string{scopeRead, scopeWrite}
	if cmd.Read {
		scopes = scopes[:1]
	}
	bits := make([]byte, 32)
	rand.Read(bits) // never fails
	secret := "tdk_" + base64.RawURLEncoding.EncodeToString(bits)
	c, err := e.settings()
	if err != nil {
		return err
	}
	s, err := e.open(c.DB, true) // a desk's first program may come before its first mail
	if err != nil {
		return err
	}
	defer s.Close()
	err = s.AddCredential(e.ctx, store.Credential{Name: name, Scopes: scopes, Made: e.now()}, secret)
	if errors.Is(err, store.ErrConflict) {
		return usageError{err}
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(e.Out, secret)
	return err
}

type tokenList struct {
	JSON bool `help:"Print JSON."`
}

func (cmd *tokenList) Run(e *env) error {
	return e.withStore(func(_ config.Config, s *store.Store) error {
		all, err := s.Credentials(e.ctx)
		if err != nil {
			return err
		}
		if cmd.JSON {
			type shown struct {
				Name     string     `json:"name"`
				Scopes   []string   `json:"scopes"`
				Made     time.Time  `json:"made"`
				Disabled *time.Time `json:"disabled"`
			}
			list := make([]shown, len(all))
			for i, c := range all {
				list[i] = shown{Name: c.Name, Scopes: c.Scopes, Made: c.Made}
				if !c.Disabled.IsZero() {
					list[i].Disabled = &all[i].Disabled
				}
			}
			return json.NewEncoder(e.Out).Encode(list)
		}
		table := tabwriter.NewWriter(e.Out, 0, 0, 2, ' ', 0)
		for _, c := range all {
			state := "valid"
			if !c.Disabled.IsZero() {
				state = "ended " + c.Disabled.Format(time.DateOnly)
			}
			fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", c.Name, strings.Join(c.Scopes, " "), c.Made.Format(time.DateOnly), state)
		}
		return table.Flush()
	})
}

type tokenDisable struct {
	Name string `arg:"" help:"Of the token."`
}

func (cmd *tokenDisable) Run(e *env) error {
	return e.withStore(func(_ config.Config, s *store.Store) error {
		err := s.DisableCredential(e.ctx, strings.ToLower(cmd.Name), e.now())
		if errors.Is(err, store.ErrNotFound) {
			return usage("no token of the name %q holds", cmd.Name)
		}
		return err
	})
}
