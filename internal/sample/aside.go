package sample

import (
	"fmt"
	"sort"
	"strconv"
	"strings"
	"time"
)

// What must not be counted with the reports: inquiries, spam, and mails that
// were delivered twice.

// inquire writes the threads of wordings/inquiry.*.txt. Their names end in the
// step: q07-1 asks, q07-2 is the next mail of the same thread.
func (w *writer) inquire() error {
	threads := map[string][]*wording{}
	for _, lang := range []string{"ja", "en"} {
		for _, q := range w.wordings["inquiry."+lang] {
			thread, _, _ := strings.Cut(q.name, "-")
			threads[thread] = append(threads[thread], q)
		}
	}
	names := make([]string, 0, len(threads))
	for name := range threads {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		if err := w.inquiry(name, threads[name]); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) inquiry(name string, steps []*wording) error {
	month, err := strconv.Atoi(steps[0].keys["month"])
	if err != nil {
		return fmt.Errorf("%s: month: %w", name, err)
	}
	at := w.timeIn(month-4, 24)
	asker := w.people.from(steps[0].keys["tld"])
	for steps[0].lang == "ja" && !asker.ja() {
		asker = w.people.from(steps[0].keys["tld"])
	}
	if asker.Mail == "" {
		return fmt.Errorf("%s: nobody asks", name)
	}
	var last *message
	for _, step := range steps {
		step.used++
		from, kind := asker, KindInquiry
		if step.keys["by"] == "desk" {
			from, kind = w.deskPerson(asker.ja(), "info"), KindOutbound
		}
		v := w.view(from, at)
		v.To = asker
		t, err := w.compose(step, v, nil)
		if err != nil {
			return err
		}
		m := w.write(kind, from, t, at)
		m.thread = name
		if kind == KindOutbound {
			m.to, m.wrote = asker.Mail, m.received
		} else if to := step.keys["to"]; to != "" {
			m.to = to
		}
		if last != nil {
			w.answer(m, last)
		}
		last = m
		at = at.Add(time.Duration(2+w.rnd.IntN(30)) * time.Hour)
	}
	return nil
}

// spamMails is how much of it got through to the desk.
const spamMails = 64

// addSpam writes spam, some of it marked by a filter at the door.
func (w *writer) addSpam() error {
	for n := range spamMails {
		lang := "en"
		if n%3 == 0 {
			lang = "ja"
		}
		wording, err := w.choose("spam", &person{lang: lang}, nil)
		if err != nil {
			return err
		}
		from := w.spammer(lang)
		at := w.timeIn(w.rnd.IntN(3), 31)
		t, err := w.compose(wording, w.view(from, at), nil)
		if err != nil {
			return err
		}
		m := w.write(KindSpam, from, t, at)
		m.wrote = m.wrote.Add(-time.Duration(w.rnd.IntN(9)) * time.Hour)
		m.to = w.places.pick([]string{desk, "info@csirt.example.jp", "office@csirt.example.jp", "webmaster@csirt.example.jp"})
		if wording.keys["marked"] != "no" && (wording.keys["marked"] == "yes" || w.rnd.IntN(2) == 0) {
			m.headers = append(m.headers, "X-Spam-Flag: YES", fmt.Sprintf("X-Spam-Status: Yes, score=%d.%d required=5.0 tests=BAYES_99,HTML_MESSAGE,\n\tRCVD_IN_XBL,URIBL_BLACK autolearn=spam version=3.2.4", 9+w.rnd.IntN(15), w.rnd.IntN(10)))
		}
	}
	return nil
}

// spammer is a sender that exists for one mail only.
func (w *writer) spammer(lang string) *person {
	domain := w.places.junkHost()
	name := w.people.names["en"][w.rnd.IntN(len(w.people.names["en"]))][0]
	if lang == "ja" {
		name = w.places.pick([]string{"恋愛事務局", "高収入サポート", "あきこ", "当選係", "激安ブランド館"})
	}
	s := &person{Name: name, Mail: w.places.pick(guessedUsers) + fmt.Sprint(w.rnd.IntN(99)) + "@" + strings.TrimPrefix(domain, "www."), lang: lang, Server: "mail." + domain, ServerIP: w.places.ip(), mtaIP: w.places.ip()}
	s.mua = w.people.mailerFor(s)
	return s
}

// deliveredTwice is how many reports reached us by two paths.
const deliveredTwice = 16

// addDuplicates delivers some mails once more: the same Message-ID and content
// with other Received headers.
func (w *writer) addDuplicates() error {
	end := quarterStart.AddDate(0, 3, 0)
	left := deliveredTwice
	for _, m := range append([]*message(nil), w.messages...) {
		if left == 0 {
			return nil
		}
		if m.kind != KindReport || w.rnd.IntN(30) > 0 || end.Sub(m.received) < 24*time.Hour {
			continue
		}
		twin := *m
		twin.kind, twin.told, twin.path = KindDuplicate, nil, m.path+1
		twin.received = m.received.Add(time.Duration(2+w.rnd.IntN(4000)) * time.Second)
		w.messages = append(w.messages, &twin)
		left--
	}
	return nil
}
