package compose

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"todoke/internal/desk"
)

// TestDecode: values come in normal form.
func TestDecode(t *testing.T) {
	t.Parallel()
	jst := time.FixedZone("", 9*60*60)
	for _, each := range []struct {
		why, body string
		want      Report
	}{
		{"every field", `{"reporter":{"name":" 川口 ","organization":"商事","email":"k@商事.example.jp"},"language":"ja","purpose":"coordination","text":"a\nb",
			"incidents":[{"address":"203.0.113.5","class":"phishing.site","port":443,"proto":"tcp","first_seen":"2026-04-01T09:00:00+09:00","last_seen":"2026-04-01T10:00:00.5+09:00",
			"evidence":"log","hosts":["WWW.Example.COM."],"urls":["https://www.example.com/"],"brand":"Example Bank"}]}`,
			Report{Reporter: Reporter{"川口", "商事", "k@xn--3kqw7n.example.jp"}, Language: "ja", Purpose: desk.PurposeCoordination, Text: "a\nb", Incidents: []Incident{{
				Address: "203.0.113.5", Class: desk.PhishingSite, Port: 443, Proto: "tcp", FirstSeen: time.Date(2026, 4, 1, 9, 0, 0, 0, jst), LastSeen: time.Date(2026, 4, 1, 10, 0, 0, 5e8, jst),
				Evidence: "log", Hosts: []string{"www.example.com"}, URLs: []string{"https://www.example.com/"}, Brand: "Example Bank"}}}},
		{"text alone is information in English", `{"text":"x"}`, Report{Language: "en", Purpose: desk.PurposeInformation, Text: "x"}},
		{"lines end with LF", `{"text":"a\r\nb\rc\nd\r"}`, Report{Language: "en", Purpose: desk.PurposeInformation, Text: "a\nb\nc\nd\n"}},
		{"null is as good as nothing", `{"text":"x","reporter":null,"language":null,"purpose":null,"incidents":null}`, Report{Language: "en", Purpose: desk.PurposeInformation, Text: "x"}},
		{"addresses of all kinds", `{"incidents":[{"address":"2001:DB8::0:1","class":"dos"},{"address":"::ffff:203.0.113.1","class":"dos"},{"address":"203.0.113.9/28","class":"dos"},{"address":"日本語.example","class":"dos"}]}`,
			Report{Language: "en", Purpose: desk.PurposeInformation, Incidents: []Incident{{Address: "2001:db8::1", Class: desk.DoS}, {Address: "203.0.113.1", Class: desk.DoS}, {Address: "203.0.113.0/28", Class: desk.DoS}, {Address: "xn--wgv71a119e.example", Class: desk.DoS}}}},
	} {
		got, faults := decodeReport([]byte(each.body), testNow)
		if len(faults) > 0 {
			t.Errorf("%s: %v", each.why, faults)
			continue
		}
		if diff := cmp.Diff(each.want, *got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", each.why, diff)
		}
	}
}

// TestFaults: each fault is told with its place and what to do.
func TestFaults(t *testing.T) {
	t.Parallel()
	incident := func(members string) string {
		return `{"incidents":[{"address":"203.0.113.5","class":"dos",` + members + `}]}`
	}
	for _, each := range []struct{ why, body, pointer, detail string }{
		{"nothing", ``, "#", "no JSON"},
		{"cut", `{"text":"x"`, "#", "at byte 11"},
		{"two values", `{"text":"x"} {}`, "#", "no JSON"},
		{"not UTF-8", "{\"text\":\"\xff\"}", "#", "not UTF-8"},
		{"no object", `["x"]`, "#", "write an object"},
		{"nested deeply", strings.Repeat(`{"text":`, 9) + "1" + strings.Repeat("}", 9), "#", "nested deeper than 8"},
		{"nothing told", `{}`, "#", "write text, incidents or both"},
		{"nothing told in words", `{"text":"  ","incidents":[]}`, "#", "write text, incidents or both"},
		{"a misspelt field", `{"text":"x","purpos":"question"}`, "#/purpos", "there are incidents, language, purpose, reporter, text"},
		{"another case is another name", `{"Text":"x"}`, "#/Text", `"Text" is no field here`},
		{"a name with signs", `{"a/b~c d":1}`, "#/a~1b~0c%20d", "no field here"},
		{"a name in Japanese", `{"日":1}`, "#/%E6%97%A5", "no field here"},
		{"told twice", `{"text":"x","text":"y"}`, "#/text", "told twice"},
		{"a number for a text", `{"text":1}`, "#/text", "in quotes"},
		{"an object for a text", `{"text":{"a":[1,{}]}}`, "#/text", "in quotes"},
		{"a text too long", `{"text":"` + strings.Repeat("あ", MaxText+1) + `"}`, "#/text", "longer than 50000"},
		{"NUL", `{"text":"a\u0000b"}`, "#/text", "NUL"},
		{"another language", `{"text":"x","language":"de"}`, "#/language", "one of ja, en"},
		{"a name of two lines", `{"text":"x","reporter":{"name":"a\r\nBcc: b@example.org"}}`, "#/reporter/name", "one line"},
		{"no mail address", `{"text":"x","reporter":{"email":"a@b"}}`, "#/reporter/email", "no mail address"},
		{"an address with a name", `{"text":"x","reporter":{"email":"A <a@example.org>"}}`, "#/reporter/email", "no mail address"},
		{"a question to be answered nowhere", `{"text":"x","purpose":"question"}`, "#", "reporter.email"},
		{"no list", `{"incidents":{}}`, "#/incidents", "a list"},
		{"too many", `{"incidents":[` + strings.Repeat(`{"address":"203.0.113.5","class":"dos"},`, MaxIncidents) + `{}]}`, "#/incidents", "more than 1000"},
		{"no address", `{"incidents":[{"class":"dos"}]}`, "#/incidents/0", "write address"},
		{"an empty address", `{"incidents":[{"class":"dos","address":""}]}`, "#/incidents/0", "write address"},
		{"no class", `{"incidents":[{"address":"203.0.113.5"}]}`, "#/incidents/0", "one of scan.port, scan.bruteforce"},
		{"another class", `{"incidents":[{"address":"203.0.113.5","class":"scan"}]}`, "#/incidents/0/class", `"scan" is no choice`},
		{"a name without a domain", `{"incidents":[{"address":"localhost","class":"dos"}]}`, "#/incidents/0/address", "no address"},
		{"an address with a zone", `{"incidents":[{"address":"fe80::1%eth0","class":"dos"}]}`, "#/incidents/0/address", "no address"},
		{"a number that is no IP", `{"incidents":[{"address":"203.0.113.256","class":"dos"}]}`, "#/incidents/0/address", "no address"},
		{"a URL for an address", `{"incidents":[{"address":"http://www.example.com/","class":"dos"}]}`, "#/incidents/0/address", "no address"},
		{"port 0", incident(`"port":0`), "#/incidents/0/port", "from 1 to 65535"},
		{"a broken port", incident(`"port":1.5`), "#/incidents/0/port", "from 1 to 65535"},
		{"a huge port", incident(`"port":1e400`), "#/incidents/0/port", "from 1 to 65535"},
		{"a port in quotes", incident(`"port":"22"`), "#/incidents/0/port", "without quotes"},
		{"another protocol", incident(`"proto":"TCP"`), "#/incidents/0/proto", "one of tcp, udp, icmp, sctp"},
		{"a time without a zone", incident(`"first_seen":"2026-04-01T09:00:00"`), "#/incidents/0/first_seen", "no time with a zone"},
		{"a time to come", incident(`"first_seen":"2026-04-04T09:00:00Z"`), "#/incidents/0/first_seen", "still to come"},
		{"the end before the beginning", incident(`"first_seen":"2026-04-01T09:00:00+09:00","last_seen":"2026-03-31T23:00:00Z"`), "#/incidents/0", "last_seen is before first_seen"},
		{"a defanged URL", incident(`"urls":["hxxp://www.example[.]com/"]`), "#/incidents/0/urls/0", "not defanged"},
		{"a script for a URL", incident(`"urls":["http://www.example.com/","javascript:alert(1)"]`), "#/incidents/0/urls/1", "no URL"},
		{"an IP for a host", incident(`"hosts":["203.0.113.5"]`), "#/incidents/0/hosts/0", "no host"},
		{"a brand of what is no phishing", incident(`"brand":"Example Bank"`), "#/incidents/0", "brand is told of phishing.site only"},
	} {
		report, faults := decodeReport([]byte(each.body), testNow)
		if report != nil || len(faults) == 0 || faults[0].Pointer != each.pointer || !strings.Contains(faults[0].Detail, each.detail) {
			t.Errorf("%s: got %v, want %s: … %s …", each.why, faults, each.pointer, each.detail)
		}
	}
}

// TestAllFaults: one try shows all faults, up to a bound.
func TestAllFaults(t *testing.T) {
	t.Parallel()
	_, faults := decodeReport([]byte(`{"language":"de","incidents":[{"address":"x","port":0},{"class":"dos"}],"extra":[[{}]]}`), testNow)
	var pointers []string
	for _, f := range faults {
		pointers = append(pointers, f.Pointer)
	}
	if diff := cmp.Diff([]string{"#/language", "#/incidents/0/address", "#/incidents/0/port", "#/incidents/1", "#/extra"}, pointers); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	_, faults = decodeReport([]byte(`{"incidents":[`+strings.TrimSuffix(strings.Repeat(`{},`, 900), ",")+`]}`), testNow)
	if len(faults) != MaxFaults {
		t.Errorf("%d faults are told, want %d", len(faults), MaxFaults)
	}
}

// FuzzReport: whatever comes, it is either a report within the bounds of the schema, of which a mail can be written, or there are
// faults, each with a place and words.
func FuzzReport(f *testing.F) {
	f.Add([]byte(jsonReport))
	f.Add([]byte(`{"text":"x","reporter":{"name":"a\"b","email":"a@example.org"},"incidents":[{"address":"2001:db8::/32","class":"ics","urls":["http://a.example/\u00e9"]}]}`))
	f.Add([]byte(`{"incidents":[{"address":"203.0.113.5","class":"dos","first_seen":"2026-04-01T09:00:00Z","port":1e2}]}`))
	f.Add([]byte(`{"a":{"b":[1,2,{"c":null}]}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		report, faults := decodeReport(body, testNow)
		if report == nil {
			for _, fault := range faults {
				if !strings.HasPrefix(fault.Pointer, "#") || fault.Detail == "" {
					t.Fatalf("a fault without place or words: %+v", fault)
				}
			}
			if len(faults) == 0 || len(faults) > MaxFaults {
				t.Fatalf("%d faults", len(faults))
			}
			return
		}
		raw := string(writeReport(report, testEnvelope))
		header, _, _ := strings.Cut(raw, "\r\n\r\n")
		for line := range strings.SplitSeq(header, "\r\n") {
			if len(line) > 998 || strings.ContainsFunc(line, func(c rune) bool { return c < ' ' || c >= 0x7F }) {
				t.Fatalf("a header's line is %q", line)
			}
		}
		if n := strings.Count(header, "\n") - strings.Count(header, "\n "); n > 9 {
			t.Fatalf("the header has %d fields:\n%s", n, header)
		}
	})
}
