package classify

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"todoke/internal/blame"
)

// A brand that the table does not know may still be told by its name: "…銀行を装った", "a fake of Example Bank", "ブランド：…". Where
// the name is written in Japanese, the brand is at home in Japan.

// afterName are the words behind a name that say that it is imitated.
var afterName = []string{"を装", "を騙", "をかた", "を語", "に似せ", "に酷似", "そっくり", "になりすま", "を模", "を名乗", "の偽", "のニセ", "のにせ", "のフィッシング", "の詐称", "会員様", "を偽", "からのメール", "からという", "からと称", "と称", "というところから", "の名前で", "の名をかた", "のログイン画面", "のログインページ", "のロゴ", "によく似", "のふりを", "の振りを", "のサイトに似"}

// beforeName are those in front of one.
var beforeName = []string{"phishing page for ", "phishing site for ", "phishing for ", "phish for ", "phishing against ", "phish against ", "phishing targeting ", "targeting ",
	"imitates ", "imitating ", "imitation of ", "impersonates ", "impersonating ", "fake of ", "fake ", "copy of ", "clone of ", "pretending to be ", "pretends to be ", "posing as ", "poses as ",
	"mimics ", "mimicking ", "bogus ", "masquerading as ", "counterfeit of ", "counterfeit ", "customers of ", "clients of ", "purporting to be ", "looks like ", "mail from ", "email from ", "letter from ", "message from ", "text from ", "sms from ", "says it is from ", "claims to be from ", "claiming to be from ", "claims to be ", "claiming to be ", "account at ", "account with ", "members of ", "users of "}

// brandKeys begin a line that tells the brand as a value.
var brandKeys = []string{"ブランド", "装われ", "模倣", "騙られ", "かたられ", "詐称され", "brand", "imitated", "impersonated", "target brand"}

// generic are words that stand where a name would, but name nobody.
var generic = []string{"銀行", "某銀行", "大手銀行", "地方銀行", "ネット銀行", "ネットバンク", "ネットバンキング", "インターネットバンキング", "オンラインバンキング", "遠隔操作ツール", "ツール", "ソフト", "アプリ", "無害なソフト", "マルウェア", "ウイルス", "セキュリティソフト", "宅配便", "不在通知", "携帯会社", "通信会社", "携帯電話会社", "クラウドサービス", "金融機関", "某金融機関", "クレジットカード", "カード", "カード会社", "クレジットカード会社", "証券", "証券会社", "会社", "企業", "某社", "同社", "他社", "通販", "通販サイト",
	"ショッピングサイト", "オークション", "オークションサイト", "サイト", "公式サイト", "正規サイト", "本物", "実在", "有名", "当社", "弊社", "当行", "弊行", "当金庫", "当会", "弊会", "当店", "自社", "組織", "不明", "何か", "どこ", "どこか", "誰", "何", "利用者", "顧客", "官公庁", "省庁",
	"プロバイダ", "ウェブメール", "メール", "ページ", "画面", "ブランド", "フィッシング", "詐欺", "下記", "以下", "上記", "海外", "国内", "ブラウザ", "ブラウザー", "先ほど", "先程", "先日", "今回", "昨日", "本日", "今朝", "新た", "新しい", "別", "同じ", "同様", "他", "また", "英語", "日本語", "典型的", "巧妙", "一般", "例", "いわゆる", "スマホ", "携帯", "パソコン", "警告", "公式", "正規", "実物", "何者か", "第三者", "差出人", "送信者", "管理者", "担当者", "関係者", "知人", "取引先", "顧客", "お客様", "銀行員", "宅配業者", "運送会社",
	"bank", "banks", "page", "site", "login", "phishing", "url", "this", "that", "the", "a", "an", "some", "your", "our", "my", "we", "i", "it", "hi", "hello", "dear", "please", "japanese", "webmail", "unknown", "http", "https", "www", "atm", "pin", "sms", "html", "ip", "re", "fwd", "fw", "jp",
	"category", "type", "class", "status", "severity", "subject", "reason", "incident", "report", "online", "internet", "web", "website", "email", "mail", "host", "server", "source", "suspected", "possible", "confirmed", "new", "active", "another", "more", "these", "there", "thanks", "best", "regards", "not", "no", "yes", "anti", "spear", "generic", "mailbox", "parcel", "delivery", "courier", "telecom", "cloud", "identified", "unidentified", "none", "n/a"}

// toldName finds the name of a brand that is said to be imitated, near first; japanese says where it is at home.
func (p *proposer) toldName(c *accused) (name string, japanese bool) {
	tried := map[int]bool{}
	for _, f := range c.findings[:min(len(c.findings), maxClauses)] {
		var order []int
		p.ev.Around(f.Passage, func(i int, _ float64) { order = append(order, i) })
		for _, i := range order {
			if name, japanese = p.nameAt(i, tried); name != "" {
				return name, japanese
			}
		}
	}
	if p.anyName == nil {
		p.anyName = p.nameAnywhere()
	}
	return p.anyName.name, p.anyName.japanese
}

// toldBrand is a brand that only its name tells.
type toldBrand struct {
	name     string
	japanese bool
}

// nameAnywhere is the first name told in a passage that is about no address.
func (p *proposer) nameAnywhere() *toldBrand {
	tried := map[int]bool{}
	for i := range p.ev.Passages {
		if p.elsewhere[i] {
			continue
		}
		if name, japanese := p.nameAt(i, tried); name != "" {
			return &toldBrand{name, japanese}
		}
	}
	return &toldBrand{}
}

// nameAt is the name told in a passage that was not tried before.
func (p *proposer) nameAt(passage int, tried map[int]bool) (string, bool) {
	at := &p.ev.Passages[passage]
	if tried[passage] || !at.Speaks() || at.Kind == blame.LogLine {
		return "", false
	}
	tried[passage] = true
	text := p.ev.Text(at.PartIndex)[at.Start:at.End]
	for _, read := range []func(string) string{valueOfKey, nameBeforeMark, nameAfterMark} {
		if name := read(text); name != "" {
			return name, hasJapanese(name) || fromJapan(text)
		}
	}
	return "", false
}

// fromJapan tells whether a sentence says that the brand is at home in Japan.
func fromJapan(text string) bool {
	low := strings.ToLower(text)
	return strings.Contains(low, "japanese ") || strings.Contains(low, "(japan)") || strings.Contains(low, " of japan")
}

// nameInRow is the Japanese name of a company in the line of an address, where the table knows no brand in that line: lists tell
// a brand for each site.
func (p *proposer) nameInRow(c *accused) string {
	for _, f := range c.findings[:min(len(c.findings), maxClauses)] {
		if f.Passage < 0 || len(p.named[f.Passage]) > 0 || p.brands.InURL(f.Value) != nil {
			return ""
		}
	}
	for _, f := range c.findings[:min(len(c.findings), maxClauses)] {
		at := &p.ev.Passages[f.Passage]
		if !at.Speaks() {
			continue
		}
		for _, word := range strings.FieldsFunc(p.ev.Text(at.PartIndex)[at.Start:at.End], betweenCells) {
			if slices.ContainsFunc(companyEnds, func(end string) bool { return strings.HasSuffix(word, end) && word != end }) && named(word) != "" {
				return word
			}
		}
	}
	return ""
}

func betweenCells(r rune) bool { return strings.ContainsRune(" 　\t\n|,、。/()（）「」:：", r) }

// companyEnds end the names of companies that are imitated.
var companyEnds = []string{"銀行", "信用金庫", "信金", "カード", "証券", "生命", "信託", "ペイ"}

// valueOfKey reads "ブランド：Example Bank (https://…)".
func valueOfKey(text string) string {
	colon := strings.IndexAny(text, ":：")
	if colon < 0 || colon > 60 {
		return ""
	}
	key := strings.ToLower(text[:colon])
	if !slices.ContainsFunc(brandKeys, func(k string) bool { return strings.Contains(key, k) }) {
		return ""
	}
	_, size := utf8.DecodeRuneInString(text[colon:])
	value := text[colon+size:]
	if end := strings.IndexAny(value, "(（<,、。\n\t|"); end >= 0 {
		value = value[:end]
	}
	if end := strings.Index(value, "http"); end >= 0 {
		value = value[:end]
	}
	return named(value)
}

// nameBeforeMark reads the Japanese order: the name, then what is done with it.
func nameBeforeMark(text string) string {
	for _, mark := range afterName {
		at := strings.Index(text, mark)
		if at <= 0 {
			continue
		}
		before := strings.TrimRight(text[:at], " 　」』”\"")
		start := strings.LastIndexAny(before, "。、「『“\" 　\n\t(（)）：:・,，はがをにへでと")
		if start >= 0 {
			_, size := utf8.DecodeRuneInString(before[start:])
			start += size
		}
		word := before[max(start, 0):]
		if of := strings.LastIndex(word, "の"); of >= 0 {
			word = word[of+len("の"):] // "どこの会社" names nobody more than "会社"
		}
		if !hasJapanese(word) {
			word = capitalsAtEnd(before)
		}
		if name := named(word); name != "" {
			return name
		}
	}
	return ""
}

// nameAfterMark reads the English order: "a fake of Example Bank", "Example Bank phishing".
func nameAfterMark(text string) string {
	low := strings.ToLower(text)
	if len(low) != len(text) {
		return "" // letters whose lower case is longer: not English
	}
	for _, mark := range beforeName {
		if at := strings.Index(low, mark); at >= 0 {
			if name := named(capitalsAtStart(text[at+len(mark):])); name != "" {
				return name
			}
		}
	}
	for _, mark := range []string{" phish", " customers", " log-in", " login", " internet banking", " online banking", " is the target", " is targeted", " is being targeted", " is impersonated", " is imitated"} {
		if at := strings.Index(low, mark); at > 0 {
			if name := named(capitalsAtEnd(text[:at])); name != "" {
				return name
			}
		}
	}
	return ""
}

// capitalsAtStart are the capitalised words that a text begins with, up to five.
func capitalsAtStart(text string) string {
	fields := strings.Fields(text[:min(len(text), 120)])
	for len(fields) > 0 && (fields[0] == "the" || fields[0] == "a" || fields[0] == "an") {
		fields = fields[1:]
	}
	n := 0
	for n < len(fields) && n < 5 && isCapital(fields[n]) && (n == 0 || fields[n][0] != '(') {
		n++
		if strings.ContainsAny(fields[n-1], ",.;:)\"") {
			break
		}
	}
	return strings.Join(fields[:n], " ")
}

// capitalsAtEnd are those that a text ends with.
func capitalsAtEnd(text string) string {
	if open := strings.LastIndexByte(text, '('); open >= 0 && strings.HasSuffix(text, ")") {
		text = text[:open] // "Example Bank (www.bank.example) is the target"
	}
	fields := strings.Fields(text[max(0, len(text)-120):])
	first := len(fields)
	for first > 0 && len(fields)-first < 5 && isCapital(fields[first-1]) && !strings.ContainsAny(fields[first-1], ":;,.[]") {
		first--
	}
	return strings.Join(fields[first:], " ")
}

func isCapital(word string) bool {
	r, _ := utf8.DecodeRuneInString(strings.TrimLeft(word, "\"'("))
	return unicode.IsUpper(r)
}

// named gives a name without what surrounds it, "" where the word names nobody.
func named(word string) string {
	word = strings.TrimSpace(strings.Trim(word, " 　\t\r\n\"'“”「」『』()（）,.;:、。【】[]-"))
	word = strings.TrimSuffix(word, "'s")
	if n := utf8.RuneCountInString(word); n < 2 || n > 40 || strings.Contains(word, "://") {
		return ""
	}
	names := strings.Fields(word)
	if len(names) == 0 || !slices.ContainsFunc(names, func(w string) bool { return !slices.Contains(generic, strings.ToLower(w)) }) {
		return ""
	}
	if hasJapanese(word) && slices.ContainsFunc(generic, func(g string) bool { return hasJapanese(g) && word == "実在する"+g }) {
		return ""
	}
	return word
}

// hasJapanese tells whether a word is written with kana or kanji.
func hasJapanese(word string) bool {
	return strings.IndexFunc(word, func(r rune) bool {
		return unicode.In(r, unicode.Hiragana, unicode.Katakana, unicode.Han)
	}) >= 0
}
