package htmltext

import (
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

var cases = []struct{ name, page, want string }{
	{"paragraphs", "<p>one</p><p>two</p>", "one\n\ntwo\n"},
	{"white space", "<div> a\n  b </div><div>c</div>", "a b\nc\n"},
	{"line breaks", "a<br>b<br/><br>c", "a\nb\n\nc\n"},
	{"entities", "&lt;&amp;&#x5c4a;&nbsp;x", "<&届 x\n"},
	{"scripts and styles", "a<script>b<p></script><style>c</style><!-- d -->e", "ae\n"},
	{"list", "<ul><li>a<li>b</ul>", "- a\n- b\n"},
	{"table", "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>", "a\tb\nc\td\n"},
	{"preformatted", "<pre>a  b\n  c</pre>", "a  b\n  c\n"},
	{"quotation", "yes<blockquote>one<br>two</blockquote>no", "yes\n> one\n> two\nno\n"},
	{"link that shows something else", `<a href="http://203.0.113.7/x">http://bank.example/</a>`, "http://bank.example/ <http://203.0.113.7/x>\n"},
	{"link that shows its target", `<a href="http://a.example/">http://a.example</a>`, "http://a.example\n"},
	{"mail link", `<a href="mailto:a@example.jp">write</a>`, "write\n"},
	{"image", `<img alt="logo" src="cid:x">`, "logo\n"},
	{"link not closed", `<a href="http://a.example/">x<p>y`, "x\n\ny <http://a.example/>\n"},
	{"formatting inside a word", "sc<b>an</b>ner", "scanner\n"},
}

func TestConvert(t *testing.T) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, string(Convert(c.page).Text)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestLinks(t *testing.T) {
	page := `<a href="http://203.0.113.7/x"><b>bank</b></a><a href="mailto:a@example.jp">mail</a><a href="#top">up</a><img src="https://t.example/p.gif"><form action="http://203.0.113.7/
post">`
	want := []Link{{"bank", "http://203.0.113.7/x"}, {"mail", "mailto:a@example.jp"}, {"", "https://t.example/p.gif"}, {"", "http://203.0.113.7/post"}}
	if diff := cmp.Diff(want, Convert(page).Links); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestDeclaredCharset(t *testing.T) {
	for page, want := range map[string]string{
		`<meta http-equiv="Content-Type" content="text/html; charset=Shift_JIS">`: "shift_jis",
		`<meta charset="euc-jp">`:                "euc-jp",
		`<?xml version="1.0" encoding="utf-8"?>`: "utf-8",
		`<p>charset</p>`:                         "",
	} {
		if got := DeclaredCharset([]byte(page)); got != want {
			t.Errorf("%s: %q, want %q", page, got, want)
		}
	}
}

func FuzzConvert(f *testing.F) {
	for _, c := range cases {
		f.Add(c.page)
	}
	f.Fuzz(func(t *testing.T, page string) {
		if !utf8.ValidString(page) {
			return // the caller has decoded it
		}
		doc := Convert(page)
		if !utf8.Valid(doc.Text) {
			t.Error("not UTF-8")
		}
		if len(doc.Text) > 8*len(page)+1000 {
			t.Errorf("%d bytes made of %d", len(doc.Text), len(page))
		}
	})
}
