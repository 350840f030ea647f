package likeness_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"todoke/internal/likeness"
)

func TestFeatures(t *testing.T) {
	t.Parallel()
	tests := []struct {
		why, text string
		want      []string
	}{
		{"words and pairs of words", "Please stop", []string{"please", "stop", "please stop"}},
		{"a sign parts words", "stop, please", []string{"stop", "please"}},
		{"a line break does not", "stop\n  please", []string{"stop", "please", "stop please"}},
		{"the last word of a sentence", "is down.", []string{"is", "down", "is down"}},
		{"full-width letters are letters", "ＳＳＨ", []string{"ssh"}},
		{"a port is a feature, a long number none", "port 22 and 1234567", []string{"port", "22", "and"}},
		{"an address tells who, not what", "from 192.0.2.1 today", []string{"from", "today"}},
		{"nor do a URL and a mail address", "see http://www.example.com/x?y=1 or a.b@example.com", []string{"see", "or"}},
		{"pairs of Japanese characters", "不正侵入", []string{"不正", "正侵", "侵入"}},
		{"each once", "scan scan scan", []string{"scan", "scan scan"}},
		{"a line of signs", "----- stop ----- ...", []string{"stop"}},
		{"nothing", "", nil},
	}
	for _, test := range tests {
		got := likeness.Features(test.text)
		slices.Sort(got)
		slices.Sort(test.want)
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: %q (-want +got)\n%s", test.why, test.text, diff)
		}
	}
}

// taught is a model of two labels, told apart by one word each.
func taught() *likeness.Model {
	var examples []likeness.Example
	for _, text := range []string{"a page asks for a password", "the page copies a bank", "page asks for card numbers"} {
		examples = append(examples, likeness.Example{Features: likeness.Features(text), Label: "phishing"})
	}
	for _, text := range []string{"a probe of the port", "port sweep all night", "they probe every port"} {
		examples = append(examples, likeness.Example{Features: likeness.Features(text), Label: "scan"})
	}
	return likeness.Train(examples)
}

func TestOf(t *testing.T) {
	t.Parallel()
	model := taught()
	tests := []struct{ text, want string }{
		{"is this page real?", "phishing"},
		{"what is this port about", "scan"},
		{"hello", ""}, // nothing of it was seen before
	}
	for _, test := range tests {
		features := likeness.Features(test.text)
		got := likeness.Best(model.Of(features))
		if got.Label != test.want {
			t.Errorf("%q is like %q, want %q", test.text, got.Label, test.want)
		}
		if test.want != "" && (got.Share <= 0.5 || got.Share >= 1 || len(model.Heard(features, got.Label)) == 0) {
			t.Errorf("%q: share %.2f, heard %q", test.text, got.Share, model.Heard(features, got.Label))
		}
	}
	of := func(text string) likeness.Likeness { return likeness.Best(model.Of(likeness.Features(text))) }
	if clear, torn := of("the page"), of("the page on the port"); torn.Share >= clear.Share {
		t.Errorf("a text with words of both labels is as sure (%.2f) as one with words of one (%.2f)", torn.Share, clear.Share)
	}
}

func TestTable(t *testing.T) {
	t.Parallel()
	model := taught()
	var table, again bytes.Buffer
	if err := model.Table(&table); err != nil {
		t.Fatal(err)
	}
	read, err := likeness.Parse(table.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if err := read.Table(&again); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(table.String(), again.String()); diff != "" {
		t.Errorf("written and read again (-want +got)\n%s", diff)
	}
	features := likeness.Features("this page")
	if diff := cmp.Diff(model.Of(features), read.Of(features)); diff != "" {
		t.Errorf("likeness by the table read (-want +got)\n%s", diff)
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for _, table := range []string{"", "a\tb\nword\t2:1.0\n", "a\tb\nword\tone:1.0\n", "a\tb\nword\t0:much\n", "a\tb\nword\n"} {
		if _, err := likeness.Parse([]byte(table)); err == nil {
			t.Errorf("the table %q is taken", table)
		}
	}
}

// TestTrainIsSteady learns twice from the same: a table that changed by itself could not be reviewed.
func TestTrainIsSteady(t *testing.T) {
	t.Parallel()
	var one, two bytes.Buffer
	if err := taught().Table(&one); err != nil {
		t.Fatal(err)
	}
	if err := taught().Table(&two); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(one.String(), two.String()); diff != "" {
		t.Errorf("the same examples give another table (-one +two)\n%s", diff)
	}
}

func TestHostileText(t *testing.T) {
	t.Parallel()
	for _, text := range []string{strings.Repeat("あ", 1<<20), strings.Repeat("a.", 1<<20), strings.Repeat("\xff", 1<<20), strings.Repeat("a ", 1<<20), strings.Repeat("-", 1<<20), strings.Repeat("- ", 1<<20)} {
		if n := len(likeness.Features(text)); n > 8<<10 {
			t.Errorf("%q…: %d features", text[:4], n)
		}
	}
}

func BenchmarkFeatures(b *testing.B) {
	text := strings.Repeat("サーバへの不審なアクセスがありました。 The log below shows it, port 22. ", 35)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		likeness.Features(text)
	}
}
