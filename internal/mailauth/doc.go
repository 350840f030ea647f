// Package mailauth finds out who sent a mail: which domains answer for it, and whether From is one of them.
//
// Mail has no sender that could be trusted. From is what somebody wrote. Four methods, each on top of the one before,
// let a domain say which mail is its own:
//
//   - SPF (RFC 7208): the domain of the envelope publishes which machines send its mail. It says nothing of From, and it ends
//     where a mail is forwarded.
//   - DKIM (RFC 6376, 8301, 8463; package dkim): a domain signs header and body. It survives forwarding, not changes.
//   - DMARC (RFC 7489): one of the two must have passed for the domain of From, or one of the same organisation; and
//     the domain says what is to be done where neither has.
//   - ARC (RFC 8617; package arc): who forwards a mail and changes it seals what he saw before.
//
// [Check] computes all four, or takes them from Authentication-Results (RFC 8601; package authres) where our own mail server wrote
// them down. Which fields are its own is the difficult part, since everybody can write such a field: see checker.trace.
//
// What follows is [Results]: verdicts for the handler, and [Results.Trusted], which decides whom the desk answers. A mail that
// pretends to come from somebody must not make the desk write to that person.
//
// All input is foreign, DNS too: header, signatures, ARC sets, DNS questions, the size of answers, and the time are bounded. Trouble
// with DNS is a verdict (temperror), never an error.
package mailauth
