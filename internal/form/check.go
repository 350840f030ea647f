package form

import (
	"net/mail"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"

	"todoke/internal/desk"
	"todoke/internal/formats/forms"
)

// fault is what is wrong with one field, in both languages.
type fault struct {
	Field string
	forms.Words
}

func wrong(field, ja, en string) fault { return fault{field, forms.Words{JA: ja, EN: en}} }

// checked are the answers of a form that can become a message.
type checked struct {
	form  desk.Form
	email string // with an A-label domain (RFC 5890), "" for none
	name  string
	key   string // armored public key, "" for none
}

// check looks the answers through. Either there are faults, or the form is ready to be sent.
func (h *Handler) check(a answers) (checked, []fault) {
	c := checker{answers: a, zones: h.zones, now: h.now()}
	c.lengths()
	c.choices()
	if strings.TrimSpace(a[fieldDetails]) == "" {
		c.wrong(fieldDetails, "何が起きたかを書いてください。短くてもかまいません。", "Say what happened; a few words will do.")
	}
	c.times()
	email, key := c.email(), c.key()
	if len(c.faults) > 0 {
		return checked{}, inOrder(c.faults)
	}
	name := oneLine(a[fieldName])
	fields := map[string]string{
		"incident_type": a[fieldKind], "naming": a[fieldNaming], "name": name, "organization": oneLine(a[fieldOrganization]), "email": email,
		"started": c.started, "ended": c.ended, "source": tidy(a[fieldSource]), "target": tidy(a[fieldTarget]), "details": tidy(a[fieldDetails]), "log": tidy(a[fieldLog]),
	}
	if c.started+c.ended != "" {
		fields["timezone"] = a[fieldZone]
	}
	form := desk.Form{Name: forms.TodokeName, Purpose: desk.Purpose(a[fieldPurpose]), Fields: fields}
	return checked{form: form, email: email, name: name, key: key}, nil
}

// checker gathers faults.
type checker struct {
	answers        answers
	zones          []forms.Choice
	now            time.Time
	started, ended string // as they go into the message
	faults         []fault
}

func (c *checker) wrong(field, ja, en string) { c.faults = append(c.faults, wrong(field, ja, en)) }

func (c *checker) lengths() {
	for _, f := range textFields {
		if n := utf8.RuneCountInString(c.answers[f.name]); n > f.most {
			c.wrong(f.name, "長すぎます（"+thousands(n)+"文字）。"+thousands(f.most)+"文字までにするか、残りを添付ファイルにしてください。",
				"This is too long ("+thousands(n)+" characters). Keep it to "+thousands(f.most)+", or attach the rest as a file.")
		}
	}
}

func (c *checker) choices() {
	for _, each := range []struct {
		field   string
		choices []forms.Choice
		ja, en  string
	}{
		{fieldKind, forms.TodokeKinds(), "インシデントの種類を選んでください。", "Choose the kind of incident."},
		{fieldPurpose, forms.TodokePurposes(), "届出の目的を選んでください。", "Choose the purpose of your report."},
		{fieldNaming, forms.TodokeNaming(), "お名前を伝えてよい範囲を選んでください。", "Choose whether you may be named."},
	} {
		if !offers(each.choices, c.answers[each.field]) {
			c.wrong(each.field, each.ja, each.en)
		}
	}
	if c.answers[fieldTrap] != "" {
		c.wrong(fieldTrap, "この欄は空にしてください。", "Leave this field empty.")
	}
}

func offers(choices []forms.Choice, value string) bool {
	for _, c := range choices {
		if c.Value == value {
			return true
		}
	}
	return false
}

// times reads both times in the zone that was chosen.
func (c *checker) times() {
	zone, ok := zoneOf(c.answers[fieldZone], c.zones)
	if !ok {
		c.wrong(fieldZone, "タイムゾーンを選んでください。", "Choose a time zone.")
		return
	}
	var begin, end moment
	for _, each := range []struct {
		field string
		to    *moment
		text  *string
	}{{fieldStarted, &begin, &c.started}, {fieldEnded, &end, &c.ended}} {
		typed := strings.TrimSpace(c.answers[each.field])
		if typed == "" {
			continue
		}
		m, ok := parseMoment(typed, zone)
		switch {
		case !ok:
			c.wrong(each.field, "日時を読み取れません。「2026-04-01 09:30」のように書いてください。わからなければ空のままにし、「何が起きたか」に書いてください。",
				"This is no time that we can read. Write it like 2026-04-01 09:30, or leave it empty and tell it under “What happened”.")
		case m.first.After(c.now.AddDate(0, 0, 1)):
			c.wrong(each.field, "先の日時です。年とタイムゾーンを確かめてください。", "This time is still to come. Check the year and the time zone.")
		default:
			*each.to, *each.text = m, m.String()
		}
	}
	if c.started != "" && c.ended != "" && end.last.Before(begin.first) {
		c.wrong(fieldEnded, "終わりが始まりより前になっています。", "The end is before the beginning.")
	}
}

// email reads the reply address.
func (c *checker) email() string {
	typed := oneLine(norm.NFKC.String(c.answers[fieldEmail]))
	if typed == "" {
		if c.answers[fieldPurpose] == string(desk.PurposeQuestion) {
			c.wrong(fieldEmail, "質問にお答えするには、返信先のメールアドレスが必要です。", "To answer a question we need a mail address to reply to.")
		}
		return ""
	}
	address, ok := plainAddress(typed)
	if !ok {
		c.wrong(fieldEmail, "メールアドレスの形になっていません。「name@example.jp」のように書いてください。", "This is not a mail address. Write it like name@example.jp.")
	}
	return address
}

// plainAddress reads an address without a name (RFC 5322, section 3.4.1: addr-spec) that every mail system can take: its local
// part ASCII, its domain made ASCII by IDNA.
func plainAddress(typed string) (string, bool) {
	a, err := mail.ParseAddress(typed)
	if err != nil || a.Name != "" || a.Address != typed {
		return "", false
	}
	at := strings.LastIndexByte(typed, '@')
	local := typed[:at]
	domain, err := idna.Lookup.ToASCII(typed[at+1:])
	if err != nil || !strings.Contains(domain, ".") || len(local) > 64 || strings.ContainsFunc(local, func(r rune) bool { return r <= ' ' || r >= 0x7F || strings.ContainsRune(`"<>()[],;:\`, r) }) {
		return "", false
	}
	return local + "@" + domain, true
}

// key reads the reporter's public key (RFC 9580, section 6.2). Whether it can be used is found when the message is read.
func (c *checker) key() string {
	text := strings.TrimSpace(c.answers[fieldPGP])
	switch {
	case text == "":
	case strings.Contains(text, "PRIVATE KEY"):
		c.wrong(fieldPGP, "これは秘密鍵です。誰にも渡さないでください。公開鍵（PUBLIC KEY）だけを貼り付けてください。", "This is a private key. Give it to nobody. Paste the public key alone.")
		c.answers[fieldPGP] = "" // it must not stand in one page more
	case !strings.HasPrefix(text, "-----BEGIN PGP PUBLIC KEY BLOCK-----") || !strings.HasSuffix(text, "-----END PGP PUBLIC KEY BLOCK-----"):
		c.wrong(fieldPGP, "公開鍵の全体を、「-----BEGIN PGP PUBLIC KEY BLOCK-----」の行から「-----END PGP PUBLIC KEY BLOCK-----」の行まで貼り付けてください。",
			"Paste the whole public key, from the line -----BEGIN PGP PUBLIC KEY BLOCK----- to the line -----END PGP PUBLIC KEY BLOCK-----.")
	case strings.ContainsFunc(text, func(r rune) bool { return r >= 0x7F }):
		c.wrong(fieldPGP, "公開鍵に使えない文字があります。もう一度写してください。", "There are characters in this key that do not belong there. Copy it once more.")
	}
	return text
}

// tidy is a text of several lines as it goes into the message: no control characters but line ends and tabs.
func tidy(s string) string {
	s = strings.ReplaceAll(s, "\r", "\n")
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0x7F || r == '\ufeff' {
			return -1
		}
		return r
	}, s))
}

// fieldOrder is the order of the fields on the page, and so of the faults above it.
var fieldOrder = []string{fieldTrap, fieldKind, fieldDetails, fieldSource, fieldTarget, fieldStarted, fieldEnded, fieldZone, fieldLog, fieldPurpose, fieldNaming, fieldEmail, fieldName, fieldOrganization, fieldPGP, fieldFiles}

func inOrder(faults []fault) []fault {
	sorted := make([]fault, 0, len(faults))
	for _, name := range fieldOrder {
		for _, f := range faults {
			if f.Field == name {
				sorted = append(sorted, f)
			}
		}
	}
	return sorted
}
