package read

import (
	"slices"

	"todoke/internal/desk"
)

// Outside is what of the reading of an opened mail may lie in clear: its facts, as they are counted, with the header that stood outside
// of the cover, and none of its words. The subject, the text, names of files, places and reasons stay under the cover; so do indicators,
// but for the addresses that are proposed as incidents.
func Outside(opened, closed *desk.Reading) *desk.Reading {
	outside := *closed
	outside.Kind, outside.KindReasons, outside.Notice = opened.Kind, []string{"read under its cover"}, opened.Notice
	outside.Language, outside.PGP, outside.TLP, outside.Numbers = opened.Language, opened.PGP, opened.TLP, opened.Numbers
	outside.Text, outside.Indicators = "", []desk.Indicator{}
	outside.Form = desk.Form{Name: opened.Form.Name, Purpose: opened.Form.Purpose, Fields: map[string]string{}}
	if email := opened.Form.Fields["email"]; email != "" {
		outside.Form.Fields["email"] = email
	}
	outside.ReporterTLD = opened.ReporterTLD
	outside.Class = desk.ClassProposal{Class: opened.Class.Class, Confidence: opened.Class.Confidence, Reasons: []string{}}
	outside.Incidents, outside.Withheld = wordless(opened.Incidents), wordless(opened.Withheld)
	outside.Parts = slices.Clone(closed.Parts)
	outside.Problems = slices.Clone(closed.Problems)
	return &outside
}

// wordless takes from tellings what quotes the mail.
func wordless(tellings []desk.Telling) []desk.Telling {
	facts := slices.Clone(tellings)
	for i := range facts {
		facts[i].URLs, facts[i].Evidence, facts[i].Reasons = []string{}, []string{}, []string{}
	}
	return facts
}
