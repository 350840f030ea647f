// Package notify answers: it decides to whom an acknowledgement goes, writes it in the reporter's language, and sends what leaves the
// house.
//
// A desk that answers everything becomes a weapon: forged senders would be flooded, machines would answer back for ever, lists would get
// mail that nobody asked for. So Decide has every reason to keep silent (RFC 3834, sections 2 and 4), and says which; the handler sees it
// beside the message. Each person is told of each matter once.
//
// What is answered is fixed before it is sent: the mail with its Message-ID stands in the store's outbox, in the transaction that records
// the answer. A crash between sending and recording that it was sent repeats one mail at most, and it is recognisably the same.
package notify
