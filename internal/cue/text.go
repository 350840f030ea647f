package cue

import (
	"sort"
)

// Text is a folded text: one spelling for what writers spell in many ways, wrapped lines joined, every sentence behind a
// break. Phrases are looked for in it. Its zero value is an empty text.
type Text struct {
	folded string
	breaks []int  // offsets in folded at which a sentence ends, ascending
	spans  []span // the way back to the text as written, ascending; nil where none was asked for
}

// span says where a stretch of folded text was written. It reaches to the next span.
type span struct {
	folded int32 // where it begins
	source int32 // where that was written
	end    int32 // 0 where both go on byte by byte; else where what is folded as a whole ends in the text as written
}

// String is the folded text.
func (t Text) String() string { return t.folded }

// Sentence gives the ends of the sentence in which the offset stands.
func (t Text) Sentence(at int) (start, end int) {
	i := sort.SearchInts(t.breaks, at+1)
	end = len(t.folded)
	if i < len(t.breaks) {
		end = t.breaks[i]
	}
	if i > 0 {
		start = t.breaks[i-1]
	}
	return start, end
}

// Source says where a stretch of the folded text was written, in bytes of a text folded with FoldMapped. The stretch is not
// empty and neither begins nor ends with white space.
func (t Text) Source(start, end int) (from, to int) {
	first, last := t.span(start), t.span(end-1)
	from = int(first.source)
	if first.end == 0 {
		from += start - int(first.folded)
	}
	if last.end != 0 {
		return from, int(last.end)
	}
	return from, int(last.source) + end - int(last.folded)
}

// span is the one in which the offset lies.
func (t Text) span(at int) span {
	i := sort.Search(len(t.spans), func(i int) bool { return int(t.spans[i].folded) > at })
	return t.spans[i-1]
}
