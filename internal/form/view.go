package form

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"todoke/internal/formats/forms"
)

// view is what every page has.
type view struct {
	Lang    string
	Heading string
	Title   string // of the window, where it says more than the heading
	Refresh string // where the page goes by itself without scripts, "" for nowhere
	Desk    string
	Mail    string
	request *http.Request
}

func (h *Handler) view(r *http.Request) view {
	lang := language(r)
	return view{Lang: lang, Desk: h.cfg.name(lang), Mail: h.cfg.Mail, request: r}
}

// language is the one asked for by ?lang=, else the first of ja and en among those that the browser accepts, else Japanese.
func language(r *http.Request) string {
	switch lang := r.URL.Query().Get("lang"); lang {
	case "ja", "en":
		return lang
	}
	for tag := range strings.SplitSeq(r.Header.Get("Accept-Language"), ",") {
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

// Say is the words in the page's language.
func (v view) Say(ja, en string) string { return forms.Words{JA: ja, EN: en}.In(v.Lang) }

// Other is the language that the page is not in.
func (v view) Other() string { return v.Say("en", "ja") }

// Link is the address of a page in the same language.
func (v view) Link(path string) string { return path + "?lang=" + v.Lang }

// InOther is the address of this page in the other language.
func (v view) InOther() string {
	q := v.request.URL.Query()
	q.Set("lang", v.Other())
	return (&url.URL{Path: v.request.URL.Path, RawQuery: q.Encode()}).String()
}

// Style, Script and Worker are the addresses of what the pages load.
func (v view) Style() string  { return assetPath("form.css") }
func (v view) Script() string { return assetPath("form.js") }
func (v view) Worker() string { return assetPath("work.js") }

type failurePage struct {
	view
	Words string
}

// clock tells a time of today in the desk's zone.
func (h *Handler) clock(t time.Time) string {
	if s := t.In(h.zone); s.Second() > 0 {
		t = t.Add(time.Minute) // minutes are told, and told too late rather than too soon
	}
	return t.In(h.zone).Format("15:04 MST")
}

// seconds is a wait as Retry-After tells it (RFC 9110, section 10.2.3).
func seconds(wait time.Duration) string {
	return strconv.Itoa(int((wait + time.Second - 1) / time.Second))
}

// size tells bytes to people.
func size(n int64) string {
	switch {
	case n >= 1<<20:
		return strings.TrimSuffix(strconv.FormatFloat(float64(n)/(1<<20), 'f', 1, 64), ".0") + " MiB"
	case n >= 1<<10:
		return strconv.FormatInt((n+512)/1024, 10) + " KiB"
	}
	return strconv.FormatInt(n, 10) + " B"
}

// thousands writes a number with commas.
func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
