package read

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"strings"

	"todoke/internal/desk"
	"todoke/internal/mail"
)

// partInfos describes the leaves of a message.
func partInfos(m *mail.Message, t texts) []desk.PartInfo {
	infos := []desk.PartInfo{}
	for _, part := range m.Parts {
		if len(part.Children) > 0 && part.Body == nil {
			continue
		}
		sum := sha256.Sum256(part.Body)
		info := desk.PartInfo{
			Path: part.Path, Type: part.Type, Charset: part.Charset, Name: part.Name, Size: len(part.Body), SHA256: hex.EncodeToString(sum[:]),
			Quote: "none",
		}
		switch {
		case part.Embedded && strings.HasPrefix(m.Root.Type, "multipart/report"):
			info.Quote = "returned"
		case part.Embedded:
			info.Quote = "forwarded"
		case t.held[part.Path]:
			info.Quote = "ours"
		}
		infos = append(infos, info)
	}
	return infos
}

func problems(m *mail.Message) []desk.Problem {
	list := []desk.Problem{}
	for _, problem := range m.Problems {
		list = append(list, desk.Problem(problem))
	}
	return list
}

// deliveryStatus is the text of the delivery status parts (RFC 3464).
func deliveryStatus(m *mail.Message) string {
	var text strings.Builder
	for _, part := range m.Parts {
		if part.Type == "message/delivery-status" {
			text.Write(part.Body)
			text.WriteByte('\n')
		}
	}
	return text.String()
}

// pgp says what can be seen of encryption and signature without a key: RFC 3156 parts and inline armour.
func pgp(m *mail.Message) desk.PGP {
	p := desk.PGP{Verdict: "none"}
	for _, part := range m.Parts {
		switch part.Type {
		case "multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime":
			p.Encrypted = true
		case "multipart/signed":
			p.Signed = true
		}
		p.Encrypted = p.Encrypted || strings.Contains(part.Text, "-----BEGIN PGP MESSAGE-----")
		p.Signed = p.Signed || strings.Contains(part.Text, "-----BEGIN PGP SIGNED MESSAGE-----")
	}
	if p.Encrypted || p.Signed {
		p.Verdict = "not checked"
	}
	return p
}

// content digests what the sender wrote, so that each delivery of one mail has the same digest: sender, subject and parts,
// without the trace of the way, the encodings, and blanks at line ends that a gateway may take away.
func content(m *mail.Message, reading *desk.Reading) string {
	digest := sha256.New()
	fmt.Fprintf(digest, "%s\n%s\n", strings.ToLower(reading.From.Address), strings.TrimSpace(reading.Subject))
	for _, part := range m.Parts {
		switch {
		case len(part.Children) > 0 && part.Body == nil:
		case part.Text != "":
			writeText(digest, part.Text)
		default:
			digest.Write(part.Body)
		}
		io.WriteString(digest, "\x00")
	}
	return hex.EncodeToString(digest.Sum(nil))
}

// writeText writes a text without blanks at line ends and without blank lines at its end.
func writeText(w io.Writer, text string) {
	text = strings.TrimRight(text, " \t\n")
	for line := range strings.SplitSeq(text, "\n") {
		io.WriteString(w, strings.TrimRight(line, " \t"))
		io.WriteString(w, "\n")
	}
}
