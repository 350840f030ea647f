package read

import (
	"todoke/internal/kind"
	"todoke/internal/mail"
)

// Features are what can be learnt from a message whose truth is known.
type Features struct {
	Class []string // the words that show its class
	Kind  []string // what shows its kind
}

// Features gives what can be learnt from a message.
func (r *Reader) Features(raw []byte, env Envelope) Features {
	_, asked := r.examine(mail.Parse(raw, r.settings.Limits), env)
	return Features{Class: asked.Words, Kind: kind.Features(asked)}
}
