package blame

import (
	"strings"
	"unicode/utf8"

	"todoke/internal/blame/cue"
	"todoke/internal/desk"
)

// side is what the words around an address say of it.
type side struct {
	own, legit, reference, leads, innocent, infrastructure, trap, named bool
	above                                                               bool // told by what announces its list
	stopped                                                             bool // said to do no harm any more
	misused                                                             bool // said to have been used for harm by others
	blameless                                                           bool // said to be nobody's fault who owns it
	served                                                              bool // said to be the server, of whichever side
	toward                                                              bool // its way is to it as a goal: "に対して", "against"
	siteAt                                                              int  // where a bad site is named before it, 0 where none is
	noun, way                                                           direction
	why                                                                 string
}

// direction says on which end of the harm an address stands.
type direction int8

const (
	nowhere direction = iota
	from
	to
)

func (s side) told() bool {
	return s.innocent || s.infrastructure || s.own || s.legit || s.reference || s.leads || s.noun != nowhere || s.way != nowhere
}

// sends tells whether something is said to come from the address.
func (s side) sends() bool { return s.way == from || s.noun == from }

// sideOf reads the words between the previous address and this one (left) and from this one to the next (right).
func sideOf(text string, p *Passage, start, end, prev, next int) side {
	var s side
	s.readLeft(text, p.Cues, prev, start)
	s.readRight(text, p.Cues, end, next)
	return s
}

// readLeft takes the nearest cues before the address.
func (s *side) readLeft(text string, cues []cue.Match, prev, start int) {
	left := text[prev:start]
	nearest := prev
	for i := len(cues) - 1; i >= 0; i-- {
		c := cues[i]
		if c.End > start || c.Start < prev {
			continue
		}
		if c.Rule.Sense != cue.Role {
			if c.Rule.Sense == cue.Harm && c.Rule.Weight > 1 && isVisited(desk.Class(c.Rule.Value)) {
				s.siteAt = c.Start
			}
			continue
		}
		gap := text[c.End:start]
		if c.Rule.Value == "own-is" && strings.HasPrefix(strings.ToLower(text[c.Start:c.End]), "us ") && strings.Trim(text[prev:c.Start], " 　\n\t・-*") != "" {
			continue // "what worries us is 203.0.113.5"
		}
		if c.Rule.Value == "own" && (isComplement(text, cues[:i], prev, c.Start) || isHonoured(text[prev:c.Start]) || announced(cues[:i], prev, gap)) {
			continue
		}
		if c.Rule.Value == "server-is" && strings.Trim(text[prev:c.Start], " 　\n\t・-") != "" {
			continue // of a sending server, or of somebody's
		}
		if s.takeLeft(c, gap) {
			nearest = c.Start
			break
		}
	}
	s.preposition(left, nearest-prev)
	if !s.told() && (endsInPronoun(left) || endsInMine(left)) {
		s.own, s.why = true, "the author's own, in brackets"
	}
	if !s.told() && endsInDenial(left) {
		s.legit, s.why = true, "it is said not to be it"
	}
	if !s.told() && endsInName(left) {
		s.named = true
	}
}

// announced tells whether a colon ends a clause that names a harm before an owner's word: "port scans of our network:" announces who
// did it, while "our network:" says what follows.
func announced(before []cue.Match, prev int, gap string) bool {
	if !strings.HasSuffix(strings.TrimRight(gap, " \n"), ":") {
		return false
	}
	for _, c := range before {
		if c.Start >= prev && c.Rule.Sense == cue.Harm {
			return true
		}
	}
	return false
}

// isHonoured tells whether a Japanese prefix of courtesy stands before an owner's word: "御自宅" is somebody else's home.
func isHonoured(before string) bool {
	return strings.HasSuffix(before, "御") || strings.HasSuffix(before, "ご")
}

// isComplement tells whether an owner's word only says of a bad site whose it imitates: "a fake page of our bank at …".
func isComplement(text string, before []cue.Match, prev, at int) bool {
	word := strings.TrimRight(text[prev:at], " \n")
	switch strings.ToLower(word[strings.LastIndexAny(word, " \n")+1:]) {
	case "of", "for", "against", "on", "imitating", "copying", "targeting", "like", "with", "using", "mimicking", "impersonating", "spoofing", "faking":
	default:
		return false
	}
	for i := len(before) - 1; i >= 0 && before[i].Start >= prev; i-- {
		c := before[i]
		if c.Rule.Sense == cue.Harm && isVisited(desk.Class(c.Rule.Value)) && !clauseBreak(text[c.End:at]) {
			return true
		}
	}
	return false
}

// endsInPronoun tells whether the text before an address is the author and an opening bracket: "We (192.0.2.4) …".
func endsInPronoun(left string) bool {
	left, ok := strings.CutSuffix(strings.TrimRight(left, " "), "(")
	if !ok {
		return false
	}
	left = strings.ToLower(strings.TrimRight(left, " "))
	switch left[strings.LastIndexAny(left, " \n")+1:] {
	case "we", "i", "me", "myself", "ourselves", "us":
		return true
	}
	return false
}

// endsInMine tells whether the text before an address ends in a subject that is the author or what is his: "こちらのIPは ", "うち（",
// "ウチのグローバルIPアドレスは ". A verb between says something else.
func endsInMine(left string) bool {
	left = strings.TrimRight(left, " 　\n「『\"")
	left = left[max(0, strings.LastIndexAny(left, "\n。、，,")):]
	subject := left
	for _, mark := range []string{"は", "（", "(", "が", "：", ":", "＝", "="} {
		if cut, ok := strings.CutSuffix(left, mark); ok {
			subject = strings.TrimRight(cut, " 　」』\"")
			break
		}
	}
	if subject == left {
		return false
	}
	if _, value, ok := strings.Cut(strings.ReplaceAll(subject, "：", ":"), ":"); ok {
		subject = value
	}
	subject = strings.TrimLeft(strings.TrimLeft(subject, "\n。、，, 　・-*「『\""), "\u3001\u3002\uff0c")
	for _, mine := range []string{"こちら", "うち", "ウチ", "当方", "私", "わたし", "自分", "我が家", "わが家", "僕", "俺", "このコンピュータ", "このコンピューター", "this computer", "This computer"} {
		if noun, ok := strings.CutPrefix(subject, mine); ok && len(noun) <= 60 && strings.IndexFunc(noun, func(r rune) bool { return r >= 0x3041 && r <= 0x3096 && r != 'の' }) < 0 {
			return true
		}
	}
	return false
}

// endsInDenial tells whether the text before an address says that what was seen is another: "that is not www.example.com".
func endsInDenial(left string) bool {
	left = strings.ToLower(strings.TrimRight(left, " \n(\"'"))
	return endsIn(left, " is not", " isn't", " was not", " wasn't", " and not", ", not", " instead of", " rather than", " nothing like", " is not at", " is not on")
}

// companyEnds end the names of those who are imitated.
var companyEnds = []string{"銀行", "信用金庫", "信金", "カード", "証券", "株式会社", "オンライン", "ショッピング", "オークション", "生命", "信託", "ペイ", "郵便", "庁"}

// endsInName tells whether the text before an address is a name and an opening bracket: "Example Bank (".
func endsInName(left string) bool {
	for _, end := range companyEnds {
		if strings.HasSuffix(strings.TrimRight(left, " 　:："), end) {
			return true
		}
	}
	name, ok := strings.CutSuffix(strings.TrimRight(left, " "), "(")
	if !ok {
		if name, ok = strings.CutSuffix(strings.TrimRight(left, " 　"), "（"); !ok {
			return false
		}
	}
	name = strings.TrimRight(name, " 　」』\"")
	for _, end := range companyEnds {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	word := name[strings.LastIndexAny(name, " \n(")+1:]
	if word == "" || word[0] < 'A' || word[0] > 'Z' {
		return false
	}
	switch strings.ToLower(strings.Trim(word, ".,:")) {
	case "site", "page", "url", "link", "here", "website", "host", "server", "ip", "phishing", "malware", "address", "mirror":
		return false
	}
	return true
}

// noun is what a word for a role makes of the address behind it.
type noun struct {
	reach   int                   // bytes that may stand between, at most
	joins   func(gap string) bool // whether they let the word speak of the address; nil is always
	site    bool                  // a bad site that is named between them is what the address is
	further bool                  // whose it is may stand before the word: "当社の NAT"
	take    func(*side)
}

var nouns = map[string]noun{
	"own":            {reach: 80, joins: nounGap, site: true, take: func(s *side) { s.own = true }},
	"own-is":         {reach: 16, joins: nounGap, take: func(s *side) { s.own = true }},
	"source":         {reach: 90, take: func(s *side) { s.noun = from }},
	"target":         {reach: 90, take: func(s *side) { s.noun = to }},
	"trap":           {reach: 24, joins: isTrapsName, take: func(s *side) { s.noun, s.trap = to, true }},
	"imitates":       {reach: 40, joins: namesImitated, take: func(s *side) { s.legit = true }},
	"server-is":      {reach: 12, joins: nounGap, further: true, take: func(s *side) { s.served = true }},
	"blameless":      {reach: 40, joins: func(gap string) bool { return !clauseBreak(gap) }, take: func(s *side) { s.blameless = true }},
	"infrastructure": {reach: 24, joins: func(gap string) bool { return !clauseBreak(gap) && nounGap(gap) }, further: true, take: func(s *side) { s.infrastructure = true }},
	"innocent":       {reach: 40, joins: func(gap string) bool { return !clauseBreak(gap) && !strings.HasPrefix(gap, " to ") }, take: func(s *side) { s.innocent = true }},
	"legit":          {reach: 60, joins: func(gap string) bool { return (!clauseBreak(gap) || nounGap(gap)) && !isDoubted(gap) }, site: true, take: func(s *side) { s.legit = true }},
	"reference": {reach: 60, joins: func(gap string) bool {
		return !clauseBreak(gap) && !endsInParticle(gap) && !strings.HasPrefix(gap, "を")
	}, take: func(s *side) { s.reference = true }},
	"leads": {reach: 60, take: func(s *side) { s.leads = true }},
}

// takeLeft takes a word before the address, and tells whether nothing before that word matters.
func (s *side) takeLeft(c cue.Match, gap string) bool {
	n, ok := nouns[c.Rule.Value]
	if !ok || len(gap) > n.reach || n.joins != nil && !n.joins(gap) || n.site && s.siteAt >= c.End {
		return false
	}
	n.take(s)
	if n.further {
		return false
	}
	s.why = "\"" + c.Rule.Name + "\" before it"
	return true
}

// namesImitated tells whether the address behind "a copy of" is the original: a name may stand between ("copy of Example Bank
// (https://…"), but behind "imitates Example Bank:" stands the copy, and behind the end of a sentence stands nothing.
func namesImitated(gap string) bool {
	name, _, colon := strings.Cut(gap, ":")
	return gap != "" && !(colon && strings.TrimSpace(name) != "") && nameGap(gap)
}

// isDoubted tells whether the words behind "real" ask whether it is so: "is this real?", "本物でしょうか".
func isDoubted(behind string) bool {
	for _, w := range []string{"?", "？", "でしょうか", "なのでしょうか", "ですか", "なんですか", "なのか", "かどうか", "or not", "or fake", "or a fake"} {
		if strings.HasPrefix(strings.TrimLeft(behind, " "), w) {
			return true
		}
	}
	return false
}

// isTrapsName tells whether nothing that the trap did, or that came to it, stands between its word and an address: "our crawler
// found it at …", "ハニーポットに …" speak of others.
func isTrapsName(gap string) bool {
	for _, word := range strings.Fields(gap) {
		if isVerbLike(word) {
			return false
		}
	}
	gap = strings.TrimRight(gap, " 　\n、")
	return !endsInParticle(gap) && !strings.HasSuffix(gap, "で") && !strings.HasSuffix(gap, "が")
}

// endsInParticle tells whether the words before an address end in a particle that makes them the goal of what comes from the
// address: "リンクに 203.0.113.5 から".
func endsInParticle(gap string) bool {
	gap = strings.TrimRight(gap, " 　\n")
	return strings.HasSuffix(gap, "に") || strings.HasSuffix(gap, "へ") || strings.HasSuffix(gap, "を")
}

// nounGap tells whether only a noun phrase stands in the gap, so that an owner named before it owns what follows.
func nounGap(gap string) bool {
	if len(gap) > 80 || strings.Contains(gap, ". ") || strings.Contains(gap, "。") {
		return false
	}
	if i := strings.LastIndexAny(gap, ":："); i >= 0 && strings.Trim(gap[i:], ":： 　\n\t(（「\"") != "" {
		return false
	}
	words := 0
	for _, field := range strings.FieldsFunc(gap, func(r rune) bool {
		return r == ' ' || r == '\n' || strings.ContainsRune("()（）[]:：=「」【】\"'、,/・", r)
	}) {
		if field[0] < utf8.RuneSelf {
			if words++; words > 7 || isVerbLike(field) {
				return false
			}
		}
		for _, r := range strings.TrimSuffix(field, "である") {
			if r >= 0x3041 && r <= 0x3096 && r != 'の' {
				if field == "は" || strings.HasSuffix(field, "は") && strings.Count(field, "は") == 1 {
					break
				}
				return false
			}
		}
	}
	return true
}

// nameGap tells whether only a name stands in the gap: "copy of Example Bank (".
func nameGap(gap string) bool {
	for _, field := range strings.Fields(strings.Trim(gap, " 　(（:：\"'<[")) {
		if c := field[0]; c >= 'a' && c <= 'z' && field != "the" && field != "of" && field != "a" && field != "and" {
			return false
		}
	}
	return true
}

// isVerbLike tells whether an English word between an owner and an address starts a predicate.
func isVerbLike(word string) bool {
	w := strings.ToLower(strings.Trim(word, ".,;"))
	switch w {
	case "from", "by", "was", "were", "has", "have", "had", "that", "which", "saw", "shows", "show", "showed", "detected", "recorded", "received",
		"blocked", "noticed", "observed", "caught", "reported", "reports", "captured", "seen", "see", "identified", "logged", "found", "to", "against", "and",
		"blocks", "logs", "drops", "detects", "records", "catches", "rejects", "denies", "refuses", "stops", "receives", "gets", "warns", "complains", "saying",
		"because", "since", "when", "while", "after", "but", "so", "if", "although", "paid", "got", "tell", "tells", "told", "says", "said", "sees", "keeps":
		return true
	}
	return len(w) > 4 && strings.HasSuffix(w, "ed")
}

// preposition takes an English preposition shortly before the address, unless a cue stands between.
func (s *side) preposition(left string, nearest int) {
	tail := left
	if len(tail) > 48 {
		tail = tail[len(tail)-48:]
	}
	if i := strings.LastIndexAny(tail, ".;,、。"); i >= 0 {
		tail = tail[i+1:]
	}
	fields := strings.Fields(strings.ToLower(tail))
	if suffers(fields) {
		s.toward = true
		s.setWay(to, "what is done to it is said before it")
		return
	}
	for i := len(fields) - 1; i >= 0 && len(fields)-i <= 6; i-- {
		switch strings.Trim(fields[i], "()\"':[]<") {
		case "that":
			return // a clause of its own: "this is to report that 203.0.113.5 …"
		case "from", "by", "originating":
			if i > 0 && (fields[i] == "by" && keeps[fields[i-1]] || fields[i] == "from" && relates[fields[i-1]]) {
				return
			}
			s.setWay(from, "from")
			return
		case "whom":
			return // "To whom it may concern: 203.0.113.5 …"
		case "on":
			if i > 0 && (strings.HasPrefix(fields[i-1], "attack") || strings.HasPrefix(fields[i-1], "assault")) {
				s.toward = true
				s.setWay(to, "on")
				return
			}
		case "against", "towards", "toward", "targeting", "attacking":
			s.toward = true
			s.setWay(to, "to")
			return
		case "to", "into", "onto":
			if i > 0 && (citing[fields[i-1]] || talks[fields[i-1]] && ofMalware(left)) {
				return
			}
			if !addressed(fields[i+1:]) {
				s.setWay(to, "to")
			}
			return
		case "->", "-->", "=>", "→":
			s.setWay(to, "an arrow to it")
			return
		}
	}
	if strings.HasSuffix(strings.TrimRight(left, " 　"), "→") {
		s.setWay(to, "an arrow to it")
	}
}

// talks are what a program does with the server that commands it.
var talks = set("talk", "talks", "talked", "talking", "speaks", "connects", "connected", "connecting", "reports", "reported", "reporting", "beacons", "beaconing", "posts")

// ofMalware tells whether the sentence before an address is about a malicious program: "the implant, a build of …, talks to".
func ofMalware(left string) bool {
	sentence := strings.ToLower(left[strings.LastIndex(left, ". ")+1:])
	return containsAny(sentence, "implant", "malware", "trojan", "backdoor", "dropper", "ransomware", "spyware", "the sample", "the bot ", "rootkit")
}

// keeps are what is done by a machine or a company that watches or stands for others; relates are what such a machine sends; citing are
// words with which "to" names no goal.
var (
	keeps = set("represented", "protected", "monitored", "owned", "operated", "run", "managed", "covered", "denoted", "scanned", "checked", "filtered", "powered",
		"provided", "detected", "observed", "recorded", "reported")
	citing  = set("according", "unrelated", "related", "thanks", "due", "owing", "similar", "identical", "equal", "next", "close", "regard", "regards", "addition", "prior")
	relates = set("report", "reports", "summary", "digest", "notification", "alert", "logwatch", "greetings")
)

// addressed tells whether the words between "to" and an address name the people whom somebody should talk to, or begin with a verb:
// "talk to the people at 203.0.113.5", "we want to stop 203.0.113.5".
func addressed(words []string) bool {
	for i, word := range words {
		switch strings.Trim(word, ",:\"'") {
		case "people", "owner", "owners", "admin", "admins", "administrator", "administrators", "operator", "operators", "person", "whoever", "customer", "user", "holder", "responsible":
			return true
		case "report", "stop", "block", "investigate", "inform", "complain", "mention", "announce", "state", "shut", "contact", "reach", "ask", "tell":
			if i == 0 {
				return true
			}
		}
	}
	return false
}

func (s *side) setWay(d direction, why string) {
	s.way = d
	if s.why == "" {
		s.why = "\"" + why + "\""
	}
}

// postpositions stand directly behind an address in Japanese. The longest come first.
var postpositions = []struct {
	word string
	way  direction
}{
	{"からの", from}, {"から", from}, {"より", from}, {"による", from}, {"により", from}, {"によって", from},
	{"を送信元", from}, {"を発信元", from}, {"を攻撃元", from}, {"を接続元", from}, {"を経由", from}, {"経由", from}, {"発の", from}, {"が送信元", from}, {"が攻撃元", from}, {"が発信元", from},
	{"に対", to}, {"にたいし", to}, {"に向け", to}, {"へ向け", to}, {"へ", to}, {"宛", to}, {"あて", to}, {"を宛先", to}, {"を狙", to}, {"を対象", to}, {"を標的", to}, {"を攻撃", to}, {"の乗っ取り", to},
	{"が落ち", to}, {"がダウン", to}, {"が止まりそ", to}, {"が止まってしま", to}, {"が圧迫", to}, {"が使えな", to}, {"が応答しな", to}, {"が重く", to}, {"の処理が追", to}, {"の負荷", to}, {"への接続が", to},
	{"について", nowhere}, {"に関", nowhere}, {"につき", nowhere}, {"には", nowhere}, {"においても", nowhere}, {"において", nowhere}, {"にて", nowhere}, {"に", to},
	{"->", from}, {"-->", from}, {"=>", from}, {"→", from}, {" to ", from},
}

// readRight takes the particle behind the address, and a noun that is said of it ("… が攻撃元です", "… is our server").
func (s *side) readRight(text string, cues []cue.Match, end, next int) {
	right := text[end:next]
	rest := skipAppositions(right)
	for _, p := range postpositions {
		if strings.HasPrefix(rest, p.word) {
			if p.way != nowhere && !(p.word == "からの" && reportsBehind(rest)) {
				s.setWay(p.way, strings.TrimSpace(p.word)+"\" behind it: \""+p.word)
				s.why = "\"" + strings.TrimSpace(p.word) + "\" behind it"
				s.toward = p.way == to && p.word != "に"
			}
			break
		}
	}
	if s.way == nowhere && strings.Contains(text[max(0, end-3):end], "/") && sweptBehind(skipAppositions(text[end:min(len(text), end+160)])) {
		s.setWay(to, "it is said to be searched")
		s.toward = true
	}
	if s.way == to && suffersFrom(rest) || s.way == nowhere && timesBehind(rest) {
		s.setWay(from, "what it did is said behind it")
		s.why, s.toward = "it is said to act", false
	}
	if s.way == nowhere && acts(rest) {
		s.setWay(from, "what it does is said behind it")
		s.why = "it is said to act"
	}
	for _, w := range []string{"のニュース", "の記事", "の解説", "に記事", "に解説", "のブログ", "の注意喚起"} {
		s.reference = s.reference || strings.HasPrefix(rest, w)
	}
	if s.way != from && cited(rest) {
		s.reference, s.why = true, "it is where the matter was read"
	}
	s.predicate(text, cues, end, next)
}

// reportsBehind tells whether what comes from an address is a report: "ns.example.jp からの自動通知".
func reportsBehind(rest string) bool {
	noun := rest[len("からの"):]
	noun = noun[:min(len(noun), 24)]
	for _, w := range []string{"通知", "報告", "レポート", "連絡", "申告", "苦情", "お知らせ", "ご報告"} {
		if i := strings.Index(noun, w); i >= 0 && strings.IndexFunc(strings.TrimSuffix(noun[:i], "ご"), func(r rune) bool { return r >= 0x3041 && r <= 0x3096 }) < 0 {
			return true
		}
	}
	return false
}

// suffersFrom tells whether a Japanese passive behind an address makes it the one who did it: "203.0.113.5 に侵入されました".
func suffersFrom(behind string) bool {
	rest, ok := strings.CutPrefix(behind, "に")
	if !ok {
		return false
	}
	if len(rest) > 60 {
		rest = rest[:60]
	}
	if i := strings.IndexAny(rest, "。、\n"); i >= 0 {
		rest = rest[:i]
	}
	return containsAny(rest, "侵入され", "乗っ取られ", "攻撃され", "盗まれ", "持ち出され", "持ち去られ", "抜き取られ", "荒らされ", "入られ", "破られ", "突破され", "スキャンされ",
		"ログインされ", "改ざんされ", "書き換えられ", "叩かれ", "たたかれ", "狙われ", "悪用され", "アクセスされ", "突かれ", "のぞかれ")
}

// sweptBehind tells whether the words behind a network make it what somebody searches: "192.0.2.0/24 を順に調べています".
func sweptBehind(behind string) bool {
	rest, ok := strings.CutPrefix(behind, "を")
	if i := strings.IndexAny(rest, "。、\n"); i >= 0 {
		rest = rest[:i]
	}
	rest = rest[:min(len(rest), 60)]
	return ok && containsAny(rest, "調べ", "スキャン", "走査", "探", "なめ", "舐め", "叩", "たたい", "つつ", "巡回", "嗅ぎ", "当た") &&
		!containsAny(rest, "ください", "下さい", "お願い", "ほし", "欲し", "ところ", "結果")
}

// timesBehind tells whether behind an address stands how often it did something: "203.0.113.5 が 1702 回".
func timesBehind(behind string) bool {
	for _, particle := range []string{"が", "は"} {
		rest, ok := strings.CutPrefix(behind, particle)
		if !ok {
			continue
		}
		rest = strings.TrimLeft(rest, " 　約計のべ延およそ毎秒分時間日に")
		number := strings.TrimLeft(rest, "0123456789,０１２３４５６７８９，万千")
		number, counted := strings.TrimLeft(number, " 　"), number != rest
		return counted && (strings.HasPrefix(number, "回") || strings.HasPrefix(number, "度") || strings.HasPrefix(number, "件") || strings.HasPrefix(number, "通"))
	}
	return false
}

// cited tells whether the words behind an address make it the place where the reporter read of the matter: "（http://…）に載っていました".
func cited(behind string) bool {
	behind = strings.TrimLeft(behind, " 　)）>＞」\n")
	for _, w := range []string{"に載って", "に掲載され", "に出ていまし", "で紹介され", "で知りまし", "にも載って", "にも掲載", "という掲示板に", "という一覧に"} {
		if strings.HasPrefix(behind, w) {
			return true
		}
	}
	return false
}

// skipAppositions leaves out what may stand between an address and its particle: closing marks, a remark in
// brackets, a port, "という IP アドレス", "など".
func skipAppositions(s string) string {
	for range 6 {
		before := s
		s = strings.TrimLeft(s, " 　\n\t>」』】）)]\"'＞”")
		if r, size := utf8.DecodeRuneInString(s); r == '（' || r == '(' || r == '[' || r == '【' {
			if i := strings.IndexAny(s[size:], "）)]】"); i >= 0 && i < 90 {
				_, w := utf8.DecodeRuneInString(s[size+i:])
				s = s[size+i+w:]
			}
		}
		s = skipPort(s)
		for _, w := range []string{"というIPアドレス", "という IP アドレス", "というアドレス", "というホスト", "のIPアドレス", "の IP アドレス", "のアドレス", "のホスト", "のサーバー", "のサーバ", "などの", "など", "等の", "等", "ほか", "番ポート", "さん", "の計", "付近", "以下", "だけ", "のみ", "の範囲", "にある", "ほぼすべての", "すべての", "全ての", "のほぼ", "のほとんど", "の大半", "のあちこち", "の全部", "の至るところ", "の各", "全部", "ほとんど", "大半", "ホスト", "機器", "マシン", "の複数の", "の多数の", "のいくつもの", "いろいろな", "さまざまな", "のIP", "アドレス", "複数の", "内の", "の全ホスト", "の全アドレス", "のマシン", "の端末", "のPC", "あたり", "辺り"} {
			s = strings.TrimPrefix(s, w)
		}
		if s == before {
			break
		}
	}
	return s
}

// skipPort leaves out "の 80 番ポート" and the like.
func skipPort(s string) string {
	rest, ok := strings.CutPrefix(s, "の")
	if !ok {
		return s
	}
	head := rest[:min(len(rest), 40)]
	if i := strings.Index(head, "ポート"); i >= 0 && strings.ContainsAny(head, "0123456789０１２３４５６７８９") {
		return strings.TrimLeft(rest[i+len("ポート"):], " 0123456789番")
	}
	return s
}

// predicate takes the role nouns that are said of the address behind it, in the same clause.
func (s *side) predicate(text string, cues []cue.Match, end, next int) {
	for _, c := range cues {
		if c.Start >= end && c.End <= next && c.Rule.Value == "stopped" && isTopic(text[end:c.Start]) {
			s.takePredicate(c)
			return
		}
	}
	for _, c := range cues {
		if c.Start < end || c.End > next || c.Rule.Sense != cue.Role {
			continue
		}
		value := c.Rule.Value
		if refersBack(text, c, end) {
			s.takePredicate(c)
			continue
		}
		if value == "leads" && isParticle(text[c.Start:c.End]) {
			value = "leads-here"
		}
		switch {
		case value == "leads-here" && predicateGap(text[end:c.Start], value):
			s.leads, s.why = true, "\""+c.Rule.Name+"\" is said of it"
		case value == "misused":
			s.misused = true
		case value == "pointer" || value == "resolves" || value == "infrastructure":
		case len(text[end:c.Start]) > 60:
			return
		case value == "legit" && isDoubted(text[c.End:]):
			return
		case value == "innocent" && (ownedBefore(text, cues, end, c.Start) || notOurs(text[end:c.Start]) || tellsRelation(text[c.Start:c.End]) && withSomebody(text[c.End:min(len(text), c.End+60)])):
			return // "当組織とは関係ありません", "unrelated to the bank": it belongs to a stranger
		case !predicateGap(text[end:c.Start], value):
			if value != "own" && value != "own-here" {
				return
			}
		case value == "own" && (isObject(remark(text[end:c.Start], text[c.End:min(len(text), c.End+120)])) || s.way == from && isPlace(text[end:c.Start])):
		default:
			s.takePredicate(c)
		}
	}
}

// isTopic tells whether what stands between an address and a word makes the address what the whole sentence is about: "203.0.113.5 は先方
// から連絡があり、もう…".
func isTopic(between string) bool {
	between = strings.TrimLeft(between, " 　)）」』")
	for _, mark := range []string{"については", "につきましては", "に関しては", "の件は", "の件ですが", "のほうは", "の方は", "は"} {
		if rest, ok := strings.CutPrefix(between, mark); ok {
			return len(rest) < 240 && !strings.Contains(rest, "\n\n") && !closes(rest)
		}
	}
	return false
}

// closes tells whether a Japanese sentence ends in a text, but for one that is quoted.
func closes(s string) bool {
	quoted := 0
	for _, c := range s {
		switch c {
		case '「', '『':
			quoted++
		case '」', '』':
			quoted--
		case '。', '？', '！':
			if quoted <= 0 {
				return true
			}
		}
	}
	return false
}

// refersBack tells whether a pronoun between an address and a word makes the address what the word is said of: "203.0.113.5 が何度も出ますが、
// それは当社のプロキシです", "you will see 203.0.113.5, that is our proxy".
func refersBack(text string, c cue.Match, end int) bool {
	between := strings.ToLower(strings.TrimRight(text[end:c.Start], " 　\n"))
	switch c.Rule.Value {
	case "own":
		behind := strings.ToLower(text[c.End:min(len(text), c.End+60)])
		return endsIn(between, "それは", "これは", "こちらは", "そちらは", "こいつは", "that is", "that's", "this is", "it is", "it's", "which is", "those are", "these are") && !isObject(text[c.End:min(len(text), c.End+120)]) &&
			containsAny(behind, "プロキシ", "サーバ", "監視", "スキャナ", "ルータ", "ゲートウェイ", "端末", "機器", "機械", "センサ", "アドレス", "nat", "proxy", "server", "monitor", "scanner", "router", "gateway", "balancer", "firewall", "machine", "probe", "sensor", "address", "own ")
	case "innocent", "stopped":
		return containsAny(between, "そちらは", "こちらは", "それは", "そっちは", "こっちは", "そのサイトは", "that one", "this one", "the latter")
	}
	return false
}

// inNoun tells whether a character may belong to a Japanese noun phrase: no particle and no mark of a clause. Brackets with what
// they hold count as part of it.
func inNoun(r rune) bool {
	return r == 'の' || r > 0x20 && !(r >= 0x3041 && r <= 0x3096) && !strings.ContainsRune("、。，;：", r) || r == ' '
}

// remark cuts what is said behind a word at the bracket that closes a remark, where one was opened before the word.
func remark(gap, behind string) string {
	gap = strings.TrimRight(gap, " 　")
	if strings.HasSuffix(gap, "(") || strings.HasSuffix(gap, "（") {
		if i := strings.IndexAny(behind, ")）"); i >= 0 {
			return behind[:i]
		}
	}
	return behind
}

// isPlace tells whether the words between a sender and an owner's word make the owner's the place of the harm: "from 203.0.113.5
// on our server".
func isPlace(gap string) bool {
	word := strings.TrimSpace(gap)
	return word == "on" || word == "at" || word == "in"
}

// isObject tells whether a particle behind an owner's noun makes it what something is done to, so that it says nothing of the
// address before it: "(当社を詐称)", "203.0.113.5 が当社の Web サーバに接続".
func isObject(behind string) bool {
	behind = strings.TrimLeftFunc(behind, inNoun)
	for _, copula := range []string{"です", "でし", "であ", "でご", "で、", "で。", "とな", "になり", "になって"} {
		if strings.HasPrefix(behind, copula) {
			return false
		}
	}
	for _, particle := range []string{"を", "に", "へ", "から", "より", "あて", "宛", "と", "で", "が", "も", "まで"} {
		if strings.HasPrefix(behind, particle) {
			return true
		}
	}
	return false
}

// isParticle tells whether a phrase begins with a particle that makes the address before it a goal: "に飛ばされ".
func isParticle(phrase string) bool {
	return strings.HasPrefix(phrase, "に") || strings.HasPrefix(phrase, "へ")
}

func (s *side) takePredicate(c cue.Match) {
	switch c.Rule.Value {
	case "own":
		s.own = true
	case "source":
		if s.way == nowhere && !s.own {
			s.noun = from
		}
	case "target":
		if s.way == nowhere {
			s.noun = to
		}
	case "trap":
		s.noun, s.trap = to, true
	case "innocent":
		s.innocent = true
	case "blameless":
		s.blameless = true
	case "own-here":
		s.own = true
	case "stopped":
		s.stopped = true
	case "legit", "imitated":
		s.legit = true
	default:
		return
	}
	s.why = "\"" + c.Rule.Name + "\" is said of it"
}

// tellsRelation tells whether a word for the innocent speaks of what somebody has to do with somebody else.
func tellsRelation(word string) bool {
	return containsAny(strings.ToLower(word), "relat", "involved", "to do with")
}

// withSomebody tells whether the words behind "unrelated" name us or an institution, not the matter: "unrelated to the real bank".
func withSomebody(behind string) bool {
	words := strings.Fields(strings.ToLower(behind))
	for i, word := range words[:min(len(words), 6)] {
		bare := strings.Trim(word, ".,;:!()\"")
		switch bare {
		case "with", "to":
			if i > 0 {
				return false
			}
		case "us", "our", "ours", "me", "my", "ourselves", "bank", "company", "brand", "genuine", "real", "official", "institution", "customer", "client", "them", "him", "her":
			return true
		case "this", "these", "that", "those", "it", "incident", "attack", "attacks", "matter", "problem", "scan", "scans", "case", "abuse", "report":
			return false
		}
		if bare != word {
			return false // the clause ends
		}
	}
	return false
}

// ownedBefore tells whether an owner's word with "と" stands between an address and "unrelated".
func ownedBefore(text string, cues []cue.Match, end, at int) bool {
	for _, c := range cues {
		if c.Start >= end && c.End <= at && c.Rule.Sense == cue.Role && c.Rule.Value == "own" && strings.Contains(text[c.End:at], "と") {
			return true
		}
	}
	return false
}

// notOurs tells whether "unrelated" behind such words says that an address is nobody's of the reporter: "当社とは無関係".
func notOurs(before string) bool {
	before = strings.TrimRight(before, " 　")
	for _, w := range []string{"全く", "まったく", "一切", "何ら", "何の"} {
		before = strings.TrimSuffix(before, w)
	}
	for _, w := range []string{"社とは", "社と", "学とは", "校とは", "院とは", "当方とは", "うちとは", "私とは", "私どもとは", "こちらとは", "様とは", "行とは", "店とは", "公式とは", "本物とは", "本家とは", "正規サイトとは", "正規のサイトとは", "ブランドとは", "協会とは"} {
		if strings.HasSuffix(before, w) {
			return true
		}
	}
	return false
}

// predicateGap tells whether the text between an address and a noun says that the one is the other.
func predicateGap(gap, value string) bool {
	g := strings.ToLower(strings.Trim(gap, " 　\n\t"))
	switch value {
	case "imitated":
		return len(g) <= 12 && !isParticle(g) && !strings.HasPrefix(g, "で") // "… に偽ページが": it stands there
	case "leads-here":
		return g == ""
	case "own-here":
		return g == "(" || g == "（" || g == "←" || g == "<-"
	case "innocent", "stopped", "blameless":
		return !notOurs(g) && !strings.Contains(g, "。") && !strings.Contains(g, ". ")
	}
	if strings.Trim(gap, " 　\n\t") == "" {
		return false // only side by side
	}
	switch strings.Trim(g, "(（[<＜:：\"」』)） ←-") {
	case "", "は", "が", "is", "are", "was", "were", "(", "is the", "are the", "is a", "is an", "being", "is one of", "is on", "as", "as the", "is also", "= ", "を", "that is", "which is", "は、", "というのは", "はいずれも", "は全て", "at", "on":
		return true
	}
	for _, mark := range []string{"(", "（", "←", "<-"} {
		if remark, ok := strings.CutPrefix(g, mark); ok {
			return nounGap(remark)
		}
	}
	return false
}
