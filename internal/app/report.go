package app

import (
	"encoding/hex"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"strings"
	"time"

	"todoke/internal/config"
	"todoke/internal/desk"
	"todoke/internal/store"
	"todoke/internal/terminal"
)

type reportCommand struct {
	Show    reportShowCommand    `cmd:"" help:"Show a report: its messages, incidents, and the numbers that lead to it."`
	Join    reportJoinCommand    `cmd:"" help:"Make one report a part of another."`
	Split   reportSplitCommand   `cmd:"" help:"Make a report of its own of some of a report's messages."`
	Move    reportMoveCommand    `cmd:"" help:"Move messages into another report."`
	Confirm reportConfirmCommand `cmd:"" help:"Confirm reports and their incidents, which rules only proposed."`
	Address reportAddressCommand `cmd:"" help:"Give an incident another address, such as the IP that was found behind its host."`
	Undo    reportUndoCommand    `cmd:"" help:"Take an operation back."`
	Log     reportLogCommand     `cmd:"" help:"List operations, the latest first."`
}

// by says who decides and why.
type by struct {
	Who *string `help:"Who decides; else the user of the system." placeholder:"NAME"`
	Why string  `help:"The reason." required:"" placeholder:"TEXT"`
}

// decider refuses a decision of nobody, or for no reason.
func (b by) decider(e *env) (store.Decider, error) {
	who := os.Getenv("USER")
	if b.Who != nil {
		who = *b.Who
	}
	if who = strings.TrimSpace(who); who == "" {
		return store.Decider{}, usage("who decides? write --who NAME")
	}
	if strings.TrimSpace(b.Why) == "" {
		return store.Decider{}, usage("--why is empty; write the reason")
	}
	return store.Decider{Who: who, Why: b.Why, At: e.now()}, nil
}

// decide runs a handler's decision on the store.
func (e *env) decide(by by, do func(config.Config, *store.Store, store.Decider) error) error {
	decider, err := by.decider(e)
	if err != nil {
		return err
	}
	return e.withStore(func(c config.Config, s *store.Store) error { return do(c, s, decider) })
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
	JSON   bool   `help:"Print JSON."`
	Number string `arg:"" help:"The report's number, such as TDK-2008-000001."`
}

func (cmd *reportShowCommand) Run(e *env) error {
	return e.withStore(func(c config.Config, s *store.Store) error {
		report, err := s.Report(e.ctx, cmd.Number)
		if err != nil {
			return err
		}
		proposals, err := s.Proposals(e.ctx, cmd.Number)
		if err != nil {
			return err
		}
		shown := showReport(report, proposals, c.Location())
		if cmd.JSON {
			return printJSON(e.Out, shown)
		}
		_, err = fmt.Fprint(e.Out, shown.text())
		return err
	})
}

// reportJSON is a report as it is shown.
type reportJSON struct {
	Number    string         `json:"report"`
	Opened    time.Time      `json:"opened"`
	Last      time.Time      `json:"last"`
	Confirmed bool           `json:"confirmed"`
	Joined    []string       `json:"joined"`  // numbers of the reports that are part of it
	Related   []string       `json:"related"` // numbers of the reports that share incidents with it
	Incidents []incidentJSON `json:"incidents"`
	Messages  []messageJSON  `json:"messages"`
	Proposals []messageJSON  `json:"proposals"` // messages that may belong to it
}

type incidentJSON struct {
	Incident  int64      `json:"incident"`
	Address   string     `json:"address"`
	Class     desk.Class `json:"class"`
	Proto     string     `json:"proto"`
	Port      int        `json:"port"`
	Confirmed bool       `json:"confirmed"`
}

type messageJSON struct {
	Message  string    `json:"message"`
	Received time.Time `json:"received"`
	Kind     desk.Kind `json:"kind"`
	From     string    `json:"from"`
	Subject  string    `json:"subject"`
	Why      string    `json:"why"`
}

func showReport(report *store.Report, proposals []store.Proposal, zone *time.Location) reportJSON {
	shown := reportJSON{Number: report.Number, Opened: report.Opened.In(zone), Last: report.Last.In(zone), Confirmed: report.Confirmed,
		Joined: append([]string{}, report.Joined...), Related: append([]string{}, report.Related...),
		Incidents: []incidentJSON{}, Messages: []messageJSON{}, Proposals: []messageJSON{}}
	for _, i := range report.Incidents {
		shown.Incidents = append(shown.Incidents, incidentJSON{i.ID, i.Address, i.Row.Class, i.Row.Proto, i.Row.Port, i.Confirmed})
	}
	message := func(m store.Listed, why string) messageJSON {
		return messageJSON{hex.EncodeToString(m.SHA256[:8]), m.Received.In(zone), m.Kind, m.Sender, m.Subject, why}
	}
	for _, m := range report.Messages {
		shown.Messages = append(shown.Messages, message(m, m.Why))
	}
	for _, p := range proposals {
		shown.Proposals = append(shown.Proposals, message(p.Message, p.Why))
	}
	return shown
}

// minute is how times stand in lists for people.
const minute = "2006-01-02 15:04"

func (r reportJSON) text() string {
	var text strings.Builder
	line := func(format string, args ...any) {
		text.WriteString(terminal.Clean(fmt.Sprintf(format, args...)))
		text.WriteByte('\n')
	}
	line("%s  opened %s, last message %s%s", r.Number, r.Opened.Format(minute), r.Last.Format(minute), unconfirmed(r.Confirmed))
	if len(r.Joined) > 0 {
		line("joined into it: %s", strings.Join(r.Joined, ", "))
	}
	if len(r.Related) > 0 {
		line("shares incidents with: %s", strings.Join(r.Related, ", "))
	}
	for _, i := range r.Incidents {
		line("incident %d  %s  %s%s%s", i.Incident, i.Address, i.Class, portLabelOf(i.Proto, i.Port), unconfirmed(i.Confirmed))
	}
	for _, m := range r.Messages {
		line("%s  %s  %-10s %s  %s", m.Message, m.Received.Format(minute), m.Kind, m.From, m.Subject)
	}
	for _, m := range r.Proposals {
		line("may belong to it: %s  %s  %s  %s (%s)", m.Message, m.Received.Format(minute), m.From, m.Subject, m.Why)
	}
	return text.String()
}

func unconfirmed(confirmed bool) string {
	if confirmed {
		return ""
	}
	return "  (not confirmed)"
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
	return e.decide(cmd.by, func(_ config.Config, s *store.Store, decider store.Decider) error {
		operation, err := s.Join(e.ctx, cmd.From, cmd.Into, decider)
		return e.printOperation(operation, err)
	})
}

type reportSplitCommand struct {
	Report   string   `arg:"" help:"The report to split."`
	Messages []string `arg:"" help:"The messages that leave it, by the names that report show lists."`
	by
}

func (cmd *reportSplitCommand) Run(e *env) error {
	return e.decide(cmd.by, func(c config.Config, s *store.Store, decider store.Decider) error {
		ids, err := e.messageIDs(s, cmd.Messages)
		if err != nil {
			return err
		}
		number, operation, err := s.Split(e.ctx, cmd.Report, ids, rules(c), decider)
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
	return e.decide(cmd.by, func(_ config.Config, s *store.Store, decider store.Decider) error {
		ids, err := e.messageIDs(s, cmd.Messages)
		if err != nil {
			return err
		}
		operation, err := s.Move(e.ctx, ids, cmd.Into, decider)
		return e.printOperation(operation, err)
	})
}

type reportUndoCommand struct {
	Operation int64 `arg:"" help:"The operation's number, as report log lists it."`
	by
}

func (cmd *reportUndoCommand) Run(e *env) error {
	return e.decide(cmd.by, func(_ config.Config, s *store.Store, decider store.Decider) error {
		taken, err := s.Undo(e.ctx, cmd.Operation, decider)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(e.Out, terminal.Clean(fmt.Sprintf("undone: %d  %s by %s: %s", taken.ID, taken.Name, taken.Who, taken.Why)))
		return err
	})
}

type reportAddressCommand struct {
	Incident int64  `arg:"" help:"The incident's number, as report show lists it."`
	Address  string `arg:"" help:"The IP address or host at fault."`
	by
}

func (cmd *reportAddressCommand) Run(e *env) error {
	address := strings.ToLower(cmd.Address)
	if ip, err := netip.ParseAddr(address); err == nil {
		address = ip.String()
	} else if !config.IsHost(address) {
		return usage("%q is no address; write an IP address or a host", cmd.Address)
	}
	return e.decide(cmd.by, func(_ config.Config, s *store.Store, decider store.Decider) error {
		operation, err := s.SetAddress(e.ctx, cmd.Incident, address, decider)
		return e.printOperation(operation, err)
	})
}

type reportConfirmCommand struct {
	Numbers []string `arg:"" name:"number" help:"The reports' numbers."`
	by
}

func (cmd *reportConfirmCommand) Run(e *env) error {
	return e.decide(cmd.by, func(_ config.Config, s *store.Store, decider store.Decider) error {
		operation, err := s.Confirm(e.ctx, cmd.Numbers, decider)
		return e.printOperation(operation, err)
	})
}

type reportLogCommand struct {
	JSON  bool `help:"Print JSON."`
	Limit int  `help:"Operations shown at most." default:"50"`
}

func (cmd *reportLogCommand) Run(e *env) error {
	if cmd.Limit < 1 {
		return usage("--limit %d: write 1 or more", cmd.Limit)
	}
	return e.withStore(func(c config.Config, s *store.Store) error {
		operations, err := s.Operations(e.ctx, 0, cmd.Limit)
		if err != nil {
			return err
		}
		if cmd.JSON {
			return printJSON(e.Out, showOperations(operations, c.Location()))
		}
		for _, op := range operations {
			line := fmt.Sprintf("%d  %s  %s by %s: %s", op.ID, op.At.In(c.Location()).Format(minute), op.Name, op.Who, op.Why)
			if op.Undone != nil {
				line += fmt.Sprintf(" (undone %s by %s: %s)", op.Undone.At.In(c.Location()).Format(minute), op.Undone.Who, op.Undone.Why)
			}
			if _, err := fmt.Fprintln(e.Out, terminal.Clean(line)); err != nil {
				return err
			}
		}
		return nil
	})
}

// operationJSON is an operation as it is shown.
type operationJSON struct {
	Operation int64  `json:"operation"`
	Name      string `json:"name"`
	decidedJSON
	Undone *decidedJSON `json:"undone"`
}

type decidedJSON struct {
	At  time.Time `json:"at"`
	Who string    `json:"who"`
	Why string    `json:"why"`
}

func showOperations(operations []store.Operation, zone *time.Location) []operationJSON {
	shown := []operationJSON{}
	for _, op := range operations {
		row := operationJSON{Operation: op.ID, Name: op.Name, decidedJSON: decidedJSON{op.At.In(zone), op.Who, op.Why}}
		if op.Undone != nil {
			row.Undone = &decidedJSON{op.Undone.At.In(zone), op.Undone.Who, op.Undone.Why}
		}
		shown = append(shown, row)
	}
	return shown
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
