package mail

import "strings"

// unflow joins the lines of format=flowed (RFC 3676): a line that ends in a space goes on in the next one of
// the same quote depth. With delSp the space goes too, as for Japanese.
func unflow(text string, delSp bool) string {
	var b strings.Builder
	b.Grow(len(text))
	depth, flowing := 0, false
	for len(text) > 0 {
		line, rest, _ := strings.Cut(text, "\n")
		ended := len(rest) > 0 || strings.HasSuffix(text, "\n")
		text = rest
		n := 0
		for n < len(line) && line[n] == '>' {
			n++
		}
		content := strings.TrimPrefix(line[n:], " ") // space-stuffing
		if flowing && (n != depth || line == "-- ") {
			b.WriteByte('\n')
			flowing = false
		}
		if !flowing && n > 0 {
			b.WriteString(line[:n])
			b.WriteByte(' ')
		}
		depth = n
		flowing = strings.HasSuffix(content, " ") && content != "-- "
		if flowing && delSp {
			content = content[:len(content)-1]
		}
		b.WriteString(content)
		if !flowing && ended {
			b.WriteByte('\n')
		}
	}
	if flowing {
		b.WriteByte('\n')
	}
	return b.String()
}
