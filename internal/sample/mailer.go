package sample

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// A mailer is a mail program of 2008: what it calls itself and how its
// Message-IDs look.
type mailer struct {
	header string // a header line, "" where it does not name itself
	id     string // pattern of the Message-ID
	html   bool   // writes HTML beside the text unless told otherwise
	bare   bool   // sends ISO-2022-JP without MIME headers, as was usual before MIME
}

var mailersJa = []mailer{
	{"X-Mailer: Becky! ver. 2.44.02 [ja]", "{date}{time}.{HEX4}.{LOCAL}@{domain}", false, false},
	{"X-Mailer: Becky! ver. 2.21.03 [ja]", "{date}{time}.{HEX4}.{LOCAL}@{domain}", false, false},
	{"X-Mailer: Shuriken 2008 [ja] (9.0.0.0)", "{date}{time}{n5}.{hex8}@{domain}", false, false},
	{"X-Mailer: Microsoft Outlook Express 6.00.2900.3138\nX-MimeOLE: Produced By Microsoft MimeOLE V6.00.2900.3198\nX-Priority: 3\nX-MSMail-Priority: Normal", "00{hex4}01c8{hex4}${hex8}$0{n1}01a8c0@{pc}", false, false},
	{"X-Mailer: Microsoft Office Outlook 11\nThread-Index: AciX{b12}==", "00{n2}01c8{hex4}${hex8}${hex8}$@{domain}", true, false},
	{"User-Agent: Thunderbird 2.0.0.14 (Windows/20080421)", "48{HEX6}.{n7}@{domain}", false, false},
	{"User-Agent: Thunderbird 2.0.0.12 (Macintosh/20080213)", "47{HEX6}.{n7}@{domain}", false, false},
	{"X-Mailer: AL-Mail32 Version 1.13d", "{date}{time}.{local}@{domain}", false, false},
	{"X-Mailer: Mew version 4.2 on Emacs 22.1 / Mule 5.0 (SAKAKI)", "{date}.{time}.{n8}.{local}@{domain}", false, false},
	{"User-Agent: Wanderlust/2.14.0 (Africa) SEMI/1.14.6 (Maruoka) FLIM/1.14.8 (Shijo) APEL/10.7 Emacs/22.2", "87{b8}.wl%{local}@{domain}", false, false},
	{"X-Mailer: Sylpheed 2.4.8 (GTK+ 2.12.9; i686-pc-linux-gnu)", "{date}{time}.{hex8}.{local}@{domain}", false, false},
	{"X-Mailer: Apple Mail (2.919.2)", "{HEX8}-{HEX4}-4{HEX3}-{HEX4}-{HEX8}{HEX4}@{domain}", false, false},
	{"X-Mailer: WinBiff [Version 2.51PL1 (on Trial)]", "{date}{time}.{HEX4}@{domain}", false, true},
}

var mailersEn = []mailer{
	{"User-Agent: Mutt/1.5.13 (2006-08-11)", "{date}{time}.G{n5}@{domain}", false, false},
	{"User-Agent: Mutt/1.4.2.3i", "{date}{time}.GA{n4}@{domain}", false, false},
	{"User-Agent: Thunderbird 2.0.0.14 (X11/20080505)", "48{HEX6}.{n7}@{domain}", false, false},
	{"User-Agent: Thunderbird 2.0.0.14 (Windows/20080421)", "48{HEX6}.{n7}@{domain}", false, false},
	{"X-Mailer: Microsoft Outlook Express 6.00.2900.3138\nX-MimeOLE: Produced By Microsoft MimeOLE V6.00.2900.3198\nX-Priority: 3\nX-MSMail-Priority: Normal", "00{hex4}01c8{hex4}${hex8}$0{n1}01a8c0@{pc}", true, false},
	{"X-Mailer: Microsoft Office Outlook 12.0\nThread-Index: AciX{b12}==", "00{n2}01c8{hex4}${hex8}${hex8}$@{domain}", true, false},
	{"X-Mailer: Apple Mail (2.919.2)", "{HEX8}-{HEX4}-4{HEX3}-{HEX4}-{HEX8}{HEX4}@{domain}", false, false},
	{"User-Agent: SquirrelMail/1.4.8", "{n5}.{hex8}.{n9}.squirrel@{domain}", false, false},
	{"X-Mailer: Lotus Notes Release 7.0.2 September 26, 2006", "OF{HEX8}.{HEX8}-ON{HEX8}.00{HEX6}-C1257{HEX3}.00{HEX6}@{domain}", false, false},
	{"User-Agent: Internet Messaging Program (IMP) H3 (4.1.4)", "{date}{time}.{b10}@{domain}", false, false},
	{"User-Agent: KMail/1.9.9", "{date}{time}.{n5}.{local}@{domain}", false, false},
	{"X-Mailer: Evolution 2.12.3 (2.12.3-5.fc8)", "12{n8}.{n4}.{n2}.camel@{pc}", false, false},
	{"", "{hex8}{hex8}{hex4}@{domain}", true, false},
}

var mailersRole = []mailer{
	{"X-Mailer: MIME-tools 5.420 (Entity 5.420)\nX-Managed-By: RT 3.6.5 (http://www.bestpractical.com/rt/)", "rt-3.6.5-{n5}-12{n8}-{n4}.{n5}-5-0@{domain}", false, false},
	{"User-Agent: Mutt/1.5.13 (2006-08-11)", "{date}{time}.G{n5}@{domain}", false, false},
	{"X-Mailer: MIME::Lite 3.01 (F2.73; T1.17; A1.74; B3.07; Q3.07)", "{date}{time}.{n6}@{pc}", false, false},
	{"User-Agent: Thunderbird 2.0.0.14 (Windows/20080421)", "48{HEX6}.{n7}@{domain}", false, false},
	{"", "{date}{time}.{HEX6}@{pc}.{domain}", false, false},
}

// deskMailer is that of our own desk.
var deskMailer = mailer{"X-Mailer: Mew version 5.2 on Emacs 22.2 / Mule 5.0 (SAKAKI)", "{date}.{time}.{n8}.desk@{domain}", false, false}

func (p *places) mailerFor(who *person) mailer {
	list := mailersEn
	switch {
	case who.ja():
		list = mailersJa
	case who.role:
		list = mailersRole
	}
	m := list[p.rnd.IntN(len(list))]
	m.header = stamp(p.rnd, m.header, who, quarterStart)
	return m
}

// messageID makes a Message-ID in the manner of the program.
func (m mailer) messageID(rnd *rand.Rand, who *person, at time.Time) string {
	return "<" + stamp(rnd, m.id, who, at) + ">"
}

// stamp fills a pattern: {date} and {time}, {n5} five digits, {hex8} and
// {HEX8} hexadecimal digits, {b12} base64 letters, and parts of the address.
func stamp(rnd *rand.Rand, pattern string, who *person, at time.Time) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(pattern, "{")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		slot, after, _ := strings.Cut(rest, "}")
		b.WriteString(stampSlot(rnd, slot, who, at))
		pattern = after
	}
}

func stampSlot(rnd *rand.Rand, slot string, who *person, at time.Time) string {
	local, domain, _ := strings.Cut(who.Mail, "@")
	switch slot {
	case "date":
		return at.In(who.zone()).Format("20060102")
	case "time":
		return at.In(who.zone()).Format("150405")
	case "local":
		return local
	case "LOCAL":
		return strings.ToUpper(local)
	case "domain":
		return domain
	case "pc":
		return []string{"home-pc", "your4dacd0ea75", "ws014", "sirius", "localhost"}[len(who.Mail)%5]
	}
	kind := strings.TrimRight(slot, "0123456789")
	var n int
	fmt.Sscan(slot[len(kind):], &n)
	digits := map[string]string{"n": "0123456789", "hex": "0123456789abcdef", "HEX": "0123456789ABCDEF"}[kind]
	if kind == "b" {
		raw := make([]byte, n)
		for i := range raw {
			raw[i] = byte(rnd.IntN(256))
		}
		return strings.NewReplacer("+", "x", "/", "y").Replace(base64.StdEncoding.EncodeToString(raw))[:n]
	}
	out := make([]byte, n)
	for i := range out {
		out[i] = digits[rnd.IntN(len(digits))]
	}
	return string(out)
}
