package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"todoke/internal/api/compose"
)

// problem is a failure as the caller is told it (RFC 9457). It is an error, so that each step returns its own.
type problem struct {
	Type   string          `json:"type"`
	Title  string          `json:"title"`
	Status int             `json:"status"`
	Detail string          `json:"detail"`           // one sentence that says what to do
	Errors []compose.Fault `json:"errors,omitempty"` // what is wrong with the values of a JSON body

	header map[string]string // of the answer, beside those that every answer has
}

func (p *problem) Error() string { return fmt.Sprintf("%d: %s", p.Status, p.Detail) }

// fail makes a problem that has no type but its status (RFC 9457, section 4.2.1).
func fail(status int, detail string, args ...any) *problem {
	return &problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: fmt.Sprintf(detail, args...), header: map[string]string{}}
}

// with adds a field to the header of the answer.
func (p *problem) with(name, value string) *problem {
	p.header[name] = value
	return p
}

// after tells when to try again (RFC 9110, section 10.2.3), in whole seconds, at least one.
func (p *problem) after(wait time.Duration) *problem {
	seconds := int64((wait + time.Second - 1) / time.Second)
	return p.with("Retry-After", strconv.FormatInt(max(1, seconds), 10))
}

// faulty is the problem of a JSON body with faults.
func faulty(faults []compose.Fault) *problem {
	first := faults[0]
	p := fail(http.StatusBadRequest, "At %s: %s.", first.Pointer, first.Detail)
	p.Errors = faults
	return p
}

func (p *problem) write(w http.ResponseWriter) {
	for name, value := range p.header {
		w.Header().Set(name, value)
	}
	writeJSON(w, p.Status, "application/problem+json", p)
}

// writeJSON writes an answer. A caller who has gone is no failure of ours.
func writeJSON(w http.ResponseWriter, status int, contentType string, value any) {
	body, _ := json.Marshal(value) // strings and numbers always can be written
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)+1))
	w.WriteHeader(status)
	w.Write(append(body, '\n'))
}
