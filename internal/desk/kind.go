package desk

// Kind says what a message is to the desk.
type Kind string

// The kinds of message. Only KindReport and KindFollowUp are counted as messages of the period; inquiries are counted by
// thread, and outbound notices as notices.
const (
	KindReport     Kind = "report"     // a telling of an incident, by anyone
	KindFollowUp   Kind = "follow-up"  // a reporter's later mail in the matter
	KindInquiry    Kind = "inquiry"    // a question or request for advice, and every mail in its thread
	KindReply      Kind = "reply"      // a party answers a notice
	KindOutbound   Kind = "outbound"   // our own mail
	KindBounce     Kind = "bounce"     // a mail system could not deliver
	KindAutoReply  Kind = "auto-reply" // a machine answers for an absent person or a ticket system
	KindSpam       Kind = "spam"       // mail for nobody at the desk
	KindDuplicate  Kind = "duplicate"  // the same Message-ID with the same content, delivered again
	KindUnreadable Kind = "unreadable" // nothing in it could be read
)

// Kinds lists all kinds in the order in which they are shown.
func Kinds() []Kind {
	return []Kind{KindReport, KindFollowUp, KindInquiry, KindReply, KindOutbound, KindBounce, KindAutoReply, KindSpam, KindDuplicate, KindUnreadable}
}

// UncountedKinds are the kinds that no counter of messages takes in, in the order in which a report lists them.
func UncountedKinds() []Kind {
	return []Kind{KindOutbound, KindDuplicate, KindBounce, KindAutoReply, KindSpam, KindReply, KindUnreadable}
}

// Counted tells whether a message of this kind is one of the period's messages (メール、FAX の延べ数).
func (k Kind) Counted() bool { return k == KindReport || k == KindFollowUp }

// Valid tells whether k is one of Kinds.
func (k Kind) Valid() bool {
	for _, each := range Kinds() {
		if k == each {
			return true
		}
	}
	return false
}
