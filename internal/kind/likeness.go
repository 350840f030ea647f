package kind

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"todoke/internal/desk"
	"todoke/internal/likeness"
)

// kindTable is what was learnt of the words and the look of each kind, from mail whose truth is known.
//
//go:embed kind.tsv
var kindTable []byte

var kindModel = sync.OnceValue(func() *likeness.Model { return likeness.MustParse("kind/kind.tsv", kindTable) })

// Load reads the cues and the table, which are part of the program, unless they are read. It panics at a wrong one: at its start
// the program shall fail for that, not at each mail.
func Load() {
	cues()
	kindModel()
}

// surelyAsks is the share of likeness to questions from which a mail that was taken for a report is one.
const surelyAsks = 0.6

// Features are the words of a mail, and what its look says: whether it is in a thread of ours, answers anything, is a form, and
// how many addresses it blames.
func Features(in Input) []string { return readMail(in).features() }

func (m *mail) features() []string {
	features := append(make([]string, 0, len(m.Words)+4), m.Words...) // they are thousands, and four more come at most
	if thread, _ := m.answersUs(); thread > 0 {
		features = append(features, "thread:"+strconv.Itoa(thread))
	}
	if answered(m.Subject) {
		features = append(features, "answer:")
	}
	if m.Form.Name != "" {
		features = append(features, "form:")
	}
	return append(features, "blames:"+strconv.Itoa(min(len(m.Tellings), 3)))
}

// likeQuestions gives the reason why a mail in which the cues heard a telling is a question all the same: it is like those that were. Of all
// kinds that are taken for another, this one alone is known better by likeness than by cues.
func (m *mail) likeQuestions() []string {
	if len(m.Words) == 0 || m.Form.Name != "" {
		return nil
	}
	features := m.features()
	like := likeness.Best(kindModel().Of(features))
	if like.Label != string(desk.KindInquiry) || like.Share < surelyAsks {
		return nil
	}
	return []string{fmt.Sprintf("is like questions (%.0f%%): %s", 100*like.Share, strings.Join(kindModel().Heard(features, like.Label), ", "))}
}
