package kind_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"todoke/internal/desk"
	"todoke/internal/kind"
	"todoke/internal/mail"
)

// The bounces and automatic answers of very many mail systems: 99% must be known. Feedback loops are reports.
func TestCorpusBounces(t *testing.T) {
	t.Parallel()
	corpus := os.Getenv("TODOKE_CORPUS")
	if corpus == "" {
		t.Skip("TODOKE_CORPUS is not set: the bounces of others are not checked")
	}
	files, err := filepath.Glob(filepath.Join(corpus, "mails/sisimai+set-of-emails/maildir/*/*.eml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no mails in %s: %v", corpus, err)
	}
	right := 0
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		got, want := kind.Decide(read(raw)), wantOf(filepath.Base(file))
		if got.Kind == want || want == "" && got.Kind != desk.KindBounce {
			right++
			continue
		}
		t.Logf("%s: %s, want %s: %q", filepath.Base(file), got.Kind, want, got.Reasons)
	}
	if right*100 < len(files)*99 {
		t.Errorf("%d of %d right, want 99%%", right, len(files))
	}
}

// wantOf tells the kind by the name of the file, which is that of the sending system. "" is anything but a bounce.
func wantOf(name string) desk.Kind {
	switch {
	case strings.HasPrefix(name, "arf"):
		return desk.KindReport
	case strings.HasPrefix(name, "rfc3834"):
		return desk.KindAutoReply
	case strings.HasPrefix(name, "is-not-bounce"):
		return ""
	}
	return desk.KindBounce
}

func read(raw []byte) kind.Input {
	m := mail.Parse(raw, mail.Limits{})
	in := kind.Input{Header: m.Header.Values, Subject: m.Header.Subject(), FullText: m.BodyText(), NewText: m.BodyText()}
	if from := m.Header.AddressList("From"); len(from) > 0 {
		in.From = desk.Mailbox{Name: from[0].Name, Address: from[0].Address}
	}
	for _, p := range m.Parts {
		in.Parts = append(in.Parts, desk.PartInfo{Path: p.Path, Type: p.Type, Size: len(p.Body)})
	}
	return in
}
