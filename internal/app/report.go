package app

import (
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"strings"

	"todoke/internal/config"
	"todoke/internal/store"
	"todoke/internal/terminal"
)

type reportCommand struct {
	Show  reportShowCommand  `cmd:"" help:"Show a report: its messages, incidents, and the numbers that lead to it."`
	Join  reportJoinCommand  `cmd:"" help:"Make one report a part of another."`
	Split reportSplitCommand `cmd:"" help:"Make a report of its own of some of a report's messages."`
	Move  reportMoveCommand  `cmd:"" help:"Move messages into another report."`
	Undo  reportUndoCommand  `cmd:"" help:"Take an operation back."`
	Log   reportLogCommand   `cmd:"" help:"List operations, the latest first."`
}

// by says who decides and why.
type by struct {
	Who string `help:"Who decides; else the user of the system." placeholder:"NAME"`
	Why string `help:"The reason." required:"" placeholder:"TEXT"`
}

func (b by) decider(e *env) store.Decider {
	who := b.Who
	if who == "" {
		who = os.Getenv("USER")
	}
	return store.Decider{Who: who, Why: b.Why, At: e.now()}
}

// withStore runs do on the store that the settings name, and makes mistakes in numbers usage errors.
func (e *env) withStore(do func(config.Config, *store.Store) error) error {
	c, err := e.settings()
	if err != nil {
		return err
	}
	s, err := e.open(c.DB, false)
	if err != nil {
		return err
	}
	defer s.Close()
	err = do(c, s)
	if errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrConflict) {
		return usageError{err}
	}
	return err
}

type reportShowCommand struct {
	Number string `arg:"" help:"The report's number, such as TDK-2008-000001."`
}

func (cmd *reportShowCommand) Run(e *env) error {
	return e.withStore(func(c config.Config, s *store.Store) error {
		report, err := s.Report(e.ctx, cmd.Number)
		if err != nil {
			return err
		}
		var text strings.Builder
		line := func(format string, args ...any) {
			text.WriteString(terminal.Clean(fmt.Sprintf(format, args...)))
			text.WriteByte('\n')
		}
		const minute = "2006-01-02 15:04"
		line("%s  opened %s, last message %s", report.Number, report.Opened.In(c.Location()).Format(minute), report.Last.In(c.Location()).Format(minute))
		if len(report.Joined) > 0 {
			line("joined into it: %s", strings.Join(report.Joined, ", "))
		}
		if len(report.Related) > 0 {
			line("shares incidents with: %s", strings.Join(report.Related, ", "))
		}
		for _, incident := range report.Incidents {
			line("incident %d  %s  %s%s", incident.ID, incident.Address, incident.Row.Class, portLabelOf(incident.Row.Proto, incident.Row.Port))
		}
		for _, m := range report.Messages {
			line("%s  %s  %-10s %s  %s", hex.EncodeToString(m.SHA256[:8]), m.Received.In(c.Location()).Format(minute), m.Kind, m.Sender, m.Subject)
		}
		_, err = fmt.Fprint(e.Out, text.String())
		return err
	})
}

func portLabelOf(proto string, port int) string {
	if port == 0 {
		return ""
	}
	return fmt.Sprintf(" (%d/%s)", port, proto)
}

type reportJoinCommand struct {
	From string `arg:"" help:"The report that becomes a part."`
	Into string `arg:"" help:"The report that takes it in."`
	by
}

func (cmd *reportJoinCommand) Run(e *env) error {
	return e.withStore(func(_ config.Config, s *store.Store) error {
		operation, err := s.Join(e.ctx, cmd.From, cmd.Into, cmd.decider(e))
		return e.printOperation(operation, err)
	})
}

type reportSplitCommand struct {
	Report   string   `arg:"" help:"The report to split."`
	Messages []string `arg:"" help:"The messages that leave it, by the names that report show lists."`
	by
}

func (cmd *reportSplitCommand) Run(e *env) error {
	return e.withStore(func(c config.Config, s *store.Store) error {
		ids, err := e.messageIDs(s, cmd.Messages)
		if err != nil {
			return err
		}
		number, operation, err := s.Split(e.ctx, cmd.Report, ids, rules(c), cmd.decider(e))
		if err == nil {
			fmt.Fprintf(e.Out, "new report %s; ", number)
		}
		return e.printOperation(operation, err)
	})
}

type reportMoveCommand struct {
	Into     string   `arg:"" help:"The report that takes the messages in."`
	Messages []string `arg:"" help:"The messages, by the names that report show lists."`
	by
}

func (cmd *reportMoveCommand) Run(e *env) error {
	return e.withStore(func(_ config.Config, s *store.Store) error {
		ids, err := e.messageIDs(s, cmd.Messages)
		if err != nil {
			return err
		}
		operation, err := s.Move(e.ctx, ids, cmd.Into, cmd.decider(e))
		return e.printOperation(operation, err)
	})
}

type reportUndoCommand struct {
	Operation int64 `arg:"" help:"The operation's number, as report log lists it."`
	by
}

func (cmd *reportUndoCommand) Run(e *env) error {
	return e.withStore(func(_ config.Config, s *store.Store) error {
		return s.Undo(e.ctx, cmd.Operation, cmd.decider(e))
	})
}

type reportLogCommand struct {
	Limit int `help:"Operations shown at most." default:"50"`
}

func (cmd *reportLogCommand) Run(e *env) error {
	return e.withStore(func(c config.Config, s *store.Store) error {
		operations, err := s.Operations(e.ctx, 0, cmd.Limit)
		if err != nil {
			return err
		}
		for _, op := range operations {
			undone := ""
			if op.Undone != nil {
				undone = " (undone)"
			}
			line := fmt.Sprintf("%d  %s  %s by %s: %s%s", op.ID, op.At.In(c.Location()).Format("2006-01-02 15:04"), op.Name, op.Who, op.Why, undone)
			if _, err := fmt.Fprintln(e.Out, terminal.Clean(line)); err != nil {
				return err
			}
		}
		return nil
	})
}

// messageIDs finds messages by their names.
func (e *env) messageIDs(s *store.Store, names []string) ([]int64, error) {
	var ids []int64
	for _, name := range names {
		m, err := s.MessageNamed(e.ctx, name)
		if err != nil {
			return nil, err
		}
		ids = append(ids, m.ID)
	}
	return ids, nil
}

func (e *env) printOperation(operation int64, err error) error {
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(e.Out, "done; todoke report undo %d takes it back\n", operation)
	return err
}
