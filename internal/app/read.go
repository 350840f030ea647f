package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"

	"todoke/internal/config"
	"todoke/internal/desk"
	"todoke/internal/intake"
	"todoke/internal/mail"
	"todoke/internal/read"
	"todoke/internal/store"
	"todoke/internal/terminal"
)

type readCommand struct {
	File string `arg:"" help:"A mail file; of an mbox, a Maildir or a folder each message is read. Or the name of a message in the store, as search and figures --rows list it."`
	JSON bool   `help:"Print JSON, one object a line where there are several messages."`
}

func (cmd *readCommand) Run(e *env) error {
	c, err := e.settings()
	if err != nil {
		return err
	}
	reader, err := newReader(c)
	if err != nil {
		return err
	}
	now := e.now().In(c.Location())
	if messageName.MatchString(cmd.File) && intake.CheckPaths([]string{cmd.File}) != nil {
		raw, err := e.stored(c, cmd.File)
		if err != nil {
			return err
		}
		return cmd.print(e.Out, reader.Read(raw, read.Envelope{Now: now}), false)
	}
	if err := intake.CheckPaths([]string{cmd.File}); err != nil {
		return usageError{err}
	}
	read1 := func(source mail.Source) *desk.Reading {
		return reader.Read(source.Raw, read.Envelope{MboxFrom: source.MboxFrom, Now: now})
	}
	var pending *desk.Reading // the only message of a file is printed for people to read, several one a line
	n := 0
	for source, err := range mail.OpenPath(cmd.File) {
		if err != nil {
			return usageError{err}
		}
		if pending != nil {
			if err := cmd.print(e.Out, pending, true); err != nil {
				return err
			}
		}
		pending = read1(source)
		n++
	}
	if pending == nil {
		return usage("%s holds no message", cmd.File)
	}
	return cmd.print(e.Out, pending, n > 1)
}

// messageName is the name of a message in the store: the beginning of the digest of its bytes.
var messageName = regexp.MustCompile(`^[0-9a-f]{16,64}$`)

// stored finds the bytes of a message in the store.
func (e *env) stored(c config.Config, name string) ([]byte, error) {
	s, err := e.open(c.DB, false)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	m, err := s.MessageNamed(e.ctx, name)
	if errors.Is(err, store.ErrNotFound) {
		return nil, usage("%s is neither a file nor the name of a message in the store", name)
	}
	if err != nil {
		return nil, err
	}
	return s.Raw(e.ctx, m.SHA256)
}

func (cmd *readCommand) print(out io.Writer, reading *desk.Reading, several bool) error {
	if !cmd.JSON {
		return printReading(out, reading)
	}
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	if !several {
		encoder.SetIndent("", "  ")
	}
	return encoder.Encode(reading)
}

// printReading shows a reading on a terminal.
func printReading(out io.Writer, reading *desk.Reading) error {
	var text strings.Builder
	line := func(label, format string, args ...any) {
		fmt.Fprintf(&text, "%-10s %s\n", label, terminal.Clean(fmt.Sprintf(format, args...)))
	}
	line("subject", "%s", reading.Subject)
	line("from", "%s", strings.TrimLeft(fmt.Sprintf("%s <%s>", reading.From.Name, reading.From.Address), " "))
	line("received", "%s (%s)", reading.Received.Format(time.RFC3339), reading.ReceivedFrom)
	line("kind", "%s: %s", reading.Kind, strings.Join(reading.KindReasons, "; "))
	if reading.Form.Name != "" {
		line("form", "%s, purpose %s", reading.Form.Name, reading.Form.Purpose)
	}
	if reading.Class.Class != "" {
		line("class", "%s (%.2f): %s", reading.Class.Class, reading.Class.Confidence, strings.Join(reading.Class.Reasons, "; "))
	}
	for _, incident := range reading.Incidents {
		line("incident", "%s %s%s%s", incident.Address, incident.Class, portOf(incident), brandOf(incident))
		for _, reason := range incident.Reasons {
			line("", "  %s", reason)
		}
	}
	for _, indicator := range reading.Indicators {
		line("found", "%s", strings.TrimSuffix(fmt.Sprintf("%s %s is %s: %s", indicator.Kind, indicator.Value, indicator.Role, indicator.Why), ": "))
	}
	for _, problem := range reading.Problems {
		line("problem", "part %s: %s", problem.Part, problem.Problem)
	}
	text.WriteByte('\n')
	for part := range strings.Lines(reading.Text) {
		text.WriteString(terminal.Clean(strings.TrimRight(part, "\n")))
		text.WriteByte('\n')
	}
	_, err := io.WriteString(out, text.String())
	return err
}

func portOf(t desk.Telling) string {
	if t.Port == 0 {
		return ""
	}
	worm := ""
	if t.Worm {
		worm = ", worm suspected"
	}
	return fmt.Sprintf(" (%d/%s%s)", t.Port, t.Proto, worm)
}

func brandOf(t desk.Telling) string {
	if t.BrandOrigin == "" {
		return ""
	}
	return strings.TrimRight(fmt.Sprintf(" imitates %s %s", t.BrandOrigin, t.Brand), " ")
}
