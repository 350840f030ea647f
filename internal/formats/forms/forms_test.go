package forms

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"todoke/internal/desk"
)

// jpcert is a form as its blanks are printed, in our own words where the desk's prose does not matter.
const jpcert = `[Ver 3.02]
--- コンピュータセキュリティインシデント報告様式 ---
お送りいただく前に手引きをお読み下さい。
----------------------------------------------------------------------
1. 連絡先
----------------------------------------------------------------------
1-1 お名前、組織名称、部署名をご記入下さい。
名前:@name
組織名称:@organization
部署名:
1-2 連絡先の指定のある方はご記入下さい。指定がなければ、
発信元に返信致します。
電子メール:@email
FAX:
----------------------------------------------------------------------
2. この報告の目的 (記入が無い場合は情報提供として扱います)
----------------------------------------------------------------------
2-1 対応について、以下の [1] 以外をご希望の場合は、
項目 「2-2」 に具体的な内容をご記入下さい。
1: 情報提供
2: 質問
3: 関係サイトへの連絡を希望
@purpose
2-2 具体的な内容をご記入下さい。
@wish
----------------------------------------------------------------------
3. インシデントの概要
----------------------------------------------------------------------
3-1 アクセス元の情報をご記入下さい。
IP アドレス:@source
ホスト名:
3-2 アクセス先の情報をご記入下さい。
IP アドレス:@target
3-3 日時
発生日時:@started
タイムゾーン:@timezone
3-4 ログをご記入下さい。
@log
`

func fill(form string, pairs ...string) string {
	for i := 0; i < len(pairs); i += 2 {
		form = strings.ReplaceAll(form, "@"+pairs[i], pairs[i+1])
	}
	for _, blank := range []string{"name", "organization", "email", "purpose", "wish", "source", "target", "started", "timezone", "log"} {
		form = strings.ReplaceAll(form, "@"+blank, "")
	}
	return form
}

func TestRead(t *testing.T) {
	t.Parallel()
	full := fill(jpcert, "name", "川口 一郎", "organization", "架空商事株式会社", "email", "ichiro@shoji.example.jp", "purpose", "番号: 3", "wish", "管理者への連絡をお願いします。",
		"source", "203.0.113.7", "target", "192.0.2.10", "started", "2008/05/01 10:00", "timezone", "JST", "log", "May  1 10:00:01 gw sshd[1]: Failed password for root from 203.0.113.7\nMay  1 10:00:03 gw sshd[1]: Failed password for root from 203.0.113.7")
	fields := map[string]string{
		"name": "川口 一郎", "organization": "架空商事株式会社", "email": "ichiro@shoji.example.jp", "purpose": "3", "purpose_text": "管理者への連絡をお願いします。",
		"source": "203.0.113.7", "target": "192.0.2.10", "started": "2008/05/01 10:00", "timezone": "JST",
		"log": "May  1 10:00:01 gw sshd[1]: Failed password for root from 203.0.113.7\nMay  1 10:00:03 gw sshd[1]: Failed password for root from 203.0.113.7",
	}
	tests := []struct {
		why  string
		text string
		want desk.Form
	}{
		{"no form", "お世話になっております。名前: を聞かれました。", desk.Form{}},
		{"a mail about the form", "コンピュータセキュリティインシデント報告様式はどこで入手できますか。", desk.Form{}},
		{"all filled", full, desk.Form{Name: "jpcert-3.02", Purpose: desk.PurposeCoordination, Fields: fields}},
		{"quoted by a mail program", quote(full), desk.Form{Name: "jpcert-3.02", Purpose: desk.PurposeCoordination, Fields: fields}},
		{"nothing chosen is information", fill(jpcert, "name", "川口"), desk.Form{Name: "jpcert-3.02", Purpose: desk.PurposeInformation, Fields: map[string]string{"name": "川口"}}},
		{"full width answers", strings.ReplaceAll(fill(jpcert, "name", "川口", "purpose", "［２］", "source", "２０３．０．１１３．７"), ":", "："),
			desk.Form{Name: "jpcert-3.02", Purpose: desk.PurposeQuestion, Fields: map[string]string{"name": "川口", "source": "２０３．０．１１３．７"}}},
		{"an option marked in its line", strings.Replace(fill(jpcert, "name", "川口"), "3: 関係", "○3: 関係", 1), desk.Form{Name: "jpcert-3.02", Purpose: desk.PurposeCoordination, Fields: map[string]string{"name": "川口"}}},
		{"all other options deleted", strings.Replace(strings.Replace(fill(jpcert, "name", "川口"), "1: 情報提供\n", "", 1), "3: 関係サイトへの連絡を希望\n", "", 1),
			desk.Form{Name: "jpcert-3.02", Purpose: desk.PurposeQuestion, Fields: map[string]string{"name": "川口"}}},
		{"the title lost", strings.Replace(fill(jpcert, "name", "川口", "source", "203.0.113.7"), "--- コンピュータセキュリティインシデント報告様式 ---", "", 1),
			desk.Form{Name: "jpcert-3.02", Purpose: desk.PurposeInformation, Fields: map[string]string{"name": "川口", "source": "203.0.113.7"}}},
		{"NTT-CERT", "NTT-CERT インシデント報告様式 ver. 1.1\n\n1. 連絡先情報をご記入ください.\n\n  氏名 : 川口\n  組織名 : 架空商事\n  電話番号 : 03-0000-0000\n\n2. インシデントが発生したシステムに関する情報をご記入ください.\n\n  IPアドレス : 192.0.2.10\n  ホスト名 : www.shoji.example.jp\n  OS : Linux\n\n3. 発生したインシデントについてご記入ください.\n\n  インシデント種別 : 1\n  (下記の番号から選択してください)\n\n4. インシデントの詳細な情報についてご記入ください.\n\n  - アクセス元の情報\n      IPアドレス : 203.0.113.7\n      ホスト名 : bad.example.net\n\n  - 発生日時\n      タイムゾーン : JST\n      インシデント発生日時 : 2008/05/01\n      NTPによる同期 (有/無) : 有\n\n  - 該当ログ\n    (開示できる範囲でご記入ください)\nMay  1 10:00:01 gw sshd: x\n",
			desk.Form{Name: "ntt-cert-1.1", Purpose: desk.PurposeInformation, Fields: map[string]string{
				"name": "川口", "organization": "架空商事", "phone": "03-0000-0000", "target": "192.0.2.10", "target_host": "www.shoji.example.jp", "os": "Linux", "incident_type": "1",
				"source": "203.0.113.7", "source_host": "bad.example.net", "timezone": "JST", "started": "2008/05/01", "ntp": "有", "log": "May  1 10:00:01 gw sshd: x"}}},
		{"IPA virus form with boxes", "コンピュータウイルス届出様式\n(届出者)\n住所:東京都\n社名:架空工業\n氏名:川口\nE-Mail:k@kogyo.example.jp\n\n記\n1.ウイルス名称(不明な場合は症状):W32/Example\n5.発見方法:\n  ■セキュリティソフトにより発見 □その他( )\n",
			desk.Form{Name: "ipa-virus", Purpose: desk.PurposeInformation, Fields: map[string]string{
				"address": "東京都", "organization": "架空工業", "name": "川口", "email": "k@kogyo.example.jp", "incident_type": "W32/Example", "discovery": "セキュリティソフトにより発見"}}},
	}
	for _, tt := range tests {
		got, _ := Read(tt.text)
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.why, diff)
		}
	}
}

func quote(s string) string {
	return "> " + strings.ReplaceAll(s, "\n", "\n> ")
}

// The spans must stand where the values were written: a reader of roles relies on them.
func TestSpans(t *testing.T) {
	t.Parallel()
	text := fill(jpcert, "name", "川口", "source", "203.0.113.7", "log", "line one\nline two")
	_, fields := Read(text)
	got := map[string]string{}
	for _, f := range fields {
		got[f.Name] = text[f.Start:f.End]
	}
	want := map[string]string{"name": "川口", "source": "203.0.113.7", "log": "line one\nline two"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("spans (-want +got):\n%s", diff)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(jpcert)
	f.Add(fill(jpcert, "purpose", "3"))
	f.Add(quote(jpcert))
	f.Add(WriteTodoke("ja", desk.Form{Purpose: desk.PurposeQuestion, Fields: map[string]string{"details": "■ ログ\nx", "source": "192.0.2.1"}}))
	f.Fuzz(func(t *testing.T, text string) {
		form, fields := Read(text)
		for _, field := range fields {
			if field.Start < 0 || field.End > len(text) || field.Start > field.End {
				t.Fatalf("span %d to %d of %d", field.Start, field.End, len(text))
			}
		}
		if (form.Name == "") != (form.Fields == nil) {
			t.Fatalf("form %q with fields %v", form.Name, form.Fields)
		}
	})
}

func BenchmarkRead(b *testing.B) {
	text := fill(jpcert, "name", "川口", "log", strings.Repeat("May  1 10:00:01 gw sshd[1]: Failed password for root from 203.0.113.7\n", 20))
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		Read(text)
	}
}

func BenchmarkNoForm(b *testing.B) {
	text := strings.Repeat("お世話になっております。下記のとおり 203.0.113.7 から攻撃がありました。\n", 40)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		Read(text)
	}
}
