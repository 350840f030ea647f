package main

import (
	"time"

	"todoke/internal/app"
	"todoke/internal/likeness"
	"todoke/internal/read"
)

// lessons are examples for each table.
type lessons map[string][]likeness.Example

func (l lessons) add(more lessons) {
	for table, examples := range more {
		l[table] = append(l[table], examples...)
	}
}

// truth is what is known of one mail.
type truth struct {
	kind  string
	class string // of all that it tells; "" where that is none or several
}

// kinds are those that are learnt, a follow-up being a report by its words. What the desk itself sends is known by its sender.
var kinds = map[string]string{
	"report": "report", "follow-up": "report", "inquiry": "inquiry", "reply": "reply", "spam": "spam", "auto-reply": "auto-reply", "bounce": "bounce",
}

// teacher makes lessons of mails and their truth.
type teacher struct{ reader *read.Reader }

func newTeacher() *teacher {
	reader, err := app.DefaultReader()
	if err != nil {
		panic(err) // the program's own tables are wrong
	}
	return &teacher{reader}
}

// lesson is what one mail teaches.
func (t *teacher) lesson(raw []byte, known truth) lessons {
	f := t.reader.Features(raw, read.Envelope{Now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)})
	l := lessons{}
	if known.kind == "report" && known.class != "" {
		l[classTable] = []likeness.Example{{Features: f.Class, Label: known.class}}
	}
	if kind := kinds[known.kind]; kind != "" {
		l[kindTable] = []likeness.Example{{Features: f.Kind, Label: kind}}
	}
	return l
}

// only is the class where all are one, else "".
func only(classes []string) string {
	if len(classes) == 0 {
		return ""
	}
	for _, class := range classes[1:] {
		if class != classes[0] {
			return ""
		}
	}
	return classes[0]
}

// perWording is from how many mails of one wording is learnt: more would only repeat it.
const perWording = 2
