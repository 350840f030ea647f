package app

import (
	"fmt"

	"todoke/internal/sample"
)

type sampleCommand struct {
	Period string `arg:"" help:"The sample quarter: 2008Q2."`
	Out    string `help:"The folder for the mail files." required:"" placeholder:"DIR" type:"path"`
}

// samplePeriod is the quarter of which there is a sample.
const samplePeriod = "2008Q2"

func (cmd *sampleCommand) Run(e *env) error {
	if cmd.Period != samplePeriod {
		return usage("there is no sample of %q; write %s", cmd.Period, samplePeriod)
	}
	if err := sample.Write(cmd.Out); err != nil {
		return err
	}
	_, err := fmt.Fprintf(e.Err, "the mail of %s is in %s\n", samplePeriod, cmd.Out)
	return err
}
