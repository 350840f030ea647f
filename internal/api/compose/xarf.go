package compose

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"strings"

	"todoke/internal/desk"
)

// The category and type of X-ARF 4 that says each class.
var xarfTypes = map[desk.Class][2]string{
	desk.ScanPort:            {"connection", "port_scan"},
	desk.ScanBruteforce:      {"connection", "login_attack"},
	desk.ScanWeb:             {"connection", "vulnerability_scan"},
	desk.DoS:                 {"connection", "ddos"},
	desk.MalwareInfected:     {"infrastructure", "botnet"},
	desk.MalwareC2:           {"infrastructure", "c2"},
	desk.MalwareSite:         {"content", "malware"},
	desk.PhishingSite:        {"content", "phishing"},
	desk.IntrusionDefacement: {"content", "defacement"},
	desk.IntrusionSystem:     {"infrastructure", "compromised_server"},
	desk.IntrusionAccount:    {"infrastructure", "compromised_account"},
	desk.Spam:                {"messaging", "spam"},
	desk.Vulnerable:          {"vulnerability", "open_service"},
}

// xarfReport is an X-ARF 4 report. The keys are those of its core schema and of its types.
type xarfReport struct {
	Version         string         `json:"xarf_version"`
	ID              string         `json:"report_id"`
	Timestamp       string         `json:"timestamp"`
	Reporter        xarfContact    `json:"reporter"`
	Sender          xarfContact    `json:"sender"`
	Source          string         `json:"source_identifier"`
	Category        string         `json:"category"`
	Type            string         `json:"type"`
	Tags            []string       `json:"tags"`
	FirstSeen       string         `json:"first_seen,omitempty"`
	LastSeen        string         `json:"last_seen,omitempty"`
	DestinationPort int            `json:"destination_port,omitempty"`
	Protocol        string         `json:"protocol,omitempty"`
	URL             any            `json:"url,omitempty"`
	Domain          any            `json:"domain,omitempty"`
	TargetBrand     string         `json:"target_brand,omitempty"`
	Evidence        []xarfEvidence `json:"evidence,omitempty"`
}

type xarfContact struct {
	Org     string `json:"org"`
	Contact string `json:"contact"`
	Domain  string `json:"domain"`
}

type xarfEvidence struct {
	ContentType string `json:"content_type"`
	Payload     string `json:"payload"`
}

// xarfOf is an incident as X-ARF 4. Its id is made of the message's, so that a message that is written twice is the same.
func xarfOf(i *Incident, r Reporter, e Envelope, n int) string {
	kind, ok := xarfTypes[i.Class]
	if !ok {
		kind = [2]string{"reputation", "threat_intelligence"}
	}
	contact := xarfContact{Org: r.Organization, Contact: r.Email}
	if contact.Contact == "" {
		contact.Contact = e.NoReply
	}
	_, contact.Domain, _ = strings.Cut(contact.Contact, "@")
	x := xarfReport{
		Version: "4.2.0", ID: reportID(e, n), Timestamp: stamp(e.Now), Reporter: contact, Sender: contact,
		Source: i.Address, Category: kind[0], Type: kind[1], Tags: []string{"todoke:" + string(i.Class)},
		FirstSeen: stamp(i.FirstSeen), LastSeen: stamp(i.LastSeen), DestinationPort: i.Port, Protocol: i.Proto, TargetBrand: i.Brand,
		URL: oneOrAll(i.URLs), Domain: oneOrAll(i.Hosts),
	}
	if i.Evidence != "" {
		x.Evidence = []xarfEvidence{{"text/plain", base64.StdEncoding.EncodeToString([]byte(i.Evidence))}}
	}
	if first := stamp(i.FirstSeen); first != "" {
		x.Timestamp = first
	}
	text, _ := json.MarshalIndent(x, "", "  ") // strings and numbers always can be written
	return string(text) + "\n"
}

// oneOrAll is a single value as itself, as the schema wants it, and several as a list.
func oneOrAll(values []string) any {
	switch len(values) {
	case 0:
		return nil
	case 1:
		return values[0]
	}
	return values
}

// reportID is a UUID of version 8 (RFC 9562, section 5.8).
func reportID(e Envelope, n int) string {
	sum := sha256.Sum256(binary.BigEndian.AppendUint64(append([]byte("xarf"), e.ID[:]...), uint64(n)))
	sum[6] = sum[6]&0x0F | 0x80
	sum[8] = sum[8]&0x3F | 0x80
	id := hex.EncodeToString(sum[:16])
	return strings.Join([]string{id[:8], id[8:12], id[12:16], id[16:20], id[20:32]}, "-")
}
