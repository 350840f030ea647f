package app

import (
	"todoke/internal/blame"
	"todoke/internal/classify"
	"todoke/internal/config"
	"todoke/internal/mail"
	"todoke/internal/match"
	"todoke/internal/read"
)

// newReader makes the reader that the settings ask for.
func newReader(c config.Config) (*read.Reader, error) {
	brands, err := brands(c)
	if err != nil {
		return nil, err
	}
	return read.New(read.Settings{
		OwnAddresses: c.OwnAddresses,
		FaxGateways:  c.FaxGateways,
		NeverBlame:   append(append([]string{}, c.NeverBlame...), c.OwnNetworks...),
		Blame: blame.Config{
			OwnAddresses: c.OwnAddresses, OwnNetworks: c.OwnNetworks, SharedNetworks: c.SharedNetworks, NeverBlame: c.NeverBlame,
			PrivateIncidents: c.PrivateIncidents, Legitimate: brands.Legitimate,
		},
		Brands: brands,
		Limits: mail.DefaultLimits(),
	}), nil
}

// brands is the table of brands with the desk's own.
func brands(c config.Config) (*classify.Brands, error) {
	if c.Brands == "" {
		return classify.Known(), nil
	}
	own, err := classify.Load(c.Brands)
	if err != nil {
		return nil, usage("brands: %w", err)
	}
	return own, nil
}

// rules are the settings of matching.
func rules(c config.Config) match.Rules {
	return match.Rules{Window: c.Window(), Zone: c.Location()}
}

// DefaultReader is the reader of the settings that hold where nothing else is said.
func DefaultReader() (*read.Reader, error) { return newReader(config.Default()) }
