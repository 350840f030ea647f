package kind

// notice tells whether a mail of ours asks a party to act, or rather acknowledges or answers.
func (m *mail) notice() (bool, []string) {
	ask := m.subject.score("notice") + m.text.score("notice")
	answer := m.subject.score("answer") + m.text.score("answer")
	if ask > answer {
		return true, append([]string{"is a notice"}, m.reasons("notice")...)
	}
	return false, append([]string{"is an acknowledgement or answer"}, m.reasons("answer")...)
}
