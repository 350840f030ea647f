package notify

import "strings"

// wording is what an acknowledgement says in one language. NUMBER stands for the number, DESK for the desk's name.
type wording struct {
	subject string
	report  string
	inquiry string
}

var wordings = map[string]wording{
	"ja": {
		subject: "受付のお知らせ [NUMBER]",
		report: `DESK です。

ご報告をいただき、ありがとうございます。
次の番号で受け付けました。

    NUMBER

内容を確認し、必要な連絡や調整を行います。お尋ねしたいことがあるときは、
こちらからご連絡いたします。

情報を追加される場合は、このメールにそのままご返信ください。同じ件として
扱います。別のアドレスから送られる場合も、このメールの返信先あてにお送り
いただければ、同じ件として扱われます。

ご報告者のお名前や連絡先を、許可なく他の方にお知らせすることはありません。

このメールは自動でお送りしています。
`,
		inquiry: `DESK です。

お問い合わせをいただき、ありがとうございます。
次の番号で受け付けました。

    NUMBER

担当者が確認し、お返事いたします。補足がある場合は、このメールにそのまま
ご返信ください。

このメールは自動でお送りしています。
`,
	},
	"en": {
		subject: "We have received your message [NUMBER]",
		report: `This is DESK.

Thank you for your report. It is registered under the number

    NUMBER

We look into it and contact those who can act where that is needed. If we
have questions, we will write to you.

To add something, reply to this mail: it then belongs to the same matter,
also when you write from another address.

Nobody learns your name or address from us unless you allow it.

This mail was sent automatically.
`,
		inquiry: `This is DESK.

Thank you for your question. It is registered under the number

    NUMBER

Somebody will read it and answer. To add something, reply to this mail.

This mail was sent automatically.
`,
	},
}

// wordsOf is the wording of a language, English where there is none of its own.
func wordsOf(language string) wording {
	if w, ok := wordings[language]; ok {
		return w
	}
	return wordings["en"]
}

func (w wording) fill(text, number, deskName string) string {
	return strings.NewReplacer("NUMBER", oneLine(number), "DESK", oneLine(deskName)).Replace(text)
}
