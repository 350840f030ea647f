// Package mailbox is the desk's door for mail that waits in a mailbox elsewhere: it collects it by IMAP (RFC 3501, RFC 9051).
//
// A Collector keeps one connection. It looks through the folder (sweep.go), has the desk's inbox keep each message whole, and only
// then moves it to the folder for what is done (move.go), so a message is at every moment in one of both or in the inbox. When it is cut
// off between the two, the message is collected again, and the inbox knows its bytes. Between sweeps it waits until the server tells of
// new mail (IDLE, RFC 2177), and looks again after a while in any case. When anything fails, be it the connection or the inbox, it
// begins anew after a pause that grows (collector.go).
//
// Messages are named by their UIDs. What is remembered of some of them (too long to be taken, or deposited but not moved yet) is
// forgotten when the folder's UIDVALIDITY changes, since then the same UIDs may mean others.
//
// Messages are fetched by BODY.PEEK[], which marks nothing as seen, and moved by MOVE (RFC 6851), else by COPY, STORE and UID EXPUNGE
// (UIDPLUS, RFC 4315). A server with neither keeps them in the folder, marked as deleted, and they are passed over from then on: a
// plain EXPUNGE would also remove what others have marked.
//
// The library for the protocol (emersion/go-imap) is known to this package alone. Two of its habits are worked around here: it waits
// without end for the answer to a command (connection.go), and its Move goes on to delete what COPY failed to copy (move.go).
package mailbox
