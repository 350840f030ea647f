package sample

import (
	"embed"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strings"
)

//go:embed data/*.txt
var dataFiles embed.FS

// records reads a table of data/: one record a line, fields parted by "|".
func records(name string, fields int) ([][]string, error) {
	text, err := dataFiles.ReadFile("data/" + name)
	if err != nil {
		return nil, err
	}
	var rows [][]string
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		row := strings.Split(line, "|")
		if len(row) != fields {
			return nil, fmt.Errorf("%s: %d fields instead of %d in %q", name, len(row), fields, line)
		}
		for i := range row {
			row[i] = strings.TrimSpace(row[i])
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// A brand is somebody whose site phishers imitate.
type brand struct {
	origin, ja, en, site string
	obscure              bool // no reader can know it, so its site is told with it
}

func loadBrands() (map[string][]brand, error) {
	rows, err := records("brands.txt", 5)
	brands := map[string][]brand{}
	for _, r := range rows {
		b := brand{origin: r[0], ja: r[1], en: r[2], site: r[3], obscure: r[4] == "obscure"}
		brands[b.origin] = append(brands[b.origin], b)
	}
	return brands, err
}

// places hands out addresses, hosts and paths, none of them twice.
type places struct {
	rnd  *rand.Rand
	used map[string]bool
}

// bands are first octets that were in use on the public net in 2008. Those of
// well-known resolvers and of documentation networks are left out.
var bands = []byte{
	58, 59, 60, 61, 62, 64, 65, 66, 67, 69, 70, 72, 74, 75, 76, 78, 80, 81, 82, 83, 84, 85, 86, 87, 88, 89,
	114, 116, 118, 119, 121, 122, 123, 124, 125, 189, 190, 193, 194, 195, 200, 201, 202, 210, 211, 212, 213, 217, 218, 219, 220, 221, 222,
}

// ip returns a public unicast address.
func (p *places) ip() string {
	for {
		a := netip.AddrFrom4([4]byte{bands[p.rnd.IntN(len(bands))], byte(1 + p.rnd.IntN(250)), byte(3 + p.rnd.IntN(250)), byte(2 + p.rnd.IntN(250))})
		if a.Is4() && !p.used[a.String()] && !strings.HasPrefix(a.String(), "202.12.27.") {
			p.used[a.String()] = true
			return a.String()
		}
	}
}

// network returns a /24.
func (p *places) network() string {
	ip := p.ip()
	return ip[:strings.LastIndexByte(ip, '.')] + ".0/24"
}

var (
	hostHeads = strings.Fields(`alder amber anchor apex arbor aspen basil beacon birch bramble bright brook canvas castle cinder clover coral
		cosmo crystal delta dolphin dragon easy echo elm ember falcon fern flora forest garden giant glacier global golden granite green grove
		harbor hazel heron holly honey indigo island ivory jade jasmine jolly juniper karma kestrel laurel lemon lily lotus lucky lunar maple
		marble meadow mega merlin mint misty moon noble north nova oasis ocean olive onyx opal orchid otter pacific palm panda pearl pepper
		pine planet polar prime quartz quick rainbow raven ridge river robin rocky rose royal ruby sable saffron sage sierra silver solar
		spring star stone summit sunny swan terra thunder tiger topaz tulip tundra twin unity valley velvet violet vista walnut willow winter`)
	hostTails = strings.Fields(`art auto bike book cafe camp cars clinic club craft dance design dental diving eng farm fish flowers foto
		foods games gear golf guide hobby home hotel house inn kids lab land logic market media motors music news office optics page paint
		parts pets photo pool press print rent resort school shoes shop soft sport stay store studio sushi taxi team tech tools tours toys
		trade travel video voice wear web wine works yoga`)
	siteTLDs = strings.Fields(`com com com com net net org cn cn com.cn kr co.kr co.kr com.tw com.tw com.br com.br ru ru de de co.uk fr it nl pl
		info us ro cz in co.th com.my com.vn com.tr com.mx com.ar co.jp ne.jp jp or.jp`)
	junkTLDs = strings.Fields(`cn cn cn com com info net ru biz`)
)

// host returns the name of a site that honest people run.
func (p *places) host() string {
	return p.unused(func() string {
		name := p.coined() + p.pick([]string{"", "", "-"}) + p.pick(hostTails)
		if p.rnd.IntN(2) == 0 {
			name = p.pick(hostHeads) + p.pick([]string{"", "-"}) + p.coined()
		}
		return p.pick([]string{"www.", "www.", "www.", "", "shop.", "web."}) + name + "." + p.pick(siteTLDs)
	})
}

// coined is a name that means nothing in any language, so that with a word
// beside it nobody is likely to own it.
func (p *places) coined() string {
	var b strings.Builder
	for range 3 {
		b.WriteByte("bdfghjklmnprstvz"[p.rnd.IntN(16)])
		b.WriteByte("aeiou"[p.rnd.IntN(5)])
	}
	return b.String()
}

// junkHost returns a name registered for harm only.
func (p *places) junkHost() string {
	return p.unused(func() string {
		var b strings.Builder
		for range 5 + p.rnd.IntN(4) {
			b.WriteByte("abcdefghijkmnopqstuvwxyz"[p.rnd.IntN(24)])
		}
		return p.pick([]string{"www.", "", "s.", "dl."}) + b.String() + p.pick([]string{"", "88", "163", "02", "4u"}) + "." + p.pick(junkTLDs)
	})
}

// dialHost returns the name that a provider gives to a customer's address.
func (p *places) dialHost(ip string) string {
	dashed := strings.ReplaceAll(ip, ".", "-")
	return p.pick([]string{"host", "ip", "adsl-", "pool-", "dyn", "p"}) + dashed + "." +
		p.pick([]string{"dynamic", "cable", "adsl", "users"}) + "." + p.coined() + "-net." + p.pick([]string{"com", "net", "com.br", "pl", "co.kr", "com.tw"})
}

func (p *places) unused(make func() string) string {
	for {
		if s := make(); !p.used[s] {
			p.used[s] = true
			return s
		}
	}
}

func (p *places) pick(from []string) string { return from[p.rnd.IntN(len(from))] }

// phishPath and the like return the path of a harmful page.
func (p *places) phishPath(word string) string {
	return fill(p.pick([]string{
		"/~{u}/{w}/signin.html", "/{w}/login.php", "/images/.{w}/index.htm", "/{w}.com/webscr.php?cmd=_login-run", "/secure/{w}/update/",
		"/bbs/data/{w}/verify.html", "/.{w}/confirm/account.php", "/forum/cache/{w}/", "/cgi-bin/{w}/ISAPI.dll.html", "/zboard/icon/.{w}/index.html",
		"/mambo/components/{w}/onlineserv/CM/", "/help/{w}/personal/logon.asp", "/gallery2/{w}-online/default.htm",
	}), "{w}", word, "{u}", p.pick(hostTails))
}

func (p *places) malwarePath() string {
	return p.pick([]string{
		"/1.exe", "/down/setup.exe", "/ad/jp88.js", "/b.js", "/images/xin.exe", "/new/a1.css.exe", "/codec/VideoAccessCodec.exe", "/rm/ms06014.htm", "/0.gif.exe",
		"/m.js", "/up/update.cab", "/postcard.exe", "/you/flash.swf", "/ads/count.htm", "/~tmp/card.scr", "/iie/ie7.htm", "/b/ldr.exe", "/jp.js", "/s/install_en.exe",
	})
}

func fill(pattern string, pairs ...string) string {
	return strings.NewReplacer(pairs...).Replace(pattern)
}
