package compose

import (
	"strings"
	"time"

	"todoke/internal/blame"
	"todoke/internal/classify"
	"todoke/internal/mail"
	"todoke/internal/read"
)

var (
	testNow      = time.Date(2026, 4, 2, 3, 4, 5, 0, time.UTC)
	testEnvelope = Envelope{
		To: "report@csirt.example.jp", NoReply: "no-reply@api.csirt.example.jp", Now: testNow,
		Own: func(address string) bool { return strings.HasSuffix(address, "@csirt.example.jp") },
	}
)

const (
	jsonReport  = `{"reporter":{"email":"a@example.org"},"incidents":[{"address":"203.0.113.5","class":"scan.port","port":445,"proto":"tcp"}]}`
	xarfReport4 = `{"xarf_version":"4.2.0","report_id":"550e8400-e29b-41d4-a716-446655440000","timestamp":"2026-04-01T09:00:00Z",
		"reporter":{"org":"Example Sensors","contact":"abuse@sensors.example.org","domain":"sensors.example.org"},"sender":{"org":"Example Sensors","contact":"abuse@sensors.example.org","domain":"sensors.example.org"},
		"source_identifier":"203.0.113.5","category":"connection","type":"login_attack","destination_port":22,"protocol":"tcp"}`
	feedback = "--part\r\nContent-Type: text/plain\r\n\r\nThis is a complaint.\r\n--part\r\nContent-Type: message/feedback-report\r\n\r\n" +
		"Feedback-Type: abuse\r\nUser-Agent: Example/1\r\nVersion: 1\r\nSource-IP: 203.0.113.5\r\n\r\n--part\r\nContent-Type: message/rfc822\r\n\r\nFrom: b@example.net\r\nSubject: pills\r\n\r\nBuy.\r\n--part--\r\n"
)

// reader reads as the desk does.
func reader() *read.Reader {
	brands := classify.Known()
	own := []string{"@csirt.example.jp"}
	return read.New(read.Settings{
		OwnAddresses: own, FaxGateways: []string{"no-reply@api.csirt.example.jp"}, Brands: brands, Limits: mail.DefaultLimits(),
		Blame: blame.Config{OwnAddresses: own, Legitimate: brands.Legitimate},
	})
}
