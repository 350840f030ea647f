package blame

import (
	"sort"
	"strings"
	"unicode/utf8"

	"todoke/internal/blame/indicator"
	"todoke/internal/blame/logline"
)

// layout cuts a text into passages: what a reader sees as one sentence, heading, list item or log line. An address
// takes its role from its own passage first, then from the heading above it.
type layout struct {
	text     string
	part     int
	found    []indicator.Finding
	logs     []logline.Line
	segments []Segment

	passages []Passage
	block    int
	no       int   // of the line being read
	prose    []int // start and end of the prose lines gathered so far: two offsets
	first    int
}

const (
	maxHeading  = 60   // runes; a longer line is a sentence
	maxSentence = 2000 // bytes; a longer one is cut, so that no sentence costs more than its length
)

func (l *layout) read() []Passage {
	for at := 0; at < len(l.text); {
		end := len(l.text)
		if i := strings.IndexByte(l.text[at:], '\n'); i >= 0 {
			end = at + i
		}
		l.no++
		l.line(at, end)
		at = end + 1
	}
	l.flush()
	l.headings()
	return l.passages
}

func (l *layout) line(start, end int) {
	for len(l.found) > 0 && l.found[0].End <= start {
		l.found = l.found[1:]
	}
	if l.inLog(start, end) {
		l.flush()
		l.add(LogLine, start, end, l.no)
		return
	}
	start += quoteMarks(l.text[start:end])
	line := l.text[start:end]
	if isRule(line) {
		l.flush()
		l.block++
		return
	}
	kind := l.kindOf(start, end)
	if kind == Bare && len(l.prose) > 0 && (goesOn(l.text[l.prose[0]:l.prose[1]]) || !isFinished(l.text[l.prose[0]:l.prose[1]]) && l.hasPredicate(start, end)) {
		kind = Prose
	}
	if kind != Prose {
		l.flush()
		l.add(kind, start, end, l.no)
		return
	}
	if startsItem(line) || len(l.prose) > 0 && l.segmentAt(start) != l.segmentAt(l.prose[0]) {
		l.flush()
	}
	if len(l.prose) == 0 {
		l.prose = append(l.prose, start, end)
		l.first = l.no
	}
	l.prose[1] = end
}

// goesOn tells whether a wrapped sentence breaks off inside a list of addresses.
func goesOn(s string) bool {
	s = strings.TrimRight(s, " 　")
	for _, end := range []string{",", "、", " and", " or", "と", "及び", "および", "("} {
		if strings.HasSuffix(s, end) {
			return true
		}
	}
	return false
}

// isFinished tells whether the words before a line are a whole sentence or announce what follows.
func isFinished(s string) bool {
	s = strings.TrimRight(s, " 　\n")
	return endsSentence(s) || strings.HasSuffix(s, ":") || strings.HasSuffix(s, "：") || strings.HasSuffix(s, "！") || strings.HasSuffix(s, "？")
}

// hasPredicate tells whether a line goes on behind its first address with a particle or a verb, so that the address belongs to the
// sentence that was begun on the line before: "… our page\nhttp://www.example.jp/ was altered".
func (l *layout) hasPredicate(start, end int) bool {
	inside := l.foundIn(start, end)
	if len(inside) == 0 || inside[0].Start > start+1 {
		return false
	}
	rest := strings.TrimLeft(l.text[min(end, inside[0].End):end], " 　")
	if r, _ := utf8.DecodeRuneInString(rest); r >= 0x3041 && r <= 0x3096 {
		return true
	}
	word, _, _ := strings.Cut(rest, " ")
	switch word {
	case "is", "are", "was", "were", "has", "have", "had", "and", "to", "from", "which", "that", "with", "in", "on", "at", "by", "shows", "showed", "resolves":
		return true
	}
	return false
}

// inLog tells whether the line is part of a log event, and drops the events that lie before it.
func (l *layout) inLog(start, end int) bool {
	for len(l.logs) > 0 && l.logs[0].End <= start {
		l.logs = l.logs[1:]
	}
	return len(l.logs) > 0 && l.logs[0].Start < end && start < end
}

// quoteMarks is the length of "> > " and the like before a quoted line.
func quoteMarks(line string) int {
	i := 0
	for i < len(line) && (line[i] == '>' || line[i] == '|' || i > 0 && line[i] == ' ') {
		i++
	}
	return i
}

// isRule tells whether a line has nothing to read: it is blank or a drawn line.
func isRule(line string) bool {
	for _, r := range line {
		if r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r > 0x7F && !strings.ContainsRune("　─━―＝═┏┓┗┛┌┐└┘├┤┬┴┼━┃│…・※★☆◇◆■□●○＊－ー–—", r) {
			return false
		}
	}
	return true
}

const bullets = "-*・●○■□◆◇▼▽▲△★☆※＊•◎→⇒#＃>|+‣–—【「[(（<＜〈《“\"'　 \t"

// itemStart is where the words of a line start, behind bullets and a number ("(1) ", "2. ", "①").
func itemStart(line string) int {
	at := 0
	for at < len(line) {
		r, size := utf8.DecodeRuneInString(line[at:])
		if strings.ContainsRune(bullets, r) || r >= 0x2460 && r <= 0x2473 {
			at += size
			continue
		}
		break
	}
	digits := at
	for digits < len(line) && line[digits] >= '0' && line[digits] <= '9' && digits-at < 4 {
		digits++
	}
	if digits > at && digits < len(line) && (line[digits] == '.' || line[digits] == ')' || line[digits] == ':') &&
		(digits+1 == len(line) || line[digits+1] == ' ' || line[digits+1] >= utf8.RuneSelf || line[digits+1] == '\t') {
		rest := digits + 1
		for rest < len(line) && (line[rest] == ' ' || line[rest] == '\t') {
			rest++
		}
		return rest
	}
	return at
}

// startsItem tells whether a line starts an item of a list. A bracket may as well go on with a wrapped sentence.
func startsItem(line string) bool {
	trimmed := strings.TrimLeft(line, " \t　")
	first, _ := utf8.DecodeRuneInString(trimmed)
	return itemStart(trimmed) > 0 && !strings.ContainsRune("（(「『\"'《", first) || strings.HasPrefix(trimmed, "(1") || strings.HasPrefix(trimmed, "（１")
}

func (l *layout) kindOf(start, end int) PassageKind {
	line := l.text[start:end]
	if len(line) > maxSentence {
		return Prose
	}
	at := start + itemStart(line)
	inside := l.foundIn(start, end)
	if len(inside) > 0 && inside[0].Start <= at+1 && inside[0].End > at && isBare(line, start, inside) {
		return Bare
	}
	if len(inside) > 0 && (columns(line) > 1 || isRow(line, inside)) {
		return Bare
	}
	if k := keyEnd(l.text[at:end]); k > 0 && (len(inside) == 0 || inside[0].Start >= at+k) {
		if strings.Trim(l.text[at+k:end], " \t　:：=＝*」】]>") == "" {
			return Heading
		}
		if len(inside) == 0 && columns(line) > 1 {
			return Heading // the heads of columns
		}
		return KeyValue
	}
	if len(inside) == 0 && isHeading(line) {
		return Heading
	}
	if len(inside) > 0 && (line[0] == ' ' || line[0] == '\t') && isBare(line, start, inside) && !endsSentence(line) {
		return Bare
	}
	return Prose
}

func (l *layout) foundIn(start, end int) []indicator.Finding {
	var inside []indicator.Finding
	for _, f := range l.found {
		if f.Start >= end {
			break
		}
		if f.Kind != indicator.Port {
			inside = append(inside, f)
		}
	}
	return inside
}

// isBare tells whether a line holds little but indicators: no Japanese sentence and few other words.
func isBare(line string, start int, inside []indicator.Finding) bool {
	words, at := 0, 0
	for _, f := range inside {
		words += countWords(line[min(at, len(line)):max(at, min(f.Start-start, len(line)))])
		if at = f.End - start; at > len(line) || words > 5 {
			break
		}
	}
	if at < len(line) {
		words += countWords(beforeRemark(line[at:]))
	}
	return words <= 5
}

// beforeRemark leaves out what stands in brackets at the end of a line: "203.0.113.5 (seen twice)".
func beforeRemark(rest string) string {
	trimmed := strings.TrimRight(rest, " \t　")
	if strings.HasSuffix(trimmed, ")") || strings.HasSuffix(trimmed, "）") {
		if i := strings.IndexAny(rest, "(（"); i >= 0 {
			return rest[:i]
		}
	}
	return rest
}

// columns counts the marks between the columns of a table that is drawn, or written with commas (RFC 4180).
func columns(line string) int {
	marks := strings.Count(line, "|") + strings.Count(line, "│") + strings.Count(line, "┃") + strings.Count(line, "\t")
	if semicolons := strings.Count(line, ";"); semicolons > 2 && strings.Count(line, "; ") == 0 {
		marks += semicolons
	}
	if commas := strings.Count(line, ","); commas > 1 && strings.Count(line, ", ") == 0 {
		marks += commas
	}
	return marks
}

// isRow tells whether a line that names addresses has columns set apart by wide blanks, or begins with a time and names two.
func isRow(line string, inside []indicator.Finding) bool {
	if endsSentence(line) || countWords(line) > 16 {
		return false
	}
	line = strings.TrimLeft(line, " ")
	if len(inside) > 1 && line[0] >= '0' && line[0] <= '9' && inside[0].Kind == indicator.IP && inside[1].Kind == indicator.IP && strings.Contains(line, ":") {
		return true
	}
	return strings.Contains(line, "  ") && len(splitAt(line, "  ")) > 2
}

func endsSentence(line string) bool {
	line = strings.TrimRight(line, " \t　")
	return strings.HasSuffix(line, ".") || strings.HasSuffix(line, "。") || strings.HasSuffix(line, "!") || strings.HasSuffix(line, "?")
}

// countWords counts Latin words and runs of CJK; hiragana tells a sentence and counts much.
func countWords(s string) int {
	n, in := 0, false
	for _, r := range s {
		switch {
		case r >= 0x3041 && r <= 0x3096:
			n += 2
			in = false
		case r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r > 0x2E80 && r != '、' && r != '。' && r != '　' && r != '（' && r != '）':
			if !in {
				n++
			}
			in = true
		case r >= '0' && r <= '9':
		default:
			in = false
		}
	}
	return n
}

// keyEnd is where the value of a "key: value" line starts, 0 where the line is none.
func keyEnd(line string) int {
	runes, opened := 0, false
	for i, r := range line {
		if runes++; runes > 36 {
			return 0
		}
		switch r {
		case '[', '【', '〔':
			opened = true
		case ']', '】', '〕': // "[URL] …", whose opening bracket was taken for a bullet
			if i > 0 && !opened {
				return i + utf8.RuneLen(r)
			}
		case '：', '＝', '\t', '…':
			if i == 0 {
				return 0
			}
			return i + utf8.RuneLen(r)
		case ':', '=':
			after := i + 1
			if i == 0 || after < len(line) && (line[after] == '/' || line[after] >= '0' && line[after] <= '9' && line[i-1] >= '0' && line[i-1] <= '9') {
				return 0
			}
			return after
		case '。', '、', '.', ',', '?', '!':
			return 0
		}
	}
	return 0
}

func isHeading(line string) bool {
	trimmed := strings.TrimRight(strings.TrimLeft(line, " \t　"), " \t　")
	if utf8.RuneCountInString(trimmed) > maxHeading || strings.HasSuffix(trimmed, "。") || strings.HasSuffix(trimmed, "、") || strings.HasSuffix(trimmed, ".") {
		return false
	}
	first, _ := utf8.DecodeRuneInString(trimmed)
	return strings.ContainsRune("■●◆▼□○◇▽▲【[＜<#＃*≪《〔", first) || strings.HasPrefix(trimmed, "--") || strings.HasPrefix(trimmed, "==")
}

// flush cuts the gathered prose lines into sentences.
func (l *layout) flush() {
	if len(l.prose) == 0 {
		return
	}
	start, end := l.prose[0], l.prose[1]
	l.prose = l.prose[:0]
	no := l.first
	for start < end {
		cut := sentenceEnd(l.text, start, end)
		stop := no + strings.Count(l.text[start:cut], "\n")
		if strings.TrimSpace(l.text[start:cut]) != "" {
			l.addLines(Prose, start, cut, no, stop)
		}
		start, no = cut, stop
	}
}

// sentenceEnd finds the end of the sentence that starts at start: behind 。！？, or a full stop before white space.
func sentenceEnd(text string, start, end int) int {
	for i, r := range text[start:end] {
		at := start + i
		if i > maxSentence && r < utf8.RuneSelf {
			return at + 1
		}
		switch r {
		case '。', '！', '？':
			return at + utf8.RuneLen(r)
		case '.', '!', '?':
			next := at + 1
			if next >= end || next-start < 4 || !isSpace(text[next]) || isAbbreviation(text[start:at]) {
				continue
			}
			return next
		}
	}
	return end
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

// isAbbreviation tells whether the word before a full stop is one that is written with one ("e.g.", "No.", "J.").
func isAbbreviation(before string) bool {
	word := before[strings.LastIndexAny(before, " \n\t(")+1:]
	switch strings.ToLower(word) {
	case "e.g", "i.e", "no", "mr", "mrs", "ms", "dr", "approx", "etc", "vs", "inc", "co", "ltd", "nr", "resp", "incl":
		return true
	}
	return len(word) == 1 && word >= "A" && word <= "Z"
}

func (l *layout) add(kind PassageKind, start, end, no int) { l.addLines(kind, start, end, no, no) }

func (l *layout) addLines(kind PassageKind, start, end, first, last int) {
	segment, held := SegmentNew, false
	if s := l.segmentAt(start); s >= 0 {
		segment, held = l.segments[s].Kind, l.segments[s].Held
	}
	l.passages = append(l.passages, Passage{
		Kind: kind, PartIndex: l.part, Start: start, End: end, First: first, Last: last,
		Block: l.block, Heading: -1, Segment: segment, Held: held,
	})
}

// segmentAt is the index of the segment at a place, -1 where there is none.
func (l *layout) segmentAt(at int) int {
	i := sort.Search(len(l.segments), func(i int) bool { return l.segments[i].End > at })
	if i < len(l.segments) && l.segments[i].Start <= at {
		return i
	}
	return -1
}

// headings gives each passage the one that announces it.
func (l *layout) headings() {
	sentence, heading := -1, -1 // the last sentence or key, the last heading
	keyed := -1                 // what announced the run of key-value lines
	for i := range l.passages {
		p := &l.passages[i]
		switch p.Kind {
		case Bare, LogLine:
			p.Heading = sentence
		case KeyValue:
			p.Heading = keyed
			sentence = i
		case Heading:
			p.Heading = heading
			heading, sentence, keyed = i, i, i
		case Prose:
			if heading >= 0 && l.passages[heading].Block >= p.Block-1 {
				p.Heading = heading
			}
			sentence, keyed = i, i
		}
	}
}
