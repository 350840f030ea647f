package notify

import (
	"strings"
	"time"

	"todoke/internal/desk"
)

// Question is all that decides whether a message is acknowledged.
type Question struct {
	Kind    desk.Kind // as decided
	Number  string    // of its report or inquiry
	Door    desk.Door
	Person  string                   // whom to answer, lower-case; "" where no address is told
	Own     bool                     // that address is one of ours
	Null    bool                     // the envelope's sender is null (RFC 5321, section 4.5.5): nobody waits for an answer
	Field   func(name string) string // of the message's header, "" where it has none
	Auth    *desk.AuthResults        // nil: nobody looked
	Trusted bool                     // the writer's address is shown to be genuine
	Filled  bool                     // a form, or a program, stated the address for the purpose of being answered
	Age     time.Duration            // since it was received

	Acknowledged       bool // the person was answered in this matter
	ToPerson, ToDomain int  // answers of the last day
}

// Limits bound what one person, and all of one mail domain, get in a day.
type Limits struct {
	Person, Domain int  // mails a day
	Proven         bool // answer only whose address is shown to be genuine; else also those of whom nothing is known
}

// DefaultLimits are generous to people and too small for a weapon.
func DefaultLimits() Limits { return Limits{Person: 10, Domain: 100} }

// Decide says whether a message is acknowledged, and in words why, for a handler to read.
func Decide(q Question, limits Limits) (answer bool, why string) {
	if why := silence(q, limits); why != "" {
		return false, "no acknowledgement: " + why
	}
	return true, "acknowledged to " + q.Person
}

// tooOld is how long after its receipt a message is not acknowledged any more: that was waited for, and is not now.
const tooOld = 7 * 24 * time.Hour

// silence is the first reason not to answer, "" where there is none.
func silence(q Question, limits Limits) string {
	switch {
	case q.Kind != desk.KindReport && q.Kind != desk.KindInquiry && q.Kind != desk.KindFollowUp:
		return "a message of the kind " + string(q.Kind) + " is not acknowledged"
	case q.Number == "":
		return "it stands in no report and no inquiry"
	case q.Person == "":
		return "it tells no address to answer to"
	case q.Own:
		return "it comes from one of our own addresses"
	case q.Age > tooOld:
		return "it came too long ago"
	case q.Acknowledged:
		return "this person has the number already"
	}
	if q.Door == desk.DoorAPI && !q.Filled {
		return "a program brought it, and was answered when it did"
	}
	if why := machine(q); why != "" {
		return why
	}
	if why := forged(q, limits); why != "" {
		return why
	}
	switch {
	case q.ToPerson >= limits.Person:
		return "this address got as many answers today as one gets"
	case q.ToDomain >= limits.Domain && !q.Trusted:
		return "this domain got as many answers today as one gets"
	}
	return ""
}

// machine says why nobody would read an answer (RFC 3834, section 2; RFC 2919, RFC 2369 for lists).
func machine(q Question) string {
	if q.Filled {
		return ""
	}
	if q.Null || strings.TrimSpace(q.Field("Return-Path")) == "<>" {
		return "its envelope has no sender: a machine that wants no answer"
	}
	if auto := strings.ToLower(strings.TrimSpace(q.Field("Auto-Submitted"))); auto != "" && auto != "no" {
		return "a machine sent it (Auto-Submitted)"
	}
	for _, field := range []string{"List-Id", "List-Unsubscribe", "List-Post", "Mailing-List", "X-Mailing-List", "Feedback-Id"} {
		if q.Field(field) != "" {
			return "it came through a list (" + field + ")"
		}
	}
	switch precedence := strings.ToLower(strings.TrimSpace(q.Field("Precedence"))); precedence {
	case "bulk", "list", "junk":
		return "it came in bulk (Precedence)"
	}
	if suppress := strings.ToLower(q.Field("X-Auto-Response-Suppress")); strings.Contains(suppress, "all") || strings.Contains(suppress, "autoreply") {
		return "its sender asks for no automatic answer"
	}
	if q.Field("X-Loop") != "" {
		return "it has been answered by a machine before (X-Loop)"
	}
	local, _, _ := strings.Cut(q.Person, "@")
	name, _, _ := strings.Cut(local, "+")
	switch strings.ToLower(name) {
	case "mailer-daemon", "postmaster", "noreply", "no-reply", "no_reply", "donotreply", "do-not-reply", "do_not_reply", "bounce", "bounces", "nobody":
		return "nobody reads mail to " + name
	}
	if strings.HasPrefix(name, "owner-") || strings.HasSuffix(name, "-request") || strings.HasSuffix(name, "-bounces") || strings.HasPrefix(name, "bounce-") {
		return "it is the address of a list"
	}
	return ""
}

// forged says why the address may not be that of who wrote.
func forged(q Question, limits Limits) string {
	if q.Trusted || q.Filled {
		return ""
	}
	if q.Auth != nil {
		switch {
		case q.Auth.DMARC == "fail":
			return "its sender's domain says that it is forged (DMARC)"
		case q.Auth.SPF == "fail" || q.Auth.SPF == "softfail":
			return "it was sent from where its sender's domain sends no mail (SPF)"
		case q.Auth.DKIM == "fail" && q.Auth.SPF != "pass":
			return "its signature is wrong (DKIM)"
		}
	}
	if limits.Proven {
		return "nothing shows that its sender's address is genuine"
	}
	return ""
}
