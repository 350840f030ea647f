package mailauth

import (
	"todoke/internal/desk"
	"todoke/internal/mailauth/domain"
	"todoke/internal/mailauth/verdict"
)

// Source says where a verdict comes from.
type Source string

// The sources.
const (
	Unknown  Source = ""         // nobody looked
	Computed Source = "computed" // we asked DNS and did the sums
	Ours     Source = "ours"     // our own mail server wrote it down
)

// Results is what is known of a mail's sender. It is plain data, to be kept with the message as JSON.
type Results struct {
	From  string `json:"from"` // domain of the From field; "" where there is not exactly one
	SPF   SPF    `json:"spf"`
	DKIM  DKIM   `json:"dkim"`
	DMARC DMARC  `json:"dmarc"`
	ARC   ARC    `json:"arc"`
}

// SPF tells whether the machine that handed the mail in may send for the domain of the envelope (RFC 7208).
type SPF struct {
	Verdict verdict.Verdict `json:"verdict"`
	Reason  verdict.Reason  `json:"reason,omitempty"`
	Source  Source          `json:"source"`
	Domain  string          `json:"domain"`  // of the envelope sender, else of HELO
	Client  string          `json:"client"`  // IP of the machine, "" where not known
	Aligned bool            `json:"aligned"` // passed, and speaks for From
}

// DKIM tells which domains signed the mail (RFC 6376). The verdict is the best of all signatures.
type DKIM struct {
	Verdict verdict.Verdict `json:"verdict"`
	Reason  verdict.Reason  `json:"reason,omitempty"`
	Source  Source          `json:"source"`
	Domains []string        `json:"domains,omitempty"` // whose signatures passed
	Failed  []string        `json:"failed,omitempty"`  // whose did not; a domain may be in both
	Ignored int             `json:"ignored,omitempty"` // signatures over the limit, which nobody verified
	Aligned bool            `json:"aligned"`           // one of Domains speaks for From
}

// DMARC tells whether what passed speaks for From, and what From's domain wants done where nothing does (RFC 7489).
type DMARC struct {
	Verdict verdict.Verdict `json:"verdict"`
	Reason  verdict.Reason  `json:"reason,omitempty"`
	Source  Source          `json:"source"`
	Domain  string          `json:"domain"` // whose record holds, "" where there is none
	Policy  string          `json:"policy"` // none, quarantine or reject; "" where not known
}

// ARC tells what those who forwarded the mail say of it (RFC 8617).
type ARC struct {
	Verdict verdict.Verdict `json:"verdict"`
	Reason  verdict.Reason  `json:"reason,omitempty"`
	Source  Source          `json:"source"`
	Sealers []string        `json:"sealers,omitempty"` // domains of the seals, the last forwarder first
	Vouched string          `json:"vouched"`           // the trusted sealer that saw From's domain pass; "" where none did
}

// Trusted tells whether From is shown to be its own domain's: by DMARC, by a signature or an envelope that speaks for it where
// its domain has no policy, or by a trusted forwarder who saw it. Only who is trusted is answered.
func (r Results) Trusted() bool {
	switch {
	case r.From == "":
		return false
	case r.ARC.Vouched != "", r.DMARC.Verdict == verdict.Pass:
		return true
	}
	return r.DMARC.Verdict != verdict.Fail && (r.DKIM.Aligned || r.SPF.Aligned)
}

// Vouches tells whether the mail is shown to come from the domain of that address: an answer may go there.
func (r Results) Vouches(address string) bool {
	return r.Trusted() && domain.Of(address) == r.From
}

// Temporary tells whether DNS trouble left something open: the sender is not trusted, and a later check may find that he is.
func (r Results) Temporary() bool {
	if r.Trusted() {
		return false
	}
	for _, v := range []verdict.Verdict{r.SPF.Verdict, r.DKIM.Verdict, r.DMARC.Verdict, r.ARC.Verdict} {
		if v == verdict.TempError {
			return true
		}
	}
	return false
}

// Desk gives the verdicts as a reading keeps them.
func (r Results) Desk() desk.AuthResults {
	return desk.AuthResults{
		SPF: string(r.SPF.Verdict), DKIM: string(r.DKIM.Verdict), DMARC: string(r.DMARC.Verdict), ARC: string(r.ARC.Verdict),
		Trusted: r.Trusted(), Words: map[string]string{"ja": r.Words("ja"), "en": r.Words("en")},
	}
}
