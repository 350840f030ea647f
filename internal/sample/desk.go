package sample

import (
	"fmt"
	"sort"
	"strings"
	"time"
)

// Our own side of the quarter, and what comes back to us.

// deskPerson is somebody at the desk, writing from one of our addresses.
func (w *writer) deskPerson(ja bool, local string) *person {
	name, lang := "Incident Desk, CSIRT Example Japan", "en"
	if ja {
		name, lang = "CSIRT Example Japan インシデント担当", "ja"
	}
	return &person{Name: name, Org: "CSIRT Example Japan", Mail: local + "@csirt.example.jp", lang: lang, mua: deskMailer, role: true}
}

// send writes a mail of ours.
func (w *writer) send(family string, ja bool, to *person, incidents []*incident, number int, at time.Time) (*message, error) {
	from := w.deskPerson(ja, "report")
	wording, err := w.choose(family, from, incidents)
	if err != nil {
		return nil, err
	}
	v := w.view(from, at)
	v.To, v.No = to, fmt.Sprintf("CSIRT#%d", number)
	t, err := w.compose(wording, v, incidents)
	if err != nil {
		return nil, err
	}
	t.told = nil // what we write tells us nothing
	m := w.write(KindOutbound, from, t, at)
	m.to, m.archived = to.Mail, w.rnd.IntN(2) == 0
	m.wrote = m.received
	return m, nil
}

// acknowledge answers somewhat more than half of the first mails.
func (w *writer) acknowledge() error {
	for _, r := range w.reports {
		if w.rnd.IntN(9) < 4 {
			continue
		}
		first := r.messages[0]
		to := r.reporter
		if to.form != "" {
			to = &person{Name: to.Name, Mail: to.form, lang: to.lang}
		}
		m, err := w.send("ack", to.ja(), to, nil, r.number, w.within(first.received, 20*time.Hour))
		if err != nil {
			return err
		}
		m.report, m.answers = r, first
		if w.rnd.IntN(2) == 0 {
			m.body = quoteBelow(0, to.ja(), m.body, first)
		}
		r.messages = append(r.messages, m)
	}
	return nil
}

// within is an instant after t, at most d later and in the same month, when
// the desk is open if that can be.
func (w *writer) within(t time.Time, d time.Duration) time.Time {
	t = t.In(tokyo)
	end := time.Date(t.Year(), t.Month()+1, 1, 0, 0, 0, 0, tokyo)
	room := max(min(d, end.Sub(t)-2*time.Second), time.Second)
	var at time.Time
	for range 12 {
		at = t.Add(time.Second + time.Duration(w.rnd.Int64N(int64(room))))
		if h := at.Hour(); h >= 9 && h < 20 {
			break
		}
	}
	return at
}

// A task is a notice that could be sent.
type task struct {
	report    *report
	incidents []*incident
	opened    time.Time
	urgent    bool
}

// tasks lists, by month, what parties could be asked to act upon; sites come
// before machines that scan.
func (w *writer) tasks() [3][]task {
	var all [3][]task
	for _, r := range w.reports {
		for _, m := range r.messages {
			if m.kind != KindReport && m.kind != KindFollowUp {
				continue
			}
			month := m.received.In(tokyo).Month() - time.April
			var fresh []*incident
			for _, t := range m.told {
				if i := t.incident; i.opened.IsZero() {
					i.opened = m.received
					fresh = append(fresh, i)
				}
			}
			if len(fresh) >= 5 && strings.HasPrefix(r.family.name, "scan") {
				all[month] = append(all[month], task{r, fresh, m.received, true})
				continue
			}
			for _, i := range fresh {
				urgent := !strings.HasPrefix(i.family.class, "scan")
				all[month] = append(all[month], task{r, []*incident{i}, m.received, urgent})
			}
		}
	}
	for _, list := range all {
		w.rnd.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		sort.SliceStable(list, func(i, j int) bool { return list[i].urgent && !list[j].urgent })
	}
	return all
}

// notify sends the notices: each asks one party to act.
func (w *writer) notify() error {
	for month, list := range w.tasks() {
		if len(list) < noticesIn[month] {
			return fmt.Errorf("month %d has %d tasks for %d notices", month+4, len(list), noticesIn[month])
		}
		for _, t := range list[:noticesIn[month]] {
			if err := w.notice(t); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *writer) notice(t task) error {
	i := t.incidents[0]
	party := w.party(i)
	if len(t.incidents) > 1 {
		party = w.partner()
	}
	group, _, _ := strings.Cut(i.family.class, ".")
	if group == "malware" {
		group = strings.ReplaceAll(i.family.class, ".", "-")
	}
	m, err := w.send("notice-"+group, party.ja(), party, t.incidents, t.report.number, w.within(t.opened, 40*time.Hour))
	if err != nil {
		return err
	}
	m.notice, m.about, m.report = true, t.incidents[:1], t.report
	m.truth.Report = t.report.key
	t.report.messages = append(t.report.messages, m)
	if !party.ja() && w.rnd.IntN(3) == 0 {
		m.cc = w.partner().Mail
	}
	return nil
}

// party is who can act on an incident: the owner of the site, or the provider
// of the address.
func (w *writer) party(i *incident) *person {
	p := w.places
	domain := p.coined() + p.pick([]string{"-net", "link", "-hosting", "tel", "-com"}) + "." + p.pick([]string{"com", "net", "com.br", "co.kr", "com.tw", "com.cn", "de", "pl", "ru", "ne.jp", "ad.jp", "co.jp"})
	local := "abuse"
	owned := i.family.class == "phishing.site" || i.family.class == "intrusion.defacement"
	if owned && i.host != i.ip && w.rnd.IntN(3) == 0 {
		domain, local = strings.TrimPrefix(i.host, "www."), p.pick([]string{"webmaster", "info", "postmaster"})
	}
	return w.outsider(domain, local)
}

// partner is a national or branch CSIRT.
func (w *writer) partner() *person {
	name := w.places.pick([]string{"kr", "cn", "br", "us", "de", "tw", "ru", "au", "pl"})
	return w.outsider("ncsirt-"+name+".org", w.places.pick([]string{"incidents", "cert", "report"}))
}

// outsider is somebody who tells us nothing but gets mail from us.
func (w *writer) outsider(domain, local string) *person {
	lang := "en"
	if strings.HasSuffix(domain, ".jp") {
		lang = "ja"
	}
	o := &person{Name: "Abuse Team, " + domain, Org: domain, Mail: local + "@" + domain, lang: lang, role: true, Server: "mail." + domain, mtaIP: w.places.ip()}
	if lang == "ja" {
		o.Name = w.people.names["ja"][w.rnd.IntN(len(w.people.names["ja"]))][0]
	}
	o.mua = w.people.mailerFor(o)
	return o
}

// What comes back to our mails.
const (
	repliesToNotices = 74
	bounces          = 24
	autoReplies      = 34
)

// answerNotices writes replies, bounces and automatic answers to notices and
// acknowledgements.
func (w *writer) answerNotices() error {
	end := quarterStart.AddDate(0, 3, 0)
	var sent []*message
	for _, m := range w.messages {
		if m.kind == KindOutbound && (m.notice || m.answers != nil) && end.Sub(m.received) > 4*24*time.Hour {
			sent = append(sent, m)
		}
	}
	w.rnd.Shuffle(len(sent), func(i, j int) { sent[i], sent[j] = sent[j], sent[i] })
	left := map[Kind]int{KindReply: repliesToNotices, KindBounce: bounces, KindAutoReply: autoReplies}
	for _, m := range sent {
		kind := KindReply
		switch {
		case !m.notice || left[KindReply] == 0 && left[KindBounce] == 0:
			kind = KindAutoReply
		case w.rnd.IntN(3) == 0 && left[KindBounce] > 0 || left[KindReply] == 0:
			kind = KindBounce
		case w.rnd.IntN(4) == 0 && left[KindAutoReply] > 0:
			kind = KindAutoReply
		}
		if left[kind] == 0 || kind == KindAutoReply && !m.notice && w.rnd.IntN(3) > 0 {
			continue
		}
		left[kind]--
		if err := w.comeBack(kind, m); err != nil {
			return err
		}
	}
	return nil
}

// comeBack writes what one of our mails brings back.
func (w *writer) comeBack(kind Kind, sent *message) error {
	local, domain, _ := strings.Cut(sent.to, "@")
	from := w.people.known[sent.to]
	if from == nil {
		from = w.outsider(domain, local)
	}
	family, delay := "reply", 70*time.Hour
	switch kind {
	case KindBounce:
		family, delay = "bounce", 30*time.Minute
		from = w.outsider(domain, "MAILER-DAEMON")
		from.Name, from.lang = "Mail Delivery System", sent.from.lang
	case KindAutoReply:
		family, delay = "auto", 3*time.Minute
	}
	at := sent.received.Add(time.Minute + time.Duration(w.rnd.Int64N(int64(delay))))
	wording, err := w.choose(family, &person{lang: sent.from.lang}, sent.about)
	if err != nil {
		return err
	}
	v := w.view(from, at)
	v.No, v.Was, v.To, v.Quote = fmt.Sprint(100000+w.rnd.IntN(800000)), sent.subject, &person{Mail: sent.to}, headOf(sent)
	t, err := w.compose(wording, v, nil)
	if err != nil {
		return err
	}
	m := w.write(kind, from, t, at)
	m.report = sent.report
	for _, h := range strings.Split(wording.keys["headers"], "; ") {
		if h != "" {
			m.headers = append(m.headers, h)
		}
	}
	if kind == KindReply {
		w.answer(m, sent)
		if strings.Contains(m.body, "> ") && w.rnd.IntN(5) == 0 {
			m.answers = nil // a mail program that keeps no thread
		}
		return nil
	}
	if kind == KindAutoReply && wording.keys["threaded"] != "no" {
		m.answers = sent
	}
	return nil
}

// headOf is the head of one of our mails, as bounces give it back.
func headOf(m *message) string {
	return fmt.Sprintf("Return-Path: <%s>\nReceived: from desk1.csirt.example.jp (desk1.csirt.example.jp [192.0.2.25])\n\tby mx.csirt.example.jp (Postfix) with ESMTP id %X;\n\t%s\nFrom: %s\nTo: %s\nSubject: %s\nMessage-ID: %s\nDate: %s\nMIME-Version: 1.0\nContent-Type: text/plain; charset=us-ascii\n",
		m.from.Mail, m.seed%0xFFFFFFF, m.wrote.In(tokyo).Format(time.RFC1123Z), m.from.Mail, m.to, headerText(m.charset, m.subject), m.id, m.wrote.In(tokyo).Format(time.RFC1123Z))
}
