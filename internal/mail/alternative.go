package mail

import "strings"

// markLesser marks, among the parts of a multipart/alternative, those that another says better as text: plain text goes before
// HTML, unless it is a stub or lacks what the HTML tells.
func markLesser(p *Part) {
	best, bestScore := -1, -1
	for i, child := range p.Children {
		plain, html := textSize(child)
		score := 0
		switch {
		case plain > 0:
			score = 3
		case html > 0:
			score = 2
		}
		if score > bestScore {
			best, bestScore = i, score
		}
	}
	if best < 0 || bestScore == 0 {
		return
	}
	plain, _ := textSize(p.Children[best])
	for i, child := range p.Children {
		if _, html := textSize(child); plain > 0 && (html > 200 && plain*8 < html || html > 0 && tellsMore(child, p.Children[best])) {
			best = i
		}
	}
	for i, child := range p.Children {
		if i != best {
			lesser(child)
		}
	}
}

// textSize is the length of plain text and of HTML text in p and below.
func textSize(p *Part) (plain, html int) {
	if n := len(strings.TrimSpace(p.Text)); n > 0 && p.Disposition != "attachment" {
		switch {
		case p.HTML:
			html = n
		case p.Type == "text/plain":
			plain = n
		}
	}
	for _, child := range p.Children {
		a, b := textSize(child)
		plain, html = plain+a, html+b
	}
	return plain, html
}

// lesser marks the texts of p and below, attachments excepted.
func lesser(p *Part) {
	p.Lesser = p.Disposition != "attachment"
	for _, child := range p.Children {
		lesser(child)
	}
}

// tellsMore tells whether the HTML shows addresses that its plain twin lacks, and lacks none of the twin's: a table that the mail
// program lost when it made the plain text. Where links lead is not compared, since most lead to what a letterhead or a footer has.
func tellsMore(html, plain *Part) bool {
	shown, twin := map[string]bool{}, map[string]bool{}
	collectAddresses(html, shown)
	if len(shown) == 0 {
		return false
	}
	collectAddresses(plain, twin)
	if len(shown) <= len(twin) {
		return false
	}
	for address := range twin {
		if !shown[address] {
			return false
		}
	}
	return true
}

// maxCompared bounds how many addresses of an alternative are compared.
const maxCompared = 10_000

// collectAddresses gathers what looks like an address, host or URL in the texts of p and below.
func collectAddresses(p *Part, found map[string]bool) {
	if p.Text != "" && p.Disposition != "attachment" {
		for word := range strings.FieldsFuncSeq(p.Text, endsAddress) {
			if len(found) >= maxCompared {
				return
			}
			if word, ok := addressLike(word); ok {
				found[word] = true
			}
		}
	}
	for _, child := range p.Children {
		collectAddresses(child, found)
	}
}

// endsAddress tells whether a character cannot stand in an address. A ">" does not end one, so that the target which
// package htmltext writes behind a link ("shown <target>") is told from what is shown.
func endsAddress(c rune) bool {
	return c <= ' ' || c > '~' || strings.ContainsRune(`()|,;"'`, c)
}

// addressLike gives the host, address or mail address in a word without what stands around it; false where there is none: no two
// labels with a dot between them.
func addressLike(word string) (string, bool) {
	if strings.HasPrefix(word, "<") && strings.Contains(word, "://") {
		return "", false
	}
	word = strings.ToLower(strings.Trim(word, "<>.:-_*[]!?"))
	if _, rest, ok := strings.Cut(word, "://"); ok {
		word = rest
	}
	word, _, _ = strings.Cut(word, "/")
	dot := strings.IndexByte(word, '.')
	return word, len(word) >= 6 && dot > 0 && dot < len(word)-1
}
