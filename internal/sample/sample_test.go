package sample

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// theQuarter is made once for all tests.
var theQuarter = sync.OnceValues(func() (*writer, error) { return composed(seed) })

func quarterForTest(t *testing.T) (*writer, []Mail) {
	t.Helper()
	w, err := theQuarter()
	if err != nil {
		t.Fatal(err)
	}
	mails, err := w.mails()
	if err != nil {
		t.Fatal(err)
	}
	return w, mails
}

// The numbers below are typed in from the published report and the monthly
// facts, not taken from the plan.
func TestSeedNumbers(t *testing.T) {
	_, mails := quarterForTest(t)
	got := Fold(mails)
	type row struct {
		name      string
		got, want int
	}
	rows := []row{
		{"messages", got.Messages, 768}, {"reports", got.Reports, 584}, {"addresses", got.Addresses, 734},
		{"notices", got.Notices, 465}, {"inquiries", got.Inquiries, 19},
		{"scan", got.Types["scan"], 350}, {"forged", got.Types["forged"], 7}, {"intrusion", got.Types["intrusion"], 18},
		{"phishing", got.Types["phishing"], 138}, {"other", got.Types["other"], 221},
		{"80", got.Ports[80], 222}, {"22", got.Ports[22], 114}, {"5900", got.Ports[5900], 5}, {"21", got.Ports[21], 4},
		{"139", got.Ports[139], 4}, {"10000", got.Ports[10000], 1}, {"ports", len(got.Ports), 6},
		{"domestic", got.Origins["domestic"], 7}, {"overseas", got.Origins["overseas"], 122}, {"unknown", got.Origins["unknown"], 9},
		{".jp", got.TLDs["jp"], 169}, {".com", got.TLDs["com"], 119}, {".net", got.TLDs["net"], 75}, {".de", got.TLDs["de"], 13}, {".cn", got.TLDs["cn"], 11},
	}
	months := []struct {
		name                                                          string
		reports, notices, phishing, domestic, overseas, unknown, scan int
		intrusion, rest                                               int
	}{
		{"2008-04", 192, 149, 37, 2, 34, 1, 130, 3, 70},
		{"2008-05", 203, 147, 46, 1, 42, 3, 98, 9, 59},
		{"2008-06", 189, 169, 55, 4, 46, 5, 122, 6, 99},
	}
	for _, m := range months {
		g := got.Months[m.name]
		rows = append(rows, row{m.name + " reports", g.Reports, m.reports}, row{m.name + " notices", g.Notices, m.notices},
			row{m.name + " phishing", g.Types["phishing"], m.phishing}, row{m.name + " domestic", g.Origins["domestic"], m.domestic},
			row{m.name + " overseas", g.Origins["overseas"], m.overseas}, row{m.name + " unknown", g.Origins["unknown"], m.unknown},
			row{m.name + " scan", g.Types["scan"], m.scan}, row{m.name + " intrusion", g.Types["intrusion"], m.intrusion},
			row{m.name + " forged and other", g.Types["forged"] + g.Types["other"], m.rest})
	}
	for _, r := range rows {
		if r.got != r.want {
			t.Errorf("%s: %d, want %d", r.name, r.got, r.want)
		}
	}
	if len(got.Months) != 3 {
		t.Errorf("mails in months %v", got.Months)
	}
	worm := map[int]bool{80: true, 22: true, 5900: true, 21: true, 10000: true}
	delete(got.WormPorts, 0)
	if d := cmp.Diff(worm, got.WormPorts); d != "" {
		t.Errorf("ports with suspected worms (-want +got):\n%s", d)
	}
}

func TestNoOtherTopLevelDomainAboveEleven(t *testing.T) {
	_, mails := quarterForTest(t)
	sum := 0
	for tld, n := range Fold(mails).TLDs {
		sum += n
		if n > 11 && !slices.Contains([]string{"jp", "com", "net", "de", "cn"}, tld) {
			t.Errorf(".%s has %d reports", tld, n)
		}
	}
	if sum != 584 {
		t.Errorf("rows sum to %d", sum)
	}
}

func TestEveryWordingIsUsed(t *testing.T) {
	w, mails := quarterForTest(t)
	used := map[string]bool{}
	for _, m := range mails {
		used[m.Truth.Wording] = true
	}
	if len(used) < 150 {
		t.Errorf("%d wordings, want at least 150", len(used))
	}
	names := map[string]bool{}
	for key, list := range w.wordings {
		for _, v := range list {
			if !used[v.name] {
				t.Errorf("wording %s of %s is never used", v.name, key)
			}
			if names[v.name] {
				t.Errorf("two wordings are named %s", v.name)
			}
			names[v.name] = true
		}
	}
	if t.Failed() {
		t.Logf("a seed that uses all: %d", seedUsingAll())
	}
}

// seedUsingAll looks for a seed under which every wording comes up; 0 where
// none of the next few hundred does.
func seedUsingAll() uint64 {
	for s := uint64(seed + 1); s < seed+300; s++ {
		w, err := composed(s)
		if err == nil && w.unused() == 0 {
			return s
		}
	}
	return 0
}

func (w *writer) unused() int {
	n := 0
	for _, list := range w.wordings {
		for _, v := range list {
			if v.used == 0 {
				n++
			}
		}
	}
	return n
}

func TestSameBytesEachTime(t *testing.T) {
	_, mails := quarterForTest(t)
	again, err := Quarter()
	if err != nil {
		t.Fatal(err)
	}
	if len(again) != len(mails) {
		t.Fatalf("%d mails, then %d", len(mails), len(again))
	}
	for i := range again {
		if !bytes.Equal(again[i].Raw, mails[i].Raw) {
			t.Fatalf("%s differs the second time", mails[i].Name)
		}
	}
}

func TestNoFileTwice(t *testing.T) {
	_, mails := quarterForTest(t)
	seen := map[[32]byte]string{}
	for _, m := range mails {
		sum := sha256.Sum256(m.Raw)
		if other := seen[sum]; other != "" {
			t.Errorf("%s has the bytes of %s", m.Name, other)
		}
		seen[sum] = m.Name
	}
}

func TestReceiptIsTheTopmostReceived(t *testing.T) {
	_, mails := quarterForTest(t)
	from, to := time.Date(2008, 4, 1, 0, 0, 0, 0, tokyo), time.Date(2008, 7, 1, 0, 0, 0, 0, tokyo)
	for _, m := range mails {
		msg, err := mail.ReadMessage(bytes.NewReader(m.Raw))
		if err != nil {
			t.Fatalf("%s: %v", m.Name, err)
		}
		date := msg.Header.Get("Date")
		if r := msg.Header.Get("Received"); r != "" {
			date = r[strings.LastIndexByte(r, ';')+1:]
		}
		at, err := mail.ParseDate(strings.TrimSpace(date))
		if err != nil {
			t.Fatalf("%s: %v", m.Name, err)
		}
		if !at.Equal(m.Truth.Received) {
			t.Errorf("%s: received %s, truth says %s", m.Name, at, m.Truth.Received)
		}
		if at.Before(from) || !at.Before(to) {
			t.Errorf("%s: received %s, outside of the quarter", m.Name, at)
		}
	}
}

// No header may tell a program what the mail is, beyond those that mails have.
func TestHeadersAreThoseOfRealMail(t *testing.T) {
	_, mails := quarterForTest(t)
	usual := strings.Fields(`Return-Path Received Message-Id Date From Reply-To To Cc Subject In-Reply-To References Mime-Version Content-Type Content-Transfer-Encoding
		X-Mailer User-Agent X-Mimeole X-Priority X-Msmail-Priority Thread-Index X-Managed-By X-Spam-Flag X-Spam-Status
		Auto-Submitted Precedence X-Rt-Loop-Prevention X-Autoreply X-Auto-Response-Suppress`)
	for _, m := range mails {
		msg, err := mail.ReadMessage(bytes.NewReader(m.Raw))
		if err != nil {
			t.Fatal(err)
		}
		for name := range msg.Header {
			if !slices.Contains(usual, name) {
				t.Errorf("%s: header %s", m.Name, name)
			}
		}
	}
}

func TestTextComesBackFromItsCharset(t *testing.T) {
	w, mails := quarterForTest(t)
	charsetsSeen := map[string]int{}
	for i, m := range mails {
		parts := partsOf(t, m)
		want := strings.TrimSpace(w.messages[i].body)
		if w.messages[i].shape == "html" {
			continue
		}
		if got := strings.TrimSpace(parts[0].text); got != want {
			t.Errorf("%s (%s): text comes back as\n%s\nwant\n%s", m.Name, m.Truth.Wording, got, want)
		}
		charsetsSeen[parts[0].charset]++
		subject, err := decoder.DecodeHeader(parts[0].header.Get("Subject"))
		if parts[0].header.Get("Subject") != "" && (err != nil || subject != w.messages[i].subject) {
			t.Errorf("%s: subject comes back as %q, %v; want %q", m.Name, subject, err, w.messages[i].subject)
		}
	}
	for _, c := range []string{"iso-2022-jp", "shift_jis", "euc-jp", "utf-8", "iso-8859-1", "us-ascii", "gb2312", "euc-kr", "big5", "koi8-r", "iso-8859-2", "windows-1252"} {
		if charsetsSeen[c] == 0 {
			t.Errorf("no mail in %s", c)
		}
	}
}

// What the truth says of a mail must stand in its text.
func TestTruthStandsInTheText(t *testing.T) {
	_, mails := quarterForTest(t)
	for _, m := range mails {
		var all strings.Builder
		for _, p := range partsOf(t, m) {
			all.WriteString(p.text)
		}
		text := refang(all.String())
		for _, i := range m.Truth.Incident {
			found := strings.Contains(text, i.Address)
			for _, h := range append(i.Hosts, i.URLs...) {
				if !strings.Contains(text, h) {
					t.Errorf("%s (%s): %s is not in the text", m.Name, m.Truth.Wording, h)
				}
				found = true
			}
			if !found {
				t.Errorf("%s (%s): nothing in the text names %s", m.Name, m.Truth.Wording, i.Address)
			}
			if (i.Brand != "") != (i.Origin == "domestic" || i.Origin == "overseas") {
				t.Errorf("%s: brand %q of origin %q", m.Name, i.Brand, i.Origin)
			}
		}
	}
}

// The same address with the same group is the same incident, unless nobody
// told of it for more than 30 days; and every incident keeps one report's
// mails, or is shared on purpose.
func TestIncidentsAreAddressAndGroup(t *testing.T) {
	_, mails := quarterForTest(t)
	type last struct {
		key string
		at  time.Time
	}
	seen := map[string]last{}
	again := 0
	for _, m := range mails {
		if m.Truth.Kind != KindReport && m.Truth.Kind != KindFollowUp {
			continue
		}
		for _, i := range m.Truth.Incident {
			id := i.Address + " " + i.Group()
			l, known := seen[id]
			within := m.Truth.Received.Sub(l.at) <= 30*24*time.Hour
			if known && within != (l.key == i.Key) {
				t.Errorf("%s: %s told %s after the last time has key %s, had %s", m.Name, id, m.Truth.Received.Sub(l.at), i.Key, l.key)
			}
			if known && !within {
				again++
			}
			seen[id] = last{i.Key, m.Truth.Received}
		}
	}
	if again == 0 {
		t.Error("no address comes back after the window")
	}
}

// Where one mail names an incident's host alone and another its IP alone,
// some mail before the later of them must name both.
func TestPairsAreTold(t *testing.T) {
	w, _ := quarterForTest(t)
	type facts struct{ host, ip, pair bool }
	seen := map[*incident]*facts{}
	for _, m := range w.messages {
		for _, told := range m.told {
			f := seen[told.incident]
			if f == nil {
				f = &facts{}
				seen[told.incident] = f
			}
			f.pair = f.pair || told.ip && told.host
			f.host = f.host || told.host
			f.ip = f.ip || told.ip
			if f.host && f.ip && !f.pair {
				t.Errorf("%s: %s and %s are told but never as a pair", m.truth.Wording, told.incident.host, told.incident.ip)
			}
		}
	}
}

func TestMessageIDsAndSenders(t *testing.T) {
	_, mails := quarterForTest(t)
	ids := map[string]string{}
	for _, m := range mails {
		msg, err := mail.ReadMessage(bytes.NewReader(m.Raw))
		if err != nil {
			t.Fatal(err)
		}
		if ours := strings.HasSuffix(sender(t, msg.Header), "@csirt.example.jp"); ours != (m.Truth.Kind == KindOutbound) {
			t.Errorf("%s: a %s from %s", m.Name, m.Truth.Kind, msg.Header.Get("From"))
		}
		id := msg.Header.Get("Message-Id")
		if ids[id] != "" && m.Truth.Kind != KindDuplicate {
			t.Errorf("%s has the Message-ID of %s", m.Name, ids[id])
		}
		ids[id] = m.Name
	}
}

func TestAllSortsOfOtherMail(t *testing.T) {
	_, mails := quarterForTest(t)
	kinds := Fold(mails).Kinds
	for kind, atLeast := range map[Kind]int{
		KindOutbound: 465 + 200, KindReply: 50, KindBounce: 15, KindAutoReply: 20, KindSpam: 40, KindDuplicate: 10, KindFollowUp: 80, KindInquiry: 19,
	} {
		if kinds[string(kind)] < atLeast {
			t.Errorf("%d of kind %s, want at least %d", kinds[string(kind)], kind, atLeast)
		}
	}
}

func TestDuplicatesAreTheSameMailByAnotherPath(t *testing.T) {
	_, mails := quarterForTest(t)
	content := func(m Mail) string {
		_, rest, _ := strings.Cut("\n"+strings.ReplaceAll(string(m.Raw), "\r\n", "\n"), "\nMessage-ID: ")
		return rest
	}
	first := map[string]Mail{}
	for _, m := range mails {
		o, known := first[content(m)]
		if known != (m.Truth.Kind == KindDuplicate) {
			t.Errorf("%s is a %s, same content as %q", m.Name, m.Truth.Kind, o.Name)
		}
		if !known {
			first[content(m)] = m
		}
	}
}

func TestWrite(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "mail")
	if err := Write(dir); err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	_, mails := quarterForTest(t)
	if len(files) != len(mails) || files[0].Name() != "0001.eml" {
		t.Errorf("%d files from %s on, want %d", len(files), files[0].Name(), len(mails))
	}
}

func BenchmarkQuarter(b *testing.B) {
	for b.Loop() {
		if _, err := Quarter(); err != nil {
			b.Fatal(err)
		}
	}
}

// A part of a mail, read by the standard library.
type part struct {
	header  mail.Header
	charset string
	text    string
}

var decoder = mime.WordDecoder{CharsetReader: func(charset string, r io.Reader) (io.Reader, error) {
	return charsets[strings.ToLower(charset)].NewDecoder().Reader(r), nil
}}

func partsOf(t *testing.T, m Mail) []part {
	t.Helper()
	msg, err := mail.ReadMessage(bytes.NewReader(m.Raw))
	if err != nil {
		t.Fatalf("%s: %v", m.Name, err)
	}
	return walk(t, m.Name, msg.Header, msg.Body)
}

func walk(t *testing.T, name string, header mail.Header, body io.Reader) []part {
	t.Helper()
	declared := header.Get("Content-Type")
	if declared == "" {
		declared = "text/plain; charset=iso-2022-jp"
	}
	kind, params, err := mime.ParseMediaType(declared)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if strings.HasPrefix(kind, "multipart/") {
		var parts []part
		r := multipart.NewReader(body, params["boundary"])
		for {
			p, err := r.NextRawPart()
			if err == io.EOF {
				return parts
			}
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			parts = append(parts, walk(t, name, mail.Header(p.Header), p)...)
		}
	}
	switch header.Get("Content-Transfer-Encoding") {
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	}
	charset := strings.TrimPrefix(strings.ToLower(params["charset"]), "x-")
	if charset == "sjis" || charset == "shift-jis" {
		charset = "shift_jis"
	}
	if enc := charsets[charset]; enc != nil && charset != "utf-8" {
		body = enc.NewDecoder().Reader(body)
	}
	text, err := io.ReadAll(body)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return []part{{header, charset, strings.ReplaceAll(string(text), "\r\n", "\n")}}
}

// refang undoes what people do to addresses so that nobody clicks on them.
func refang(s string) string {
	s = strings.Map(func(r rune) rune {
		if r > 0xFF00 && r < 0xFF5F {
			return r - 0xFEE0
		}
		return r
	}, s)
	return strings.NewReplacer("hxxp", "http", "[.]", ".").Replace(s)
}
