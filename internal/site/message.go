package site

import (
	"net/http"
	"time"

	"todoke/internal/desk"
)

// messagePage shows a message and what was read in it.
type messagePage struct {
	view
	Message
	zone *time.Location
}

func (s *site) message(w http.ResponseWriter, r *http.Request) error {
	m, err := s.source.Message(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	page := messagePage{view: s.view(r), Message: m, zone: s.zone}
	page.Heading = page.say("メッセージ ", "Message ") + m.ID
	return s.render(w, http.StatusOK, "message", page)
}

// When writes a time in the site's zone; the zero time is "".
func (p messagePage) When(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(p.zone).Format("2006-01-02 15:04:05 -07:00")
}

// Sent is the time in the Date field, or "".
func (p messagePage) Sent() string {
	if p.Reading.Date == nil {
		return ""
	}
	return p.When(*p.Reading.Date)
}

// Recipients are the mailboxes in To and Cc.
func (p messagePage) Recipients() string { return join(append(p.Reading.To, p.Reading.Cc...)) }

// Sender is the name and address in From.
func (p messagePage) Sender() string {
	if p.Reading.From.Name == "" {
		return p.Reading.From.Address
	}
	return p.Reading.From.Name + " <" + p.Reading.From.Address + ">"
}

// SenderWords say what is known of who sent the message, "" where nobody looked.
func (p messagePage) SenderWords() string {
	if p.Reading.Auth == nil {
		return ""
	}
	return p.Reading.Auth.Words[p.Lang]
}

// Sealed tells whether the text is kept from this page, since it came encrypted.
func (p messagePage) Sealed() bool { return p.Reading.PGP.Encrypted && p.Reading.Text == "" }

// shownIndicators bounds the table of indicators: a log of a hundred thousand lines is read whole, but not shown whole.
const shownIndicators = 500

// Indicators are those that the page shows, those at fault first.
func (p messagePage) Indicators() []desk.Indicator {
	var shown []desk.Indicator
	for _, atFault := range []bool{true, false} {
		for _, i := range p.Reading.Indicators {
			if (i.Role == desk.RoleSource) == atFault && len(shown) < shownIndicators {
				shown = append(shown, i)
			}
		}
	}
	return shown
}

// Left is the number of indicators that the page does not show.
func (p messagePage) Left() int { return max(0, len(p.Reading.Indicators)-shownIndicators) }
