package mailauth

import (
	"fmt"
	"strings"

	"todoke/internal/mailauth/verdict"
)

// Words says to a handler what is known of the sender: whether From is to be believed, and by what. lang is "ja" or "en".
func (r Results) Words(lang string) string {
	w := english
	if lang == "ja" {
		w = japanese
	}
	details := []string{r.dkimWords(w), r.spfWords(w)}
	if r.ARC.Verdict != verdict.None {
		details = append(details, r.arcWords(w))
	}
	if r.SPF.Source == Ours || r.DKIM.Source == Ours || r.DMARC.Source == Ours {
		details = append(details, w.ours)
	}
	return r.conclusion(w) + w.open + strings.Join(details, w.comma) + w.close
}

// conclusion is the first half: whose the mail is.
func (r Results) conclusion(w wording) string {
	switch {
	case r.From == "":
		return w.noFrom
	case r.ARC.Vouched != "":
		return fmt.Sprintf(w.vouched, r.ARC.Vouched, r.From)
	case r.Trusted():
		return fmt.Sprintf(w.trusted, r.From)
	case r.DMARC.Verdict == verdict.Fail && (r.DMARC.Policy == "reject" || r.DMARC.Policy == "quarantine"):
		return fmt.Sprintf(w.refused, r.From)
	case r.DMARC.Verdict == verdict.Fail:
		return fmt.Sprintf(w.notShown, r.From)
	case r.Temporary():
		return fmt.Sprintf(w.dnsTrouble, r.From)
	}
	return fmt.Sprintf(w.unknown, r.From)
}

func (r Results) dkimWords(w wording) string {
	d := r.DKIM
	switch {
	case d.Verdict == verdict.Pass:
		return fmt.Sprintf(w.signed, strings.Join(d.Domains, w.list))
	case len(d.Failed) > 0:
		return fmt.Sprintf(w.signatureOf, strings.Join(d.Failed, w.list)) + w.verdict(d.Verdict, d.Reason)
	case d.Verdict == verdict.None && d.Reason == "":
		return w.unsigned
	}
	return "DKIM: " + w.verdict(d.Verdict, d.Reason)
}

func (r Results) spfWords(w wording) string {
	s := r.SPF
	if s.Domain == "" || s.Verdict == verdict.None {
		return "SPF: " + w.verdict(s.Verdict, s.Reason)
	}
	return fmt.Sprintf(w.envelope, s.Domain) + w.verdict(s.Verdict, s.Reason)
}

func (r Results) arcWords(w wording) string {
	if r.ARC.Verdict == verdict.Pass {
		return fmt.Sprintf(w.sealed, strings.Join(r.ARC.Sealers, w.list))
	}
	return "ARC: " + w.verdict(r.ARC.Verdict, r.ARC.Reason)
}

// wording is what is said, in one language.
type wording struct {
	trusted, vouched, refused, notShown, dnsTrouble, unknown, noFrom string // of the domain of From
	signed, signatureOf, unsigned, envelope, sealed, ours            string
	open, comma, list, close, because                                string // between the pieces
	verdicts                                                         map[verdict.Verdict]string
	reasons                                                          map[verdict.Reason]string
}

// verdict says a verdict and why.
func (w wording) verdict(v verdict.Verdict, reason verdict.Reason) string {
	if text := w.reasons[reason]; text != "" {
		return fmt.Sprintf(w.because, w.verdicts[v], text)
	}
	return w.verdicts[v]
}

var english = wording{
	trusted:     "The mail is from %s as it says",
	vouched:     "The trusted forwarder %s saw that the mail is from %s",
	refused:     "The mail is not shown to be from %s, which asks not to believe such mail",
	notShown:    "The mail is not shown to be from %s",
	dnsTrouble:  "Whether the mail is from %s could not be found out now, as DNS did not answer",
	unknown:     "Nothing shows whether the mail is from %s",
	noFrom:      "The mail does not name one sender",
	signed:      "signed by %s",
	signatureOf: "signature of %s: ",
	unsigned:    "not signed",
	envelope:    "envelope of %s: ",
	sealed:      "forwarded by %s with an unbroken chain",
	ours:        "as our own mail server found",
	open:        " (", comma: "; ", list: ", ", close: ").", because: "%s, %s",
	verdicts: map[verdict.Verdict]string{
		verdict.None: "unknown", verdict.Pass: "passed", verdict.Fail: "failed", verdict.SoftFail: "probably not its machine",
		verdict.Neutral: "nothing said", verdict.TempError: "not known now", verdict.PermError: "unusable",
	},
	reasons: map[verdict.Reason]string{
		verdict.BodyChanged:    "the text was changed after signing",
		verdict.BodyLength:     "only a part of the text is signed",
		verdict.HeaderChanged:  "the header was changed after signing, or the key is another",
		verdict.Expired:        "it has expired",
		verdict.NoKey:          "there is no such key",
		verdict.BadKey:         "the key cannot be used",
		verdict.KeyRevoked:     "the key was withdrawn",
		verdict.WeakKey:        "the key is too short",
		verdict.WeakAlgorithm:  "SHA-1 is too weak",
		verdict.Testing:        "the domain only tries it out",
		verdict.Malformed:      "it cannot be understood",
		verdict.FromUnsigned:   "From is not signed",
		verdict.DNSTrouble:     "DNS did not answer",
		verdict.TooManyLookups: "it needs too many DNS questions",
		verdict.TooLarge:       "the header is too large",
		verdict.TooMany:        "there are too many",
		verdict.NoClient:       "it is not known which machine sent it",
		verdict.NoSender:       "the envelope names no domain",
		verdict.OpenToAll:      "but the domain lets anybody send",
		verdict.NoRecord:       "the domain publishes nothing",
		verdict.Broken:         "the chain is not whole",
		verdict.SealedAsFailed: "a forwarder found the chain broken",
		verdict.NotChecked:     "not checked",
	},
}

var japanese = wording{
	trusted:     "差出人のドメイン %s は本物と確かめられました",
	vouched:     "信頼する転送元 %s が、差出人のドメイン %s を本物と確かめています",
	refused:     "差出人のドメイン %s は確かめられません。このドメインは、そのようなメールを信じないよう求めています",
	notShown:    "差出人のドメイン %s は確かめられません",
	dnsTrouble:  "DNS の応答がなく、差出人のドメイン %s が本物か今は分かりません",
	unknown:     "差出人のドメイン %s が本物かどうかを示すものがありません",
	noFrom:      "差出人が一つに決まりません",
	signed:      "%s の署名は有効",
	signatureOf: "%s の署名：",
	unsigned:    "署名なし",
	envelope:    "封筒のドメイン %s：",
	sealed:      "転送元 %s の連鎖は有効",
	ours:        "自組織のメールサーバの記録による",
	open:        "（", comma: "、", list: "・", close: "）。", because: "%s・%s",
	verdicts: map[verdict.Verdict]string{
		verdict.None: "不明", verdict.Pass: "合格", verdict.Fail: "不合格", verdict.SoftFail: "おそらく無関係の機器から",
		verdict.Neutral: "判断なし", verdict.TempError: "今は不明", verdict.PermError: "使えない",
	},
	reasons: map[verdict.Reason]string{
		verdict.BodyChanged:    "署名の後に本文が変わった",
		verdict.BodyLength:     "本文の一部しか署名されていない",
		verdict.HeaderChanged:  "署名の後にヘッダが変わったか鍵が違う",
		verdict.Expired:        "期限切れ",
		verdict.NoKey:          "鍵がない",
		verdict.BadKey:         "鍵が使えない",
		verdict.KeyRevoked:     "鍵が取り消された",
		verdict.WeakKey:        "鍵が短すぎる",
		verdict.WeakAlgorithm:  "SHA-1 は弱すぎる",
		verdict.Testing:        "ドメインが試験中",
		verdict.Malformed:      "読み取れない",
		verdict.FromUnsigned:   "From が署名されていない",
		verdict.DNSTrouble:     "DNS の応答なし",
		verdict.TooManyLookups: "DNS への問い合わせが多すぎる",
		verdict.TooLarge:       "ヘッダが大きすぎる",
		verdict.TooMany:        "多すぎる",
		verdict.NoClient:       "送信した機器が不明",
		verdict.NoSender:       "封筒にドメインがない",
		verdict.OpenToAll:      "ただし誰でも送れる設定",
		verdict.NoRecord:       "ドメインの公開情報なし",
		verdict.Broken:         "連鎖が揃っていない",
		verdict.SealedAsFailed: "転送元が連鎖の破れを記録",
		verdict.NotChecked:     "未確認",
	},
}
