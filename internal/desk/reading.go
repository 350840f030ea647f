package desk

import "time"

// Role says what an address in a message is to the harm that is told.
type Role string

// The roles. Only a source becomes an incident.
const (
	RoleSource    Role = "source"    // at fault: where the harm must be stopped
	RoleTarget    Role = "target"    // the victim
	RoleReporter  Role = "reporter"  // the reporter's own infrastructure, or ours
	RoleReference Role = "reference" // legitimate brand site, signature, footer, documentation
	RoleUnknown   Role = "unknown"
)

// IndicatorKind is the kind of thing that an indicator is.
type IndicatorKind string

// The kinds of indicator.
const (
	IndicatorIP    IndicatorKind = "ip"
	IndicatorCIDR  IndicatorKind = "cidr"
	IndicatorHost  IndicatorKind = "host"
	IndicatorURL   IndicatorKind = "url"
	IndicatorEmail IndicatorKind = "email"
	IndicatorHash  IndicatorKind = "hash"
	IndicatorASN   IndicatorKind = "asn"
	IndicatorCVE   IndicatorKind = "cve"
	IndicatorPort  IndicatorKind = "port"
)

// Purpose says what the reporter wants of us.
type Purpose string

// The purposes.
const (
	PurposeInformation  Purpose = "information"
	PurposeQuestion     Purpose = "question"
	PurposeCoordination Purpose = "coordination"
)

// Origin says where the brand that a phishing site imitates is at home.
type Origin string

// The origins of a brand.
const (
	OriginDomestic Origin = "domestic"
	OriginOverseas Origin = "overseas"
	OriginUnknown  Origin = "unknown" // the imitated site was not told
)

// Origins lists all origins.
func Origins() []Origin { return []Origin{OriginDomestic, OriginOverseas, OriginUnknown} }

// Mailbox is a person or machine at a mail address.
type Mailbox struct {
	Name    string `json:"name"`
	Address string `json:"address"`
}

// Indicator is one address, URL, hash … found in a message, with its place and the reason for its role.
type Indicator struct {
	Kind     IndicatorKind `json:"kind"`
	Value    string        `json:"value"` // normal form: refanged, A-label, RFC 5952
	Role     Role          `json:"role"`
	Defanged bool          `json:"defanged"`
	Part     string        `json:"part"`
	Offset   int           `json:"offset"` // in Unicode code points of the part's text
	Why      string        `json:"why"`
}

// PortEvidence is how often one port was told for one incident in one message.
type PortEvidence struct {
	Proto    string `json:"proto"`
	Port     int    `json:"port"`
	Evidence int    `json:"evidence"`
}

// Telling is what one message tells of one incident: an address at fault and the harm that it does.
// It is the "incidents" entry of the contract's reading.
type Telling struct {
	Address     string         `json:"address"` // IP or CIDR (RFC 5952), else the host as A-label
	Class       Class          `json:"class"`
	Proto       string         `json:"proto"`
	Port        int            `json:"port"` // of the service attacked, for scans; 0 where none is told
	Worm        bool           `json:"worm"`
	Hosts       []string       `json:"hosts"` // hosts said to be this address
	URLs        []string       `json:"urls"`
	Brand       string         `json:"brand"`
	BrandOrigin Origin         `json:"brand_origin"`
	Way         string         `json:"way"`
	Aftermath   []string       `json:"aftermath"`
	FirstSeen   *time.Time     `json:"first_seen"`
	LastSeen    *time.Time     `json:"last_seen"`
	Evidence    []string       `json:"evidence"`     // places in the message: "part:firstline-lastline"
	Weight      int            `json:"weight"`       // pieces of evidence, at least 1: log lines, URLs, mentions
	Ports       []PortEvidence `json:"ports"`        // every port told, most evidence first
	Reasons     []string       `json:"reasons"`      // why this address, why this class
	AsksHandler bool           `json:"asks_handler"` // only a handler may confirm it: never-blame list, own networks
	Inherit     bool           `json:"inherit"`      // the message itself does not say what harm: in a thread it is that of the matter
	Also        []Class        `json:"also"`         // classes of other groups that were heard too, the loudest first: the matter may decide for one
}

// ClassProposal is the class proposed for a message as a whole.
type ClassProposal struct {
	Class      Class    `json:"class"` // "" where the message tells of no incident
	Confidence float64  `json:"confidence"`
	Reasons    []string `json:"reasons"`
}

// PartInfo describes one part of a message.
type PartInfo struct {
	Path    string `json:"path"`
	Type    string `json:"type"`
	Charset string `json:"charset"`
	Name    string `json:"name"`
	Size    int    `json:"size"` // bytes after transfer decoding
	SHA256  string `json:"sha256"`
	Quote   string `json:"quote"` // none, forwarded (foreign text passed on), ours (text that we hold), returned (a bounce's original)
}

// Problem is something in a message that could not be read, was cut, or was read by a guess.
type Problem struct {
	Part    string `json:"part"`
	Problem string `json:"problem"`
}

// PGP is what is known of a message's encryption and signature.
type PGP struct {
	Encrypted bool   `json:"encrypted"`
	Signed    bool   `json:"signed"`
	Signer    string `json:"signer"`
	Verdict   string `json:"verdict"`
}

// Form is a filled report form found in a message.
type Form struct {
	Name    string            `json:"name"` // "jpcert-3.02", "ntt-cert-1.1", "ipa-virus", "ipa-access"; "" where the message is no form
	Purpose Purpose           `json:"purpose"`
	Fields  map[string]string `json:"fields"`
}

// How the time of receipt was learnt.
const (
	ReceivedFromHeader = "received-header"
	ReceivedFromMbox   = "mbox-from"
	ReceivedFromDate   = "date-header"
	ReceivedFromClock  = "clock"
)

// Reading is all that the program reads in one message alone. It is made without database, clock or network, so that it
// can be made again over the whole archive; the store adds what only the other messages can tell.
type Reading struct {
	Kind         Kind          `json:"kind"`
	KindReasons  []string      `json:"kind_reasons"`
	Notice       bool          `json:"notice"` // an outbound mail that asks a party to act
	MessageID    string        `json:"message_id"`
	InReplyTo    []string      `json:"in_reply_to"`
	References   []string      `json:"references"`
	From         Mailbox       `json:"from"`
	ReplyTo      string        `json:"reply_to"`
	To           []string      `json:"to"`
	Cc           []string      `json:"cc"`
	Subject      string        `json:"subject"`
	Language     string        `json:"language"` // "ja" or "en"
	Date         *time.Time    `json:"date"`
	Received     *time.Time    `json:"received"`
	ReceivedFrom string        `json:"received_from"`
	Text         string        `json:"text"`
	Parts        []PartInfo    `json:"parts"`
	Problems     []Problem     `json:"problems"`
	PGP          PGP           `json:"pgp"`
	Auth         *AuthResults  `json:"auth"`
	Form         Form          `json:"form"`
	TLP          string        `json:"tlp"`
	ReporterTLD  string        `json:"reporter_tld"` // of the form's, the Reply-To or the From address, in this order
	Numbers      []string      `json:"numbers"`      // our own report numbers named in the subject or text
	Indicators   []Indicator   `json:"indicators"`
	Class        ClassProposal `json:"class"`
	Incidents    []Telling     `json:"incidents"`
	Withheld     []Telling     `json:"-"`       // what a mail read as a reply would tell, were it a reporter's: only its thread shows which
	Content      string        `json:"content"` // digest of what the sender wrote, the same for each delivery of one mail
}

// AuthResults is what mail authentication says of a message's sender.
type AuthResults struct {
	SPF   string `json:"spf"`
	DKIM  string `json:"dkim"`
	DMARC string `json:"dmarc"`
	ARC   string `json:"arc"`

	Trusted bool              `json:"trusted"` // From is shown to be its own domain's
	Words   map[string]string `json:"words"`   // what is known of the sender, for a handler, by language
}

// Forged tells whether something speaks against that the address in From is the writer's: its domain says so (DMARC), or the machine that
// sent it is none of the envelope's domain and nothing else vouches for it.
func (a *AuthResults) Forged() bool {
	return a != nil && !a.Trusted && (a.DMARC == "fail" || a.SPF == "fail")
}
