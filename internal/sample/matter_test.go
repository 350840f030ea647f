package sample

import (
	"bytes"
	"net/mail"
	"strings"
	"testing"
	"time"
)

// A matter as the design's rule finds it.
type matter struct {
	key     string          // of the plan, from the first mail
	stands  map[string]bool // address and group
	persons map[string]bool // mail addresses that take part
	last    time.Time
}

// The design's rule of the same matter, applied to what the mails tell and to
// their threading headers, must find the reports that were planned: else no
// reader of the mails could come to the figures.
func TestTheRuleOfSameMatterFindsTheReports(t *testing.T) {
	_, mails := quarterForTest(t)
	const window = 30 * 24 * time.Hour
	var matters []*matter
	byID := map[string]*matter{}
	for _, m := range mails {
		msg, err := mail.ReadMessage(bytes.NewReader(m.Raw))
		if err != nil {
			t.Fatal(err)
		}
		h := msg.Header
		answered := answeredMatter(byID, h)
		switch m.Truth.Kind {
		case KindOutbound: // our mail takes part in the matter that it answers
			if answered != nil {
				byID[h.Get("Message-Id")] = answered
			}
			continue
		case KindReport, KindFollowUp:
		default:
			continue
		}
		from := sender(t, h)
		found := answered
		if found == nil || !found.persons[from] {
			found = blamedMatter(matters, m.Truth, window)
		}
		if found == nil {
			found = &matter{key: m.Truth.Report, stands: map[string]bool{}, persons: map[string]bool{}}
			matters = append(matters, found)
		}
		if found.key != m.Truth.Report {
			t.Errorf("%s (%s) falls into %s, planned for %s", m.Name, m.Truth.Wording, found.key, m.Truth.Report)
		}
		byID[h.Get("Message-Id")] = found
		found.persons[from] = true
		found.last = m.Truth.Received
		for _, i := range m.Truth.Incident {
			found.stands[i.Address+" "+i.Group()] = true
		}
	}
	if len(matters) != 584 {
		t.Errorf("%d reports", len(matters))
	}
}

// answeredMatter is the matter of a mail that the headers answer.
func answeredMatter(byID map[string]*matter, h mail.Header) *matter {
	for _, id := range strings.Fields(h.Get("In-Reply-To") + " " + h.Get("References")) {
		if m := byID[id]; m != nil {
			return m
		}
	}
	return nil
}

// blamedMatter is the latest matter, not older than the window, in which all
// stands that the mail blames.
func blamedMatter(matters []*matter, truth Truth, window time.Duration) *matter {
	if len(truth.Incident) == 0 {
		return nil
	}
	var latest *matter
	for _, m := range matters {
		all := truth.Received.Sub(m.last) <= window
		for _, i := range truth.Incident {
			all = all && m.stands[i.Address+" "+i.Group()]
		}
		if all && (latest == nil || m.last.After(latest.last)) {
			latest = m
		}
	}
	return latest
}

func sender(t *testing.T, h mail.Header) string {
	t.Helper()
	field := h.Get("Reply-To")
	if field == "" {
		field = h.Get("From")
	}
	parser := mail.AddressParser{WordDecoder: &decoder}
	a, err := parser.Parse(field)
	if err != nil {
		t.Fatalf("%q: %v", field, err)
	}
	return a.Address
}
