package kind

// A mail of ours that says neither clearly is judged by what it belongs to, with these weights.
const (
	answersSomebody = 2 // it answers a mail, so it is rather an answer
	beginsThread    = 2 // it begins a thread, and tells of an incident: rather a notice
)

// notice tells whether a mail of ours asks a party to act, or rather acknowledges or answers.
func (m *mail) notice() (bool, []string) {
	ask, answer := m.text.score("notice"), m.text.score("answer")
	switch {
	case answered(m.Subject):
		answer += answersSomebody // its subject is the other's
	default:
		ask += m.subject.score("notice")
		answer += m.subject.score("answer")
		if m.blames() || m.score("harm") > 0 {
			ask += beginsThread
		}
	}
	if ask > answer {
		return true, append([]string{"is a notice"}, m.reasons("notice")...)
	}
	return false, append([]string{"is an acknowledgement or answer"}, m.reasons("answer")...)
}
