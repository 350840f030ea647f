// Package blame finds the addresses in a report and says what part each plays: who is at fault (source), who is the
// victim (target), what is the reporter's own, and what is only mentioned (reference). Only sources become incidents.
//
// A report is read in four steps.
//
//   - Texts are cut into passages: sentences, headings, "key: value" lines, bare list lines and log lines (layout.go).
//     Indicators come from package indicator, log lines from package logline, and the words that tell something, in
//     Japanese and English, from package cue.
//   - Each passage is weighed for the harm that it tells (harm.go, Evidence.HarmAt): the class decides who is at fault.
//     Of a scan it is the sender, of a phishing page the host; a machine of the reporter's own is the victim of a scan but
//     the address of a defacement.
//   - The words on both sides of each address say on which end it stands (roles.go): particles ("から", "に対して"),
//     prepositions, arrows, nouns ("攻撃元", "our server"), the heading of its list, the head of its column (columns.go), the keys
//     of JSON and XML around it (keyed.go). Hosts that stand with an IP are
//     that IP (pairs.go). Quoted Received lines (RFC 5321, section 4.4) tell who handed a forged mail in (received.go).
//   - Roles are assigned (assign.go) in this order: what is told of an address where it stands (told.go, logroles.go,
//     lookup.go), or in a remark below a log (remarks.go); what follows from the addresses themselves (networks.go,
//     imitation.go); what is told at one place holds for the address everywhere; then defaults for those of which nothing is
//     said (defaults.go), and the reporter's own machines last (owned.go). Logs win over words, words over defaults; what the
//     desk holds already, signatures and our own addresses are never blamed.
//
// A default blames only what the report points out: where a site is told in a list, behind a key or beside the harm, another that
// is named aside is left alone. Where nobody would be blamed at all, it is.
//
// Find is pure, and takes time in proportion to the text: sentences are cut at a length, and text behind four
// megabytes is not read.
package blame
