package fax

import (
	_ "embed"
	"errors"
	"fmt"
	"os"
	"regexp"
	"sync"

	"github.com/BurntSushi/toml"
)

// Profiles tell how mails of fax gateways look. They are safe for use by many readers at once.
type Profiles struct{ list []*profile }

// profile is one gateway's way of writing; profiles.toml tells what its fields mean.
type profile struct {
	Name            string     `toml:"name"`
	Known           []*pattern `toml:"known"`
	Number          []*pattern `toml:"number"`
	Pages           []*pattern `toml:"pages"`
	Time            []*pattern `toml:"time"`
	Layouts         []string   `toml:"layouts"`
	GatewayOnly     bool       `toml:"gateway_only"`
	WithoutDocument bool       `toml:"without_document"`
}

// pattern is a regular expression as profiles.toml has them.
type pattern struct{ *regexp.Regexp }

// UnmarshalText is for the TOML decoder.
func (p *pattern) UnmarshalText(text []byte) (err error) {
	p.Regexp, err = regexp.Compile("(?im)" + string(text))
	return err
}

//go:embed profiles.toml
var table string

// Known are the profiles that come with the program.
var Known = sync.OnceValue(func() *Profiles {
	list, err := decode(table)
	if err != nil {
		panic("fax: profiles.toml: " + err.Error()) // embedded: a test finds it first
	}
	return &Profiles{list}
})

// Load gives the known profiles with those of a user's file (TOML, as profiles.toml) before them.
func Load(path string) (*Profiles, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading profiles of fax gateways: %w", err)
	}
	own, err := decode(string(text))
	if err != nil {
		return nil, fmt.Errorf("reading profiles of fax gateways %s: %w", path, err)
	}
	return &Profiles{append(own, Known().list...)}, nil
}

func decode(text string) ([]*profile, error) {
	var file struct {
		Profile []*profile `toml:"profile"`
	}
	meta, err := toml.Decode(text, &file)
	if err != nil {
		return nil, err
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		return nil, fmt.Errorf("unknown key %s", unknown[0])
	}
	if len(file.Profile) == 0 {
		return nil, errors.New("it holds no [[profile]]")
	}
	for _, p := range file.Profile {
		if err := p.check(); err != nil {
			return nil, fmt.Errorf("profile %q: %w", p.Name, err)
		}
	}
	return file.Profile, nil
}

func (p *profile) check() error {
	if p.Name == "" {
		return errors.New("it has no name")
	}
	if len(p.Known) == 0 {
		return errors.New("nothing says how its mails are known")
	}
	for _, patterns := range [][]*pattern{p.Number, p.Pages, p.Time} {
		for _, each := range patterns {
			if each.NumSubexp() != 1 {
				return fmt.Errorf("%s: write one group, around what is looked for", each)
			}
		}
	}
	if len(p.Time) > 0 && len(p.Layouts) == 0 {
		return errors.New("time without layouts")
	}
	return nil
}
