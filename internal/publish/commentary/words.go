package commentary

import (
	"fmt"

	"todoke/internal/publish/history"
)

// language is how the facts are said.
type language interface {
	change(m Measure, known []change) string
	gap(spans []history.Span) string
	streak(m Measure, up bool, n int, since history.Span) string
	record(m Measure, highest bool, since history.Span, base int) string
	recordOfAll(m Measure, highest bool, since history.Span) string
	share(part Part, total int) string
	shares(whole Subject, total int, told []string) string
}

func wordsOf(lang string) language {
	if lang == "ja" {
		return japanese{}
	}
	return english{}
}

type japanese struct{}

// spanName names a span, and how it stands to the report's own.
func (japanese) spanName(own, span history.Span) string {
	name := span.Name("ja")
	switch {
	case span == own.YearBefore() && own.Months < 12:
		return "前年同期（" + name + "）"
	case own.Months == 1:
		return "前月（" + name + "）"
	case own.Months == 12:
		return "前年（" + name + "）"
	}
	return "前期（" + name + "）"
}

func (j japanese) change(m Measure, known []change) string {
	sentence := fmt.Sprintf("%sは%s", m.Subject.JA, m.Subject.Of("ja", m.Now))
	if len(known) == 0 {
		return sentence + "でした。"
	}
	sentence += "で"
	for i, c := range known {
		last := i == len(known)-1
		base := j.spanName(m.Span, c.span) + "の" + m.Subject.Of("ja", c.base)
		switch {
		case c.now == c.base:
			sentence += "、" + base + "と同数" + choose(last, "でした", "で")
		default:
			verb := choose(c.now > c.base, choose(last, "増えました", "増え"), choose(last, "減りました", "減り"))
			sentence += "、" + base + "より" + m.Subject.Of("ja", c.size()) + c.percent("（", "）") + verb
		}
	}
	return sentence + "。"
}

func (japanese) gap(spans []history.Span) string {
	var names []string
	for _, span := range spans {
		names = append(names, span.Name("ja"))
	}
	return join(names, "、", "と") + "は数値がないため、比較していません。"
}

func (japanese) streak(_ Measure, up bool, n int, since history.Span) string {
	return fmt.Sprintf("%sを起点に%d期続けて%sいます。", since.Name("ja"), n, choose(up, "増えて", "減って"))
}

func (japanese) record(m Measure, highest bool, since history.Span, base int) string {
	return fmt.Sprintf("%sの%s以来の%sです。", since.Name("ja"), m.Subject.Of("ja", base), choose(highest, "多さ", "少なさ"))
}

func (japanese) recordOfAll(_ Measure, highest bool, since history.Span) string {
	return fmt.Sprintf("数値が続けてそろう%s以降で最も%sなっています。", since.Name("ja"), choose(highest, "多く", "少なく"))
}

func (japanese) share(part Part, total int) string {
	return fmt.Sprintf("%sが%s（%s）", part.Name, Count(part.N), Percent(part.N, total))
}

func (japanese) shares(whole Subject, total int, told []string) string {
	return fmt.Sprintf("%s%sの内訳は、%sです。", whole.JA, whole.Of("ja", total), join(told, "、", "、"))
}

type english struct{}

func (english) change(m Measure, known []change) string {
	sentence := choose(m.Now == 1, "There was ", "There were ") + m.Subject.Of("en", m.Now)
	if m.Now == 0 {
		sentence = "There were no " + m.Subject.Plural
	}
	var clauses []string
	for _, c := range known {
		name := c.span.Name("en")
		if c.now == c.base {
			clauses = append(clauses, "as many as in "+name)
			continue
		}
		clauses = append(clauses, fmt.Sprintf("%s%s %s than in %s (%s)", Count(c.size()), c.percent(" (", ")"),
			choose(c.now > c.base, "more", "fewer"), name, Count(c.base)))
	}
	if len(clauses) == 0 {
		return sentence + "."
	}
	return sentence + ", " + join(clauses, ", ", " and ") + "."
}

func (english) gap(spans []history.Span) string {
	var names []string
	for _, span := range spans {
		names = append(names, span.Name("en"))
	}
	return "No comparison: no figures for " + join(names, ", ", " and for ") + "."
}

func (english) streak(_ Measure, up bool, n int, since history.Span) string {
	return fmt.Sprintf("The number has %s %d times in a row since %s.", choose(up, "risen", "fallen"), n, since.Name("en"))
}

func (english) record(_ Measure, highest bool, since history.Span, base int) string {
	return fmt.Sprintf("That is the %s number since %s (%s).", choose(highest, "highest", "lowest"), since.Name("en"), Count(base))
}

func (english) recordOfAll(_ Measure, highest bool, since history.Span) string {
	return fmt.Sprintf("That is the %s number in the unbroken figures, which begin in %s.", choose(highest, "highest", "lowest"), since.Name("en"))
}

func (english) share(part Part, total int) string {
	return fmt.Sprintf("%s %s (%s)", part.Name, Count(part.N), Percent(part.N, total))
}

func (english) shares(whole Subject, total int, told []string) string {
	return fmt.Sprintf("Of %s: %s.", whole.Of("en", total), join(told, ", ", ", "))
}

func choose(condition bool, yes, no string) string {
	if condition {
		return yes
	}
	return no
}
