package publish

import "todoke/internal/publish/commentary"

// name is a word of the tables in both languages.
type name struct{ ja, en string }

// in returns the name in the language, or the key itself where the name is not known: a value of a newer version is shown
// as it is rather than hidden.
func in(lang string, names map[string]name, key string) string {
	n, ok := names[key]
	switch {
	case !ok:
		return key
	case lang == "ja":
		return n.ja
	}
	return n.en
}

var typeNames = map[string]name{
	"scan":       {"スキャン・探索（scan）", "Scans and probes (scan)"},
	"forged":     {"送信者を偽ったメール（forged）", "Forged mail (forged)"},
	"intrusion":  {"システムへの侵入（intrusion）", "Intrusion"},
	"phishing":   {"フィッシング（phishing）", "Phishing"},
	"other":      {"その他（other）", "Other"},
	"defacement": {"Webサイト改ざん（defacement）", "Defacement"},
	"malware":    {"マルウェアサイト（malware）", "Malware sites (malware)"},
	"dos":        {"サービス運用妨害（dos）", "Denial of service (dos)"},
	"targeted":   {"標的型攻撃（targeted）", "Targeted attacks (targeted)"},
	"ics":        {"制御システム関連（ics）", "Industrial control systems (ics)"},
}

var typeTexts = map[string]name{
	"scan": {"守りを破られなかった接続の試みと、弱いところを探す通信です。パスワードの総当たりも、成功していなければここに入ります。",
		"Attempts that did not get in, and traffic that looks for weak places. Password guessing belongs here as long as it fails."},
	"forged": {"差出人を偽って送られたメールと、その不達通知が偽られた人に戻ってくるものです。",
		"Mail sent under a false sender, and the bounces of such mail that reach the person whose address was used."},
	"intrusion": {"守りを破って入り込まれたもの、書き換えられたものです。",
		"Systems that somebody got into, or whose pages were changed."},
	"phishing": {"よく知られたサービスに見せかけ、暗証や口座の情報を入力させるサイトです。破られたサーバに置かれたものも、ここで数えます。",
		"Sites that pass for a well-known service to obtain passwords or account data. Those placed on broken-in servers are counted here."},
	"other": {"ほかの型に入らないもの、たとえばサービス運用妨害やマルウェアに関するものです。",
		"What no other type takes in, such as denial of service and matters of malware."},
	"defacement": {"書き換えられたWebページ、不正なスクリプトを差し込まれたWebページです。", "Web pages that were changed, or into which a script was put."},
	"malware":    {"マルウェアを配っている場所です。", "Places that hand out malware."},
}

var counterSubjects = map[string]commentary.Subject{
	"messages":  {JA: "届出のメールとファクス", Counter: "通", Singular: "message", Plural: "messages"},
	"reports":   {JA: "届出", Counter: "件", Singular: "report", Plural: "reports"},
	"addresses": {JA: "インシデントのアドレス", Counter: "アドレス", Singular: "address", Plural: "addresses"},
	"notices":   {JA: "通知連絡", Counter: "件", Singular: "notice", Plural: "notices"},
	"requests":  {JA: "調整", Counter: "件", Singular: "request to act", Plural: "requests to act"},
	"inquiries": {JA: "問い合わせ", Counter: "件", Singular: "inquiry", Plural: "inquiries"},
	"incidents": {JA: "インシデント", Counter: "件", Singular: "incident", Plural: "incidents"},
}

// typeSubject is the subject of a sentence about one type.
func typeSubject(typ string) commentary.Subject {
	return commentary.Subject{JA: in("ja", typeNames, typ), Counter: "アドレス",
		Singular: "address of type " + typ, Plural: "addresses of type " + typ}
}

var originNames = map[string]name{
	"domestic": {"国内のブランド", "Domestic brands"},
	"overseas": {"国外のブランド", "Overseas brands"},
	"unknown":  {"ブランド不明", "Brand not told"},
}

var wayNames = map[string]name{
	"password":           {"パスワードの推測・総当たり", "Guessed passwords"},
	"sql-injection":      {"SQLインジェクション", "SQL injection"},
	"web-application":    {"Webアプリケーションの弱点", "Holes in web applications"},
	"stolen-credentials": {"盗まれた認証情報", "Stolen credentials"},
	"malware":            {"マルウェア", "Malware"},
	"other":              {"その他", "Other"},
	"":                   {"不明", "Not told"},
}

var aftermathNames = map[string]name{
	"defacement":       {"Webページの書き換え", "Changed web pages"},
	"file-replacement": {"ファイルの置き換え", "Replaced files"},
	"log-tampering":    {"ログの改変", "Changed logs"},
	"mail-sending":     {"メールの送信", "Sending of mail"},
	"malware":          {"マルウェアの設置", "Malware put in place"},
	"data-theft":       {"情報の持ち出し", "Theft of data"},
	"other":            {"その他", "Other"},
}

var kindNames = map[string]name{
	"outbound":   {"当窓口からのメール", "Our own mail"},
	"duplicate":  {"同じメールの再配送", "The same mail delivered again"},
	"bounce":     {"不達通知", "Bounces"},
	"auto-reply": {"自動応答", "Automatic replies"},
	"spam":       {"迷惑メール", "Spam"},
	"reply":      {"通知連絡への返信", "Replies to notices"},
	"unreadable": {"読めなかったもの", "Unreadable"},
}

// columnNames are the columns of the lists of rows behind a figure, by their names in CSV and JSON.
var columnNames = map[string]name{
	"message":        {"メッセージ", "Message"},
	"received":       {"受領", "Received"},
	"kind":           {"種類", "Kind"},
	"report":         {"届出", "Report"},
	"sha256":         {"SHA-256", "SHA-256"},
	"subject":        {"件名", "Subject"},
	"first_message":  {"最初のメッセージ", "First message"},
	"first_received": {"最初の受領", "First received"},
	"opened":         {"開始", "Opened"},
	"last":           {"最後の受領", "Last received"},
	"tld":            {"届出元のTLD", "Reporter's TLD"},
	"messages":       {"通数", "Messages"},
	"addresses":      {"アドレス数", "Addresses"},
	"confirmed":      {"確認済み", "Confirmed"},
	"incident":       {"インシデント", "Incident"},
	"address":        {"アドレス", "Address"},
	"class":          {"害", "Class"},
	"type":           {"型", "Type"},
	"proto":          {"プロトコル", "Protocol"},
	"port":           {"ポート", "Port"},
	"brand":          {"ブランド", "Brand"},
	"brand_origin":   {"ブランドの別", "Origin of the brand"},
	"worm":           {"ワームの疑い", "Worm suspected"},
	"incident_count": {"インシデント数", "Incidents"},
	"first_incident": {"最初のインシデント", "First incident"},
	"notice":         {"通知", "Notice"},
	"sent":           {"送信", "Sent"},
	"party":          {"宛先", "Party"},
	"incidents":      {"インシデント数", "Incidents"},
	"notices":        {"通知数", "Notices"},
	"inquiry":        {"問い合わせ", "Inquiry"},
}

// ColumnName is the name, in the language, of a column of the rows behind a figure.
func ColumnName(lang, column string) string { return in(lang, columnNames, column) }
