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
	mailCheckColumn // what SPF, DKIM or DMARC say of a mail
)

// headings are the known names, in lower case without blanks, hyphens,
// underscores and dots.
var headings = headingNames()

func headingNames() map[string]column {
	names := map[string]column{}
	for kind, list := range map[column]string{
		sourceColumn:     "src srcip sourceip source sourceaddress srcaddr srcaddress saddr ipsrc clientip client cip remoteip remotehost remoteaddr remoteaddress 送信元 送信元ip 送信元アドレス 送信元ipアドレス 発信元 発信元ip 発信元アドレス 発信元ipアドレス 接続元 接続元ip 接続元アドレス 接続元ipアドレス アクセス元 アクセス元ip アクセス元ipアドレス ソースip ソースアドレス 始点 from ip ipaddress ipアドレス srcipaddr idorigh",
		attackerColumn:   "attacker attackers attackeraddress attackerip attackingip attacksource offender offenderip badip maliciousip 攻撃元 攻撃元ip 攻撃元アドレス 攻撃元ipアドレス 攻撃者 攻撃者ip 不正アクセス元 スキャン元",
		targetColumn:     "dst dstip destip destinationip destination destinationaddress dstaddr dstaddress daddr ipdst serverip sip target targetip victim victimip 宛先 宛先ip 宛先アドレス 宛先ipアドレス 送信先 送信先ip 送信先アドレス 攻撃先 攻撃先ip 接続先 接続先ip あて先 対象 終点 to dstipaddr idresph sensor sensorip honeypot センサ センサー センサーip 観測点 被攻撃先 被攻撃ip",
		sourcePortColumn: "srcport sport spt sourceport 送信元ポート 送信元ポート番号 発信元ポート 接続元ポート ソースポート idorigp",
		targetPortColumn: "dstport dport dpt destport destinationport port targetport serverport 宛先ポート 宛先ポート番号 送信先ポート あて先ポート 接続先ポート 攻撃先ポート ポート ポート番号 idrespp victimport attackedport portproto protoport port/proto proto/port ports service サービス 対象ポート 被攻撃ポート ポート/プロトコル プロトコル/ポート dstport/proto",
		protoColumn:      "proto protocol prot プロトコル ipproto",
		timeColumn:       "time timestamp datetime 日時 時刻 発生日時 検知日時 タイムスタンプ 検知時刻 starttime firstseen datefirstseen eventtime when timeutc localtime ts",
		dateColumn:       "date 日付 月日 発生日",
		actionColumn:     "action verdict disposition result アクション 動作 処理 結果 判定",
		countColumn:      "count attempts hits 回数 件数 試行回数 アクセス数 アクセス回数",
		methodColumn:     "csmethod method メソッド",
		pathColumn:       "csuristem csuri url uri path リクエスト",
		queryColumn:      "csuriquery",
		statusColumn:     "scstatus status ステータス",
		agentColumn:      "cs(useragent) useragent",
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
	separator byte // '\t', '|', ',', '/' with blanks around it, ' ' for single blanks, 'a' for aligned columns
	product   string
}

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
	for _, sep := range [...]byte{'\t', '|', ',', '/', 'a'} {
		if sep != 'a' && strings.IndexByte(line, sep) < 0 {
			continue
		}
		g := grid{separator: sep, product: "table"}
		for _, c := range g.cells(line, 0) {
			g.columns = append(g.columns, g.headings(c.text)...)
		}
		if len(g.columns) >= 2 && g.named() >= 2 && g.column(sourceColumn, attackerColumn) >= 0 {
			return g, true
		}
	}
	return grid{}, false
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

// row reads a line below the heading; false where the line is no row of the table.
func (g grid) row(line string) (Event, bool) {
	cells := g.cells(line, quoteEnd(line))
	cells = g.joined(line, g.realigned(line, cells))
	if len(cells) < 2 || len(cells) < len(g.columns)-4 {
		return Event{}, false
	}
	ev := Event{Product: g.product, Outcome: Neutral, Count: 1, What: g.product + ": row"}
	var r request
	accused, forged, action, date := false, false, undecided, ""
	for k, kind := range g.columns {
		if k >= len(cells) {
			break
		}
		c := cells[k]
		switch kind {
		case sourceColumn, attackerColumn:
			if !ev.Source.Known() {
				ev.Source = c.endpoint()
				accused = kind == attackerColumn
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
			date = c.text
		case timeColumn:
			ev.setTime(strings.TrimSpace(date + " " + c.text))
		case actionColumn:
			action = verdictOf(lowerASCII(c.text))
		case countColumn:
			ev.Count = max(1, c.number())
		case methodColumn:
			r.method = c.text
		case pathColumn:
			r.target = c.text + r.target
		case queryColumn:
			if c.text != "-" {
				r.target += "?" + c.text
			}
		case statusColumn:
			r.status = c.number()
		case agentColumn:
			r.agent = c.text
		case mailCheckColumn:
			forged = forged || strings.Contains(lowerASCII(c.text), "fail")
		}
	}
	if !ev.Source.Known() {
		return Event{}, false
	}
	ev.attacked(ev.Target.Port)
	if g.column(mailCheckColumn) >= 0 { // a DMARC report (RFC 7489, section 7.2)
		if forged {
			ev.accuse(ForgedSpoof, g.product+": mail that fails SPF or DKIM")
		}
		return ev, true
	}
	g.judge(&ev, r, accused, action)
	return ev, true
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
func (g grid) judge(ev *Event, r request, accused bool, action flowDecision) {
	switch {
	case r.target != "" && r.method != "":
		r.product, r.client, r.protocol, r.whole = g.product, ev.Source, "HTTP/1.1", r.target
		judged := r.event()
		judged.Target, judged.Time, judged.TimeKnown, judged.ZoneKnown, judged.Count = ev.Target, ev.Time, ev.TimeKnown, ev.ZoneKnown, ev.Count
		if ev.Port != 0 {
			judged.attacked(ev.Port)
		}
		*ev = judged
	case accused:
		ev.accuse(ScanPort, g.product+": row under a heading that says attacker")
	case action != undecided:
		ev.decide(action)
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
	if port := c.portNumber(); proto != "" && port != 0 {
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
