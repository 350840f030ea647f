package forms

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"todoke/internal/desk"
)

func TestReadTodoke(t *testing.T) {
	t.Parallel()
	form := func(purpose desk.Purpose, pairs ...string) desk.Form {
		f := desk.Form{Name: TodokeName, Purpose: purpose, Fields: map[string]string{}}
		for i := 0; i < len(pairs); i += 2 {
			f.Fields[pairs[i]] = pairs[i+1]
		}
		return f
	}
	tests := []struct {
		why  string
		text string
		want desk.Form
	}{
		{"in Japanese, all choices", "Todoke 届出フォーム 第1版\n\n■ インシデントの種類\nフィッシング\n\n■ 届出の目的\n関係者への連絡を希望\n\n■ 届出者の名前を伝えてよい範囲\n誰にも伝えない\n\n■ 返信先\nk@shoji.example.jp\n\n■ 攻撃元のアドレス\n192.0.2.1\nwww.example.com\n",
			form(desk.PurposeCoordination, "incident_type", "phishing", "naming", "nobody", "email", "k@shoji.example.jp", "source", "192.0.2.1\nwww.example.com")},
		{"in English, CRLF", "Todoke report form, version 1\r\n\r\n■ Purpose of this report\r\nTo ask a question\r\n\r\n■ Log\r\na\r\n\r\nb\r\n",
			form(desk.PurposeQuestion, "log", "a\n\nb")},
		{"nothing filled is information", "Todoke 届出フォーム 第1版\n", form(desk.PurposeInformation)},
		{"a heading that was typed is text", "Todoke 届出フォーム 第1版\n\n■ 何が起きたか\nメールには\n ■ 返信先\n  ■ と\nありました。\n",
			form(desk.PurposeInformation, "details", "メールには\n■ 返信先\n ■ と\nありました。")},
		{"told twice: the first holds", "Todoke 届出フォーム 第1版\n■ お名前\n川口\n■ お名前\n別人\n", form(desk.PurposeInformation, "name", "川口")},
		{"a heading of another version ends the value before it", "Todoke 届出フォーム 第1版\n■ お名前\n川口\n■ 電話\n03\n", form(desk.PurposeInformation, "name", "川口")},
		{"the title inside a mail makes no form", "こんにちは。\nTodoke 届出フォーム 第1版\n■ お名前\n川口\n", desk.Form{}},
	}
	for _, tt := range tests {
		got, _ := Read(tt.text)
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.why, diff)
		}
	}
}

// What was typed comes back, in both languages, and each value stands where its field says.
func TestTodokeRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		lang := rapid.SampledFrom([]string{"ja", "en"}).Draw(t, "lang")
		form := desk.Form{Name: TodokeName, Purpose: desk.Purpose(rapid.SampledFrom(TodokePurposes()).Draw(t, "purpose").Value), Fields: map[string]string{}}
		form.Fields["incident_type"] = rapid.SampledFrom(TodokeKinds()).Draw(t, "kind").Value
		form.Fields["naming"] = rapid.SampledFrom(TodokeNaming()).Draw(t, "naming").Value
		for _, name := range []string{"name", "email", "source", "target", "details", "log"} {
			lines := rapid.SliceOf(rapid.StringMatching(`[ \t]{0,2}(■ ?(ログ|お名前|Log)?|[a-z.>:]{0,6}|[あ-ん]{0,3})`)).Draw(t, name)
			if value := strings.TrimSpace(strings.Join(lines, "\n")); value != "" {
				form.Fields[name] = value
			}
		}
		text := WriteTodoke(lang, form)
		got, fields := Read(text)
		if diff := cmp.Diff(form, got); diff != "" {
			t.Fatalf("%s\n(-want +got):\n%s", text, diff)
		}
		for _, f := range fields {
			if written := text[f.Start:f.End]; len(f.Value) > 0 && valueOf(written, nil) != f.Value && !isChoice(f) {
				t.Fatalf("field %s: %q stands at %q", f.Name, f.Value, written)
			}
		}
	})
}

func isChoice(f Field) bool { return f.Name == "incident_type" || f.Name == "naming" }
