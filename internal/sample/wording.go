package sample

import (
	"embed"
	"fmt"
	"path"
	"sort"
	"strings"
	"text/template"
	"time"
)

//go:embed wordings/*.txt
var wordingFiles embed.FS

// A wording is the text of a whole mail, written by hand, with slots. The
// files under wordings/ are named family.language.txt and hold wordings like
//
//	@@ name
//	many: yes
//	subject: Attack from {{.I.IP}}
//
//	Body, a text/template over [view].
//	@@@ attach auth.log
//	Body of an attachment.
//
// Its keys are those of wordingKeys.
type wording struct {
	name, family, lang string
	keys               map[string]string
	subject, body      *template.Template
	attachments        []attachment
	used               int
}

// wordingKeys are the keys above a wording, and what they mean.
var wordingKeys = map[string]string{
	"subject":  "subject line; an answer without one takes that of the other mail",
	"many":     "yes: fits several incidents too; only: several alone",
	"net":      "yes: tells of a whole network",
	"about":    "site: fits incidents with pages only; host: all others",
	"who":      "team: needs an organisation; person: not from a team's address",
	"class":    "class of the incidents where it is not that of the family",
	"worm":     "yes: suspects a worm, a bot or a worm's backdoor",
	"way":      "way into the system",
	"after":    "what was done there, parted by commas",
	"shape":    "html, alternative, or rawhtml where the body is HTML already",
	"charset":  "charset that the mail wants",
	"headers":  "further header lines, parted by semicolons",
	"threaded": "no: an automatic answer without In-Reply-To",
	"marked":   "spam: yes or no, whether a filter marks it; by chance where not said",
	"month":    "first mail of an inquiry: its month",
	"tld":      "first mail of an inquiry: top level of the asker",
	"to":       "inquiry: the address of ours, where not the usual one",
	"by":       "desk: our answer in an inquiry",
}

// An attachment stands below the body: a file by its name, "rfc822" a mail of
// its own, "feedback" the machine-readable part of an abuse report.
type attachment struct {
	name string
	text *template.Template
}

// view is what the slots of a wording can name.
type view struct {
	Me    *person
	I     *seen   // the first incident told of
	All   []*seen // all of them
	Now   time.Time
	No    string // our number of the matter
	Quote string // the mail that is answered, as quoted
	To    *person
	Was   string // subject of the mail that is answered
}

var slotFuncs = template.FuncMap{
	"hxxp": func(s string) string { return strings.Replace(s, "http", "hxxp", 1) },
	"dots": func(s string) string { return strings.ReplaceAll(s, ".", "[.]") },
	"lastDot": func(s string) string {
		i := strings.LastIndexByte(s, '.')
		return s[:i] + "[.]" + s[i+1:]
	},
	"wide":   wide,
	"indent": func(by, s string) string { return by + strings.ReplaceAll(s, "\n", "\n"+by) },
	"inc":    func(i int) int { return i + 1 },
}

// wide puts ASCII letters, digits and dots as the full-width forms that
// Japanese input methods give.
func wide(s string) string {
	return strings.Map(func(r rune) rune {
		if r > ' ' && r <= '~' {
			return r + 0xFEE0
		}
		return r
	}, s)
}

// loadWordings reads all wordings by family and language, such as "scan-ssh.ja".
func loadWordings() (map[string][]*wording, error) {
	files, err := wordingFiles.ReadDir("wordings")
	if err != nil {
		return nil, err
	}
	all := map[string][]*wording{}
	for _, f := range files {
		text, err := wordingFiles.ReadFile("wordings/" + f.Name())
		if err != nil {
			return nil, err
		}
		key := strings.TrimSuffix(path.Base(f.Name()), ".txt")
		family, lang, _ := strings.Cut(key, ".")
		for _, block := range strings.Split("\n"+string(text), "\n@@ ")[1:] {
			w, err := parseWording(block, family, lang)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", f.Name(), err)
			}
			all[key] = append(all[key], w)
		}
	}
	return all, nil
}

// parseWording reads name, keys, body and attachments of one wording.
func parseWording(block, family, lang string) (*wording, error) {
	head, rest, ok := strings.Cut(block, "\n\n")
	if !ok {
		return nil, fmt.Errorf("no empty line below the keys of %q", head)
	}
	lines := strings.Split(head, "\n")
	w := &wording{name: strings.TrimSpace(lines[0]), family: family, lang: lang, keys: map[string]string{}}
	for _, l := range lines[1:] {
		k, v, ok := strings.Cut(l, ": ")
		if !ok || wordingKeys[k] == "" {
			return nil, fmt.Errorf("%s: key line %q", w.name, l)
		}
		w.keys[k] = v
	}
	parts := strings.Split(rest, "\n@@@ ")
	var err error
	if w.subject, err = w.template(w.keys["subject"]); err != nil {
		return nil, err
	}
	if w.body, err = w.template(strings.TrimRight(parts[0], "\n") + "\n"); err != nil {
		return nil, err
	}
	for _, p := range parts[1:] {
		name, text, _ := strings.Cut(p, "\n")
		t, err := w.template(strings.TrimRight(text, "\n") + "\n")
		if err != nil {
			return nil, err
		}
		w.attachments = append(w.attachments, attachment{strings.TrimPrefix(name, "attach "), t})
	}
	return w, nil
}

func (w *wording) template(text string) (*template.Template, error) {
	t, err := template.New(w.name).Funcs(slotFuncs).Parse(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", w.name, err)
	}
	return t, nil
}

// fits says whether somebody could tell of the incidents with this wording.
func (w *wording) fits(by *person, incidents []*incident) bool {
	switch many := w.keys["many"]; {
	case len(incidents) > 1 && many == "", len(incidents) == 1 && many == "only":
		return false
	}
	switch who := w.keys["who"]; {
	case who == "team" && by.Org == "", who == "person" && by.role:
		return false
	}
	if len(incidents) == 0 {
		return true
	}
	i := incidents[0]
	if about := w.keys["about"]; about != "" && (about == "site") != (len(i.urls) > 0) {
		return false
	}
	return w.family != i.family.name || (w.keys["net"] == "yes") == i.net
}

// choose takes the least used wording of the family that fits. Where none is
// there in the language, English serves.
func (w *writer) choose(family string, by *person, incidents []*incident) (*wording, error) {
	for _, l := range []string{by.language(), "en", "ja"} {
		var fit []*wording
		for _, c := range w.wordings[family+"."+l] {
			if c.fits(by, incidents) {
				fit = append(fit, c)
			}
		}
		if len(fit) > 0 {
			sort.SliceStable(fit, func(i, j int) bool { return fit[i].used < fit[j].used })
			fit[0].used++
			return fit[0], nil
		}
	}
	return nil, fmt.Errorf("no wording of %s fits %d incidents", family, len(incidents))
}

// A text is a wording with its slots filled.
type text struct {
	wording     *wording
	subject     string
	body        string
	attachments []filled
	told        []*told
}

type filled struct{ name, text string }

// compose fills the slots, and notes which facts the text tells.
func (w *writer) compose(by *wording, v view, incidents []*incident) (text, error) {
	t := text{wording: by}
	for _, i := range incidents {
		s := &seen{incident: i, told: &told{incident: i, wording: by}, me: v.Me, rnd: w.rnd, at: i.at}
		if later := v.Now.Add(-time.Duration(1+w.rnd.IntN(9)) * time.Hour); v.No == "" && later.Sub(i.at) > 48*time.Hour {
			s.at = later // seen anew, by somebody else or again
		}
		t.told = append(t.told, s.told)
		v.All = append(v.All, s)
	}
	if len(v.All) > 0 {
		v.I = v.All[0]
	}
	var err error
	run := func(tmpl *template.Template) string {
		var b strings.Builder
		if e := tmpl.Execute(&b, v); e != nil && err == nil {
			err = fmt.Errorf("filling %s: %w", by.name, e)
		}
		return b.String()
	}
	t.subject, t.body = strings.TrimSpace(run(by.subject)), run(by.body)
	for _, a := range by.attachments {
		t.attachments = append(t.attachments, filled{a.name, run(a.text)})
	}
	return t, err
}

// told notes what one mail tells of one incident.
type told struct {
	incident *incident
	wording  *wording
	ip, host bool // the text names the IP, the host
	brand    bool
	urls     []string
}

// truth is what an expert finds in the mail about the incident, the address
// being that of the matter as a whole.
func (t *told) truth() Incident {
	i, keys := t.incident, t.wording.keys
	truth := Incident{Key: i.key, Address: i.address(), Class: i.family.class, Port: i.family.port, Worm: keys["worm"] == "yes", Way: keys["way"], URLs: t.urls}
	if c := keys["class"]; c != "" && i.family != &injectedSite {
		truth.Class = c
	}
	if truth.Port != 0 {
		truth.Proto = "tcp"
	}
	if t.host {
		truth.Hosts = append(truth.Hosts, i.host)
	}
	if i.family == &injectedSite {
		truth.Way = ""
	} else if keys["after"] != "" {
		truth.After = strings.Split(keys["after"], ", ")
	}
	if i.family.origin != "" {
		if i.family.origin == "unknown" {
			truth.Origin = "unknown"
		} else if t.brand {
			truth.Brand, truth.Origin = i.brand.en, i.brand.origin
		}
	}
	return truth
}
