package classify

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"todoke/internal/desk"
)

// Rows that no format explains still say where something went: behind an arrow, or with the address of the other end. And where
// nothing else tells a port, a bare number that is one does: "445 を叩かれています", "swept us on 8080".

// portsOfLines reads the destination in the lines in which an address at fault stands.
func (p *proposer) portsOfLines(c *accused) votes {
	told := votes{}
	for _, f := range c.findings {
		if f.Passage < 0 || f.Kind != desk.IndicatorIP {
			continue
		}
		text := p.ev.Text(f.PartIndex)
		end := len(text)
		if n := strings.IndexByte(text[f.End:], '\n'); n >= 0 {
			end = f.End + n
		}
		if port := destinationPort(text[f.End:min(end, f.End+maxRow)]); port > 0 {
			told[service{"", port}] += 4
		}
	}
	return told
}

// maxRow is how many bytes behind an address are read as its row.
const maxRow = 400

// destinationPort reads the port of the other end in what stands behind the sender of a row: "(4012) 192.0.2.9(445) tcp",
// ":4012 -> x.x.x.9:445", "\t4012\t192.0.2.9\t445". It is 0 where the row tells none.
func destinationPort(row string) int {
	for _, arrow := range []string{"->", "→", "=>", "⇒", " to ", "＞"} {
		if _, to, ok := strings.Cut(row, arrow); ok {
			return portOfEnd(to)
		}
	}
	first := strings.TrimLeft(row, " \t,;:(|")
	digits := len(first) - len(strings.TrimLeft(first, "0123456789"))
	if digits == 0 || digits == len(first) {
		return 0
	}
	return portOfEnd(strings.TrimLeft(first[digits:], " \t,;)|"))
}

// portOfEnd reads the port written with the address at the beginning of a text.
func portOfEnd(s string) int {
	s = strings.TrimLeft(s, " \t")
	address := len(s) - len(strings.TrimLeftFunc(s, func(r rune) bool {
		return r < utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r)) || r == '.' || r == '*' || r == '-'
	}))
	if strings.Count(s[:address], ".") < 3 {
		return 0
	}
	s = strings.TrimLeft(s[address:], " \t,;:(|")
	digits := len(s) - len(strings.TrimLeft(s, "0123456789"))
	if digits < len(s) && strings.ContainsRune(".:-/", rune(s[digits])) && !strings.HasPrefix(strings.ToLower(s[digits:]), "/tcp") {
		return 0 // a date, a time, an address
	}
	n, err := strconv.Atoi(s[:digits])
	if err != nil || n < 1 || n > 65535 {
		return 0
	}
	return n
}

// portsBare are the bare numbers of the message that are ports, but for those told of other addresses.
func (p *proposer) portsBare(c *accused) votes {
	told := votes{}
	for i := range p.ev.Passages {
		if at := &p.ev.Passages[i]; at.Speaks() && (c.heard[i] || !p.elsewhere[i]) {
			for _, s := range barePorts(p.ev.Text(at.PartIndex)[at.Start:at.End]) {
				told[s]++
			}
		}
	}
	return told
}

// attackedPorts are ports that are known well enough to be told by their number alone. Where it is true, the number counts other
// things as often, and the words beside it must say that it is a port.
var attackedPorts = func() map[int]bool {
	known := map[int]bool{}
	for _, n := range []int{21, 22, 23, 25, 53, 80, 110, 111, 123, 143, 161, 443, 500} {
		known[n] = true
	}
	for _, n := range []int{135, 137, 138, 139, 389, 445, 465, 587, 993, 995, 1025, 1026, 1027, 1080, 1433, 1434, 1521, 1723, 2222, 2323, 2967, 3128, 3306, 3389,
		4899, 5060, 5432, 5555, 5900, 5901, 6129, 6379, 6667, 8080, 8081, 8443, 8888, 9200, 10000, 11211, 27017} {
		known[n] = false
	}
	return known
}()

// barePorts reads the numbers of a text that stand alone and are ports.
func barePorts(text string) []service {
	var ports []service
	for at := 0; at < len(text); {
		i := strings.IndexAny(text[at:], "123456789")
		if i < 0 {
			break
		}
		start := at + i
		end := start
		for end < len(text) && text[end] >= '0' && text[end] <= '9' {
			end++
		}
		at = end + 1
		before, after := text[:start], text[end:]
		if end-start > 5 {
			continue
		}
		n, _ := strconv.Atoi(text[start:end])
		if proto := protocolBefore(before); proto != "" && n < 65536 && !continues(after) {
			ports = append(ports, service{proto, n})
			continue
		}
		plain, known := attackedPorts[n]
		if !known || continues(after) || joined(before) || counts(after) || plain && !saysPort(before, after) {
			continue
		}
		ports = append(ports, service{"", n})
	}
	return ports
}

// protocolBefore is the protocol that a number is joined to: "TCP1433", "scan_udp_1027".
func protocolBefore(before string) string {
	before = strings.ToLower(strings.TrimRight(before[max(0, len(before)-8):], "_-/"))
	for _, proto := range []string{"tcp", "udp"} {
		if strings.HasSuffix(before, proto) {
			return proto
		}
	}
	return ""
}

// continues tells whether what stands behind digits makes them a part of something else: a date, a time, an address, a name.
func continues(after string) bool {
	if after == "" {
		return false
	}
	low := strings.ToLower(after)
	if strings.HasPrefix(low, "/tcp") || strings.HasPrefix(low, "/udp") {
		return false
	}
	r := after[0]
	if (r == '.' || r == ',' || r == ':') && (len(after) == 1 || after[1] < '0' || after[1] > '9') {
		return false
	}
	return r == '.' || r == ':' || r == '-' || r == '/' || r == '%' || r == '_' || r == '@' || r == ',' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
}

// joined tells whether a number is the end of something else.
func joined(before string) bool {
	r, _ := utf8.DecodeLastRuneInString(before)
	return strings.ContainsRune(".:-/_@#=%+$\\¥", r) || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || ofSource(beforePort(before[max(0, len(before)-24):]))
}

// beforePort is what stands before the word for a port at the end of a text: "source port", "送信元ポート".
func beforePort(s string) string {
	s = strings.TrimRight(s, " 　:：=(（")
	for _, word := range []string{"port", "ポート"} {
		if at := len(s) - len(word); at >= 0 && strings.EqualFold(s[at:], word) {
			return s[:at]
		}
	}
	return s
}

// counted are the words behind a number that counts.
var counted = []string{"回", "件", "通", "人", "個", "台", "行", "年", "月", "日", "時", "分", "秒", "円", "名", "社", "本", "パケット", "アドレス", "ホスト", "種", "万", "千", "以上", "ほど", "ページ", "jan", "feb", "mar", "apr", "may", "jun", "jul",
	"aug", "sep", "oct", "nov", "dec", "per", "or", "different", "byte", "time"}

// counts tells whether a number counts what stands behind it.
func counts(after string) bool {
	after = strings.ToLower(strings.TrimLeft(after[:min(len(after), 40)], " 　"))
	for _, word := range counted {
		if strings.HasPrefix(after, word) {
			return true
		}
	}
	word := after[:len(after)-len(strings.TrimLeft(after, "abcdefghijklmnopqrstuvwxyz"))]
	return len(word) > 3 && strings.HasSuffix(word, "s")
}

// saysPort tells whether the words on both sides of a number say that it is a port: "on 22", "（80）", "全番地の 22 に", "22 (tcp)".
func saysPort(before, after string) bool {
	after = strings.ToLower(strings.TrimLeft(after[:min(len(after), 12)], " 　"))
	for _, proto := range []string{"(tcp", "（tcp", "(udp", "（udp", "/tcp", "/udp"} {
		if strings.HasPrefix(after, proto) {
			return true
		}
	}
	bracket := strings.HasSuffix(before, "(") || strings.HasSuffix(before, "（")
	before = strings.ToLower(strings.TrimRight(before, " 　"))
	switch {
	case strings.HasSuffix(before, " on"):
		return true
	case bracket:
		return strings.HasPrefix(after, ")") || strings.HasPrefix(after, "）")
	case strings.HasSuffix(before, "の"), strings.HasSuffix(before, "、"), strings.HasSuffix(before, "に"):
		return strings.HasPrefix(after, "に") || strings.HasPrefix(after, "へ") || strings.HasPrefix(after, "を") || strings.HasPrefix(after, "が")
	}
	return false
}
