// Package compose makes one mail (RFC 5322) of what a program posts, so that the desk's one way of reading serves it too.
//
// A JSON report (report.go) is read strictly, and each fault is told with its place (tree.go, decode.go). Of it a mail is written
// whose text is the form of the desk's own page (package formats/forms), which people read as well as the program, with an X-ARF 4
// report beside it for each incident, which says exactly who is at fault and of what. A tag of the desk's own in it ("todoke:dos")
// says the class, since X-ARF has no type for some.
//
// X-ARF reports and feedback reports (ARF, RFC 5965) of others only get the header that a mail needs.
package compose
