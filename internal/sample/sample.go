// Package sample writes the mail of a quarter as it could have reached the
// desk of a national CSIRT in 2008: reports of scans, phishing and malware,
// follow-ups, questions, our own notices and answers, and what comes along
// with them (bounces, absence notes, spam, the same mail twice).
//
// The figures of the quarter are those of a published report, see numbers.go.
// A quarter is made in three steps. The plan (plan.go) decides who tells what
// and when. Composing (wording.go, desk.go) puts it into words: whole mails
// written by hand under wordings/, with slots for addresses, times and log
// lines. The envelope (envelope.go) turns the words into bytes with the
// headers, charsets and encodings of the mail programs of the time.
//
// All people, companies, hosts and log lines are invented; brands that
// phishers imitated then are named. The result is the same bytes each time.
package sample

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sort"
)

// Mail is one message of the quarter.
type Mail struct {
	Name  string // file name, such as 0001.eml
	Raw   []byte // RFC 5322 message
	Truth Truth
}

// seed fixes the sample. It is one under which every wording comes up; after a
// change of the wordings that may need another. Each gives a quarter with the same
// figures.
const seed = 20080410

// Quarter returns the mail of 2008Q2 in order of receipt. It fails only where
// the texts under wordings/ and data/ are at odds with the plan.
func Quarter() ([]Mail, error) {
	w, err := composed(seed)
	if err != nil {
		return nil, err
	}
	return w.mails()
}

// composed is the whole quarter in words.
func composed(seed uint64) (*writer, error) {
	w, err := newWriter(rand.New(rand.NewPCG(seed, seed)))
	if err != nil {
		return nil, fmt.Errorf("loading the wordings: %w", err)
	}
	steps := []func() error{
		w.planReports, w.tellReports, w.acknowledge, w.tellAgain, w.followUp,
		w.notify, w.answerNotices, w.inquire, w.addSpam, w.addDuplicates,
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return nil, err
		}
	}
	sort.SliceStable(w.messages, func(i, j int) bool { return w.messages[i].received.Before(w.messages[j].received) })
	return w, nil
}

// mails renders all messages.
func (w *writer) mails() ([]Mail, error) {
	mails := make([]Mail, len(w.messages))
	for i, m := range w.messages {
		raw, err := m.bytes()
		if err != nil {
			return nil, fmt.Errorf("writing mail %d (%s): %w", i+1, m.truth.Wording, err)
		}
		mails[i] = Mail{Name: fmt.Sprintf("%04d.eml", i+1), Raw: raw, Truth: m.finalTruth()}
	}
	return mails, nil
}

// Write writes the mail of 2008Q2 into dir, one .eml file a message, and
// makes dir where it is missing.
func Write(dir string) error {
	mails, err := Quarter()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("making the folder of the sample: %w", err)
	}
	for _, m := range mails {
		if err := os.WriteFile(filepath.Join(dir, m.Name), m.Raw, 0o644); err != nil {
			return fmt.Errorf("writing the sample: %w", err)
		}
	}
	return nil
}
