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
//     prepositions, arrows, nouns ("攻撃元", "our server"), the heading of its list. Hosts that stand with an IP are
//     that IP (pairs.go). Quoted Received lines (RFC 5321, section 4.4) tell who handed a forged mail in (received.go).
//   - Roles are assigned (assign.go): what is told at one place holds for the address everywhere; logs win over words, words
//     over defaults; what the desk holds already, signatures and our own addresses are never blamed.
//
// Find is pure, and takes time in proportion to the text: sentences are cut at a length, and text behind four
// megabytes is not read.
package blame
