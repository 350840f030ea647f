//go:build !linux

package fax

import (
	"errors"
	"os/exec"
)

// LandlockVersion is 0: this system has none.
func LandlockVersion() int { return 0 }

func ownGroup(*exec.Cmd) {}

func killGroup(child *exec.Cmd) error { return child.Process.Kill() }

func diesWithUs(*exec.Cmd) {}

// confine refuses: without limits and closed files no foreign document is opened.
func confine(Limits, []string) error {
	return errors.New("documents of faxes are opened on Linux only")
}
