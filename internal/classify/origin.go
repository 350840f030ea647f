package classify

import (
	"slices"
	"strings"

	"todoke/internal/blame"
	"todoke/internal/desk"
)

// Of a brand that neither table nor name tells, its home may still be told: by the true site that a host bears in front of its
// own domain, or by the words for it, "a Portuguese bank".

// posesAs is the site whose whole name stands in front of a host's own domain: "www.kisvarosbank.hu" of
// "www.kisvarosbank.hu.login.example.net"; "" where there is none.
func (c *accused) posesAs() string {
	for _, f := range c.findings[:min(len(c.findings), maxClauses)] {
		labels := strings.Split(strings.ToLower(f.Host), ".")
		for i := 1; i+2 < len(labels); i++ {
			name := labels[i-1]
			if len(name) < 4 || slices.Contains(mailLabels, name) || !slices.Contains(siteEnds, labels[i]) {
				continue
			}
			if (labels[i] == "co" || labels[i] == "com") && i+3 < len(labels) && len(labels[i+1]) == 2 {
				i++ // "co.jp"
			}
			return strings.Join(labels[:i+1], ".")
		}
	}
	return ""
}

// siteEnds are ends of the names of sites, without those that are as often a host's own word ("my", "id", "in").
var siteEnds = strings.Fields("com net org co jp de fr it es pl pt nl be ch se dk fi ie uk ru ua cz sk hu ro gr tr br ar mx cl pe au nz ca cn kr tw hk sg th vn eu")

// homeTold tells the origin of a brand that is told only by where it is at home: "a German bank", "customers of a Japanese card
// company".
func (p *proposer) homeTold(t *desk.Telling) {
	for i := range p.ev.Passages {
		at := &p.ev.Passages[i]
		if !at.Speaks() || at.Kind == blame.LogLine {
			continue
		}
		words := strings.FieldsFunc(strings.ToLower(p.ev.Text(at.PartIndex)[at.Start:at.End]), func(r rune) bool {
			return r < 0x80 && (r < 'a' || r > 'z')
		})
		for j, word := range words {
			if !slices.Contains(institutions, word) {
				continue
			}
			for _, before := range words[max(0, j-2):j] {
				switch {
				case before == "japanese":
					t.BrandOrigin = desk.OriginDomestic
					return
				case slices.Contains(nationals, before):
					t.BrandOrigin = desk.OriginOverseas
					return
				}
			}
		}
	}
}

// institutions are what pages imitate that ask for passwords and cards.
var institutions = strings.Fields("bank banks bank's union broker brokerage insurer retailer carrier operator telco university webmail post tax auction wallet exchange airline")

// nationals are words for where an institution is at home.
var nationals = strings.Fields("american us british english scottish irish canadian australian german austrian swiss french belgian dutch italian spanish portuguese polish czech slovak hungarian romanian bulgarian greek turkish russian ukrainian swedish norwegian danish finnish brazilian argentine mexican chilean colombian peruvian indian chinese korean taiwanese thai vietnamese malaysian indonesian singaporean israeli egyptian nigerian african european")
