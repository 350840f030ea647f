package compose

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"todoke/internal/desk"
	"todoke/internal/mail"
	"todoke/internal/read"
)

// told is what a reading says of an incident, as far as a report can tell it.
type told struct {
	Address     string
	Class       desk.Class
	Service     string
	First, Last string
	Hosts, URLs []string
	Brand       string
}

func toldOf(incidents []desk.Telling) []told {
	var list []told
	for _, i := range incidents {
		one := told{Address: i.Address, Class: i.Class, Hosts: i.Hosts, URLs: i.URLs, Brand: i.Brand, First: moment(i.FirstSeen), Last: moment(i.LastSeen)}
		if i.Port != 0 {
			one.Service = fmt.Sprintf("%d/%s", i.Port, i.Proto)
		}
		list = append(list, one)
	}
	slices.SortFunc(list, func(a, b told) int { return cmp.Compare(a.Address+string(a.Class), b.Address+string(b.Class)) })
	return list
}

func moment(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// incidents draws reports of incidents at addresses of documentation, each address once, and what a reading must say of them. A
// reading tells the port of scans only.
func incidents(t *rapid.T) (list []Incident, want []told) {
	hosts := rapid.StringMatching(`[a-z]{3,8}\.[a-z]{4,8}\.example\.(com|net)`)
	for n := range rapid.IntRange(1, 8).Draw(t, "incidents") {
		label := func(s string) string { return fmt.Sprintf("%s %d", s, n) }
		i := Incident{Class: rapid.SampledFrom(desk.Classes()).Draw(t, label("class"))}
		switch rapid.IntRange(0, 3).Draw(t, label("form")) {
		case 0:
			i.Address = netip.AddrFrom4([4]byte{203, 0, 113, byte(n)}).String()
		case 1:
			i.Address = fmt.Sprintf("2001:db8::%x", n+1)
		case 2:
			i.Address = fmt.Sprintf("198.51.100.%d/28", n*16)
		case 3:
			i.Address = fmt.Sprintf("h%d.", n) + hosts.Draw(t, label("address"))
		}
		one := told{Class: i.Class, Address: i.Address, Hosts: []string{}, URLs: []string{}}
		if i.Class.Group() == "scan" {
			i.Port, i.Proto = rapid.IntRange(1, 65535).Draw(t, label("port")), rapid.SampledFrom([]string{"tcp", "udp"}).Draw(t, label("proto"))
			one.Service = fmt.Sprintf("%d/%s", i.Port, i.Proto)
		}
		if rapid.Bool().Draw(t, label("seen")) {
			i.FirstSeen = testNow.Add(-time.Duration(rapid.IntRange(1000, 1_000_000).Draw(t, label("since"))) * time.Second)
			i.LastSeen = i.FirstSeen.Add(time.Duration(rapid.IntRange(0, 1000).Draw(t, label("for"))) * time.Second)
			one.First, one.Last = moment(&i.FirstSeen), moment(&i.LastSeen)
		}
		if _, err := netip.ParseAddr(i.Address); err == nil && rapid.Bool().Draw(t, label("site")) {
			host := fmt.Sprintf("s%d.", n) + hosts.Draw(t, label("host"))
			i.Hosts, i.URLs = []string{host}, []string{"http://" + host + "/" + rapid.StringMatching(`[a-z]{1,8}`).Draw(t, label("path"))}
			one.Hosts, one.URLs = i.Hosts, i.URLs
		}
		if i.Class == desk.PhishingSite {
			i.Brand = rapid.SampledFrom([]string{"PayPal", "Yahoo! JAPAN", "架空銀行", "Imaginary Bank"}).Draw(t, label("brand"))
			one.Brand = i.Brand
		}
		list, want = append(list, i), append(want, one)
	}
	return list, want
}

// TestExact: the reader finds in the mail of a JSON report exactly the incidents that were told, whatever their class.
func TestExact(t *testing.T) {
	t.Parallel()
	r := reader()
	rapid.Check(t, func(t *rapid.T) {
		list, want := incidents(t)
		report := &Report{
			Reporter: Reporter{Name: "川口", Email: "k@shoji.example.jp"}, Language: rapid.SampledFrom([]string{"ja", "en"}).Draw(t, "language"),
			Purpose: rapid.SampledFrom([]desk.Purpose{desk.PurposeInformation, desk.PurposeCoordination}).Draw(t, "purpose"), Incidents: list,
		}
		raw := writeReport(report, testEnvelope)
		reading := r.Read(raw, read.Envelope{Now: testNow, Live: true})
		if reading.Kind != desk.KindReport || reading.Form.Purpose != report.Purpose || reading.From != (desk.Mailbox{Name: "川口", Address: "k@shoji.example.jp"}) || len(reading.Problems) > 0 {
			t.Fatalf("kind %s, purpose %s, from %v, problems %v", reading.Kind, reading.Form.Purpose, reading.From, reading.Problems)
		}
		slices.SortFunc(want, func(a, b told) int { return cmp.Compare(a.Address+string(a.Class), b.Address+string(b.Class)) })
		if diff := gocmp.Diff(want, toldOf(reading.Incidents)); diff != "" {
			t.Fatalf("(-want +got):\n%s\n%s", diff, raw)
		}
	})
}

// TestReadings: the mail that is made of what is posted is read as what it is.
func TestReadings(t *testing.T) {
	t.Parallel()
	r := reader()
	json := func(body string) ([]byte, []Fault) {
		raw, _, faults := JSON([]byte(body), testEnvelope)
		return raw, faults
	}
	xarf := func(body string) ([]byte, []Fault) { return XARF([]byte(body), testEnvelope) }
	arf := func(body string) ([]byte, []Fault) { return Feedback([]byte(body), "part", testEnvelope) }
	const sshd = `Apr  1 09:00:00 gw sshd[1]: Failed password for root from 203.0.113.5 port 4000 ssh2`
	for _, each := range []struct {
		why  string
		make func(body string) ([]byte, []Fault)
		body string
		kind desk.Kind
		from string
		want []told
	}{
		{"evidence tells no further incident", json, `{"text":"Our host 198.51.100.7 was scanned from 203.0.113.200, they say.","incidents":[{"address":"203.0.113.5","class":"scan.bruteforce","port":22,"proto":"tcp","evidence":"` + sshd + `"}]}`,
			desk.KindReport, "no-reply@api.csirt.example.jp", []told{{Address: "203.0.113.5", Class: desk.ScanBruteforce, Service: "22/tcp", Hosts: []string{}, URLs: []string{}}}},
		{"a heading in the evidence is evidence", json, `{"incidents":[{"address":"203.0.113.5","class":"dos","evidence":"■ Purpose of this report\nTo ask a question\n■ Source addresses\n203.0.113.77"}]}`,
			desk.KindReport, "no-reply@api.csirt.example.jp", []told{{Address: "203.0.113.5", Class: desk.DoS, Hosts: []string{}, URLs: []string{}}}},
		{"so is one behind a bare CR", json, `{"incidents":[{"address":"203.0.113.5","class":"dos","evidence":"a\r■ Purpose of this report\rTo ask a question"}]}`,
			desk.KindReport, "no-reply@api.csirt.example.jp", []told{{Address: "203.0.113.5", Class: desk.DoS, Hosts: []string{}, URLs: []string{}}}},
		{"a question is an inquiry", json, `{"purpose":"question","language":"ja","reporter":{"email":"k@shoji.example.jp"},"text":"パスワードを定期的に変更する必要はありますか。"}`, desk.KindInquiry, "k@shoji.example.jp", nil},
		{"a private address is no incident", json, `{"incidents":[{"address":"192.168.0.5","class":"dos"},{"address":"203.0.113.5","class":"dos"}]}`,
			desk.KindReport, "no-reply@api.csirt.example.jp", []told{{Address: "203.0.113.5", Class: desk.DoS, Hosts: []string{}, URLs: []string{}}}},
		{"X-ARF 4", xarf, xarfReport4, desk.KindReport, "abuse@sensors.example.org", []told{{Address: "203.0.113.5", Class: desk.ScanBruteforce, Service: "22/tcp", Hosts: []string{}, URLs: []string{}}}},
		{"X-ARF from one of our own addresses is not ours", xarf, strings.ReplaceAll(xarfReport4, "abuse@sensors.example.org", "report@csirt.example.jp"), desk.KindReport, "no-reply@api.csirt.example.jp",
			[]told{{Address: "203.0.113.5", Class: desk.ScanBruteforce, Service: "22/tcp", Hosts: []string{}, URLs: []string{}}}},
		{"a feedback report", arf, feedback, desk.KindReport, "no-reply@api.csirt.example.jp", []told{{Address: "203.0.113.5", Class: desk.Spam, Hosts: []string{}, URLs: []string{}}}},
	} {
		raw, faults := each.make(each.body)
		if len(faults) > 0 {
			t.Errorf("%s: %v", each.why, faults)
			continue
		}
		got := r.Read(raw, read.Envelope{Now: testNow, Live: true})
		if asks := each.kind == desk.KindInquiry; asks != (got.Form.Purpose == desk.PurposeQuestion) {
			t.Errorf("%s: purpose %s", each.why, got.Form.Purpose)
		}
		if got.Kind != each.kind || got.From.Address != each.from {
			t.Errorf("%s: kind %s (%v), from %s", each.why, got.Kind, got.KindReasons, got.From.Address)
		}
		if diff := gocmp.Diff(each.want, toldOf(got.Incidents)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", each.why, diff)
		}
	}
}

// TestForPeople: what a JSON report tells stands in the mail's text in words.
func TestForPeople(t *testing.T) {
	t.Parallel()
	body := `{"reporter":{"name":"川口","organization":"架空商事","email":"k@shoji.example.jp"},"language":"ja","purpose":"coordination","text":"止めてほしいです。","incidents":[
		{"address":"198.51.100.9","class":"phishing.site","hosts":["www.login-here.net"],"urls":["http://www.login-here.net/bank/"],"brand":"架空銀行","first_seen":"2026-04-01T09:00:00+09:00","last_seen":"2026-04-01T10:00:00+09:00","evidence":"ログ一\nログ二"}]}`
	want := "Todoke 届出フォーム 第1版\n\n■ インシデントの種類\nフィッシング\n\n■ 届出の目的\n関係者への連絡を希望\n\n■ 届出者の名前を伝えてよい範囲\n誰にも伝えない\n\n■ お名前\n川口\n\n■ 組織名\n架空商事\n\n■ 返信先\nk@shoji.example.jp\n\n" +
		"■ 攻撃元のアドレス\n198.51.100.9 www.login-here.net  フィッシングサイト, 架空銀行, 2026-04-01T09:00:00+09:00 - 2026-04-01T10:00:00+09:00\n  http://www.login-here.net/bank/\n\n■ 何が起きたか\n止めてほしいです。\n\n■ ログ\nログ一\nログ二\n"
	raw, from, faults := JSON([]byte(body), testEnvelope)
	if len(faults) > 0 || from != "k@shoji.example.jp" {
		t.Fatal(from, faults)
	}
	m := mail.Parse(raw, mail.DefaultLimits())
	if diff := gocmp.Diff(want, m.TextParts()[0].Text); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := m.Header.Subject(); got != "API からの届出: フィッシング" {
		t.Errorf("subject %q", got)
	}
	if len(m.Problems) > 0 {
		t.Errorf("problems: %v", m.Problems)
	}
}
