package mail

import (
	"strings"
	"unicode/utf8"
)

// isRulerRune tells whether r is something that rulers are drawn with.
func isRulerRune(r rune) bool {
	if r < 0x80 {
		return r < 0x80 && r > ' ' && strings.IndexByte("-=_*~#+.:/\\|<>^", byte(r)) >= 0
	}
	switch {
	case r >= 0x2010 && r <= 0x2015, r == '…', r == '〜', r == '～', r == 'ー', r == '－', r == '＝', r == '＿', r == '＊', r == '・', r == '≡', r == '∞':
		return true
	case r >= 0x2500 && r <= 0x257F: // box drawing
		return true
	case r >= 0x25A0 && r <= 0x25FF, r == '★', r == '☆', r == '♪', r == '♭', r == '※': // geometric shapes and ornaments
		return true
	case r == '､', r == '｡', r == 'ﾟ', r == '´', r == '｀':
		return true
	}
	return false
}

// isRuler tells whether t is a ruler: five or more characters to draw with and nothing else but spaces.
func isRuler(t string) bool {
	drawn := 0
	for _, r := range t {
		switch {
		case isRulerRune(r):
			drawn++
		case r != ' ' && r != '\u3000':
			return false
		}
	}
	return drawn >= 5
}

// trimRuler takes what rulers are drawn with, spaces and colons off both ends of t. ruled tells whether t began
// with two or more characters of a ruler.
func trimRuler(t string) (words string, ruled bool) {
	n := 0
	for _, r := range t {
		if !isRulerRune(r) {
			break
		}
		n++
	}
	return strings.TrimFunc(t, func(r rune) bool {
		return isRulerRune(r) || r == ' ' || r == '\u3000' || r == ':' || r == '：'
	}), n >= 2
}

// Bounds of what is taken for a signature, in lines with text, and for its lines, in characters.
const (
	maxSignature     = 14
	maxSignatureLine = 76
)

// markSignatures finds, at the end of every stretch of new text, the signature and what a company or mailing
// list put behind it.
func (s *segmenter) markSignatures() {
	for end := len(s.lines); end > 0; {
		if s.lines[end-1].kind != lineNew {
			end--
			continue
		}
		start := end - 1
		for start > 0 && s.lines[start-1].kind == lineNew {
			start--
		}
		s.markStretch(start, end)
		end = start
	}
}

// markStretch looks at the new lines from start to end.
func (s *segmenter) markStretch(start, end int) {
	if i := s.disclaimer(start, end); i >= 0 {
		s.set(i, end, lineDisclaimer)
		end = i
	}
	if i := s.signature(start, end); i >= 0 {
		s.set(i, end, lineSignature)
	}
}

func (s *segmenter) set(start, end int, kind lineKind) {
	for i := start; i < end; i++ {
		s.lines[i].kind = kind
	}
}

// signature is the line where the signature at the end of the stretch begins, -1 where there is none.
func (s *segmenter) signature(start, end int) int {
	last := s.lastText(start, end)
	if last < 0 {
		return -1
	}
	for _, find := range []func(start, last int) int{s.dashSignature, s.ruledSignature, s.closedSignature, s.contactSignature} {
		if i := find(start, last); i >= 0 {
			return i
		}
	}
	return -1
}

// lastText is the last line with text in the stretch, -1 where there is none.
func (s *segmenter) lastText(start, end int) int {
	for i := end - 1; i >= start; i-- {
		if !s.blank(i) {
			return i
		}
	}
	return -1
}

// maxDashed bounds a signature behind "-- ", in lines.
const maxDashed = 40

// dashSignature finds the separator "-- " (RFC 3676, 4.3), also where its space was lost.
func (s *segmenter) dashSignature(start, last int) int {
	for i := last; i >= start && i >= last-maxDashed; i-- {
		switch strings.TrimRight(s.text[s.lines[i].start:s.lines[i].end], "\n") {
		case "-- ", "- -- ":
			return i
		case "--":
			if last-i <= maxSignature && !s.hasEvidence(i+1, last+1) {
				return i
			}
		}
	}
	return -1
}

// maxRuled bounds a signature between rulers, in lines, empty ones included.
const maxRuled = 40

// ruledSignature finds a block between rulers, or under one, that tells who to contact.
func (s *segmenter) ruledSignature(start, last int) int {
	bottom := last
	if isRuler(s.at(last)) {
		bottom--
	}
	texts := 0
	for i := bottom; i >= max(start, last-maxRuled) && texts <= maxSignature; i-- {
		t := s.at(i)
		if t == "" {
			continue
		}
		if isRuler(t) {
			if c, ok := s.readCard(i+1, bottom+1); ok && c.ruled() {
				return s.growSignature(i, start)
			}
			continue // it may part the name from the address: the next ruler up decides
		}
		if utf8.RuneCountInString(t) > maxSignatureLine {
			return -1
		}
		texts++
	}
	return -1
}

// growSignature lets a signature begin at a ruler further up where only a few short lines stand between, as in
// one drawn with three rulers.
func (s *segmenter) growSignature(i, start int) int {
	for j := i - 1; j >= start && j >= i-4; j-- {
		t := s.at(j)
		if t == "" {
			break
		}
		if isRuler(t) && !s.hasEvidence(j, i) {
			return j
		}
	}
	return i
}

// closings are the words that end a letter in English, in lower case.
var closings = []string{"best regards", "kind regards", "regards", "warm regards", "with regards", "sincerely", "sincerely yours", "yours sincerely", "yours faithfully", "yours truly", "cheers", "best wishes", "best", "br", "thanks", "thank you", "many thanks", "thanks and regards", "thanks & regards", "with best regards", "respectfully", "cordially", "mit freundlichen grüßen", "cordialement", "sent from my iphone", "sent from my ipad", "iphoneから送信", "ipadから送信", "androidから送信", "sent from my android"}

// maxClosing bounds the length of a closing, in bytes.
const maxClosing = 32

// closedSignature finds a closing word with a few short lines behind.
func (s *segmenter) closedSignature(start, last int) int {
	texts := 0
	for i := last; i >= start && texts <= 8; i-- {
		t := s.at(i)
		if t == "" {
			continue
		}
		if len(t) <= maxClosing {
			word := strings.ToLower(strings.TrimRight(t, " ,.!。"))
			for _, closing := range closings {
				if word == closing {
					if s.lastText(start, i) < 0 || s.hasEvidence(i, last+1) {
						return -1 // nothing stands before it, or what it closes goes on
					}
					return i
				}
			}
		}
		if utf8.RuneCountInString(t) > maxSignatureLine {
			return -1
		}
		texts++
	}
	return -1
}

// contactSignature finds a last paragraph that is all about whom to contact.
func (s *segmenter) contactSignature(start, last int) int {
	first := last
	for first > start && !s.blank(first-1) && last-first < maxSignature {
		first--
	}
	if first == start || !s.blank(first-1) || last-first < 1 {
		return -1
	}
	if c, ok := s.readCard(first, last+1); ok && c.bare() {
		return first
	}
	return -1
}

// card is what a block of lines has of a visiting card.
type card struct {
	name, mail, phone, company, url bool
	lines                           int
}

// readCard looks at the lines; ok is false where one of them has what no card has: a sentence, evidence, much
// text.
func (s *segmenter) readCard(start, end int) (c card, ok bool) {
	for i := start; i < end; i++ {
		t := s.at(i)
		if t == "" || isRuler(t) {
			continue
		}
		if c.lines++; c.lines > maxSignature || isSentence(t) {
			return c, false
		}
		c.add(strings.ToLower(t))
	}
	return c, c.lines > 0 && !s.hasEvidence(start, end)
}

// isSentence tells whether t is running text.
func isSentence(t string) bool {
	return strings.Contains(t, "。") || strings.HasSuffix(t, "ます") || strings.HasSuffix(t, "です") || strings.HasSuffix(t, "ください") ||
		len(strings.Fields(t)) >= 6 && strings.HasSuffix(t, ".")
}

// Words of a visiting card, in lower case.
var (
	phoneWords   = []string{"tel", "ｔｅｌ", "fax", "phone", "電話", "℡", "〒", "mobile", "携帯", "内線", "fingerprint"}
	companyWords = []string{"株式会社", "有限会社", "(株)", "（株）", "㈱", "大学", "センター", "グループ", "事務局", "研究所", "協会", "法人", "委員会", "inc.", " ltd", " corp", "gmbh", " team", "csirt", "university", "department", "division"}
	urlWords     = []string{"http://", "https://", "www."}
)

func (c *card) add(low string) {
	switch {
	case strings.IndexByte(low, '@') > 0:
		c.mail = true
	case containsAny(low, phoneWords) && strings.ContainsAny(low, "0123456789０１２３４５６７８９"):
		c.phone = true
	case containsAny(low, companyWords):
		c.company = true
	case containsAny(low, urlWords):
		c.url = true
	case c.lines == 1 && utf8.RuneCountInString(low) <= 40 && !strings.ContainsAny(low, ":/：0123456789"):
		c.name = true
	}
}

func containsAny(s string, words []string) bool {
	for _, w := range words {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

// ruled tells whether the card is enough for a signature between rulers, where lists of evidence stand too.
func (c card) ruled() bool {
	return c.phone || c.company && (c.mail || c.url) || c.name && c.mail
}

// bare tells whether the card is enough for a signature that nothing sets off.
func (c card) bare() bool {
	return c.phone && (c.mail || c.company || c.name) || c.company && c.mail
}

// hasEvidence tells whether a line has what a report tells and a signature does not: an IPv4 address, a time of
// day, a defanged address.
func (s *segmenter) hasEvidence(start, end int) bool {
	for i := start; i < end; i++ {
		t := s.text[s.lines[i].start:s.lines[i].end]
		if hasIPv4(t) || hasClock(t) || strings.Contains(t, "hxxp") || strings.Contains(t, "[.]") {
			return true
		}
	}
	return false
}

// hasIPv4 tells whether four numbers joined by dots stand in t.
func hasIPv4(t string) bool {
	for i := 0; i < len(t); {
		dot := strings.IndexByte(t[i:], '.')
		if dot < 0 {
			return false
		}
		i += dot + 1
		start := i - 2
		if start < 0 || !isDigit(t[start]) {
			continue
		}
		dots, run, j := 1, 0, i
		for j < len(t) && (isDigit(t[j]) || t[j] == '.' && run > 0) && run <= 3 {
			if t[j] == '.' {
				dots, run = dots+1, 0
			} else {
				run++
			}
			j++
		}
		if dots == 3 && run > 0 && run <= 3 {
			return true
		}
	}
	return false
}

// hasClock tells whether a time with seconds, "03:20:00", stands in t.
func hasClock(t string) bool {
	for i := 1; i+5 < len(t); i++ {
		c := strings.IndexByte(t[i:], ':')
		if c < 0 {
			return false
		}
		i += c
		if i+5 < len(t) && t[i+3] == ':' && isDigit(t[i-1]) && isDigit(t[i+1]) && isDigit(t[i+2]) && isDigit(t[i+4]) {
			return true
		}
	}
	return false
}

// disclaimers are phrases of confidentiality notices and footers of mailing lists, in lower case.
var disclaimers = []string{
	"confidentiality notice", "this e-mail and any", "this email and any", "this message and any", "intended recipient", "intended only for", "intended solely for",
	"if you have received this", "privileged and confidential", "confidential and may", "disclaimer",
	"本メールに記載された情報", "本メールは、宛先", "本メールは宛先", "本電子メールは", "誤って受信", "誤って本メール", "誤ってこのメール", "機密情報が含まれ", "意図した宛先", "無断で複製",
}

// listFooters are words of the footer of a mailing list, which stands under a ruler.
var listFooters = []string{"mailing list", "メーリングリスト", "unsubscribe", "配信停止"}

// disclaimer is the line where a notice at the end of the stretch begins, -1 where there is none.
func (s *segmenter) disclaimer(start, end int) int {
	found := -1
	for {
		last := s.lastText(start, end)
		if last < 0 {
			return found
		}
		first := last
		for first > start && !s.blank(first-1) && last-first < 20 {
			first--
		}
		if first == start && found < 0 || !s.isDisclaimer(first, last+1) {
			return found
		}
		found, end = first, first
	}
}

func (s *segmenter) isDisclaimer(start, end int) bool {
	if s.hasEvidence(start, end) {
		return false
	}
	for i := start; i < end; i++ {
		t := s.at(i)
		if len(t) < 8 {
			continue
		}
		low := strings.ToLower(t)
		if containsAny(low, disclaimers) || i > start && isRuler(s.at(start)) && containsAny(low, listFooters) {
			return true
		}
	}
	return false
}
