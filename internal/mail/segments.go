package mail

import (
	"strings"
	"unicode/utf8"
)

// SegmentKind is what a stretch of a text is.
type SegmentKind string

const (
	New        SegmentKind = "new"        // written for this mail
	Quoted     SegmentKind = "quoted"     // of an earlier mail, as an answer repeats it
	Forwarded  SegmentKind = "forwarded"  // of another mail, passed on
	Signature  SegmentKind = "signature"  // who the writer is
	Disclaimer SegmentKind = "disclaimer" // confidentiality notices, footers of mailing lists
)

// Segment is a stretch of whole lines of a text.
type Segment struct {
	Kind       SegmentKind
	Start, End int // byte offsets in the text
	// Depth counts the marks of quoting in front of each line. A Quoted segment has 1 at least, also where it is
	// set off in another way; what a forwarded mail quotes stays Forwarded, with its depth.
	Depth int
	// Attribution tells whom a Quoted or Forwarded segment quotes, as the text says it: the line "On … wrote:",
	// or the block of From, Date and Subject; "" where the text does not say.
	Attribution string
}

// maxLines bounds the lines that are looked at; what follows goes with the last of them.
const maxLines = 100_000

// line is a line of a text under segmentation.
type line struct {
	start, end int32 // with the line end
	kind       lineKind
	depth      uint8 // marks of quoting
	attr       int32 // for the first line of a quotation: where its attribution ends; 0 for none
}

type lineKind uint8

const (
	lineNew lineKind = iota
	lineQuoted
	lineForwarded
	lineSignature
	lineDisclaimer
)

var kindNames = [...]SegmentKind{New, Quoted, Forwarded, Signature, Disclaimer}

// Segments tells apart what in a text is new, quoted, forwarded, signature and disclaimer, in the order of the
// text and covering it entirely. Marks at the start of lines, words that introduce a quotation, and the shape
// of signatures decide, in English and Japanese.
func Segments(text string) []Segment {
	if text == "" {
		return nil
	}
	s := &segmenter{text: text}
	s.split()
	s.markQuotes()
	s.markBlocks()
	s.markSignatures()
	return s.segments()
}

// segmenter holds the lines of a text while they are sorted into kinds.
type segmenter struct {
	text  string
	lines []line
}

func (s *segmenter) split() {
	s.lines = make([]line, 0, min(maxLines, len(s.text)/32+4))
	for at := 0; at < len(s.text); {
		end := len(s.text)
		if i := strings.IndexByte(s.text[at:], '\n'); i >= 0 && len(s.lines) < maxLines-1 {
			end = at + i + 1
		}
		s.lines = append(s.lines, line{start: int32(at), end: int32(end)})
		at = end
	}
}

// at is line i without white space around it.
func (s *segmenter) at(i int) string {
	l := s.lines[i]
	return trim(s.text[l.start:l.end])
}

// trim takes white space off, the ideographic space too.
func trim(t string) string {
	for len(t) > 0 {
		switch c := t[len(t)-1]; {
		case c == ' ' || c == '\t' || c == '\n':
			t = t[:len(t)-1]
			continue
		case c == 0x80 && strings.HasSuffix(t, "\u3000"):
			t = t[:len(t)-len("\u3000")]
			continue
		}
		break
	}
	for len(t) > 0 {
		switch c := t[0]; {
		case c == ' ' || c == '\t' || c == '\n':
			t = t[1:]
			continue
		case c == 0xE3 && strings.HasPrefix(t, "\u3000"):
			t = t[len("\u3000"):]
			continue
		}
		break
	}
	return t
}

func (s *segmenter) blank(i int) bool { return s.at(i) == "" }

// markQuotes finds the lines with marks of quoting, and what introduces them.
func (s *segmenter) markQuotes() {
	for i := range s.lines {
		l := &s.lines[i]
		depth := quoteDepth(s.text[l.start:l.end])
		if depth > 0 {
			l.kind, l.depth = lineQuoted, uint8(min(depth, 255))
		}
	}
	s.markPipes()
	for i := 0; i < len(s.lines); i++ {
		if s.lines[i].kind != lineQuoted {
			continue
		}
		if i == 0 || s.lines[i-1].kind != lineQuoted {
			s.fillGap(i)
			s.attribute(i)
		}
	}
}

// quoteDepth counts the marks ">" and "＞" in front of a line, also behind the initials of the quoted ("YT> ").
func quoteDepth(t string) int {
	t = strings.TrimLeft(t, " \t\u3000")
	depth := 0
	for {
		rest := t
		switch {
		case strings.HasPrefix(t, ">"):
			rest = t[1:]
		case strings.HasPrefix(t, "＞"):
			rest = t[len("＞"):]
		case depth == 0:
			n := initials(t)
			if n == 0 {
				return 0
			}
			rest = t[n:]
		default:
			return depth
		}
		depth++
		t = strings.TrimLeft(rest, " ")
	}
}

// initials is the length of "YT>" in front of a line: up to four capitals and a mark.
func initials(t string) int {
	n := 0
	for n < len(t) && n < 4 && t[n] >= 'A' && t[n] <= 'Z' {
		n++
	}
	if n > 0 && n+1 < len(t) && t[n] == '>' && (t[n+1] == ' ' || t[n+1] == '>') {
		return n + 1
	}
	return 0
}

// markPipes takes runs of two or more lines "| text" for quoted, unless they are the rows of a table.
func (s *segmenter) markPipes() {
	for i := 0; i < len(s.lines); {
		end := i
		for end < len(s.lines) && s.isPipe(end) {
			end++
		}
		if end-i >= 2 {
			for j := i; j < end; j++ {
				s.lines[j].kind, s.lines[j].depth = lineQuoted, 1
			}
		}
		i = max(i+1, end)
	}
}

func (s *segmenter) isPipe(i int) bool {
	l := s.lines[i]
	if c := s.text[l.start]; c != '|' && c != 0xEF { // 0xEF begins U+FF5C
		return false
	}
	t := s.at(i)
	rest, ok := strings.CutPrefix(t, "|")
	if !ok {
		rest, ok = strings.CutPrefix(t, "｜")
	}
	return ok && !strings.ContainsAny(rest, "|｜")
}

// fillGap makes empty lines between two quoted ones quoted too.
func (s *segmenter) fillGap(i int) {
	j := i - 1
	for j >= 0 && s.lines[j].kind == lineNew && s.blank(j) {
		j--
	}
	if j < 0 || j == i-1 || s.lines[j].kind != lineQuoted || i-j > 3 {
		return
	}
	for k := j + 1; k < i; k++ {
		s.lines[k].kind, s.lines[k].depth = lineQuoted, s.lines[j].depth
	}
}

// attribute looks for the line that introduces the quotation beginning at line i, and makes it part of it. The
// line may be folded in two, and an empty one may follow it.
func (s *segmenter) attribute(i int) {
	j := i - 1
	for j >= 0 && i-j <= 2 && s.lines[j].kind == lineNew && s.blank(j) {
		j--
	}
	if j < 0 || s.lines[j].kind != lineNew || s.blank(j) {
		return
	}
	first := j
	if !isAttribution(s.at(j)) {
		return
	}
	if j > 0 && s.lines[j-1].kind == lineNew && continuesAttribution(s.at(j-1), s.at(j)) {
		first = j - 1
	}
	for k := first; k < i; k++ {
		s.lines[k].kind, s.lines[k].depth = lineQuoted, s.lines[i].depth
	}
	s.lines[first].attr = s.lines[j].end
}

// attributionEnds are what a line that introduces a quotation ends with, in lower case, after a colon and dots
// have been taken off.
var attributionEnds = []string{
	"wrote", "writes", "said", "says", "schrieb", "escribió", "a écrit", "ha scritto", "написал", "写道", "wrote as follows",
	"書きました", "書かれました", "書いています", "書き込みました", "さんは書いた", "申されました", "おっしゃいました", "のメール", "さんのメールより", "からのメール", "からの引用", "さん曰く", "曰く",
	"さんの発言", "のメッセージ", "さんより", "様より", "さんからのメール", "様からのメール", "送られてきたメール", "様 wrote", "さん wrote",
}

// isAttribution tells whether a line introduces the marked quotation that follows it.
func isAttribution(t string) bool {
	body, colon, ok := attributionBody(t)
	if !ok {
		return false
	}
	folded := strings.ToLower(body)
	for _, end := range attributionEnds {
		if strings.HasSuffix(folded, end) {
			return true
		}
	}
	switch {
	case strings.HasPrefix(folded, "in article") || strings.HasPrefix(folded, "in message"):
		return true
	case strings.Contains(folded, "wrote") && (strings.Contains(folded, "@") || strings.HasPrefix(folded, "at ")):
		return true
	case !colon:
		return false
	}
	return strings.HasPrefix(folded, "on ") || hasDateDigits(body) || strings.HasSuffix(body, ">") && strings.Contains(body, "@")
}

// attributionBody is a line without the colon and dots at its end; ok is false where it is too long to introduce
// anything.
func attributionBody(t string) (body string, colon, ok bool) {
	if t == "" || len(t) > 400 {
		return "", false, false
	}
	body = strings.TrimRight(t, ":：.。… 、")
	return body, strings.ContainsAny(t[len(body):], ":："), true
}

// isBareAttribution tells whether a line introduces a quotation that has no marks. It must say who wrote, and when
// or from where, since all that follows is taken for quoted.
func isBareAttribution(t string) bool {
	body, colon, ok := attributionBody(t)
	if !ok || !colon || !hasDateDigits(body) && !strings.ContainsAny(body, "@＠") && !strings.Contains(body, "さん") {
		return false
	}
	folded := strings.ToLower(body)
	for _, end := range []string{"wrote", "schrieb", "a écrit", "ha scritto", "書きました", "書かれました", "のメッセージ"} {
		if strings.HasSuffix(folded, end) {
			return true
		}
	}
	return false
}

// hasDateDigits tells whether a line has a year and a time of day.
func hasDateDigits(t string) bool {
	year, clock := false, false
	for i := 0; i+3 < len(t); i++ {
		if (t[i] == '1' && t[i+1] == '9' || t[i] == '2' && t[i+1] == '0') && isDigit(t[i+2]) && isDigit(t[i+3]) {
			year = true
		}
		if isDigit(t[i]) && t[i+1] == ':' && isDigit(t[i+2]) && isDigit(t[i+3]) {
			clock = true
		}
	}
	return year && clock
}

// continuesAttribution tells whether the line before belongs to an attribution folded in two.
func continuesAttribution(before, t string) bool {
	if before == "" {
		return false
	}
	low := strings.ToLower(before)
	starts := strings.HasPrefix(low, "on ") || strings.HasPrefix(low, "in message") || strings.HasPrefix(low, "in article") || strings.HasPrefix(low, "at ")
	self := strings.ToLower(t)
	if strings.HasPrefix(self, "on ") || strings.HasPrefix(self, "in ") {
		return false
	}
	return starts || hasDateDigits(before) && !hasDateDigits(t) && utf8.RuneCountInString(before) < 100
}

// markBlocks finds the lines behind which the rest of the text is of another mail: the separators of mailers and
// blocks of header fields.
func (s *segmenter) markBlocks() {
	for i := 0; i < len(s.lines); i++ {
		if s.lines[i].kind != lineNew {
			continue
		}
		kind, header := s.blockAt(i)
		if kind == lineNew {
			continue
		}
		attr, end := s.blockHeader(header), s.blockEnd(i, kind)
		for j := i; j < end; j++ {
			s.lines[j].kind = kind
			if kind == lineQuoted {
				s.lines[j].depth++
			}
			if j > i {
				s.lines[j].attr = 0
			}
		}
		s.lines[i].attr = attr
		i = end - 1
	}
}

// blockAt tells whether line i begins a quoted or forwarded mail, and at which line its header fields may begin.
func (s *segmenter) blockAt(i int) (kind lineKind, header int) {
	t := s.at(i)
	if t == "" || len(t) > 300 {
		return lineNew, 0
	}
	switch c := t[0]; {
	case c == '-' || c == '=' || c == '*' || c == '_' || c == '#' || c == '+' || c == '<' || c >= 0x80 || c == 'B' || c == 'b' || c == '[':
		if kind := separatorKind(t); kind != lineNew {
			return kind, i + 1
		}
		if isRuler(t) && i+1 < len(s.lines) && s.isFieldBlock(i+1) && isOutlook(s.at(i+1), s.peek(i+2)) {
			return lineQuoted, i + 1
		}
	}
	if fieldLabel(t) == labelFrom && s.isFieldBlock(i) {
		if isOutlook(t, s.peek(i+1)) {
			return lineQuoted, i
		}
		return lineForwarded, i
	}
	if c := t[len(t)-1]; (c == ':' || c == '\x9a') && isBareAttribution(t) && !s.quoteFollows(i) && s.textFollows(i) {
		return lineQuoted, i
	}
	return lineNew, 0
}

func (s *segmenter) peek(i int) string {
	if i < len(s.lines) {
		return s.at(i)
	}
	return ""
}

// quoteFollows tells whether marked quoting follows line i anywhere.
func (s *segmenter) quoteFollows(i int) bool {
	for j := i + 1; j < len(s.lines) && j < i+200; j++ {
		if s.lines[j].kind == lineQuoted {
			return true
		}
	}
	return false
}

func (s *segmenter) textFollows(i int) bool {
	for j := i + 1; j < len(s.lines) && j < i+10; j++ {
		if !s.blank(j) {
			return true
		}
	}
	return false
}

// separators are the words that mailers put between rulers, in lower case and without spaces.
var separators = []struct {
	words string
	kind  lineKind
}{
	{"originalmessage", lineQuoted}, {"元のメッセージ", lineQuoted}, {"オリジナルメッセージ", lineQuoted}, {"ursprünglichenachricht", lineQuoted}, {"messaged'origine", lineQuoted},
	{"原始邮件", lineQuoted}, {"originalnachricht", lineQuoted}, {"mensajeoriginal", lineQuoted}, {"mensagemoriginal", lineQuoted}, {"messaggiooriginale", lineQuoted}, {"元のメール", lineQuoted}, {"返信元", lineQuoted}, {"originalmail", lineQuoted},
	{"originalrequest", lineQuoted}, {"originalnotification", lineQuoted}, {"originalnotice", lineQuoted}, {"originalcomplaint", lineQuoted}, {"originalticket", lineQuoted}, {"yourmessage", lineQuoted}, {"yourrequest", lineQuoted}, {"yourmail", lineQuoted}, {"youre-mail", lineQuoted}, {"yournotice", lineQuoted}, {"yourreport", lineQuoted}, {"previousmessage", lineQuoted},
	{"元の依頼", lineQuoted}, {"ご依頼内容", lineQuoted}, {"ご連絡内容", lineQuoted}, {"いただいたメール", lineQuoted}, {"頂いたメール", lineQuoted}, {"お問い合わせ内容", lineQuoted}, {"お問合せ内容", lineQuoted},
	{"forwardedmessage", lineForwarded}, {"beginforwardedmessage", lineForwarded}, {"forwardedby", lineForwarded}, {"forwardedmail", lineForwarded}, {"forwardedfrom", lineForwarded}, {"forwardmessage", lineForwarded}, {"startofforwarded", lineForwarded}, {"beginforwarded", lineForwarded}, {"forwardedemail", lineForwarded}, {"messagetransféré", lineForwarded}, {"weitergeleitetenachricht", lineForwarded},
	{"転送メッセージ", lineForwarded}, {"転送メール", lineForwarded}, {"転送ここから", lineForwarded}, {"ここから転送", lineForwarded}, {"転送開始", lineForwarded}, {"転送されたメッセージ", lineForwarded}, {"転送元メッセージ", lineForwarded}, {"転送元", lineForwarded}, {"以下転送", lineForwarded}, {"以下、転送", lineForwarded}, {"転送者", lineForwarded}, {"転送", lineForwarded}, {"转发邮件", lineForwarded},
	{"メッセージの始まり", lineForwarded}, {"メールここから", lineForwarded}, {"ここからメール", lineForwarded}, {"受信メールここから", lineForwarded}, {"原文ここから", lineForwarded},
}

// maxSeparator bounds the length of a separator without its rulers, in bytes.
const maxSeparator = 120

// separatorKind is what the separator t begins, lineNew where t is none. A separator is words between rulers;
// "Begin forwarded message:" stands without.
func separatorKind(t string) lineKind {
	words, ruled := trimRuler(t)
	if words == "" || len(words) > maxSeparator || !ruled && !hasPrefixFold(words, "begin ") && !strings.HasPrefix(words, "転送") {
		return lineNew
	}
	folded := foldSpaces(words)
	if !ruled {
		if strings.HasPrefix(folded, "beginforwardedmessage") || strings.HasPrefix(folded, "転送されたメッセージ") {
			return lineForwarded
		}
		return lineNew
	}
	for _, sep := range separators {
		if !strings.HasPrefix(folded, sep.words) {
			continue
		}
		// Thunderbird writes eight dashes and spaces where it forwards.
		if sep.kind == lineQuoted && strings.HasPrefix(t, "-------- ") {
			return lineForwarded
		}
		if sep.words == "転送" && folded != "転送" {
			continue
		}
		return sep.kind
	}
	return lineNew
}

var spaces = strings.NewReplacer(" ", "", "\u3000", "")

// foldSpaces is t in lower case and without spaces.
func foldSpaces(t string) string { return strings.ToLower(spaces.Replace(t)) }

// label is a field of the header that mailers write above a quotation.
type label uint8

const (
	labelNone label = iota
	labelFrom
	labelDate
	labelTo
	labelSubject
	labelOther
)

var labels = map[string]label{
	"from": labelFrom, "差出人": labelFrom, "送信者": labelFrom, "送信元": labelFrom, "von": labelFrom, "de": labelFrom, "发件人": labelFrom, "보낸사람": labelFrom,
	"sent": labelDate, "date": labelDate, "送信日時": labelDate, "日時": labelDate, "日付": labelDate, "受信日時": labelDate, "gesendet": labelDate, "发送时间": labelDate,
	"to": labelTo, "宛先": labelTo, "an": labelTo, "収信人": labelTo, "送信先": labelTo, "收件人": labelTo,
	"subject": labelSubject, "件名": labelSubject, "題名": labelSubject, "betreff": labelSubject, "标题": labelSubject, "主题": labelSubject, "objet": labelSubject,
	"cc": labelOther, "ｃｃ": labelOther, "bcc": labelOther, "reply-to": labelOther, "importance": labelOther, "重要度": labelOther, "message-id": labelOther, "received": labelOther, "return-path": labelOther, "添付ファイル": labelOther, "attachments": labelOther, "delivered-to": labelOther, "to/cc": labelOther,
}

// maxLabel bounds the length of a label, in bytes.
const maxLabel = 24

// fieldLabel tells which field the line t is, as in "From: …", "*From:* …", "差出人： …", "【件名】…".
func fieldLabel(t string) label {
	t = strings.TrimLeft(t, "*【[ ")
	end := strings.IndexAny(t[:min(len(t), maxLabel)], ":：】")
	if end <= 0 {
		return labelNone
	}
	return labels[strings.ToLower(strings.Trim(t[:end], "* \u3000"))]
}

// isFieldBlock tells whether a block of header fields begins at line i: two more labels within six lines.
func (s *segmenter) isFieldBlock(i int) bool {
	var seen [labelOther + 1]bool
	for j := i; j < len(s.lines) && j < i+7; j++ {
		t := s.at(j)
		if t == "" && j > i {
			if !seen[labelFrom] {
				continue
			}
			break
		}
		seen[fieldLabel(t)] = true
	}
	n := 0
	for _, l := range []label{labelDate, labelTo, labelSubject} {
		if seen[l] {
			n++
		}
	}
	return seen[labelFrom] && n >= 2
}

// isOutlook tells the header block that Outlook writes above an answer from one that a person pasted: it has the
// time of sending in its second line, under that name.
func isOutlook(first, second string) bool {
	if fieldLabel(first) != labelFrom {
		return false
	}
	low := strings.ToLower(strings.TrimLeft(second, "*"))
	return strings.HasPrefix(low, "sent:") || strings.HasPrefix(low, "送信日時")
}

// blockHeader is where the header fields that begin at line i (or behind empty lines) end, as an offset in the
// text; 0 where there are none.
func (s *segmenter) blockHeader(i int) int32 {
	for i < len(s.lines) && s.blank(i) {
		i++
	}
	if i > 0 && i < len(s.lines) && isBareAttribution(s.at(i)) {
		return s.lines[i].end
	}
	end := int32(0)
	for n := 0; i < len(s.lines) && n < 15; i, n = i+1, n+1 {
		if fieldLabel(s.at(i)) == labelNone && !(end > 0 && s.isFolded(i)) {
			break
		}
		end = s.lines[i].end
	}
	return end
}

// isFolded tells whether line i goes on the field before: it is indented.
func (s *segmenter) isFolded(i int) bool {
	t := s.text[s.lines[i].start:s.lines[i].end]
	return (t[0] == ' ' || t[0] == '\t') && trim(t) != ""
}

// blockEnd is the line behind the block that begins at line i: behind a line that says so, else the end.
func (s *segmenter) blockEnd(i int, kind lineKind) int {
	if kind != lineForwarded {
		return len(s.lines)
	}
	for j := i + 1; j < len(s.lines); j++ {
		c := s.text[s.lines[j].start]
		if c != '-' && c != '=' && c != '*' && c != '_' && c < 0x80 {
			continue
		}
		if isForwardEnd(s.at(j)) {
			return j + 1
		}
	}
	return len(s.lines)
}

var forwardEnds = []string{"endofforwarded", "endforwarded", "転送ここまで", "ここまで転送", "転送終わり", "転送終了", "メールここまで", "原文ここまで", "ここまで", "以上転送", "endofmessage", "endoforiginal"}

func isForwardEnd(t string) bool {
	words, ruled := trimRuler(t)
	if words == "" || len(words) > 60 || !ruled {
		return false
	}
	folded := foldSpaces(words)
	for _, end := range forwardEnds {
		if strings.HasPrefix(folded, end) {
			return true
		}
	}
	return false
}

// segments joins lines of a kind to segments.
func (s *segmenter) segments() []Segment {
	var out []Segment
	for _, l := range s.lines {
		kind, depth := kindNames[l.kind], int(l.depth)
		if n := len(out); n > 0 && l.attr == 0 && out[n-1].Kind == kind && out[n-1].Depth == depth {
			out[n-1].End = int(l.end)
			continue
		}
		seg := Segment{Kind: kind, Start: int(l.start), End: int(l.end), Depth: depth}
		if l.attr > l.start {
			seg.Attribution = trim(s.text[l.start:l.attr])
		}
		out = append(out, seg)
	}
	return out
}
