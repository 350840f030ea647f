package classify

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"todoke/internal/blame"
	"todoke/internal/blame/cue"
	"todoke/internal/desk"
)

// mention is one naming of a brand.
type mention struct {
	brand  *Brand
	weight float64
}

// readBrands finds the brands that the document names, by name and by their own sites.
func (p *proposer) readBrands() {
	if p.named != nil {
		return
	}
	p.named, p.brandsAll = map[int][]mention{}, map[*Brand]float64{}
	passage := 0
	for part := blame.SubjectPart; part < len(p.doc.Parts); part++ {
		text := p.ev.Text(part)
		for _, m := range p.brands.names.Find(p.ev.Folded(part)) {
			for passage < len(p.ev.Passages) && (p.ev.Passages[passage].PartIndex < part || p.ev.Passages[passage].PartIndex == part && p.ev.Passages[passage].End <= m.Start) {
				passage++
			}
			if passage == len(p.ev.Passages) || p.ev.Passages[passage].PartIndex != part {
				break
			}
			brand := p.brands.byName[m.Rule.Name]
			if !brand.Exact || written(text[m.Start:m.End], brand) {
				p.mention(passage, mention{brand, mentionWeight(text, m)})
			}
		}
	}
	for i := range p.ev.Findings {
		if f := &p.ev.Findings[i]; f.Host != "" && f.Passage >= 0 {
			if b := p.brands.Owner(f.Host); b != nil {
				p.mention(f.Passage, mention{b, 3})
			}
		}
	}
}

// mention notes a naming in a passage that tells something.
func (p *proposer) mention(passage int, m mention) {
	if p.ev.Passages[passage].Speaks() {
		p.named[passage] = append(p.named[passage], m)
		p.brandsAll[m.brand] += 0.5 * m.weight
	}
}

func written(text string, brand *Brand) bool {
	if text == brand.Name {
		return true
	}
	for _, name := range brand.Names {
		if text == name {
			return true
		}
	}
	return false
}

// mentionWeight is more where the words around the name say that it is imitated.
func mentionWeight(text string, m cue.Match) float64 {
	after := text[m.End:min(len(text), m.End+30)]
	for _, w := range []string{"を装", "をかた", "を騙", "を模", "の偽", "になりすま", "のフィッシング", "を語", "を名乗", "に似", "そっくり", " phish", "'s ", " customers", "を偽", "に酷似", "の会員", "と称"} {
		if strings.Contains(after, w) {
			return 3
		}
	}
	before := strings.ToLower(text[max(0, m.Start-40):m.Start])
	for _, w := range []string{"imitat", "impersonat", "fake ", "phishing page for", "posing as", "pretend", "targeting", "against", "spoof", "mimic", "copy of", "masquerad", "phish", "bogus", "false ", "偽の", "偽"} {
		if strings.Contains(before, w) {
			return 3
		}
	}
	return 1
}

// imitated says which brand a phishing site imitates and where that is at home.
func (p *proposer) imitated(c *accused, t *desk.Telling) {
	p.readBrands()
	if name := p.nameInRow(c); name != "" {
		t.Brand, t.BrandOrigin = name, desk.OriginDomestic
		t.Reasons = append(t.Reasons, "imitates "+name+", named in its line")
		return
	}
	votes := maps.Clone(p.brandsAll)
	near := map[int]float64{}
	for i, f := range c.findings {
		if b := p.brands.InURL(f.Value); b != nil && i < 50 {
			votes[b] += 12
		}
		p.ev.Around(f.Passage, func(i int, weight float64) { near[i] = max(near[i], weight) })
	}
	for passage, weight := range near {
		for _, m := range p.named[passage] {
			votes[m.brand] += m.weight * (weight*weight/2 - 0.5)
		}
	}
	var best *Brand
	for b, n := range votes {
		if best == nil || n > votes[best] || n == votes[best] && b.Name < best.Name {
			best = b
		}
	}
	if best != nil {
		best = p.wholeName(best)
		t.Brand, t.BrandOrigin = best.Name, best.Origin
		t.Reasons = append(t.Reasons, "imitates "+best.Name)
		return
	}
	p.unknownBrand(c, t)
}

// wholeName is the brand whose longer name is told where a URL has room for its first word only: "Yahoo! JAPAN" for "yahoo".
func (p *proposer) wholeName(brand *Brand) *Brand {
	whole := brand
	for b, n := range p.brandsAll {
		if strings.HasPrefix(b.Name, brand.Name+" ") && n > 0 && p.brandsAll[brand] < n && (whole == brand || b.Name < whole.Name) {
			whole = b
		}
	}
	return whole
}

// unknownBrand takes the origin of a brand that the table does not know from the site that is told to be the true one, or
// from the reporter's own where the reporter is the one imitated.
func (p *proposer) unknownBrand(c *accused, t *desk.Telling) {
	t.BrandOrigin = desk.OriginUnknown
	site := p.trueSite(c)
	if site == "" && (p.ownBrand || !p.namedBrand(c, t) && p.bearsReporter(c)) {
		site = p.doc.From.Address[strings.LastIndexByte(p.doc.From.Address, '@')+1:]
	}
	if site == "" && t.Brand == "" {
		if site = c.posesAs(); site == "" {
			p.homeTold(t)
		}
	}
	if site == "" {
		return
	}
	t.Brand = p.nameOf(site)
	t.BrandOrigin = desk.OriginOverseas
	if strings.HasSuffix(strings.ToLower(site), ".jp") {
		t.BrandOrigin = desk.OriginDomestic
	}
	t.Reasons = append(t.Reasons, "the true site is told: "+site)
}

// trueSite is the first site that is told to be the one imitated, else the first of the reporter's own.
func (p *proposer) trueSite(c *accused) string {
	own := ""
	for _, f := range p.trueSites {
		switch {
		case p.ev.AddressOf(f) == c.address:
		case f.Imitated:
			return f.Host
		case own == "":
			own = f.Host
		}
	}
	return own
}

// maxTrueSites is how many sites are looked at that may be the one imitated.
const maxTrueSites = 64

// surveyBrand finds what the whole message tells of the brand that is imitated.
func (p *proposer) surveyBrand() {
	for i := range p.ev.Findings {
		f := &p.ev.Findings[i]
		if f.Host == "" || f.Kind == desk.IndicatorIP || f.Role == desk.RoleSource || len(p.trueSites) == maxTrueSites {
			continue
		}
		if f.Imitated || f.Kind != desk.IndicatorEmail && f.Own() {
			p.trueSites = append(p.trueSites, f)
		}
	}
	for i := range p.ev.Passages {
		at := &p.ev.Passages[i]
		for _, m := range at.Cues {
			p.ownBrand = p.ownBrand || m.Rule.Sense == cue.Brand && at.Speaks() // "it is not our site" says so too
		}
	}
}

// namedBrand takes the origin of a brand from the language that its name is written in.
func (p *proposer) namedBrand(c *accused, t *desk.Telling) bool {
	name, japanese := p.toldName(c)
	if name == "" {
		return false
	}
	t.Brand, t.BrandOrigin = name, desk.OriginOverseas
	if japanese {
		t.BrandOrigin = desk.OriginDomestic
	}
	t.Reasons = append(t.Reasons, "imitates "+name+", by its name")
	return true
}

// bearsReporter tells whether a site at fault bears the name of the reporter's own domain: "examplebank-login" where
// examplebank writes.
func (p *proposer) bearsReporter(c *accused) bool {
	domain := strings.ToLower(p.doc.From.Address[strings.LastIndexByte(p.doc.From.Address, '@')+1:])
	label, _, _ := strings.Cut(domain, ".")
	if len(label) < 5 || slices.Contains(mailLabels, label) {
		return false
	}
	return slices.ContainsFunc(c.findings, func(f *blame.Finding) bool {
		return !strings.HasSuffix(f.Host, domain) && strings.Contains(strings.ToLower(f.Value), label)
	})
}

// mailLabels begin the names of hosts that anybody has.
var mailLabels = []string{"login", "webmail", "secure", "support", "security", "abuse", "phishing", "example", "account"}

// nameOf names a brand that the table does not know: by what stands in front of its site's bracket, else by the site.
func (p *proposer) nameOf(site string) string {
	for i := range p.ev.Findings {
		f := &p.ev.Findings[i]
		if f.Host != site || f.Passage < 0 || f.Kind == desk.IndicatorEmail {
			continue
		}
		at := &p.ev.Passages[f.Passage]
		if name := nameBefore(p.ev.Text(f.PartIndex)[at.Start:max(at.Start, f.Start)]); name != "" {
			return name
		}
	}
	return site
}

// nameBefore is the name at the end of a text that opens a bracket: "… a copy of Example Bank (".
func nameBefore(text string) string {
	text = strings.TrimRight(text, " 　")
	open := strings.TrimRight(strings.TrimSuffix(strings.TrimSuffix(text, "("), "（"), " 　」』\"")
	if open == text {
		return ""
	}
	if r, _ := utf8.DecodeLastRuneInString(open); r >= 0x2E80 {
		start := strings.LastIndexAny(open, "。、「『 　\n（(はのをがで")
		_, size := utf8.DecodeRuneInString(open[max(start, 0):])
		if start < 0 {
			size, start = 0, 0
		}
		return open[start+size:]
	}
	words := strings.Fields(open)
	first := len(words)
	for first > 0 && len(words)-first < 5 && words[first-1][0] >= 'A' && words[first-1][0] <= 'Z' {
		first--
	}
	return strings.Join(words[first:], " ")
}
