// Package match decides what belongs together: which messages are one report, which tellings are one incident, which mails
// are one inquiry. It is pure: the store loads the State that a batch of messages can touch, Match decides message by
// message in order of receipt, and the store writes the changed rows back in one transaction. The same messages in the
// same order therefore always give the same reports, with the same numbers.
//
// The rule of the same matter: a message joins a report when it answers a message of the report and comes from someone who
// takes part in it; or when it blames at least one address and all that it blames stands in one report of the same group
// whose last message is at most the window older (of several such reports, the latest). A number in the subject alone, or
// a reference by a stranger, is a proposal that changes nothing.
package match
