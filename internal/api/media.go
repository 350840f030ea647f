package api

import (
	"mime"
	"net/http"
	"strings"
)

// medium is a kind of body that is taken.
type medium string

// The media types. X-ARF has none that is registered; its own documents use this one.
const (
	mediaMail   medium = "message/rfc822"
	mediaJSON   medium = "application/json"
	mediaXARF   medium = "application/x-xarf+json"
	mediaReport medium = "multipart/report" // RFC 6522, with report-type=feedback-report (RFC 5965)
)

// memory is how many times its own size a body takes: itself, and the message that is made of it.
func (m medium) memory() int64 {
	switch m {
	case mediaMail:
		return 1
	case mediaReport:
		return 2
	}
	return mostMemory
}

// mostMemory is for a body that is encoded.
const mostMemory = 4

// accepted is what an answer says in the field Accept (RFC 9110, section 15.5.16).
const accepted = "message/rfc822, application/json, application/x-xarf+json, multipart/report; report-type=feedback-report"

// mediumOf says what a body is by its Content-Type, with the type's parameters.
func mediumOf(r *http.Request) (medium, map[string]string, error) {
	if coding := strings.Join(r.Header.Values("Content-Encoding"), ","); coding != "" && !strings.EqualFold(coding, "identity") {
		return "", nil, fail(http.StatusUnsupportedMediaType, "Bodies are taken as they are; send it without Content-Encoding.").with("Accept-Encoding", "identity")
	}
	name, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return "", nil, unsupported("Say in Content-Type what the body is: one of %s.", accepted)
	}
	switch m := medium(name); {
	case m == mediaMail:
		return m, params, nil
	case m == mediaReport && strings.EqualFold(params["report-type"], "feedback-report") && params["boundary"] != "":
		return m, params, nil
	case m == mediaReport:
		return "", nil, unsupported("Of multipart/report only feedback reports are taken; send it with report-type=feedback-report and a boundary, or as message/rfc822.")
	case (m == mediaJSON || m == mediaXARF) && params["charset"] != "" && !strings.EqualFold(params["charset"], "utf-8"):
		return "", nil, unsupported("JSON is UTF-8 (RFC 8259, section 8.1); encode it so and leave charset out.")
	case m == mediaJSON || m == mediaXARF:
		return m, params, nil
	}
	return "", nil, unsupported("The desk does not take this type; send one of %s.", accepted)
}

func unsupported(detail string, args ...any) *problem {
	return fail(http.StatusUnsupportedMediaType, detail, args...).with("Accept", accepted)
}
