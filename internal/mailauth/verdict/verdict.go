// Package verdict holds the words in which mail authentication speaks: the results of RFC 8601, section 2.7, and why a
// method came to one.
package verdict

import "strings"

// Verdict is the result of one method of authentication.
type Verdict string

// The verdicts. Not every method knows each of them: SoftFail is SPF's alone.
const (
	None      Verdict = "none"      // there was nothing to check
	Pass      Verdict = "pass"      // the domain answers for the mail
	Fail      Verdict = "fail"      // the check was made and did not hold
	SoftFail  Verdict = "softfail"  // the domain thinks that the client is not its own
	Neutral   Verdict = "neutral"   // the domain does not say
	TempError Verdict = "temperror" // DNS did not answer; the next try may tell
	PermError Verdict = "permerror" // record or signature cannot be understood
)

// Parse reads a verdict as it stands in Authentication-Results. "hardfail" is the older word for fail, "policy" a
// signature that held and was not accepted all the same. A word that is not known says nothing (RFC 8601, 2.7.7): None.
func Parse(word string) Verdict {
	switch v := Verdict(strings.ToLower(word)); v {
	case Pass, Fail, SoftFail, Neutral, TempError, PermError:
		return v
	case "hardfail", "policy":
		return Fail
	}
	return None
}

// Reason says why a verdict is not a plain pass, "" where there is nothing to say.
type Reason string

// The reasons. Words for people are made of them where they are shown.
const (
	BodyChanged    Reason = "body-changed"     // the text is not the one that was signed
	BodyLength     Reason = "body-length"      // only the beginning of the text was signed (l=)
	HeaderChanged  Reason = "header-changed"   // a signed header field is not the one that was signed, or the key is another
	Expired        Reason = "expired"          // the signature's time is over
	NoKey          Reason = "no-key"           // the domain publishes no such key, or more than one
	BadKey         Reason = "bad-key"          // the key cannot be read, or may not be used for this
	KeyRevoked     Reason = "key-revoked"      // the domain has withdrawn the key
	WeakKey        Reason = "weak-key"         // an RSA key of less than 1024 bits
	WeakAlgorithm  Reason = "weak-algorithm"   // rsa-sha1
	Testing        Reason = "testing"          // the domain only tries the key out (t=y)
	Malformed      Reason = "malformed"        // the signature or record breaks the grammar
	FromUnsigned   Reason = "from-unsigned"    // the signature does not cover From
	DNSTrouble     Reason = "dns"              // DNS did not answer in time
	TooManyLookups Reason = "too-many-lookups" // the record asks for more DNS questions than are allowed
	TooLarge       Reason = "header-too-large" // the header is longer than what is looked at
	TooMany        Reason = "too-many"         // more signatures, or ARC sets, than are looked at
	NoClient       Reason = "no-client"        // it is not known which machine handed the mail in
	NoSender       Reason = "no-sender"        // envelope and HELO name no domain
	OpenToAll      Reason = "open-to-all"      // the domain lets every machine of the world send for it
	NoFrom         Reason = "no-from"          // there is not exactly one From with one domain
	NotAligned     Reason = "not-aligned"      // what passed is another domain than From's
	NoRecord       Reason = "no-record"        // the domain publishes nothing
	Broken         Reason = "broken-chain"     // the ARC sets are not whole, or not in order
	SealedAsFailed Reason = "sealed-as-failed" // a forwarder found the chain broken and said so
	NotChecked     Reason = "not-checked"      // there was nobody to ask: no resolver is set
)
