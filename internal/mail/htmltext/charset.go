package htmltext

import (
	"bytes"
)

// declarationSize is how far into a page its charset may be declared (HTML, 4.2.5.4).
const declarationSize = 1024

// DeclaredCharset is the charset that a page names in a <meta> element or an XML declaration, "" for none.
func DeclaredCharset(page []byte) string {
	head := bytes.ToLower(page[:min(len(page), declarationSize)])
	for _, key := range []string{"charset=", "encoding="} {
		i := bytes.Index(head, []byte(key))
		if i < 0 {
			continue
		}
		rest := bytes.TrimLeft(head[i+len(key):], `"' `)
		if n := bytes.IndexAny(rest, "\"' />;?\r\n"); n > 0 && n < 40 {
			return string(rest[:n])
		}
	}
	return ""
}
