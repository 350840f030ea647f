package form

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"todoke/internal/formats/forms"
)

// formPage is the form with what was typed so far.
type formPage struct {
	view
	Answers answers
	Faults  []shownFault
	Notices []shownNotice
	Kept    []keptFile
	Stamp   string
	Puzzle  int // bits of work that the script may do, 0 for none
	Max     int64
	MaxText string
	fault   map[string]string // by field
	zones   []forms.Choice
}

// shownFault is a fault in the page's language, shown above the form and beside its field.
type shownFault struct{ Field, Text string }

type shownNotice struct{ Text, Path string }

type keptFile struct{ ID, Name, Size string }

func (h *Handler) formPage(r *http.Request, a answers) *formPage {
	p := &formPage{view: h.view(r), Answers: a, Max: h.cfg.MaxUpload, MaxText: size(h.cfg.MaxUpload), fault: map[string]string{}, zones: h.zones}
	p.Heading = p.Say("インシデントを届け出る", "Report an incident")
	return p
}

func (p *formPage) setFaults(faults []fault) {
	for _, f := range faults {
		text := f.In(p.Lang)
		p.Faults = append(p.Faults, shownFault{f.Field, text})
		if p.fault[f.Field] != "" {
			text = p.fault[f.Field] + " " + text
		}
		p.fault[f.Field] = text
	}
	if len(faults) > 0 {
		p.Title = p.Say("誤りがあります：", "There are mistakes: ") + p.Heading
	}
}

// Trapped tells whether the field that people do not see was filled: then it is shown, so that one who did so by mistake can
// mend it.
func (p *formPage) Trapped() bool { return p.Answers[fieldTrap] != "" }

// Here is where the form is sent to; There the same in the other language.
func (p *formPage) Here() string  { return "/report?lang=" + p.Lang }
func (p *formPage) There() string { return "/report?lang=" + p.Other() }

// control is one field as the templates draw it.
type control struct {
	Name, Label, Hint, Value, Fault string
	Required                        string // the word for it, "" where the field may stay empty
	Rows                            int
	Complete                        string // the browser's own knowledge (HTML: autocomplete)
	Code                            bool   // what is typed is no prose
	Options                         []option
}

type option struct {
	Value, Label, Note string
	Chosen             bool
}

// Described are the ids of what explains a field: its fault first, then its hint.
func (c control) Described() string {
	ids := ""
	if c.Fault != "" {
		ids = c.Name + "-fault "
	}
	if c.Hint != "" {
		ids += c.Name + "-hint"
	}
	return ids
}

// First is the id of what the summary leads to: the field, or the first of its choices.
func (p *formPage) First(field string) string {
	switch field {
	case fieldKind, fieldPurpose, fieldNaming:
		return field + "-0"
	}
	return field
}

var (
	rows      = map[string]int{fieldDetails: 8, fieldSource: 3, fieldTarget: 3, fieldLog: 8, fieldPGP: 4}
	completes = map[string]string{fieldName: "name", fieldOrganization: "organization", fieldEmail: "email"}
	codes     = map[string]bool{fieldSource: true, fieldTarget: true, fieldLog: true, fieldPGP: true}
	required  = map[string]bool{fieldKind: true, fieldDetails: true}
	choices   = map[string][]forms.Choice{fieldKind: forms.TodokeKinds(), fieldPurpose: forms.TodokePurposes(), fieldNaming: forms.TodokeNaming()}
)

// Control is a field with its label and hint, each in both languages.
func (p *formPage) Control(name, labelJA, labelEN, hintJA, hintEN string) control {
	c := control{
		Name: name, Label: p.Say(labelJA, labelEN), Hint: p.Say(hintJA, hintEN), Value: p.Answers[name], Fault: p.fault[name],
		Rows: rows[name], Complete: completes[name], Code: codes[name],
	}
	if required[name] {
		c.Required = p.Say("必須", "required")
	}
	offered := choices[name]
	if name == fieldZone {
		offered = p.zones
	}
	for _, each := range offered {
		c.Options = append(c.Options, option{each.Value, each.Words.In(p.Lang), each.Note.In(p.Lang), each.Value == c.Value})
	}
	return c
}

// frontPage says what the desk is and how to report.
type frontPage struct {
	view
	PGP PublicKey
}

func (h *Handler) front(w http.ResponseWriter, r *http.Request) error {
	p := frontPage{h.view(r), h.cfg.PGP}
	p.Heading = p.Desk
	w.Header().Set("Cache-Control", "private, no-cache")
	return render(w, http.StatusOK, "front", p)
}

// key serves the desk's key (RFC 3156, section 7).
func (h *Handler) key(w http.ResponseWriter, _ *http.Request) error {
	if h.cfg.PGP.Armored == "" {
		return errNotFound
	}
	w.Header().Set("Content-Type", "application/pgp-keys")
	w.Header().Set("Content-Disposition", `attachment; filename="key.asc"`)
	w.Header().Set("Cache-Control", "public, max-age=3600")
	w.Write([]byte(h.cfg.PGP.Armored))
	return nil
}

// statusPage is what became of a report; New makes it the receipt.
type statusPage struct {
	view
	New      bool
	URL      string // of this page, to be kept; "" where none could be made
	Received string
	Number   string
	State    string
	Waiting  bool // for the number
}

// maxToken bounds what is looked up as a token: 128 bits need 32 hexadecimal digits at most.
const maxToken = 64

func (h *Handler) status(w http.ResponseWriter, r *http.Request) error {
	token := r.PathValue("token")
	if len(token) > maxToken {
		return ErrNoStatus
	}
	w.Header().Set("X-Robots-Tag", "noindex")
	s, err := h.statuses.Status(r.Context(), token)
	if err != nil {
		return err
	}
	p := statusPage{view: h.view(r), New: r.URL.Query().Get("new") == "1", Number: s.Number, Waiting: s.State == StateRegistering}
	p.Received = s.Received.In(h.zone).Format("2006-01-02 15:04 MST")
	p.State = s.State.Words().In(p.Lang)
	p.URL = h.base(r) + "/report/" + url.PathEscape(token)
	p.Heading = p.Say("届出の状況", "Status of your report")
	if p.New {
		p.Heading = p.Say("届出を受け付けました", "Your report was received")
	}
	if p.Waiting {
		w.Header().Set("Content-Security-Policy", policy+"; connect-src 'self'")
		p.Refresh = refresh(r)
	}
	return render(w, http.StatusOK, "status", p)
}

// waits are the seconds after which a page without scripts asks again for the number. Then it stops: a page that goes on moving
// is in the way of those who read it slowly.
var waits = []int{2, 3, 5, 10, 20, 40, 60}

// refresh is the content of the element that makes a browser ask again, "" once it has asked often enough.
func refresh(r *http.Request) string {
	q := r.URL.Query()
	n, _ := strconv.Atoi(q.Get("n"))
	if n < 0 || n >= len(waits) {
		return ""
	}
	q.Set("n", strconv.Itoa(n+1))
	return strconv.Itoa(waits[n]) + ";url=" + (&url.URL{Path: r.URL.Path, RawQuery: q.Encode()}).String()
}

// sentPage is the receipt of a report whose link could not be made.
func (h *Handler) sentPage(w http.ResponseWriter, r *http.Request) error {
	p := statusPage{view: h.view(r), New: true}
	p.Heading = p.Say("届出を受け付けました", "Your report was received")
	return render(w, http.StatusOK, "status", p)
}

// base is the address of the site without a path.
func (h *Handler) base(r *http.Request) string {
	switch {
	case h.cfg.URL != "":
		return h.cfg.URL
	case h.cfg.Proxies.Client(r).TLS:
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// Fingerprint is the key's in groups of four digits, as people compare it.
func (p frontPage) Fingerprint() string {
	digits := strings.ToUpper(strings.ReplaceAll(p.PGP.Fingerprint, " ", ""))
	var groups []string
	for len(digits) > 4 {
		groups, digits = append(groups, digits[:4]), digits[4:]
	}
	return strings.Join(append(groups, digits), " ")
}
