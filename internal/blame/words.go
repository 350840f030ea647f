package blame

import "strings"

// Words is what a document tells in its author's words and in what the author passes on, without signatures and what the desk holds
// already: the text whose likeness to earlier reports is asked for.
func Words(doc Document) string {
	var words strings.Builder
	words.WriteString(doc.Subject)
	for _, part := range doc.Parts {
		words.WriteByte('\n')
		end := 0
		for _, s := range part.Segments {
			words.WriteString(part.Text[end:max(end, s.Start)])
			if !s.Held && s.Kind != SegmentSignature && s.Kind != SegmentDisclaimer {
				words.WriteString(part.Text[s.Start:s.End])
			}
			end = max(end, s.End)
		}
		words.WriteString(part.Text[end:])
	}
	return words.String()
}
