package site

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"unicode"

	"todoke/internal/desk"
	reporthtml "todoke/internal/publish/html"
)

//go:embed site.css
var siteCSS string

//go:embed pages.tmpl
var pagesTemplate string

var style = reporthtml.CSS() + siteCSS

// stylePath names the style sheet by its content, so that it may be kept for ever.
var stylePath = "/assets/" + contentName(style) + ".css"

func contentName(content string) string {
	sum := sha256.Sum256([]byte(content))
	return hex.EncodeToString(sum[:8])
}

func serveStyle(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	w.Write([]byte(style))
}

// view is what every page has.
type view struct {
	Lang    string
	Period  string
	Rules   string
	Now     bool // what is counted now, in place of the published edition
	Heading string
	request *http.Request
}

func (s *site) view(r *http.Request) view {
	q := r.URL.Query()
	return view{Lang: language(r), Period: q.Get("period"), Rules: q.Get("rules"), Now: q.Get("now") == "1", request: r}
}

// language is the one asked for by ?lang=, else the first of ja and en among those that the browser accepts, else Japanese.
func language(r *http.Request) string {
	switch lang := r.URL.Query().Get("lang"); lang {
	case "ja", "en":
		return lang
	}
	for _, tag := range strings.Split(r.Header.Get("Accept-Language"), ",") {
		tag = strings.ToLower(strings.TrimSpace(tag))
		if strings.HasPrefix(tag, "ja") {
			return "ja"
		}
		if strings.HasPrefix(tag, "en") {
			return "en"
		}
	}
	return "ja"
}

func (v view) say(ja, en string) string {
	if v.Lang == "ja" {
		return ja
	}
	return en
}

// Say is say for the templates.
func (v view) Say(ja, en string) string { return v.say(ja, en) }

// Style is the address of the style sheet.
func (v view) Style() string { return stylePath }

// Other is the language that the page is not in.
func (v view) Other() string { return v.say("en", "ja") }

// SameIn is the address of this page in another language.
func (v view) SameIn(lang string) string {
	q := v.request.URL.Query()
	q.Set("lang", lang)
	return v.request.URL.Path + "?" + q.Encode()
}

// Link is the address of a page of the same period, rulebook and language, with further keys and values.
func (v view) Link(path string, more ...string) string {
	q := url.Values{"lang": {v.Lang}}
	if v.Period != "" {
		q.Set("period", v.Period)
	}
	if v.Rules != "" {
		q.Set("rules", v.Rules)
	}
	if v.Now {
		q.Set("now", "1")
	}
	for i := 0; i+1 < len(more); i += 2 {
		q.Set(more[i], more[i+1])
	}
	return path + "?" + q.Encode()
}

// MessageLink is the address of a message's page.
func (v view) MessageLink(id string) string { return v.Link("/message/" + url.PathEscape(id)) }

type failurePage struct {
	view
	Status int
	Broken bool
}

var roleNames = map[desk.Role][2]string{
	desk.RoleSource:    {"もと（害を止める先）", "source: at fault"},
	desk.RoleTarget:    {"被害を受けた側", "target: the victim"},
	desk.RoleReporter:  {"届出者の側", "reporter's own"},
	desk.RoleReference: {"参照（正規サイトなど）", "reference: legitimate or passing"},
	desk.RoleUnknown:   {"不明", "unknown"},
}

// Role names a role in words.
func (v view) Role(role desk.Role) string {
	names, ok := roleNames[role]
	if !ok {
		return string(role)
	}
	return v.say(names[0], names[1])
}

var pages = template.Must(template.New("site").Funcs(template.FuncMap{"visible": visible}).Parse(pagesTemplate))

// visible shows what a text would hide or use to deceive the eye: control characters as their pictures, and characters that
// turn the direction of writing by their code. Line ends and tabs stay.
func visible(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r == '\r':
			return -1
		case r < ' ':
			return 0x2400 + r
		case r == 0x7f:
			return 0x2421
		case unicode.Is(unicode.Bidi_Control, r):
			return '\uFFFD'
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD"))
}

// join writes several words for one cell.
func join(words []string) string { return strings.Join(words, ", ") }

// Query is a value that this page was asked with.
func (v view) Query(key string) string { return v.request.URL.Query().Get(key) }
