package notify

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"log/slog"
	"net/mail"
	"slices"
	"strings"
	"time"

	"todoke/internal/desk"
	todomail "todoke/internal/mail"
	"todoke/internal/match"
	"todoke/internal/read"
	"todoke/internal/store"
)

// Seal signs a letter, and encrypts it where the message that it answers was encrypted or a key of the recipient is confirmed. An error
// keeps the letter in the house.
type Seal func(ctx context.Context, letter []byte, to string, encrypted bool) ([]byte, error)

// ErrClear keeps a letter from going in clear to somebody who wrote encrypted.
var ErrClear = errors.New("its writer encrypted, and none of the writer's keys is confirmed")

// Answerer decides what is answered to the messages that came in by doors, and queues the letters.
type Answerer struct {
	Store    *store.Store
	Reader   *read.Reader // reads our own letters as it reads all mail
	Own      func(address string) bool
	Takes    func(address string) bool // does mail to this address reach us?
	From     string                    // the address that answers where the message came to none of these
	DeskName func(language string) string
	Limits   Limits
	TokenFor time.Duration // how long a reply address belongs to the matter
	Seal     Seal          // nil: letters go as they are
	Now      func() time.Time
	Log      *slog.Logger
}

// atOnce is how many messages are answered between two looks at the store.
const atOnce = 100

// Once decides what waits, and says how many messages that were.
func (a *Answerer) Once(ctx context.Context) (int, error) {
	waiting, err := a.Store.Unanswered(ctx, atOnce)
	if err != nil {
		return 0, err
	}
	var failed error
	answered := 0
	for i := range waiting {
		if err := a.answer(ctx, &waiting[i]); err != nil { // it must not keep the others from their answers
			failed = errors.Join(failed, err)
			continue
		}
		answered++
	}
	return answered, failed
}

func (a *Answerer) answer(ctx context.Context, u *store.Unanswered) error {
	message, err := a.Store.Message(ctx, u.Message)
	if err != nil {
		return err
	}
	raw, err := a.Store.Raw(ctx, u.SHA256)
	if err != nil {
		return err
	}
	header := todomail.Parse(head(raw), todomail.DefaultLimits()).Header
	question, err := a.question(ctx, u, message.Reading, header)
	if err != nil {
		return err
	}
	yes, why := Decide(question, a.Limits)
	if !yes {
		return a.Store.Answer(ctx, u.Message, why, nil, nil, a.Now())
	}
	letter, token := a.letter(u, message.Reading, question.Person)
	text := letter.Bytes()
	if a.Seal != nil {
		text, err = a.Seal(ctx, text, question.Person, message.Reading.PGP.Encrypted)
		if errors.Is(err, ErrClear) {
			return a.Store.Answer(ctx, u.Message, "no acknowledgement: "+err.Error(), nil, nil, a.Now())
		}
		if err != nil {
			return err
		}
	}
	out, err := a.outgoing(letter, text)
	if err != nil {
		return err
	}
	return a.Store.Answer(ctx, u.Message, why, out, []store.Token{token}, a.Now())
}

// head is a message without its body.
func head(raw []byte) []byte {
	end := len(raw)
	for _, blank := range []string{"\r\n\r\n", "\n\n"} {
		if i := bytes.Index(raw[:end], []byte(blank)); i >= 0 {
			end = i + len(blank)
		}
	}
	return raw[:end]
}

func (a *Answerer) question(ctx context.Context, u *store.Unanswered, reading *desk.Reading, header todomail.Header) (Question, error) {
	door := u.Arrival.Envelope.Door
	person := personOf(reading, door)
	q := Question{
		Kind: u.Kind, Number: numberOf(u), Door: door, Person: person, Own: person != "" && a.Own(person),
		Null: u.Arrival.Envelope.From == "" && mailDoor(door), Field: header.Get, Auth: reading.Auth, Trusted: u.Arrival.Trusted,
		Filled: door == desk.DoorForm || door == desk.DoorAPI && u.Arrival.Envelope.From != "", Age: a.Now().Sub(u.Arrival.Received),
	}
	if person == "" {
		return q, nil
	}
	var err error
	if q.Acknowledged, err = a.Store.Acknowledged(ctx, person, u.ReportID, u.InquiryID); err != nil {
		return q, err
	}
	q.ToPerson, q.ToDomain, err = a.Store.AnswersSince(ctx, person, "@"+domainOf(person), a.Now().Add(-24*time.Hour))
	return q, err
}

// mailDoor tells whether deliveries of a door have an envelope of SMTP.
func mailDoor(door desk.Door) bool { return door == desk.DoorLMTP || door == desk.DoorSMTP }

func numberOf(u *store.Unanswered) string {
	if u.Report != "" {
		return u.Report
	}
	return u.Inquiry
}

// personOf is the address to answer to: that of the form, else Reply-To, else From. Who sent a mail is shown for From alone, so that the
// others count only where they are of From's domain, or where a form or a program gave them for this purpose: else a stranger could have
// us write to whom he likes.
func personOf(reading *desk.Reading, door desk.Door) string {
	from := mailbox(reading.From.Address)
	for _, address := range []string{reading.Form.Fields["email"], reading.ReplyTo} {
		other := mailbox(address)
		if other != "" && (door == desk.DoorForm || door == desk.DoorAPI || domainOf(other) == domainOf(from)) {
			return other
		}
	}
	return from
}

func domainOf(address string) string {
	_, domain, _ := strings.Cut(address, "@")
	return domain
}

// mailbox is an address of one mailbox, lower-case, to which a letter can go; "" where it is none.
func mailbox(address string) string {
	parsed, err := mail.ParseAddress("<" + address + ">")
	if err != nil || len(parsed.Address) > 254 || !isASCII(parsed.Address) || strings.ContainsAny(parsed.Address, " \t\r\n\"<>,;:()[]\\") {
		return ""
	}
	return strings.ToLower(parsed.Address)
}

// letter writes the acknowledgement, with a reply address that belongs to this person and matter alone.
func (a *Answerer) letter(u *store.Unanswered, reading *desk.Reading, person string) (Letter, store.Token) {
	now := a.Now()
	from := a.ours(u, reading)
	local, domain, _ := strings.Cut(from, "@")
	token := store.Token{Secret: Secret(), Purpose: store.TokenReply, Report: u.ReportID, Person: person, Expires: now.Add(a.TokenFor)}
	if u.ReportID == 0 {
		token.Inquiry = u.InquiryID
	}
	return Letter{
		Language: reading.Language, DeskName: a.DeskName(reading.Language), Number: numberOf(u), Inquiry: u.ReportID == 0, From: from,
		ReplyTo: local + "+" + token.Secret + "@" + domain, To: person, MessageID: "<ack." + Secret() + "@" + domain + ">",
		InReplyTo: reading.MessageID, Refs: reading.References, Date: now,
	}, token
}

// ours is the address of ours to which the message came, without what stands behind a plus.
func (a *Answerer) ours(u *store.Unanswered, reading *desk.Reading) string {
	for _, address := range slices.Concat(u.Arrival.Envelope.To, reading.To, reading.Cc) {
		local, domain, ok := strings.Cut(strings.ToLower(address), "@")
		name, _, _ := strings.Cut(local, "+")
		if plain := name + "@" + domain; ok && name != "" && isASCII(plain) && a.Takes(plain) {
			return plain
		}
	}
	return a.From
}

// outgoing makes the letter a mail of the outbox and a message of the desk's. Its envelope has no sender, so that nobody answers it with
// a bounce that reaches a person (RFC 3834, section 3.3).
func (a *Answerer) outgoing(l Letter, raw []byte) (*store.Outgoing, error) {
	reading := a.Reader.Read(raw, read.Envelope{Now: l.Date, Live: true})
	packed, err := store.Pack(store.Accepted{
		SHA256: sha256.Sum256(raw), Raw: raw, Received: l.Date, ReceivedFrom: reading.ReceivedFrom, Source: "acknowledgement",
		Reading: reading, SearchText: read.SearchText(withoutToken(reading)),
		Match: match.Message{
			Received: l.Date, MessageID: reading.MessageID, Content: reading.Content, Refs: reading.InReplyTo, Kind: desk.KindOutbound,
			People: []string{l.From}, To: []string{l.To}, Numbers: []string{l.Number},
		},
	})
	if err != nil {
		return nil, fmt.Errorf("packing a letter: %w", err)
	}
	return &store.Outgoing{MessageID: l.MessageID, Recipient: l.To, Raw: raw, Message: packed}, nil
}

// withoutToken is a letter's reading without its reply address: who searches must not find the tokens of others.
func withoutToken(reading *desk.Reading) *desk.Reading {
	plain := *reading
	plain.ReplyTo = ""
	return &plain
}

// Secret makes 128 random bits that may stand in a mail address, of which case is lost on the way: 26 letters and digits.
func Secret() string {
	bits := make([]byte, 16)
	rand.Read(bits) // never fails
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(bits))
}
