package app

import (
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"todoke/internal/desk"
	"todoke/internal/store"
	"todoke/internal/terminal"
)

type searchCommand struct {
	JSON  bool     `help:"Print JSON."`
	Limit int      `help:"Messages shown at most, the newest first." default:"50"`
	Words []string `arg:"" help:"Words, each of which must stand in the message; \"several words\" in quotes stand together."`
}

func (cmd *searchCommand) Run(e *env) error {
	c, err := e.settings()
	if err != nil {
		return err
	}
	if cmd.Limit < 1 {
		return usage("--limit %d: write 1 or more", cmd.Limit)
	}
	if strings.TrimSpace(strings.Join(cmd.Words, "")) == "" {
		return usage("search needs words that are not empty")
	}
	s, err := e.open(c.DB, false)
	if err != nil {
		return err
	}
	defer s.Close()
	found, err := s.Search(e.ctx, query(cmd.Words), cmd.Limit, store.Key{})
	if err != nil {
		return err
	}
	if cmd.JSON {
		return printJSON(e.Out, hits(found, c.Location()))
	}
	for _, hit := range found.Hits {
		line := fmt.Sprintf("%x  %s  %-10s %-15s  %s", hit.SHA256[:8], hit.Received.In(c.Location()).Format("2006-01-02 15:04"), hit.Kind, hit.Report, hit.Subject)
		if _, err := fmt.Fprintln(e.Out, terminal.Clean(line)); err != nil {
			return err
		}
	}
	switch {
	case len(found.Hits) == 0:
		fmt.Fprintln(e.Err, "nothing found")
	case found.More:
		fmt.Fprintf(e.Err, "there are older ones; --limit shows more than %d\n", cmd.Limit)
	}
	return nil
}

// foundJSON is a page of a search as JSON.
type foundJSON struct {
	Hits []hitJSON `json:"hits"`
	More bool      `json:"more"` // there are older ones
}

type hitJSON struct {
	Message  string    `json:"message"`
	Received time.Time `json:"received"`
	Kind     desk.Kind `json:"kind"`
	Report   string    `json:"report"`
	From     string    `json:"from"`
	Subject  string    `json:"subject"`
	SHA256   string    `json:"sha256"`
}

func hits(found store.Found, zone *time.Location) foundJSON {
	list := foundJSON{Hits: []hitJSON{}, More: found.More}
	for _, hit := range found.Hits {
		digest := hex.EncodeToString(hit.SHA256[:])
		list.Hits = append(list.Hits, hitJSON{
			Message: digest[:16], Received: hit.Received.In(zone), Kind: hit.Kind, Report: hit.Report, From: hit.Sender,
			Subject: hit.Subject, SHA256: digest,
		})
	}
	return list
}

// query puts the arguments together; one that the shell has freed of its quotes gets them back.
func query(words []string) string {
	quoted := make([]string, len(words))
	for i, word := range words {
		quoted[i] = word
		if len(words) > 1 && strings.ContainsAny(word, " \t") {
			quoted[i] = `"` + word + `"`
		}
	}
	return strings.Join(quoted, " ")
}
