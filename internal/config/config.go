// Package config reads the settings of the program: defaults, then the TOML file, then the environment, then flags. An
// unknown key or an impossible value is an error that names the key and says what to write.
package config

import (
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/BurntSushi/toml"
	"golang.org/x/net/idna"
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
	// NeverBlame lists addresses, networks and hosts that always ask a handler. What a file lists is added to the large
	// resolvers and the root servers.
	NeverBlame []string `toml:"never_blame"`
	// FaxGateways are the mail addresses of fax gateways, or their domains ("@fax.example.jp"); what they send has no reporter's mail domain.
	FaxGateways []string `toml:"fax_gateways"`
	// WindowDays is the silence, in days, after which an incident is over.
	WindowDays int `toml:"window_days"`
	// AutoThreshold is the confidence from which the policy auto accepts a proposal, 0 to 1.
	AutoThreshold float64 `toml:"auto_threshold"`
	// Brands is the path of a TOML file that adds to the table of brands; a relative one begins at the settings' file.
	Brands string `toml:"brands"`
	// PrivateIncidents lets private, loopback and link-local addresses be incidents.
	PrivateIncidents bool `toml:"private_incidents"`

	Doors
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
		NeverBlame:    append(resolvers(), rootServers()...),
		WindowDays:    30,
		AutoThreshold: 0.5,
		Doors:         defaultDoors(),
	}
}

// resolvers are the addresses of the large public resolvers: they stand in many logs and are at fault in none.
func resolvers() []string {
	return []string{
		"8.8.8.8", "8.8.4.4", "2001:4860:4860::8888", "2001:4860:4860::8844",
		"1.1.1.1", "1.0.0.1", "2606:4700:4700::1111", "2606:4700:4700::1001",
		"9.9.9.9", "2620:fe::fe",
		"208.67.222.222", "208.67.220.220", "2620:119:35::35", "2620:119:53::53",
	}
}

// rootServers are the addresses of a to m.root-servers.net, as IANA's root hints have them.
func rootServers() []string {
	return []string{
		"198.41.0.4", "2001:503:ba3e::2:30", "170.247.170.2", "2801:1b8:10::b", "192.33.4.12", "2001:500:2::c",
		"199.7.91.13", "2001:500:2d::d", "192.203.230.10", "2001:500:a8::e", "192.5.5.241", "2001:500:2f::f",
		"192.112.36.4", "2001:500:12::d0d", "198.97.190.53", "2001:500:1::53", "192.36.148.17", "2001:7fe::53",
		"192.58.128.30", "2001:503:c27::2:30", "193.0.14.129", "2001:7fd::1", "199.7.83.42", "2001:500:9f::42",
		"202.12.27.33", "2001:dc3::35",
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
		for _, file := range c.files() {
			if *file != "" && !filepath.IsAbs(*file) {
				*file = filepath.Join(filepath.Dir(path), *file)
			}
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

// files are the settings that name files; relative ones begin at the settings' own.
func (c *Config) files() []*string {
	files := []*string{&c.Brands, &c.TLSCert, &c.TLSKey, &c.KeyFile}
	for i := range c.IMAP {
		files = append(files, &c.IMAP[i].PasswordFile, &c.IMAP[i].CAFile)
	}
	return files
}

func decode(text string, c *Config) error {
	never := c.NeverBlame
	c.NeverBlame = nil
	meta, err := toml.Decode(text, c)
	c.NeverBlame = append(never, c.NeverBlame...)
	if err != nil {
		var bad toml.ParseError
		if errors.As(err, &bad) {
			return fmt.Errorf("line %d: %s", bad.Position.Line, bad.Message)
		}
		return errors.New(mismatch(strings.TrimPrefix(err.Error(), "toml: ")))
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		return fmt.Errorf("unknown key %q; remove it or correct its name", unknown[0].String())
	}
	return nil
}

// typeNames say what a TOML value is, by the names that the decoder has for types.
var typeNames = map[string]string{
	"string": "a text in quotes", "integer": "a whole number", "int64": "a whole number", "float": "a number", "float64": "a number with a point",
	"boolean": "true or false", "bool": "true or false", "slice": "a list in brackets", "[]any": "a list in brackets", "map[string]any": "a table",
	"struct": "a table", "time.Time": "a date",
}

// wrongType is the decoder's message on a value of the wrong type.
var wrongType = regexp.MustCompile(`^(line \d+) \(last key "(.*)"\): incompatible types: TOML value has type (\S+); destination has type (\S+)$`)

// mismatch puts a message on a value of the wrong type into an operator's words, and leaves others as they are.
func mismatch(message string) string {
	m := wrongType.FindStringSubmatch(message)
	if m == nil || typeNames[m[3]] == "" || typeNames[m[4]] == "" {
		return message
	}
	return fmt.Sprintf("%s: %s has %s; write %s", m[1], m[2], typeNames[m[3]], typeNames[m[4]])
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
	if err := networks("own_networks", c.OwnNetworks); err != nil {
		return err
	}
	if err := networks("shared_networks", c.SharedNetworks); err != nil {
		return err
	}
	for _, each := range c.NeverBlame {
		if err := networks("never_blame", []string{each}); err != nil && !IsHost(each) {
			return fmt.Errorf("never_blame: %q is no address, network or host; write 203.0.113.7, 203.0.113.0/24 or dns.example.jp", each)
		}
	}
	for _, each := range c.FaxGateways {
		if _, domain, ok := strings.Cut(each, "@"); !ok || !IsHost(domain) {
			return fmt.Errorf("fax_gateways: %q is no mail address; write name@fax.example.jp, or @fax.example.jp for a whole domain", each)
		}
	}
	if strings.TrimSpace(c.DeskNameJA) == "" || strings.TrimSpace(c.DeskNameEN) == "" {
		return errors.New("desk_name_ja, desk_name_en: a desk needs a name on its reports")
	}
	if err := c.Doors.validate(); err != nil {
		return err
	}
	return c.validateBrands()
}

// validateBrands asks that the file of brands is there and names some; what it says of each is for the reader of brands.
func (c Config) validateBrands() error {
	if c.Brands == "" {
		return nil
	}
	var file struct{ Brand []any }
	switch _, err := toml.DecodeFile(c.Brands, &file); {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("brands: %s does not exist", c.Brands)
	case err != nil:
		return fmt.Errorf("brands: %s: %s", c.Brands, strings.TrimPrefix(err.Error(), "toml: "))
	case len(file.Brand) == 0:
		return fmt.Errorf("brands: %s names no brand; write [[brand]] tables, or remove the key", c.Brands)
	}
	return nil
}

// IsHost tells whether a name can be a host's: labels of letters, digits and hyphens, the last not a number.
func IsHost(name string) bool {
	ascii, err := idna.Lookup.ToASCII(name)
	if err != nil || ascii == "" {
		return false
	}
	last := ascii[strings.LastIndexByte(ascii, '.')+1:]
	return strings.Trim(last, "0123456789") != ""
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

// networks checks a list of networks; a single address is a network of one.
func networks(key string, values []string) error {
	for _, value := range values {
		_, notAddress := netip.ParseAddr(value)
		_, notPrefix := netip.ParsePrefix(value)
		if notAddress != nil && notPrefix != nil {
			return fmt.Errorf("%s: %q is no network; write 203.0.113.0/24 or one address", key, value)
		}
	}
	return nil
}
