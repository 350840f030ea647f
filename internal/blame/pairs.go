package blame

import (
	"maps"
	"net/netip"
	"slices"
	"strings"

	"todoke/internal/blame/cue"
	"todoke/internal/desk"
)

// findPairs finds hosts that are said to be an IP: beside it, in brackets, resolved to it, or in the lines of one record.
func (r *reader) findPairs() {
	list := r.ev.Findings
	for i := range list {
		list[i].inert = isIP(&list[i]) && isVersion(r.ev.Text(list[i].PartIndex)[:list[i].Start])
	}
	for i := 1; i < len(list); i++ {
		a, b := &list[i-1], &list[i]
		if a.inert || b.inert || a.Passage < 0 || a.PartIndex != b.PartIndex || a.Log >= 0 || a.Passage != b.Passage && !r.arrowBetween(a, b) {
			continue
		}
		host, ip := a, b
		if isIP(a) {
			host, ip = b, a
		}
		if !isIP(ip) || !isHost(host) {
			continue
		}
		if why := r.besideWhy(a, b); why != "" {
			r.pair(host.Host, ip.Value, why)
		}
	}
	r.namePairs()
	r.rowPairs()
	r.recordPairs()
	r.linePairs()
	r.labelPairs()
	r.statedPairs()
	r.samePairs()
	r.processPairs()
	r.sharedBelow()
	r.onlyPair()
}

// namePairs joins hosts to the told IP that their name is made of, as providers name the machines that they rent out:
// "vm-203-0-113-5.cloud.example.net", "5.113.0.203.example.net".
func (r *reader) namePairs() {
	ips := map[string]bool{}
	for i := range r.ev.Findings {
		if f := &r.ev.Findings[i]; isIP(f) {
			ips[f.Value] = true
		}
	}
	for i := range r.ev.Findings {
		f := &r.ev.Findings[i]
		if !isHost(f) || len(ips) == 0 || ips[f.Host] {
			continue
		}
		groups := strings.FieldsFunc(f.Host, func(c rune) bool { return c < '0' || c > '9' })
		for k := 0; k+4 <= len(groups) && k < 8; k++ {
			g := groups[k : k+4]
			for _, ip := range []string{strings.Join(g, "."), g[3] + "." + g[2] + "." + g[1] + "." + g[0]} {
				if ips[ip] {
					r.pair(f.Host, ip, "its name is made of it")
				}
			}
		}
	}
}

// excuseShared takes the blame from the IPs that many sites share and that stand beside the host which is the address. What a
// log line accuses stays accused.
func (r *reader) excuseShared() {
	for i := range r.ev.Findings {
		if f := &r.ev.Findings[i]; f.Role == desk.RoleSource && f.Log < 0 && isIP(f) && r.shared[f.Value] {
			f.Role, f.Why = desk.RoleReference, "a shared address; the host beside it is at fault"
		}
	}
}

// arrowBetween tells whether nothing but an arrow stands between two findings, the second at the start of the next line.
func (r *reader) arrowBetween(a, b *Finding) bool {
	between := r.ev.Text(a.PartIndex)[a.End:max(a.End, b.Start)]
	if len(between) > 40 || strings.Count(between, "\n") > 1 {
		return false
	}
	switch strings.TrimSpace(between) {
	case "->", "=>", "→", "⇒", "-->", "==>":
		return true
	}
	return false
}

// besideWhy says why a host and an IP that stand next to one another in a passage are one, "" where they are not.
func (r *reader) besideWhy(a, b *Finding) string {
	text := r.ev.Text(a.PartIndex)
	p := &r.ev.Passages[a.Passage]
	between := text[a.End:max(a.End, b.Start)]
	if why := besideWhy(between, p.Kind); why != "" {
		return why
	}
	if isIP(a) && len(between) < 200 && containsAny(strings.ToLower(between), "virtual host", "バーチャルホスト", "sites", "サイト") && endsIn(strings.ToLower(between), "example", "e.g.", "such as", "例えば", "たとえば", "例:", "例：") {
		return "an example of the sites on it"
	}
	if len(between) > 80 || strings.Contains(between, "\n\n") {
		return ""
	}
	for _, c := range p.Cues {
		if c.Rule.Sense == cue.Role && c.Rule.Value == "resolves" && c.Start >= a.End && c.End <= b.Start && len(strings.TrimSpace(text[c.End:b.Start])) <= 12 {
			return "said to be that address"
		}
	}
	if isIP(a) && strings.Trim(between, " 　") == "で" {
		return "said to stand there"
	}
	if subject := skipAppositions(between); isIP(b) && (strings.HasPrefix(subject, "は") || strings.HasPrefix(subject, "が") || strings.HasPrefix(subject, "も")) && pointedAt(text[b.End:p.End]) {
		return "said to point there"
	}
	return ""
}

// pointedAt tells whether the words behind an IP say that a name stands for it: "… を指していました".
func pointedAt(behind string) bool {
	behind = skipAppositions(behind)
	for _, w := range []string{"を指", "に解決", "に名前解決", "に向い", "に向け", "で稼", "で動", "上で", "上に", "にあり", "にある", "に置", "に割り当", "に設定"} {
		if strings.HasPrefix(behind, w) {
			return true
		}
	}
	return false
}

// onlyPair joins the only host and the only IP of a message that tells of a site, where they stand close together: nobody
// gives two addresses for one page otherwise.
func (r *reader) onlyPair() {
	if best, _ := r.ev.mail.Best(); !isVisited(best) {
		return
	}
	var host, ip *Finding
	for i := range r.ev.Findings {
		f := &r.ev.Findings[i]
		if f.Passage < 0 || !isIP(f) && !isHost(f) || f.inert {
			continue
		}
		s := f.side
		if !r.ev.Passages[f.Passage].Speaks() || s.own || s.legit || s.reference || s.innocent || s.infrastructure || s.named || s.noun == to && s.trap || isReference(f.Host) || r.cfg.legitimate(f.Host) || r.cfg.isReporters(f.Host) || isPrivate(f.Value) {
			continue
		}
		one := &host
		if isIP(f) {
			one = &ip
			if f.Log >= 0 {
				return
			}
		}
		if *one != nil && (*one).Host != f.Host {
			return
		}
		if *one == nil {
			*one = f
		}
	}
	if host == nil || ip == nil || host.PartIndex != ip.PartIndex || host.side.leads != ip.side.leads || ip.Sends() && !host.side.sends() || host.side.way == from && ip.side.way == to || ip.side.way == to && ip.Passage != host.Passage || r.areItems(host, ip) {
		return
	}
	if distance := r.ev.Passages[ip.Passage].First - r.ev.Passages[host.Passage].Last; distance <= 4 && distance >= -4 {
		r.pair(host.Host, ip.Value, "the only host and the only IP that are told")
	}
}

// leftAtFault joins names and addresses that are told as at fault of one harm and that nothing has joined yet: the one host and the one
// IP of a sentence, then the one host and the one IP that are left of the whole mail. Nobody gives two addresses for one site otherwise.
// Where no harm is told ("the site has the address …"), the host need not be blamed itself.
func (r *reader) leftAtFault() {
	bySentence := map[int][]*Finding{}
	var whole []*Finding
	logged := false
	for _, f := range r.unpaired() {
		logged = logged || f.Log >= 0
		whole = append(whole, f)
		bySentence[f.Passage] = append(bySentence[f.Passage], f)
	}
	for _, passage := range slices.Sorted(maps.Keys(bySentence)) {
		if host, ip := oneOfEach(bySentence[passage]); host != nil && isSite(host.Harm) && r.areOne(host, ip) {
			r.pair(host.Host, ip.Value, "the only host and the only IP that the sentence blames")
		}
	}
	if host, ip := oneOfEach(whole); !logged && host != nil && r.areOne(host, ip) {
		r.pair(host.Host, ip.Value, "the only host and the only IP that are at fault")
	}
}

// unpaired lists the findings that are at fault, or could be, and of which no pair is known.
func (r *reader) unpaired() []*Finding {
	taken := map[string]bool{}
	for _, p := range r.ev.Pairs {
		taken[p.Host], taken[p.IP] = true, true
	}
	var left []*Finding
	for i := range r.ev.Findings {
		f := &r.ev.Findings[i]
		if f.Passage < 0 || !isIP(f) && !isHost(f) || f.Role != desk.RoleSource && f.Role != desk.RoleUnknown ||
			f.own || r.cfg.isReporters(f.Host) || taken[f.Host] || f.inert && f.Log < 0 || f.Role == desk.RoleUnknown && isNameServer(f) {
			continue
		}
		left = append(left, f)
	}
	return left
}

// oneOfEach finds the only host and the only IP of a list; nil where there are none or more.
func oneOfEach(list []*Finding) (host, ip *Finding) {
	for _, f := range list {
		one := &host
		if isIP(f) {
			one = &ip
		}
		if *one != nil && (*one).Host != f.Host {
			return nil, nil
		}
		if *one == nil || (*one).Role != desk.RoleSource {
			*one = f
		}
	}
	if host == nil || ip == nil {
		return nil, nil
	}
	return host, ip
}

// areOne tells whether a host and an IP, the only ones told, can be the same machine: of one harm, in one text, and not the sender of
// something beside the place to which it leads.
func (r *reader) areOne(host, ip *Finding) bool {
	harm := ip.Harm
	if harm == "" {
		harm, _ = r.ev.mail.Best()
	}
	switch {
	case ip.Role != desk.RoleSource, host.Log >= 0, ip.Log >= 0, host.side.way == from && ip.side.way == to:
		return false
	case host.Role != desk.RoleSource && r.ev.said != "" && !((harm == "" || isSite(harm)) && host.Kind == desk.IndicatorURL):
		return false
	case host.Role == desk.RoleSource && ip.Harm != "" && host.Harm != ip.Harm, host.side.leads != ip.side.leads:
		return false
	case !r.ev.Passages[host.Passage].Speaks(), !r.ev.Passages[ip.Passage].Speaks():
		return false
	case host.PartIndex != ip.PartIndex && host.PartIndex != SubjectPart && ip.PartIndex != SubjectPart && !(isVisited(harm) && isVisited(host.Harm)):
		return false // of what victims visit, the page may stand in the mail that is passed on, and its IP in the words above
	case ip.Sends() && !host.side.sends() && (r.speaksOf(ip.Passage, mailWords) || host.Passage != ip.Passage && !r.speaksOf(ip.Passage, servingWords)):
		return false
	case harm != "" && !isSite(harm) && host.side.sends() != ip.Sends():
		return false
	}
	return !r.areItems(host, ip)
}

// mailWords tell that what comes from a machine is mail, whose links lead to another; servingWords, that it is a page.
var (
	mailWords    = []string{"mail", "sent", "spam", "message", "came", "arriv", "メール", "送信", "送ら", "差出", "届", "着"}
	servingWords = []string{"deliver", "serve", "host", "running", "runs", "配信", "稼働", "稼動", "設置", "公開", "表示"}
)

// speaksOf tells whether one of the words stands in a passage.
func (r *reader) speaksOf(passage int, words []string) bool {
	p := &r.ev.Passages[passage]
	return containsAny(strings.ToLower(r.ev.Text(p.PartIndex)[p.Start:p.End]), words...)
}

// areItems tells whether two findings stand in items of one list, each with its own number or dot.
func (r *reader) areItems(a, b *Finding) bool {
	mark := func(f *Finding) bool {
		p := &r.ev.Passages[f.Passage]
		text := r.ev.Text(f.PartIndex)
		lead := strings.TrimSpace(text[p.Start:max(p.Start, f.Start)])
		return lead != "" && len(lead) <= 6 && strings.Trim(lead, ".…:：=-") != "" && p.Kind != KeyValue
	}
	return a.Passage != b.Passage && mark(a) && mark(b)
}

// statedPairs reads sentences that give the IP of hosts named before: "いずれも IP アドレスは …", "IP: …" below a list.
func (r *reader) statedPairs() {
	last := map[int]int{} // by part: the finding behind the last sentence of this kind
	for i := range r.ev.Findings {
		f := &r.ev.Findings[i]
		if !isIP(f) || f.Passage < 0 || f.Log >= 0 || i > 0 && r.ev.Findings[i-1].Passage == f.Passage {
			continue
		}
		p := &r.ev.Passages[f.Passage]
		lead := strings.ToLower(r.ev.Text(f.PartIndex)[p.Start:f.Start])
		if s := f.side; !statesIP(lead) && !r.resolves(p, f.Start) || s.trap || s.own || s.innocent || s.infrastructure || s.noun != nowhere {
			continue
		}
		for j := i - 1; j >= last[f.PartIndex] && r.ev.Findings[j].PartIndex == f.PartIndex; j-- {
			h := &r.ev.Findings[j]
			if h.Passage >= 0 && p.Block-r.ev.Passages[h.Passage].Block > 2 {
				break
			}
			if !isHost(h) || h.Passage < 0 {
				continue
			}
			if s := h.side; s.legit || s.reference || s.own || s.infrastructure || isReference(h.Host) || r.cfg.legitimate(h.Host) {
				continue // of another site than the one whose IP is told
			}
			r.pair(h.Host, f.Value, "its IP is told below")
			if !saysAll(lead) && (j == 0 || r.ev.Findings[j-1].Host != h.Host) && !sameList(r, h, j) {
				break
			}
		}
		last[f.PartIndex] = i + 1
	}
}

// samePairs reads that a host stands on the machine told before it: "http://… resolves to the same IP", "…も同じサーバです".
func (r *reader) samePairs() {
	last, part := "", SubjectPart
	for i := range r.ev.Findings {
		f := &r.ev.Findings[i]
		if f.PartIndex != part {
			last, part = "", f.PartIndex
		}
		if f.Passage < 0 || f.Log >= 0 || !isIP(f) && !isHost(f) {
			continue
		}
		if _, err := netip.ParseAddr(f.Host); err == nil {
			last = f.Host
			continue
		}
		p := &r.ev.Passages[f.Passage]
		behind := strings.ToLower(r.ev.Text(f.PartIndex)[f.End:max(f.End, min(p.End, f.End+120))])
		from := max(p.Start, f.Start-80)
		if i > 0 && r.ev.Findings[i-1].PartIndex == f.PartIndex {
			from = min(f.Start, max(from, r.ev.Findings[i-1].End))
		}
		before := strings.ToLower(r.ev.Text(f.PartIndex)[from:f.Start])
		if last != "" && (saysSame(behind) || namesSame(before)) && !f.side.legit && !f.side.own {
			r.pair(f.Host, last, "said to stand on the same machine")
		} else if ip := r.ev.pairOf[f.Host]; ip != "" {
			last = ip
		}
	}
}

// processPairs joins the name and the IP that two log lines in a row tell of one client: the same process wrote them.
func (r *reader) processPairs() {
	for i := 1; i < len(r.ev.Logs); i++ {
		a, b := &r.ev.Logs[i-1], &r.ev.Logs[i]
		if a.PartIndex != b.PartIndex || b.Start-a.End > 4 {
			continue
		}
		host, ip := a.Event.Source, b.Event.Source
		if host.Addr.IsValid() {
			host, ip = ip, host
		}
		if host.Addr.IsValid() || host.Host == "" || !ip.Addr.IsValid() {
			continue
		}
		text := r.ev.Text(a.PartIndex)
		if process := processOf(text[a.Start:a.End]); process != "" && process == processOf(text[b.Start:b.End]) {
			r.pair(host.Host, ip.Addr.String(), "the same process tells both")
		}
	}
}

// processOf is the name and the number of the process that wrote a log line (RFC 3164, section 5.3): "sshd[4298]", "" where none is told.
func processOf(line string) string {
	open := strings.IndexByte(line, '[')
	if open <= 0 {
		return ""
	}
	number, _, ok := strings.Cut(line[open+1:], "]")
	if !ok || number == "" || len(number) > 10 || strings.Trim(number, "0123456789") != "" {
		return ""
	}
	return line[strings.LastIndexByte(line[:open], ' ')+1:open] + "[" + number
}

// sharedBelow reads that several sites stand on one machine that is told before them: "one server (203.0.113.5) bears both names:".
func (r *reader) sharedBelow() {
	ip, until, part := "", -1, SubjectPart
	for i := range r.ev.Findings {
		f := &r.ev.Findings[i]
		if f.Passage < 0 || f.Log >= 0 {
			continue
		}
		p := &r.ev.Passages[f.Passage]
		switch {
		case isIP(f) && p.Kind == Prose && saysOne(strings.ToLower(r.ev.Text(f.PartIndex)[p.Start:p.End])):
			ip, until, part = f.Value, p.Block+1, f.PartIndex
		case ip == "" || f.PartIndex != part || p.Block > until || isIP(f):
			ip = ""
		case isHost(f) && p.Kind != Prose && !f.side.legit && !f.side.own:
			r.pair(f.Host, ip, "said to stand on one machine with others")
		}
	}
}

// saysOne tells whether a sentence says that several things stand on one machine.
func saysOne(sentence string) bool {
	return containsAny(sentence, "同一サーバ", "同じサーバ", "同一のサーバ", "同一ip", "同じip", "同一のip", "1台のサーバ", "一台のサーバ", "one server", "one box", "one machine", "one ip", "same server", "same machine", "same box", "same ip", "single server", "single ip", "single machine")
}

// saysSame tells whether the words behind a host say that it stands where another does.
func saysSame(behind string) bool {
	for _, w := range sameMachine {
		if i := strings.Index(behind, w); i >= 0 && !clauseBreak(behind[:i]) {
			return true
		}
	}
	return false
}

// namesSame tells whether the words before a host say that it stands where another does: "a twin on the same machine, http://…",
// "同じサーバに http://… も".
func namesSame(before string) bool {
	for _, w := range sameMachine {
		if i := strings.LastIndex(before, w); i >= 0 && len(before)-i-len(w) <= 40 && !strings.Contains(before[i:], ". ") && !strings.Contains(before[i:], "。") {
			return true
		}
	}
	return false
}

// sameMachine are words for the machine that was named before.
var sameMachine = []string{"the same machine", "the same ip", "the same server", "the same host", "the same box", "the same address", "the identical ip", "that same ip", "that same machine", "that ip too", "on that machine", "to that ip", "on that ip", "同じip", "同じサーバ", "同じマシン", "同じアドレス", "同じホスト", "同一のip", "同一ip", "同一のサーバ", "同一サーバ", "同一のアドレス", "同じipアドレス", "同じ ip", "同一の ip", "同じところ", "同じ場所"}

// resolves tells whether the last words before a place in a passage say that a name was looked up.
func (r *reader) resolves(p *Passage, at int) bool {
	text := r.ev.Text(p.PartIndex)
	for _, c := range p.Cues {
		if c.Rule.Sense == cue.Role && c.Rule.Value == "resolves" && c.End <= at && strings.Trim(lookedUpSo(text[c.End:at]), " 　\t\n:：=＝>→(（はが、,.…") == "" {
			return true
		}
	}
	return false
}

// lookedUpSo takes the verb behind a look-up away: "名前解決すると …", "逆引きしたところ …".
func lookedUpSo(behind string) string {
	for _, w := range []string{"すると", "したところ", "したら", "した結果", "の結果", "結果", "では"} {
		behind = strings.TrimPrefix(behind, w)
	}
	return behind
}

// statesIP tells whether the words before an IP say that it is that of something named before.
func statesIP(lead string) bool {
	lead = strings.Trim(lead, " 　\t\n(（・:：-*>→↓=＝.…")
	switch lead {
	case "a", "aaaa", "a record", "in a", "現在": // the key of a record (RFC 1035, section 3.2.2)
		return true
	}
	for _, w := range []string{"ipアドレスは", "ip アドレスは", "ipは", "ip は", "のip", "アドレスは", "ip", "ipアドレス", "ip アドレス", "ip address", "ip addr", "resolves to", "resolve to", "hosted on", "hosted at", "the ip is", "ip is", "ip address is", "on", "host address", "address", "it is at", "is at", "the machine is", "machine is", "the server is", "server is", "the host is", "located at", "found at", "at", "サーバは", "ホストは", "マシンは", "served from", "answer from", "answers from", "answer at", "answers at", "ip seems to be", "ip appears to be", "ip should be", "ip was", "ip at the moment", "ip today", "ip currently", "all at", "both at", "all on", "both on", "server ip", "サーバip", "サーバのip", "ipに直すと", "ipになおすと", "ipにすると", "ipで言うと", "ipでは", "ipアドレスに直すと", "ipアドレスにすると", "アドレスに直すと", "resolved, that is", "which resolves to", "as an ip"} {
		if strings.HasSuffix(lead, w) {
			return w != "on" && w != "at" && w != "address" || len(lead) < 24
		}
	}
	return false
}

func saysAll(lead string) bool {
	for _, w := range []string{"いずれも", "どちらも", "全て", "すべて", "共に", "とも", "all ", "both "} {
		if strings.Contains(lead, w) {
			return true
		}
	}
	return false
}

// sameList tells whether the host before stands in the same list of bare lines.
func sameList(r *reader, h *Finding, j int) bool {
	if j == 0 || r.ev.Findings[j-1].Passage < 0 {
		return false
	}
	p, q := &r.ev.Passages[h.Passage], &r.ev.Passages[r.ev.Findings[j-1].Passage]
	return p.Kind == Bare && q.Kind == Bare && p.Block == q.Block
}

func isIP(f *Finding) bool   { return f.Kind == desk.IndicatorIP }
func isHost(f *Finding) bool { return f.Kind == desk.IndicatorHost || f.Kind == desk.IndicatorURL }

func (r *reader) pair(host, ip, why string) {
	if _, err := netip.ParseAddr(host); err == nil || host == "" || isPrivate(ip) || r.asked(ip) {
		return
	}
	if r.cfg.isShared(ip) {
		if r.shared == nil {
			r.shared = map[string]bool{}
		}
		r.shared[ip] = true
		return
	}
	if _, ok := r.ev.pairOf[host]; ok {
		return
	}
	r.ev.pairOf[host] = ip
	r.ev.Pairs = append(r.ev.Pairs, Pair{Host: host, IP: ip, Why: why})
}

// besideWhy says why the text between a host and an IP joins them, "" where it does not.
func besideWhy(between string, kind PassageKind) string {
	b := strings.ToLower(between)
	for _, w := range []string{"resolves to", "resolved to", "resolve to", "resolving to", "hosted on", "hosted at", "is hosted", "served from", "currently at", "points at", "のipアドレスは", "の ip アドレスは", "のipは", "ipアドレスは", "ip アドレスは", "in a", "a record", "逆引き", "ホスト名", "is at", "名前解決", "with ip", "ip address", "に置かれ", "上に", "上の", "にある", "で動", "on the server"} {
		if len(between) < 80 && strings.Contains(b, w) {
			return "said to be that address"
		}
	}
	if len(between) < 12 && (strings.Contains(b, "->") || strings.Contains(b, "=>") || strings.Contains(b, "→")) {
		return "an arrow from the one to the other"
	}
	for _, w := range []string{"today", "right now", "at present", "at the moment", "as of now", "本日", "今日", "現時点で"} {
		b = strings.Replace(b, w, "", 1)
	}
	rest := strings.Trim(b, " \t\n　([{（「【<>)]）」】\"',、/／=＝:：;|・→⇒-")
	switch rest {
	case "":
		if kind != Bare && strings.ContainsAny(b, ",、・") {
			return ""
		}
		return "beside it"
	case "> on", "> at", "a", "aaaa", "は", "が", "のip", "の ip", "ipは", "ip は", "ip:は", "ip is", "its ip", "their ip", "ip addr", "ipaddr", "ip-address", "ip adresse", "with the ip", "has address", "resolves", "アドレスは", "ipアドレス:", "ip アドレス：", "(ip", "ip=", "ip:", "ip：",
		"ip", "ipアドレス", "ip アドレス", "ip address", "address", "at", "on", "->", "=>", "→", "host", "hostname", "ホスト名", "url", "is", "i.e.", "aka",
		"server", "サーバ", "サーバー", "サーバは", "サーバーは", "サーバip", "サーバーip", "machine", "box", "vps", "server ip", "host ip", "now", "currently", "now on", "now at", "now ip", "現在", "現在は", "当時", "実体", "実体は", "実体のip", "実ip", "real ip", "ipv4", "ipv6", "v4", "v6":
		return "beside it"
	}
	return ""
}

// recordPairs joins the lines of a record: "URL: …" and "IP: …" in one paragraph.
func (r *reader) recordPairs() {
	var hosts []*Finding
	var ip *Finding
	block, part := -1, -2
	for i := range r.ev.Findings {
		f := &r.ev.Findings[i]
		if f.Passage < 0 || f.Log >= 0 {
			continue
		}
		p := &r.ev.Passages[f.Passage]
		if p.Kind != KeyValue && p.Kind != Bare || p.Kind == KeyValue && isIP(f) && !namesAddress(r.ev.Text(f.PartIndex)[p.Start:f.Start]) {
			hosts, ip = nil, nil
			continue
		}
		if p.Block != block || p.PartIndex != part {
			hosts, ip = nil, nil
			block, part = p.Block, p.PartIndex
		}
		switch {
		case isIP(f) && p.Kind == KeyValue:
			if len(hosts) > 0 && sameSide(r, hosts[0], f) {
				for _, h := range hosts {
					r.pair(h.Host, f.Value, "in one record")
				}
				hosts, ip = nil, nil
			} else {
				ip = f
			}
		case isIP(f) && p.Kind == Bare && r.underKey(p) && len(hosts) > 0:
			for _, h := range hosts {
				r.pair(h.Host, f.Value, "listed as its IP")
			}
		case isHost(f):
			if ip != nil && p.Kind == KeyValue && sameSide(r, ip, f) {
				r.pair(f.Host, ip.Value, "in one record")
			} else {
				hosts = append(hosts, f)
			}
		}
	}
}

// linePairs joins the lines of a list in which a host stands on one line and its IP on the next, twice or more in a row.
func (r *reader) linePairs() {
	list := r.ev.Findings
	for i := 0; i < len(list); {
		j := i
		for j < len(list) && r.aloneInLine(j) && (j == i || r.alternates(&list[j-1], &list[j])) {
			j++
		}
		if n := j - i; n >= 4 && n%2 == 0 {
			for k := i; k < j; k += 2 {
				host, ip := &list[k], &list[k+1]
				if isIP(host) {
					host, ip = ip, host
				}
				r.pair(host.Host, ip.Value, "on the next line, as with all of the list")
			}
		}
		i = max(j, i+1)
	}
}

// aloneInLine tells whether a finding is a host or an IP and the only indicator of a line of a list.
func (r *reader) aloneInLine(i int) bool {
	list := r.ev.Findings
	f := &list[i]
	if f.Passage < 0 || f.Log >= 0 || !isHost(f) && !isIP(f) || r.ev.Passages[f.Passage].Kind == Prose || f.side.legit || f.side.own {
		return false
	}
	return (i == 0 || list[i-1].Passage != f.Passage) && (i+1 == len(list) || list[i+1].Passage != f.Passage)
}

// alternates tells whether of two findings one is a host and the other an IP, a line or two apart, and no items of their own.
func (r *reader) alternates(a, b *Finding) bool {
	return isIP(a) != isIP(b) && a.PartIndex == b.PartIndex && r.ev.Passages[b.Passage].First-r.ev.Passages[a.Passage].Last <= 2 && !r.areItems(a, b)
}

// underKey tells whether a line stands below a key that says "IP address".
func (r *reader) underKey(p *Passage) bool {
	if p.Heading < 0 {
		return false
	}
	h := &r.ev.Passages[p.Heading]
	key := strings.ToLower(r.ev.Text(h.PartIndex)[h.Start:h.End])
	return (h.Kind == KeyValue || h.Kind == Heading) && (strings.Contains(key, "ip") || strings.Contains(key, "ｉｐ") || strings.Contains(key, "アドレス"))
}

// namesAddress tells whether the key of a line says what kind of address follows, not what part it plays.
func namesAddress(key string) bool {
	key = strings.ToLower(key)
	for _, w := range []string{"url", "uri", "ip", "アドレス", "ｉｐ", "host", "ホスト", "domain", "ドメイン", "site", "サイト", "fqdn", "逆引き", "サーバ", "server", "link", "リンク", "page", "ページ", "address", "name", "location", "所在", "number", "番号"} {
		if strings.Contains(key, w) {
			return true
		}
	}
	return false
}

// sameSide tells whether the keys of two lines of a record do not name different ends.
func sameSide(r *reader, a, b *Finding) bool {
	left, right := r.sideOfFinding(a), r.sideOfFinding(b)
	if (left.noun == from || right.noun == from) && (a.Kind == desk.IndicatorURL || b.Kind == desk.IndicatorURL) {
		if best, _ := r.ev.mail.Best(); best.Group() == "scan" {
			return false // a client, and the page that it asked for
		}
	}
	return left.legit == right.legit && left.reference == right.reference && left.own == right.own &&
		(left.noun == right.noun || left.noun == nowhere || right.noun == nowhere)
}

func (r *reader) sideOfFinding(f *Finding) side {
	p := &r.ev.Passages[f.Passage]
	return sideOf(r.ev.Text(f.PartIndex), p, f.Start, f.End, p.Start, p.End)
}
