package pgp

import (
	"fmt"
	"strings"
)

// phrase says one outcome to people. The verb takes the keys of the finding.
type phrase struct{ ja, en string }

// phrases are the sentences of the verdict. %s stands for the signer or the keys.
var phrases = map[Outcome]phrase{
	Decrypted:   {"暗号化されていたものを復号しました（鍵 %s）。", "It was encrypted and has been decrypted (key %s)."},
	NoKey:       {"暗号化されていますが、復号できる鍵がありません（必要な鍵: %s）。鍵が登録されると読めるようになります。", "It is encrypted to keys that are not here (%s) and will be read when one of them comes."},
	Password:    {"パスワードで暗号化されています。パスワードなしには復号できません。", "It is encrypted with a password and cannot be opened without it."},
	Damaged:     {"暗号化されていますが、壊れているか改変されているため復号しませんでした。", "It is encrypted, but damaged or altered, and was not opened."},
	Unprotected: {"改変を検出できない古い方式で暗号化されているため、復号しませんでした。", "It is encrypted in an old way that does not show alteration, and was not opened."},
	TooLarge:    {"展開すると許された大きさを超えるため、開きませんでした。", "It unpacks to more than is allowed and was not opened."},
	TooDeep:     {"暗号化や署名が多すぎるため、すべては開きませんでした。", "There are too many encryptions or signatures; not all were opened."},
	Unreadable:  {"暗号化または署名の形式が読み取れません。", "The form of an encryption or signature cannot be read."},

	Good:        {"署名は正しく、確認済みの鍵によるものです: %s。", "The signature is good and from a confirmed key: %s."},
	Unconfirmed: {"署名は鍵と一致しますが、その鍵が本人のものとは確認されていません: %s。", "The signature fits its key, but nobody has confirmed whose key that is: %s."},
	UnknownKey:  {"署名されていますが、鍵がないため検証できません（鍵 %s）。", "It is signed with a key that is not here (%s), so that the signature cannot be verified."},
	Bad:         {"署名が内容と一致しません。改変された可能性があります: %s。", "The signature does not fit the content, which may have been altered: %s."},
	Weak:        {"署名の方式が弱いため信用できません: %s。", "The signature is too weak to be believed: %s."},
	Expired:     {"署名時に期限切れの鍵による署名です: %s。", "It was signed with a key that had expired: %s."},
	Revoked:     {"失効した鍵による署名です: %s。", "It is signed with a revoked key: %s."},
	Outdated:    {"署名の有効期間外です: %s。", "The signature has expired or is from the future: %s."},
	Misdirected: {"署名は別の受取人に宛てたものです: %s。", "What is signed was meant for somebody else: %s."},
	Untrusted:   {"署名は内容と一致しますが、証明書の発行者を信頼できません: %s。", "The signature fits, but its certificate is not from an issuer that is trusted here: %s."},
}

// Sentences added to what an outcome says.
var (
	partly   = phrase{"メールの一部についてのみの判定です。", "This holds for a part of the mail only."}
	stranger = phrase{"署名者は差出人アドレスの持ち主ではありません。", "The signer is not the owner of the sender's address."}
)

var notes = map[Note]phrase{
	ExpiredSince: {"この鍵はその後期限切れになりました。", "The key has expired since."},
	BoundBySHA1:  {"鍵の自己署名に弱い SHA-1 が使われています。", "The key binds its name by SHA-1, which is weak."},
}

// of is the phrase in a language, "ja" or English.
func (p phrase) of(language string) string {
	if language == "ja" {
		return p.ja
	}
	return p.en
}

// Words says the finding to people, in "ja" or "en".
func (f Finding) Words(language string) string {
	said, ok := phrases[f.Outcome]
	if !ok {
		return string(f.Outcome)
	}
	text := said.of(language)
	if strings.Contains(text, "%s") {
		text = fmt.Sprintf(text, f.subject())
	}
	separator := " "
	if language == "ja" {
		separator = ""
	}
	if !f.Whole {
		text += separator + partly.of(language)
	}
	if f.Stranger && (f.Outcome == Good || f.Outcome == Unconfirmed || f.Outcome == Untrusted) {
		text += separator + stranger.of(language)
	}
	for _, note := range f.Notes {
		text += separator + notes[note].of(language)
	}
	return string(f.Method) + ": " + text
}

// subject is who or what a finding is about: the signer with the key, or the keys, and what was too weak.
func (f Finding) subject() string {
	keys := strings.Join(f.Keys[:min(len(f.Keys), 5)], ", ")
	if len(f.Keys) > 5 {
		keys += fmt.Sprintf(" (+%d)", len(f.Keys)-5)
	}
	if keys == "" {
		keys = "?"
	}
	text := keys
	if f.Signature && f.Signer != "" {
		text = f.Signer + " (" + keys + ")"
	}
	if f.Outcome == Weak && f.Detail != "" {
		text += ", " + f.Detail
	}
	return text
}

// Words is the verdict on the whole mail, one sentence or more for each cover, outermost first, in "ja" or "en". It is
// empty where the mail has no cover.
func (o Opened) Words(language string) string {
	lines := make([]string, 0, len(o.Findings))
	for _, f := range o.Findings {
		lines = append(lines, f.Words(language))
	}
	return strings.Join(lines, "\n")
}
