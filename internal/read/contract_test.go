package read_test

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"todoke/internal/desk"
	"todoke/internal/read"
)

// The keys that every reading has, with the type of their values, as others rely on them. An object's own keys follow its name;
// "[]" stands for each element of a list. "time" is a string, or null where there is no time.
var contract = map[string]string{
	"kind": "string", "kind_reasons": "list", "message_id": "string", "in_reply_to": "list", "references": "list",
	"from": "object", "from.name": "string", "from.address": "string", "reply_to": "string", "to": "list", "subject": "string",
	"language": "string", "date": "time", "received": "time", "received_from": "string", "text": "string",
	"parts": "list", "parts[].path": "string", "parts[].type": "string", "parts[].charset": "string", "parts[].name": "string",
	"parts[].size": "number", "parts[].sha256": "string", "parts[].quote": "string",
	"problems": "list", "problems[].part": "string", "problems[].problem": "string",
	"pgp": "object", "pgp.encrypted": "bool", "pgp.signed": "bool", "pgp.signer": "string", "pgp.verdict": "string",
	"auth": "null", "form": "object", "form.name": "string", "form.purpose": "string", "form.fields": "object", "tlp": "string",
	"indicators": "list", "indicators[].kind": "string", "indicators[].value": "string", "indicators[].role": "string",
	"indicators[].defanged": "bool", "indicators[].part": "string", "indicators[].offset": "number", "indicators[].why": "string",
	"class": "object", "class.class": "string", "class.confidence": "number", "class.reasons": "list",
	"incidents": "list", "incidents[].address": "string", "incidents[].class": "string", "incidents[].proto": "string",
	"incidents[].port": "number", "incidents[].worm": "bool", "incidents[].hosts": "list", "incidents[].urls": "list",
	"incidents[].brand": "string", "incidents[].brand_origin": "string", "incidents[].way": "string", "incidents[].aftermath": "list",
	"incidents[].first_seen": "time", "incidents[].last_seen": "time", "incidents[].evidence": "list",
}

// TestContract: whatever the message, the keys of the contract are there with values of their type.
func TestContract(t *testing.T) {
	t.Parallel()
	for _, each := range []struct {
		why string
		raw []byte
	}{
		{"nothing at all", nil},
		{"a header only", mailOf("From: a@example.com", "")},
		{"a log", mailOf("From: a@example.com\nSubject: ssh attack", "please have it stopped:\n\nApr  1 09:00:00 host sshd[1]: Failed password for root from 203.0.113.7 port 4000 ssh2\n")},
		{"a phishing site without an IP", mailOf("From: a@example.com\nSubject: phishing", "A phishing page is at hxxp://www.login-here[.]net/bank/\n")},
		{"a feedback report", mailOf(feedback, feedbackBody)},
		{"a broken multipart", mailOf("From: a@example.com\nContent-Type: multipart/mixed; boundary=x", "--x\nContent-Type: text/plain; charset=nonsense\n\n\xff\xfe")},
	} {
		text, err := json.Marshal(reader().Read(each.raw, read.Envelope{Now: now}))
		if err != nil {
			t.Fatal(err)
		}
		var reading map[string]any
		if err := json.Unmarshal(text, &reading); err != nil {
			t.Fatal(err)
		}
		got := map[string]string{}
		keysOf("", reading, got)
		for _, key := range slices.Sorted(maps.Keys(contract)) {
			want, have := contract[key], got[key]
			inEmpty := slices.Contains([]string{"parts", "problems", "indicators", "incidents"}, listOf(key)) && len(reading[listOf(key)].([]any)) == 0
			if have == want || want == "time" && (have == "string" || have == "null") || inEmpty {
				continue
			}
			t.Errorf("%s: key %s is %q, want %q", each.why, key, have, want)
		}
	}
}

// listOf is the name of the list that a key is of the elements of, "" for other keys.
func listOf(key string) string {
	for i := range key {
		if key[i] == '[' {
			return key[:i]
		}
	}
	return ""
}

// keysOf notes the type of every value under its key.
func keysOf(prefix string, object map[string]any, types map[string]string) {
	for name, value := range object {
		key := prefix + name
		switch v := value.(type) {
		case string:
			types[key] = "string"
		case float64:
			types[key] = "number"
		case bool:
			types[key] = "bool"
		case nil:
			types[key] = "null"
		case map[string]any:
			types[key] = "object"
			keysOf(key+".", v, types)
		case []any:
			types[key] = "list"
			for _, element := range v {
				if inner, ok := element.(map[string]any); ok {
					keysOf(key+"[].", inner, types)
				}
			}
		}
	}
}

const (
	feedback     = "From: fbl@example.net\nSubject: complaint\nContent-Type: multipart/report; report-type=feedback-report; boundary=x"
	feedbackBody = "--x\n\nA user complains about the mail below.\n\n--x\nContent-Type: message/feedback-report\n\n" +
		"Feedback-Type: abuse\nUser-Agent: test/1\nVersion: 1\nSource-IP: 203.0.113.9\n\n" +
		"--x\nContent-Type: message/rfc822\n\nFrom: b@example.org\nSubject: pills\n\nbuy at http://198.51.100.4/\n--x--\n"
)

// xarfMail is a mail with X-ARF reports, each in a part of its own.
func xarfMail(reports ...string) []byte {
	body := "--x\n\nThis is an automated report.\n\n"
	for _, report := range reports {
		body += "--x\nContent-Type: application/json; name=xarf.json\n\n" + report + "\n\n"
	}
	return mailOf("From: reports@example.net\nSubject: abuse report\nX-XARF: PLAIN\nAuto-Submitted: auto-generated\nContent-Type: multipart/mixed; boundary=x", body+"--x--\n")
}

// TestMachineReports: a machine's report is a report, its source is blamed with the class that its type says, and nothing else
// that stands in the mail is.
func TestMachineReports(t *testing.T) {
	t.Parallel()
	for _, each := range []struct {
		why  string
		raw  []byte
		want []string
	}{
		{"the source of a feedback report, not what the spam advertises", mailOf(feedback, feedbackBody), []string{"203.0.113.9 spam"}},
		{"X-ARF 4 in JSON", xarfMail(`{"xarf_version":"4.2.0","category":"connection","type":"login_attack","source_identifier":"203.0.113.7","destination_port":22,"protocol":"tcp"}`), []string{"203.0.113.7 scan.bruteforce"}},
		{"several events are several incidents", xarfMail(
			`{"xarf_version":"4.2.0","category":"connection","type":"port_scan","source_identifier":"203.0.113.7"}`,
			`{"xarf_version":"4.2.0","category":"connection","type":"port_scan","source_identifier":"203.0.113.8"}`), []string{"203.0.113.7 scan.port", "203.0.113.8 scan.port"}},
		{"a source told by its URL is its host", xarfMail(`{"xarf_version":"4.2.0","category":"content","type":"phishing","source_identifier":"http://www.login-here.net/a"}`), []string{"www.login-here.net phishing.site"}},
		{"a class that no type of X-ARF says, by our own tag", xarfMail(`{"xarf_version":"4.2.0","category":"reputation","type":"threat_intelligence","source_identifier":"203.0.113.7","tags":["todoke:forged.backscatter"]}`), []string{"203.0.113.7 forged.backscatter"}},
		{"a tag of ours that is no class says nothing", xarfMail(`{"xarf_version":"4.2.0","category":"connection","type":"port_scan","source_identifier":"203.0.113.7","tags":["todoke:nonsense"]}`), []string{"203.0.113.7 scan.port"}},
		{"a network", xarfMail(`{"xarf_version":"4.2.0","category":"messaging","type":"spam","source_identifier":"198.51.100.16/28"}`), []string{"198.51.100.16/28 spam"}},
		{"an address that is nowhere on the net is no source", xarfMail(`{"xarf_version":"4.2.0","category":"connection","type":"port_scan","source_identifier":"192.168.0.4"}`), []string{}},
	} {
		reading := reader().Read(each.raw, read.Envelope{Now: now})
		got := []string{}
		for _, telling := range reading.Incidents {
			got = append(got, telling.Address+" "+string(telling.Class))
		}
		if reading.Kind != "report" {
			t.Errorf("%s: kind %s", each.why, reading.Kind)
		}
		if diff := cmp.Diff(each.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", each.why, diff)
		}
	}
}

// TestXARFMembers: what X-ARF 4 says of times, ports, hosts and brand is told of the incident, and the reporter's own domain is not.
func TestXARFMembers(t *testing.T) {
	t.Parallel()
	reading := reader().Read(xarfMail(
		`{"xarf_version":"4.2.0","reporter":{"org":"a","contact":"a@desk.example.org","domain":"desk.example.org"},"category":"connection","type":"port_scan","source_identifier":"203.0.113.7","destination_port":22,"protocol":"tcp","first_seen":"2025-04-01T09:00:00+09:00","last_seen":"2025-04-01T10:00:00+09:00"}`,
		`{"xarf_version":"4.2.0","category":"connection","type":"port_scan","source_identifier":"203.0.113.7","destination_port":23,"protocol":"tcp"}`,
		`{"xarf_version":"4.2.0","category":"content","type":"phishing","source_identifier":"203.0.113.8","domain":"www.login-here.net","url":"http://www.login-here.net/a","target_brand":"Example Bank"}`,
	), read.Envelope{Now: now})
	zone := time.FixedZone("", 9*3600)
	first, last := time.Date(2025, 4, 1, 9, 0, 0, 0, zone), time.Date(2025, 4, 1, 10, 0, 0, 0, zone)
	type members struct {
		Address, Brand string
		Hosts, URLs    []string
		Ports          []desk.PortEvidence
		First, Last    *time.Time
	}
	want := []members{
		{"203.0.113.7", "", []string{}, []string{}, []desk.PortEvidence{{Proto: "tcp", Port: 22, Evidence: 1}, {Proto: "tcp", Port: 23, Evidence: 1}}, &first, &last},
		{"203.0.113.8", "Example Bank", []string{"www.login-here.net"}, []string{"http://www.login-here.net/a"}, []desk.PortEvidence{}, nil, nil},
	}
	var got []members
	for _, i := range reading.Incidents {
		got = append(got, members{i.Address, i.Brand, i.Hosts, i.URLs, i.Ports, i.FirstSeen, i.LastSeen})
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
