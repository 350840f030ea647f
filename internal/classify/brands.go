package classify

import (
	_ "embed"
	"fmt"
	"os"
	"strings"
	"sync"

	"github.com/BurntSushi/toml"

	"todoke/internal/blame/cue"
	"todoke/internal/desk"
)

// Brand is one brand that phishing sites imitate.
type Brand struct {
	Name      string      `toml:"name"`
	Origin    desk.Origin `toml:"origin"`
	Names     []string    `toml:"names"`     // other names
	Domains   []string    `toml:"domains"`   // its own sites
	Exact     bool        `toml:"exact"`     // an ordinary word as well: counts only with its capitals
	Customers bool        `toml:"customers"` // others have hosts below its domains
}

// Brands is a table of brands. It is safe for use by many readers at once.
type Brands struct {
	byName  map[string]*Brand // by name as written
	domains map[string]*Brand
	tokens  map[string]*Brand // by its names as they stand in hosts and paths: letters and digits only
	names   *cue.Vocabulary   // rule names are brand names
}

//go:embed brands.toml
var table string

// Known is the table that comes with the program.
var Known = sync.OnceValue(func() *Brands {
	list, err := decode(table)
	if err != nil {
		panic("classify: brands.toml: " + err.Error()) // embedded: a test finds it first
	}
	brands, err := newBrands(list)
	if err != nil {
		panic("classify: brands.toml: " + err.Error())
	}
	return brands
})

// Load gives the known table with the brands of a user's file (TOML, as brands.toml) over it.
func Load(path string) (*Brands, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading brands: %w", err)
	}
	own, err := decode(string(text))
	if err != nil {
		return nil, fmt.Errorf("reading brands %s: %w", path, err)
	}
	known, err := decode(table)
	if err != nil {
		return nil, err
	}
	brands, err := newBrands(append(own, known...))
	if err != nil {
		return nil, fmt.Errorf("reading brands %s: %w", path, err)
	}
	return brands, nil
}

func decode(text string) ([]*Brand, error) {
	var file struct{ Brand []*Brand }
	meta, err := toml.Decode(text, &file)
	if err != nil {
		return nil, err
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		return nil, fmt.Errorf("unknown key %s", unknown[0])
	}
	for _, b := range file.Brand {
		if b.Name == "" || b.Origin != desk.OriginDomestic && b.Origin != desk.OriginOverseas {
			return nil, fmt.Errorf("brand %q needs a name and the origin domestic or overseas", b.Name)
		}
	}
	return file.Brand, nil
}

// newBrands makes a table; of two brands of one name, domain or token the first holds.
func newBrands(list []*Brand) (*Brands, error) {
	var rules []*cue.Rule
	t := &Brands{byName: map[string]*Brand{}, domains: map[string]*Brand{}, tokens: map[string]*Brand{}}
	for _, b := range list {
		if t.byName[b.Name] != nil {
			continue
		}
		t.byName[b.Name] = b
		for _, domain := range b.Domains {
			if domain = strings.ToLower(domain); t.domains[domain] == nil {
				t.domains[domain] = b
			}
		}
		words := append([]string{b.Name}, b.Names...)
		for _, word := range words {
			if token := compact(word); len(token) >= 3 && t.tokens[token] == nil {
				t.tokens[token] = b
			}
		}
		rules = append(rules, &cue.Rule{Name: b.Name, Sense: "brand", Words: words})
	}
	names, err := cue.New(rules)
	t.names = names
	return t, err
}

// compact leaves the ASCII letters and digits of a name; it is "" for a name with other letters.
func compact(name string) string {
	out := make([]byte, 0, len(name))
	for i := 0; i < len(name); i++ {
		c := name[i]
		switch {
		case c >= 'A' && c <= 'Z':
			out = append(out, c+'a'-'A')
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9':
			out = append(out, c)
		case c >= 0x80:
			return ""
		}
	}
	return string(out)
}

// Owner is the brand whose own site the host is, nil where it is none's.
func (t *Brands) Owner(host string) *Brand {
	for domain := host; ; {
		if b := t.domains[domain]; b != nil {
			if b.Customers && host != domain && host != "www."+domain {
				return nil
			}
			return b
		}
		_, parent, ok := strings.Cut(domain, ".")
		if !ok {
			return nil
		}
		domain = parent
	}
}

// Legitimate tells whether host is a brand's own site.
func (t *Brands) Legitimate(host string) bool { return t.Owner(host) != nil }

// InURL is the brand whose name stands in a host or path, as whole word ("mizuho-bank.example") or, for longer names, at
// the edge of one ("paypallogin").
func (t *Brands) InURL(url string) *Brand {
	if len(url) > 512 {
		url = url[:512]
	}
	var edge *Brand
	for _, word := range strings.FieldsFunc(strings.ToLower(url), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	}) {
		for _, w := range []string{word, lookalike.Replace(word)} {
			if b := t.tokens[w]; b != nil && !b.Exact {
				return b
			}
			if b := t.tokens[w]; b != nil && len(w) >= 4 {
				return b
			}
			for n := min(len(w)-1, 24); n >= 5 && edge == nil; n-- {
				for _, part := range []string{w[:n], w[len(w)-n:]} {
					if b := t.tokens[part]; b != nil && !b.Exact {
						edge = b
					}
				}
			}
		}
	}
	return edge
}

var lookalike = strings.NewReplacer("1", "l", "0", "o", "3", "e", "5", "s")
