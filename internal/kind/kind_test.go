package kind

import (
	"fmt"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"

	"todoke/internal/desk"
)

// sample is one mail of testdata/mails.toml.
type sample struct {
	Why, Kind, From, Subject, Text, Quoted, Attribution string
	Notice                                              bool
	Blames, Parts                                       []string // of blames each an address and, where told, a class
	Headers                                             map[string][]string
}

func (s sample) input() Input {
	in := Input{
		Header: func(name string) []string { return s.Headers[name] },
		From:   desk.Mailbox{Address: s.From}, Subject: s.Subject,
		NewText: s.Text, QuotedText: s.Quoted, FullText: s.Text + s.Quoted, Attribution: s.Attribution,
		Own: func(address string) bool { return strings.HasSuffix(address, "@csirt.example.jp") },
	}
	for _, address := range s.Blames {
		address, class, _ := strings.Cut(address, " ")
		in.Tellings = append(in.Tellings, desk.Telling{Address: address, Class: desk.Class(class)})
	}
	for i, mediaType := range s.Parts {
		in.Parts = append(in.Parts, desk.PartInfo{Path: fmt.Sprint(i), Type: mediaType, Size: 100})
	}
	return in
}

func samples(t testing.TB, path string) []sample {
	var file struct{ Mail []sample }
	if _, err := toml.DecodeFile(path, &file); err != nil {
		t.Fatal(err)
	}
	return file.Mail
}

func TestDecide(t *testing.T) {
	t.Parallel()
	for _, s := range samples(t, "testdata/mails.toml") {
		got := Decide(s.input())
		if string(got.Kind) != s.Kind || got.Notice != s.Notice {
			t.Errorf("%s: %s, notice %v; want %s, %v\n  subject %q\n  reasons %q", s.Why, got.Kind, got.Notice, s.Kind, s.Notice, s.Subject, got.Reasons)
		}
		if len(got.Reasons) == 0 {
			t.Errorf("%s: no reasons", s.Why)
		}
	}
}

// TestVoices decides mails by their words and their place in a thread; of what they name nothing is known but that it is named.
func TestVoices(t *testing.T) {
	t.Parallel()
	for _, s := range samples(t, "testdata/voices.toml") {
		if s.From == "" {
			s.From = "someone@example.org"
		}
		in := s.input()
		in.Places = len(placeNamed.FindAllString(s.Text, -1))
		got := Decide(in)
		if string(got.Kind) != s.Kind || got.Notice != s.Notice {
			t.Errorf("%s: %s, notice %v; want %s, %v\n  %s\n  reasons %q", s.Subject, got.Kind, got.Notice, s.Kind, s.Notice, s.Text, got.Reasons)
		}
	}
}

// ours and theirs are texts of some 3 KB each.
var (
	japanese = strings.Repeat("昨夜から下記のアドレスより、弊社のサーバに対して総当たりでログインが試みられております。管理者への連絡をお願いいたします。\n", 16)
	english  = strings.Repeat("Since last night the address below tries to log in to our server with many passwords; please contact whoever runs it.\n", 26)
)

func BenchmarkDecide(b *testing.B) {
	for _, language := range []struct{ name, text string }{{"ja", japanese}, {"en", english}} {
		b.Run(language.name, func(b *testing.B) {
			in := sample{From: "a@example.org", Subject: "SSH brute force", Text: language.text, Blames: []string{"192.0.2.7"}}.input()
			b.SetBytes(int64(len(language.text)))
			b.ReportAllocs()
			for b.Loop() {
				Decide(in)
			}
		})
	}
}

func FuzzDecide(f *testing.F) {
	for _, s := range samples(f, "testdata/mails.toml") {
		f.Add(s.From, s.Subject, s.Text, s.Quoted)
	}
	f.Fuzz(func(t *testing.T, from, subject, text, quoted string) {
		d := Decide(sample{From: from, Subject: subject, Text: text, Quoted: quoted}.input())
		if !d.Kind.Valid() || len(d.Reasons) == 0 {
			t.Fatalf("kind %q with reasons %q", d.Kind, d.Reasons)
		}
		if d.Notice && d.Kind != desk.KindOutbound {
			t.Fatalf("a notice of kind %q", d.Kind)
		}
	})
}

// What is read of a text is bounded, so that a hostile one costs no more than a long one.
func TestDecideHostile(t *testing.T) {
	t.Parallel()
	for _, text := range []string{strings.Repeat("please ", 1<<20), strings.Repeat("\n> ", 1<<20), strings.Repeat("停止お願い", 1<<18), strings.Repeat("[", 1<<20)} {
		if d := Decide(sample{From: "desk@csirt.example.jp", Subject: text, Text: text, Quoted: text}.input()); d.Kind != desk.KindOutbound {
			t.Errorf("kind %q, want outbound", d.Kind)
		}
	}
}
