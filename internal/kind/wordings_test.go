package kind

import (
	"regexp"
	"testing"

	"github.com/BurntSushi/toml"
)

// TestWordings decides short mails by their words alone.
func TestWordings(t *testing.T) {
	t.Parallel()
	decideShort(t, "testdata/wordings.toml")
}

// TestRegisters decides short mails that speak as mails of another kind do, each with what blame finds in it.
func TestRegisters(t *testing.T) {
	t.Parallel()
	decideShort(t, "testdata/registers.toml")
}

// placeNamed finds what a text names on the net.
var placeNamed = regexp.MustCompile(`\w+://|\bwww\.|\b\d+\.\d+\.\d+\.\d+\b`)

// decideShort decides the mails of a file: lists of subject, text and tellings by kind.
func decideShort(t *testing.T, path string) {
	var file map[string][][]string
	if _, err := toml.DecodeFile(path, &file); err != nil {
		t.Fatal(err)
	}
	for kind, mails := range file {
		for _, mail := range mails {
			s := sample{From: "someone@example.org", Subject: mail[0], Text: mail[1], Blames: mail[2:]}
			want, notice := kind, false
			switch kind {
			case "reply":
				s.Headers = map[string][]string{"In-Reply-To": {"<1@csirt.example.jp>"}}
			case "auto-reply":
				s.Headers = map[string][]string{"Auto-Submitted": {"auto-replied"}}
			case "bounce":
				s.From = "MAILER-DAEMON@mx.example.org"
			case "notice", "answer":
				s.From = "report@csirt.example.jp"
				want, notice = "outbound", kind == "notice"
			}
			in := s.input()
			in.Places = len(placeNamed.FindAllString(mail[1], -1))
			got := Decide(in)
			if string(got.Kind) != want || got.Notice != notice {
				t.Errorf("%s: got %s, notice %v, want %s\n  %s\n  reasons %q", mail[0], got.Kind, got.Notice, kind, mail[1], got.Reasons)
			}
		}
	}
}
