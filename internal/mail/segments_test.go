package mail

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// segmentCases are texts with what each of their stretches is: kind, depth, attribution, and its first words.
var segmentCases = []struct {
	name string
	text string
	want []string
}{
	{"all new", "This is a report.\nNothing else.\n", []string{"new 0: This is a report."}},
	{"quoted answer", "Thank you.\n\nOn Sat, 12 Apr 2008 at 03:20, Taro Yamada wrote:\n> We see scans.\n>\n> Please act.\n\nDone.\n", []string{
		"new 0: Thank you.", "quoted 1 [On Sat, 12 Apr 2008 at 03:20, Taro Yamada wrote:]: On Sat,", "new 0: Done."}},
	{"attribution folded in two lines", "ok\n\nOn Sat, Apr 12, 2008 at 3:20 AM, Taro Yamada\n<yamada@example.jp> wrote:\n> scans\n", []string{
		"new 0: ok", "quoted 1 [On Sat, Apr 12, 2008 at 3:20 AM, Taro Yamada\n<yamada@example.jp> wrote:]: On Sat"}},
	{"levels", "yes\n\nA wrote:\n> B wrote:\n>> one\n>> two\n> three\n", []string{
		"new 0: yes", "quoted 1 [A wrote:]: A wrote:", "quoted 2: >> one", "quoted 1: > three"}},
	{"Japanese attribution", "了解しました。\n\n山田太郎さんは書きました:\n> 不正な接続があります。\n", []string{
		"new 0: 了解しました。", "quoted 1 [山田太郎さんは書きました:]: 山田太郎さん"}},
	{"Japanese date and address", "承知しました。\n\n2008年4月12日 3:20 山田太郎 <yamada@example.jp>:\n> ご確認ください。\n", []string{
		"new 0: 承知しました。", "quoted 1 [2008年4月12日 3:20 山田太郎 <yamada@example.jp>:]: 2008年"}},
	{"full-width marks", "はい。\n＞ 質問です。\n＞ 続きです。\n", []string{"new 0: はい。", "quoted 1: ＞ 質問"}},
	{"in message", "In message <a1@example.jp>\n\tyamada@example.jp wrote:\n> text\nok\n", []string{
		"quoted 1 [In message <a1@example.jp>\n\tyamada@example.jp wrote:]: In message", "new 0: ok"}},
	{"Outlook", "We blocked it.\n\n-----Original Message-----\nFrom: report@csirt.example.jp\nSent: Saturday, April 12, 2008 3:20 AM\nTo: abuse@example.net\nSubject: scans\n\nPlease act.\n", []string{
		"new 0: We blocked it.", "quoted 1 [-----Original Message-----\nFrom: report@csirt.example.jp\nSent: Saturday, April 12, 2008 3:20 AM\nTo: abuse@example.net\nSubject: scans]: -----Original"}},
	{"Outlook in Japanese without a separator", "対応しました。\n\n差出人: 届出窓口\n送信日時: 2008年4月12日 3:20\n宛先: 管理者\n件名: 調査のお願い\n\n調査をお願いします。\n", []string{
		"new 0: 対応しました。", "quoted 1 [差出人: 届出窓口\n送信日時: 2008年4月12日 3:20\n宛先: 管理者\n件名: 調査のお願い]: 差出人"}},
	{"a ticket system's copy of the request", "Customer's server was reinstalled.\n\n--- original request, received from notice@csirt.example.jp ---\nPlease act.\n", []string{
		"new 0: Customer's", "quoted 1: --- original"}},
	{"a form's copy of what was written", "担当より返信します。\n\n---- お問い合わせ内容 ----\n貴社のサーバについて\n", []string{"new 0: 担当より", "quoted 1: ---- お問い合わせ"}},
	{"Gmail forward", "FYI\n\n---------- Forwarded message ---------\nFrom: Bank <info@bank.example>\nDate: Sat, Apr 12, 2008\nSubject: Your account\nTo: <a@example.jp>\n\nClick here\n> old\n", []string{
		"new 0: FYI", "forwarded 0 [---------- Forwarded message ---------\nFrom: Bank <info@bank.example>\nDate: Sat, Apr 12, 2008\nSubject: Your account\nTo: <a@example.jp>]: ------", "forwarded 1: > old"}},
	{"Apple forward", "see below\n\nBegin forwarded message:\n\nFrom: a@example.com\nSubject: x\nDate: today\n\nbody\n", []string{
		"new 0: see below", "forwarded 0 [Begin forwarded message:\n\nFrom: a@example.com\nSubject: x\nDate: today]: Begin"}},
	{"Japanese forward with its end", "転送します。\n----- 転送ここから -----\n偽メールの本文\n----- 転送ここまで -----\n以上です。\n", []string{
		"new 0: 転送します。", "forwarded 0: ----- 転送ここから", "new 0: 以上です。"}},
	{"pasted header", "次のメールを受け取りました。\n\nFrom: bank@example.com\nTo: me@example.jp\nSubject: 重要\nDate: Sat, 12 Apr 2008 03:20:00 +0900\n\n口座を確認してください。\n", []string{
		"new 0: 次のメール", "forwarded 0 [From: bank@example.com\nTo: me@example.jp\nSubject: 重要\nDate: Sat, 12 Apr 2008 03:20:00 +0900]: From: bank"}},
	{"dashed signature", "Text.\n\n-- \nTaro Yamada\nhttp://www.example.jp/\n", []string{"new 0: Text.", "signature 0: -- "}},
	{"ruled signature", "よろしくお願いします。\n\n━━━━━━━━━━━━━━━━━━\n株式会社サンプル 山田太郎\nTEL: 03-0000-0000\nyamada@example.jp\n━━━━━━━━━━━━━━━━━━\n", []string{
		"new 0: よろしく", "signature 0: ━━━━━━"}},
	{"signature under one ruler", "以上です。\n_________________________\n山田太郎\nyamada@example.jp\n", []string{"new 0: 以上です。", "signature 0: _____"}},
	{"signature of dashes and stars", "以上\n*****=====*****\n 例示大学 情報センター\n E-mail: noc@example.ac.jp\n*****=====*****\n", []string{"new 0: 以上", "signature 0: *****"}},
	{"signature without ruler", "Please look into it.\n\n株式会社サンプル\n山田太郎\nTEL 03-0000-0000\nyamada@example.jp\n", []string{"new 0: Please", "signature 0: 株式会社"}},
	{"closing", "Please act on it.\n\nBest regards,\nJane Doe\nAbuse Team, Example Networks\n", []string{"new 0: Please", "signature 0: Best regards,"}},
	{"evidence between rulers is no signature", "ログです。\n------------------------\n2008-04-12 03:20:00 203.0.113.7 -> 192.0.2.1\nadmin@example.jp\n------------------------\n", []string{"new 0: ログ"}},
	{"list of addresses between rulers is no signature", "送信元:\n----------\nfoo@example.com\nbar@example.net\n----------\n", []string{"new 0: 送信元"}},
	{"list of URLs at the end is no signature", "Phishing sites:\n\nhttp://a.example/login\nhttp://b.example/login\nabuse@example.net\n", []string{"new 0: Phishing"}},
	{"thanks before a log is no closing", "Please stop this.\nThanks\nApr 12 03:20:00 sshd: Failed password from 203.0.113.7\n", []string{"new 0: Please"}},
	{"form with rulers", "------------------------------\n1. 連絡先\n氏名: 山田太郎\n電話: 03-0000-0000\n------------------------------\n2. 内容\n不正アクセスがありました。\n", []string{"new 0: ------"}},
	{"disclaimer", "Text.\n\nThis e-mail and any attachments are confidential and\nintended solely for the addressee.\n", []string{"new 0: Text.", "disclaimer 0: This e-mail"}},
	{"signature and disclaimer", "Text.\n\n-- \nJane\n\nCONFIDENTIALITY NOTICE: for the addressee only.\n", []string{"new 0: Text.", "signature 0: -- ", "disclaimer 0: CONF"}},
	{"mailing list footer", "Text.\n\n_______________________________________________\nabuse mailing list\nabuse@lists.example.org\n", []string{"new 0: Text.", "disclaimer 0: ____"}},
	{"signature before the quote", "Done.\n\n-- \nJane\n\nOn Sat, Apr 12, 2008, A <a@example.jp> wrote:\n> please\n", []string{
		"new 0: Done.", "signature 0: -- ", "quoted 1 [On Sat, Apr 12, 2008, A <a@example.jp> wrote:]: On Sat"}},
	{"table with pipes is no quotation", "| ip | port |\n| 203.0.113.7 | 22 |\n", []string{"new 0: | ip"}},
	{"pipes quote", "ok\n| first line\n| second line\n", []string{"new 0: ok", "quoted 1: | first"}},
	{"shell prompt is no quotation", "run this:\n$ ls > out\n", []string{"new 0: run"}},
	{"initials", "YT> 質問です。\n回答です。\n", []string{"quoted 1: YT>", "new 0: 回答"}},
	{"unmarked quotation to the end", "対応済みです。\n\n2008/04/12 03:20 届出窓口 <report@csirt.example.jp> さんは書きました:\n\n調査をお願いします。\n", []string{
		"new 0: 対応", "quoted 1 [2008/04/12 03:20 届出窓口 <report@csirt.example.jp> さんは書きました:]: 2008/04"}},
	{"what a server said is no quotation", "<a@example.jp>: host mx.example.jp said:\n550 no such user\n", []string{"new 0: <a@"}},
	{"a sentence before a pasted mail", "届いたのは以下のメール:\n口座を確認してください\n", []string{"new 0: 届いた"}},
	{"a sentence about transfer is no separator", "転送量が多いです。\nメールを転送しました。\n", []string{"new 0: 転送量"}},
}

func TestSegments(t *testing.T) {
	for _, c := range segmentCases {
		t.Run(c.name, func(t *testing.T) {
			segments := Segments(c.text)
			var got []string
			for i, s := range segments {
				line := string(s.Kind) + " " + string(rune('0'+s.Depth))
				if s.Attribution != "" {
					line += " [" + s.Attribution + "]"
				}
				text := strings.TrimLeft(c.text[s.Start:s.End], "\n")
				if i < len(c.want) {
					if _, first, ok := strings.Cut(c.want[i], "]: "); ok && s.Attribution != "" {
						text = text[:min(len(text), len(first))]
					} else if _, first, ok := strings.Cut(c.want[i], ": "); ok {
						text = text[:min(len(text), len(first))]
					}
				}
				got = append(got, line+": "+text)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}
