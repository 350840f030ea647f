package sample

import (
	"fmt"
	"strings"
)

// A person tells us of incidents, asks us or answers us.
type person struct {
	Name, Org, Mail string
	lang            string // as in names.txt; "ja" and "en" write so, all others write English
	role            bool   // a team's address, used again and again
	form            string // the address given in a web form's Reply-To, where it is not the From

	Server, ServerIP, PC string // machines of theirs, the targets of what they tell
	mua                  mailer
	mtaIP                string
}

// Intro is how Japanese people begin: their organisation and name.
func (p *person) Intro() string {
	if p.Org == "" || p.Org == p.Name {
		return p.Name
	}
	return p.Org + "の" + p.Name
}

// Domain is the part after the @ of the address.
func (p *person) Domain() string { _, d, _ := strings.Cut(p.Mail, "@"); return d }

// tld is the row of the table of reporters.
func (p *person) tld() string {
	address := p.Contact()
	return address[strings.LastIndexByte(address, '.')+1:]
}

// ja says whether they write Japanese.
func (p *person) ja() bool { return p.lang == "ja" }

// Sig is the end of their mails, always in the same manner.
func (p *person) Sig() string {
	styles := []string{"-- \n{name}\n{org}\n{mail}", "{name}\n{org}", "--\n{name} <{mail}>", "****************************\n{org}\n{name}\n{mail}\n****************************", "{name}"}
	if p.role {
		styles = []string{"-- \n{org}\n{mail}", "{org}\n{mail}\nhttp://www.{domain}/", "{name}\n{org}\nhttp://www.{domain}/contact/"}
	}
	style := styles[len(p.Name+p.Mail)%len(styles)]
	if p.Org == "" {
		style = strings.ReplaceAll(style, "{org}\n", "")
		style = strings.ReplaceAll(style, "\n{org}", "")
	}
	return fill(style, "{name}", p.Name, "{org}", p.Org, "{mail}", p.Contact(), "{domain}", p.Domain())
}

// Contact is the address where they want answers.
func (p *person) Contact() string {
	if p.form != "" {
		return p.form
	}
	return p.Mail
}

// people knows everybody by top-level domain.
type people struct {
	*places
	names   map[string][][2]string // language → name, local part
	domains map[string][][]string  // top level → rows of domains.txt
	turn    map[string]int
	known   map[string]*person // by address
}

func loadPeople(p *places) (*people, error) {
	names, err := records("names.txt", 3)
	if err != nil {
		return nil, err
	}
	domains, err := records("domains.txt", 4)
	if err != nil {
		return nil, err
	}
	all := &people{places: p, names: map[string][][2]string{}, domains: map[string][][]string{}, turn: map[string]int{}, known: map[string]*person{}}
	for _, n := range names {
		all.names[n[0]] = append(all.names[n[0]], [2]string{n[1], n[2]})
	}
	for _, d := range domains {
		tld := d[0][strings.LastIndexByte(d[0], '.')+1:]
		all.domains[tld] = append(all.domains[tld], d)
	}
	for _, row := range reporterTLDs {
		if len(all.domains[row.tld]) == 0 {
			return nil, fmt.Errorf("domains.txt: no domain under .%s", row.tld)
		}
	}
	return all, nil
}

// from returns somebody with an address under the top level. Domains take
// turns; role accounts come back as the same person.
func (p *people) from(tld string) *person {
	list := p.domains[tld]
	row := list[p.turn[tld]%len(list)]
	p.turn[tld]++
	domain, lang, org, role := row[0], row[1], row[2], row[3]
	name := p.names[lang][p.rnd.IntN(len(p.names[lang]))]
	local := name[1]
	if role != "-" {
		local = role
	} else if org == "" && p.rnd.IntN(2) == 0 {
		local += fmt.Sprint(10 + p.rnd.IntN(90))
	}
	mail := local + "@" + domain
	if known := p.known[mail]; known != nil {
		return known
	}
	who := &person{
		Name: name[0], Org: org, Mail: mail, lang: lang, role: role != "-",
		Server: p.pick([]string{"www", "ns1", "gw", "mail", "web02", "srv"}) + "." + domain, ServerIP: p.ip(),
		PC: fmt.Sprintf("192.168.%d.%d", p.rnd.IntN(20), 2+p.rnd.IntN(200)), mtaIP: p.ip(),
	}
	who.mua = p.mailerFor(who)
	p.known[mail] = who
	return who
}

// viaForm returns somebody of the same top level who writes from a mail
// address elsewhere and wants answers at their own.
func (p *people) viaForm(who *person) *person {
	twin := *who
	twin.form, twin.Mail = who.Mail, "webform@"+p.pick([]string{"tarnwateronto.net", "quillonorro.net", "michikusa-sui.net"})
	twin.role = false
	return &twin
}
