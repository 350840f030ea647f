package logline

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzReader asks of any text: no panic, spans in range and on rune borders, a
// count of at least one, and no blame without a source.
func FuzzReader(f *testing.F) {
	for _, seed := range []string{
		"Jun 11 02:09:40 gate sshd[8]: Failed password for root from 203.0.113.5 port 9 ssh2",
		"src,dst,dport\n203.0.113.5,192.0.2.1,22\n",
		"送信元\t宛先\n203.0.113.5\t日本\n",
		`{"src_ip":"203.0.113.5","event_type":"alert","alert":{"signature":"x"}}`,
		"#Fields: c-ip cs-method cs-uri-stem\n203.0.113.5 GET /a\n",
		"[**] [1:1:1] x [**]\n08/09-14:22:33 203.0.113.5:1 -> [2001:db8::1]:2\n",
		`203.0.113.5 - - [11/Jun/2008:02:09:40 +0900] "GET /%252e%252e/ HTTP/1.1" 200 1 "-" "() {"`,
		"IN= SRC=203.0.113.5 DST=::1 PROTO=6 SPT=1 DPT=2",
		"<34>1 2008-06-11T02:09:40Z h p 1 - - rhost=",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var r Reader
		for _, l := range r.Lines(text) {
			if l.Start < 0 || l.End < l.Start || l.End > len(text) {
				t.Fatalf("line %d spans %d to %d of %d", l.No, l.Start, l.End, len(text))
			}
			if l.Event.Count < 1 {
				t.Errorf("count %d", l.Event.Count)
			}
			if l.Event.Class != "" && l.Event.Outcome != Tried {
				t.Errorf("class %q with outcome %q", l.Event.Class, l.Event.Outcome)
			}
			for _, e := range []Endpoint{l.Event.Source, l.Event.Target} {
				border(t, text, e)
			}
		}
	})
}

func border(t *testing.T, text string, e Endpoint) {
	t.Helper()
	if e.Start < 0 || e.End < e.Start || e.End > len(text) || e.Port < 0 || e.Port > 65535 {
		t.Fatalf("endpoint %+v in a text of %d bytes", e, len(text))
	}
	if e.End == e.Start || !utf8.ValidString(text) {
		return
	}
	if !utf8.RuneStart(text[e.Start]) || e.End < len(text) && !utf8.RuneStart(text[e.End]) {
		t.Fatalf("endpoint %+v splits a character", e)
	}
}

// BenchmarkReader reads 3 KB of each kind.
func BenchmarkReader(b *testing.B) {
	for name, line := range map[string]string{
		"sshd":     "Jun 11 02:09:40 gate sshd[812]: Failed password for invalid user anna from 203.0.113.5 port 40022 ssh2\n",
		"web":      `203.0.113.5 - - [11/Jun/2008:02:09:40 +0900] "GET /index.html?a=b HTTP/1.1" 200 300 "-" "Mozilla/5.0 (X11; Linux)"` + "\n",
		"iptables": "Jun  8 14:34:33 fw kernel: [500.08] IN=eth0 OUT= MAC=00:08 SRC=203.0.113.5 DST=192.0.2.1 LEN=40 TTL=245 ID=37308 PROTO=TCP SPT=8080 DPT=22 SYN\n",
		"prose":    "弊社のウェブサーバに対して、10:30頃から総当たりの攻撃と思われるアクセスが続いています。\n",
	} {
		text := strings.Repeat(line, 3000/len(line)+1)
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				var r Reader
				r.Lines(text)
			}
		})
	}
}

// BenchmarkHostile shows that cost grows with size only: compare ns/byte of the sizes.
func BenchmarkHostile(b *testing.B) {
	for name, part := range map[string]string{
		"addresses": "from 203.0.113.5 ",
		"pairs":     "src=a dst=b ",
		"brackets":  "[[[((({{{\"\"",
		"lines":     "Failed password for a from\n",
		"colons":    "1:2:",
	} {
		for _, size := range []int{64 << 10, 1 << 20} {
			text := strings.Repeat(part, size/len(part))
			b.Run(name, func(b *testing.B) {
				b.SetBytes(int64(len(text)))
				for b.Loop() {
					var r Reader
					r.Lines(text)
				}
			})
		}
	}
}
