package kind

import (
	_ "embed"
	"fmt"
	"slices"
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

// How large the share of likeness to a kind must be that decides a mail in which the cues heard nothing. Who reports says so in ever the
// same words, so that what is none of this is no report.
const (
	surelyLike    = 0.6
	surelyAnswers = 0.7
	surelyReports = 0.8 // of whom leads to a page and says nothing of it
	likeSpam      = 0.45
)

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

// shareOf is the share of likeness to a kind; 0 where nothing is known of the mail's words.
func (m *mail) shareOf(kind desk.Kind) float64 {
	if len(m.Words) == 0 {
		return 0
	}
	for _, like := range kindModel().Of(m.features()) {
		if like.Label == string(kind) {
			return like.Share
		}
	}
	return 0
}

// likely tells whether the mail is like those of the kind.
func (m *mail) likely(kind desk.Kind, share float64) bool { return m.shareOf(kind) >= share }

// likeSpam tells whether the mail says nothing to the desk and is like spam, or leads to a page and is not like a report.
func (m *mail) likeSpam() []string {
	thread, _ := m.answersUs()
	if len(m.Words) == 0 || thread > 0 || len(m.numbers()) > 0 || m.Form.Name != "" || m.carriesEvidence() || m.score("desk") > 0 {
		return nil
	}
	if _, quiet := m.asksOrTells(); quiet && m.likely(desk.KindSpam, likeSpam) {
		return []string{"is like spam, and tells of no incident"}
	}
	if m.leadsSilently() && !m.likely(desk.KindReport, surelyReports) {
		return []string{"leads to a page, and says nothing of it"}
	}
	return nil
}

// leadsSilently tells whether the mail leads to a page and none of its words tells or asks anything.
func (m *mail) leadsSilently() bool {
	if !m.blames() || !m.text.says("http://", "https://", "www.") || m.blamesIP() || m.showsDottedNumbers() || m.defangs() || m.carriesFile() {
		return false
	}
	for _, topic := range []string{"harm", "act", "inform", "passed-on", "machine", "narrates", "self", "reporter", "allows", "party", "ours", "ask"} {
		if m.score(topic) > 0 {
			return false
		}
	}
	return !slices.ContainsFunc(m.Tellings, func(t desk.Telling) bool { return !t.Inherit })
}

// likeAnswers tells whether the mail says nothing but is like the automatic answers.
func (m *mail) likeAnswers() []string {
	if _, quiet := m.asksOrTells(); !quiet || !m.likely(desk.KindAutoReply, surelyAnswers) {
		return nil
	}
	return []string{"is like automatic answers, and tells of no incident"}
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
