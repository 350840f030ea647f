package count

import (
	"fmt"
	"strings"

	"todoke/internal/desk"
)

// Rulebook is a named, versioned set of counting rules.
type Rulebook struct {
	Name    string
	Version int
	Scheme  desk.Scheme // by which its tables show types
}

// The rulebooks. Address2008 deduplicates reports and counts types by address, as the reports up to 2009 did. Incident2010
// counts messages as reports (報告件数), incidents told several times once (インシデント件数), and requests to act one a
// party and incident (調整件数).
var (
	Address2008  = Rulebook{Name: "address-2008", Version: 1, Scheme: desk.SchemeJPCERT2008}
	Incident2010 = Rulebook{Name: "incident-2010", Version: 1, Scheme: desk.SchemeJPCERT2010}
)

// Rulebooks lists all rulebooks, the one used where none is named first.
func Rulebooks() []Rulebook { return []Rulebook{Address2008, Incident2010} }

// RulebookNamed finds a rulebook; the error lists the names that there are.
func RulebookNamed(name string) (Rulebook, error) {
	var names []string
	for _, rulebook := range Rulebooks() {
		if rulebook.Name == name {
			return rulebook, nil
		}
		names = append(names, rulebook.Name)
	}
	return Rulebook{}, fmt.Errorf("%q is not a rulebook; use %s", name, strings.Join(names, " or "))
}
