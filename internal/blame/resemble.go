package blame

import (
	_ "embed"
	"sync"

	"todoke/internal/blame/cue"
	"todoke/internal/desk"
	"todoke/internal/likeness"
)

// classTable is what was learnt of the words in which each class is told, from mail whose truth is known.
//
//go:embed class.tsv
var classTable []byte

var classModel = sync.OnceValue(func() *likeness.Model { return likeness.MustParse("blame/class.tsv", classTable) })

// Load reads the rules and the table, which are part of the program, unless they are read. It panics at a wrong one: at its
// start the program shall fail for that, not at each mail.
func Load() {
	cue.Default()
	classModel()
}

// How much the likeness of a mail is heard.
const (
	classSure  = 0.5  // from this share on
	classVoice = 12.0 // with this weight: as several plain words of rules, so that only what is told beside an address says otherwise
)

// resemble hears the class of the mails that the mail as a whole is like. It is weighed with the words that tell of harm; where
// none does, it accuses nobody, and only says what those do who are blamed for another reason.
func (r *reader) resemble() {
	e := &r.ev
	e.said, _ = e.mail.Best()
	e.features = likeness.Features(Words(r.doc))
	e.likes = classModel().Of(e.features)
	like := likeness.Best(e.likes)
	if like.Share < classSure {
		return
	}
	e.like = desk.Class(like.Label)
	if e.said != "" {
		e.mail.Add(e.like, classVoice*like.Share)
	}
}

// Features are the words of the mail by which it is like others.
func (e *Evidence) Features() []string { return e.features }

// Said is the class that the words of the whole mail tell most by the rules alone, "" where no rule heard of any harm.
func (e *Evidence) Said() desk.Class { return e.said }

// Leans is the class of the mails that the mail is most like, however little, among those that fit: a guess for where nothing else says what
// harm is done.
func (e *Evidence) Leans(fits func(desk.Class) bool) desk.Class {
	var best likeness.Likeness
	for _, like := range e.likes {
		if like.Share > best.Share && fits(desk.Class(like.Label)) {
			best = like
		}
	}
	return desk.Class(best.Label)
}

// Resembles is the class of the mails that the mail is like, "" where it is like none.
func (e *Evidence) Resembles() desk.Class { return e.like }
