// Package cue looks for the words by which people tell what happened: "攻撃元", "is attacking us", "please take it down".
//
// Cues are data: files of rules that a reader can follow, each with sentences in which it must be found and sentences in which
// it must not; tests run them, so that a new wording is a line in a file (see Load and Untrue). Texts and rules are folded to one
// spelling (see Fold), and all phrases of all rules are looked for in one pass (see Phrases).
//
// What a cue means is decided by those who look: package blame/cue keeps the words that tell of addresses and harms, package
// kind the chains of words that tell what a mail is to the desk.
package cue
