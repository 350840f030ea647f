package xarf

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"todoke/internal/desk"
)

func TestParse(t *testing.T) {
	t.Parallel()
	tests := []struct {
		why  string
		data string
		want Report
	}{
		{"version 0.2", "---\nReported-From: desk@example.org\nCategory: abuse\nReport-Type: login-attack\nService: ssh\nVersion: 0.2\nUser-Agent: Example\nDate: Thu, 03 Apr 2008 10:00:00 +0900\nSource-Type: ipv4\nSource: 192.0.2.8\nPort: 22\nReport-ID: 77@example.org\nSchema-URL: http://www.example.org/schema.json\nAttachment: text/plain\n",
			Report{Version: "0.2", Category: "abuse", Type: "login-attack", Source: "192.0.2.8", SourceType: "ip", DestinationPort: 22, Service: "ssh", ReportedFrom: "desk@example.org", ReportID: "77@example.org", UserAgent: "Example", Date: time.Date(2008, 4, 3, 10, 0, 0, 0, time.FixedZone("", 9*3600))}},
		{"quoted values and a phishing page as source", "Category: 'fraud'\nReport-Type: \"phishing\"\nSource: http://bad.example.net/login\n",
			Report{Category: "fraud", Type: "phishing", Source: "http://bad.example.net/login", SourceType: "url", URLs: []string{"http://bad.example.net/login"}}},
		{"version 3", `{"Version":"3","ReporterInfo":{"ReporterOrgEmail":"desk@example.org"},"Report":{"ReportClass":"Activity","ReportType":"PortScan","Date":"2018-02-05T14:17:10Z","SourceIp":"192.0.2.55","SourcePort":4711,"DestinationIp":"198.51.100.33","DestinationPort":80,"Samples":[{"ContentType":"text/plain","Payload":"a log line"}]}}`,
			Report{Version: "3", Category: "activity", Type: "port-scan", Source: "192.0.2.55", SourceType: "ip", SourcePort: 4711, Destinations: []string{"198.51.100.33"}, DestinationPort: 80, ReportedFrom: "desk@example.org", Date: time.Date(2018, 2, 5, 14, 17, 10, 0, time.UTC), Evidence: "a log line"}},
		{"version 3 with its source as an object", `{"Report":{"ReportType":"ddos","Source":{"IP":"192.0.2.4","Port":53,"Type":"ip"}}}`, Report{Type: "ddos", Source: "192.0.2.4", SourceType: "ip", SourcePort: 53}},
		{"version 4 with coded evidence and a picture", `{"xarf_version":"4.2.0","report_id":"r1","timestamp":"2025-01-11T12:17:20Z","reporter":{"contact":"desk@example.org"},"source_identifier":"198.51.100.77","category":"connection","type":"login_attack","destination_ip":"203.0.113.22","destination_port":22,"protocol":"TCP","service":"ssh","evidence":[{"content_type":"image/png","payload":"iVBO"},{"content_type":"text/plain","payload":"YSBsb2cgbGluZQ=="}]}`,
			Report{Version: "4.2.0", Category: "connection", Type: "login-attack", Source: "198.51.100.77", SourceType: "ip", Destinations: []string{"203.0.113.22"}, DestinationPort: 22, Protocol: "tcp", Service: "ssh", ReportID: "r1", ReportedFrom: "desk@example.org", Date: time.Date(2025, 1, 11, 12, 17, 20, 0, time.UTC), Evidence: "a log line"}},
	}
	for _, tt := range tests {
		got, err := Parse([]byte(tt.data))
		if diff := cmp.Diff(tt.want, got); diff != "" || err != nil {
			t.Errorf("%s: error %v (-want +got):\n%s", tt.why, err, diff)
		}
	}
}

func TestParseErrors(t *testing.T) {
	t.Parallel()
	tests := []struct{ why, data string }{
		{"empty", ""},
		{"a letter", "Dear colleagues,\nhello\n"},
		{"cut JSON", `{"xarf_version":"4.0.0","type":"spam","source_identifier":"192.0.2.1"`},
		{"a source without a type", "Source: 192.0.2.1\n"},
		{"a list", `["a"]`},
		{"JSON nested like a bomb", `{"a":` + strings.Repeat("[", 100_000)},
	}
	for _, tt := range tests {
		if got, err := Parse([]byte(tt.data)); err == nil {
			t.Errorf("%s: read as %+v without an error", tt.why, got)
		}
	}
	got, _ := Parse([]byte(tests[2].data))
	if got.Source != "192.0.2.1" {
		t.Errorf("of a cut report the source is %q, want what stands before the cut", got.Source)
	}
}

func TestClass(t *testing.T) {
	t.Parallel()
	for typ, want := range map[string]desk.Class{"LoginAttack": desk.ScanBruteforce, "port_scan": desk.ScanPort, "DDOS": desk.DoS, "phishing": desk.PhishingSite, "OpenService": desk.Vulnerable, "copyright": desk.Other, "": ""} {
		if got := (Report{Type: kebab(typ)}).Class(); got != want {
			t.Errorf("class of type %q = %q, want %q", typ, got, want)
		}
	}
}

// The samples of the schemas' own projects must all be read.
func TestCorpus(t *testing.T) {
	t.Parallel()
	corpus := os.Getenv("TODOKE_CORPUS")
	if corpus == "" {
		t.Skip("TODOKE_CORPUS is not set: the samples of X-ARF are not checked")
	}
	files := 0
	for _, glob := range []string{"reports/abusix+xarf/samples/positive/*/*.json", "reports/xarf+xarf-spec/samples/*/*.json"} {
		names, err := filepath.Glob(filepath.Join(corpus, glob))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			files++
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			r, err := Parse(data)
			if err != nil || r.Type == "" || r.Source == "" && len(r.URLs)+len(r.Destinations) == 0 || r.Date.IsZero() || r.Class() == "" {
				t.Errorf("%s: error %v, type %q, source %q, URLs %q, date %v", name, err, r.Type, r.Source, r.URLs, r.Date)
			}
		}
	}
	if files == 0 {
		t.Error("no sample was found")
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("Report-Type: spam\nSource: 192.0.2.1\n- x\n"))
	f.Add([]byte(`{"type":"spam","source_identifier":"192.0.2.1","evidence":[{"payload":"YQ=="}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := Parse(data)
		if err == nil && r.Type == "" {
			t.Fatal("a report of nothing without an error")
		}
	})
}
