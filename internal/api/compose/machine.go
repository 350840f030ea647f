package compose

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/mail"
	"net/textproto"
	"strings"
)

// Reports of machines come without the header that a mail needs. They are marked as made by a machine (RFC 3834, section 5), so
// that nobody answers them.
var autoSubmitted = field{"Auto-Submitted", "auto-generated"}

// xarfDepth bounds the nesting of X-ARF. The reader stops there too.
const xarfDepth = 20

// xarfBody is what must be told in an X-ARF report of version 4 for anybody to act on it.
type xarfBody struct {
	Version  string `json:"xarf_version"`
	Category string `json:"category"`
	Type     string `json:"type"`
	Source   string `json:"source_identifier"`
	Reporter struct {
		Org     string `json:"org"`
		Contact string `json:"contact"`
	} `json:"reporter"`
}

// checkXARF tells what is wrong with an X-ARF report. Evidence of all kinds comes as X-ARF, so no more is asked of it than its
// readers need.
func checkXARF(body []byte) (*xarfBody, []Fault) {
	if err := checkJSON(body, xarfDepth); err != nil {
		return nil, []Fault{{Pointer: "#", Detail: err.Error()}}
	}
	var x xarfBody
	var mismatch *json.UnmarshalTypeError
	if err := json.Unmarshal(body, &x); errors.As(err, &mismatch) {
		pointer := "#"
		if mismatch.Field != "" {
			pointer = "#/" + strings.ReplaceAll(mismatch.Field, ".", "/")
		}
		return nil, []Fault{{Pointer: pointer, Detail: "this is of another type than X-ARF 4 says; write it as its schema has it"}}
	}
	var faults []Fault
	for _, member := range []struct{ name, value string }{{"xarf_version", x.Version}, {"category", x.Category}, {"type", x.Type}, {"source_identifier", x.Source}} {
		if member.value == "" {
			faults = append(faults, Fault{Pointer: "#/" + member.name, Detail: "X-ARF 4 needs " + member.name + "; write it"})
		}
	}
	if x.Version != "" && !strings.HasPrefix(x.Version, "4.") {
		faults = append(faults, Fault{Pointer: "#/xarf_version", Detail: "only version 4 is taken as JSON; send mails of other versions as message/rfc822"})
	}
	return &x, faults
}

// XARF makes the mail of an X-ARF report: a line for people, and the report as it came. Either there are faults, or the mail is
// whole.
func XARF(body []byte, e Envelope) (raw []byte, faults []Fault) {
	x, faults := checkXARF(body)
	if len(faults) > 0 {
		return nil, faults
	}
	from := mail.Address{}
	if address, ok := plainAddress(x.Reporter.Contact); ok && !e.own(address) {
		from = mail.Address{Name: oneLine(x.Reporter.Org), Address: address}
	}
	what := oneLine(x.Type) + " " + oneLine(x.Source)
	var b bytes.Buffer
	header(&b, e, from, "X-ARF: "+what, autoSubmitted, field{"X-ARF", "yes"})
	w := parts(&b, e)
	writePart(w, "text/plain; charset=utf-8", "", fmt.Sprintf("This is an X-ARF report by API: %s.\nThe report itself is attached.\n", what))
	part, _ := w.CreatePart(textproto.MIMEHeader{
		"Content-Type": {"application/json; charset=utf-8"}, "Content-Disposition": {`attachment; filename="xarf.json"`}, "Content-Transfer-Encoding": {"base64"},
	})
	writeBase64(part, body)
	w.Close()
	return b.Bytes(), nil
}

// Feedback puts the header of a mail before a feedback report, whose bytes stay as they came. The boundary is that of its Content-Type.
func Feedback(body []byte, boundary string, e Envelope) (raw []byte, faults []Fault) {
	if !bytes.Contains(body, []byte("--"+boundary)) {
		return nil, []Fault{{"#", "the boundary that Content-Type names is not in the body; name the one that is"}}
	}
	if len(boundary) > 70 || strings.ContainsFunc(boundary, func(c rune) bool { return c < ' ' || c >= 0x7F }) {
		return nil, []Fault{{"#", "the boundary in Content-Type is none; write one of up to 70 letters and digits (RFC 2046, section 5.1.1)"}}
	}
	contentType := mime.FormatMediaType("multipart/report", map[string]string{"report-type": "feedback-report", "boundary": boundary})
	var b bytes.Buffer
	b.Grow(len(body) + 1<<10)
	header(&b, e, mail.Address{}, "Feedback report by API", autoSubmitted, field{"Content-Type", strings.ReplaceAll(contentType, "; ", ";\r\n ")})
	b.WriteString("\r\n")
	b.Write(body)
	return b.Bytes(), nil
}

// oneLine makes what a report says fit for a header: in one line and short.
func oneLine(s string) string {
	return shortened(strings.Join(strings.Fields(strings.ToValidUTF8(strings.Map(printable, s), "")), " "))
}

func printable(r rune) rune {
	if r < ' ' || r == 0x7F {
		return ' '
	}
	return r
}
