package mailauth_test

import (
	"strings"
	"testing"

	"todoke/internal/mailauth"
	"todoke/internal/mailauth/verdict"
)

func TestWords(t *testing.T) {
	t.Parallel()
	cases := []struct {
		r      mailauth.Results
		en, ja string
	}{
		{mailauth.Results{From: "example.jp",
			SPF:   mailauth.SPF{Verdict: "softfail", Source: "computed", Domain: "lists.example"},
			DKIM:  mailauth.DKIM{Verdict: "pass", Source: "computed", Domains: []string{"example.jp", "lists.example"}, Aligned: true},
			DMARC: mailauth.DMARC{Verdict: "pass", Source: "computed"}, ARC: mailauth.ARC{Verdict: "none"}},
			"The mail is from example.jp as it says (signed by example.jp, lists.example; envelope of lists.example: probably not its machine).",
			"差出人のドメイン example.jp は本物と確かめられました（example.jp・lists.example の署名は有効、封筒のドメイン lists.example：おそらく無関係の機器から）。"},
		{mailauth.Results{From: "example.jp",
			SPF:   mailauth.SPF{Verdict: "none", Reason: verdict.NoClient},
			DKIM:  mailauth.DKIM{Verdict: "fail", Reason: verdict.BodyChanged, Source: "computed", Failed: []string{"example.jp"}},
			DMARC: mailauth.DMARC{Verdict: "fail", Source: "computed", Policy: "reject"},
			ARC:   mailauth.ARC{Verdict: "pass", Sealers: []string{"lists.example"}}},
			"The mail is not shown to be from example.jp, which asks not to believe such mail (signature of example.jp: failed, the text was changed after signing; SPF: unknown, it is not known which machine sent it; forwarded by lists.example with an unbroken chain).",
			"差出人のドメイン example.jp は確かめられません。このドメインは、そのようなメールを信じないよう求めています（example.jp の署名：不合格・署名の後に本文が変わった、SPF: 不明・送信した機器が不明、転送元 lists.example の連鎖は有効）。"},
		{mailauth.Results{From: "example.jp", SPF: mailauth.SPF{Verdict: "none", Reason: verdict.NoRecord}, DKIM: mailauth.DKIM{Verdict: "none"},
			DMARC: mailauth.DMARC{Verdict: "none", Source: "ours"}, ARC: mailauth.ARC{Verdict: "none"}},
			"Nothing shows whether the mail is from example.jp (not signed; SPF: unknown, the domain publishes nothing; as our own mail server found).",
			"差出人のドメイン example.jp が本物かどうかを示すものがありません（署名なし、SPF: 不明・ドメインの公開情報なし、自組織のメールサーバの記録による）。"},
		{mailauth.Results{From: "example.jp", SPF: mailauth.SPF{Verdict: "none", Reason: verdict.NoSender},
			DKIM:  mailauth.DKIM{Verdict: "temperror", Reason: verdict.DNSTrouble, Failed: []string{"example.jp"}},
			DMARC: mailauth.DMARC{Verdict: "temperror"}, ARC: mailauth.ARC{Verdict: "fail", Reason: verdict.Broken}},
			"Whether the mail is from example.jp could not be found out now, as DNS did not answer (signature of example.jp: not known now, DNS did not answer; SPF: unknown, the envelope names no domain; ARC: failed, the chain is not whole).",
			"DNS の応答がなく、差出人のドメイン example.jp が本物か今は分かりません（example.jp の署名：今は不明・DNS の応答なし、SPF: 不明・封筒にドメインがない、ARC: 不合格・連鎖が揃っていない）。"},
		{mailauth.Results{SPF: mailauth.SPF{Verdict: "pass", Domain: "open.example", Reason: verdict.OpenToAll}, DKIM: mailauth.DKIM{Verdict: "permerror", Reason: verdict.TooLarge},
			DMARC: mailauth.DMARC{Verdict: "permerror", Reason: verdict.NoFrom}, ARC: mailauth.ARC{Verdict: "none"}},
			"The mail does not name one sender (DKIM: unusable, the header is too large; envelope of open.example: passed, but the domain lets anybody send).",
			"差出人が一つに決まりません（DKIM: 使えない・ヘッダが大きすぎる、封筒のドメイン open.example：合格・ただし誰でも送れる設定）。"},
		{mailauth.Results{From: "example.jp", SPF: mailauth.SPF{Verdict: "none", Reason: verdict.NotChecked}, DKIM: mailauth.DKIM{Verdict: "none", Reason: verdict.NotChecked},
			DMARC: mailauth.DMARC{Verdict: "fail", Policy: "none"}, ARC: mailauth.ARC{Verdict: "pass", Sealers: []string{"lists.example"}, Vouched: "lists.example"}},
			"The trusted forwarder lists.example saw that the mail is from example.jp (DKIM: unknown, not checked; SPF: unknown, not checked; forwarded by lists.example with an unbroken chain).",
			"信頼する転送元 lists.example が、差出人のドメイン example.jp を本物と確かめています（DKIM: 不明・未確認、SPF: 不明・未確認、転送元 lists.example の連鎖は有効）。"},
	}
	for _, c := range cases {
		if got := c.r.Words("en"); got != c.en {
			t.Errorf("got  %s\nwant %s", got, c.en)
		}
		if got := c.r.Words("ja"); got != c.ja {
			t.Errorf("got  %s\nwant %s", got, c.ja)
		}
	}
}

// TestEveryReason: each reason that a signature, an envelope or a chain can have is said in both languages.
func TestEveryReason(t *testing.T) {
	t.Parallel()
	for _, reason := range []verdict.Reason{verdict.BodyChanged, verdict.BodyLength, verdict.HeaderChanged, verdict.Expired, verdict.NoKey,
		verdict.BadKey, verdict.KeyRevoked, verdict.WeakKey, verdict.WeakAlgorithm, verdict.Testing, verdict.Malformed, verdict.FromUnsigned,
		verdict.DNSTrouble, verdict.TooManyLookups, verdict.TooLarge, verdict.TooMany, verdict.NoClient, verdict.NoSender, verdict.OpenToAll,
		verdict.NoRecord, verdict.Broken, verdict.SealedAsFailed, verdict.NotChecked} {
		for _, lang := range []string{"en", "ja"} {
			with := mailauth.Results{ARC: mailauth.ARC{Verdict: "fail", Reason: reason}}
			without := mailauth.Results{ARC: mailauth.ARC{Verdict: "fail"}}
			if with.Words(lang) == without.Words(lang) {
				t.Errorf("%s: nothing is said of %s", lang, reason)
			}
		}
	}
	if strings.Contains(mailauth.Results{}.Words("ja"), "%!") {
		t.Error("words for nothing at all are broken")
	}
}
