package forms

import "strings"

// The sections of a form give a meaning to labels that stand in several, as "IP アドレス".
const (
	sectionSource  = "source"
	sectionTarget  = "target"
	sectionPurpose = "purpose"
)

// words tell sections and fields: any of them.
var (
	sourceWords  = []string{"アクセス元", "攻撃元", "発信元", "送信元", "接続元", "発信源", "不正アクセスを行"}
	targetWords  = []string{"アクセス先", "攻撃先", "攻撃対象", "接続先", "対象システム", "発生したシステム", "被害を受けた", "被害システム", "被害サイト", "対象ホスト", "貴サイト"}
	purposeWords = []string{"報告の目的", "この報告の", "ご希望の対応"}
)

// labels are the rules by which a label tells its field. The first that holds counts. An empty section is any.
var labels = []struct {
	field   string
	section string
	words   []string // any of these in the label, which has no spaces and is in lower case and half width
}{
	{"source_host", "", join(sourceWords, "ホスト名", "ドメイン名")},
	{"target_host", "", join(targetWords, "ホスト名", "ドメイン名")},
	{"source_host", sectionSource, []string{"ホスト名", "ドメイン"}},
	{"target_host", sectionTarget, []string{"ホスト名", "ドメイン"}},
	{"source", sectionSource, []string{"ipアドレス", "アドレス", "url"}},
	{"target", sectionTarget, []string{"ipアドレス", "アドレス", "url"}},
	{"port", "", []string{"ポート"}},
	{"protocol", "", []string{"プロトコル"}},
	{"email", "", []string{"電子メール", "メールアドレス", "e-mail", "email", "mailアドレス"}},
	{"fax", "", []string{"fax", "ファックス", "ファクス"}},
	{"phone", "", []string{"電話", "tel"}},
	{"address", "", []string{"住所", "所在地"}},
	{"department", "", []string{"部署", "所属部門"}},
	{"title", "", []string{"役職"}},
	{"organization", "", []string{"組織名", "企業・組織", "社名", "会社名", "所属", "団体名"}},
	{"incident_type", "", []string{"種別", "ウイルス名", "インシデントの種類", "攻撃の種類"}},
	{"timezone", "", []string{"タイムゾーン", "時間帯", "timezone"}},
	{"ntp", "", []string{"ntp"}},
	{"clock_error", "", []string{"時刻誤差", "時刻の誤差", "誤差"}},
	{"ended", "", []string{"終了日時", "終了時刻", "終息日時"}},
	{"started", "", []string{"発生日時", "開始日時", "発生時刻", "発生年月日", "日時"}},
	{"found", "", []string{"発見日時", "発見年月日", "検知日時"}},
	{"discovery", "", []string{"きっかけ", "発見経緯", "発見契機", "発見方法"}},
	{"purpose", sectionPurpose, []string{"番号", "目的", "選択", "回答", "希望"}},
	{"purpose", "", []string{"報告の目的", "ご希望の対応"}},
	{"purpose_text", "", []string{"具体的な内容", "質問内容", "ご要望", "連絡内容"}},
	{"method", "", []string{"手法", "手口", "攻撃方法", "侵入方法"}},
	{"log", "", []string{"ログ", "アクセス記録", "通信記録"}},
	{"os", "", []string{"os", "オペレーティングシステム"}},
	{"service", "", []string{"用途", "サービス名", "ソフトウェア"}},
	{"source", "", sourceWords},
	{"target", "", targetWords},
	{"name", "", []string{"名前", "氏名", "届出者名", "報告者", "担当者名", "ご担当者"}},
	{"details", "", []string{"概要", "詳細", "被害状況", "備考", "その他", "特記事項", "内容", "経緯", "被害の"}},
}

// join makes "アクセス元…ホスト名" of each word and each end: a rule for both.
func join(words []string, ends ...string) []string {
	var all []string
	for _, w := range words {
		for _, e := range ends {
			all = append(all, w+e, w+"の"+e)
		}
	}
	return all
}

// fieldOf tells the field of a label in a section, "" for words that are no label.
func fieldOf(label, section string) string {
	label = plain(label)
	if label == "" || len(label) > maxLabel {
		return ""
	}
	for _, rule := range labels {
		if rule.section != "" && rule.section != section {
			continue
		}
		for _, w := range rule.words {
			if matches(label, w) {
				return rule.field
			}
		}
	}
	return ""
}

// matches tells whether the label says the word. A word of letters must be the whole label, so that "os" is not found in
// "host".
func matches(label, word string) bool {
	if word[0] < 0x80 && len(word) < 5 {
		return label == word || strings.HasPrefix(label, word+"番号") || strings.HasPrefix(label, word+"による")
	}
	at := strings.Index(label, word)
	if at < 0 {
		return false
	}
	if word == "ログ" { // not プログラム, ログイン, ブログ
		return !strings.HasSuffix(label[:at], "プ") && !strings.HasSuffix(label[:at], "ブ") && !strings.HasPrefix(label[at:], "ログイン") && !strings.HasPrefix(label[at:], "ログオン")
	}
	return true
}

// plain is a label in lower case and half width without spaces, numbers before it, and what stands in brackets behind it.
func plain(label string) string {
	label = strings.ToLower(foldWidth(label))
	if open := strings.IndexAny(label, "("); open > 0 {
		label = label[:open]
	}
	label = strings.TrimLeft(label, "0123456789-.)( ・○●■□◇◆*[]<>【「")
	return unspaced.Replace(label)
}

var unspaced = strings.NewReplacer(" ", "", "\t", "", "】", "", "」", "")

// sectionOf tells the section that a heading opens.
func sectionOf(heading string) string {
	heading = plain(heading)
	switch {
	case containsAny(heading, sourceWords):
		return sectionSource
	case containsAny(heading, targetWords):
		return sectionTarget
	case containsAny(heading, purposeWords):
		return sectionPurpose
	}
	return ""
}

func containsAny(s string, words []string) bool {
	for _, w := range words {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}
