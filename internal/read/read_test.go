package read_test

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"todoke/internal/blame"
	"todoke/internal/classify"
	"todoke/internal/desk"
	"todoke/internal/read"
)

var now = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// mailOf puts a mail together of header lines and a body.
func mailOf(header, body string) []byte {
	return []byte(strings.ReplaceAll(header+"\n\n"+body, "\n", "\r\n"))
}

func TestReceipt(t *testing.T) {
	t.Parallel()
	const received = "Received: from a by b; Tue, 1 Apr 2008 09:00:00 +0900"
	mbox := time.Date(2008, 4, 2, 0, 0, 0, 0, time.UTC)
	for _, each := range []struct {
		why, header string
		mbox        time.Time
		at, from    string
	}{
		{"the topmost Received field", received + "\nReceived: from c by d; Mon, 31 Mar 2008 00:00:00 +0000\nDate: Thu, 3 Apr 2008 09:00:00 +0900", mbox, "2008-04-01T09:00:00+09:00", desk.ReceivedFromHeader},
		{"no Received field: the mbox From line", "Date: Thu, 3 Apr 2008 09:00:00 +0900", mbox, "2008-04-02T00:00:00Z", desk.ReceivedFromMbox},
		{"neither: the Date", "Date: Thu, 3 Apr 2008 09:00:00 +0900", time.Time{}, "2008-04-03T09:00:00+09:00", desk.ReceivedFromDate},
		{"a Received field of the future is not believed", "Received: from a by b; Fri, 1 Apr 2039 09:00:00 +0900\nDate: Thu, 3 Apr 2008 09:00:00 +0900", time.Time{}, "2008-04-03T09:00:00+09:00", desk.ReceivedFromDate},
		{"nothing to believe: the clock", "Date: Fri, 1 Apr 2039 09:00:00 +0900", time.Time{}, "2026-01-01T00:00:00Z", desk.ReceivedFromClock},
	} {
		got := reader().Read(mailOf(each.header, "text"), read.Envelope{MboxFrom: each.mbox, Now: now})
		if diff := cmp.Diff([]string{each.at, each.from}, []string{got.Received.Format(time.RFC3339), got.ReceivedFrom}); diff != "" {
			t.Errorf("%s (-want +got):\n%s", each.why, diff)
		}
	}
}

func TestLanguage(t *testing.T) {
	t.Parallel()
	for _, each := range []struct{ why, header, body, want string }{
		{"kana", "From: a@example.com\nContent-Type: text/plain; charset=utf-8", "これは", "ja"},
		{"kanji alone from Japan", "From: a@example.jp\nSubject: 無題\nContent-Type: text/plain; charset=utf-8", "203.0.113.5", "ja"},
		{"kanji alone from elsewhere", "From: a@example.cn\nContent-Type: text/plain; charset=utf-8", "攻击", "en"},
		{"English", "From: a@example.jp", "hello", "en"},
	} {
		if got := reader().Read(mailOf(each.header, each.body), read.Envelope{Now: now}); got.Language != each.want {
			t.Errorf("%s: got %s, want %s", each.why, got.Language, each.want)
		}
	}
}

func TestReporterTLD(t *testing.T) {
	t.Parallel()
	for _, each := range []struct{ why, header, body, want string }{
		{"From", "From: a@example.co.jp", "x", "jp"},
		{"Reply-To goes before From", "From: a@example.com\nReply-To: b@example.de", "x", "de"},
		{"no mail domain", "From: root@localhost", "x", ""},
		{"an address literal has none", "From: root@[192.0.2.1]", "x", ""},
		{"our own address in Reply-To says nothing", "From: a@example.fr\nReply-To: report@csirt.example.jp", "x", "fr"},
	} {
		if got := reader().Read(mailOf(each.header, each.body), read.Envelope{Now: now}); got.ReporterTLD != each.want {
			t.Errorf("%s: got %q, want %q", each.why, got.ReporterTLD, each.want)
		}
	}
}

// TestContent: each delivery of one mail has the same digest, another mail has another.
func TestContent(t *testing.T) {
	t.Parallel()
	digest := func(header, body string) string {
		return reader().Read(mailOf(header, body), read.Envelope{Now: now}).Content
	}
	const header = "From: a@example.jp\nSubject: s\nDate: Thu, 3 Apr 2008 09:00:00 +0900\nContent-Type: text/plain; charset=utf-8"
	one := digest(header, "first line\nsecond line\n")
	for why, other := range map[string]string{
		"another way":                    digest("Received: from x by y; Thu, 3 Apr 2008 10:00:00 +0900\n"+header, "first line\nsecond line\n"),
		"blanks at line ends taken away": digest(header, "first line \nsecond line\n\n"),
		"another transfer encoding":      digest(header+"\nContent-Transfer-Encoding: quoted-printable", "first=20line\nsecond line\n"),
	} {
		if other != one {
			t.Errorf("%s: the digest is another", why)
		}
	}
	for why, other := range map[string]string{
		"another text":    digest(header, "first line\nthird line\n"),
		"another subject": digest(strings.Replace(header, "Subject: s", "Subject: t", 1), "first line\nsecond line\n"),
		"another sender":  digest(strings.Replace(header, "a@example", "b@example", 1), "first line\nsecond line\n"),
	} {
		if other == one {
			t.Errorf("%s: the digest is the same", why)
		}
	}
}

// TestHeldQuotes: what is quoted of our own mail, or of the thread, is not in the text that counts; what is forwarded is.
func TestHeldQuotes(t *testing.T) {
	t.Parallel()
	for _, each := range []struct {
		why, header, body string
		kept              bool
	}{
		{"our mail", "From: a@example.jp", "Thanks.\n\nOn Tue, Apr 1, 2008, report@csirt.example.jp wrote:\n> 203.0.113.99 attacks\n", false},
		{"the thread", "From: a@example.jp\nIn-Reply-To: <1@x>", "Thanks.\n\nOn Tue, Apr 1, 2008, b@example.org wrote:\n> 203.0.113.99 attacks\n", false},
		{"under our number", "From: a@example.jp\nSubject: Re: your host, CSIRT-2008-0412", "Not ours.\n\n> 203.0.113.99 attacks\n", false},
		{"under no number", "From: a@example.jp\nSubject: Re: your host", "Not ours.\n\n> 203.0.113.99 attacks\n", true},
		{"a complaint passed on", "From: a@example.jp", "Please see.\n\nOn Tue, Apr 1, 2008, b@example.org wrote:\n> 203.0.113.99 attacks\n", true},
	} {
		got := reader().Read(mailOf(each.header, each.body), read.Envelope{Now: now})
		if strings.Contains(got.Text, "203.0.113.99") != each.kept {
			t.Errorf("%s: kept is %v, want %v, in %q", each.why, !each.kept, each.kept, got.Text)
		}
	}
}

// TestFault: a fault of the program on one mail makes that mail unreadable and nothing else.
func TestFault(t *testing.T) {
	t.Parallel()
	faulty := read.New(read.Settings{Brands: classify.Known(), Blame: blame.Config{Legitimate: func(string) bool { panic("broken") }}})
	got := faulty.Read(mailOf("From: a@example.com", "phishing at http://www.example.net/login"), read.Envelope{Now: now})
	if got.Kind != desk.KindUnreadable || len(got.Problems) != 1 || !strings.Contains(got.Problems[0].Problem, "broken") {
		t.Errorf("got kind %s, problems %v", got.Kind, got.Problems)
	}
}

// TestNoMail: a file that is no mail is unreadable and blames nobody, also where it is text; one field of a header is enough.
func TestNoMail(t *testing.T) {
	t.Parallel()
	const log = "Jun 10 10:00:00 host sshd[1]: Failed password for root from 198.51.100.7 port 4000 ssh2\n"
	random := rand.New(rand.NewPCG(1, 2))
	noise := make([]byte, 50_000)
	for i := range noise {
		noise[i] = byte(random.Uint32())
	}
	jpeg := append([]byte("\xFF\xD8\xFF\xE0\x00\x10JFIF\x00\x01\x01\x00\x00\x01"), noise...)
	elf := append([]byte("\x7FELF\x02\x01\x01\x00\x00\x00\x00\x00"), make([]byte, 4000)...)
	for name, raw := range map[string][]byte{"noise": noise, "a picture": jpeg, "a program": elf, "a log": []byte(log), "a table": []byte("month,reports\n2008-04,1\n")} {
		got := reader().Read(raw, read.Envelope{Now: now})
		if got.Kind != desk.KindUnreadable || len(got.Incidents) > 0 {
			t.Errorf("%s: kind %s, %d incidents", name, got.Kind, len(got.Incidents))
		}
	}
	got := reader().Read([]byte("From: a@example.com\n\n"+log), read.Envelope{Now: now})
	if got.Kind != desk.KindReport || len(got.Incidents) != 1 {
		t.Errorf("with one field: kind %s, %d incidents", got.Kind, len(got.Incidents))
	}
}

// FuzzRead: whatever comes, there is a reading that names its time and kind.
func FuzzRead(f *testing.F) {
	f.Add([]byte(""))
	f.Add([]byte("From: a@b\n\n203.0.113.5 attacks"))
	f.Add(mailOf("From: a@example.jp\nContent-Type: multipart/mixed; boundary=x", "--x\n\nphishing http://203.0.113.5/\n--x--"))
	r := reader()
	f.Fuzz(func(t *testing.T, raw []byte) {
		got := r.Read(raw, read.Envelope{Now: now})
		if got.Received == nil || !got.Kind.Valid() {
			t.Errorf("no time or no kind: %+v", got)
		}
		for _, problem := range got.Problems {
			if strings.HasPrefix(problem.Problem, read.Fault) {
				t.Error(problem.Problem)
			}
		}
		for _, telling := range got.Incidents {
			if telling.Address == "" || !telling.Class.Valid() {
				t.Errorf("a telling without address or class: %+v", telling)
			}
		}
	})
}
