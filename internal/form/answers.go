package form

import (
	"strings"

	"todoke/internal/desk"
)

// The names of the fields, in the form and in what it posts.
const (
	fieldKind         = "kind"
	fieldDetails      = "details"
	fieldSource       = "source"
	fieldTarget       = "target"
	fieldStarted      = "started"
	fieldEnded        = "ended"
	fieldZone         = "zone"
	fieldLog          = "log"
	fieldPurpose      = "purpose"
	fieldNaming       = "naming"
	fieldName         = "name"
	fieldOrganization = "organization"
	fieldEmail        = "email"
	fieldPGP          = "pgp"
	fieldFiles        = "files"

	fieldTrap  = "website" // a field that people do not see; machines fill it
	fieldStamp = "stamp"
	fieldWork  = "work"
	fieldKept  = "kept" // ids of files on the shelf
	fieldDrop  = "drop" // of these, what is not to be sent
	fieldTurn  = "turn" // the button that shows the form in the other language
)

// textFields are the fields that are typed, each with how many code points it may have.
var textFields = []struct {
	name string
	most int
	line bool // of one line
}{
	{fieldDetails, 50_000, false},
	{fieldSource, 20_000, false},
	{fieldTarget, 20_000, false},
	{fieldStarted, 60, true},
	{fieldEnded, 60, true},
	{fieldLog, 500_000, false},
	{fieldName, 200, true},
	{fieldOrganization, 200, true},
	{fieldEmail, 254, true},
	{fieldPGP, 200_000, false},
}

// answers are the values of the form as they were typed or chosen.
type answers map[string]string

// blank is what the empty form has chosen.
func (h *Handler) blank() answers {
	return answers{fieldZone: h.cfg.Zone, fieldPurpose: string(desk.PurposeInformation), fieldNaming: "nobody"}
}

// answersOf takes the fields of the form out of what was posted; what is no field of ours is left.
func (h *Handler) answersOf(u *upload) answers {
	a := h.blank()
	for _, f := range textFields {
		a[f.name] = strings.ReplaceAll(u.value(f.name), "\r\n", "\n")
	}
	for _, name := range []string{fieldKind, fieldPurpose, fieldNaming, fieldZone, fieldTrap} {
		if v := u.value(name); v != "" {
			a[name] = v
		}
	}
	return a
}
