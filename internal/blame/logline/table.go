package logline

import (
	"cmp"
	"strings"
)

// column says what a heading means.
type column byte

const (
	unnamed column = iota
	sourceColumn
	attackerColumn // a source that the heading itself accuses
	targetColumn
	sourcePortColumn
	targetPortColumn
	protoColumn
	timeColumn
	dateColumn
	actionColumn
	countColumn
	methodColumn
	pathColumn
	queryColumn
	statusColumn
	agentColumn
	userColumn
	contentColumn   // what happened, in words
	mailCheckColumn // what SPF, DKIM or DMARC say of a mail
)

// headings are the known names, in lower case without blanks, hyphens,
// underscores and dots.
var headings = headingNames()

func headingNames() map[string]column {
	names := map[string]column{}
	for kind, list := range map[column]string{
		sourceColumn:     "src srcip sourceip source sourceaddress srcaddr srcaddress saddr ipsrc clientip client cip remoteip remotehost remoteaddr remoteaddress 送信元 送信元ip 送信元アドレス 送信元ipアドレス 発信元 発信元ip 発信元アドレス 発信元ipアドレス 接続元 接続元ip 接続元アドレス 接続元ipアドレス アクセス元 アクセス元ip アクセス元ipアドレス ソースip ソースアドレス 始点 from ip ipaddress ipアドレス srcipaddr idorigh remote peer caller callerip callersip origin originip initiator srchost clienthost outside external externalip outsideip foreignip 相手 相手ip 相手先 相手アドレス 相手側 先方 発 発ip 発アドレス 発側 送信側 外 外側 外部 外部ip 元 元ip 元アドレス 接続元ホスト アクセス元ホスト",
		attackerColumn:   "attacker attackers attackeraddress attackerip attackingip attacksource offender offenderip badip maliciousip 攻撃元 攻撃元ip 攻撃元アドレス 攻撃元ipアドレス 攻撃者 攻撃者ip 不正アクセス元 スキャン元 攻撃側 加害側 犯人 actor who intruder culprit hostileip hostile suspect suspectip scanner scannerip badguy",
		targetColumn:     "dst dstip destip destinationip destination destinationaddress dstaddr dstaddress daddr ipdst serverip sip target targetip victim victimip 宛先 宛先ip 宛先アドレス 宛先ipアドレス 送信先 送信先ip 送信先アドレス 攻撃先 攻撃先ip 接続先 接続先ip あて先 対象 終点 to dstipaddr idresph sensor sensorip honeypot センサ センサー センサーip 観測点 被攻撃先 被攻撃ip whom asset assetip local localip localhost localaddress inside internal internalip insideip ours us ourip ourhost ouraddress ourmachine machine hit victimhost targethost destinationhost こちら こちら側 こちらip うち うちのip 当方 当方ip 自社 自社ip 自局 自ホスト 内 内側 内部 内部ip 着 着ip 着アドレス 着側 受信側 被害 被害側 被害先 被害ip 被害ホスト 攻撃対象 対象ホスト 対象ip",
		sourcePortColumn: "srcport sport spt sourceport fromport remoteport clientport peerport attackerport 送信元ポート 送信元ポート番号 発信元ポート 接続元ポート 発ポート 元ポート ソースポート idorigp",
		targetPortColumn: "dstport dport dpt destport destinationport toport localport port targetport serverport 宛先ポート 宛先ポート番号 送信先ポート あて先ポート 着ポート 先ポート 宛先サービス 接続先ポート 攻撃先ポート ポート ポート番号 idrespp victimport attackedport portproto protoport port/proto proto/port ports service サービス 対象ポート 被攻撃ポート ポート/プロトコル プロトコル/ポート dstport/proto",
		protoColumn:      "proto protocol prot プロトコル ipproto",
		timeColumn:       "time timestamp datetime 日時 時刻 発生日時 検知日時 タイムスタンプ 検知時刻 starttime firstseen datefirstseen eventtime when timeutc localtime ts",
		dateColumn:       "date 日付 月日 発生日",
		actionColumn:     "action verdict disposition result outcome logonstatus resulttype アクション 動作 処理 処理結果 結果 認証結果 ログイン結果 成否 判定 状態",
		countColumn:      "count attempts hits 回数 件数 試行回数 アクセス数 アクセス回数",
		methodColumn:     "csmethod method メソッド",
		pathColumn:       "csuristem csuri url uri path リクエスト",
		queryColumn:      "csuriquery",
		statusColumn:     "scstatus status ステータス",
		agentColumn:      "cs(useragent) useragent",
		contentColumn:    "content contents message msg description detail details event eventname note notes remark remarks comment comments whattheydid whathappened activity what logmessage reason 内容 詳細 概要 備考 メモ メッセージ イベント 説明 摘要 事象 用途 区分 種別",
		userColumn:       "users user username account accountname targetusername login loginname userid userprincipalname ユーザ ユーザー ユーザ名 ユーザー名 アカウント アカウント名 ユーザid ユーザーid ログインid 利用者 利用者id",
		mailCheckColumn:  "spf dkim dmarc spfresult dkimresult dmarcresult spfeval dkimeval evaluatedspf evaluateddkim policyevaluatedspf policyevaluateddkim",
	} {
		for _, w := range strings.Fields(list) {
			names[w] = kind
		}
	}
	return names
}

// heading gives the meaning of a cell of the heading row.
func heading(cell string) column {
	if open := strings.IndexAny(cell, "(（"); open > 0 && !strings.HasPrefix(cell, "cs(") {
		cell = cell[:open] // "Date (UTC)"
	}
	key := strings.Map(func(r rune) rune {
		switch r {
		case ' ', '-', '_', '　', '.':
			return -1
		}
		return r
	}, lowerASCII(cell))
	return headings[key]
}

// grid is the meaning of the columns of a table and what separates them.
type grid struct {
	columns   []column
	separator byte // '\t', '|', ',', ';', '/' with blanks around it, ' ' for single blanks, 'a' for aligned columns
	product   string
	looks     int // rows from which the meaning of columns was to be learnt
}

// maxLooks is how many rows tell what the columns are.
const maxLooks = 3

// maxHeading bounds the length of a heading row.
const maxHeading = 2048

// readHeading recognises a heading row: two or more known names, one of them a source.
func readHeading(line string) (grid, bool) {
	if len(line) > maxHeading {
		return grid{}, false
	}
	if fields, ok := strings.CutPrefix(line, "#Fields:"); ok {
		g := grid{separator: ' ', product: "iis"}
		for _, name := range strings.Fields(fields) {
			g.columns = append(g.columns, heading(name))
		}
		if strings.Contains(fields, "src-ip") {
			g.product = "windows-firewall"
		}
		return g, g.named() >= 2
	}
	if fields, ok := strings.CutPrefix(line, "#fields\t"); ok { // Zeek
		g := grid{separator: '\t', product: "zeek"}
		for name := range strings.SplitSeq(fields, "\t") {
			g.columns = append(g.columns, heading(name))
		}
		return g, g.named() >= 2
	}
	line = uncommented(line)
	if g, ok := plainHeading(line); ok {
		return g, true
	}
	for _, sep := range [...]byte{'\t', '|', ',', ';', '/', 'a'} {
		if sep != 'a' && strings.IndexByte(line, sep) < 0 {
			continue
		}
		g := grid{separator: sep, product: "table"}
		for _, c := range g.cells(line, 0) {
			g.columns = append(g.columns, g.headings(c.text)...)
		}
		if len(g.columns) >= 2 && g.named() >= 2 && g.column(sourceColumn, attackerColumn, targetColumn) >= 0 && !g.listsPages() {
			g.settle()
			return g, true
		}
	}
	return grid{}, false
}

// minPlain is how many columns a heading has whose names are parted by single blanks, so that it is no phrase.
const minPlain = 4

// plainHeading recognises a heading whose names are in quotation marks, or all known, with a single blank between them:
// "Date" "Time" "Source" "Destination", or: date time src dst dport.
func plainHeading(line string) (grid, bool) {
	line = strings.TrimRight(line, " ")
	g := grid{separator: ' ', product: "table"}
	quoted := strings.HasPrefix(line, "\"") && strings.Contains(line, "\" \"")
	if !quoted && (strings.ContainsAny(line, "\t|,;/") || strings.Contains(line, "  ")) {
		return g, false
	}
	for _, c := range split(line, 0, ' ') {
		kind := heading(c.text)
		if kind == unnamed && !quoted {
			return g, false
		}
		g.columns = append(g.columns, kind)
	}
	return g, len(g.columns) >= minPlain && g.named() >= 2 && g.column(sourceColumn, attackerColumn) >= 0
}

// uncommented takes the mark of a comment off a heading, and what announces it: "# time  src  dst", "# weekly feed - format: ip,port".
func uncommented(line string) string {
	names := strings.TrimLeft(line, "#")
	if len(names) == len(line) {
		return line
	}
	if n := strings.LastIndex(names, ": "); n >= 0 {
		names = names[n+len(": "):]
	}
	return strings.TrimLeft(names, " \t")
}

// headings gives the meaning of a cell of the heading. Of aligned columns two names may touch: "dport pkts".
func (g grid) headings(cell string) []column {
	whole := heading(cell)
	words := strings.Fields(cell)
	if whole != unnamed || g.separator != 'a' || len(words) != 2 {
		return []column{whole}
	}
	first, second := heading(words[0]), heading(words[1])
	if first == unnamed && second == unnamed {
		return []column{whole}
	}
	return []column{first, second}
}

// listsPages tells a list of pages and their machines from a log of requests, which has their method.
func (g grid) listsPages() bool { return g.column(pathColumn) >= 0 && g.column(methodColumn) < 0 }

// settle takes the first of two columns for targets as the one to blame, where none is named for sources: "対象 … 被害側".
func (g *grid) settle() {
	if g.column(sourceColumn, attackerColumn) >= 0 {
		return
	}
	first := g.column(targetColumn)
	for k := first + 1; k < len(g.columns); k++ {
		if g.columns[k] == targetColumn {
			g.columns[first] = attackerColumn
			return
		}
	}
}

// learn names a column from a row: where the heading names one side only, another column with an address is the other side.
func (g *grid) learn(line string) {
	source, target := g.column(sourceColumn, attackerColumn) >= 0, g.column(targetColumn) >= 0
	if g.looks++; source && target || g.looks > maxLooks {
		return
	}
	cells := g.fit(line)
	if len(cells) != len(g.columns) {
		return
	}
	for k, kind := range g.columns {
		if kind != unnamed || !cells[k].endpoint().Addr.IsValid() {
			continue
		}
		g.columns[k] = targetColumn
		if !source {
			g.columns[k] = sourceColumn
		}
		return
	}
}

// fit splits a row into as many cells as the heading has, where it can.
func (g grid) fit(line string) []field {
	if g.separator == 'a' && strings.Count(line, "|") == len(g.columns)-1 {
		return split(line, quoteEnd(line), '|') // ruled below an unruled heading
	}
	return g.joined(line, g.realigned(line, g.cells(line, quoteEnd(line))))
}

func (g grid) named() int {
	n := 0
	for _, c := range g.columns {
		if c != unnamed {
			n++
		}
	}
	return n
}

func (g grid) column(any ...column) int {
	for k, c := range g.columns {
		for _, want := range any {
			if c == want {
				return k
			}
		}
	}
	return -1
}

// cells splits a row as its heading was.
func (g grid) cells(line string, from int) []field {
	switch g.separator {
	case 'a':
		return aligned(line, from)
	case '|':
		cells := split(line, from, '|')
		if n := len(cells); n > 2 && cells[0].text == "" && cells[n-1].text == "" {
			return cells[1 : n-1]
		}
		return cells
	}
	if g.separator == '/' {
		return slashed(line, from)
	}
	return split(line, from, g.separator)
}

// slashed splits at slashes with blanks around them, so that "22/tcp" stays one cell.
func slashed(line string, from int) []field {
	var list []field
	for len(list) < maxFields {
		n := strings.Index(line[from:], " / ")
		if n < 0 {
			break
		}
		list = append(list, trimmed(line, from, from+n))
		from += n + len(" / ")
	}
	return append(list, trimmed(line, from, len(line)))
}

// realigned splits a row again at every blank where its columns touch: a number that fills its column leaves one blank only.
func (g grid) realigned(line string, cells []field) []field {
	if g.separator != 'a' || len(cells) == len(g.columns) {
		return cells
	}
	var list []field
	for i := quoteEnd(line); i < len(line) && len(list) <= len(g.columns); {
		for i < len(line) && line[i] == ' ' {
			i++
		}
		start := i
		for i < len(line) && line[i] != ' ' {
			i++
		}
		if i > start {
			list = append(list, trimmed(line, start, i))
		}
	}
	if len(list) == len(g.columns) {
		return list
	}
	return cells
}

// joined puts the cells of a request that was logged with its blanks together again, where the row has too many.
func (g grid) joined(line string, cells []field) []field {
	at := g.column(queryColumn)
	extra := len(cells) - len(g.columns)
	if g.separator != ' ' || at < 0 || extra <= 0 {
		return cells
	}
	whole := trimmed(line, cells[at].start, cells[at+extra].end)
	return append(append(cells[:at:at], whole), cells[at+extra+1:]...)
}

// aligned splits at runs of two blanks or more, or an ideographic space.
func aligned(line string, from int) []field {
	var list []field
	start := from
	for i := from; i < len(line) && len(list) < maxFields; {
		n := 0
		switch {
		case strings.HasPrefix(line[i:], "　"):
			n = len("　")
		case line[i] == ' ' && i+1 < len(line) && line[i+1] == ' ':
			n = 2
		}
		if n == 0 {
			i++
			continue
		}
		if i > start {
			list = append(list, trimmed(line, start, i))
		}
		i += n
		for i < len(line) && line[i] == ' ' {
			i++
		}
		start = i
	}
	if start < len(line) {
		list = append(list, trimmed(line, start, len(line)))
	}
	return list
}

// tableRow is what the cells of a row tell.
type tableRow struct {
	ev      Event
	request request
	accused bool // by the heading
	forged  bool // a check of mail failed
	login   bool // an account was asked for
	action  flowDecision
	entered bool // the action is a log-in that worked
	date    string
}

// row reads a line below the heading; false where the line is no row of the table.
func (g grid) row(line string) (Event, bool) {
	cells := g.fit(line)
	if len(cells) < 2 || len(cells) < len(g.columns)-4 {
		return Event{}, false
	}
	w := tableRow{ev: Event{Product: g.product, Outcome: Neutral, Count: 1, What: g.product + ": row"}}
	for k, kind := range g.columns[:min(len(g.columns), len(cells))] {
		w.take(kind, cells[k])
	}
	ev := &w.ev
	if !ev.Source.Known() {
		return Event{}, false
	}
	ev.attacked(ev.Target.Port)
	if g.column(mailCheckColumn) >= 0 { // a DMARC report (RFC 7489, section 7.2)
		if w.forged {
			ev.accuse(ForgedSpoof, g.product+": mail that fails SPF or DKIM")
		}
		return *ev, true
	}
	w.judge()
	return *ev, true
}

// take reads a cell by the meaning of its column.
func (w *tableRow) take(kind column, c field) {
	ev := &w.ev
	switch kind {
	case sourceColumn, attackerColumn:
		if !ev.Source.Known() {
			ev.Source = c.endpoint()
			w.accused = kind == attackerColumn
		}
	case targetColumn:
		ev.meant(c)
	case sourcePortColumn:
		ev.Source.Port = c.number()
	case targetPortColumn:
		ev.Target.Port = c.portNumber()
		ev.Proto = cmp.Or(ev.Proto, protoWord(lowerASCII(c.text), 0))
	case protoColumn:
		ev.Proto = protocol(c.text)
	case dateColumn:
		w.date = c.text
	case timeColumn:
		ev.setTime(strings.TrimSpace(w.date + " " + c.text))
	case countColumn:
		ev.Count = max(1, c.number())
	case userColumn:
		w.login, ev.User = true, c.text
	case mailCheckColumn:
		w.forged = w.forged || strings.Contains(lowerASCII(c.text), "fail")
	case actionColumn, contentColumn:
		w.verdict(lowerASCII(c.text))
	default:
		w.requested(kind, c)
	}
}

// verdict reads the cell that tells how it ended. A failure is that of a log-in.
func (w *tableRow) verdict(low string) {
	w.action = verdictOf(low)
	switch {
	case strings.Contains(low, "fail") || strings.Contains(low, "失敗") || strings.Contains(low, "invalid") || strings.Contains(low, "incorrect"):
		w.action, w.login = refusedFlow, true
	case strings.Contains(low, "success") || strings.Contains(low, "成功") || low == "ok" || strings.Contains(low, "logged in"):
		w.entered = true
	}
}

// requested reads a cell of a web request.
func (w *tableRow) requested(kind column, c field) {
	switch kind {
	case methodColumn:
		w.request.method = c.text
	case pathColumn:
		w.request.target = c.text + w.request.target
	case queryColumn:
		if c.text != "-" {
			w.request.target += "?" + c.text
		}
	case statusColumn:
		w.request.status = c.number()
		w.verdict(lowerASCII(c.text))
	case agentColumn:
		w.request.agent = c.text
	}
}

// quoteEnd gives where a line begins behind the marks of a quoted mail.
func quoteEnd(line string) int {
	i := 0
	for i < len(line) && line[i] == '>' {
		if i++; i < len(line) && line[i] == ' ' {
			i++
		}
	}
	return i
}

// judge decides what a row accuses its source of. A row without a verdict is
// traffic; a heading that says "attacker" is one.
func (w *tableRow) judge() {
	ev, r := &w.ev, w.request
	switch {
	case r.target != "" && r.method != "":
		r.product, r.client, r.protocol, r.whole = ev.Product, ev.Source, "HTTP/1.1", r.target
		judged := r.event()
		judged.Target, judged.Time, judged.TimeKnown, judged.ZoneKnown, judged.Count = ev.Target, ev.Time, ev.TimeKnown, ev.ZoneKnown, ev.Count
		if ev.Port != 0 {
			judged.attacked(ev.Port)
		}
		*ev = judged
	case w.login && w.action == refusedFlow:
		ev.accuse(ScanBruteforce, ev.Product+": log-in refused")
	case w.login && w.entered:
		ev.Outcome, ev.What = Succeeded, ev.Product+": log-in"
	case w.accused:
		ev.accuse(ScanPort, ev.Product+": row under a heading that says attacker")
	case w.action != undecided:
		ev.decide(w.action)
	}
}

func (ev *Event) setTime(text string) {
	if st, _ := readStamp(text, 0); st.known {
		ev.Time, ev.TimeKnown, ev.ZoneKnown = st.time, true, st.zoned
	}
}

// meant reads the cell of the other side, which may tell its service alone: "22/tcp".
func (ev *Event) meant(c field) {
	proto := protoWord(lowerASCII(c.text), 0)
	if end := c.endpoint(); end.Addr.IsValid() {
		ev.Proto = cmp.Or(ev.Proto, proto)
	} else if port := c.portNumber(); proto != "" && port != 0 {
		ev.Target.Port, ev.Proto = port, proto
		return
	}
	port := ev.Target.Port
	ev.Target = c.endpoint()
	ev.Target.Port = cmp.Or(ev.Target.Port, port)
}

// portNumber reads "22", "22/tcp", "tcp/22".
func (f field) portNumber() int {
	text := f.text
	if at := strings.IndexByte(text, '/'); at >= 0 && !isDigit(first(text)) {
		text = text[at+1:]
	}
	n, end := readNumber(text, 0)
	if end == 0 || n > 65535 {
		return 0
	}
	return n
}
