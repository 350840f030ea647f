package blame

import (
	"todoke/internal/desk"
)

// Document is a message as blame reads it: texts and people, no mail syntax.
type Document struct {
	Subject  string
	Language string // "ja" or "en"; decides the zone of times told without one

	// Parts are the readable texts in order: body, HTML as text, text attachments, embedded forwarded mails.
	Parts []Part

	From    desk.Mailbox
	ReplyTo string
	To, Cc  []string

	Form desk.Form // the filled report form, where the message is one

	// ReporterHosts are the hosts of the reporter's own mail path (Received, Message-ID) and domain.
	ReporterHosts []string

	Reply bool // has In-Reply-To or References
}

// Part is one readable text.
type Part struct {
	Path, Type, Name string
	Text             string
	HTML             bool // Text was made from HTML
	Links            []Link
	Segments         []Segment // in order, not overlapping; text outside of them is new

	// Embedded says that the part lies inside a forwarded message (message/rfc822); Header is then that message's header
	// block as it came, so that its Received lines and From can be read.
	Embedded bool
	Header   string
}

// Link is one link of an HTML text: what was shown, and where it leads.
type Link struct{ Text, URL string }

// The kinds of segment.
const (
	SegmentNew        = "new"
	SegmentQuoted     = "quoted"
	SegmentForwarded  = "forwarded"
	SegmentSignature  = "signature"
	SegmentDisclaimer = "disclaimer"
)

// Segment is a stretch of a part's text, by byte offsets.
type Segment struct {
	Kind       string
	Start, End int
	Held       bool // quoted text that the desk holds already: never blamed
}

// Config is what the desk has settled.
type Config struct {
	// OwnAddresses are the desk's mail addresses ("report@csirt.example.jp") or domains ("@csirt.example.jp").
	OwnAddresses []string
	OwnNetworks  []string // CIDRs of the desk; never blamed
	// SharedNetworks are CIDRs of CDNs and mass hosting, where a host is the address and its IP is not.
	SharedNetworks []string
	// NeverBlame are IPs, CIDRs and hosts (with all below them) that only a handler may blame.
	NeverBlame []string
	// PrivateIncidents lets private, loopback and link-local addresses be at fault.
	PrivateIncidents bool
	// Legitimate tells whether a host is the own site of a known brand; nil knows none.
	Legitimate func(host string) bool
}
