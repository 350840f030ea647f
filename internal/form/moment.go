package form

import (
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"todoke/internal/formats/forms"
)

// moment is a time as exactly as it was told: a day, an hour, a minute or a second.
type moment struct {
	first, last time.Time // the first and the last instant that it may be
	layout      string    // in which it is written into the message
}

func (m moment) String() string { return m.first.Format(m.layout) }

// layouts are the ways of writing a time, from the most exact. Each may be followed by a zone of its own.
var layouts = []struct {
	read, write string
	span        time.Duration
}{
	{"2006-1-2 15:4:5", "2006-01-02 15:04:05 -0700", time.Second},
	{"2006-1-2 15:4", "2006-01-02 15:04 -0700", time.Minute},
	{"2006-1-2 15", "2006-01-02 15:04 -0700", time.Hour},
	{"2006-1-2", "2006-01-02", 24 * time.Hour},
}

// maxMoment bounds, in bytes, what may be a time.
const maxMoment = 120

// japaneseTime turns "2026年4月1日 9時30分" and "2026/04/01T09:30" into the form of the layouts.
var japaneseTime = strings.NewReplacer("年", "-", "月", "-", "日", " ", "時", ":", "分", ":", "秒", "", "/", "-", "T", " ", "t", " ", "Z", " +0000", "JST", " +0900", "UTC", " +0000")

// parseMoment reads a time in the zone, where it does not say its own.
func parseMoment(typed string, zone *time.Location) (moment, bool) {
	if len(typed) > maxMoment {
		return moment{}, false
	}
	s := japaneseTime.Replace(norm.NFKC.String(typed))
	words := strings.Fields(s)
	for i := range words {
		words[i] = strings.Trim(words[i], ":")
	}
	s = strings.Join(words, " ")
	for _, l := range layouts {
		for _, own := range []string{"", " -0700", "-0700", " -07:00", "-07:00"} {
			t, err := time.ParseInLocation(l.read+own, s, zone)
			if err == nil && t.Year() >= 1990 {
				return moment{first: t, last: t.Add(l.span - 1), layout: l.write}, true
			}
		}
	}
	return moment{}, false
}

// zones are the time zones that every form offers, each by its name in the IANA database.
var zones = []forms.Choice{
	{Value: "Asia/Tokyo", Words: forms.Words{JA: "日本標準時（JST、UTC+9）", EN: "Japan Standard Time (JST, UTC+9)"}},
	{Value: "UTC", Words: forms.Words{JA: "協定世界時（UTC）", EN: "Coordinated Universal Time (UTC)"}},
	{Value: "Asia/Seoul", Words: forms.Words{JA: "ソウル（UTC+9）", EN: "Seoul (UTC+9)"}},
	{Value: "Asia/Shanghai", Words: forms.Words{JA: "北京、上海（UTC+8）", EN: "Beijing, Shanghai (UTC+8)"}},
	{Value: "Asia/Taipei", Words: forms.Words{JA: "台北（UTC+8）", EN: "Taipei (UTC+8)"}},
	{Value: "Asia/Singapore", Words: forms.Words{JA: "シンガポール（UTC+8）", EN: "Singapore (UTC+8)"}},
	{Value: "Asia/Bangkok", Words: forms.Words{JA: "バンコク（UTC+7）", EN: "Bangkok (UTC+7)"}},
	{Value: "Asia/Kolkata", Words: forms.Words{JA: "インド（UTC+5:30）", EN: "India (UTC+5:30)"}},
	{Value: "Europe/London", Words: forms.Words{JA: "ロンドン", EN: "London"}},
	{Value: "Europe/Berlin", Words: forms.Words{JA: "ベルリン、パリ", EN: "Berlin, Paris"}},
	{Value: "America/New_York", Words: forms.Words{JA: "ニューヨーク", EN: "New York"}},
	{Value: "America/Chicago", Words: forms.Words{JA: "シカゴ", EN: "Chicago"}},
	{Value: "America/Los_Angeles", Words: forms.Words{JA: "ロサンゼルス", EN: "Los Angeles"}},
	{Value: "Australia/Sydney", Words: forms.Words{JA: "シドニー", EN: "Sydney"}},
}

// offeredZones are the zones that the form of a desk offers: its own too, under its name, where it is none of the usual ones.
func offeredZones(own string) []forms.Choice {
	if offers(zones, own) {
		return zones
	}
	return append([]forms.Choice{{Value: own, Words: forms.Words{JA: own, EN: own}}}, zones...)
}

// zoneOf is one of the zones that are offered.
func zoneOf(name string, offered []forms.Choice) (*time.Location, bool) {
	if !offers(offered, name) {
		return nil, false
	}
	zone, err := time.LoadLocation(name)
	return zone, err == nil
}
