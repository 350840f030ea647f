package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"

	"todoke/internal/config"
	"todoke/internal/desk"
	"todoke/internal/intake"
	"todoke/internal/store"
)

type importCommand struct {
	Policy  string   `help:"auto accepts confident proposals, assist leaves all to a handler." enum:"auto,assist" default:"auto"`
	Workers int      `help:"Messages read at once; 0 for one a processor." default:"0"`
	JSON    bool     `help:"Print the counts as JSON."`
	Paths   []string `arg:"" name:"path" help:"Mail files, mboxes, Maildirs, folders of them."`
}

func (cmd *importCommand) Run(e *env) error {
	err := cmd.run(e)
	if err != nil && e.ctx.Err() != nil { // whatever failed, failed because the program was told to end
		return errors.New("stopped; import again to go on")
	}
	return err
}

func (cmd *importCommand) run(e *env) error {
	c, err := e.settings()
	if err != nil {
		return err
	}
	if cmd.Workers < 0 {
		return usage("--workers %d: write 0 or more", cmd.Workers)
	}
	if err := intake.CheckPaths(cmd.Paths); err != nil {
		return usageError{err}
	}
	s, err := e.open(c.DB, true)
	if err != nil {
		return err
	}
	defer s.Close()
	result, err := e.importMail(c, s, importOptions{paths: cmd.Paths, auto: cmd.Policy == "auto", workers: cmd.Workers})
	if err != nil {
		return err
	}
	return e.printImport(s, result, cmd.JSON)
}

type importOptions struct {
	paths   []string
	auto    bool
	workers int
}

// importMemory is where the collector of garbage begins to hurry, in bytes: a mail of any bytes may take 64 MiB beyond its own
// size, and without a limit the heap grows to twice of what is in use before it is cleared.
const importMemory = 64<<20 + 50<<20

// importGarbage is by how many percent the heap of an import may grow before garbage is collected. The heap in use is small and what
// each mail leaves behind is much, so that collecting half as often saves a tenth of the time; importMemory bounds the growth.
const importGarbage = 200

// importMail imports with the settings, showing progress.
func (e *env) importMail(c config.Config, s *store.Store, options importOptions) (intake.Result, error) {
	reader, err := newReader(c)
	if err != nil {
		return intake.Result{}, err
	}
	bar := newBar(e.Err, e.Streams.Progress)
	defer bar.end()
	importer := intake.Importer{
		Store: s, Reader: reader, Rules: rules(c), Workers: options.workers, Now: e.now,
		Policy:   intake.Policy{Auto: options.auto, Threshold: c.AutoThreshold},
		Progress: bar.show,
		Unreadable: func(path string, err error) {
			fmt.Fprintf(e.Err, "todoke: %s\n", strings.Join(strings.Fields(err.Error()), " "))
		},
	}
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(importMemory))
	defer debug.SetGCPercent(debug.SetGCPercent(importGarbage))
	return importer.Import(e.ctx, options.paths)
}

// printImport prints the counts by kind of all that the store holds; as JSON, beside them the messages seen in the files, those
// added, and the files that could not be opened.
func (e *env) printImport(s *store.Store, result intake.Result, asJSON bool) error {
	kinds, err := s.Kinds(e.ctx)
	if err != nil {
		return err
	}
	counts := map[string]int{"seen": result.Seen, "added": result.Added, "failed": result.Failed}
	var told []string
	for _, kind := range desk.Kinds() {
		counts[string(kind)] = kinds[kind]
		told = append(told, fmt.Sprintf("%s %d", kind, kinds[kind]))
	}
	if asJSON {
		return json.NewEncoder(e.Out).Encode(counts)
	}
	failed := ""
	if result.Failed > 0 {
		failed = fmt.Sprintf(", %d could not be opened", result.Failed)
	}
	_, err = fmt.Fprintf(e.Out, "%d messages seen, %d new%s; in the store: %s\n", result.Seen, result.Added, failed, strings.Join(told, ", "))
	return err
}
