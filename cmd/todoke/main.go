// Command todoke is the incident desk of a national CSIRT. See todoke help.
package main

import (
	"os"
	_ "time/tzdata" // period edges need their zone on any machine

	"golang.org/x/term"

	"todoke/internal/app"
)

func main() {
	os.Exit(app.Main(os.Args[1:], app.Streams{Out: os.Stdout, Err: os.Stderr, Progress: term.IsTerminal(int(os.Stderr.Fd()))}))
}
