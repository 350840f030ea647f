// Package config reads the settings of the program: defaults, then the TOML file, then the environment, then flags. An
// unknown key or an impossible value is an error that names the key and says what to write.
package config

import (
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"strings"
	"time"

	"github.com/BurntSushi/toml"
)

// Config holds the settings. The keys are a contract with those who run the program.
type Config struct {
	// DB is the store: sqlite:PATH or postgres://….
	DB string `toml:"db"`
	// Zone is the time zone of every period's edges.
	Zone string `toml:"zone"`
	// DeskNameJA and DeskNameEN name the desk on its reports.
	DeskNameJA string `toml:"desk_name_ja"`
	DeskNameEN string `toml:"desk_name_en"`
	// OwnAddresses are ours: mail from them is outbound. "@example.jp" means every address of the domain.
	OwnAddresses []string `toml:"own_addresses"`
	// OwnNetworks are our networks (CIDR or single addresses), never blamed without a handler.
	OwnNetworks []string `toml:"own_networks"`
	// SharedNetworks are CDNs and mass hosting (CIDR): there the host is the address, not the IP.
	SharedNetworks []string `toml:"shared_networks"`
	// NeverBlame lists addresses, networks and hosts that always ask a handler: resolvers, root servers.
	NeverBlame []string `toml:"never_blame"`
	// FaxGateways are the mail addresses of fax gateways; what they send has no reporter's mail domain.
	FaxGateways []string `toml:"fax_gateways"`
	// WindowDays is the silence, in days, after which an incident is over.
	WindowDays int `toml:"window_days"`
	// AutoThreshold is the confidence from which the policy auto accepts a proposal, 0 to 1.
	AutoThreshold float64 `toml:"auto_threshold"`
	// Brands is the path of a TOML file that adds to the table of brands.
	Brands string `toml:"brands"`
	// PrivateIncidents lets private, loopback and link-local addresses be incidents.
	PrivateIncidents bool `toml:"private_incidents"`
}

// DefaultFile is read where it exists and no other file is named.
const DefaultFile = "todoke.toml"

// Default returns the settings that hold where nothing else is said.
func Default() Config {
	return Config{
		DB:            "sqlite:todoke.db",
		Zone:          "Asia/Tokyo",
		DeskNameJA:    "CSIRT",
		DeskNameEN:    "CSIRT",
		OwnAddresses:  []string{"@csirt.example.jp"},
		NeverBlame:    []string{"8.8.8.8", "8.8.4.4", "1.1.1.1", "1.0.0.1", "9.9.9.9", "208.67.222.222", "208.67.220.220"},
		WindowDays:    30,
		AutoThreshold: 0.5,
	}
}

// Load reads the settings: the file named by path, else by TODOKE_CONFIG, else DefaultFile where there is one; then the
// environment's TODOKE_DB. A named file that is not there is an error.
func Load(path string) (Config, error) {
	c := Default()
	named := path != ""
	if !named {
		if path = os.Getenv("TODOKE_CONFIG"); path != "" {
			named = true
		} else {
			path = DefaultFile
		}
	}
	text, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !named:
	case errors.Is(err, fs.ErrNotExist):
		return c, fmt.Errorf("configuration %s does not exist; name another with --config", path)
	case err != nil:
		return c, fmt.Errorf("configuration %s cannot be read: %w", path, err)
	default:
		if err := decode(string(text), &c); err != nil {
			return c, fmt.Errorf("configuration %s: %w", path, err)
		}
	}
	if db := os.Getenv("TODOKE_DB"); db != "" {
		c.DB = db
	}
	if err := c.validate(); err != nil {
		return c, fmt.Errorf("configuration %s: %w", path, err)
	}
	return c, nil
}

func decode(text string, c *Config) error {
	meta, err := toml.Decode(text, c)
	if err != nil {
		var bad toml.ParseError
		if errors.As(err, &bad) {
			return fmt.Errorf("line %d: %s", bad.Position.Line, bad.Message)
		}
		return fmt.Errorf("%s", strings.TrimPrefix(err.Error(), "toml: "))
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		return fmt.Errorf("unknown key %q; remove it or correct its name", unknown[0].String())
	}
	return nil
}

func (c Config) validate() error {
	if _, err := time.LoadLocation(c.Zone); err != nil || c.Zone == "" {
		return fmt.Errorf("zone: %q is no time zone; write a name such as Asia/Tokyo", c.Zone)
	}
	if c.WindowDays < 1 {
		return fmt.Errorf("window_days: %d is too few; write at least 1", c.WindowDays)
	}
	if c.AutoThreshold < 0 || c.AutoThreshold > 1 {
		return fmt.Errorf("auto_threshold: %v is not between 0 and 1", c.AutoThreshold)
	}
	for _, each := range c.OwnAddresses {
		if !strings.Contains(each, "@") {
			return fmt.Errorf("own_addresses: %q is no mail address; write name@example.jp, or @example.jp for a whole domain", each)
		}
	}
	if _, err := prefixes("own_networks", c.OwnNetworks); err != nil {
		return err
	}
	if _, err := prefixes("shared_networks", c.SharedNetworks); err != nil {
		return err
	}
	if c.Brands != "" {
		if _, err := os.Stat(c.Brands); err != nil {
			return fmt.Errorf("brands: %s cannot be read", c.Brands)
		}
	}
	return nil
}

// Location is the zone of every period's edges. The zone has been validated.
func (c Config) Location() *time.Location {
	zone, err := time.LoadLocation(c.Zone)
	if err != nil {
		return time.UTC
	}
	return zone
}

// Window is the silence after which an incident is over.
func (c Config) Window() time.Duration { return time.Duration(c.WindowDays) * 24 * time.Hour }

// Own returns our networks.
func (c Config) Own() []netip.Prefix { return must(prefixes("own_networks", c.OwnNetworks)) }

// Shared returns the networks whose addresses many sites share.
func (c Config) Shared() []netip.Prefix { return must(prefixes("shared_networks", c.SharedNetworks)) }

func must(parsed []netip.Prefix, _ error) []netip.Prefix { return parsed }

// prefixes reads networks; a single address is a network of one.
func prefixes(key string, values []string) ([]netip.Prefix, error) {
	var parsed []netip.Prefix
	for _, value := range values {
		if addr, err := netip.ParseAddr(value); err == nil {
			parsed = append(parsed, netip.PrefixFrom(addr, addr.BitLen()))
			continue
		}
		prefix, err := netip.ParsePrefix(value)
		if err != nil {
			return parsed, fmt.Errorf("%s: %q is no network; write 203.0.113.0/24 or one address", key, value)
		}
		parsed = append(parsed, prefix.Masked())
	}
	return parsed, nil
}
