package smtpd

import (
	"errors"
	"fmt"

	"todoke/internal/desk"
)

// reply is an answer to a command: a code of RFC 5321, section 4.2, an enhanced one of RFC 3463, and words for people.
type reply struct {
	code     int
	enhanced string // "" for answers that have none (RFC 2034, section 4: 220, 250 to EHLO, 334, 354)
	text     string
}

func (r reply) String() string {
	if r.enhanced == "" {
		return fmt.Sprintf("%d %s", r.code, r.text)
	}
	return fmt.Sprintf("%d %s %s", r.code, r.enhanced, r.text)
}

// failed tells whether the command came to nothing.
func (r reply) failed() bool { return r.code >= 400 }

// Answers that are given at several places.
var (
	replyOK          = reply{250, "2.0.0", "OK"}
	replyTooLarge    = reply{552, "5.3.4", "Message is larger than this desk takes in"}
	replyLoop        = reply{554, "5.4.6", "Too many Received fields: the message goes round in circles"}
	replyLater       = reply{451, "4.3.0", "The message could not be taken in now; try again later"}
	replyFull        = reply{452, "4.3.1", "Too many messages at once; try again later"}
	replyBusy        = reply{421, "4.3.2", "Too many connections; try again later"}
	replyStopping    = reply{421, "4.3.2", "The service is stopping; try again later"}
	replyIdle        = reply{421, "4.4.2", "Waited too long"}
	replyErrors      = reply{421, "4.7.0", "Too many errors"}
	replyRate        = reply{421, "4.7.0", "Too many connections from your address; try again later"}
	replyMessageRate = reply{450, "4.7.1", "Too many messages from your address; try again later"}
	replyRecipients  = reply{452, "4.5.3", "Too many recipients; send the message again to the others"}
	replyNoUser      = reply{550, "5.1.1", "No such address here"}
	replySyntax      = reply{501, "5.5.4", "Syntax error in parameters"}
	replyParameter   = reply{555, "5.5.4", "Parameter not supported"}
	replySequence    = reply{503, "5.5.1", "Bad sequence of commands"}
	replyCommand     = reply{500, "5.5.2", "Command not recognised"}
	replyLine        = reply{500, "5.5.2", "A command is one line of text that ends with CRLF"}
	replyLongLine    = reply{500, "5.5.6", "Line too long"}
)

// depositReply is the one place where what the inbox says becomes an answer. An error's text stays here.
func depositReply(err error) reply {
	switch {
	case err == nil:
		return reply{250, "2.6.0", "Message is taken in"}
	case errors.Is(err, desk.ErrTooLarge):
		return replyTooLarge
	default:
		return replyLater
	}
}
